package boltstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// Finding is one thing that is wrong with a data folder.
type Finding struct {
	Revision hub.Revision // where in the log; 0 when it is not about one
	ID       hub.ID       // about which record; 0 when it is not known
	Message  string       // Chinese
	// Log is whether the truth itself is hit: only a backup helps. Otherwise
	// a view is wrong, which a reindex repairs.
	Log bool
}

// mostFindings is after how many findings a verification gives up: a file that
// is wrong everywhere is not better known by a million of them.
const mostFindings = 1000

// errEnough ends a verification that has found too much.
var errEnough = errors.New("too many findings")

// verification is one run of [Verify].
type verification struct {
	ctx      context.Context
	options  Options
	report   func(Finding)
	progress func(done, total hub.Revision)
	found    int
	tx       *bolt.Tx
	log      *bolt.Bucket
	total    hub.Revision // entries that the log should have
	readable bool         // all entries can be decoded, so that views can be made of them
}

// Verify checks the store in a folder, which must not be open elsewhere for
// writing, and tells report what it finds. It checks
//
//   - the pages of the file: each in use once, in order;
//   - the log: no gap, each entry with the hash that chains it to the one before,
//     so that any altered bit of a change is found; times in order; every record
//     readable and following the version that it says;
//   - every view, by making all of them anew from the log beside the original
//     and comparing byte by byte. That takes about as long as [Reindex] and as
//     much room in the folder for temporary files.
//
// It returns the newest revision. progress, which may be nil, is told of both
// passes over the log, so that total is twice the number of changes.
func Verify(ctx context.Context, dir string, options Options, report func(Finding), progress func(done, total hub.Revision)) (newest hub.Revision, err error) {
	options = options.withDefaults()
	options.ReadOnly = true
	db, err := openFolder(dir, options)
	if err != nil {
		return 0, err
	}
	defer func() {
		if closeErr := db.Close(); err == nil && closeErr != nil {
			err = hub.Internal("Verify", closeErr)
		}
	}()
	if version, _, _, err := currentFormat.look(db); err != nil {
		return 0, err
	} else if version != currentFormat.version {
		return 0, hub.Invalid("", "数据目录 %s 的格式版本为 %d，本程序校验的版本为 %d。请使用相应的程序校验。", dir, version, currentFormat.version)
	}
	tx, err := db.Begin(false)
	if err != nil {
		return 0, hub.Internal("Verify", err)
	}
	defer func() { _ = tx.Rollback() }()
	v := &verification{ctx: ctx, options: options, report: report, progress: progress, tx: tx}
	err = v.run(dir)
	if errors.Is(err, errEnough) {
		report(Finding{Message: fmt.Sprintf("问题超过 %d 处，不再继续检查。请从备份恢复。", mostFindings), Log: true})
		err = nil
	}
	return v.total, internal("Verify", err)
}

func (v *verification) run(dir string) error {
	if err := v.pages(v.tx.DB().Path()); err != nil {
		return err
	}
	if err := v.guard("变更日志", true, v.chain); err != nil {
		return err
	}
	if !v.readable {
		return v.find(Finding{Message: "变更日志不完整，无法据以核对各视图，已略过。"})
	}
	return v.guard("视图", false, func() error { return v.views(dir) })
}

// guard runs a part of the verification. What makes it panic, or touch memory
// that is not there, is damage as well.
func (v *verification) guard(what string, log bool, part func() error) (err error) {
	faults := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(faults)
		if p := recover(); p != nil {
			err = v.find(Finding{Message: fmt.Sprintf("%s已损坏，无法读完：%v。", what, p), Log: log})
		}
	}()
	return part()
}

func (v *verification) find(f Finding) error {
	if v.found++; v.found > mostFindings {
		return errEnough
	}
	v.report(f)
	return nil
}

// pages checks that the file is whole: every page used once, keys in order.
func (v *verification) pages(path string) (err error) {
	opened := checkPages(path, func(format string, args ...any) {
		if err == nil {
			err = v.find(Finding{Message: "数据文件的页结构有误：" + fmt.Sprintf(format, args...) + "。", Log: true})
		}
	})
	if opened != nil {
		return opened
	}
	return err
}

// chain walks along the log.
func (v *verification) chain() error {
	meta := v.tx.Bucket(bucketMeta)
	if v.log = v.tx.Bucket(bucketLog); v.log == nil {
		return v.find(Finding{Message: "变更日志不存在。", Log: true})
	}
	v.readable = true
	fault := func(r hub.Revision, id hub.ID, format string, args ...any) error {
		v.readable = false
		return v.find(Finding{Revision: r, ID: id, Message: fmt.Sprintf(format, args...), Log: true})
	}
	end := meta.Get(metaHead)
	if len(end) != 8+hashSize {
		if err := fault(0, 0, "日志末尾的标记已损坏。"); err != nil {
			return err
		}
	} else {
		v.total = hub.Revision(binary.BigEndian.Uint64(end))
	}
	before := sha256.Sum256(meta.Get(metaHub))
	var last time.Time
	next := hub.Revision(1)
	newest := map[hub.ID]hub.Revision{}
	c := v.log.Cursor()
	for key, value := c.First(); key != nil; key, value = c.Next() {
		if next%1024 == 0 {
			if err := v.ctx.Err(); err != nil {
				return errCancelled(err)
			}
			v.tell(next)
		}
		if len(key) != 8 {
			if err := fault(next, 0, "日志中有不是修订号的键 %x。", key); err != nil {
				return err
			}
			continue
		}
		revision := hub.Revision(binary.BigEndian.Uint64(key))
		if revision != next {
			if err := fault(next, 0, "日志缺少修订号 %d 到 %d。", next, revision-1); err != nil {
				return err
			}
		}
		next = revision + 1
		e := entry(value)
		if len(e) < entryVariables {
			if err := fault(revision, 0, "修订号 %d 的日志条目不完整。", revision); err != nil {
				return err
			}
			continue
		}
		if e.chain(before, revision) != e.hash() {
			if err := fault(revision, e.id(), "修订号 %d 的内容与其校验值不符：该条或其前一条被改动过。", revision); err != nil {
				return err
			}
		}
		before = e.hash()
		if e.time().Before(last) {
			if err := fault(revision, e.id(), "修订号 %d 的记录时间早于前一条。", revision); err != nil {
				return err
			}
		}
		last = e.time()
		previous, _, data, err := e.open()
		if err == nil {
			_, err = decodeRecord(e.id(), data)
		}
		if err == nil {
			_, err = (&origins{log: v.log}).of(revision, e)
		}
		if err != nil {
			if err := fault(revision, e.id(), "修订号 %d 的内容无法读出：%v。", revision, err); err != nil {
				return err
			}
			continue
		}
		if newest[e.id()] != previous {
			if err := fault(revision, e.id(), "修订号 %d 自称接续 %d，而该记录此前最新为 %d。", revision, previous, newest[e.id()]); err != nil {
				return err
			}
		}
		newest[e.id()] = revision
	}
	if len(end) != 8+hashSize {
		return nil
	}
	if next-1 != v.total || !bytes.Equal(end[8:], before[:]) {
		return fault(next-1, 0, "日志止于修订号 %d，与末尾标记（%d）不符：日志被截断或改动过。", next-1, v.total)
	}
	return nil
}

func (v *verification) tell(done hub.Revision) {
	if v.progress != nil {
		v.progress(done, 2*v.total)
	}
}

// views makes the views anew in a temporary file and compares.
func (v *verification) views(dir string) error {
	if left, err := filepath.Glob(filepath.Join(dir, "verify-*")); err == nil {
		for _, name := range left { // by a verification that was killed
			_ = os.RemoveAll(name)
		}
	}
	temporary, err := os.MkdirTemp(dir, "verify-*")
	if err != nil {
		// The folder may be on a medium that cannot be written.
		if temporary, err = os.MkdirTemp("", "concord-verify-*"); err != nil {
			return err
		}
	}
	defer os.RemoveAll(temporary)
	aside, err := bolt.Open(filepath.Join(temporary, fileName), 0o600, &bolt.Options{NoSync: true, NoFreelistSync: true, FreelistType: bolt.FreelistMapType, NoStatistics: true})
	if err != nil {
		return err
	}
	defer aside.Close()
	err = aside.Update(func(tx *bolt.Tx) error { return currentFormat.create(tx, v.options.NameOrder) })
	if err != nil {
		return err
	}
	l := newLabels()
	for done := hub.Revision(0); done < v.total; {
		if err := v.ctx.Err(); err != nil {
			return errCancelled(err)
		}
		last := min(done+portion, v.total)
		err := aside.Update(func(tx *bolt.Tx) error {
			b, err := bucketsOf(tx)
			if err != nil {
				return err
			}
			w := views{buckets: b, labels: l}
			return w.replay(v.log, done+1, last, v.options.NameKey)
		})
		if err != nil {
			return err
		}
		done = last
		v.tell(v.total + done)
	}
	if order := v.tx.Bucket(bucketMeta).Get(metaOrder); string(order) != v.options.NameOrder {
		return v.find(Finding{Message: fmt.Sprintf("视图按“%s”排序，而本程序按“%s”排序。请运行 concord reindex。", order, v.options.NameOrder)})
	}
	return aside.View(func(want *bolt.Tx) error {
		for _, name := range viewBuckets {
			if err := v.compare(name, v.tx.Bucket(name), want.Bucket(name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// viewLabels are the Chinese words for the views.
var viewLabels = map[string]string{
	"version": "版本视图", "name": "姓名排序视图", "past": "历史排序视图", "key": "编号查找视图", "receipt": "回执视图", "label": "词表视图",
}

// compare walks along a view and what it ought to be.
func (v *verification) compare(name []byte, got, want *bolt.Bucket) error {
	label := viewLabels[string(name)]
	if got == nil {
		return v.find(Finding{Message: label + "不存在。请运行 concord reindex。"})
	}
	g, w := got.Cursor(), want.Cursor()
	gk, gv := g.First()
	wk, wv := w.First()
	for n := 0; gk != nil || wk != nil; n++ {
		if n%1024 == 0 {
			if err := v.ctx.Err(); err != nil {
				return errCancelled(err)
			}
		}
		order := bytes.Compare(gk, wk)
		switch {
		case gk == nil:
			order = 1
		case wk == nil:
			order = -1
		}
		var err error
		switch {
		case order < 0:
			err = v.find(aboutKey(name, gk, label+"中有多余的条目"))
		case order > 0:
			err = v.find(aboutKey(name, wk, label+"中缺少条目"))
		case !bytes.Equal(gv, wv):
			err = v.find(aboutKey(name, gk, label+"中的条目与记录不符"))
		}
		if err != nil {
			return err
		}
		if order <= 0 {
			gk, gv = g.Next()
		}
		if order >= 0 {
			wk, wv = w.Next()
		}
	}
	return nil
}

// aboutKey says of which record an entry of a view is.
func aboutKey(bucket, k []byte, what string) Finding {
	f := Finding{}
	tail := func(from int) uint64 {
		if n := len(k) - from; n >= 0 && n+8 <= len(k) {
			return binary.BigEndian.Uint64(k[n:])
		}
		return 0
	}
	switch {
	case bytes.Equal(bucket, bucketReceipt):
		f.ID = hub.ID(tail(8))
	case len(k) < 16:
	case bytes.Equal(bucket, bucketVersion):
		f.ID, f.Revision = readVersionKey(k)
	case bytes.Equal(bucket, bucketPast):
		f.ID, f.Revision = hub.ID(tail(16)), hub.Revision(tail(8))
	case !bytes.Equal(bucket, bucketLabel):
		f.ID = hub.ID(tail(8))
	}
	switch {
	case f.ID.String() == "":
		f.ID = 0
		f.Message = fmt.Sprintf("%s（%x）。请运行 concord reindex。", what, k)
	case f.Revision != 0:
		f.Message = fmt.Sprintf("%s（%s，修订号 %d）。请运行 concord reindex。", what, f.ID, f.Revision)
	default:
		f.Message = fmt.Sprintf("%s（%s）。请运行 concord reindex。", what, f.ID)
	}
	return f
}

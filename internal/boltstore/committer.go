package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"syscall"
	"time"

	berrors "go.etcd.io/bbolt/errors"

	"concord/internal/hub"
)

// A request is a batch on its way to the committer, with everything prepared
// that does not depend on what is committed before it.
type request struct {
	ctx   context.Context
	at    time.Time
	puts  []put
	given bool // see [hub.Batch]
	done  chan struct{}
	first hub.Revision
	err   error
}

// put is one prepared put.
type put struct {
	step
	record   hub.Record
	expected hub.Revision
	entry    entry
}

const (
	groupSize  = 20_000 // most puts that share one commit, unless a single batch has more
	mostYields = 8
	restAfter  = 5 * time.Second // without a write
)

// Apply implements [hub.Store]. Within a batch a record may stand once only.
// An empty batch changes nothing and returns 0.
func (s *Store) Apply(ctx context.Context, batch hub.Batch) (hub.Revision, error) {
	if len(batch.Puts) == 0 {
		return 0, nil
	}
	r, err := s.prepare(ctx, batch)
	if err != nil {
		return 0, err
	}
	s.closing.RLock()
	if s.closed {
		s.closing.RUnlock()
		return 0, errClosed()
	}
	select {
	case s.queue <- r:
		s.closing.RUnlock()
	case <-ctx.Done():
		s.closing.RUnlock()
		return 0, errCancelled(ctx.Err())
	}
	// From here on the committer alone decides: whoever gives up waiting could
	// not know whether the batch stands.
	<-r.done
	return r.first, r.err
}

// prepare does, in the caller's goroutine and for large batches on all
// processors, whatever needs no transaction: encoding, facts, sort keys.
func (s *Store) prepare(ctx context.Context, batch hub.Batch) (*request, error) {
	if s.readOnly {
		return nil, &hub.Error{Code: hub.CodeBusy, Message: "数据目录以只读方式打开，不能写入。请以读写方式打开后重试。"}
	}
	if err := s.Failed(); err != nil {
		return nil, err
	}
	seen := make(map[hub.ID]struct{}, len(batch.Puts))
	for _, p := range batch.Puts {
		if p.Record == nil {
			return nil, hub.Internal("Apply", errors.New("a put without a record"))
		}
		id := p.Record.RecordID()
		if _, twice := seen[id]; twice {
			return nil, hub.Invalid("", "同一批写入中，记录 %s 出现了两次。请合并为一次后重试。", id)
		}
		seen[id] = struct{}{}
	}
	origin, err := encodeOrigin(batch.Origin)
	if err != nil {
		return nil, hub.Internal("Apply", err)
	}
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.Close()

	r := &request{ctx: ctx, at: batch.At, puts: make([]put, len(batch.Puts)), given: batch.Given, done: make(chan struct{})}
	err = inParallel(len(batch.Puts), func(i int) error {
		p, err := s.preparePut(snap, batch.Puts[i], i, origin)
		r.puts[i] = p
		return err
	})
	return r, err
}

func (s *Store) preparePut(snap *snapshot, p hub.Put, index int, origin []byte) (put, error) {
	data, err := encodeRecord(p.Record)
	if err != nil {
		return put{}, hub.Internal("Apply", err)
	}
	if len(data)+len(origin) > mostEntrySize {
		return put{}, hub.Invalid("", "记录 %s 过大，无法保存。", p.Record.RecordID())
	}
	id := p.Record.RecordID()
	prepared := put{
		step:     step{id: id, previous: p.Expected},
		record:   p.Record,
		expected: p.Expected,
		entry:    newEntry(id, p.Expected, index, origin, data),
	}
	// What the record was at the expected revision. When that is not its newest
	// one, the committer refuses the batch.
	if p.Expected != 0 && snap.newest(id) == p.Expected {
		version, err := snap.version(id, p.Expected)
		if err != nil {
			return put{}, err
		}
		prepared.before = newState(version.Record, nil, s.nameKey)
	}
	prepared.after = newState(p.Record, prepared.before, s.nameKey)
	return prepared, packable(&prepared.after.facts, prepared.after.sortKey)
}

// inParallel calls do for 0 to n-1 and returns one of the errors. Little work is
// done in order on the spot.
func inParallel(n int, do func(int) error) error {
	guarded := func(i int) (err error) {
		defer rescue(&err, debug.SetPanicOnFault(true))
		return do(i)
	}
	workers := min(runtime.GOMAXPROCS(0), n/64)
	if workers < 2 {
		for i := range n {
			if err := guarded(i); err != nil {
				return err
			}
		}
		return nil
	}
	var wg sync.WaitGroup
	errs := make([]error, workers)
	for w := range workers {
		wg.Go(func() {
			for i := w * n / workers; i < (w+1)*n/workers && errs[w] == nil; i++ {
				errs[w] = guarded(i)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// run is the committer: the one goroutine that writes. It takes whatever waits
// and makes one commit of it, so that many writers share what a commit costs; nobody
// waits for a timer.
func (s *Store) run() {
	defer close(s.stopped)
	var held *request // taken from the queue, but too much for the group before
	rest := time.NewTimer(restAfter)
	defer rest.Stop()
	expected := 1
	for {
		r := held
		if held = nil; r == nil {
			var ok bool
			select {
			case r, ok = <-s.queue:
				if !ok {
					return
				}
			case <-rest.C:
				s.rest()
				continue
			}
		}
		// Those whose answers have just gone out may be about to write again. Where
		// processors are what is short, letting them come first costs nothing and
		// makes a few large commits of many small ones.
		for n := 0; n < mostYields && 1+len(s.queue) < expected; n++ {
			runtime.Gosched()
		}
		group := []*request{r}
		size := len(r.puts)
	gather:
		for size < groupSize {
			select {
			case next, ok := <-s.queue:
				if !ok {
					break gather
				}
				if size+len(next.puts) > groupSize {
					held = next
					break gather
				}
				group = append(group, next)
				size += len(next.puts)
			default:
				break gather
			}
		}
		s.commit(group)
		for _, r := range group {
			close(r.done)
		}
		expected = len(group)
		rest.Reset(restAfter)
	}
}

// commit decides over each request of the group and makes those that are
// accepted durable in one transaction.
func (s *Store) commit(group []*request) {
	refuse := func(err error) {
		for _, r := range group {
			r.first, r.err = 0, err
		}
	}
	if err := s.Failed(); err != nil {
		refuse(err)
		return
	}
	if err := s.enoughSpace(); err != nil {
		refuse(err)
		return
	}
	begun, before := time.Now(), s.current.head.revision
	next, err := s.write(group)
	if err != nil {
		s.committed(0, time.Since(begun), err)
		refuse(s.fail(err))
		return
	}
	if next != nil {
		s.committed(int(next.head.revision-before), time.Since(begun), nil)
		s.publish(next)
	}
}

// write returns the generation that the group brings about, nil when nothing of
// it was accepted. After an error it is not known what is on the disk.
func (s *Store) write(group []*request) (next *generation, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	if err := s.makeRoom(); err != nil {
		return nil, err
	}
	tx, err := s.db.Begin(true)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // without effect after a commit
	b, err := bucketsOf(tx)
	if err != nil {
		return nil, err
	}
	d := &draft{
		store:    s,
		views:    views{buckets: b, labels: s.labels},
		base:     s.current,
		head:     s.current.head,
		changes:  map[hub.ID]int{},
		receipts: map[string]hub.ID{},
	}
	for _, r := range group {
		if err := r.ctx.Err(); err != nil {
			r.err = errCancelled(err)
			continue
		}
		if r.err = d.admit(r); r.err != nil {
			continue
		}
		if err := d.write(r); err != nil {
			return nil, err
		}
	}
	if len(d.list) == 0 {
		return nil, nil
	}
	if err := d.meta.Put(metaHead, d.head.encode()); err != nil {
		return nil, err
	}
	journaled, err := s.settle(tx, d)
	if err != nil {
		return nil, err
	}
	for key, id := range d.receipts {
		s.receipts.add(id, []byte(key))
	}
	for _, r := range group {
		if r.err == nil && r.given {
			for i := range r.puts {
				p := &r.puts[i]
				s.cache.put(hub.Version{Record: p.record, Revision: p.revision, At: p.entry.time()})
			}
		}
	}
	next, err = s.newGeneration(d.head, d.base.tally.with(d.list))
	if err == nil && journaled {
		if err = s.journal.sync(); err != nil {
			next.leave()
		}
	}
	return next, err
}

// head is the end of the log.
type head struct {
	revision hub.Revision
	at       time.Time
	hash     [hashSize]byte
}

func (h head) encode() []byte { return append(revisionKey(h.revision), h.hash[:]...) }

// decodeHead undoes encode, which leaves the time to the log.
func decodeHead(b []byte) (h head, err error) {
	if len(b) != 8+hashSize {
		return h, errors.New("the newest revision is not told")
	}
	return head{revision: hub.Revision(binary.BigEndian.Uint64(b)), hash: [hashSize]byte(b[8:])}, nil
}

// draft is the state in which a transaction has brought the store so far.
type draft struct {
	views
	store    *Store
	base     *generation
	head     head
	list     []change       // one a record
	changes  map[hub.ID]int // place in list
	steps    []*step
	entries  []entry           // that the log gains
	receipts map[string]hub.ID // of this transaction, by key
}

func (d *draft) newest(id hub.ID) hub.Revision {
	if i, ok := d.changes[id]; ok {
		return d.list[i].revision
	}
	return d.base.tally.newest(id)
}

// admit decides whether a batch may be written. It alters nothing. Its errors
// are conflicts, unless reading fails.
func (d *draft) admit(r *request) error {
	for i := range r.puts {
		p := &r.puts[i]
		if now := d.newest(p.id); now != p.expected {
			return d.conflict(i, p.id, now, nil)
		}
		if p.expected != 0 && p.before == nil {
			// Written after the batch was prepared.
			version, err := d.version(p.expected)
			if err != nil {
				return err
			}
			p.before = newState(version.Record, nil, d.store.nameKey)
		}
	}
	return d.admitKeys(r)
}

// admitKeys checks that every unique key has one holder once the whole batch is
// written: records of one batch may pass a key on among themselves.
func (d *draft) admitKeys(r *request) error {
	type holder struct {
		kind hub.Kind
		name hub.KeyName
		key  string
	}
	taken := map[holder]int{}
	var member map[hub.ID]bool // filled when it is needed
	for i := range r.puts {
		p := &r.puts[i]
		for _, k := range p.after.facts.Keys {
			if !k.Unique {
				continue
			}
			h := holder{p.id.Kind(), k.Name, k.Value}
			if other, twice := taken[h]; twice && other != i {
				return hub.Conflict("同一批写入中有两条记录使用了相同的%s“%s”。请核对后重试。", keyLabel(k.Name), shownKey(k))
			}
			taken[h] = i
			if p.before.carries(k) {
				continue
			}
			if isReceipt(p.id.Kind(), k.Name) {
				holders := d.store.receipts.find(d.receipt, k.Value)
				if id, ok := d.receipts[k.Value]; ok {
					holders = append(holders, id)
				}
				if len(holders) > 0 {
					return d.conflict(i, holders[0], d.newest(holders[0]), &k)
				}
				continue
			}
			prefix := keyPrefix(p.id.Kind(), k.Name, k.Value)
			c := d.key.Cursor()
			for key, turns := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, turns = c.Next() {
				if len(key) != len(prefix)+8 || len(turns)%16 == 0 {
					continue // of another value, or no longer carried
				}
				other := hub.ID(binary.BigEndian.Uint64(key[len(prefix):]))
				if member == nil {
					member = make(map[hub.ID]bool, len(r.puts))
					for j := range r.puts {
						member[r.puts[j].id] = true
					}
				}
				if member[other] {
					continue // the batch decides: given up, or taken twice
				}
				return d.conflict(i, other, d.newest(other), &k)
			}
		}
	}
	return nil
}

// conflict says what stands in the way of the i-th put: the record id at its
// newest revision.
func (d *draft) conflict(i int, id hub.ID, newest hub.Revision, key *hub.Key) error {
	clash := &hub.Clash{Put: i, Key: key}
	if newest != 0 {
		version, err := d.version(newest)
		if err != nil {
			return err
		}
		clash.Current = version
	}
	var err *hub.Error
	switch {
	case key != nil:
		err = hub.Conflict("%s“%s”已被%s“%s”使用。请核对后重试。", keyLabel(key.Name), shownKey(*key), id.Kind().Label(), id)
	case newest == 0:
		err = hub.Conflict("%s“%s”尚不存在，无法修改。请刷新后重试。", id.Kind().Label(), id)
	default:
		err = hub.Conflict("%s“%s”已被他人修改，目前为修订号 %d。请查看最新内容后重试。", id.Kind().Label(), id, newest)
	}
	err.Cause = clash
	return err
}

// version reads a version within the transaction.
func (d *draft) version(revision hub.Revision) (hub.Version, error) {
	return readVersion(d.log, revision)
}

// write writes an admitted batch.
func (d *draft) write(r *request) error {
	at := r.at
	if at.IsZero() {
		at = d.store.now()
	}
	if at.Before(d.head.at) {
		at = d.head.at
	}
	// What is kept has no monotonic clock and no zone.
	d.head.at = time.Unix(0, at.UnixNano()).UTC()
	r.first = d.head.revision + 1
	d.steps = d.steps[:0]
	for i := range r.puts {
		p := &r.puts[i]
		d.head.revision++
		p.revision = d.head.revision
		d.head.hash = p.entry.seal(d.head.hash, p.revision, d.head.at)
		if err := d.log.Put(revisionKey(p.revision), p.entry); err != nil {
			return err
		}
		d.entries = append(d.entries, p.entry)
		d.steps = append(d.steps, &p.step)
		for _, k := range p.after.facts.Keys {
			if isReceipt(p.id.Kind(), k.Name) && !p.before.carries(k) {
				d.receipts[k.Value] = p.id
			}
		}
	}
	if err := d.apply(d.steps); err != nil {
		return err
	}
	for _, s := range d.steps {
		c := change{s.id, s.revision, s.packed}
		if i, ok := d.changes[s.id]; ok {
			d.list[i] = c
		} else {
			d.changes[s.id] = len(d.list)
			d.list = append(d.list, c)
		}
	}
	return nil
}

// fail makes the store refuse writes from now on: after a failed commit nobody
// knows what is on the disk until the file is opened anew. What was durable
// before stays readable.
func (s *Store) fail(cause error) error {
	message := "存储写入失败，已停止接受写入；查询不受影响。请联系运维人员检查磁盘，然后重新启动服务。"
	switch {
	case errors.Is(cause, syscall.ENOSPC), errors.Is(cause, syscall.EDQUOT):
		message = "磁盘空间已满，写入失败，已停止接受写入；查询不受影响。请联系运维人员腾出空间，然后重新启动服务。"
	case errors.Is(cause, berrors.ErrMaxSizeReached):
		message = "数据文件已达到本次启动预留的大小，已停止接受写入；查询不受影响。请联系运维人员重新启动服务。"
	}
	err := &hub.Error{Code: hub.CodeBusy, Message: message, Cause: cause}
	s.failure.CompareAndSwap(nil, err)
	return s.Failed()
}

// Failed returns why the store takes no more writes, nil while it does.
func (s *Store) Failed() error {
	if err := s.failure.Load(); err != nil {
		return err
	}
	return nil
}

// Refuses returns why a write would be refused now, nil when it would not: a
// commit has failed, or there is too little room on the disk.
func (s *Store) Refuses() error {
	if err := s.Failed(); err != nil {
		return err
	}
	return s.enoughSpace()
}

// enoughSpace refuses writes before the disk is full, so that it never comes to
// a failed commit; they are taken again as soon as there is room.
func (s *Store) enoughSpace() error {
	free, known := freeSpace(s.dir)
	if !known || free >= s.minFree {
		return nil
	}
	return &hub.Error{
		Code:    hub.CodeBusy,
		Message: fmt.Sprintf("磁盘剩余空间不足（%d MB，至少需要 %d MB），暂不接受写入；查询不受影响。腾出空间后即可重试。", free>>20, s.minFree>>20),
		Cause:   syscall.ENOSPC,
	}
}

func errCancelled(cause error) error {
	return &hub.Error{Code: hub.CodeBusy, Message: "请求在写入前已取消或超时，没有写入任何内容。请重试。", Cause: cause}
}

func errClosed() error {
	return &hub.Error{Code: hub.CodeBusy, Message: "服务正在停止，不再接受请求。请稍后重试。"}
}

// keyLabel is the Chinese word for a natural key.
func keyLabel(name hub.KeyName) string {
	labels := [...]string{
		hub.KeyRegistrationNo: "编号", hub.KeyCreditCode: "统一社会信用代码", hub.KeyCertificateNo: "证书编号",
		hub.KeyIdentity: "公民身份号码", hub.KeyPerson: "自然人", hub.KeySecret: "密钥标识", hub.KeyTitle: "清单标题", hub.KeyBody: "组织名称",
		hub.KeyAccountName: "登录名", hub.KeySubject: "统一身份标识",
	}
	if int(name) < len(labels) && labels[name] != "" {
		return labels[name]
	}
	return "标识"
}

// shownKey is the value of a key as an error may show it: nothing of an identity
// number, not even its hash.
func shownKey(k hub.Key) string {
	if slices.Contains([]hub.KeyName{hub.KeyIdentity, hub.KeySecret}, k.Name) {
		return "…"
	}
	return hub.Shorten(k.Value)
}

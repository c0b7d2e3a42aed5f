package boltstore

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// Keys of the meta bucket.
var (
	metaFormat = []byte("format") // version of the format, 4 bytes
	metaHub    = []byte("hub")    // 16 random bytes that name this hub's log: the chain of hashes starts with them
	metaHead   = []byte("head")   // newest revision and its hash, written with each commit
	metaOrder  = []byte("order")  // the order of names in which the views are
	metaViews  = []byte("views")  // present while the views are made anew: they are not whole
)

// format is a version of what is on disk and how to come to it from the
// versions before.
type format struct {
	version int
	// steps[i] brings a file of version first+i to the next one.
	first int
	steps []migration
	// reindex asks for the views to be made anew in any case, unless it is nil.
	reindex context.Context
}

// migration is the way from one version of the format to the next, in one
// transaction. A migration that only changes views needs no function.
type migration struct {
	log   func(tx *bolt.Tx) error // alters the log; nil when the log stays
	views bool                    // the views must be made anew afterwards
}

// currentFormat is the version that this program writes. It started at 1; who
// changes what is on disk raises it and adds a step.
var currentFormat = format{version: 6, first: 1, steps: []migration{
	{views: true}, // 2: rows know employment, street and renewed terms
	{views: true}, // 3: windows are found under the organisations behind them
	{views: true}, // 4: the order of names tells since when a record stands where it does
	{views: true}, // 5: receipts have a view of their own
	{},            // 6: what was written last may stand in the journal, which older programs would not read
}}

// ready makes an opened file usable: creates it, or checks its version, brings
// an older one up to date, and makes views anew that are not whole or in
// another order.
func (f format) ready(s *Store, options Options) error {
	version, order, whole, err := f.look(s.db)
	if err != nil {
		return err
	}
	switch {
	case version == 0 && options.ReadOnly:
		return noData(s.dir)
	case version == 0:
		return s.db.Update(func(tx *bolt.Tx) error { return f.create(tx, options.NameOrder) })
	case version > f.version:
		return hub.Invalid("", "数据目录 %s 的格式版本为 %d，高于本程序支持的版本 %d。数据未作任何改动。请使用更新的程序打开。", s.dir, version, f.version)
	case version < f.first:
		return hub.Invalid("", "数据目录 %s 的格式版本为 %d，低于本程序能升级的版本 %d。数据未作任何改动。请先用较早的程序升级。", s.dir, version, f.first)
	case version == f.version && whole && order == options.NameOrder && f.reindex == nil:
		return nil
	case options.ReadOnly && version < f.version:
		return hub.Invalid("", "数据目录 %s 的格式版本为 %d，需要升级到 %d，而当前以只读方式打开。请先以可写入方式启动一次。", s.dir, version, f.version)
	case options.ReadOnly:
		return hub.Invalid("", "数据目录 %s 的视图需要重建，而当前以只读方式打开。请先运行 concord reindex。", s.dir)
	}
	rebuild := !whole || order != options.NameOrder || f.reindex != nil
	for ; version < f.version; version++ {
		step := f.steps[version-f.first]
		rebuild = rebuild || step.views
		err := s.db.Update(func(tx *bolt.Tx) error {
			if step.log != nil {
				if err := step.log(tx); err != nil {
					return err
				}
			}
			meta := tx.Bucket(bucketMeta)
			if step.views {
				// So that it is done even when the program is killed in between.
				if err := meta.Put(metaViews, nil); err != nil {
					return err
				}
			}
			return meta.Put(metaFormat, binary.BigEndian.AppendUint32(nil, uint32(version+1)))
		})
		if err != nil {
			return fmt.Errorf("migration from version %d: %w", version, err)
		}
	}
	if rebuild {
		ctx := f.reindex
		if ctx == nil {
			ctx = context.Background()
		}
		return s.rebuild(ctx, options)
	}
	return nil
}

// look reads the version of the file, 0 when it is new, and the state of its
// views.
func (f format) look(db *bolt.DB) (version int, order string, whole bool, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	err = db.View(func(tx *bolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		if meta == nil {
			if k, _ := tx.Cursor().First(); k != nil {
				return hub.Invalid("", "文件 %s 是别的程序的数据文件，不是 Concord 的。文件未作任何改动。请核对 --data 的路径。", db.Path())
			}
			return nil
		}
		v := meta.Get(metaFormat)
		if len(v) != 4 {
			return hub.Invalid("", "文件 %s 是别的程序的数据文件，或其版本信息已损坏。文件未作任何改动。请核对 --data 的路径，或从备份恢复。", db.Path())
		}
		version = int(binary.BigEndian.Uint32(v))
		order = string(meta.Get(metaOrder))
		k, _ := meta.Cursor().Seek(metaViews)
		whole = string(k) != string(metaViews)
		return nil
	})
	return version, order, whole, err
}

func (f format) create(tx *bolt.Tx, order string) error {
	for _, name := range append([][]byte{bucketMeta, bucketLog}, viewBuckets...) {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return err
	}
	meta := tx.Bucket(bucketMeta)
	for _, pair := range []struct{ key, value []byte }{
		{metaFormat, binary.BigEndian.AppendUint32(nil, uint32(f.version))},
		{metaHub, id},
		{metaOrder, []byte(order)},
		{metaHead, head{hash: sha256.Sum256(id)}.encode()},
	} {
		if err := meta.Put(pair.key, pair.value); err != nil {
			return err
		}
	}
	return nil
}

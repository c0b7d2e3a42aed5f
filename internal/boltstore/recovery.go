package boltstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// recoverFolder brings concord.db to the state that its journal tells of, after a program
// that did not close it. It does nothing where there is no journal. Stopped in
// between, it is done again.
func recoverFolder(dir string, options Options) (err error) {
	path := filepath.Join(dir, fileName)
	if j, err := readJournal(dir); j == nil && err == nil {
		return nil
	}
	info, err := writable(path)
	if err != nil {
		return fileError("上次没有正常停止，需要先恢复数据，但无法写入数据文件 "+path, err)
	}
	options.ReadOnly = false // whoever comes first recovers it
	var j *written           // nil when another process has done it meanwhile
	db, err := openFile(path, info.Size(), options, func(file *os.File) (err error) {
		j, err = rewind(dir, file)
		return err
	})
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := db.Close(); err == nil && closeErr != nil {
			err = fileError("无法关闭数据文件 "+path, closeErr)
		}
	}()
	if j != nil {
		if err := j.replay(db, options); err != nil {
			return damaged(path, err)
		}
	}
	if err := db.Sync(); err != nil {
		return fileError("无法写入数据文件 "+path, err)
	}
	if err := removeJournal(dir); err != nil {
		return fileError("无法删除 "+filepath.Join(dir, journalName), err)
	}
	return nil
}

// writable describes a file that can be written to.
func writable(path string) (fs.FileInfo, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return file.Stat()
}

// rewind points both meta pages of a file to the checkpoint of the journal, which it
// returns, nil when there is none. The file must be locked, and stay so until the
// journal has been replayed.
func rewind(dir string, file *os.File) (*written, error) {
	j, err := readJournal(dir)
	if err != nil {
		return nil, journalError(dir, err)
	}
	if j == nil {
		return nil, nil
	}
	if err := j.belongsTo(file); err != nil {
		return nil, &hub.Error{Code: hub.CodeInvalid, Cause: err, Message: fmt.Sprintf(
			"数据文件 %s 与同目录的 %s 不属于同一份数据，可能是从别处拷来或换回了旧文件。两者均未改动。请从备份恢复到新的目录，或将两个文件一起换回。", file.Name(), journalName)}
	}
	if err := j.keep(dir); err != nil {
		return nil, fileError("无法写入 "+filepath.Join(dir, journalName), err)
	}
	for place := range int64(2) {
		meta := j.meta
		nativeOrder.PutUint64(meta[:], uint64(place)) // the number of the page that it stands in
		if _, err := file.WriteAt(meta[:], place*int64(j.pageSize)); err != nil {
			return nil, fileError("无法写入数据文件 "+file.Name(), err)
		}
	}
	if err := file.Sync(); err != nil {
		return nil, fileError("无法写入数据文件 "+file.Name(), err)
	}
	return j, nil
}

// keep makes the header durable. It may be in memory only, since the program was killed
// before it had synced it, or that failed; and what recovery writes goes over pages of
// the checkpoint before, to which the disk would still point after a power cut.
func (w *written) keep(dir string) error {
	file, err := os.OpenFile(filepath.Join(dir, journalName), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(w.encode(), w.place()) // else a failed write would not be tried again
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// belongsTo checks that a file holds the checkpoint: a state no older than it, and
// the very page to which it points.
func (w *written) belongsTo(file *os.File) error {
	at := parseMeta(w.meta[:])
	if !at.valid || at.pageSize != int64(w.pageSize) {
		return errJournal
	}
	if newest, _ := newestMeta(file); newest.valid && newest.txid < at.txid {
		return fmt.Errorf("the file is of transaction %d, the checkpoint of %d", newest.txid, at.txid)
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if end := int64(at.pages) * at.pageSize; end > info.Size() {
		return fmt.Errorf("the file has %d bytes of %d", info.Size(), end)
	}
	sum, err := rootSum(file, at)
	if err != nil {
		return err
	}
	if sum != w.root {
		return errors.New("the page of the root bucket is another one")
	}
	return nil
}

// replay adds what the journal holds to the log and to the views.
func (w *written) replay(db *bolt.DB, options Options) (err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	version, order, whole, err := currentFormat.look(db)
	if err != nil {
		return err
	}
	return db.Update(func(tx *bolt.Tx) error {
		meta, log := tx.Bucket(bucketMeta), tx.Bucket(bucketLog)
		if meta == nil || log == nil {
			return errors.New("a bucket is missing")
		}
		log.FillPercent = 1
		at, err := decodeHead(meta.Get(metaHead))
		if err != nil {
			return err
		}
		if skip := at.revision - w.first + 1; at.revision >= w.first {
			if uint64(skip) > uint64(len(w.entries)) {
				return fmt.Errorf("revision %d is beyond the journal", at.revision)
			}
			w.first, w.entries = w.first+skip, w.entries[skip:]
		} else if at.revision != w.head.revision || at.hash != w.head.hash {
			return fmt.Errorf("the checkpoint is at revision %d instead of %d", at.revision, w.head.revision)
		}
		if len(w.entries) == 0 {
			return nil
		}
		for i, e := range w.entries {
			at.revision = w.first + hub.Revision(i)
			if at.hash = e.chain(at.hash, at.revision); at.hash != e.hash() {
				return fmt.Errorf("%w: revision %d does not follow the one before", errJournal, at.revision)
			}
			if err := log.Put(revisionKey(at.revision), e); err != nil {
				return err
			}
		}
		if err := meta.Put(metaHead, at.encode()); err != nil {
			return err
		}
		if version != currentFormat.version || !whole || order != options.NameOrder {
			return meta.Put(metaViews, nil) // by a program of another version: all of them are made anew
		}
		b, err := bucketsOf(tx)
		if err != nil {
			return err
		}
		v := views{buckets: b}
		if v.labels, err = loadLabels(b.label); err != nil {
			return err
		}
		return v.replay(b.log, w.first, at.revision, options.NameKey)
	})
}

func journalError(dir string, err error) error {
	path := filepath.Join(dir, journalName)
	if errors.Is(err, errJournal) {
		return &hub.Error{Code: hub.CodeInvalid, Cause: err, Message: fmt.Sprintf(
			"预写文件 %s 已损坏，上次停止前最近的写入可能不全。数据文件未作任何改动。请从备份恢复。", path)}
	}
	return fileError("无法读取 "+path, err)
}

package boltstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"concord/internal/hub"
)

const (
	fileName    = "concord.db"
	pidFileName = "concord.pid"
)

// Open opens the store in a folder, which it creates when it is missing: the
// folder for its owner alone, the file likewise. Its errors are [*hub.Error]
// with a sentence for the operator: another process has the folder open, the
// file is of a newer version, is not ours, or is damaged. A file that is refused
// is left as it is.
func Open(dir string, options Options) (*Store, error) { return open(dir, options, currentFormat) }

func open(dir string, options Options, f format) (_ *Store, err error) {
	options = options.withDefaults()
	s := &Store{
		dir:       dir,
		now:       options.Now,
		nameKey:   options.NameKey,
		readOnly:  options.ReadOnly,
		minFree:   uint64(max(0, options.MinFree)),
		committed: options.Committed,
		cache:     newCache(options.CacheSize),
		waiting:   map[hub.Revision]chan struct{}{},
		queue:     make(chan *request, 256),
		stopped:   make(chan struct{}),
		release:   func() {},
	}
	s.db, err = openFolder(dir, options)
	if err != nil {
		return nil, err
	}
	path := s.db.Path()
	defer func() {
		if err != nil {
			_ = s.db.Close()
			s.release()
		}
	}()
	if !options.ReadOnly {
		s.release = writePID(dir)
		if err := keep(path); err != nil {
			return nil, fileError("无法写入数据文件 "+path, err)
		}
		// The names of a new folder and file must survive a power cut, and that of a
		// journal that was removed must not.
		if err := syncFolders(dir); err != nil {
			return nil, fileError("无法写入数据目录 "+dir, err)
		}
	}
	if err := f.ready(s, options); errors.Is(err, errPanic) {
		return nil, damaged(path, err)
	} else if err != nil {
		return nil, internal("Open", err)
	}
	if err := s.load(); err != nil {
		return nil, damaged(path, err)
	}
	go s.run()
	return s, nil
}

// openFolder opens and locks the file in a folder, at its newest state.
func openFolder(dir string, options Options) (*bolt.DB, error) {
	for {
		path, size, err := locate(dir, options)
		if err != nil {
			return nil, err
		}
		if size == 0 {
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return nil, fileError("无法建立数据目录 "+dir, err)
			}
		}
		db, err := openFile(path, size, options, func(*os.File) error {
			if _, err := os.Stat(filepath.Join(dir, journalName)); err == nil {
				return errLeft
			}
			return nil
		})
		if !errors.Is(err, errLeft) {
			return db, err
		}
	}
}

// errLeft is that who held the lock until now was killed, and has left a journal. bbolt
// may not even open such a file to write: it would write a list of free pages over what
// recovery needs.
var errLeft = errors.New("a journal was left")

// keep makes the newest state of a file durable. It may be in memory only: a program
// was killed before it had synced it, or that failed, or the file has just been copied
// here. What is written from now on goes over pages of the state before, to which the
// disk would still point after a power cut.
func keep(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	_, place := newestMeta(file)
	var meta [metaSize]byte
	if _, err = file.ReadAt(meta[:], place); err == nil {
		_, err = file.WriteAt(meta[:], place) // else a failed write would not be tried again
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// locate returns the path of the file in a folder and its size, 0 when there is
// none yet. If it was not closed, it is brought to its newest state first.
func locate(dir string, options Options) (path string, size int64, err error) {
	if err := recoverFolder(dir, options); err != nil {
		return "", 0, err
	}
	path = filepath.Join(dir, fileName)
	size, err = inspect(path)
	for attempt := 0; err != nil && attempt < 3; attempt++ {
		// Another process may just have been writing what was read.
		time.Sleep(20 * time.Millisecond)
		size, err = inspect(path)
	}
	if err == nil && size == 0 && options.ReadOnly {
		err = noData(dir)
	}
	return path, size, err
}

// Exists refuses a folder without data, for who would not make any: whoever reads
// and finds nothing has mistyped its path.
func Exists(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, fileName)); errors.Is(err, fs.ErrNotExist) {
		return noData(dir)
	}
	return nil
}

func noData(dir string) error {
	return hub.NotFound("数据目录 %s 中没有数据。请核对 --data 的路径，或先用可写入的命令建立数据。", dir)
}

// openFile opens a file. first is given it when it is locked, before bbolt reads it.
func openFile(path string, size int64, options Options, first func(*os.File) error) (db *bolt.DB, err error) {
	defer func() {
		if p := recover(); p != nil {
			db, err = nil, damaged(path, fmt.Errorf("panic: %v", p))
		}
	}()
	space := reserved(size)
	db, err = bolt.Open(path, 0o600, &bolt.Options{
		Timeout:         options.LockTimeout,
		ReadOnly:        options.ReadOnly,
		FreelistType:    bolt.FreelistMapType,
		InitialMmapSize: space,
		MaxSize:         space,
		NoStatistics:    true,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			file, err := os.OpenFile(name, flag, mode)
			if err != nil {
				return nil, err
			}
			if err = lockFile(file, !options.ReadOnly, options.LockTimeout); errors.Is(err, syscall.EWOULDBLOCK) {
				err = berrors.ErrTimeout
			}
			if err == nil {
				err = first(file)
			}
			if err != nil {
				_ = file.Close()
				return nil, err
			}
			return file, nil
		},
	})
	refused, ours := errors.AsType[*hub.Error](err)
	switch {
	case ours:
		return nil, refused
	case err == nil:
		return db, nil
	case errors.Is(err, berrors.ErrTimeout):
		return nil, inUse(filepath.Dir(path), err)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return nil, damaged(path, err)
	default:
		return nil, fileError("无法打开数据文件 "+path, err)
	}
}

// inspect looks at the file before bbolt does, which would crash on a file that
// was cut off and silently fall back to the state before when the newest one is
// damaged. It returns 0 for a file that is missing or empty.
func inspect(path string) (size int64, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fileError("无法打开数据文件 "+path, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return 0, fileError("无法打开数据文件 "+path, err)
	}
	if info.IsDir() {
		return 0, fileError("无法打开数据文件 "+path, errors.New("is a folder"))
	}
	if info.Size() == 0 {
		return 0, nil
	}
	first, second, pageSize := readMetas(file)
	switch {
	case !first.valid && !second.valid:
		return 0, &hub.Error{Code: hub.CodeInvalid, Message: fmt.Sprintf(
			"文件 %s 不是 Concord 的数据文件，或文件头已损坏。文件未作任何改动。请核对 --data 的路径，或从备份恢复。", path)}
	case !first.valid || !second.valid:
		return 0, &hub.Error{Code: hub.CodeInvalid, Message: fmt.Sprintf(
			"数据文件 %s 的两个文件头之一已损坏，最近一次写入可能丢失。文件未作任何改动。请从备份恢复。", path)}
	}
	newest := first
	if second.txid > first.txid {
		newest = second
	}
	if end := int64(newest.pages) * pageSize; end > info.Size() {
		return 0, &hub.Error{Code: hub.CodeInvalid, Message: fmt.Sprintf(
			"数据文件 %s 不完整：应至少有 %d 字节，实有 %d 字节。文件未作任何改动。请从备份恢复。", path, end, info.Size())}
	}
	return info.Size(), nil
}

// metaPage is what a meta page of bbolt says.
type metaPage struct {
	valid    bool
	pageSize int64
	root     uint64 // page of the root bucket
	free     uint64 // page of the list of free pages
	pages    uint64 // how many there are
	txid     uint64
}

const (
	metaHeader = 16 // of a page, the first 8 bytes of it its number
	metaBody   = 56
	metaSize   = metaHeader + metaBody + 8
)

// nativeOrder is the order of bytes in bbolt's pages.
var nativeOrder = binary.NativeEndian

// readMeta reads the meta page at an offset.
func readMeta(file io.ReaderAt, offset int64) metaPage {
	var b [metaSize]byte
	if n, _ := file.ReadAt(b[:], offset); n < len(b) {
		return metaPage{}
	}
	return parseMeta(b[:])
}

// parseMeta reads a meta page: behind the header of the page magic, version, page
// size, flags, root (16 bytes), freelist, pages in use, transaction, and the FNV-1a
// hash of all that, in the byte order of the machine.
func parseMeta(page []byte) metaPage {
	const magic = 0xED0CDAED
	m := page[metaHeader:metaSize]
	h := fnv.New64a()
	h.Write(m[:metaBody])
	return metaPage{
		valid:    nativeOrder.Uint32(m) == magic && h.Sum64() == nativeOrder.Uint64(m[metaBody:]),
		pageSize: int64(nativeOrder.Uint32(m[8:])),
		root:     nativeOrder.Uint64(m[16:]),
		free:     nativeOrder.Uint64(m[32:]),
		pages:    nativeOrder.Uint64(m[40:]),
		txid:     nativeOrder.Uint64(m[48:]),
	}
}

// readMetas reads both meta pages. Where the second one lies, the first one says, or,
// when that is damaged, a search tells.
func readMetas(file io.ReaderAt) (first, second metaPage, place int64) {
	first = readMeta(file, 0)
	if place = first.pageSize; first.valid {
		return first, readMeta(file, place), place
	}
	for place = 1 << 10; place <= 1<<16; place <<= 1 {
		if second = readMeta(file, place); second.valid {
			break
		}
	}
	return first, second, place
}

// writePID notes which process has the folder open, for the message that
// another one gets. It returns how to take the note back.
func writePID(dir string) func() {
	path := filepath.Join(dir, pidFileName)
	if os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600) != nil {
		return func() {}
	}
	return func() { _ = os.Remove(path) }
}

func inUse(dir string, cause error) error {
	who := "另一个 concord 进程"
	if text, err := os.ReadFile(filepath.Join(dir, pidFileName)); err == nil {
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			who = fmt.Sprintf("%s（进程号 %d）", who, pid)
		}
	}
	return &hub.Error{Code: hub.CodeBusy, Cause: cause,
		Message: fmt.Sprintf("数据目录 %s 正被%s使用。请先停止该进程，或改用它的接口；也可用 --data 指定其他目录。", dir, who)}
}

func fileError(what string, cause error) error {
	return &hub.Error{Code: hub.CodeInternal, Cause: cause, Message: what + "。请检查路径、权限和磁盘。"}
}

func damaged(path string, cause error) error {
	if e, ok := errors.AsType[*hub.Error](cause); ok {
		cause = e.Cause
	}
	return &hub.Error{Code: hub.CodeInternal, Cause: cause,
		Message: fmt.Sprintf("数据文件 %s 已损坏，无法打开。请运行 concord verify 查明范围；视图损坏可用 concord reindex 重建，日志损坏请从备份恢复。", path)}
}

// syncFolders makes the names of a new folder and of what is in it durable.
func syncFolders(dir string) error {
	for _, name := range []string{dir, filepath.Dir(filepath.Clean(dir))} {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		err = f.Sync()
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			return err
		}
	}
	return nil
}

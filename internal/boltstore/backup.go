package boltstore

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"concord/internal/hub"
)

// Mark is a place in a log: a revision and the hash of everything up to it. Two
// logs that hold the same mark agree up to there.
type Mark struct {
	Revision hub.Revision
	Hash     [sha256.Size]byte
}

// String returns the mark as people keep it: the revision, a colon, the hash as
// 64 hexadecimal digits.
func (m Mark) String() string { return fmt.Sprintf("%d:%x", m.Revision, m.Hash) }

// ParseMark reads what [Mark.String] wrote.
func ParseMark(text string) (m Mark, err error) {
	revision, hash, _ := strings.Cut(strings.TrimSpace(text), ":")
	n, err := strconv.ParseUint(revision, 10, 63)
	sum, hashErr := hex.DecodeString(hash)
	if err != nil || hashErr != nil || len(sum) != len(m.Hash) {
		return Mark{}, hub.Invalid("", "“%s”不是核验标记。核验标记形如 123:（64 位十六进制数），由 backup、restore 和 verify 打印。", text)
	}
	m.Revision = hub.Revision(n)
	copy(m.Hash[:], sum)
	return m, nil
}

// Backup writes the store as it is at its newest durable revision: a file that can
// stand as the concord.db of a folder. Writing goes on meanwhile; what it adds is
// not in the copy.
func (s *Store) Backup(ctx context.Context, w io.Writer) (mark Mark, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	snap, err := s.snapshot()
	if err != nil {
		return Mark{}, err
	}
	defer snap.Close()
	if _, err := snap.tx.WriteTo(&patient{ctx, w}); err != nil {
		if ctx.Err() != nil {
			return Mark{}, ctx.Err()
		}
		return Mark{}, fileError("备份没有写完", err)
	}
	return Mark{snap.head.revision, snap.head.hash}, nil
}

// patient is a writer that gives up with its context.
type patient struct {
	ctx context.Context
	w   io.Writer
}

func (p *patient) Write(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.w.Write(b)
}

// Newest returns the newest mark of the store in a folder, and whether its log
// holds an earlier one. If it does not, an older file or another one has been put
// in its place.
func Newest(dir string, options Options, earlier Mark) (newest Mark, holds bool, err error) {
	options.ReadOnly = true
	s, err := Open(dir, options)
	if err != nil {
		return newest, false, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	newest.Revision = s.Revision()
	if newest.Hash, err = s.LogHash(newest.Revision); err != nil || earlier.Revision > newest.Revision {
		return newest, false, err
	}
	hash, err := s.LogHash(earlier.Revision)
	return newest, earlier == Mark{} || hash == earlier.Hash, err
}

// Settle makes a backup's file of a copy of a store: copyTo writes the copy, and
// returns its mark. The file is durable and has been verified when it appears
// under its name; there must be none of that name. What is left of an attempt
// that was cut off is in the folder file.partial and goes with the next one.
func Settle(ctx context.Context, file string, copyTo func(io.Writer) (Mark, error), progress func(done, total hub.Revision)) (Mark, error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return Mark{}, fileError("无法写入 "+file, err)
		}
		return Mark{}, hub.Invalid("out", "文件 %s 已存在。请换一个文件名，以免覆盖以前的备份。", file)
	}
	return settle(ctx, file, file+".partial", copyTo, progress)
}

// Restore makes the store of a folder out of a backup. The folder must be new or
// hold nothing but an identity key; it is filled in one step, after the copy has
// been verified. Backups of older formats are brought up to date. What is left of
// an attempt that was cut off is in .restoring and goes with the next one.
func Restore(ctx context.Context, backup, dir string, progress func(done, total hub.Revision)) (Mark, error) {
	const staging = ".restoring"
	source, err := os.Open(backup)
	if err != nil {
		return Mark{}, fileError("无法打开备份 "+backup, err)
	}
	defer source.Close()
	there, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Mark{}, fileError("无法读取目录 "+dir, err)
	}
	for _, entry := range there {
		if name := entry.Name(); name != staging && !strings.HasPrefix(name, "identity.key") {
			return Mark{}, hub.Invalid("data", "目录 %s 不是空的（有 %s）。恢复不会覆盖已有的数据，请换一个新目录。", dir, name)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Mark{}, fileError("无法建立数据目录 "+dir, err)
	}
	return settle(ctx, filepath.Join(dir, fileName), filepath.Join(dir, staging), func(w io.Writer) (Mark, error) {
		n, err := io.Copy(&patient{ctx, w}, source)
		if err == nil && n == 0 {
			err = hub.Invalid("from", "备份 %s 是空的。请改用另一份备份。", backup)
		}
		return Mark{}, err
	}, progress)
}

// settle writes a file in a folder aside, verifies it there, and moves it to
// where it belongs.
func settle(ctx context.Context, target, aside string, copyTo func(io.Writer) (Mark, error), progress func(done, total hub.Revision)) (_ Mark, err error) {
	cannot := "无法写入 " + target
	if err := os.RemoveAll(aside); err != nil {
		return Mark{}, fileError(cannot, err)
	}
	if err := os.Mkdir(aside, 0o700); err != nil {
		return Mark{}, fileError(cannot, err)
	}
	defer func() {
		if left := os.RemoveAll(aside); err == nil && left != nil {
			err = fileError("无法删除 "+aside, left)
		}
	}()
	path := filepath.Join(aside, fileName)
	told, err := write(path, copyTo)
	if err != nil {
		if _, ok := errors.AsType[*hub.Error](err); !ok && ctx.Err() == nil {
			err = fileError(cannot, err)
		}
		return Mark{}, err
	}
	mark, err := sound(ctx, aside, progress)
	if err != nil {
		return Mark{}, err
	}
	if told != (Mark{}) && told != mark {
		return Mark{}, hub.Internal("Settle", fmt.Errorf("the copy holds %s instead of %s", mark, told))
	}
	if err := os.Rename(path, target); err != nil {
		return Mark{}, fileError(cannot, err)
	}
	if err := syncFolders(filepath.Dir(target)); err != nil {
		return Mark{}, fileError(cannot, err)
	}
	return mark, nil
}

// write writes a file and makes it durable.
func write(path string, copyTo func(io.Writer) (Mark, error)) (mark Mark, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return Mark{}, err
	}
	buffered := bufio.NewWriterSize(file, 1<<20)
	mark, err = copyTo(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	return mark, errors.Join(err, file.Close())
}

// sound brings the store in a folder up to date, verifies it and returns its
// newest mark. Views that are damaged are made anew; a damaged log is an error.
func sound(ctx context.Context, dir string, progress func(done, total hub.Revision)) (Mark, error) {
	s, err := Open(dir, Options{MinFree: -1})
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return Mark{}, err
	}
	mark, _, err := Newest(dir, Options{}, Mark{})
	if err != nil {
		return Mark{}, err
	}
	var worst *Finding
	_, err = Verify(ctx, dir, Options{}, func(f Finding) {
		if worst == nil || f.Log && !worst.Log {
			worst = &f
		}
	}, progress)
	switch {
	case err != nil:
		return Mark{}, err
	case worst != nil && worst.Log:
		return Mark{}, &hub.Error{Code: hub.CodeInvalid, Message: fmt.Sprintf("备份中的变更日志有误，不能使用：%s请改用另一份备份。", worst.Message)}
	case worst != nil:
		return mark, Reindex(ctx, dir, Options{MinFree: -1}, nil)
	}
	return mark, nil
}

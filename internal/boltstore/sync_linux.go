package boltstore

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// startWriting has the system begin to write a stretch of a file. It waits for nothing;
// what goes wrong, datasync tells.
func startWriting(file *os.File, at, size int64) {
	_ = unix.SyncFileRange(int(file.Fd()), at, size, unix.SYNC_FILE_RANGE_WRITE)
}

// datasync makes what was written to a file durable, and its size if that has
// changed; not the time of the change, which would cost another write.
func datasync(file *os.File) error { return syscall.Fdatasync(int(file.Fd())) }

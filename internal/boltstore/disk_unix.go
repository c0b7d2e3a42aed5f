//go:build linux || darwin || freebsd

package boltstore

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// freeSpace returns how many bytes an ordinary process may still write below dir,
// false when that cannot be learned.
func freeSpace(dir string) (bytes uint64, known bool) {
	var stat unix.Statfs_t
	if err := unix.Statfs(dir, &stat); err != nil {
		return 0, false
	}
	// The fields' types differ between systems.
	return uint64(stat.Bavail) * uint64(stat.Bsize), true //nolint:unconvert // not everywhere a uint64
}

// lockFile locks a file as bbolt does, until it is closed.
func lockFile(file *os.File, exclusive bool, wait time.Duration) error {
	how := unix.LOCK_SH
	if exclusive {
		how = unix.LOCK_EX
	}
	for end := time.Now().Add(wait); ; time.Sleep(20 * time.Millisecond) {
		err := unix.Flock(int(file.Fd()), how|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) || time.Now().After(end) {
			return err
		}
	}
}

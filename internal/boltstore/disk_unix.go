//go:build linux || darwin || freebsd

package boltstore

import (
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
func lockFile(file *os.File, wait time.Duration) error {
	for end := time.Now().Add(wait); ; time.Sleep(20 * time.Millisecond) {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil || time.Now().After(end) {
			return err
		}
	}
}

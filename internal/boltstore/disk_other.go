//go:build !linux && !darwin && !freebsd

package boltstore

import (
	"os"
	"time"
)

// freeSpace is not known here; a full disk shows in the commit that fails.
func freeSpace(string) (bytes uint64, known bool) { return 0, false }

// lockFile does nothing here: bbolt's own lock follows at once.
func lockFile(*os.File, bool, time.Duration) error { return nil }

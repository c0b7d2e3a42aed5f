package boltstore

import (
	"os"
	"syscall"
)

// datasync makes what was written to a file durable, and its size if that has
// changed; not the time of the change, which would cost another write.
func datasync(file *os.File) error { return syscall.Fdatasync(int(file.Fd())) }

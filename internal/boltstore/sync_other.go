//go:build !linux

package boltstore

import "os"

// datasync makes what was written to a file durable.
func datasync(file *os.File) error { return file.Sync() }

//go:build !linux

package boltstore

import "os"

// startWriting has the system begin to write a stretch of a file, where it can.
func startWriting(*os.File, int64, int64) {}

// datasync makes what was written to a file durable.
func datasync(file *os.File) error { return file.Sync() }

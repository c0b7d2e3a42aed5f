//go:build !linux && !darwin && !freebsd

package boltstore

import "errors"

// freeSpace is not known here; a full disk shows in the commit that fails.
func freeSpace(string) (uint64, error) { return 0, errors.ErrUnsupported }

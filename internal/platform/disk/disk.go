// Package disk makes changes of folders durable. It promises that names of files outlive a
// loss of power once it returns. It leaves the bytes of files to those who write them.
package disk

import (
	"errors"
	"os"
	"syscall"
)

// SyncFolder makes the names in a folder durable.
func SyncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	// Some file systems have nothing to do here and say that they cannot.
	if err := folder.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}

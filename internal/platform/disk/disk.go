// Package disk makes changes to directories durable. Once SyncFolder returns, the names in the
// folder survive a loss of power. Callers sync the contents of their files themselves.
package disk

import (
	"errors"
	"os"
	"syscall"
)

// SyncFolder flushes the names in a folder to disk.
func SyncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	// Some file systems need no sync for a folder and return EINVAL.
	if err := folder.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}

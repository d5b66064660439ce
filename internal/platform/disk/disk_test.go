package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"backoffice/internal/platform/disk"
)

// TestSyncFolder syncs a folder, a device that cannot be synced, and a folder that does not exist.
func TestSyncFolder(t *testing.T) {
	t.Parallel()
	if err := disk.SyncFolder(t.TempDir()); err != nil {
		t.Error(err)
	}
	// A device returns EINVAL, as some file systems do for folders.
	if err := disk.SyncFolder(os.DevNull); err != nil {
		t.Errorf("syncing a device: got %v, want no error", err)
	}
	if err := disk.SyncFolder(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("syncing a missing folder: got %v, want %v", err, fs.ErrNotExist)
	}
}

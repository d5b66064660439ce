package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"backoffice/internal/platform/disk"
)

// TestSyncFolder syncs a folder, what cannot be synced, and what is not there.
func TestSyncFolder(t *testing.T) {
	t.Parallel()
	if err := disk.SyncFolder(t.TempDir()); err != nil {
		t.Error(err)
	}
	// A device answers EINVAL, as some file systems do for folders.
	if err := disk.SyncFolder(os.DevNull); err != nil {
		t.Errorf("a file that cannot be synced gives %v", err)
	}
	if err := disk.SyncFolder(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there gives %v", err)
	}
}

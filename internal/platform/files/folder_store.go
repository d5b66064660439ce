package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"backoffice/internal/platform/disk"
)

// Folder is a store in a local folder.
type Folder string

var _ Store = Folder("")

// Put implements Store. It writes a temporary file in the target's folder, because the system's
// temporary folder may be on another disk, and renames it after it is on disk.
func (f Folder) Put(_ context.Context, name string, body io.Reader, _ int64) error {
	target := f.path(name)
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(target), filepath.Base(target)+".*")
	if err != nil {
		return err
	}
	_, err = io.Copy(temporary, body)
	if err = errors.Join(err, temporary.Sync(), temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), target)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return f.syncParents(target)
}

// syncParents makes the names of a file and of its folders durable.
func (f Folder) syncParents(name string) error {
	for name != string(f) {
		name = filepath.Dir(name)
		if err := disk.SyncFolder(name); err != nil {
			return err
		}
	}
	return nil
}

// Open implements Store.
func (f Folder) Open(_ context.Context, name string) (io.ReadSeekCloser, error) {
	return os.Open(f.path(name))
}

// Delete implements Store. It also removes temporary files that a killed server left in the same
// folder. Their names start with the blob's name.
func (f Folder) Delete(_ context.Context, name string) error {
	dir, base := filepath.Split(f.path(name))
	found, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, entry := range found {
		if entry.Name() != base && !strings.HasPrefix(entry.Name(), base+".") {
			continue
		}
		if e := os.Remove(filepath.Join(dir, entry.Name())); !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// Check implements Store.
func (f Folder) Check(context.Context) error {
	info, err := os.Stat(string(f))
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a folder", f)
	}
	return err
}

func (f Folder) path(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }

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

// Folder is a store in a folder of this machine.
type Folder string

var _ Store = Folder("")

// Put implements Store. The bytes are written beside their place and take their name once
// they are on disk: a folder for temporary files may be on another disk.
func (f Folder) Put(_ context.Context, name string, body io.Reader, _ int64) error {
	target := f.path(name)
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return err
	}
	beside, err := os.CreateTemp(filepath.Dir(target), filepath.Base(target)+".*")
	if err != nil {
		return err
	}
	_, err = io.Copy(beside, body)
	if err = errors.Join(err, beside.Sync(), beside.Close()); err == nil {
		err = os.Rename(beside.Name(), target)
	}
	if err != nil {
		return errors.Join(err, os.Remove(beside.Name()))
	}
	return f.syncParents(target)
}

// syncParents makes the name of a file durable, with those of its folders.
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

// Delete implements Store. It also removes what a killed server left of writing the bytes,
// which lies beside them under a longer name.
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

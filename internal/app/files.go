package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"backoffice/internal/platform/files"
)

// storeTimeout bounds how long the store of files may take to answer at the start.
const storeTimeout = 30 * time.Second

// openFiles returns where the bytes of files lie. The folder in the data directory is made
// if there is none; one that was named must exist, since it may be a disk not mounted yet.
func (s *Settings) openFiles(ctx context.Context) (files.Store, error) {
	place := s.FilesURL
	var store files.Store
	var err error
	if place == "" {
		var dir string
		if dir, err = s.dataDir(); err != nil {
			return nil, err
		}
		place = filepath.Join(dir, "files")
		store, err = files.Folder(place), os.MkdirAll(place, 0o700)
	} else {
		store, err = files.StoreAt(place)
	}
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	if err == nil {
		err = store.Check(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("files cannot be kept in %s (BACKOFFICE_FILES_URL): %w", place, err)
	}
	return store, nil
}

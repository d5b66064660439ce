package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"backoffice/internal/platform/files"
)

// storeTimeout limits how long the check of the file storage may take at startup.
const storeTimeout = 30 * time.Second

// openFiles opens and checks the file storage. The default folder in the data directory is created
// if missing. A configured folder must exist, since it may be a disk that is not mounted yet.
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
		return nil, fmt.Errorf("files cannot be stored in %s (BACKOFFICE_FILES_URL): %w", place, err)
	}
	return store, nil
}

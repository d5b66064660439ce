package app

import (
	"context"
	"fmt"
	"path/filepath"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
)

// openFiles opens where the bytes of files lie. The schemes of buckets are known to the
// program that imports them, so that tests need not link two clouds.
func (s *Settings) openFiles(ctx context.Context) (*blob.Bucket, error) {
	url := s.FilesURL
	var store *blob.Bucket
	var err error
	if url == "" {
		var dir string
		if dir, err = s.dataDir(); err != nil {
			return nil, err
		}
		url = filepath.Join(dir, "files")
		store, err = FilesFolder(url)
	} else {
		store, err = blob.OpenBucket(ctx, url)
	}
	if err == nil {
		var there bool
		if there, err = store.IsAccessible(ctx); err == nil && !there {
			err = fmt.Errorf("it does not exist")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("files cannot be kept in %s (BACKOFFICE_FILES_URL): %w", url, err)
	}
	return store, nil
}

// FilesFolder opens a folder for files, and makes it if there is none. A file is written
// beside its place, since a folder for temporary files may be on another disk.
func FilesFolder(dir string) (*blob.Bucket, error) {
	return fileblob.OpenBucket(dir, &fileblob.Options{CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
}

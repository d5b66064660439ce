package files

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
)

// Store keeps bytes under names.
type Store interface {
	// Put keeps bytes under a name, whole and durable or not at all.
	Put(ctx context.Context, name string, body io.Reader, size int64) error
	// Open opens the bytes under a name.
	Open(ctx context.Context, name string) (io.ReadSeekCloser, error)
	// Delete removes the bytes under a name, if there are any.
	Delete(ctx context.Context, name string) error
	// Check returns why the store cannot be used, if it cannot.
	Check(ctx context.Context) error
}

// StoreAt returns the store that a URL names: a folder by file:///, a bucket by s3://.
func StoreAt(text string) (Store, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	switch u.Scheme {
	case "file":
		if u.Host != "" || u.Path == "" || u.RawQuery != "" {
			return nil, fmt.Errorf("a folder is written file:///path")
		}
		return Folder(filepath.Clean(u.Path)), nil
	case "s3":
		return newBucket(u)
	case "gs":
		return nil, fmt.Errorf("gs:// is not known; Google Cloud Storage is reached as "+
			"s3://%s?endpoint=https://storage.googleapis.com, with an HMAC key as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", u.Host)
	}
	return nil, fmt.Errorf("it must begin with file:/// or s3://")
}

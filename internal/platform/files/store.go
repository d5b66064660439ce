package files

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
)

// Store stores bytes under names.
type Store interface {
	// Put stores bytes under a name, completely and durably or not at all.
	Put(ctx context.Context, name string, body io.Reader, size int64) error
	// Open opens the bytes under a name.
	Open(ctx context.Context, name string) (io.ReadSeekCloser, error)
	// Delete removes the bytes under a name. It has no effect if there are none.
	Delete(ctx context.Context, name string) error
	// Check returns an error if the store cannot be used.
	Check(ctx context.Context) error
}

// StoreAt returns the store at a URL: a folder at file:///path or a bucket at s3://name.
func StoreAt(text string) (Store, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	switch u.Scheme {
	case "file":
		if u.Host != "" || u.Path == "" || u.RawQuery != "" {
			return nil, fmt.Errorf("write the URL of a folder as file:///path")
		}
		return Folder(filepath.Clean(u.Path)), nil
	case "s3":
		return newBucket(u)
	case "gs":
		return nil, fmt.Errorf("gs:// is not supported; for Google Cloud Storage use "+
			"s3://%s?endpoint=https://storage.googleapis.com, "+
			"with an HMAC key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", u.Host)
	}
	return nil, fmt.Errorf("the URL must start with file:/// or s3://")
}

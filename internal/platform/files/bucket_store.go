package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"backoffice/internal/platform/mediatype"
)

// awsEndpoint is the default endpoint of a bucket.
const awsEndpoint = "https://s3.amazonaws.com"

// bucket is a store in a bucket of Amazon S3 or a compatible service.
type bucket struct {
	client       *minio.Client
	name, prefix string
}

var _ Store = (*bucket)(nil)

// bucketParameters are the query parameters that a bucket's URL may have.
var bucketParameters = []string{"endpoint", "region", "prefix", "path_style"}

// newBucket returns the store for a URL such as
// `s3://name?region=eu-central-1&endpoint=https://s3.example.com&prefix=files/&path_style=true`.
// Credentials come from the environment, the shared credentials file, or the machine's IAM role,
// as in Amazon's tools.
func newBucket(u *url.URL) (*bucket, error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, err
	}
	for name := range query {
		if !slices.Contains(bucketParameters, name) {
			return nil, fmt.Errorf("a bucket has no parameter %s; use one of %q", name, bucketParameters)
		}
	}
	if u.Host == "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("write the URL of a bucket as s3://name?region=…")
	}
	text := query.Get("endpoint")
	if text == "" {
		text = awsEndpoint
	}
	endpoint, err := url.Parse(text)
	if err != nil || endpoint.Host == "" || endpoint.Scheme != "http" && endpoint.Scheme != "https" {
		return nil, fmt.Errorf("the endpoint %q is not a URL such as %s", text, awsEndpoint)
	}
	options := &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
		}),
		Secure: endpoint.Scheme == "https",
		Region: query.Get("region"),
	}
	switch query.Get("path_style") {
	case "", "false":
	case "true":
		options.BucketLookup = minio.BucketLookupPath
	default:
		return nil, errors.New("path_style must be true or false")
	}
	client, err := minio.New(endpoint.Host, options)
	return &bucket{client: client, name: u.Host, prefix: query.Get("prefix")}, err
}

// Put implements Store. It sends a single request, so an interrupted upload leaves no parts in the
// bucket.
func (b *bucket) Put(ctx context.Context, name string, body io.Reader, size int64) error {
	options := minio.PutObjectOptions{ContentType: mediatype.Unknown, DisableMultipart: true}
	_, err := b.client.PutObject(ctx, b.name, b.prefix+name, body, size, options)
	return err
}

// Open implements Store.
func (b *bucket) Open(ctx context.Context, name string) (io.ReadSeekCloser, error) {
	object, err := b.client.GetObject(ctx, b.name, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	// GetObject sends no request; Stat does.
	if _, err := object.Stat(); err != nil {
		return nil, errors.Join(err, object.Close())
	}
	return object, nil
}

// Delete implements Store.
func (b *bucket) Delete(ctx context.Context, name string) error {
	return b.client.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{})
}

// Check implements Store.
func (b *bucket) Check(ctx context.Context) error {
	exists, err := b.client.BucketExists(ctx, b.name)
	if err == nil && !exists {
		err = fmt.Errorf("the bucket %s does not exist", b.name)
	}
	return err
}

package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/rpc"
)

// spool is an uploaded body in a temporary file. It is spooled because its name in the store is its
// digest, which is known only after the last byte.
type spool struct {
	*os.File
	digest hash.Hash
	size   int64
}

// createSpool returns an empty spool, which the caller must close.
func createSpool(digest hash.Hash) (*spool, error) {
	f, err := os.CreateTemp("", "backoffice-upload-")
	if err != nil {
		return nil, err
	}
	// A file without a name disappears with its handle, even if the server is killed.
	if err := os.Remove(f.Name()); err != nil {
		_ = f.Close()
		return nil, err
	}
	return &spool{File: f, digest: digest}, nil
}

// writer returns a writer to the end of the spool.
func (s *spool) writer() io.Writer { return io.MultiWriter(s.File, s.digest, (*byteCounter)(&s.size)) }

// byteCounter counts the bytes that are written to it.
type byteCounter int64

// Write implements io.Writer.
func (c *byteCounter) Write(p []byte) (int, error) {
	*c += byteCounter(len(p))
	return len(p), nil
}

// append copies bytes to the end of the spool.
func (s *spool) append(in io.Reader) error {
	_, err := io.Copy(s.writer(), in)
	return err
}

// hexDigest returns the digest of the spool's bytes in hexadecimal.
func (s *spool) hexDigest() string { return hex.EncodeToString(s.digest.Sum(nil)) }

// rewind prepares the spool to be read from its beginning.
func (s *spool) rewind() error {
	_, err := s.Seek(0, io.SeekStart)
	return err
}

// newSpool reads a body to its end. The caller must close the spool.
func newSpool(ctx context.Context, body io.Reader) (*spool, error) {
	s, err := createSpool(sha256.New())
	if err != nil {
		return nil, err
	}
	if err := s.fill(ctx, body); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func (s *spool) fill(ctx context.Context, body io.Reader) error {
	in := &bodyReader{ctx: ctx, Reader: io.LimitReader(body, MaxBytes+1)}
	err := s.append(in)
	switch {
	case in.err != nil:
		return brokenBody(in.err)
	case err != nil:
		return err
	case s.size > MaxBytes:
		return rpc.BodyTooLarge(MaxBytes)
	case s.size == 0:
		return fault.InvalidFor(optionsv1.Reason_FILE_EMPTY, fault.At("body", "is empty"))
	}
	return s.rewind()
}

func brokenBody(err error) error {
	return fault.InvalidFor(optionsv1.Reason_BODY_INVALID, fault.At("body", "cannot be read completely: %s", err))
}

// bodyReader reads a body until the request's deadline. It keeps the read error, so that an
// interrupted body is distinguished from a failure to write, such as a full disk.
type bodyReader struct {
	io.Reader
	ctx context.Context
	err error
}

// Read implements io.Reader.
func (r *bodyReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

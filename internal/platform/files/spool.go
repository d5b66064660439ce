package files

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"os"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/rpc"
)

// spool is a body on its way: on disk, since its name in the store is its digest, which
// is known at its end only.
type spool struct {
	*os.File
	digest hash.Hash
	size   int64
}

// receiveAll takes a body in to its end. The caller closes the spool.
func receiveAll(ctx context.Context, body io.Reader) (*spool, error) {
	f, err := os.CreateTemp("", "backoffice-upload-")
	if err != nil {
		return nil, err
	}
	// Without a name, it is gone with its handle, also when the server is killed.
	if err := os.Remove(f.Name()); err != nil {
		_ = f.Close()
		return nil, err
	}
	s := &spool{File: f, digest: sha256.New()}
	if err := s.fill(ctx, body); err != nil {
		_ = f.Close()
		return nil, err
	}
	return s, nil
}

func (s *spool) fill(ctx context.Context, body io.Reader) (err error) {
	in := &incoming{ctx: ctx, Reader: io.LimitReader(body, MaxBytes+1)}
	s.size, err = io.Copy(io.MultiWriter(s.File, s.digest), in)
	switch {
	case in.err != nil:
		return fault.InvalidFor(optionsv1.Reason_BODY_INVALID, fault.At("body", "cannot be read to its end: %s", in.err))
	case err != nil:
		return err
	case s.size > MaxBytes:
		return rpc.BodyTooLarge(MaxBytes)
	case s.size == 0:
		return fault.InvalidFor(optionsv1.Reason_FILE_EMPTY, fault.At("body", "is empty"))
	}
	_, err = s.Seek(0, io.SeekStart)
	return err
}

// incoming tells a body that breaks off from a disk that is full, and stops when the
// caller's time is over.
type incoming struct {
	io.Reader
	ctx context.Context
	err error
}

// Read implements io.Reader.
func (i *incoming) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := i.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		i.err = err
	}
	return n, err
}

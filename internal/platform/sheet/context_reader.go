package sheet

import (
	"context"
	"io"
	"iter"
)

// WithContext returns the values of seq until ctx ends, and then ctx's error. Loops over large
// files use it so that they stop when the request is canceled.
func WithContext[T any](ctx context.Context, seq iter.Seq[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v := range seq {
			err := ctx.Err()
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// NewContextReader returns a reader that reads from r and fails once ctx ends.
func NewContextReader(ctx context.Context, r io.Reader) io.Reader { return &contextReader{ctx, r} }

type contextReader struct {
	ctx  context.Context
	from io.Reader
}

// Read implements io.Reader.
func (r *contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}

package sheet

import (
	"context"
	"io"
	"iter"
)

// Until yields what seq yields until ctx ends, and then the reason. Whoever goes through a
// file by it does not go on when nobody waits for the answer.
func Until[T any](ctx context.Context, seq iter.Seq[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v := range seq {
			err := ctx.Err()
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// NewReader is Until for a stream: it reads from r until ctx ends.
func NewReader(ctx context.Context, r io.Reader) io.Reader { return &untilReader{ctx, r} }

type untilReader struct {
	ctx  context.Context
	from io.Reader
}

// Read implements io.Reader.
func (r *untilReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}

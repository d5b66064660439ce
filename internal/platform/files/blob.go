package files

import (
	"context"
	"encoding/hex"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
)

// blobName returns the name of a blob in the store: the organization's id, then the digest.
func blobName(c *call.Call, digest []byte) string {
	name := hex.EncodeToString(digest)
	return c.Organization.ID.String() + "/" + name[:2] + "/" + name
}

// storeBlob writes bytes to the store under their digest. It inserts their row first, so that the
// sweeper finds all bytes that were ever written. The bytes count as usage from then on. If they
// are those of an upload, its reserved bytes no longer count.
func (s *Service) storeBlob(ctx context.Context, digest []byte, in *spool, upload uuid.UUID) error {
	stored, err := s.touchBlob(ctx, digest, in.size, upload)
	if err != nil || stored {
		return err
	}
	return s.store.Put(ctx, blobName(call.From(ctx), digest), in, in.size)
}

// touchBlob inserts the row of a blob or sets its touch_time to now, so that the sweeper keeps the
// blob for as long as an upload may take, and counts the blob as usage. It reports whether a file
// already references the blob. Files are inserted only after their bytes are durable, so such a
// blob need not be written again.
func (s *Service) touchBlob(
	ctx context.Context, digest []byte, size int64, upload uuid.UUID,
) (stored bool, err error) {
	c := call.From(ctx)
	_, err = db.Write(withoutKey(ctx), s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		if _, err := tx.Exec(ctx, `
insert into platform.blobs (org_id, sha256, size_bytes, touch_time, counted, thumbnail_state, thumbnail_attempts)
values ($1, $2, $3, $4, false, 'NONE', 0)
on conflict (org_id, sha256) do update
set touch_time = excluded.touch_time`, c.Organization.ID, digest, size, calendar.System().Now()); err != nil {
			return nil, err
		}
		if err := s.countBlobOf(ctx, tx, digest, upload); err != nil {
			return nil, err
		}
		return &emptypb.Empty{}, tx.QueryRow(ctx, `
select exists (
  select
  from platform.files
  where org_id = $1
  and sha256 = $2
)`, c.Organization.ID, digest).Scan(&stored)
	})
	return stored, err
}

// withoutKey returns a context for a unit of work that precedes the one which stores the response
// under the call's idempotency key.
func withoutKey(ctx context.Context) context.Context {
	c := *call.From(ctx)
	c.IdempotencyKey = ""
	return call.With(ctx, &c)
}

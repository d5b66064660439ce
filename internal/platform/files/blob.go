package files

import (
	"context"
	"encoding/hex"

	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
)

// place is the name of a blob in the store: its organization's, then its digest.
func place(c *call.Call, digest []byte) string {
	name := hex.EncodeToString(digest)
	return c.Organization.ID.String() + "/" + name[:2] + "/" + name
}

// put makes bytes durable under their digest. It notes them before it writes them, so
// that what is written is always known and can be swept.
func (s *Service) put(ctx context.Context, digest []byte, in *spool) error {
	kept, err := s.note(ctx, digest, in.size)
	if err != nil || kept {
		return err
	}
	return s.store.Put(ctx, place(call.From(ctx), digest), in, in.size)
}

// note says that bytes are about to be written, and tells whether a file points to them
// already, which none does before they are durable. From now on the sweeper leaves them
// alone for as long as an upload may take.
func (s *Service) note(ctx context.Context, digest []byte, size int64) (kept bool, err error) {
	apart := *call.From(ctx)
	apart.IdempotencyKey = "" // which is for the file's record
	_, err = db.Write(call.With(ctx, &apart), s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		if _, err := tx.Exec(ctx, `
insert into platform.blobs (org_id, sha256, size_bytes, touch_time)
values ($1, $2, $3, $4)
on conflict (org_id, sha256) do update
set touch_time = excluded.touch_time`, apart.Organization.ID, digest, size, calendar.System().Now()); err != nil {
			return nil, err
		}
		return &emptypb.Empty{}, tx.QueryRow(ctx, `
select exists (
  select
  from platform.files
  where org_id = $1
  and sha256 = $2
)`, apart.Organization.ID, digest).Scan(&kept)
	})
	return kept, err
}

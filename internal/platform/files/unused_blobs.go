package files

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
)

// idleTime is how long a blob is kept without a file. It is longer than any upload takes from
// touchBlob until the file is inserted.
const idleTime = time.Hour

// orphan is a blob that no file references.
type orphan struct {
	organization uuid.UUID
	digest       []byte
}

// removedBlob is a blob whose row was deleted.
type removedBlob struct {
	SizeBytes int64
	Counted   bool
}

// Sweep removes the blobs of all organizations that no file references: those of deleted files, and
// those of uploads that failed after the content was stored.
func (s *Service) Sweep(ctx context.Context) error {
	before := calendar.System().Now().Add(-idleTime)
	orphans, err := s.orphans(ctx, before)
	for _, o := range orphans {
		err = errors.Join(err, s.removeBlob(ctx, o, before))
	}
	return err
}

func (s *Service) orphans(ctx context.Context, before time.Time) (list []orphan, err error) {
	return list, s.db.AcrossOrganizations(ctx, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "select org_id, sha256 from platform.idle_blobs($1)", before)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (o orphan, err error) {
			return o, row.Scan(&o.organization, &o.digest)
		})
		return err
	})
}

// removeBlob removes a blob with its thumbnails and its row. The delete locks the row while the
// store removes the bytes, so that a concurrent upload of the same bytes waits and then writes them
// again.
func (s *Service) removeBlob(ctx context.Context, o orphan, before time.Time) error {
	c := &call.Call{Reach: call.ReachAll, Method: "sweep"}
	c.Organization.ID = o.organization
	c.Organization.Clock = calendar.System()
	_, err := db.Write(call.With(ctx, c), s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		removed, err := db.Collect[removedBlob](ctx, tx, `
delete from platform.blobs b
where b.org_id = $1
and b.sha256 = $2
and b.touch_time < $3
and not exists (
  select
  from platform.files f
  where f.org_id = $1
  and f.sha256 = b.sha256
)
returning b.size_bytes, b.counted`, o.organization, o.digest, before)
		if err != nil || len(removed) == 0 {
			return &emptypb.Empty{}, err
		}
		err = errors.Join(s.store.Delete(ctx, blobName(c, o.digest)), s.deleteThumbnails(ctx, c, o.digest))
		if err != nil || !removed[0].Counted {
			return &emptypb.Empty{}, err
		}
		return &emptypb.Empty{}, s.changeUsage(ctx, tx, -removed[0].SizeBytes, 0)
	})
	return err
}

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

// idle is how long bytes lie without a file before they are swept: longer than any upload
// takes from noting them to the file's record.
const idle = time.Hour

// orphan is bytes that no file points to.
type orphan struct {
	organization uuid.UUID
	digest       []byte
}

// Sweep removes, of all organizations, the bytes that no file points to: of files that
// were deleted, and of uploads that broke off behind the store.
func (s *Service) Sweep(ctx context.Context) error {
	before := calendar.System().Now().Add(-idle)
	orphans, err := s.orphans(ctx, before)
	for _, o := range orphans {
		err = errors.Join(err, s.remove(ctx, o, before))
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

// remove removes bytes from the store and forgets them. Their row is locked meanwhile, so
// that an upload of the same bytes waits and writes them anew.
func (s *Service) remove(ctx context.Context, o orphan, before time.Time) error {
	c := &call.Call{Reach: call.ReachAll, Method: "sweep"}
	c.Organization.ID = o.organization
	c.Organization.Clock = calendar.System()
	_, err := db.Write(call.With(ctx, c), s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		tag, err := tx.Exec(ctx, `
delete from platform.blobs b
where b.org_id = $1
and b.sha256 = $2
and b.touch_time < $3
and not exists (
  select
  from platform.files f
  where f.org_id = $1
  and f.sha256 = b.sha256
)`, o.organization, o.digest, before)
		if err != nil || tag.RowsAffected() == 0 {
			return &emptypb.Empty{}, err
		}
		return &emptypb.Empty{}, s.store.Delete(ctx, place(c, o.digest))
	})
	return err
}

package files

import (
	"context"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
)

const (
	// sweepDelay is how long an expired upload is kept, so that a part which was being stored when
	// it expired is deleted with it.
	sweepDelay = time.Hour
	// sweepSize is the number of uploads that are read at once.
	sweepSize = 100
)

// OrganizationsWithExpiredUploads is the query for the organizations whose expired uploads
// SweepUploads deletes.
const OrganizationsWithExpiredUploads = `
select distinct u.org_id
from platform.uploads u
where u.expire_time < now() - interval '1 hour'`

// SweepUploads deletes expired uploads of the call's organization with all their parts.
func (s *Service) SweepUploads(ctx context.Context) error {
	for {
		expired, err := s.expiredUploads(ctx)
		if err != nil || len(expired) == 0 {
			return err
		}
		for _, upload := range expired {
			if err := s.removeUpload(ctx, upload); err != nil {
				return err
			}
		}
	}
}

func (s *Service) expiredUploads(ctx context.Context) ([]uuid.UUID, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]uuid.UUID, error) {
		return db.CollectColumn[uuid.UUID](ctx, tx, `
select u.id
from platform.uploads u
where u.org_id = $1
and u.expire_time < $2
order by u.expire_time
limit $3`, tx.Call().Organization.ID, calendar.System().Now().Add(-sweepDelay), sweepSize)
	})
}

// removeUpload deletes an upload: first the bytes of its parts, then the rows that name them.
func (s *Service) removeUpload(ctx context.Context, upload uuid.UUID) error {
	org := call.From(ctx).Organization.ID
	parts, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]uuid.UUID, error) {
		return db.CollectColumn[uuid.UUID](ctx, tx, `
select p.id
from platform.upload_parts p
where p.org_id = $1
and p.upload_id = $2`, org, upload)
	})
	if err != nil {
		return err
	}
	for _, part := range parts {
		if err := s.store.Delete(ctx, partName(call.From(ctx), upload, part)); err != nil {
			return err
		}
	}
	_, err = db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		reserved, err := takeReservation(ctx, tx, upload)
		if err != nil {
			return nil, err
		}
		tx.Pending().Queue(`
delete from platform.upload_parts
where org_id = $1
and upload_id = $2`, org, upload)
		tx.Pending().Queue(`
delete from platform.uploads
where org_id = $1
and id = $2`, org, upload)
		return &emptypb.Empty{}, s.changeUsage(ctx, tx, 0, -reserved)
	})
	return err
}

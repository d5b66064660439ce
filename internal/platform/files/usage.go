package files

import (
	"context"
	"math"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// GetFileUsage returns the storage that the files of the organization use.
func (s *Service) GetFileUsage(ctx context.Context, _ *pb.GetFileUsageRequest) (*pb.FileUsage, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.FileUsage, error) {
		type row struct {
			StoredBytes, UploadingBytes int64
			QuotaBytes                  *int64
		}
		found, err := db.Collect[row](ctx, tx, `
select u.stored_bytes, u.uploading_bytes, u.quota_bytes
from platform.file_usage u
where u.org_id = $1`, tx.Call().Organization.ID)
		if err != nil {
			return nil, err
		}
		usage := &pb.FileUsage{}
		if s.quota > 0 {
			usage.QuotaBytes = &s.quota
		}
		if len(found) > 0 {
			usage.StoredBytes, usage.UploadingBytes = found[0].StoredBytes, found[0].UploadingBytes
			if found[0].QuotaBytes != nil {
				usage.QuotaBytes = found[0].QuotaBytes
			}
		}
		return usage, nil
	})
}

// changeUsage adds bytes to the usage of the organization. It fails with FILE_QUOTA_EXCEEDED if the
// usage grows beyond the quota. The row of the usage is locked after all others, until the
// transaction ends: concurrent uploads are counted one after another.
func (s *Service) changeUsage(ctx context.Context, tx *db.Tx, stored, uploading int64) error {
	if stored == 0 && uploading == 0 {
		return nil
	}
	quota := s.quota
	if quota == 0 {
		quota = math.MaxInt64
	}
	org := tx.Call().Organization.ID
	tx.Pending().Queue(`
insert into platform.file_usage (org_id, stored_bytes, uploading_bytes)
values ($1, 0, 0)
on conflict (org_id) do nothing`, org)
	done, err := tx.Exec(ctx, `
update platform.file_usage u
set stored_bytes = u.stored_bytes + $2::bigint, uploading_bytes = u.uploading_bytes + $3::bigint
where u.org_id = $1
and ($2::bigint + $3::bigint <= 0
  or u.stored_bytes + u.uploading_bytes + $2::bigint + $3::bigint <= coalesce(u.quota_bytes, $4::bigint))`, org, stored, uploading, quota)
	if err == nil && done.RowsAffected() == 0 {
		err = fault.Refuse(optionsv1.Reason_FILE_QUOTA_EXCEEDED,
			"The file of %d bytes does not fit in the storage that is left to the organization.", stored+uploading)
	}
	return err
}

// countBlob counts a blob as usage, unless it is counted already.
func (s *Service) countBlob(ctx context.Context, tx *db.Tx, digest []byte) error {
	return s.countBlobOf(ctx, tx, digest, uuid.Nil)
}

// countBlobOf is countBlob for the content of an upload, whose reserved bytes become those of the
// blob.
func (s *Service) countBlobOf(ctx context.Context, tx *db.Tx, digest []byte, upload uuid.UUID) error {
	stored, err := sumOf(ctx, tx, `
update platform.blobs
set counted = true
where org_id = $1
and sha256 = $2
and not counted
returning size_bytes`, digest)
	if err != nil {
		return err
	}
	reserved, err := takeReservation(ctx, tx, upload)
	if err != nil {
		return err
	}
	return s.changeUsage(ctx, tx, stored, -reserved)
}

// takeReservation ends the reservation of an upload. It returns the reserved bytes.
func takeReservation(ctx context.Context, tx *db.Tx, upload uuid.UUID) (int64, error) {
	return sumOf(ctx, tx, `
update platform.uploads
set reserved = false
where org_id = $1
and id = $2
and reserved
returning size_bytes`, upload)
}

// endReservation stops counting the reserved bytes of an upload.
func (s *Service) endReservation(ctx context.Context, tx *db.Tx, upload uuid.UUID) error {
	reserved, err := takeReservation(ctx, tx, upload)
	if err != nil {
		return err
	}
	return s.changeUsage(ctx, tx, 0, -reserved)
}

// uncountUnusedBlob stops counting a blob that no file references. It locks the blob before it
// looks for files, so that it sees those of concurrent transactions that counted the blob.
func (s *Service) uncountUnusedBlob(ctx context.Context, tx *db.Tx, digest []byte) error {
	if _, err := tx.Exec(ctx, `
update platform.blobs
set counted = counted
where org_id = $1
and sha256 = $2`, tx.Call().Organization.ID, digest); err != nil {
		return err
	}
	unused, err := sumOf(ctx, tx, `
update platform.blobs b
set counted = false
where b.org_id = $1
and b.sha256 = $2
and b.counted
and not exists (
  select
  from platform.files f
  where f.org_id = $1
  and f.sha256 = $2
)
returning b.size_bytes`, digest)
	if err != nil {
		return err
	}
	return s.changeUsage(ctx, tx, -unused, 0)
}

// uncountLater is uncountUnusedBlob in a separate transaction, after an upload that failed. What
// it cannot change is counted until Sweep removes the blob.
func (s *Service) uncountLater(ctx context.Context, digest []byte) {
	ctx = withoutKey(context.WithoutCancel(ctx))
	_, _ = db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, s.uncountUnusedBlob(ctx, tx, digest)
	})
}

// sumOf returns the sum of the sizes that a statement about a record of the organization returns.
func sumOf(ctx context.Context, tx *db.Tx, sql string, key any) (sum int64, err error) {
	sizes, err := db.CollectColumn[int64](ctx, tx, sql, tx.Call().Organization.ID, key)
	for _, size := range sizes {
		sum += size
	}
	return sum, err
}

package files

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// uploadTime is how long an upload is kept after its last part.
const uploadTime = 24 * time.Hour

// uploadRow is a row of platform.uploads.
type uploadRow struct {
	ID                                                  uuid.UUID
	CreateTime, ExpireTime                              time.Time
	FileName, MediaType, Sha256, SubjectID, TusMetadata string
	SizeBytes, OffsetBytes                              int64
	FileID                                              *uuid.UUID
}

func (r uploadRow) message() *pb.Upload {
	u := &pb.Upload{
		Id: id.Format("upl", r.ID), FileName: r.FileName, MediaType: r.MediaType, SizeBytes: r.SizeBytes,
		Sha256: r.Sha256, SubjectId: r.SubjectID, OffsetBytes: r.OffsetBytes, TusMetadata: r.TusMetadata,
		CreateTime: timestamppb.New(r.CreateTime), ExpireTime: timestamppb.New(r.ExpireTime),
	}
	if r.FileID != nil {
		u.FileId = id.Format("fil", *r.FileID)
	}
	return u
}

// findUpload returns an upload that the caller created and that has not expired.
func findUpload(ctx context.Context, tx *db.Tx, uploadID string) (*pb.Upload, error) {
	key, err := id.Parse("upl", uploadID)
	if err != nil {
		return nil, noUpload(uploadID)
	}
	found, err := db.Collect[uploadRow](ctx, tx, `
select u.id, u.create_time, u.expire_time, u.file_name, u.media_type, u.size_bytes, u.offset_bytes, u.sha256,
  u.subject_id, u.tus_metadata, u.file_id
from platform.uploads u
where u.org_id = $1
and u.id = $2
and u.person_id = $3
and u.expire_time > $4`, tx.Call().Organization.ID, key, tx.Call().PersonID, calendar.System().Now())
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, noUpload(uploadID)
	}
	return found[0].message(), nil
}

func noUpload(uploadID string) error { return fault.NotFound("upload", uploadID) }

// CreateUpload creates an upload without bytes.
func (s *Service) CreateUpload(ctx context.Context, req *pb.CreateUploadRequest) (*pb.Upload, error) {
	sent := req.GetUpload()
	if sent == nil {
		return nil, fault.Invalid(fault.At("upload", "is required"))
	}
	file := &pb.File{FileName: BaseName(sent.GetFileName()), MediaType: sent.GetMediaType()}
	if err := checkNames(file); err != nil {
		return nil, err
	}
	now := calendar.System().Now()
	u := uploadRow{
		ID: id.New(), CreateTime: now, ExpireTime: now.Add(uploadTime), FileName: file.FileName,
		MediaType: sent.GetMediaType(), SizeBytes: sent.GetSizeBytes(), Sha256: strings.ToLower(sent.GetSha256()),
		SubjectID: sent.GetSubjectId(), TusMetadata: sent.GetTusMetadata(),
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Upload, error) {
		if err := checkUploadSubject(ctx, tx, u.SubjectID); err != nil {
			return nil, err
		}
		tx.Pending().Queue(`
insert into platform.uploads (
  org_id, id, create_time, expire_time, person_id, file_name, media_type, size_bytes, offset_bytes, sha256,
  subject_id, tus_metadata, reserved
)
values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, true)`, tx.Call().Organization.ID, u.ID, u.CreateTime, u.ExpireTime,
			tx.Call().PersonID, u.FileName, u.MediaType, u.SizeBytes, u.Sha256, u.SubjectID, u.TusMetadata)
		return u.message(), s.changeUsage(ctx, tx, 0, u.SizeBytes)
	})
}

// GetUpload returns an upload.
func (s *Service) GetUpload(ctx context.Context, req *pb.GetUploadRequest) (*pb.Upload, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Upload, error) {
		return findUpload(ctx, tx, req.GetUploadId())
	})
}

// DeleteUpload ends an upload and deletes its parts. The row expires now and is deleted by
// SweepUploads, together with a part that is being stored at the same time.
func (s *Service) DeleteUpload(ctx context.Context, req *pb.DeleteUploadRequest) (*emptypb.Empty, error) {
	done, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		u, err := findUpload(ctx, tx, req.GetUploadId())
		if err != nil {
			return nil, err
		}
		key, err := id.Parse("upl", u.Id)
		if err != nil {
			return nil, err
		}
		if _, err = tx.Exec(ctx, `
update platform.uploads
set expire_time = $3
where org_id = $1
and id = $2`, tx.Call().Organization.ID, key, calendar.System().Now()); err != nil {
			return nil, err
		}
		return &emptypb.Empty{}, s.endReservation(ctx, tx, key)
	})
	if err == nil && !call.From(ctx).Replayed {
		s.deleteAcceptedParts(ctx, req.GetUploadId())
	}
	return done, err
}

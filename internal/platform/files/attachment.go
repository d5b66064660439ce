package files

import (
	"context"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var attachments = resource.New(table.New("platform.attachments",
	table.Subject("subject_id", func(a *pb.Attachment) *string { return &a.SubjectId }).Filter(),
	table.Ref("file_id", "fil", func(a *pb.Attachment) *string { return &a.FileId }).Filter(),
	table.Text("display_name", func(a *pb.Attachment) *string { return &a.DisplayName }).Filter(),
	table.Text("purpose", func(a *pb.Attachment) *string { return &a.Purpose }).Filter(),
	table.Ref("person_id", "prs", func(a *pb.Attachment) *string { return &a.PersonId }).Filter(),
)).OnSubject("subject_id").LoadComputed(addContents)

// CreateAttachment attaches a file to a record.
func (s *Service) CreateAttachment(ctx context.Context, req *pb.CreateAttachmentRequest) (*pb.Attachment, error) {
	return attachments.Create(ctx, s.db, req.GetAttachment(), completeAttachment)
}

// GetAttachment returns an attachment.
func (s *Service) GetAttachment(ctx context.Context, req *pb.GetAttachmentRequest) (*pb.Attachment, error) {
	return attachments.Get(ctx, s.db, req.GetAttachmentId())
}

// BatchGetAttachments returns several attachments.
func (s *Service) BatchGetAttachments(
	ctx context.Context, req *pb.BatchGetAttachmentsRequest,
) (*pb.BatchGetAttachmentsResponse, error) {
	list, err := attachments.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetAttachmentsResponse{Attachments: list}, err
}

// ListAttachments lists attachments.
func (s *Service) ListAttachments(
	ctx context.Context, req *pb.ListAttachmentsRequest,
) (*pb.ListAttachmentsResponse, error) {
	page, err := attachments.List(ctx, s.db, req)
	return &pb.ListAttachmentsResponse{
		Attachments: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateAttachment updates an attachment.
func (s *Service) UpdateAttachment(ctx context.Context, req *pb.UpdateAttachmentRequest) (*pb.Attachment, error) {
	return attachments.Update(ctx, s.db, req.GetAttachmentId(), req.GetAttachment(), req.GetUpdateMask(),
		checkAttacher, completeAttachment)
}

// DeleteAttachment detaches a file from a record.
func (s *Service) DeleteAttachment(ctx context.Context, req *pb.DeleteAttachmentRequest) (*emptypb.Empty, error) {
	return attachments.Delete(ctx, s.db, req.GetAttachmentId(), checkAttacher)
}

// checkAttacher refuses a change of an attachment by another person than the one who attached the
// file, unless the caller may manage attachments.
func checkAttacher(_ context.Context, tx *db.Tx, was, _ *pb.Attachment) error {
	if tx.Call().Allows(manageAttachments) || was.PersonId != "" && was.PersonId == callerID(tx) {
		return nil
	}
	return fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH,
		"Only the person who attached a file may change the attachment.").WithSubject(was.Id)
}

// callerID returns the identifier of the caller's person, "" for the system.
func callerID(tx *db.Tx) string { return id.Format("prs", tx.Call().PersonID) }

// completeAttachment checks that the caller may read the file of a new attachment, and sets the
// person who attaches it. Without a name, an attachment gets that of its file.
func completeAttachment(ctx context.Context, tx *db.Tx, was, a *pb.Attachment) error {
	if was.GetId() == "" {
		a.PersonId = callerID(tx)
	}
	if was.GetFileId() == a.FileId && a.DisplayName != "" {
		return nil
	}
	file, err := findReadable(ctx, tx, a.FileId)
	switch {
	case err != nil:
		return err
	case file == nil && was.GetId() == "":
		return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
			fault.At("fileId", "names a record that does not exist"))
	case a.DisplayName == "":
		a.DisplayName = file.GetFileName()
	}
	return nil
}

// Attach attaches a file to a record, on the system side: it ignores the caller's reach, and the
// attachment names no person. From then on, callers who may read the record may read the file. No
// effect if it is already attached.
func Attach(ctx context.Context, tx *db.Tx, fileID, subjectID string) error {
	file, err := files.Table().Get(ctx, tx, fileID)
	if err != nil {
		return err
	}
	fileKey, err := files.Table().Key(fileID)
	if err != nil {
		return err
	}
	kind, subject, err := table.ParseSubject(subjectID)
	if err != nil {
		return err
	}
	key := id.New()
	done, err := tx.Exec(ctx, `
insert into platform.attachments (
  org_id, id, version, create_time, update_time, kind, subject_key, file_id, display_name, purpose
)
values ($1, $2, 1, $3, $3, $4, $5, $6, $7, '')
on conflict (org_id, file_id, kind, subject_key) do nothing`,
		tx.Call().Organization.ID, key, tx.Call().Now(), kind, subject, fileKey, file.FileName)
	if err != nil || done.RowsAffected() == 0 {
		return err
	}
	a := &pb.Attachment{
		Id: id.Format(attachments.Prefix(), key), SubjectId: subjectID, FileId: fileID, DisplayName: file.FileName,
	}
	return attachments.Record(ctx, tx, db.Event{Type: "created"}, a, a)
}

// DeleteAttachmentsOf detaches all files from records that are deleted.
func DeleteAttachmentsOf(_ context.Context, tx *db.Tx, kind string, keys []uuid.UUID) error {
	tx.Pending().Queue(`
delete from platform.attachments
where org_id = $1
and kind = $2
and subject_key = any($3)`, tx.Call().Organization.ID, kind, keys)
	return nil
}

package files

import (
	"bytes"
	"context"
	"encoding/hex"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// MessageType is the media type of an email.
const MessageType = "message/rfc822"

// Store stores a content that arrived otherwise than by an upload, such as in an email.
// InsertStored then inserts its file. Call Store outside of the transaction. A content that gets no
// file within an hour is removed.
func (s *Service) Store(ctx context.Context, fileName, mediaType string, content []byte) (*pb.File, error) {
	file := &pb.File{FileName: BaseName(fileName), MediaType: mediaType}
	if err := checkNames(file); err != nil {
		return nil, err
	}
	in, err := newSpool(ctx, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	if mediaType == MessageType { // signatures cover every byte of an email, so it is kept as it is
		file.SizeBytes, file.Sha256 = in.size, in.hexDigest()
		return file, s.storeBlob(ctx, in.digest.Sum(nil), in, uuid.Nil)
	}
	in, err = s.storeContent(ctx, file, in, uuid.Nil)
	return file, err
}

// InsertStored inserts a file whose content Store stored. It belongs to the person of the
// transaction's call, to no one if that is the system.
func (s *Service) InsertStored(ctx context.Context, tx *db.Tx, file *pb.File) (*pb.File, error) {
	digest, err := hex.DecodeString(file.Sha256)
	if err != nil {
		return nil, err
	}
	inserted, err := insertFile(ctx, tx, file, digest, "")
	if err != nil {
		return nil, err
	}
	return inserted, s.countBlob(ctx, tx, digest)
}

// BindToContent makes requests with the same idempotency key and other contents different requests.
// Call it for a request whose body is a file, before its unit of work.
func BindToContent(c *call.Call, digest []byte) { bindToContent(c, digest) }

// AttachAsCaller attaches a file to a record as CreateAttachment does, in the caller's transaction:
// the caller must be allowed to read both. No effect if it is already attached.
func AttachAsCaller(ctx context.Context, tx *db.Tx, fileID, subjectID string) error {
	file, err := id.Parse("fil", fileID)
	if err != nil {
		return err
	}
	kind, subject, err := table.ParseSubject(subjectID)
	if err != nil {
		return err
	}
	var attached bool
	if err := tx.QueryRow(ctx, `
select exists (
  select
  from platform.attachments a
  where a.org_id = $1
  and a.file_id = $2
  and a.kind = $3
  and a.subject_key = $4
)`, tx.Call().Organization.ID, file, kind, subject).Scan(&attached); err != nil || attached {
		return err
	}
	return attachUpload(ctx, tx, fileID, subjectID)
}

package files

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// UploadFile stores a file whose content is in the request message.
func (s *Service) UploadFile(ctx context.Context, req *pb.UploadFileRequest) (*pb.File, error) {
	return s.save(ctx, req, bytes.NewReader(req.GetContent()))
}

// receiveUpload stores a file whose content is the HTTP body, or the only part of a multipart form
// in it.
func (s *Service) receiveUpload(ctx context.Context, m proto.Message, r *http.Request) (proto.Message, error) {
	req := m.(*pb.UploadFileRequest)
	if r.ContentLength > MaxBytes+maxFormBytes {
		return nil, rpc.BodyTooLarge(MaxBytes)
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" {
		return s.receiveForm(ctx, req, r)
	}
	if req.MediaType == "" && kind != "application/x-www-form-urlencoded" { // curl's default for any file
		req.MediaType = kind
	}
	return s.save(ctx, req, r.Body)
}

// maxFormBytes limits the bytes of a form besides its file.
const maxFormBytes = 64 << 10

// receiveForm stores the file that is the only part of a form.
func (s *Service) receiveForm(ctx context.Context, req *pb.UploadFileRequest, r *http.Request) (proto.Message, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, badForm("%s", err)
	}
	part, err := form.NextPart()
	if err != nil {
		return nil, badForm("must contain a file as its only part")
	}
	if req.FileName == "" {
		req.FileName = part.FileName()
	}
	if req.MediaType == "" {
		req.MediaType = part.Header.Get("Content-Type")
	}
	return s.save(ctx, req, onlyPart{part, form})
}

// onlyPart reads the only part of a form. It fails unless the form ends after the part, because an
// interrupted form may have lost a part.
type onlyPart struct {
	*multipart.Part
	form *multipart.Reader
}

// Read implements io.Reader.
func (p onlyPart) Read(b []byte) (int, error) {
	n, err := p.Part.Read(b)
	if err != io.EOF {
		return n, err
	}
	// errors.Is would be wrong here, because the error of an interrupted form wraps io.EOF.
	if _, err := p.form.NextPart(); err != io.EOF {
		return n, errMoreParts
	}
	return n, io.EOF
}

var errMoreParts = errors.New("the form must end after its file")

func badForm(format string, args ...any) error {
	return fault.InvalidFor(optionsv1.Reason_BODY_INVALID, fault.At("body", format, args...))
}

// save reads a content, stores it durably and then inserts the file's record.
func (s *Service) save(ctx context.Context, req *pb.UploadFileRequest, body io.Reader) (*pb.File, error) {
	file := &pb.File{FileName: BaseName(req.GetFileName()), MediaType: req.GetMediaType()}
	if err := checkNames(file); err != nil {
		return nil, err
	}
	_, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (any, error) {
		return nil, checkUploadSubject(ctx, tx, req.GetSubjectId())
	})
	if err != nil {
		return nil, err
	}
	in, err := newSpool(ctx, body)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	bindToContent(call.From(ctx), in.digest.Sum(nil))
	if sent := in.hexDigest(); req.GetSha256() != "" && strings.ToLower(req.GetSha256()) != sent {
		return nil, fault.InvalidFor(optionsv1.Reason_FILE_DIGEST_DIFFERS,
			fault.At("sha256", "does not match the uploaded bytes, whose SHA-256 is %s", sent))
	}
	if in, err = s.storeContent(ctx, file, in, uuid.Nil); err != nil {
		return nil, err
	}
	digest := in.digest.Sum(nil)
	stored, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.File, error) {
		inserted, err := insertFile(ctx, tx, file, digest, req.GetSubjectId())
		if err != nil {
			return nil, err
		}
		return inserted, s.countBlob(ctx, tx, digest)
	})
	if err != nil || call.From(ctx).Replayed {
		s.uncountLater(ctx, digest)
	}
	return stored, err
}

// bindToContent makes requests with the same idempotency key and other bytes different requests.
func bindToContent(c *call.Call, digest []byte) {
	if c.IdempotencyKey != "" {
		c.Fingerprint = append(c.Fingerprint, digest...)
		c.PreviousFingerprint = append(c.PreviousFingerprint, digest...)
	}
}

// storeContent removes the metadata of an image, turns it upright and stores the content. It sets
// the fields of the file that the content determines. upload is the upload whose content it is,
// uuid.Nil for none. The caller must close the returned spool instead of in.
func (s *Service) storeContent(ctx context.Context, file *pb.File, in *spool, upload uuid.UUID) (*spool, error) {
	in, err := cleanImage(ctx, file, in)
	if err != nil {
		return in, err
	}
	file.SizeBytes, file.Sha256 = in.size, in.hexDigest()
	return in, s.storeBlob(ctx, in.digest.Sum(nil), in, upload)
}

// insertFile inserts a stored file, and attaches the file to a record if one is given. The caller
// must count the blob at the end of the transaction.
func insertFile(
	ctx context.Context, tx *db.Tx, file *pb.File, digest []byte, subjectID string,
) (*pb.File, error) {
	expectThumbnails(tx, digest, file.MediaType)
	inserted := proto.CloneOf(file)
	inserted.PersonId = id.Format("prs", tx.Call().PersonID)
	if err := files.Insert(ctx, tx, inserted); err != nil || subjectID == "" {
		return inserted, err
	}
	return inserted, attachUpload(ctx, tx, inserted.Id, subjectID)
}

// checkUploadSubject refuses an upload to a record that the caller may not attach files to.
// attachUpload checks it again once the content is stored.
func checkUploadSubject(ctx context.Context, tx *db.Tx, subjectID string) error {
	if subjectID == "" {
		return nil
	}
	if err := checkMayAttach(tx.Call()); err != nil {
		return err
	}
	refusals, err := resource.CheckSubjects(ctx, tx, []string{subjectID}, func(int) string { return "subjectId" })
	if err != nil {
		return err
	}
	return refusals[0]
}

func checkMayAttach(c *call.Call) error {
	if permission := "platform.attachments.write"; !c.Allows(permission) {
		return fault.PermissionMissing(permission)
	}
	return nil
}

// attachUpload attaches an uploaded file to the record that the upload names.
func attachUpload(ctx context.Context, tx *db.Tx, fileID, subjectID string) error {
	if err := checkMayAttach(tx.Call()); err != nil {
		return err
	}
	return attachments.Insert(ctx, tx, &pb.Attachment{SubjectId: subjectID, FileId: fileID}, completeAttachment)
}

// checkNames checks that the file name and the media type are plain text.
func checkNames(f *pb.File) error {
	var violations fault.List
	for path, text := range map[string]string{"fileName": f.FileName, "mediaType": f.MediaType} {
		if len(text) > 255 || !isPlainLine(text) {
			violations.Append(fault.At(path, "must be one line of UTF-8 without control characters, at most 255 bytes"))
		}
	}
	return violations.Err()
}

package files

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/rpc"
)

// anything is what a file is when its sender does not say.
const anything = "application/octet-stream"

// UploadFile keeps a file whose bytes are in the request.
func (s *Service) UploadFile(ctx context.Context, req *pb.UploadFileRequest) (*pb.File, error) {
	return s.keep(ctx, req, bytes.NewReader(req.GetContent()))
}

// receive keeps a file whose bytes are the body, or the one part of a form.
func (s *Service) receive(ctx context.Context, m proto.Message, r *http.Request) (proto.Message, error) {
	req := m.(*pb.UploadFileRequest)
	if r.ContentLength > MaxBytes+maxFormBytes {
		return nil, rpc.BodyTooLarge(MaxBytes)
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" {
		return s.receiveForm(ctx, req, r)
	}
	if req.MediaType == "" && kind != "application/x-www-form-urlencoded" { // as curl says of anything
		req.MediaType = kind
	}
	return s.keep(ctx, req, r.Body)
}

// maxFormBytes is what a form may have around its file.
const maxFormBytes = 64 << 10

// receiveForm keeps the file that is the one part of a form.
func (s *Service) receiveForm(ctx context.Context, req *pb.UploadFileRequest, r *http.Request) (proto.Message, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, badForm("%s", err)
	}
	part, err := form.NextPart()
	if err != nil {
		return nil, badForm("has no part that is a file")
	}
	if req.FileName == "" {
		req.FileName = part.FileName()
	}
	if req.MediaType == "" {
		req.MediaType = part.Header.Get("Content-Type")
	}
	return s.keep(ctx, req, onlyPart{part, form})
}

// onlyPart reads a form's part, behind which nothing but its end may follow: a form that
// breaks off there may have lost a part.
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
	// Compared and not unwrapped: a form that breaks off wraps the same error.
	if _, err := p.form.NextPart(); err != io.EOF {
		return n, errMoreParts
	}
	return n, io.EOF
}

var errMoreParts = errors.New("the form does not end behind its file")

func badForm(format string, args ...any) error {
	return fault.InvalidFor(optionsv1.Reason_BODY_INVALID, fault.At("body", format, args...))
}

// keep takes bytes in, makes them durable and stores the file's record.
func (s *Service) keep(ctx context.Context, req *pb.UploadFileRequest, body io.Reader) (*pb.File, error) {
	file := &pb.File{FileName: BaseName(req.GetFileName()), MediaType: req.GetMediaType()}
	if err := checkNames(file); err != nil {
		return nil, err
	}
	in, err := receiveAll(ctx, body)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	digest := in.digest.Sum(nil)
	file.SizeBytes, file.Sha256 = in.size, hex.EncodeToString(digest)
	if named := strings.ToLower(req.GetSha256()); named != "" && named != file.Sha256 {
		return nil, fault.InvalidFor(optionsv1.Reason_FILE_DIGEST_DIFFERS, fault.At("sha256", "is not that of the bytes that came, %s", file.Sha256))
	}
	if err := s.put(ctx, digest, in); err != nil {
		return nil, err
	}
	c := call.From(ctx)
	if c.IdempotencyKey != "" {
		// The same key with other bytes is another request.
		c.Fingerprint = append(c.Fingerprint, digest...)
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.File, error) {
		kept := proto.CloneOf(file)
		kept.PersonId = id.Format("prs", tx.Call().PersonID)
		return kept, files.Insert(ctx, tx, kept)
	})
}

// checkNames gives a file what its sender did not say, and refuses texts that are none.
func checkNames(f *pb.File) error {
	if f.MediaType == "" {
		f.MediaType = anything
	}
	var violations fault.List
	for path, text := range map[string]string{"fileName": f.FileName, "mediaType": f.MediaType} {
		if len(text) > 255 || !isPlain(text) {
			violations.Append(fault.At(path, "must be UTF-8 on one line without control characters, 255 bytes at most"))
		}
	}
	return violations.Err()
}

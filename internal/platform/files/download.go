package files

import (
	"context"
	"encoding/hex"
	"io"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/rpc"
)

// maxMessageBytes is the largest file that is answered as one message.
const maxMessageBytes = 3 << 20

// DownloadFile answers a small file as one message.
func (s *Service) DownloadFile(ctx context.Context, req *pb.DownloadFileRequest) (*httpbody.HttpBody, error) {
	f, err := s.readOne(ctx, req.GetFileId())
	if err != nil {
		return nil, err
	}
	if f.SizeBytes > maxMessageBytes {
		return nil, fault.Refuse(optionsv1.Reason_FILE_TOO_LARGE, "The file has more than 3 MiB; fetch it by GET /v1/files/%s:content.", f.Id).WithSubject(f.Id)
	}
	r, err := s.open(ctx, call.From(ctx), f)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	raw, err := io.ReadAll(r)
	rpc.SetFileName(ctx, f.FileName)
	return &httpbody.HttpBody{ContentType: f.MediaType, Data: raw}, err
}

// open opens the bytes of a file.
func (s *Service) open(ctx context.Context, c *call.Call, f *pb.File) (io.ReadSeekCloser, error) {
	digest, err := hex.DecodeString(f.Sha256)
	if err != nil {
		return nil, err
	}
	return s.store.Open(ctx, place(c, digest))
}

// Resolve reads the record of the file that a field of another record names, and refuses
// one that does not exist.
func (s *Service) Resolve(ctx context.Context, tx *db.Tx, field, fileID string) (*pb.File, error) {
	return files.Resolve(ctx, tx, field, fileID)
}

// Read reads all bytes of a file, outside of a transaction: a store may be far away.
func (s *Service) Read(ctx context.Context, c *call.Call, f *pb.File) ([]byte, error) {
	r, err := s.open(ctx, c, f)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	raw := make([]byte, f.SizeBytes)
	_, err = io.ReadFull(r, raw)
	return raw, err
}

// found is a file with the call that may see it.
type found struct {
	*pb.File
	call *call.Call
}

// find finds the file that is to be sent.
func (s *Service) find(ctx context.Context, m proto.Message, _ *http.Request) (proto.Message, error) {
	f, err := s.readOne(ctx, m.(*pb.DownloadFileRequest).GetFileId())
	return found{f, call.From(ctx)}, err
}

// send sends a file, or the ranges of it that are asked for.
func (s *Service) send(w http.ResponseWriter, r *http.Request, answer proto.Message) error {
	f := answer.(found)
	content, err := s.open(r.Context(), f.call, f.File)
	if err != nil {
		return err
	}
	defer content.Close()
	header := w.Header()
	header.Set("Content-Type", f.MediaType)
	header.Set("ETag", `"`+f.Sha256+`"`)
	header.Set("Cache-Control", "private, no-cache")
	header.Set("Content-Disposition", rpc.Attachment(f.FileName))
	// Compressed, its ranges would be those of another file.
	header.Set(gzhttp.HeaderNoCompression, "1")
	http.ServeContent(w, r, "", f.CreateTime.AsTime(), content)
	return nil
}

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

// maxMessageBytes is the size of the largest file that DownloadFile returns over gRPC.
const maxMessageBytes = 3 << 20

// DownloadFile returns a small file as one message. It fails with FILE_TOO_LARGE if the file is
// larger than maxMessageBytes.
func (s *Service) DownloadFile(ctx context.Context, req *pb.DownloadFileRequest) (*httpbody.HttpBody, error) {
	f, err := s.readOne(ctx, req.GetFileId())
	if err != nil {
		return nil, err
	}
	if f.SizeBytes > maxMessageBytes {
		return nil, fault.Refuse(optionsv1.Reason_FILE_TOO_LARGE,
			"The file is larger than 3 MiB; download it with GET /v1/files/%s:content.", f.Id).WithSubject(f.Id)
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

// open opens the content of a file.
func (s *Service) open(ctx context.Context, c *call.Call, f *pb.File) (io.ReadSeekCloser, error) {
	digest, err := hex.DecodeString(f.Sha256)
	if err != nil {
		return nil, err
	}
	return s.store.Open(ctx, blobName(c, digest))
}

// Resolve returns the file that a field of another record references. It fails with
// REFERENCE_NOT_FOUND if there is no such file within the caller's reach.
func (s *Service) Resolve(ctx context.Context, tx *db.Tx, field, fileID string) (*pb.File, error) {
	return files.Resolve(ctx, tx, field, fileID)
}

// Find returns a file, on the system side: it ignores the caller's reach.
func (s *Service) Find(ctx context.Context, tx *db.Tx, fileID string) (*pb.File, error) {
	return files.Find(ctx, tx, fileID)
}

// Read reads the whole content of a file. Call it outside of a transaction, because a store may be
// slow.
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

// download is a file with the call that downloads it.
type download struct {
	*pb.File
	call *call.Call
}

// findDownload returns the file to download.
func (s *Service) findDownload(ctx context.Context, m proto.Message, _ *http.Request) (proto.Message, error) {
	f, err := s.readOne(ctx, m.(*pb.DownloadFileRequest).GetFileId())
	return download{f, call.From(ctx)}, err
}

// writeDownload writes the content of a file, or the requested ranges of it, as the response.
func (s *Service) writeDownload(w http.ResponseWriter, r *http.Request, res proto.Message) error {
	f := res.(download)
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
	// In a compressed response, ranges would refer to the compressed bytes.
	header.Set(gzhttp.HeaderNoCompression, "1")
	http.ServeContent(w, r, "", f.CreateTime.AsTime(), content)
	return nil
}

// Package files owns files that callers send up and other records point to: the File
// resource, the way of bytes to the store and back, and the sweeping of what nobody
// points to. It promises that a file which was acknowledged is durable and has the digest
// it says, that an upload which breaks off leaves no file, and that bytes on their way over
// REST are never whole in memory. They lie in a folder or in a bucket. What is in them is
// left to those who point to them.
package files

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/table"
)

// MaxBytes is the largest file that is taken.
const MaxBytes = 64 << 20

// transfer is how long a caller may take to send or fetch a file, on a bad line.
const transfer = 10 * time.Minute

var files = resource.New(table.New("platform.files",
	table.Text("file_name", func(f *pb.File) *string { return &f.FileName }).Filter(),
	table.Text("media_type", func(f *pb.File) *string { return &f.MediaType }).Filter(),
	table.Int64("size_bytes", func(f *pb.File) *int64 { return &f.SizeBytes }).Filter(),
	table.Ref("person_id", "prs", func(f *pb.File) *string { return &f.PersonId }).Filter(),
	table.Hex("sha256", func(f *pb.File) *string { return &f.Sha256 }),
)).Owner("person_id").DeclareEvents("created")

// Service implements FilesService.
type Service struct {
	pb.UnsafeFilesServiceServer
	db    *db.DB
	store Store
}

// New makes the service over a store of bytes.
func New(d *db.DB, store Store) *Service { return &Service{db: d, store: store} }

// Kinds are the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{files} }

// RawMethods are the ways of whole files over REST.
func (s *Service) RawMethods() []rpc.RawMethod {
	return []rpc.RawMethod{
		{Method: pb.FilesService_UploadFile_FullMethodName[1:], Deadline: transfer, Handle: s.receive},
		{Method: pb.FilesService_DownloadFile_FullMethodName[1:], Deadline: transfer, Handle: s.find, WriteResponse: s.send},
	}
}

// GetFile answers one file's record.
func (s *Service) GetFile(ctx context.Context, req *pb.GetFileRequest) (*pb.File, error) {
	return s.readOne(ctx, req.GetFileId())
}

// BatchGetFiles answers several files' records.
func (s *Service) BatchGetFiles(ctx context.Context, req *pb.BatchGetFilesRequest) (*pb.BatchGetFilesResponse, error) {
	list, err := s.read(ctx, req.GetIds()...)
	return &pb.BatchGetFilesResponse{Files: list}, err
}

// ListFiles returns a page of the records of files that GetFile returns to the caller.
func (s *Service) ListFiles(ctx context.Context, req *pb.ListFilesRequest) (*pb.ListFilesResponse, error) {
	page, err := files.List(ctx, s.db, req, addAttached)
	return &pb.ListFilesResponse{Files: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// DeleteFile deletes a file that nothing points to. Its bytes are swept later.
func (s *Service) DeleteFile(ctx context.Context, req *pb.DeleteFileRequest) (*emptypb.Empty, error) {
	return files.Delete(ctx, s.db, req.GetFileId())
}

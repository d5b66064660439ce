// Package files owns the files that callers upload and that other records reference: the File
// resource, uploads, downloads, and the removal of contents that no file references. It also owns
// attachments, which are files on records of any kind. Contents are stored in a folder or a bucket.
// A file in a response is durable and has the given digest. An interrupted upload leaves no file.
// Over REST, a content is never held in memory as a whole. What the contents mean is left to the
// packages that reference files.
package files

import (
	"context"
	"encoding/hex"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/table"
)

// MaxBytes is the size of the largest file that can be uploaded: 64 MiB.
const MaxBytes = 64 << 20

// transferTimeout limits an upload or download. It allows for a slow connection. callTimeout limits
// requests without a file.
const (
	transferTimeout = 10 * time.Minute
	callTimeout     = 30 * time.Second
)

var files = resource.New(table.New("platform.files",
	table.Text("file_name", func(f *pb.File) *string { return &f.FileName }).Filter(),
	table.Text("media_type", func(f *pb.File) *string { return &f.MediaType }).Filter(),
	table.Int64("size_bytes", func(f *pb.File) *int64 { return &f.SizeBytes }).Filter(),
	table.Ref("person_id", "prs", func(f *pb.File) *string { return &f.PersonId }).Filter(),
	table.Hex("sha256", func(f *pb.File) *string { return &f.Sha256 }),
)).Owner("person_id").LoadComputed(addThumbnailStates).DeclareEvents("created")

// Service implements FilesService.
type Service struct {
	pb.UnsafeFilesServiceServer
	db    *db.DB
	store Store
	// quota is the number of bytes that an organization without its own quota may use; 0 for no limit.
	quota int64
}

// New returns the service, which stores contents in a store. An organization without its own quota
// may store quota bytes; 0 means no limit.
func New(d *db.DB, store Store, quota int64) *Service {
	return &Service{db: d, store: store, quota: quota}
}

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{files, attachments} }

// manageAttachments is the permission to change attachments of others.
const manageAttachments = "platform.attachments.manage"

// Permissions returns the permissions that the package checks in addition to those of its methods.
func Permissions() []string { return []string{manageAttachments} }

// RawMethods returns the uploads and the download over REST, whose bodies are files.
func (s *Service) RawMethods() []rpc.RawMethod {
	return append(s.tusMethods(), rpc.RawMethod{
		Method: pb.FilesService_UploadFile_FullMethodName[1:], Deadline: transferTimeout, Handle: s.receiveUpload,
	}, rpc.RawMethod{
		Method: pb.FilesService_DownloadFile_FullMethodName[1:], Deadline: transferTimeout,
		Handle: s.findDownload, WriteResponse: s.writeDownload,
	})
}

// GetFile returns the record of a file.
func (s *Service) GetFile(ctx context.Context, req *pb.GetFileRequest) (*pb.File, error) {
	return s.readOne(ctx, req.GetFileId())
}

// BatchGetFiles returns the records of several files.
func (s *Service) BatchGetFiles(ctx context.Context, req *pb.BatchGetFilesRequest) (*pb.BatchGetFilesResponse, error) {
	list, err := s.read(ctx, req.GetIds()...)
	return &pb.BatchGetFilesResponse{Files: list}, err
}

// ListFiles lists the records of the files that the caller may read.
func (s *Service) ListFiles(ctx context.Context, req *pb.ListFilesRequest) (*pb.ListFilesResponse, error) {
	page, err := files.List(ctx, s.db, req, addAttached)
	return &pb.ListFilesResponse{Files: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// DeleteFile deletes a file that no record references. If it was the last one with its content, the
// content no longer counts as usage, and is removed later by Sweep.
func (s *Service) DeleteFile(ctx context.Context, req *pb.DeleteFileRequest) (*emptypb.Empty, error) {
	return files.Delete(ctx, s.db, req.GetFileId(), func(_ context.Context, tx *db.Tx, was, _ *pb.File) error {
		digest, err := hex.DecodeString(was.Sha256)
		tx.BeforeCommit(func(ctx context.Context, tx *db.Tx) error { return s.uncountUnusedBlob(ctx, tx, digest) })
		return err
	})
}

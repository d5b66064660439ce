package files

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/imagemeta"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/thumbnail"
)

// maxThumbnailAttempts limits how often the thumbnails of an image are begun, so that an image
// which ends the process is not tried forever.
const maxThumbnailAttempts = 3

// OrganizationsWithPendingThumbnails is the query for the organizations in which MakeThumbnails has
// work.
const OrganizationsWithPendingThumbnails = `
select distinct b.org_id
from platform.blobs b
where b.thumbnail_state = 'PENDING'`

// thumbnailName returns the name of a thumbnail in the store. It follows from that of the blob, so
// that a blob is removed with thumbnails of which nothing else is known.
func thumbnailName(c *call.Call, digest []byte, size int) string {
	name := hex.EncodeToString(digest)
	return fmt.Sprintf("%s/thumbnails/%s/%s-%d", c.Organization.ID, name[:2], name, size)
}

// expectThumbnails makes the thumbnails of a blob pending if files of a media type have some. A
// file of the blob exists from this transaction on.
func expectThumbnails(tx *db.Tx, digest []byte, mediaType string) {
	state := pb.File_UNSUPPORTED
	switch {
	case thumbnail.Supports(mediaType):
		state = pb.File_PENDING
	case !strings.HasPrefix(mediaType, "image/"):
		return
	}
	tx.Pending().Queue(`
update platform.blobs
set thumbnail_state = $3
where org_id = $1
and sha256 = $2
and thumbnail_state = 'NONE'`, tx.Call().Organization.ID, digest, state.String())
}

// MakeThumbnails makes the thumbnails of one image of the call's organization. It reports whether
// there was one, so that other organizations have their turn before the next.
func (s *Service) MakeThumbnails(ctx context.Context) (found bool, err error) {
	digest, attempts, err := s.nextPending(ctx)
	if err != nil || digest == nil {
		return false, err
	}
	made, err := s.thumbnailsOf(ctx, digest, attempts)
	switch {
	case errors.Is(err, thumbnail.ErrUnsupported):
		err = s.saveThumbnails(ctx, digest, pb.File_UNSUPPORTED, nil)
	case err == nil:
		err = s.saveThumbnails(ctx, digest, pb.File_READY, made)
	}
	if err != nil {
		return true, errors.Join(err, s.forgetAttempt(ctx, digest))
	}
	return true, nil
}

// nextPending returns the digest of an image without thumbnails, nil if there is none. It counts
// the attempt before the image is read.
func (s *Service) nextPending(ctx context.Context) (digest []byte, attempts int, err error) {
	_, err = db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		type row struct {
			Sha256            []byte
			ThumbnailAttempts int
		}
		found, err := db.Collect[row](ctx, tx, `
update platform.blobs b
set thumbnail_attempts = b.thumbnail_attempts + 1
where b.org_id = $1
and b.sha256 = (
  select p.sha256
  from platform.blobs p
  where p.org_id = $1
  and p.thumbnail_state = 'PENDING'
  order by p.sha256
  limit 1
)
returning b.sha256, b.thumbnail_attempts`, tx.Call().Organization.ID)
		digest = nil
		if len(found) > 0 {
			digest, attempts = found[0].Sha256, found[0].ThumbnailAttempts
		}
		return &emptypb.Empty{}, err
	})
	return digest, attempts, err
}

// forgetAttempt uncounts an attempt that failed for another reason than the image, such as a store
// that does not respond.
func (s *Service) forgetAttempt(ctx context.Context, digest []byte) error {
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		_, err := tx.Exec(ctx, `
update platform.blobs
set thumbnail_attempts = thumbnail_attempts - 1
where org_id = $1
and sha256 = $2`, tx.Call().Organization.ID, digest)
		return &emptypb.Empty{}, err
	})
	return err
}

// thumbnailsOf reads a blob and makes its thumbnails.
func (s *Service) thumbnailsOf(ctx context.Context, digest []byte, attempts int) ([]thumbnail.Thumbnail, error) {
	if attempts > maxThumbnailAttempts {
		return nil, thumbnail.ErrUnsupported
	}
	raw, err := s.readStored(ctx, blobName(call.From(ctx), digest))
	if err != nil {
		return nil, err
	}
	return thumbnail.Make(raw)
}

func (s *Service) readStored(ctx context.Context, name string) ([]byte, error) {
	in, err := s.store.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(in)
	return raw, errors.Join(err, in.Close())
}

// saveThumbnails stores the thumbnails of a blob, unless the blob was removed. It holds the blob
// while it writes, so that the blob is not removed without them.
func (s *Service) saveThumbnails(
	ctx context.Context, digest []byte, state pb.File_ThumbnailState, made []thumbnail.Thumbnail,
) error {
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		done, err := tx.Exec(ctx, `
update platform.blobs
set thumbnail_state = $3
where org_id = $1
and sha256 = $2`, tx.Call().Organization.ID, digest, state.String())
		if err != nil || done.RowsAffected() == 0 {
			return &emptypb.Empty{}, err
		}
		for _, t := range made {
			name := thumbnailName(tx.Call(), digest, t.Size)
			if err := s.store.Put(ctx, name, strings.NewReader(string(t.Content)), int64(len(t.Content))); err != nil {
				return nil, err
			}
		}
		return &emptypb.Empty{}, nil
	})
	return err
}

// deleteThumbnails deletes the thumbnails of a blob from the store.
func (s *Service) deleteThumbnails(ctx context.Context, c *call.Call, digest []byte) (err error) {
	for _, size := range thumbnail.Sizes {
		err = errors.Join(err, s.store.Delete(ctx, thumbnailName(c, digest, size)))
	}
	return err
}

// DownloadThumbnail returns a thumbnail of an image.
func (s *Service) DownloadThumbnail(
	ctx context.Context, req *pb.DownloadThumbnailRequest,
) (*httpbody.HttpBody, error) {
	f, err := s.readOne(ctx, req.GetFileId())
	if err != nil {
		return nil, err
	}
	switch f.ThumbnailState {
	case pb.File_READY:
	case pb.File_PENDING:
		return nil, fault.New(codes.Aborted, optionsv1.Reason_THUMBNAIL_PENDING,
			"The thumbnail is being made; try again in a moment.").WithSubject(f.Id)
	default:
		return nil, fault.Refuse(optionsv1.Reason_THUMBNAIL_MISSING,
			"The file of the type %s has no thumbnails.", f.MediaType).WithSubject(f.Id)
	}
	digest, err := hex.DecodeString(f.Sha256)
	if err != nil {
		return nil, err
	}
	size := thumbnail.Sizes[max(req.GetSize(), pb.DownloadThumbnailRequest_SMALL)-1]
	if req.GetSize() == pb.DownloadThumbnailRequest_SIZE_UNSPECIFIED {
		size = thumbnail.Sizes[pb.DownloadThumbnailRequest_MEDIUM-1]
	}
	raw, err := s.readStored(ctx, thumbnailName(call.From(ctx), digest, size))
	if err != nil {
		return nil, err
	}
	mediaType := imagemeta.MediaType(raw)
	extension := strings.TrimPrefix(mediaType, "image/")
	rpc.SetFileName(ctx, fmt.Sprintf("%s-%d.%s", strings.TrimSuffix(f.FileName, path.Ext(f.FileName)), size, extension))
	return &httpbody.HttpBody{ContentType: mediaType, Data: raw}, nil
}

// addThumbnailStates sets the states of the thumbnails of files.
func addThumbnailStates(ctx context.Context, tx *db.Tx, list []*pb.File) error {
	about, err := contentsOf(ctx, tx, list, (*pb.File).GetId)
	for _, f := range list {
		f.ThumbnailState = about[f.Id].state()
	}
	return err
}

// addContents sets what attachments say about their files.
func addContents(ctx context.Context, tx *db.Tx, list []*pb.Attachment) error {
	about, err := contentsOf(ctx, tx, list, (*pb.Attachment).GetFileId)
	for _, a := range list {
		c := about[a.FileId]
		a.MediaType, a.SizeBytes, a.ThumbnailState = c.MediaType, c.SizeBytes, c.state()
	}
	return err
}

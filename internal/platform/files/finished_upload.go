package files

import (
	"context"
	"crypto/sha256"
	"errors"

	"github.com/google/uuid"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// finishUpload joins the accepted parts and the last part to the content of a file, stores it and
// inserts the file.
func (s *Service) finishUpload(ctx context.Context, last *part) (*pb.Upload, error) {
	u := last.upload
	in, err := s.joinParts(ctx, last)
	if err != nil {
		return nil, s.explainMissing(ctx, last, err)
	}
	defer func() { _ = in.Close() }()
	file := &pb.File{FileName: u.FileName, MediaType: u.MediaType}
	if err := checkNames(file); err != nil {
		return nil, err
	}
	if err := checkDigest(u, in.hexDigest()); err != nil {
		return nil, err
	}
	if in, err = s.storeContent(ctx, file, in, last.uploadKey); err != nil {
		return nil, err
	}
	digest := in.digest.Sum(nil)
	u, err = db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Upload, error) {
		inserted, err := insertFile(ctx, tx, file, digest, u.SubjectId)
		if err != nil {
			return nil, err
		}
		key, err := id.Parse("fil", inserted.Id)
		if err != nil {
			return nil, err
		}
		if err := advanceUpload(ctx, tx, last, &key); err != nil {
			return nil, err
		}
		if err := s.countBlob(ctx, tx, digest); err != nil {
			return nil, err
		}
		return findUpload(ctx, tx, u.Id)
	})
	if err != nil || call.From(ctx).Replayed {
		s.uncountLater(ctx, digest)
		return u, err
	}
	s.deleteAcceptedParts(ctx, u.Id)
	return u, nil
}

// explainMissing returns the error of an upload whose parts cannot be read. A concurrent last part
// may have finished the upload and deleted its parts.
func (s *Service) explainMissing(ctx context.Context, last *part, err error) error {
	now, readErr := s.GetUpload(ctx, &pb.GetUploadRequest{UploadId: last.upload.Id})
	if readErr == nil && now.OffsetBytes != last.offset {
		return offsetDiffers(now)
	}
	return err
}

// checkDigest refuses uploaded bytes that have another digest than the upload says.
func checkDigest(u *pb.Upload, sent string) error {
	if u.Sha256 == "" || u.Sha256 == sent {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_FILE_DIGEST_DIFFERS,
		"The SHA-256 of the uploaded bytes is %s, not %s as the upload says.", sent, u.Sha256).WithSubject(u.Id)
}

// joinParts returns the accepted parts and the last part as one content, which the caller must
// close.
func (s *Service) joinParts(ctx context.Context, last *part) (*spool, error) {
	keys, err := s.acceptedParts(ctx, last.uploadKey)
	if err != nil {
		return nil, err
	}
	whole, err := createSpool(sha256.New())
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		if err = s.appendStored(ctx, whole, partName(call.From(ctx), last.uploadKey, key)); err != nil {
			break
		}
	}
	if err == nil {
		err = errors.Join(whole.append(last), whole.rewind())
	}
	if err != nil {
		_ = whole.Close()
		return nil, err
	}
	return whole, nil
}

func (s *Service) appendStored(ctx context.Context, whole *spool, name string) error {
	in, err := s.store.Open(ctx, name)
	if err != nil {
		return err
	}
	return errors.Join(whole.append(in), in.Close())
}

// acceptedParts returns the keys of the accepted parts of an upload, sorted by offset.
func (s *Service) acceptedParts(ctx context.Context, upload uuid.UUID) ([]uuid.UUID, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]uuid.UUID, error) {
		return db.CollectColumn[uuid.UUID](ctx, tx, `
select p.id
from platform.upload_parts p
where p.org_id = $1
and p.upload_id = $2
and p.accepted
order by p.offset_bytes`, tx.Call().Organization.ID, upload)
	})
}

// deleteAcceptedParts deletes the bytes of the parts of an upload that has ended. What cannot be
// deleted now is deleted by SweepUploads.
func (s *Service) deleteAcceptedParts(ctx context.Context, uploadID string) {
	key, err := id.Parse("upl", uploadID)
	if err != nil {
		return
	}
	keys, err := s.acceptedParts(ctx, key)
	if err != nil {
		return
	}
	for _, k := range keys {
		_ = s.store.Delete(ctx, partName(call.From(ctx), key, k))
	}
}

package files

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// partTimeout limits how long a received part takes to be stored.
const partTimeout = 2 * time.Minute

// part is a received part of an upload.
type part struct {
	*spool
	upload *pb.Upload
	// key is the part's key, and uploadKey that of its upload.
	key, uploadKey uuid.UUID
	offset         int64
}

func (p *part) end() int64 { return p.offset + p.size }

// partName returns the name of a part in the store.
func partName(c *call.Call, upload, part uuid.UUID) string {
	return c.Organization.ID.String() + "/uploads/" + upload.String() + "-" + part.String()
}

// AppendUpload appends a part that is in the request message.
func (s *Service) AppendUpload(ctx context.Context, req *pb.AppendUploadRequest) (*pb.Upload, error) {
	return s.appendPart(ctx, req, bytes.NewReader(req.GetContent()))
}

// appendPart receives a part and stores it. If the body breaks off, it stores the bytes before the
// break and fails.
func (s *Service) appendPart(ctx context.Context, req *pb.AppendUploadRequest, body io.Reader) (*pb.Upload, error) {
	u, err := s.GetUpload(ctx, &pb.GetUploadRequest{UploadId: req.GetUploadId()})
	if err != nil {
		return nil, err
	}
	if call.From(ctx).IdempotencyKey == "" && u.OffsetBytes != req.GetOffsetBytes() {
		return nil, offsetDiffers(u)
	}
	p := &part{upload: u, key: id.New(), offset: req.GetOffsetBytes()}
	if p.uploadKey, err = id.Parse("upl", u.Id); err != nil {
		return nil, err
	}
	broken, err := p.receive(ctx, req.GetChecksum(), body)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	if p.size == 0 && broken == nil {
		return u, nil
	}
	bindToContent(call.From(ctx), p.digest.Sum(nil))
	if u.OffsetBytes != p.offset {
		// A retry with the same idempotency key receives the stored response.
		return db.Write(ctx, s.db, func(context.Context, *db.Tx) (*pb.Upload, error) { return nil, offsetDiffers(u) })
	}
	// The bytes are stored even if the caller is gone.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), partTimeout)
	defer cancel()
	if p.size > 0 {
		if u, err = s.storePart(ctx, p); err != nil {
			return nil, err
		}
	}
	return u, broken
}

func offsetDiffers(u *pb.Upload) error {
	return fault.New(codes.Aborted, optionsv1.Reason_UPLOAD_OFFSET_DIFFERS,
		"The next part begins at byte %d.", u.OffsetBytes).WithSubject(u.Id)
}

// receive reads the body into the part. broken is why the body ended early. The caller must close
// the part, unless there is an error.
func (p *part) receive(ctx context.Context, checksum string, body io.Reader) (broken, err error) {
	newHash, expected, err := parseChecksum(checksum)
	if err != nil {
		return nil, err
	}
	if p.spool, err = createSpool(newHash()); err != nil {
		return nil, err
	}
	rest := max(0, p.upload.SizeBytes-p.offset)
	in := &bodyReader{ctx: ctx, Reader: io.LimitReader(body, rest+1)}
	if err = p.append(in); in.err != nil {
		broken, err = brokenBody(in.err), nil
	}
	switch {
	case err != nil:
	case p.size > rest:
		err = fault.InvalidFor(optionsv1.Reason_BODY_INVALID,
			fault.At("body", "continues after the last byte of the upload"))
	case expected != nil && broken != nil:
		err = broken
	case expected != nil && !bytes.Equal(expected, p.digest.Sum(nil)):
		err = fault.New(codes.InvalidArgument, optionsv1.Reason_PART_CHECKSUM_DIFFERS,
			"The part does not match its checksum.").WithSubject(p.upload.Id)
	default:
		err = p.rewind()
	}
	if err != nil {
		_ = p.Close()
	}
	return broken, err
}

// checksums are the algorithms of checksums. The tus protocol requires sha1.
var checksums = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New}

// parseChecksum returns the algorithm and the digest of a checksum. Without a checksum, the digest
// is nil.
func parseChecksum(checksum string) (newHash func() hash.Hash, digest []byte, err error) {
	if checksum == "" {
		return sha256.New, nil, nil
	}
	algorithm, encoded, _ := strings.Cut(checksum, " ")
	newHash = checksums[algorithm]
	digest, err = base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(digest) != newHash().Size() {
		return nil, nil, fault.Invalid(fault.At("checksum", "is not a digest of %s in base64", algorithm))
	}
	return newHash, digest, nil
}

// storePart stores a part and accepts it. The last part is not stored: its bytes go to the file
// together with those of the other parts. Therefore an upload has all bytes only together with its
// file.
func (s *Service) storePart(ctx context.Context, p *part) (*pb.Upload, error) {
	if p.end() == p.upload.SizeBytes {
		return s.finishUpload(ctx, p)
	}
	if err := s.insertPart(ctx, p); err != nil {
		return nil, err
	}
	c := call.From(ctx)
	if err := s.store.Put(ctx, partName(c, p.uploadKey, p.key), p.spool, p.size); err != nil {
		return nil, err
	}
	u, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Upload, error) {
		if err := advanceUpload(ctx, tx, p, nil); err != nil {
			return nil, err
		}
		_, err := tx.Exec(ctx, `
update platform.upload_parts
set accepted = true
where org_id = $1
and upload_id = $2
and id = $3`, c.Organization.ID, p.uploadKey, p.key)
		if err != nil {
			return nil, err
		}
		return findUpload(ctx, tx, p.upload.Id)
	})
	if err != nil {
		_ = s.store.Delete(ctx, partName(c, p.uploadKey, p.key)) // SweepUploads deletes what remains
	}
	return u, err
}

// insertPart inserts the row of a part whose bytes are about to be stored. The upload does not
// expire while they are.
func (s *Service) insertPart(ctx context.Context, p *part) error {
	_, err := db.Write(withoutKey(ctx), s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		org := tx.Call().Organization.ID
		now := calendar.System().Now()
		tag, err := tx.Exec(ctx, `
update platform.uploads
set expire_time = $3
where org_id = $1
and id = $2
and expire_time > $4`, org, p.uploadKey, now.Add(uploadTime), now)
		if err == nil && tag.RowsAffected() == 0 {
			err = noUpload(p.upload.Id)
		}
		if err != nil {
			return nil, err
		}
		_, err = tx.Exec(ctx, `
insert into platform.upload_parts (org_id, upload_id, id, offset_bytes, size_bytes, accepted)
values ($1, $2, $3, $4, $5, false)`, org, p.uploadKey, p.key, p.offset, p.size)
		return &emptypb.Empty{}, err
	})
	return err
}

// advanceUpload moves the offset of an upload to the end of a part. Of two parts that begin at the
// same byte, the second is refused. file is the file that the last part creates.
func advanceUpload(ctx context.Context, tx *db.Tx, p *part, file *uuid.UUID) error {
	now := calendar.System().Now()
	tag, err := tx.Exec(ctx, `
update platform.uploads
set offset_bytes = $4, expire_time = $5, file_id = $6
where org_id = $1
and id = $2
and offset_bytes = $3
and expire_time > $7`, tx.Call().Organization.ID, p.uploadKey, p.offset, p.end(), now.Add(uploadTime), file, now)
	if err != nil || tag.RowsAffected() == 1 {
		return err
	}
	u, err := findUpload(ctx, tx, p.upload.Id)
	if err != nil {
		return err
	}
	return offsetDiffers(u)
}

package files

import (
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// addAttached extends a list of the caller's own files by the files that are attached to a record
// which the caller may read.
func addAttached(ctx context.Context, tx *db.Tx, q *table.Query) (err error) {
	if files.ReadReach(tx.Call()) == call.All {
		return nil
	}
	q.Linked, err = resource.ReadableLinks(ctx, tx, "platform.attachments", "file_id")
	return err
}

// read returns the records of files in the order requested. It fails with NOT_FOUND for a file that
// is neither the caller's own nor attached to a record which the caller may read.
func (s *Service) read(ctx context.Context, ids ...string) ([]*pb.File, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]*pb.File, error) {
		found, err := files.Load(ctx, tx, ids)
		if err != nil {
			return nil, err
		}
		out := make([]*pb.File, len(ids))
		for i, f := range found {
			if out[i], err = asReadable(ctx, tx, f); err != nil {
				return nil, err
			}
			if out[i] == nil {
				return nil, files.Table().NotFound(ids[i])
			}
		}
		return out, addThumbnailStates(ctx, tx, out)
	})
}

// readOne is read for one file.
func (s *Service) readOne(ctx context.Context, fileID string) (*pb.File, error) {
	found, err := s.read(ctx, fileID)
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// findReadable returns a file, nil if it does not exist or the caller may not read it.
func findReadable(ctx context.Context, tx *db.Tx, fileID string) (*pb.File, error) {
	if _, err := id.Parse("fil", fileID); err != nil {
		return nil, nil //nolint:nilerr // such a file does not exist
	}
	found, err := files.Load(ctx, tx, []string{fileID})
	if err != nil {
		return nil, err
	}
	return asReadable(ctx, tx, found[0])
}

// asReadable returns a file that the caller may read, otherwise nil.
func asReadable(ctx context.Context, tx *db.Tx, s db.Subject) (*pb.File, error) {
	f, exists := s.Record.(*pb.File)
	if !exists || s.Readable {
		return f, nil
	}
	readable, err := isAttachedToReadable(ctx, tx, f.Id)
	if err != nil || !readable {
		return nil, err
	}
	return f, nil
}

// isAttachedToReadable reports whether a file is attached to a record that the caller may read.
func isAttachedToReadable(ctx context.Context, tx *db.Tx, fileID string) (bool, error) {
	file, err := files.Table().Key(fileID)
	if err != nil {
		return false, err
	}
	type subjects struct {
		Kind string
		Keys []uuid.UUID
	}
	all, err := db.Collect[subjects](ctx, tx, `
select a.kind, array_agg(a.subject_key) as keys
from platform.attachments a
where a.org_id = $1
and a.file_id = $2
group by a.kind`, tx.Call().Organization.ID, file)
	if err != nil {
		return false, err
	}
	for _, s := range all {
		ids := make([]string, len(s.Keys))
		for i, key := range s.Keys {
			ids[i] = id.Format(s.Kind, key)
		}
		found, err := resource.LoadSubjects(ctx, tx, ids)
		if err != nil || slices.ContainsFunc(found, func(s db.Subject) bool { return s.Readable }) {
			return err == nil, err
		}
	}
	return false, nil
}

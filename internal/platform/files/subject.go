package files

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// Attach hangs a file on a record: whoever may read the record may read the file from then
// on.
func Attach(ctx context.Context, tx *db.Tx, fileID, subjectID string) error {
	file, err := files.Table().Key(fileID)
	if err != nil {
		return err
	}
	kind, _, _ := strings.Cut(subjectID, "_")
	subject, err := id.Parse(kind, subjectID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
insert into platform.file_subjects (org_id, file_id, kind, subject_key)
values ($1, $2, $3, $4)
on conflict do nothing`, tx.Call().Organization.ID, file, kind, subject)
	return err
}

// read reads the record of a file that the caller sent up, or that hangs on a record which
// the caller may read.
func (s *Service) read(ctx context.Context, fileID string) (*pb.File, error) {
	own, err := files.Get(ctx, s.db, fileID)
	var refusal *fault.Error
	if !errors.As(err, &refusal) || refusal.Code != codes.NotFound {
		return own, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.File, error) {
		f, err := files.Find(ctx, tx, fileID)
		if err != nil {
			return nil, err
		}
		readable, err := hangsOnReadable(ctx, tx, fileID)
		if err == nil && !readable {
			err = refusal
		}
		return f, err
	})
}

// hangsOnReadable tells whether a file hangs on a record that the caller may read.
func hangsOnReadable(ctx context.Context, tx *db.Tx, fileID string) (bool, error) {
	file, err := files.Table().Key(fileID)
	if err != nil {
		return false, err
	}
	type subject struct {
		Kind       string
		SubjectKey uuid.UUID
	}
	subjects, err := db.Collect[subject](ctx, tx, `
select s.kind, s.subject_key
from platform.file_subjects s
where s.org_id = $1
and s.file_id = $2
order by s.kind, s.subject_key
limit 100`, tx.Call().Organization.ID, file)
	if err != nil {
		return false, err
	}
	for _, s := range subjects {
		kind, known := tx.Kinds().ByPrefix(s.Kind)
		if !known {
			continue
		}
		found, err := kind.Look(ctx, tx, []string{id.Format(s.Kind, s.SubjectKey)})
		if err != nil || found[0].Readable {
			return err == nil, err
		}
	}
	return false, nil
}

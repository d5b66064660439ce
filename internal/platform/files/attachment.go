package files

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// Attach attaches a file to a record. From then on, callers who may read the record may read the
// file. No effect if it is already attached.
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

// selectAttachedKinds selects, from the given kinds, those with at least one record to which a file
// of the organization is attached.
const selectAttachedKinds = `
select k.prefix
from unnest($2::text[]) as k (prefix)
cross join lateral (
  select
  from platform.file_subjects s
  where s.org_id = $1
  and s.kind = k.prefix
  limit 1
) s
order by k.prefix`

// addAttached extends a list of the caller's own files by the files that are attached to a record
// which the caller may read.
func addAttached(ctx context.Context, tx *db.Tx, q *table.Query) error {
	c := tx.Call()
	if files.ReadReach(c) == call.All {
		return nil
	}
	var readable []string
	for prefix, kind := range tx.Kinds().All() {
		if kind.ReadReach(c) != call.None {
			readable = append(readable, prefix)
		}
	}
	kinds, err := db.CollectColumn[string](ctx, tx, selectAttachedKinds, c.Organization.ID, readable)
	if err != nil {
		return err
	}
	q.Linked = &table.Linked{Table: "platform.file_subjects", Column: "file_id"}
	for _, prefix := range kinds {
		kind, _ := tx.Kinds().ByPrefix(prefix)
		records := table.LinkedRecords{Kind: prefix, Records: kind.(resource.AnyKind).Binding()}
		if reach := kind.ReadReach(c); reach != call.All {
			records.Owners = &table.Owners{Person: c.PersonID, Team: reach == call.Team}
		}
		q.Linked.Records = append(q.Linked.Records, records)
	}
	return nil
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
			if f.Record == nil {
				return nil, files.Table().NotFound(ids[i])
			}
			out[i] = f.Record.(*pb.File)
			if f.Readable {
				continue
			}
			readable, err := isAttachedToReadable(ctx, tx, ids[i])
			switch {
			case err != nil:
				return nil, err
			case !readable:
				return nil, files.Table().NotFound(ids[i])
			}
		}
		return out, nil
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
select s.kind, array_agg(s.subject_key) as keys
from platform.file_subjects s
where s.org_id = $1
and s.file_id = $2
group by s.kind`, tx.Call().Organization.ID, file)
	if err != nil {
		return false, err
	}
	for _, s := range all {
		kind, known := tx.Kinds().ByPrefix(s.Kind)
		if !known {
			continue
		}
		ids := make([]string, len(s.Keys))
		for i, key := range s.Keys {
			ids[i] = id.Format(s.Kind, key)
		}
		found, err := kind.Load(ctx, tx, ids)
		if err != nil || slices.ContainsFunc(found, func(s db.Subject) bool { return s.Readable }) {
			return err == nil, err
		}
	}
	return false, nil
}

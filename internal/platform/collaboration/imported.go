package collaboration

import (
	"context"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// FindLabels returns the labels with the given names, by the name in lower case, archived ones
// included.
func FindLabels(ctx context.Context, tx *db.Tx, names []string) (map[string]string, error) {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = strings.ToLower(name)
	}
	found, err := db.CollectMap[string, uuid.UUID](ctx, tx, `
select l.display_name_key, l.id
from platform.labels l
where l.org_id = $1
and l.display_name_key = any($2)`, tx.Call().Organization.ID, keys)
	ids := make(map[string]string, len(found))
	for name, key := range found {
		ids[name] = id.Format(labels.Prefix(), key)
	}
	return ids, err
}

// StoreLabels stores new labels that another capability makes.
func StoreLabels(ctx context.Context, tx *db.Tx, list []*pb.Label, at func(i int) string) error {
	return labels.StoreMany(ctx, tx, list, at)
}

// insertPairs stores labels of records given as one array for each column.
const insertPairs = `
insert into platform.label_assignments (org_id, label_id, kind, subject_key, create_time, person_id)
select $1, p.label_id, p.kind, p.key, $5, $6
from unnest($2::uuid[], $3::text[], $4::uuid[]) as p (label_id, kind, key)
join platform.organizations o on o.org_id = $1
order by p.label_id, p.kind, p.key
on conflict do nothing
returning label_id, kind, subject_key`

// Labeled is a label for a record.
type Labeled struct{ LabelID, SubjectID string }

// AssignLabels puts labels on records that the transaction created, on the system side.
func AssignLabels(ctx context.Context, tx *db.Tx, pairs []Labeled) error {
	if len(pairs) == 0 {
		return nil
	}
	keys, subjects := make([]uuid.UUID, len(pairs)), make([]string, len(pairs))
	for i, p := range pairs {
		var err error
		if keys[i], err = labels.Table().Key(p.LabelID); err != nil {
			return err
		}
		subjects[i] = p.SubjectID
	}
	kinds, subjectKeys := splitSubjects(subjects)
	c := tx.Call()
	person := uuid.NullUUID{UUID: c.PersonID, Valid: c.PersonID != uuid.Nil}
	made, err := db.Collect[assignment](ctx, tx, insertPairs, c.Organization.ID, keys, kinds, subjectKeys, c.Now(), person)
	if err != nil {
		return err
	}
	return recordAssignments(ctx, tx, "platform.label.applied", made)
}

// StoreComments stores comments that were written in another tool, on records that the transaction
// created, on the system side. Their authors may be any persons, and no one is mentioned.
func StoreComments(ctx context.Context, tx *db.Tx, list []*pb.Comment, at func(i int) string) error {
	return comments.StoreMany(ctx, tx, list, at, checkText)
}

// RemoveUnchangedLabel removes a label, on the system side. It refuses a label whose version is no
// longer the given one. The caller guarantees that no record has the label.
func RemoveUnchangedLabel(ctx context.Context, tx *db.Tx, labelID, etag string) error {
	return labels.Remove(ctx, tx, labelID, labels.Unchanged(etag))
}

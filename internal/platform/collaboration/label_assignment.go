package collaboration

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// The order by keeps two calls that insert the same rows from waiting for each other.
const (
	insertAssignments = `
insert into platform.label_assignments (org_id, label_id, kind, subject_key, create_time, person_id)
select $1, l.id, s.kind, s.key, $5, $6
from unnest($2::uuid[]) as l (id)
cross join unnest($3::text[], $4::uuid[]) as s (kind, key)
join platform.organizations o on o.org_id = $1
order by l.id, s.kind, s.key
on conflict do nothing
returning label_id, kind, subject_key`
	copyAssignments = `
insert into platform.label_assignments (org_id, label_id, kind, subject_key, create_time, person_id)
select $1, a.label_id, s.kind, s.key, $6, $7
from platform.label_assignments a
join platform.labels l on l.org_id = $1 and l.id = a.label_id and l.archive_time is null
cross join unnest($4::text[], $5::uuid[]) as s (kind, key)
where a.org_id = $1
and a.kind = $2
and a.subject_key = $3
order by a.label_id, s.kind, s.key
on conflict do nothing
returning label_id, kind, subject_key`
	deleteAssignments = `
delete from platform.label_assignments a
where a.org_id = $1
and a.label_id = any($2)
and (a.kind, a.subject_key) in (select s.kind, s.key from unnest($3::text[], $4::uuid[]) as s (kind, key))
returning a.label_id, a.kind, a.subject_key`
	selectAssignments = `
select s.place, array_agg(a.label_id order by a.label_id) as labels
from unnest($2::text[], $3::uuid[]) with ordinality as s (kind, key, place)
join platform.label_assignments a on a.org_id = $1 and a.kind = s.kind and a.subject_key = s.key
group by s.place`
)

// assignment is a label of a record.
type assignment struct {
	LabelID    uuid.UUID
	Kind       string
	SubjectKey uuid.UUID
}

// ApplyLabels puts labels on records, all or none.
func (s *Service) ApplyLabels(ctx context.Context, req *pb.ApplyLabelsRequest) (*pb.ApplyLabelsResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ApplyLabelsResponse, error) {
		if err := checkAssignment(ctx, tx, req.GetLabelIds(), req.GetSubjectIds(), false); err != nil {
			return nil, err
		}
		if err := lockSubjects(ctx, tx, req.GetSubjectIds()); err != nil {
			return nil, err
		}
		c := tx.Call()
		kinds, keys := splitSubjects(req.GetSubjectIds())
		changed, err := db.Collect[assignment](ctx, tx, insertAssignments, c.Organization.ID,
			labelKeys(req.GetLabelIds()), kinds, keys, c.Now(), personOf(c))
		if err != nil {
			return nil, err
		}
		if err := recordAssignments(ctx, tx, "platform.label.applied", changed); err != nil {
			return nil, err
		}
		list, err := listAssignments(ctx, tx, req.GetSubjectIds())
		return &pb.ApplyLabelsResponse{LabelAssignments: list}, err
	})
}

// CopyLabels puts the labels of a record, except archived ones, on others that the transaction
// creates or has locked.
func CopyLabels(ctx context.Context, tx *db.Tx, fromID string, toIDs []string) error {
	c := tx.Call()
	from, key, err := table.ParseSubject(fromID)
	if err != nil {
		return err
	}
	kinds, keys := splitSubjects(toIDs)
	changed, err := db.Collect[assignment](ctx, tx, copyAssignments, c.Organization.ID, from, key, kinds, keys, c.Now(),
		personOf(c))
	if err != nil {
		return err
	}
	return recordAssignments(ctx, tx, "platform.label.applied", changed)
}

// personOf returns the key of the calling person, null if the caller is none.
func personOf(c *call.Call) uuid.NullUUID {
	return uuid.NullUUID{UUID: c.PersonID, Valid: c.PersonID != uuid.Nil}
}

// RemoveLabels takes labels off records, all or none.
func (s *Service) RemoveLabels(ctx context.Context, req *pb.RemoveLabelsRequest) (*pb.RemoveLabelsResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.RemoveLabelsResponse, error) {
		if err := checkAssignment(ctx, tx, req.GetLabelIds(), req.GetSubjectIds(), true); err != nil {
			return nil, err
		}
		kinds, keys := splitSubjects(req.GetSubjectIds())
		args := []any{tx.Call().Organization.ID, labelKeys(req.GetLabelIds()), kinds, keys}
		// The order by keeps two calls that delete the same rows from waiting for each other.
		tx.Pending().Queue(tx.Locking(0, `
select
from platform.label_assignments a
where a.org_id = $1
and a.label_id = any($2)
and (a.kind, a.subject_key) in (select s.kind, s.key from unnest($3::text[], $4::uuid[]) as s (kind, key))
order by a.label_id, a.kind, a.subject_key
for update`), args...)
		changed, err := db.Collect[assignment](ctx, tx, deleteAssignments, args...)
		if err != nil {
			return nil, err
		}
		if err := recordAssignments(ctx, tx, "platform.label.removed", changed); err != nil {
			return nil, err
		}
		list, err := listAssignments(ctx, tx, req.GetSubjectIds())
		return &pb.RemoveLabelsResponse{LabelAssignments: list}, err
	})
}

// ListLabelAssignments lists the labels of records, without those that the caller may not read.
func (s *Service) ListLabelAssignments(
	ctx context.Context, req *pb.ListLabelAssignmentsRequest,
) (*pb.ListLabelAssignmentsResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ListLabelAssignmentsResponse, error) {
		found, err := resource.LoadSubjects(ctx, tx, req.GetSubjectIds())
		if err != nil {
			return nil, err
		}
		var readable []string
		for i, f := range found {
			if f.Readable {
				readable = append(readable, req.GetSubjectIds()[i])
			}
		}
		list, err := listAssignments(ctx, tx, readable)
		return &pb.ListLabelAssignmentsResponse{LabelAssignments: list}, err
	})
}

// checkAssignment refuses labels and records that do not exist or that the caller may not read. It
// refuses archived labels unless archived is true.
func checkAssignment(ctx context.Context, tx *db.Tx, labelIDs, subjectIDs []string, archived bool) error {
	var violations fault.List
	found, err := loadLabels(ctx, tx, labelIDs)
	if err != nil {
		return err
	}
	for i, label := range found {
		label.Archived = label.Archived && !archived
		violations.MergeViolations("", resource.CheckSubject(label, fmt.Sprintf("labelIds[%d]", i)))
	}
	refusals, err := resource.CheckSubjects(ctx, tx, subjectIDs, atSubject)
	if err != nil {
		return err
	}
	for _, refusal := range refusals {
		violations.MergeViolations("", refusal)
	}
	return violations.Err()
}

// lockSubjects keeps records from being deleted, and refuses those that were.
func lockSubjects(ctx context.Context, tx *db.Tx, subjectIDs []string) error {
	var violations fault.List
	refusals, err := resource.LockSubjects(ctx, tx, subjectIDs, atSubject)
	if err != nil {
		return err
	}
	for _, refusal := range refusals {
		violations.MergeViolations("", refusal)
	}
	return violations.Err()
}

func atSubject(i int) string { return fmt.Sprintf("subjectIds[%d]", i) }

// loadLabels reads labels, each at the index of its identifier. An identifier of another type is
// not found.
func loadLabels(ctx context.Context, tx *db.Tx, ids []string) ([]db.Subject, error) {
	var valid []string
	var places []int
	for i, s := range ids {
		if _, err := id.Parse(labels.Prefix(), s); err == nil {
			valid, places = append(valid, s), append(places, i)
		}
	}
	loaded, err := labels.Load(ctx, tx, valid)
	if err != nil {
		return nil, err
	}
	found := make([]db.Subject, len(ids))
	for i, place := range places {
		found[place] = loaded[i]
	}
	return found, nil
}

// recordAssignments records an event for each label that a record got or lost.
func recordAssignments(ctx context.Context, tx *db.Tx, event string, changed []assignment) error {
	events := make([]db.Event, len(changed))
	for i, a := range changed {
		events[i] = db.Event{Type: event, SubjectID: id.Format(a.Kind, a.SubjectKey),
			RecordID: id.Format(labels.Prefix(), a.LabelID)}
	}
	return resource.RecordOnSubjects(ctx, tx, events)
}

// listAssignments returns the labels of each record at its index.
func listAssignments(ctx context.Context, tx *db.Tx, subjectIDs []string) ([]*pb.LabelAssignment, error) {
	type labelsOf struct {
		Place  int64
		Labels []uuid.UUID
	}
	kinds, keys := splitSubjects(subjectIDs)
	found, err := db.Collect[labelsOf](ctx, tx, selectAssignments, tx.Call().Organization.ID, kinds, keys)
	if err != nil {
		return nil, err
	}
	list := make([]*pb.LabelAssignment, len(subjectIDs))
	for i, s := range subjectIDs {
		list[i] = &pb.LabelAssignment{SubjectId: s}
	}
	for _, f := range found {
		for _, key := range f.Labels {
			a := list[f.Place-1]
			a.LabelIds = append(a.LabelIds, id.Format(labels.Prefix(), key))
		}
	}
	return list, nil
}

// splitSubjects splits identifiers that were checked before.
func splitSubjects(ids []string) (kinds []string, keys []uuid.UUID) {
	for _, s := range ids {
		kind, key, _ := table.ParseSubject(s)
		kinds, keys = append(kinds, kind), append(keys, key)
	}
	return kinds, keys
}

// labelKeys parses identifiers that were checked before, each once.
func labelKeys(ids []string) (keys []uuid.UUID) {
	for _, s := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		key, _ := id.Parse(labels.Prefix(), s)
		keys = append(keys, key)
	}
	return keys
}

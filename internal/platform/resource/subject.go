package resource

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// OnSubject declares that the records are on records of any kind, as comments are: field, bound by
// table.Subject, names the subject. A caller with the permission reaches the records on the
// subjects that the caller may read, and no others. Events about the records have the subject and
// its owner. The records cannot be subjects themselves.
//
// The table needs the indexes (org_id, kind, id, subject_key) and (org_id, kind, subject_key, id).
func (k *Kind[R]) OnSubject(field string) *Kind[R] {
	k.ownership.subject = table.Descriptor[R]().Fields().ByName(protoreflect.Name(field))
	return k
}

// NotSubject declares that comments and the like cannot be on the records.
func (k *Kind[R]) NotSubject() *Kind[R] {
	k.notSubject = true
	return k
}

// CanBeSubject implements db.Kind.
func (k *Kind[R]) CanBeSubject() bool { return !k.notSubject && k.ownership.subject == nil }

// LoadSubjects returns what other kinds may know about records of any kinds, each at the index of
// its identifier. It reads the records of each kind with one statement. The Subject is empty if
// there is no such record, or if it cannot be a subject.
func LoadSubjects(ctx context.Context, tx *db.Tx, ids []string) ([]db.Subject, error) {
	byKind := map[string][]int{}
	for i, s := range ids {
		if kind, _, err := table.ParseSubject(s); err == nil {
			byKind[kind] = append(byKind[kind], i)
		}
	}
	out := make([]db.Subject, len(ids))
	for prefix, places := range byKind {
		kind, known := tx.Kinds().ByPrefix(prefix)
		if !known || !kind.CanBeSubject() {
			continue
		}
		keys := make([]string, len(places))
		for i, place := range places {
			keys[i] = ids[place]
		}
		found, err := kind.Load(ctx, tx, keys)
		if err != nil {
			return nil, err
		}
		for i, place := range places {
			out[place] = found[i]
		}
	}
	return out, nil
}

// CheckSubjects refuses subjects that do not exist or that the caller may not read. It returns the
// refusal of each at its index, nil if it is accepted. A subject may be archived. at returns the
// path of the i-th subject.
func CheckSubjects(ctx context.Context, tx *db.Tx, ids []string, at func(i int) string) ([]error, error) {
	found, err := LoadSubjects(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(ids))
	for i, s := range found {
		refusals[i] = CheckSubject(asSubject(s), at(i))
	}
	return refusals, nil
}

// LockSubjects keeps records of any kinds from being deleted until the transaction ends, so that
// nothing is put on a record while it is deleted. It returns the refusal of each at its index, nil
// if the record exists. It locks kinds sorted by rank, and their records sorted by identifier.
func LockSubjects(ctx context.Context, tx *db.Tx, ids []string, at func(i int) string) ([]error, error) {
	keys, kinds := map[string][]uuid.UUID{}, []AnyKind{}
	for _, s := range ids {
		prefix, key, err := table.ParseSubject(s)
		if err != nil {
			continue
		}
		if kind, known := tx.Kinds().ByPrefix(prefix); known && keys[prefix] == nil {
			kinds = append(kinds, kind.(AnyKind))
		}
		keys[prefix] = append(keys[prefix], key)
	}
	slices.SortFunc(kinds, func(a, b AnyKind) int {
		return cmp.Or(cmp.Compare(a.Binding().LockRank(), b.Binding().LockRank()), cmp.Compare(a.Prefix(), b.Prefix()))
	})
	exists := map[string]bool{}
	for _, kind := range kinds {
		found, err := kind.Binding().LockExistence(ctx, tx, keys[kind.Prefix()])
		if err != nil {
			return nil, err
		}
		for _, key := range found {
			exists[id.Format(kind.Prefix(), key)] = true
		}
	}
	refusals := make([]error, len(ids))
	for i, s := range ids {
		if !exists[s] {
			refusals[i] = CheckSubject(db.Subject{}, at(i))
		}
	}
	return refusals, nil
}

// lockSubject is LockSubjects for the subject of a new record. It accepts records that are not on
// subjects.
func (k *Kind[R]) lockSubject(ctx context.Context, tx *db.Tx, r R) error {
	if k.ownership.subject == nil {
		return nil
	}
	refusals, err := LockSubjects(ctx, tx, []string{k.subjectOf(r)}, func(int) string {
		return k.ownership.subject.JSONName()
	})
	if err != nil {
		return err
	}
	return refusals[0]
}

// asSubject returns what decides whether a record can be a subject: it must be readable, and may be
// archived.
func asSubject(s db.Subject) db.Subject {
	s.Archived, s.Referenceable = false, s.Readable
	return s
}

// subjectOf returns the identifier of the record that r is on.
func (k *Kind[R]) subjectOf(r R) string { return r.ProtoReflect().Get(k.ownership.subject).String() }

// haveReadableSubjects reports for each record whether the caller may read its subject.
func (k *Kind[R]) haveReadableSubjects(ctx context.Context, tx *db.Tx, records []R) ([]bool, error) {
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = k.subjectOf(r)
	}
	subjects, err := LoadSubjects(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	readable := make([]bool, len(records))
	for i, s := range subjects {
		readable[i] = s.Readable
	}
	return readable, nil
}

// checkSubjectsReadable fails with NOT_FOUND for a record on a subject that the caller may not
// read. It accepts records that are not on subjects.
func (k *Kind[R]) checkSubjectsReadable(ctx context.Context, tx *db.Tx, records ...R) error {
	if k.ownership.subject == nil {
		return nil
	}
	readable, err := k.haveReadableSubjects(ctx, tx, records)
	if err != nil {
		return err
	}
	for i, r := range records {
		if !readable[i] {
			return k.table.NotFound(k.table.ID(r))
		}
	}
	return nil
}

// recordOnSubject is Record for a record on a subject.
func (k *Kind[R]) recordOnSubject(ctx context.Context, tx *db.Tx, e db.Event, r R) error {
	e.SubjectID, e.RecordID = k.subjectOf(r), k.table.ID(r)
	return RecordOnSubjects(ctx, tx, []db.Event{e})
}

// RecordOnSubjects adds events about records on subjects to the transaction, each with the owner of
// its subject. It reads the owners of each kind with one statement.
func RecordOnSubjects(ctx context.Context, tx *db.Tx, events []db.Event) error {
	byKind := map[string][]int{}
	for i, e := range events {
		kind, _, _ := strings.Cut(e.SubjectID, "_")
		byKind[kind] = append(byKind[kind], i)
	}
	for prefix, places := range byKind {
		kind, known := tx.Kinds().ByPrefix(prefix)
		if !known {
			return fmt.Errorf("resource: no kind of record has the prefix of %s", events[places[0]].SubjectID)
		}
		subjects := make([]string, len(places))
		for i, place := range places {
			subjects[i] = events[place].SubjectID
		}
		owners, err := kind.Owners(ctx, tx, subjects)
		if err != nil {
			return err
		}
		for i, place := range places {
			events[place].OwnerID = owners[i]
		}
	}
	for _, e := range events {
		tx.Record(e)
	}
	return nil
}

// selectLinkedKinds selects, from the given kinds, those with at least one record to which a row of
// a table is attached.
const selectLinkedKinds = `
select k.prefix
from unnest($2::text[]) as k (prefix)
cross join lateral (
  select
  from %s s
  where s.org_id = $1
  and s.kind = k.prefix
  limit 1
) s
order by k.prefix`

// ReadableLinks returns the rows that a table attaches to records which the caller may read; see
// table.Linked.
func ReadableLinks(ctx context.Context, tx *db.Tx, links, column string) (*table.Linked, error) {
	c := tx.Call()
	var readable []string
	for prefix, kind := range tx.Kinds().All() {
		if kind.ReadReach(c) != call.None && kind.CanBeSubject() {
			readable = append(readable, prefix)
		}
	}
	kinds, err := db.CollectColumn[string](ctx, tx, fmt.Sprintf(selectLinkedKinds, links), c.Organization.ID, readable)
	if err != nil {
		return nil, err
	}
	linked := &table.Linked{Table: links, Column: column}
	for _, prefix := range kinds {
		kind, _ := tx.Kinds().ByPrefix(prefix)
		records := table.LinkedRecords{Kind: prefix, Records: kind.(AnyKind).Binding()}
		if reach := kind.ReadReach(c); reach != call.All {
			records.Owners = &table.Owners{Person: c.PersonID, Team: reach == call.Team}
		}
		linked.Records = append(linked.Records, records)
	}
	return linked, nil
}

// readableRecords returns the rows of a table of records on subjects that the caller may read, nil
// if the caller may read all subjects.
func readableRecords(ctx context.Context, tx *db.Tx, name string) (*table.Linked, error) {
	for _, kind := range tx.Kinds().All() {
		if kind.CanBeSubject() && kind.ReadReach(tx.Call()) != call.All {
			return ReadableLinks(ctx, tx, name, "id")
		}
	}
	return nil, nil
}

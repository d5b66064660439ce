package collaboration

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// Audience returns the persons who should hear about an event: the owner of its subject, the
// watchers, and those whom the comment mentions, if the event is about one. It omits persons who
// may not read the subject now, and the caller. The call of the transaction must have a policy, as
// system calls have.
func Audience(ctx context.Context, tx *db.Tx, e db.Event) ([]string, error) {
	kind, key, err := table.ParseSubject(e.SubjectID)
	if err != nil {
		return nil, err
	}
	owner := uuid.NullUUID{}
	if k, known := tx.Kinds().ByPrefix(kind); known {
		owners, err := k.Owners(ctx, tx, []string{e.SubjectID})
		if err != nil {
			return nil, err
		}
		owner = uuid.NullUUID{UUID: owners[0], Valid: owners[0] != uuid.Nil}
	}
	comment, _ := id.Parse(comments.Prefix(), e.RecordID) // the nil UUID if the event is about no comment
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select w.person_id
from platform.watchers w
where w.org_id = $1
and w.kind = $2
and w.subject_key = $3
union
select m.person_id
from platform.comment_mentions m
where m.org_id = $1
and m.comment_id = $4
union
select $5::uuid
where $5::uuid is not null
order by person_id`, tx.Call().Organization.ID, kind, key, comment, owner)
	if err != nil {
		return nil, err
	}
	persons := make([]string, len(found))
	for i, p := range found {
		persons[i] = id.Format("prs", p)
	}
	readers, err := readersOf(ctx, tx, e.SubjectID, persons)
	return slices.DeleteFunc(persons, func(p string) bool {
		return !readers[p] || p == callerID(tx.Call())
	}), err
}

// readersOf returns the persons who may read a subject with their current rights.
func readersOf(ctx context.Context, tx *db.Tx, subjectID string, persons []string) (map[string]bool, error) {
	prefix, _, err := table.ParseSubject(subjectID)
	if err != nil {
		return nil, err
	}
	kind, known := tx.Kinds().ByPrefix(prefix)
	if !known {
		return nil, nil
	}
	calls, err := identity.CallsOf(ctx, tx, personKeys(persons))
	if err != nil {
		return nil, err
	}
	readers := map[string]bool{}
	for _, person := range calls {
		// Only the owner of the subject matters for a limited reach, so only then is it looked up.
		readable := kind.ReadReach(person) == call.All
		if reach := kind.ReadReach(person); reach == call.Own || reach == call.Team {
			if readable, err = canRead(ctx, tx, person, subjectID); err != nil {
				return nil, err
			}
		}
		readers[callerID(person)] = readable
	}
	return readers, nil
}

// canRead reports whether the person of a call may read a subject.
func canRead(ctx context.Context, tx *db.Tx, person *call.Call, subjectID string) (bool, error) {
	caller := tx.Call()
	defer tx.ActAs(caller)
	tx.ActAs(person)
	found, err := resource.LoadSubjects(ctx, tx, []string{subjectID})
	if err != nil {
		return false, err
	}
	return found[0].Readable, nil
}

package history

import (
	"context"
	"regexp"
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

// visibleEvents returns the conditions for the events that the caller may see: all events of the
// kinds that the caller may read without limit, and for other kinds the events about records
// that belong, or belonged just before the event, to the caller or the caller's team. Callers who
// may read all records but personal ones of others see every other event, also events about
// records of no kind. all is true if the caller may see every event.
func visibleEvents(ctx context.Context, tx *db.Tx) (conditions []table.ValueCondition, all bool, err error) {
	c := tx.Call()
	kinds := map[call.Reach][]string{}
	narrowed := false
	for prefix, kind := range tx.Kinds().All() {
		reach := kind.ReadReach(c)
		kinds[reach] = append(kinds[reach], prefix)
		k, known := kind.(resource.AnyKind)
		narrowed = narrowed || reach != call.All && !(known && k.IsPersonal())
	}
	personal := slices.Concat(kinds[call.None], kinds[call.Own])
	switch {
	case !narrowed && len(personal) == 0:
		return nil, true, nil
	case !narrowed:
		conditions = append(conditions,
			table.ValueCondition{Column: "kind", Values: personal, Type: "text", Except: true})
	case len(kinds[call.All]) > 0:
		conditions = append(conditions, table.ValueCondition{Column: "kind", Values: kinds[call.All], Type: "text"})
	}
	if len(kinds[call.Own]) > 0 {
		conditions = append(conditions, ownedBy([]uuid.UUID{c.PersonID}, kinds[call.Own])...)
	}
	if len(kinds[call.Team]) > 0 {
		team, err := resource.Team(ctx, tx, c.PersonID)
		if err != nil {
			return nil, false, err
		}
		conditions = append(conditions, ownedBy(append(team, c.PersonID), kinds[call.Team])...)
	}
	shared, err := aboutShared(ctx, tx, append(kinds[call.Own], kinds[call.Team]...))
	return append(conditions, shared...), false, err
}

// maxShared is the number of shared records of a kind, the newest ones, whose events are in the
// feed. They are few enough to be looked up one by one.
const maxShared = 100

// aboutShared returns the conditions for events about the records of the given kinds that are
// shared with the caller.
func aboutShared(ctx context.Context, tx *db.Tx, kinds []string) (conditions []table.ValueCondition, err error) {
	var subjects []string
	for _, prefix := range kinds {
		kind, _ := tx.Kinds().ByPrefix(prefix)
		k, known := kind.(resource.AnyKind)
		if !known || !k.Binding().IsShared() {
			continue
		}
		keys, err := k.SharedKeys(ctx, tx, tx.Call().PersonID, maxShared)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			subjects = append(subjects, id.Format(prefix, key))
		}
	}
	if len(subjects) > 0 {
		conditions = append(conditions, table.ValueCondition{Column: "subject_id", Values: subjects, Type: "text"})
	}
	return conditions, nil
}

// ownedBy returns the conditions for events about records of the given kinds that the given
// persons own, or owned just before the event.
func ownedBy(persons []uuid.UUID, kinds []string) []table.ValueCondition {
	return []table.ValueCondition{
		{Column: "owner_id", Values: persons, Type: "uuid", AndColumn: "kind", AndValues: kinds},
		{Column: "was_owner_id", Values: persons, Type: "uuid", AndColumn: "kind", AndValues: kinds},
	}
}

// subjectID matches the identifiers in a filter.
var subjectID = regexp.MustCompile(`[a-z]+_[0-9a-z]{26}`)

// aboutNamed returns the condition for events about those of the records that are shared with the
// caller, none if there are none. Of other records, the caller sees the events of the time in which
// they were within reach.
func aboutNamed(ctx context.Context, tx *db.Tx, ids []string) ([]table.ValueCondition, error) {
	byKind := map[string][]string{}
	for _, subject := range ids {
		prefix, _, _ := strings.Cut(subject, "_")
		byKind[prefix] = append(byKind[prefix], subject)
	}
	var subjects []string
	for prefix, named := range byKind {
		kind, _ := tx.Kinds().ByPrefix(prefix)
		k, known := kind.(resource.AnyKind)
		if !known || !k.Binding().IsShared() || k.ReadReach(tx.Call()) == call.None {
			continue
		}
		shared, err := k.Binding().SharedAmong(ctx, tx, named, tx.Call().PersonID, false)
		if err != nil {
			return nil, err
		}
		for subject := range shared {
			subjects = append(subjects, subject)
		}
	}
	if len(subjects) == 0 {
		return nil, nil
	}
	slices.Sort(subjects)
	return []table.ValueCondition{{Column: "subject_id", Values: subjects, Type: "text"}}, nil
}

// limitToVisible limits a list of events to those that the caller may see.
func limitToVisible(ctx context.Context, tx *db.Tx, q *table.Query) error {
	conditions, all, err := visibleEvents(ctx, tx)
	if err != nil || all {
		return err
	}
	named, err := aboutNamed(ctx, tx, subjectID.FindAllString(q.Filter, -1))
	q.AnyOf = slices.Concat([]table.ValueCondition{}, conditions, named)
	return err
}

// findVisible returns an event that meets one of the conditions, or whose subject is shared with
// the caller.
func findVisible(
	ctx context.Context, tx *db.Tx, eventID string, conditions []table.ValueCondition,
) (*pb.Event, error) {
	e, err := events.Find(ctx, tx, eventID)
	if err != nil {
		return nil, err
	}
	named, err := aboutNamed(ctx, tx, []string{e.SubjectId})
	if err != nil {
		return nil, err
	}
	return events.Table().GetIfAny(ctx, tx, eventID, append(conditions, named...))
}

package history

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
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
	return conditions, false, nil
}

// ownedBy returns the conditions for events about records of the given kinds that the given
// persons own, or owned just before the event.
func ownedBy(persons []uuid.UUID, kinds []string) []table.ValueCondition {
	return []table.ValueCondition{
		{Column: "owner_id", Values: persons, Type: "uuid", AndColumn: "kind", AndValues: kinds},
		{Column: "was_owner_id", Values: persons, Type: "uuid", AndColumn: "kind", AndValues: kinds},
	}
}

// limitToVisible limits a list of events to those that the caller may see.
func limitToVisible(ctx context.Context, tx *db.Tx, q *table.Query) error {
	conditions, all, err := visibleEvents(ctx, tx)
	if err == nil && !all {
		q.AnyOf = append([]table.ValueCondition{}, conditions...)
	}
	return err
}

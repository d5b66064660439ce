package resource

import (
	"context"

	"google.golang.org/protobuf/proto"

	"backoffice/internal/platform/db"
)

// GroupCreator creates records of concurrent calls in one transaction.
type GroupCreator[R proto.Message] struct {
	kind  *Kind[R]
	db    *db.DB
	group *db.Group[R, R]
}

// GroupCreator makes a resource's records be created together. look reads what the rules
// of many records need to know at once, and returns the rule, which should rarely need
// statements of its own.
func (k *Kind[R]) GroupCreates(d *db.DB, look func(ctx context.Context, tx *db.Tx, records ...R) (Rule[R], error)) *GroupCreator[R] {
	return &GroupCreator[R]{k, d, db.NewGroup(d, func(ctx context.Context, tx *db.Tx, members []*db.Member[R, R]) (func([]*db.Member[R, R]) error, error) {
		received := make(map[*db.Member[R, R]]R, len(members))
		records := make([]R, len(members))
		for i, m := range members {
			records[i] = k.FromRequest(m.Request)
			received[m] = records[i]
		}
		rule, err := look(ctx, tx, records...)
		return func(fresh []*db.Member[R, R]) error { return k.insertTogether(ctx, tx, fresh, received, rule) }, err
	})}
}

// Create is Kind.Create in the company of other calls.
func (t *GroupCreator[R]) Create(ctx context.Context, in R) (R, error) {
	made, err := t.group.Do(ctx, in)
	return made, t.kind.taken(ctx, t.db, in, err)
}

// insertTogether stores the records that nothing is wrong with and refuses the others.
func (k *Kind[R]) insertTogether(ctx context.Context, tx *db.Tx, members []*db.Member[R, R], received map[*db.Member[R, R]]R, rule Rule[R]) error {
	records := make([]R, len(members))
	for i, m := range members {
		records[i] = received[m]
	}
	refusals, err := k.InsertEach(ctx, tx, records, func(i int) { tx.ActAs(members[i].Call) }, rule, k.checkWithinReach)
	if err != nil {
		return err
	}
	for i, m := range members {
		if refusals[i] != nil {
			m.Refuse(refusals[i])
		} else {
			m.Response = records[i]
		}
	}
	return nil
}

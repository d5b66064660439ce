package resource

import (
	"context"

	"google.golang.org/protobuf/proto"

	"backoffice/internal/platform/db"
)

// GroupCreator creates the records of concurrent calls in one transaction.
type GroupCreator[R proto.Message] struct {
	kind  *Kind[R]
	db    *db.DB
	group *db.Group[R, R]
}

// GroupCreates returns a GroupCreator of the kind. load reads what the rules need for all records
// at once, and returns the rule that checks each record. The rule should rarely need statements
// itself.
func (k *Kind[R]) GroupCreates(
	d *db.DB, load func(ctx context.Context, tx *db.Tx, records ...R) (Rule[R], error),
) *GroupCreator[R] {
	return &GroupCreator[R]{k, d, db.NewGroup(d, func(
		ctx context.Context, tx *db.Tx, members []*db.Member[R, R],
	) (func([]*db.Member[R, R]) error, error) {
		received := make(map[*db.Member[R, R]]R, len(members))
		records := make([]R, len(members))
		for i, m := range members {
			records[i] = k.FromRequest(m.Request)
			received[m] = records[i]
		}
		rule, err := load(ctx, tx, records...)
		return func(fresh []*db.Member[R, R]) error { return k.insertGroup(ctx, tx, fresh, received, rule) }, err
	})}
}

// Create is Kind.Create, committed together with concurrent calls.
func (g *GroupCreator[R]) Create(ctx context.Context, in R) (R, error) {
	made, err := g.group.Do(ctx, in)
	return made, g.kind.explainTaken(ctx, g.db, in, err)
}

// insertGroup stores the records that are valid and refuses the other members.
func (k *Kind[R]) insertGroup(
	ctx context.Context, tx *db.Tx, members []*db.Member[R, R], received map[*db.Member[R, R]]R, rule Rule[R],
) error {
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

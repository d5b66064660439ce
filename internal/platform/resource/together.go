package resource

import (
	"context"
	"errors"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// Together creates records of concurrent calls in one transaction.
type Together[R any] struct {
	kind  *Kind[R]
	db    *db.DB
	group *db.Group[*R, R]
}

// Together makes a resource's records be created together. look reads what the rules
// of many records need to know at once, and answers the rule, which needs no
// statements of its own.
func (k *Kind[R]) Together(d *db.DB, look func(ctx context.Context, tx *db.Tx, records ...*R) (Rule[R], error)) *Together[R] {
	together := func(ctx context.Context, tx *db.Tx, members []*db.Member[*R, R]) error {
		records := make([]*R, len(members))
		for i, m := range members {
			records[i] = k.Received(m.Request)
		}
		rule, err := look(ctx, tx, records...)
		if err != nil {
			return err
		}
		return k.insertTogether(ctx, tx, members, records, rule)
	}
	alone := func(ctx context.Context, tx *db.Tx, in *R) (*R, error) {
		r := k.Received(in)
		rule, err := look(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		return r, k.Insert(ctx, tx, r, rule)
	}
	return &Together[R]{k, d, db.NewGroup(d, together, alone)}
}

// Create is Kind.Create in the company of other calls.
func (t *Together[R]) Create(ctx context.Context, in *R) (*R, error) {
	made, err := t.group.Do(ctx, in)
	return made, t.kind.taken(ctx, t.db, in, err)
}

// insertTogether stores the records that nothing is wrong with and refuses the others.
func (k *Kind[R]) insertTogether(ctx context.Context, tx *db.Tx, members []*db.Member[*R, R], records []*R, rule Rule[R]) error {
	var sound []*R
	for i, m := range members {
		tx.As(m.Call)
		err := k.prepare(ctx, tx, records[i], []Rule[R]{rule})
		var refusal *fault.Error
		switch {
		case err == nil:
			k.created(tx, records[i])
			m.Answer = records[i]
			sound = append(sound, records[i])
		case errors.As(err, &refusal):
			m.Refuse(err)
		default:
			return err
		}
	}
	if err := k.table.InsertMany(ctx, tx, sound); err != nil {
		return err
	}
	for _, m := range members {
		if m.Answer == nil {
			continue
		}
		tx.As(m.Call)
		if err := k.complete(ctx, tx, m.Answer); err != nil {
			return err
		}
	}
	return nil
}

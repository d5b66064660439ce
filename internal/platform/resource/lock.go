package resource

import (
	"context"

	"backoffice/internal/platform/db"
)

// LockFirst sets the function that locks a record's parents: records of a lower rank that
// belong to it. Whoever changes or deletes a record reads it without a lock, locks its
// parents, and then the record itself. f locks by bound tables only.
func (k *Kind[R]) LockFirst(f func(ctx context.Context, tx *db.Tx, r R) error) *Kind[R] {
	k.lockFirst = f
	return k
}

// lock locks a record after its parents. If the record got other parents between the look at
// it and its lock, the unit of work is tried again.
func (k *Kind[R]) lock(ctx context.Context, tx *db.Tx, key string) (R, error) {
	var none R
	if k.lockFirst == nil || k.table.HoldsLock(tx, key) {
		return k.table.Lock(ctx, tx, key)
	}
	seen, err := k.table.Get(ctx, tx, key)
	if err != nil {
		return none, err
	}
	if err := k.lockFirst(ctx, tx, seen); err != nil {
		return none, err
	}
	r, err := k.table.Lock(ctx, tx, key)
	if err != nil || k.table.Etag(r) == k.table.Etag(seen) {
		return r, err
	}
	return r, tx.WithoutNewLocks(func() error { return k.lockFirst(ctx, tx, r) })
}

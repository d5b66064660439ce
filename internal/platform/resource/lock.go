package resource

import (
	"context"

	"backoffice/internal/platform/db"
)

// LockFirst sets the function that locks the parents of a record: the records of a lower rank that
// it belongs to. A change or deletion reads the record without a lock, locks its parents, and then
// locks the record. f must lock through bound tables only.
func (k *Kind[R]) LockFirst(f func(ctx context.Context, tx *db.Tx, r R) error) *Kind[R] {
	k.lockFirst = f
	return k
}

// lock locks a record after its parents. If the record's parents changed between the read and the
// lock, the transaction is retried.
func (k *Kind[R]) lock(ctx context.Context, tx *db.Tx, key string) (R, error) {
	var none R
	if k.lockFirst == nil || k.table.HoldsLock(tx, key) {
		return k.table.Lock(ctx, tx, key)
	}
	before, err := k.table.Get(ctx, tx, key)
	if err != nil {
		return none, err
	}
	if err := k.lockFirst(ctx, tx, before); err != nil {
		return none, err
	}
	r, err := k.table.Lock(ctx, tx, key)
	if err != nil || k.table.Etag(r) == k.table.Etag(before) {
		return r, err
	}
	return r, tx.WithoutNewLocks(func() error { return k.lockFirst(ctx, tx, r) })
}

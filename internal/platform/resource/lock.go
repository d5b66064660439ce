package resource

import (
	"context"

	"github.com/google/uuid"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
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

// LockPersons keeps persons from being archived and deleted until the transaction ends. Call it
// before the check that they may become responsible for a record, so that the check sees them as
// they stay. It ignores empty and invalid identifiers. Persons have no rank in the lock order,
// because they are locked after records of any rank: whoever locks a person to change it locks no
// records afterwards.
func LockPersons(ctx context.Context, tx *db.Tx, persons ...string) error {
	var keys []uuid.UUID
	for _, person := range persons {
		if key, err := id.Parse(personPrefix, person); err == nil {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, tx.Locking(0, `
select
from platform.persons p
where p.org_id = $1
and p.id = any($2)
order by p.id
for share`), tx.Call().Organization.ID, keys)
	return err
}

// lockResponsible locks the persons whom a record newly names as responsible or as deputy.
func (k *Kind[R]) lockResponsible(ctx context.Context, tx *db.Tx, was, r R) error {
	if k.responsibility == nil {
		return nil
	}
	var persons []string
	for _, field := range []string{k.responsibility.Person, k.responsibility.Deputy} {
		if field == "" {
			continue
		}
		if person := k.text(r, field); person != k.text(was, field) {
			persons = append(persons, person)
		}
	}
	return LockPersons(ctx, tx, persons...)
}

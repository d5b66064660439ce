package table

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// Rank sets the rank of the table in the lock order, such as db.RankDocument.
func (t *Table[R]) Rank(n int) *Table[R] {
	t.rank = n
	return t
}

// LockRank returns the rank of the table in the lock order.
func (t *Table[R]) LockRank() int { return t.rank }

// Lock reads a record with its lines and keeps other transactions from changing it until this one
// ends. Others may still store references to the record, because keys never change.
func (t *Table[R]) Lock(ctx context.Context, tx *db.Tx, s string) (R, error) {
	var none R
	key, err := t.Key(s)
	if err != nil {
		return none, err
	}
	if err := tx.NoteLocks(t.rank, t.row(key)); err != nil {
		return none, err
	}
	return t.getOne(ctx, tx, s, nil, "for no key update of t")
}

// LockMany locks records sorted by identifier and returns each once, in that order. It fails with
// NOT_FOUND if one does not exist.
func (t *Table[R]) LockMany(ctx context.Context, tx *db.Tx, ids []string) ([]R, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	rows := make([]db.Row, len(ids))
	keys := make([]uuid.UUID, len(ids))
	for i, s := range ids {
		var err error
		if keys[i], err = t.Key(s); err != nil {
			return nil, err
		}
		rows[i] = t.row(keys[i])
	}
	if len(ids) == 0 {
		return nil, nil
	}
	if err := tx.NoteLocks(t.rank, rows...); err != nil {
		return nil, err
	}
	sql := t.selectSQL + "and t.id = any($2)\norder by t.id\nfor no key update"
	found, err := t.query(ctx, tx, sql, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	for i, s := range ids {
		if i == len(found) || t.ID(found[i]) != s {
			return nil, fault.NotFound(t.typeName(), s)
		}
	}
	return found, nil
}

// HoldsLock reports whether the transaction has locked or inserted the record.
func (t *Table[R]) HoldsLock(tx *db.Tx, s string) bool {
	key, err := t.Key(s)
	return err == nil && tx.HoldsLocks(t.row(key))
}

// Row returns the row of a record for the lock order.
func (t *Table[R]) Row(s string) (db.Row, error) {
	key, err := t.Key(s)
	return t.row(key), err
}

func (t *Table[R]) row(key uuid.UUID) db.Row { return db.Row{Table: t.name, Key: key} }

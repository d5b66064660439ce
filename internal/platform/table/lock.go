package table

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// Rank sets the place of the table in the order of locks, such as db.RankDocument.
func (t *Table[R]) Rank(n int) *Table[R] {
	t.rank = n
	return t
}

// Lock reads a record with its lines and keeps others from changing it until the
// transaction ends. Others may store references to it meanwhile: keys never change.
func (t *Table[R]) Lock(ctx context.Context, tx *db.Tx, s string) (R, error) {
	var none R
	key, err := t.Key(s)
	if err != nil {
		return none, err
	}
	if err := tx.NoteLocks(t.rank, t.row(key)); err != nil {
		return none, err
	}
	return t.one(ctx, tx, s, nil, "for no key update of t")
}

// LockMany locks records in the order of their identifiers and returns them in it, each
// once. It refuses with NOT_FOUND if one does not exist.
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
			return nil, fault.NotFound(t.what(), s)
		}
	}
	return found, nil
}

// HoldsLock reports whether the transaction holds the record: it has locked or inserted it.
func (t *Table[R]) HoldsLock(tx *db.Tx, s string) bool {
	key, err := t.Key(s)
	return err == nil && tx.HoldsLocks(t.row(key))
}

// Row is a record of the table, as the order of locks knows it.
func (t *Table[R]) Row(s string) (db.Row, error) {
	key, err := t.Key(s)
	return t.row(key), err
}

func (t *Table[R]) row(key uuid.UUID) db.Row { return db.Row{Table: t.name, Key: key} }

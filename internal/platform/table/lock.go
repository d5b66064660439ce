package table

import (
	"bytes"
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

// AppendOnly declares that rows are never changed or deleted, so that the server has no right to
// lock them.
func (t *Table[R]) AppendOnly() *Table[R] {
	t.appendOnly = true
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
	found, err := t.LockExisting(ctx, tx, ids)
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

// LockExisting is LockMany for records that others may have deleted. It leaves those out.
func (t *Table[R]) LockExisting(ctx context.Context, tx *db.Tx, ids []string) ([]R, error) {
	return t.lockRows(ctx, tx, ids, "for no key update")
}

// LockShared is LockExisting for records that this transaction reads and does not change. Others
// may lock them the same way, but cannot change them until this transaction ends.
func (t *Table[R]) LockShared(ctx context.Context, tx *db.Tx, ids []string) ([]R, error) {
	return t.lockRows(ctx, tx, ids, "for share")
}

// lockRows locks the records that exist, in a mode of PostgreSQL.
func (t *Table[R]) lockRows(ctx context.Context, tx *db.Tx, ids []string, mode string) ([]R, error) {
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
	sql := t.selectSQL + "and t.id = any($2)\norder by t.id\n" + mode
	return t.query(ctx, tx, sql, tx.Call().Organization.ID, keys)
}

// QueueDeletionLock keeps other transactions from referencing a record that this one has locked and
// is about to delete. The lock is taken with the next statements.
func (t *Table[R]) QueueDeletionLock(tx *db.Tx, key uuid.UUID) {
	tx.Pending().Queue("select from "+t.name+" t\nwhere t.org_id = $1\nand t.id = $2\nfor update",
		tx.Call().Organization.ID, key)
}

// LockExistence keeps records from being deleted until the transaction ends, and returns the keys
// of those that exist. Other transactions may still change the records.
func (t *Table[R]) LockExistence(ctx context.Context, tx *db.Tx, keys []uuid.UUID) ([]uuid.UUID, error) {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	rows := make([]db.Row, len(keys))
	for i, key := range keys {
		rows[i] = t.row(key)
	}
	if err := tx.NoteLocks(t.rank, rows...); err != nil {
		return nil, err
	}
	sql := "select t.id\nfrom " + t.name + " t\nwhere t.org_id = $1\nand t.id = any($2)\norder by t.id"
	if !t.appendOnly {
		sql += "\nfor key share"
	}
	return db.CollectColumn[uuid.UUID](ctx, tx, sql, tx.Call().Organization.ID, keys)
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

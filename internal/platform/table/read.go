package table

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
)

// Get returns a record with its lines. It fails with NOT_FOUND if the record does not exist.
func (t *Table[R]) Get(ctx context.Context, tx *db.Tx, s string) (R, error) {
	return t.GetOwned(ctx, tx, s, nil)
}

// GetOwned is Get, limited to the records of owners; nil means all records.
func (t *Table[R]) GetOwned(ctx context.Context, tx *db.Tx, s string, owners *Owners) (R, error) {
	return t.getOne(ctx, tx, s, owners, "")
}

// getOne reads a record. lock is the locking clause of the statement, or "" if there is none.
func (t *Table[R]) getOne(ctx context.Context, tx *db.Tx, s string, owners *Owners, lock string) (R, error) {
	var none R
	key, err := t.Key(s)
	if err != nil {
		return none, err
	}
	w := &where{args: []any{tx.Call().Organization.ID}}
	w.and("t.id = " + w.param(key))
	t.narrowToOwners(w, owners)
	r := db.NewRecord[R]()
	scope := scopeOf(tx.Call())
	err = t.scan(tx.QueryRow(ctx, t.selectSQL+w.sql.String()+lock, w.args...), scope, r)
	if errors.Is(err, pgx.ErrNoRows) {
		return none, t.NotFound(s)
	}
	if err != nil {
		return none, err
	}
	return r, t.loadLines(ctx, tx, scope, []R{r})
}

// GetMany returns records in the order requested. It fails with NOT_FOUND if one does not exist.
func (t *Table[R]) GetMany(ctx context.Context, tx *db.Tx, ids []string) ([]R, error) {
	return t.GetManyOwned(ctx, tx, ids, nil)
}

// GetManyOwned is GetMany, limited to the records of owners; nil means all records.
func (t *Table[R]) GetManyOwned(ctx context.Context, tx *db.Tx, ids []string, owners *Owners) ([]R, error) {
	byID, err := t.findMany(ctx, tx, ids, owners)
	if err != nil {
		return nil, err
	}
	out := make([]R, len(ids))
	for i, s := range ids {
		r, found := byID[s]
		if !found {
			return nil, t.NotFound(s)
		}
		out[i] = r
	}
	return out, nil
}

// GetExisting returns the records that exist, by their identifiers. It skips missing ones.
func (t *Table[R]) GetExisting(ctx context.Context, tx *db.Tx, ids []string) (map[string]R, error) {
	return t.findMany(ctx, tx, ids, nil)
}

func (t *Table[R]) findMany(ctx context.Context, tx *db.Tx, ids []string, owners *Owners) (map[string]R, error) {
	keys, err := t.parseKeys(ids)
	if err != nil {
		return nil, err
	}
	w := &where{args: []any{tx.Call().Organization.ID}}
	w.and("t.id = any(" + w.param(keys) + ")")
	t.narrowToOwners(w, owners)
	found, err := t.query(ctx, tx, t.selectSQL+w.sql.String(), w.args...)
	byID := make(map[string]R, len(found))
	for _, r := range found {
		byID[t.ID(r)] = r
	}
	return byID, err
}

// parseKeys parses identifiers. It fails with NOT_FOUND if one has another type.
func (t *Table[R]) parseKeys(ids []string) ([]uuid.UUID, error) {
	keys := make([]uuid.UUID, len(ids))
	for i, s := range ids {
		var err error
		if keys[i], err = t.Key(s); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// query reads all rows of a statement that selects the table's columns.
func (t *Table[R]) query(ctx context.Context, tx *db.Tx, sql string, args ...any) ([]R, error) {
	scope := scopeOf(tx.Call())
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	records, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (R, error) {
		r := db.NewRecord[R]()
		return r, t.scan(row, scope, r)
	})
	if err != nil {
		return nil, err
	}
	return records, t.loadLines(ctx, tx, scope, records)
}

// KeysAfter returns up to limit keys of records after a key, sorted.
func (t *Table[R]) KeysAfter(ctx context.Context, tx *db.Tx, after uuid.UUID, limit int) ([]uuid.UUID, error) {
	sql := "select t.id\nfrom " + t.name + " t\nwhere t.org_id = $1\nand t.id > $2\norder by t.id\nlimit $3"
	return db.CollectColumn[uuid.UUID](ctx, tx, sql, tx.Call().Organization.ID, after, limit)
}

func (t *Table[R]) loadLines(ctx context.Context, tx *db.Tx, s Scope, records []R) error {
	for _, c := range t.columns {
		if c.child == nil {
			continue
		}
		parents := make(map[uuid.UUID]R, len(records))
		for _, r := range records {
			key, err := t.Key(t.ID(r))
			if err != nil {
				return err
			}
			parents[key] = r
		}
		if err := c.child.load(ctx, tx, s, parents); err != nil {
			return err
		}
	}
	return nil
}

package table

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/sealed"
)

// scopeOf returns the scope of the records of a call's organization.
func scopeOf(c *call.Call) Scope {
	return Scope{Currency: c.Organization.CurrencyCode, Now: c.Now(), Today: c.Today(), Person: c.PersonID}
}

// values appends the values of all fields. It reports all violations at once.
func (t *Table[R]) values(r R, s Scope, into []any) ([]any, error) {
	return bindColumns(t.columns, r, s, into)
}

// bindColumns appends the values of the columns. It reports all violations at once.
func bindColumns[R any](columns []Column[R], r R, s Scope, into []any) ([]any, error) {
	var violations fault.List
	for _, c := range columns {
		bound, err := c.bind(r, s, into)
		if err == nil {
			into = bound
		} else if err := violations.Merge("", err); err != nil {
			return nil, err
		}
	}
	return into, violations.Err()
}

// Validate reports all violations in the record's values, without a statement.
func (t *Table[R]) Validate(c *call.Call, r R) error {
	var violations fault.List
	scope := scopeOf(c)
	_, err := t.values(r, scope, nil)
	if err := violations.Merge("", err); err != nil {
		return err
	}
	for _, col := range t.columns {
		if col.child == nil {
			continue
		}
		if err := violations.Merge("", col.child.check(r, scope)); err != nil {
			return err
		}
	}
	return violations.Err()
}

// Insert stores a new record with its lines in one round trip. The record must have an identifier.
// Insert then sets r to the record as stored.
func (t *Table[R]) Insert(ctx context.Context, tx *db.Tx, r R) error {
	key, err := t.Key(t.ID(r))
	if err != nil {
		return err
	}
	c := tx.Call()
	scope := scopeOf(c)
	args := append(make([]any, 0, 8+2*len(t.columns)), c.Organization.ID)
	args = t.standard.insertArgs(r.ProtoReflect(), key, c.Now(), args)
	if args, err = t.values(r, scope, args); err != nil {
		return err
	}
	tx.NoteHeld(t.row(key))
	b := &pgx.Batch{}
	b.Queue(t.insertSQL, args...).QueryRow(func(row pgx.Row) error { return t.scan(row, scope, r) })
	if err := t.queueLines(ctx, b, tx, scope, []R{r}); err != nil {
		return err
	}
	if err := t.queueCustomValues(b, tx, nil, []R{r}); err != nil {
		return err
	}
	return tx.Send(ctx, b)
}

// InsertMany stores new records with their lines in one round trip, with one statement for each
// table.
func (t *Table[R]) InsertMany(ctx context.Context, tx *db.Tx, records []R) error {
	if err := t.QueueMany(ctx, tx, records); err != nil {
		return err
	}
	return tx.Flush(ctx)
}

// QueueMany is InsertMany, but sends the inserts with the next statements, which report their
// errors.
func (t *Table[R]) QueueMany(ctx context.Context, tx *db.Tx, records []R) error {
	if len(records) == 0 {
		return nil
	}
	c := tx.Call()
	scope := scopeOf(c)
	now := c.Now()
	rows := make([][]any, len(records))
	for i, r := range records {
		key, err := t.Key(t.ID(r))
		if err != nil {
			return err
		}
		tx.NoteHeld(t.row(key))
		if rows[i], err = t.values(r, scope, t.standard.insertArgs(r.ProtoReflect(), key, now, nil)); err != nil {
			return err
		}
	}
	tx.Pending().Queue(t.insertManySQL, append([]any{c.Organization.ID}, transpose(rows)...)...)
	if err := t.queueLines(ctx, tx.Pending(), tx, scope, records); err != nil {
		return err
	}
	if err := t.queueCustomValues(tx.Pending(), tx, nil, records); err != nil {
		return err
	}
	t.setInsertedFields(records, now)
	return nil
}

// setInsertedFields sets the version and the times of the records, which Insert reads back.
func (t *Table[R]) setInsertedFields(records []R, now time.Time) {
	stamp := pgtype.Timestamptz{Time: now, Valid: true}
	for _, r := range records {
		m := r.ProtoReflect()
		if t.standard.etag != nil {
			_ = versionScan{m, t.standard.etag}.ScanInt64(pgtype.Int8{Int64: 1, Valid: true})
		}
		if t.standard.createTime != nil {
			_ = timeScan{m, t.standard.createTime}.ScanTimestamptz(stamp)
		}
		if t.standard.updateTime != nil {
			_ = timeScan{m, t.standard.updateTime}.ScanTimestamptz(stamp)
		}
	}
}

// transpose turns rows into columns, each an array for unnest.
func transpose(rows [][]any) []any {
	if len(rows) == 0 {
		return nil
	}
	columns := make([]any, len(rows[0]))
	for i := range columns {
		column := make(pgtype.FlatArray[any], len(rows))
		for j, row := range rows {
			column[j] = row[i]
		}
		columns[i] = column
	}
	return columns
}

// Update stores the record r, which was locked as before. It increments the version and writes only
// the lines that changed. Update then sets r to the record as stored.
func (t *Table[R]) Update(ctx context.Context, tx *db.Tx, before, r R) error {
	return t.UpdateMany(ctx, tx, []R{before}, []R{r})
}

// UpdateMany is Update for many records in one round trip.
func (t *Table[R]) UpdateMany(ctx context.Context, tx *db.Tx, before, records []R) error {
	c := tx.Call()
	scope := scopeOf(c)
	b := &pgx.Batch{}
	for i, r := range records {
		key, err := t.Key(t.ID(r))
		if err != nil {
			return err
		}
		args := t.standard.updateArgs(r.ProtoReflect(), c.Now(), []any{c.Organization.ID, key})
		if args, err = t.values(r, scope, args); err != nil {
			return err
		}
		if err := tx.NoteLocks(t.rank, t.row(key)); err != nil {
			return err
		}
		b.Queue(t.updateSQL, args...).QueryRow(func(row pgx.Row) error { return t.scan(row, scope, r) })
		if err := t.queueLineChanges(ctx, b, tx, scope, key, before[i], r); err != nil {
			return err
		}
	}
	if err := t.queueCustomValues(b, tx, before, records); err != nil {
		return err
	}
	return tx.Send(ctx, b)
}

// Delete removes a record permanently. The foreign key of its lines deletes them too. The sealed
// values of the record are destroyed, and those that its keyset encrypts.
func (t *Table[R]) Delete(ctx context.Context, tx *db.Tx, s string) error {
	key, err := t.Key(s)
	if err != nil {
		return err
	}
	if err := tx.NoteLocks(t.rank, t.row(key)); err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(t.deleteSQL, tx.Call().Organization.ID, key)
	if t.sharers {
		b.Queue(deleteSharersSQL, tx.Call().Organization.ID, t.prefix, key)
	}
	sealed.QueueDestroy(tx, b, sealed.Key{Kind: t.prefix, Key: key})
	if t.HasCustomFields() {
		b.Queue(deleteRecordValuesSQL, tx.Call().Organization.ID, key)
	}
	return tx.Send(ctx, b)
}

func (t *Table[R]) queueLines(ctx context.Context, b *pgx.Batch, tx *db.Tx, s Scope, records []R) error {
	for _, c := range t.columns {
		if c.child == nil {
			continue
		}
		if err := c.child.queueInsert(ctx, b, tx, s, t.keyOf, records); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table[R]) queueLineChanges(
	ctx context.Context, b *pgx.Batch, tx *db.Tx, s Scope, key uuid.UUID, before, r R,
) error {
	for _, c := range t.columns {
		if c.child == nil {
			continue
		}
		if err := c.child.queueChange(ctx, b, tx, s, key, before, r); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table[R]) keyOf(r R) (uuid.UUID, error) { return t.Key(t.ID(r)) }

// scan reads the selected columns of one row into r.
func (t *Table[R]) scan(row pgx.Row, s Scope, r R) error {
	into := t.standard.dest(r.ProtoReflect(), t.prefix, make([]any, 0, 8+2*len(t.columns)))
	for _, c := range t.columns {
		if c.dest != nil {
			into = c.dest(r, s, into)
		}
	}
	return row.Scan(into...)
}

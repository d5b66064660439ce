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
)

// scopeOf is the scope of a call's records.
func scopeOf(c *call.Call) Scope {
	return Scope{Currency: c.Organization.CurrencyCode, Today: c.Today()}
}

// values appends the values of all fields, or says all that is wrong with them.
func (t *Table[R]) values(r R, s Scope, into []any) ([]any, error) {
	return bindAll(t.columns, r, s, into)
}

func bindAll[R any](columns []Column[R], r R, s Scope, into []any) ([]any, error) {
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

// Validate says all that is wrong with the record's values, without a statement.
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

// Insert stores a new record, which carries its identifier, with its lines, in one
// round trip. What the database made of it is in r afterward.
func (t *Table[R]) Insert(ctx context.Context, tx *db.Tx, r R) error {
	key, err := t.Key(t.ID(r))
	if err != nil {
		return err
	}
	c := tx.Call()
	scope := scopeOf(c)
	args := t.head.insertArgs(r.ProtoReflect(), key, c.Now(), append(make([]any, 0, 8+2*len(t.columns)), c.Organization.ID))
	if args, err = t.values(r, scope, args); err != nil {
		return err
	}
	tx.NoteHeld(t.row(key))
	b := &pgx.Batch{}
	b.Queue(t.insertSQL, args...).QueryRow(func(row pgx.Row) error { return t.scan(row, scope, r) })
	if err := t.queueLines(b, tx, scope, []R{r}); err != nil {
		return err
	}
	return tx.Send(ctx, b)
}

// InsertMany stores new records with all their lines in one round trip and one
// statement for each table.
func (t *Table[R]) InsertMany(ctx context.Context, tx *db.Tx, records []R) error {
	if err := t.QueueMany(tx, records); err != nil {
		return err
	}
	return tx.Flush(ctx)
}

// QueueMany is InsertMany with the next statements: what the database refuses is said
// there.
func (t *Table[R]) QueueMany(tx *db.Tx, records []R) error {
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
		if rows[i], err = t.values(r, scope, t.head.insertArgs(r.ProtoReflect(), key, now, nil)); err != nil {
			return err
		}
	}
	tx.Pending().Queue(t.insertManySQL, append([]any{c.Organization.ID}, transpose(rows)...)...)
	if err := t.queueLines(tx.Pending(), tx, scope, records); err != nil {
		return err
	}
	t.stampMany(records, now)
	return nil
}

// stampMany gives the records what an insert of one reads back.
func (t *Table[R]) stampMany(records []R, now time.Time) {
	stamp := pgtype.Timestamptz{Time: now, Valid: true}
	for _, r := range records {
		m := r.ProtoReflect()
		if t.head.etag != nil {
			_ = versionScan{m, t.head.etag}.ScanInt64(pgtype.Int8{Int64: 1, Valid: true})
		}
		if t.head.createTime != nil {
			_ = timeScan{m, t.head.createTime}.ScanTimestamptz(stamp)
		}
		if t.head.updateTime != nil {
			_ = timeScan{m, t.head.updateTime}.ScanTimestamptz(stamp)
		}
	}
}

// transpose makes columns of rows, each an array for unnest.
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

// Update stores a record that was locked as before and is r now, raises its version
// and stores what changed of its lines. What the database made of it is in r afterward.
func (t *Table[R]) Update(ctx context.Context, tx *db.Tx, before, r R) error {
	key, err := t.Key(t.ID(r))
	if err != nil {
		return err
	}
	c := tx.Call()
	scope := scopeOf(c)
	args := t.head.changeArgs(r.ProtoReflect(), c.Now(), []any{c.Organization.ID, key})
	if args, err = t.values(r, scope, args); err != nil {
		return err
	}
	if err := tx.NoteLocks(t.rank, t.row(key)); err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(t.updateSQL, args...).QueryRow(func(row pgx.Row) error { return t.scan(row, scope, r) })
	if err := t.queueLineChanges(b, tx, scope, key, before, r); err != nil {
		return err
	}
	return tx.Send(ctx, b)
}

// Delete removes a record for good; its lines go with it by their foreign key.
func (t *Table[R]) Delete(ctx context.Context, tx *db.Tx, s string) error {
	key, err := t.Key(s)
	if err != nil {
		return err
	}
	if err := tx.NoteLocks(t.rank, t.row(key)); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, t.deleteSQL, tx.Call().Organization.ID, key)
	return err
}

func (t *Table[R]) queueLines(b *pgx.Batch, tx *db.Tx, s Scope, records []R) error {
	for _, c := range t.columns {
		if c.child == nil {
			continue
		}
		if err := c.child.queueInsert(b, tx, s, t.keyOf, records); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table[R]) queueLineChanges(b *pgx.Batch, tx *db.Tx, s Scope, key uuid.UUID, before, r R) error {
	for _, c := range t.columns {
		if c.child == nil {
			continue
		}
		if err := c.child.queueChange(b, tx, s, key, before, r); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table[R]) keyOf(r R) (uuid.UUID, error) { return t.Key(t.ID(r)) }

// scan reads the selected columns of one row into r.
func (t *Table[R]) scan(row pgx.Row, s Scope, r R) error {
	into := t.head.dest(r.ProtoReflect(), t.prefix, make([]any, 0, 8+2*len(t.columns)))
	for _, c := range t.columns {
		if c.dest != nil {
			into = c.dest(r, s, into)
		}
	}
	return row.Scan(into...)
}

package db

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
)

// Ranks are the order in which a unit of work locks rows: those of a lower rank first, and
// within a table by ascending id, or by end date for fiscal years and periods. Two units of
// work that keep the order cannot wait for each other.
const (
	RankWork          = 10 // long work, imports
	RankDocument      = 20 // matches, transfers, private expenses, reconciliations
	RankBankAccount   = 30
	RankStatementLine = 40
	RankJournalEntry  = 50
	RankPeriod        = 60 // fiscal years and periods
	RankAccount       = 70 // accounts and dimension values
	RankSeries        = 80 // number series
	RankOrganization  = 90
)

// Row names a row of a table.
type Row struct {
	Table string
	Key   uuid.UUID
}

// locks are the rows that a unit of work has locked.
type locks struct {
	rows   map[Row]struct{}
	frozen bool
}

// Locking returns sql, a statement that locks rows of a rank, and notes that it does. Every
// statement with `for update`, `for share` or the like goes through it, or through a bound
// table. rows are those that are known before the statement runs; rows that are held already
// may be locked again whatever their rank.
func (tx *Tx) Locking(_ int, sql string, rows ...Row) string {
	tx.Hold(rows...)
	return sql
}

// Take is Locking for a bound table. It fails with a serialization failure if new rows may
// not be locked any more.
func (tx *Tx) Take(rank int, rows ...Row) error {
	if tx.locks.frozen && !tx.Holds(rows...) {
		return Moved("the parents of a record changed before it was locked")
	}
	tx.Locking(rank, "", rows...)
	return nil
}

// Hold notes rows that the unit of work holds without having named them before: it inserted
// them, or a statement found and locked them.
func (tx *Tx) Hold(rows ...Row) {
	if tx.locks.rows == nil {
		tx.locks.rows = make(map[Row]struct{}, len(rows))
	}
	for _, r := range rows {
		tx.locks.rows[r] = struct{}{}
	}
}

// Holds reports whether the unit of work holds all of the rows.
func (tx *Tx) Holds(rows ...Row) bool {
	for _, r := range rows {
		if _, held := tx.locks.rows[r]; !held {
			return false
		}
	}
	return true
}

// Freeze runs fn, in which bound tables lock no rows that are not held already.
func (tx *Tx) Freeze(fn func() error) error {
	tx.locks.frozen = true
	defer func() { tx.locks.frozen = false }()
	return fn()
}

// Moved is the error of a unit of work whose rows changed between the look at them and their
// lock. Write tries it again, as after a serialization failure of the database's own.
func Moved(message string) error {
	return &pgconn.PgError{Severity: "ERROR", Code: serializationFailure, Message: message}
}

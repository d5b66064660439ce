package db

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
)

// Ranks are the order in which a unit of work locks rows: those of a lower rank first, and
// within a table by ascending id, or by end date for fiscal years and periods. Two units of
// work that keep the order cannot wait for each other. A table without a rank, 0, is not
// checked.
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
	// Kept under test only: the highest rank, the highest key of each table, and where in
	// the code they were locked.
	rank int
	at   string
	last map[string]lastLock
}

type lastLock struct {
	key uuid.UUID
	at  string
}

// Locking returns sql, a statement that locks rows of a rank, and notes that it does. Every
// statement with `for update`, `for share` or the like goes through it, or through a bound
// table. rows are those that are known before the statement runs; rows that are held already
// may be locked again whatever their rank.
//
// Under test it panics if a row of a higher rank is held, with the place of either lock.
// In production nothing is checked.
func (tx *Tx) Locking(rank int, sql string, rows ...Row) string {
	if len(rows) > 0 && tx.HoldsLocks(rows...) {
		return sql
	}
	if rank != 0 && testing.Testing() {
		tx.checkOrder(rank, rows)
	}
	tx.NoteHeld(rows...)
	return sql
}

// NoteLocks is Locking for a bound table. It fails with a serialization failure if new rows may
// not be locked any more.
func (tx *Tx) NoteLocks(rank int, rows ...Row) error {
	if tx.locks.frozen && !tx.HoldsLocks(rows...) {
		return RowsChanged("the parents of a record changed before it was locked")
	}
	tx.Locking(rank, "", rows...)
	return nil
}

// NoteHeld notes rows that the unit of work holds without having named them before: it inserted
// them, or a statement found and locked them.
func (tx *Tx) NoteHeld(rows ...Row) {
	if tx.locks.rows == nil {
		tx.locks.rows = make(map[Row]struct{}, len(rows))
	}
	for _, r := range rows {
		tx.locks.rows[r] = struct{}{}
	}
}

// HoldsLocks reports whether the unit of work holds all of the rows.
func (tx *Tx) HoldsLocks(rows ...Row) bool {
	for _, r := range rows {
		if _, held := tx.locks.rows[r]; !held {
			return false
		}
	}
	return true
}

// WithoutNewLocks runs fn, in which bound tables lock no rows that are not held already.
func (tx *Tx) WithoutNewLocks(fn func() error) error {
	tx.locks.frozen = true
	defer func() { tx.locks.frozen = false }()
	return fn()
}

// RowsChanged is the error of a unit of work whose rows changed between the look at them and their
// lock. Write tries it again, as after a serialization failure of the database's own.
func RowsChanged(message string) error {
	return &pgconn.PgError{Severity: "ERROR", Code: serializationFailure, Message: message}
}

// checkOrder panics if a lock comes after one of a higher rank, or in a table after one of a
// higher key.
func (tx *Tx) checkOrder(rank int, rows []Row) {
	at := lockedAt()
	if rank < tx.locks.rank {
		inverted("%s locks rows of rank %d%s after rows of rank %d were locked at %s",
			at, rank, tablesOf(rows), tx.locks.rank, tx.locks.at)
	}
	if rank > tx.locks.rank {
		tx.locks.rank, tx.locks.at = rank, at
	}
	if rank == RankPeriod {
		return
	}
	for _, r := range rows {
		last, locked := tx.locks.last[r.Table]
		if tx.HoldsLocks(r) {
			continue
		}
		if locked && bytes.Compare(r.Key[:], last.key[:]) < 0 {
			inverted("%s locks a row of %s after one of a higher id was locked at %s", at, r.Table, last.at)
		}
		if tx.locks.last == nil {
			tx.locks.last = map[string]lastLock{}
		}
		tx.locks.last[r.Table] = lastLock{r.Key, at}
	}
}

func tablesOf(rows []Row) string {
	if len(rows) == 0 {
		return ""
	}
	return " (" + rows[0].Table + ")"
}

// inverted reports on standard error too, since servers turn a panic into a plain answer.
func inverted(format string, args ...any) {
	message := "db: lock order: " + fmt.Sprintf(format, args...)
	fmt.Fprintln(os.Stderr, message)
	panic(message)
}

// lockedAt is the place in the code above the kernel at which a row is locked.
func lockedAt() string {
	var callers [32]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers[:])])
	for {
		frame, more := frames.Next()
		if !more || !isKernel(frame.Function) {
			return fmt.Sprintf("%s:%d", frame.File, frame.Line)
		}
	}
}

// isKernel reports whether a function only passes on what others lock.
func isKernel(function string) bool {
	for _, name := range []string{"db", "table", "resource", "identity"} {
		if strings.Contains(function, "/platform/"+name+".") {
			return true
		}
	}
	return false
}

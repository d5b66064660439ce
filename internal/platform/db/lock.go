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

// Ranks are the order in which a transaction locks rows: lower ranks first, and within a table by
// ascending id, or by end date for fiscal years and periods. Transactions that keep this order
// cannot deadlock. A table without a rank, 0, is not checked.
const (
	RankWork          = 10 // long work, imports
	RankTimesheet     = 15
	RankDocument      = 20 // matches, transfers, private expenses, reconciliations
	RankTimeEntry     = 22 // after the invoices that bill them
	RankProject       = 23
	RankMilestone     = 24 // after the invoices that bill them
	RankCustomer      = 25 // customers, after their documents
	RankBankAccount   = 30
	RankStatementLine = 40
	RankJournalEntry  = 50
	RankPeriod        = 60 // fiscal years and periods
	RankAccount       = 70 // accounts and dimension values
	RankOrganization  = 90
	// Documents take their number after they are posted, which may add a fiscal year under the lock of
	// the organization.
	RankSeries = 92
	// Keysets are locked as a record with sealed fields is stored.
	RankKeyset   = 95
	RankSchedule = 97
	// Balances in foreign currencies are locked just before the commit.
	RankCurrencyPosition = 100
)

// Row identifies a row of a table.
type Row struct {
	Table string
	Key   uuid.UUID
}

// locks are the rows that a transaction has locked.
type locks struct {
	rows   map[Row]struct{}
	frozen bool
	// The following are set under test only: the highest rank, the last key of each table, and the
	// places in the code where they were locked.
	rank         int
	rankLockedAt string
	lastByTable  map[string]lastLock
}

type lastLock struct {
	key uuid.UUID
	at  string
}

// Locking returns sql, a statement that locks rows of a rank, and checks and notes the locks. Every
// statement with `for update`, `for share` or the like must go through Locking, or through a bound
// table. rows are those known before the statement runs. Rows that are already held may be locked
// again whatever their rank.
//
// Under test, Locking panics if a row of a higher rank is held, and names the places of both locks.
// In production it checks nothing.
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

// NoteLocks is Locking for a bound table. Inside WithoutNewLocks it fails for rows that are not
// held, with a serialization failure.
func (tx *Tx) NoteLocks(rank int, rows ...Row) error {
	if tx.locks.frozen && !tx.HoldsLocks(rows...) {
		return RowsChanged("the parents of a record changed before it was locked")
	}
	tx.Locking(rank, "", rows...)
	return nil
}

// NoteHeld notes rows that the transaction holds without having named them before: rows that it
// inserted, or that a statement found and locked.
func (tx *Tx) NoteHeld(rows ...Row) {
	if tx.locks.rows == nil {
		tx.locks.rows = make(map[Row]struct{}, len(rows))
	}
	for _, r := range rows {
		tx.locks.rows[r] = struct{}{}
	}
}

// HoldsLocks reports whether the transaction holds all of the rows.
func (tx *Tx) HoldsLocks(rows ...Row) bool {
	for _, r := range rows {
		if _, held := tx.locks.rows[r]; !held {
			return false
		}
	}
	return true
}

// WithoutNewLocks runs fn, in which bound tables may lock only rows that are already held.
func (tx *Tx) WithoutNewLocks(fn func() error) error {
	tx.locks.frozen = true
	defer func() { tx.locks.frozen = false }()
	return fn()
}

// RowsChanged returns the error of a transaction whose rows changed between reading and locking
// them. Write retries it like a serialization failure.
func RowsChanged(message string) error {
	return &pgconn.PgError{Severity: "ERROR", Code: serializationFailure, Message: message}
}

// checkOrder panics if the lock follows one of a higher rank, or one of a higher key in the same
// table.
func (tx *Tx) checkOrder(rank int, rows []Row) {
	at := lockedAt()
	if rank < tx.locks.rank {
		panicInverted("%s locks rows of rank %d%s after rows of rank %d were locked at %s",
			at, rank, tablesOf(rows), tx.locks.rank, tx.locks.rankLockedAt)
	}
	if rank > tx.locks.rank {
		tx.locks.rank, tx.locks.rankLockedAt = rank, at
	}
	if rank == RankPeriod {
		return
	}
	for _, r := range rows {
		last, locked := tx.locks.lastByTable[r.Table]
		if tx.HoldsLocks(r) {
			continue
		}
		if locked && bytes.Compare(r.Key[:], last.key[:]) < 0 {
			panicInverted("%s locks a row of %s after one of a higher id was locked at %s", at, r.Table, last.at)
		}
		if tx.locks.lastByTable == nil {
			tx.locks.lastByTable = map[string]lastLock{}
		}
		tx.locks.lastByTable[r.Table] = lastLock{r.Key, at}
	}
}

func tablesOf(rows []Row) string {
	if len(rows) == 0 {
		return ""
	}
	return " (" + rows[0].Table + ")"
}

// panicInverted panics with a lock inversion. It also writes to standard error, because the server
// turns a panic into an INTERNAL error without the message.
func panicInverted(format string, args ...any) {
	message := "db: lock order: " + fmt.Sprintf(format, args...)
	fmt.Fprintln(os.Stderr, message)
	panic(message)
}

// lockedAt returns the place in the code above the kernel where a row is being locked.
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

// isKernel reports whether a function belongs to a kernel package that locks rows for its callers.
func isKernel(function string) bool {
	for _, name := range []string{"db", "table", "resource", "identity"} {
		if strings.Contains(function, "/platform/"+name+".") {
			return true
		}
	}
	return false
}

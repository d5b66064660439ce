package ledger_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// inTransaction runs a function in a transaction in the organization, as other capabilities do.
func (b books) inTransaction(t *testing.T, fn func(context.Context, *db.Tx) error) error {
	t.Helper()
	d, _ := apptest.Databases(t)
	c := &call.Call{
		Organization: call.Organization{
			ID: b.parseKey(t, "org", b.Organization.Organization.GetId()), CurrencyCode: "USD", Zone: time.UTC,
			Clock: calendar.System(),
		},
		Reach: call.ReachAll,
	}
	_, err := db.Write(call.With(t.Context(), c), d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, fn(ctx, tx)
	})
	return err
}

// awaitBlocked returns as soon as another transaction waits for a lock of this one.
func awaitBlocked(ctx context.Context, tx *db.Tx) (err error) {
	for waiting := false; !waiting && err == nil; {
		err = tx.QueryRow(ctx, `
select exists (
  select
  from pg_locks
  where not granted
  and pg_backend_pid() = any (pg_blocking_pids(pid))
)`).Scan(&waiting)
	}
	return err
}

// parseKey returns the key of an identifier with the prefix.
func (b books) parseKey(t *testing.T, prefix, s string) uuid.UUID {
	t.Helper()
	key, err := id.Parse(prefix, s)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// The statements insert an unbalanced line, two lines that balance, and a copy of an entry.
const (
	insertLine = `
insert into finance.journal_lines (
  org_id, id, journal_entry_id, line_number, account_id, amount_currency, amount_minor, base_amount_minor,
  dimension_value_ids, memo, date, closing, seq
)
values (platform.org_id(), gen_random_uuid(), $1, 3, $2, 'USD', $3::bigint, $3::bigint, '{}', '', $4, false, 1)`
	insertTwoLines = insertLine + `,
  (platform.org_id(), gen_random_uuid(), $1, 4, $2, 'USD', -$3::bigint, -$3::bigint, '{}', '', $4, false, 2)`
	copyEntry = `
insert into finance.journal_entries (
  org_id, id, version, create_time, update_time, date, description, reference, currency_code, state, source,
  source_id, post_time, lock_exception_reason, notes, price_mode
)
select
  org_id, $2, 1, create_time, update_time, date, description, reference, currency_code, state, source,
  source_id, post_time, lock_exception_reason, notes, price_mode
from finance.journal_entries where id = $1`
)

// refusedSQL is a statement that the database refuses when it is executed twice.
type refusedSQL struct {
	rule string // name of the constraint, or the SQLSTATE
	sql  string
	args []any
}

// run executes the statement and checks that the database refuses it. If before is not empty, it
// executes that first.
func (r refusedSQL) run(t *testing.T, b books, before string, args ...any) {
	t.Helper()
	err := b.inTransaction(t, func(ctx context.Context, tx *db.Tx) error {
		if before != "" {
			if _, err := tx.Exec(ctx, before, args...); err != nil {
				return err
			}
		}
		for range 2 {
			if _, err := tx.Exec(ctx, r.sql, r.args...); err != nil {
				return err
			}
		}
		return nil
	})
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.ConstraintName != r.rule && pg.Code != r.rule {
		t.Errorf("got %v, want %s", err, r.rule)
	}
}

// TestDatabaseProtectsPostedEntries changes posted entries and their lines by SQL.
func TestDatabaseProtectsPostedEntries(t *testing.T) {
	t.Parallel()
	b := open(t)
	entry := b.parseKey(t, "jrn", b.post(t, "6100", "1000", "10.00").GetId())
	account := b.parseKey(t, "acc", b.codes["1000"])
	const (
		entries = `update finance.journal_entries `
		lines   = `update finance.journal_lines `
	)
	for name, c := range map[string]refusedSQL{
		"rejects more lines": {
			"journal_entry_posted", insertTwoLines, []any{entry, account, 5, "2026-11-02"},
		},
		"rejects lines without an entry": {
			"journal_entry_posted", insertTwoLines, []any{id.New(), account, 5, "2026-11-02"},
		},
		"rejects a new date":    {"journal_entry_posted", entries + `set date = '2026-01-01' where id = $1`, []any{entry}},
		"rejects a new version": {"journal_entry_posted", entries + `set version = version + 1 where id = $1`, []any{entry}},
		"rejects a return to draft": {
			"journal_entry_posted", entries + `set state = 'DRAFT', post_time = null where id = $1`, []any{entry},
		},
		"rejects deleting the entry": {
			"journal_entry_posted", `delete from finance.journal_entries where id = $1`, []any{entry},
		},
		"rejects a new amount": {"42501", lines + `set amount_minor = 1 where journal_entry_id = $1`, []any{entry}},
		"rejects deleting the lines": {
			"42501", `delete from finance.journal_lines where journal_entry_id = $1`, []any{entry},
		},
		"rejects truncating all lines":   {"42501", `truncate finance.journal_lines`, nil},
		"rejects disabling the triggers": {"42501", `alter table finance.journal_lines disable trigger all`, nil},
		"rejects an account under itself": {
			"account_parent_refused", `update finance.accounts set parent_account_id = id where id = $1`, []any{account},
		},
		"rejects deleting an account with lines": {
			"journal_lines_account_exists", `delete from finance.accounts where id = $1`, []any{account},
		},
	} {
		t.Run(name, func(t *testing.T) { c.run(t, b, "") })
	}
}

// TestDatabaseChecksNewEntries inserts a posted entry by SQL, and then lines of it.
func TestDatabaseChecksNewEntries(t *testing.T) {
	t.Parallel()
	b := open(t)
	entry := b.parseKey(t, "jrn", b.post(t, "6100", "1000", "10.00").GetId())
	account := b.parseKey(t, "acc", b.codes["1000"])
	added := id.New()
	for name, c := range map[string]refusedSQL{
		"rejects lines that do not add up": {
			"journal_entry_unbalanced", insertLine, []any{added, account, 5, "2026-11-02"},
		},
		"rejects lines on another date": {
			"journal_entry_posted", insertTwoLines, []any{added, account, 5, "2026-11-03"},
		},
		"rejects lines on an account that does not exist": {
			"journal_lines_account_exists", insertTwoLines, []any{added, id.New(), 5, "2026-11-02"},
		},
		"rejects removing the link to a reversal": {"journal_entry_posted", `
update finance.journal_entries
set reversed_by_id = case when reversed_by_id is null then $2::uuid end
where id = $1`, []any{entry, added}},
	} {
		t.Run(name, func(t *testing.T) { c.run(t, b, copyEntry, entry, added) })
	}
}

// TestOnlyTheSourceReversesItsEntry posts and reverses an entry as the capability of its source
// does, and checks that callers cannot reverse it.
func TestOnlyTheSourceReversesItsEntry(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.entry(b.line("1200", "10"), b.line("1000", "-10"))
	e.Source, e.SourceId = pb.JournalEntry_INVOICE, "inv_01k9zzzzzzzzzzzzzzzzzzzzzz"
	post := func(ctx context.Context, tx *db.Tx) error { return ledger.Post(ctx, tx, e) }
	if err := b.inTransaction(t, post); err != nil {
		t.Fatal(err)
	}
	stored, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetId()})
	if err != nil || stored.GetSource() != pb.JournalEntry_INVOICE || allowedActions(stored) != "" {
		t.Errorf("got %v, %v", stored, err)
	}
	_, err = b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId()})
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE)
	var reversal *pb.JournalEntry
	reverse := func(ctx context.Context, tx *db.Tx) (err error) {
		reversal, err = ledger.Reverse(ctx, tx, e.GetId(), "", "Undone")
		return err
	}
	if err := b.inTransaction(t, reverse); err != nil || reversal.GetDescription() != "Undone" ||
		reversal.GetDate() != e.GetDate() || reversal.GetSourceId() != e.GetSourceId() {
		t.Errorf("got %v, %v", reversal, err)
	}
	if err := b.inTransaction(t, reverse); fault.From(err).Reason != optionsv1.Reason_JOURNAL_ENTRY_REVERSED {
		t.Errorf("reversed twice, got %v, want JOURNAL_ENTRY_REVERSED", err)
	}
	unknown := b.entry(b.line("6100", "10"), &pb.JournalLine{
		AccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz", Amount: &typepb.Money{Amount: "-10"},
	})
	err = b.inTransaction(t, func(ctx context.Context, tx *db.Tx) error { return ledger.Post(ctx, tx, unknown) })
	if f := fault.From(err); f.Reason != optionsv1.Reason_REFERENCE_NOT_FOUND || f.Fields[0].Path != "lines[1].accountId" {
		t.Errorf("got %v", err)
	}
}

// TestRoleAccountSkipsArchivedAccounts finds and adds accounts as other capabilities do.
func TestRoleAccountSkipsArchivedAccounts(t *testing.T) {
	t.Parallel()
	b := open(t)
	find := func(role pb.AccountRole_Role) (a *pb.Account) {
		if err := b.inTransaction(t, func(ctx context.Context, tx *db.Tx) (err error) {
			a, err = ledger.FindRoleAccount(ctx, tx, role)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return a
	}
	if a := find(pb.AccountRole_OWNER_DRAW); a.GetCode() != "3100" {
		t.Errorf("got %v, want 3100, the template's account", a)
	}
	if _, err := b.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: b.codes["3100"]}); err != nil {
		t.Fatal(err)
	}
	if a := find(pb.AccountRole_OWNER_DRAW); a != nil {
		t.Errorf("got %v, want no archived account", a)
	}
	created := &pb.Account{DisplayName: "Northern Bank", Type: pb.Account_ASSET, Subtype: pb.Account_BANK}
	if err := b.inTransaction(
		t, func(ctx context.Context, tx *db.Tx) error { return ledger.AddAccount(ctx, tx, created) },
	); err != nil {
		t.Fatal(err)
	}
	if err := b.inTransaction(t, func(ctx context.Context, tx *db.Tx) error {
		a, err := ledger.FindAccount(ctx, tx, created.GetId())
		if err == nil && a.GetCashFlowSection() != pb.Account_CASH_AND_EQUIVALENTS {
			t.Errorf("got %v", a)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// TestPostingWaitsForArchiving posts to an account that another transaction is archiving. The
// posting waits for that transaction and then fails.
func TestPostingWaitsForArchiving(t *testing.T) {
	t.Parallel()
	b := open(t)
	account := b.parseKey(t, "acc", b.codes["6100"])
	posted := make(chan error, 1)
	err := b.inTransaction(t, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `select from finance.accounts where id = $1 for no key update`, account); err != nil {
			return err
		}
		go func() {
			_, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{
				JournalEntry: b.entry(b.line("6100", "1"), b.line("1000", "-1")),
			})
			posted <- err
		}()
		if err := awaitBlocked(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update finance.accounts set archive_time = '2026-11-02' where id = $1`, account)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	wantReason(t, <-posted, optionsv1.Reason_ACCOUNT_ARCHIVED, "lines[0].accountId")
}

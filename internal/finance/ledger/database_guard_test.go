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

// work runs a unit of work in the organization, as other capabilities do.
func (b books) work(t *testing.T, fn func(context.Context, *db.Tx) error) error {
	t.Helper()
	d, _ := apptest.Databases(t)
	c := &call.Call{
		Organization: call.Organization{ID: b.key(t, "org", b.Organization.Organization.GetId()), CurrencyCode: "USD", Zone: time.UTC, Clock: calendar.System()},
		Reach:        call.ReachAll,
	}
	_, err := db.Write(call.With(t.Context(), c), d, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, fn(ctx, tx)
	})
	return err
}

// awaited returns once somebody waits for what the unit of work holds.
func awaited(ctx context.Context, tx *db.Tx) (err error) {
	for waiting := false; !waiting && err == nil; {
		err = tx.QueryRow(ctx, `select exists (select from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid)))`).Scan(&waiting)
	}
	return err
}

func (b books) key(t *testing.T, prefix, s string) uuid.UUID {
	t.Helper()
	key, err := id.Parse(prefix, s)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestDatabaseKeepsTheBooks goes round the service: the database itself must refuse.
func TestDatabaseKeepsTheBooks(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.post(t, "6100", "1000", "10.00")
	entry := b.key(t, "jrn", e.GetId())
	account := b.key(t, "acc", b.codes["1000"])
	const line = `
insert into finance.journal_lines (org_id, id, journal_entry_id, line_number, account_id, amount_currency, amount_minor, base_amount_minor, dimension_value_ids, memo, date, closing, seq)
values (platform.org_id(), gen_random_uuid(), $1, 3, $2, 'USD', $3::bigint, $3::bigint, '{}', '', $4, false, 1)`
	const twoLines = line + `, (platform.org_id(), gen_random_uuid(), $1, 4, $2, 'USD', -$3::bigint, -$3::bigint, '{}', '', $4, false, 2)`
	const newEntry = `
insert into finance.journal_entries (org_id, id, version, create_time, update_time, date, description, reference, currency_code, state, source, source_id, post_time, lock_exception_reason)
select org_id, $2, 1, create_time, update_time, date, description, reference, currency_code, state, source, source_id, post_time, lock_exception_reason
from finance.journal_entries where id = $1`
	fresh := id.New()
	for name, c := range map[string]struct {
		rule  string
		first bool
		sql   string
		args  []any
	}{
		"a line that does not add up":       {"journal_entry_unbalanced", true, line, []any{fresh, account, 5, "2026-11-02"}},
		"lines on another date":             {"journal_entry_posted", true, twoLines, []any{fresh, account, 5, "2026-11-03"}},
		"lines added to a posted entry":     {"journal_entry_posted", false, twoLines, []any{entry, account, 5, "2026-11-02"}},
		"lines of no entry":                 {"journal_entry_posted", false, twoLines, []any{id.New(), account, 5, "2026-11-02"}},
		"a posted entry's date":             {"journal_entry_posted", false, `update finance.journal_entries set date = '2026-01-01' where id = $1`, []any{entry}},
		"a posted entry made a draft":       {"journal_entry_posted", false, `update finance.journal_entries set state = 'DRAFT', post_time = null where id = $1`, []any{entry}},
		"a reversal taken back":             {"journal_entry_posted", true, `update finance.journal_entries set reversed_by_id = case when reversed_by_id is null then $2::uuid end where id = $1`, []any{entry, fresh}},
		"a posted entry's version":          {"journal_entry_posted", false, `update finance.journal_entries set version = version + 1 where id = $1`, []any{entry}},
		"a line's amount":                   {"42501", false, `update finance.journal_lines set amount_minor = 1 where journal_entry_id = $1`, []any{entry}},
		"a line":                            {"42501", false, `delete from finance.journal_lines where journal_entry_id = $1`, []any{entry}},
		"an entry":                          {"journal_entry_posted", false, `delete from finance.journal_entries where id = $1`, []any{entry}},
		"an account under itself":           {"account_parent_refused", false, `update finance.accounts set parent_account_id = id where id = $1`, []any{account}},
		"the amounts of all lines at once":  {"42501", false, `truncate finance.journal_lines`, nil},
		"the rules, switched off":           {"42501", false, `alter table finance.journal_lines disable trigger all`, nil},
		"an account that lines are on":      {"journal_lines_account_exists", false, `delete from finance.accounts where id = $1`, []any{account}},
		"a line on an account of elsewhere": {"journal_lines_account_exists", true, twoLines, []any{fresh, id.New(), 5, "2026-11-02"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := b.work(t, func(ctx context.Context, tx *db.Tx) error {
				if c.first {
					if _, err := tx.Exec(ctx, newEntry, entry, fresh); err != nil {
						return err
					}
				}
				for range 2 {
					if _, err := tx.Exec(ctx, c.sql, c.args...); err != nil {
						return err
					}
				}
				return nil
			})
			var pg *pgconn.PgError
			if !errors.As(err, &pg) || pg.ConstraintName != c.rule && pg.Code != c.rule {
				t.Errorf("want %s, got %v", c.rule, err)
			}
		})
	}
}

// TestPostForAnotherRecord posts and reverses as the owner of an entry does.
func TestPostForAnotherRecord(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.entry(b.line("1200", "10"), b.line("1000", "-10"))
	e.Source, e.SourceId = pb.JournalEntry_INVOICE, "inv_01k9zzzzzzzzzzzzzzzzzzzzzz"
	post := func(ctx context.Context, tx *db.Tx) error { return ledger.Post(ctx, tx, e) }
	if err := b.work(t, post); err != nil {
		t.Fatal(err)
	}
	stored, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetId()})
	if err != nil || stored.GetSource() != pb.JournalEntry_INVOICE || allowed(stored) != "" {
		t.Errorf("got %v, %v", stored, err)
	}
	_, err = b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId()})
	refused(t, err, optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE)
	var reversal *pb.JournalEntry
	undo := func(ctx context.Context, tx *db.Tx) (err error) {
		reversal, err = ledger.Reverse(ctx, tx, e.GetId(), "", "Undone")
		return err
	}
	if err := b.work(t, undo); err != nil || reversal.GetDescription() != "Undone" || reversal.GetDate() != e.GetDate() || reversal.GetSourceId() != e.GetSourceId() {
		t.Errorf("got %v, %v", reversal, err)
	}
	if err := b.work(t, undo); fault.From(err).Reason != optionsv1.Reason_JOURNAL_ENTRY_REVERSED {
		t.Errorf("undone twice: %v", err)
	}
	bad := b.entry(b.line("6100", "10"), &pb.JournalLine{AccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz", Amount: &typepb.Money{Amount: "-10"}})
	err = b.work(t, func(ctx context.Context, tx *db.Tx) error { return ledger.Post(ctx, tx, bad) })
	if f := fault.From(err); f.Reason != optionsv1.Reason_REFERENCE_NOT_FOUND || f.Fields[0].Path != "lines[1].accountId" {
		t.Errorf("got %v", err)
	}
}

func TestAccountsForOthers(t *testing.T) {
	t.Parallel()
	b := open(t)
	find := func(subtype pb.Account_Subtype) (a *pb.Account) {
		if err := b.work(t, func(ctx context.Context, tx *db.Tx) (err error) {
			a, err = ledger.FindAccountBySubtype(ctx, tx, subtype)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return a
	}
	if a := find(pb.Account_BANK); a.GetCode() != "1000" {
		t.Errorf("the first bank account is %v", a)
	}
	if _, err := b.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: b.codes["3100"]}); err != nil {
		t.Fatal(err)
	}
	if a := find(pb.Account_OWNER_DRAW); a != nil {
		t.Errorf("an archived account is found: %v", a)
	}
	made := &pb.Account{DisplayName: "Northern Bank", Type: pb.Account_ASSET, Subtype: pb.Account_BANK}
	if err := b.work(t, func(ctx context.Context, tx *db.Tx) error { return ledger.AddAccount(ctx, tx, made) }); err != nil {
		t.Fatal(err)
	}
	if err := b.work(t, func(ctx context.Context, tx *db.Tx) error {
		a, err := ledger.FindAccount(ctx, tx, made.GetId())
		if err == nil && a.GetCashFlowSection() != pb.Account_CASH_AND_EQUIVALENTS {
			t.Errorf("got %v", a)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// TestArchivingWhilePosting archives an account between a posting's look at it and
// its lines: the posting must wait and then be refused.
func TestArchivingWhilePosting(t *testing.T) {
	t.Parallel()
	b := open(t)
	account := b.key(t, "acc", b.codes["6100"])
	posted := make(chan error, 1)
	err := b.work(t, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `select from finance.accounts where id = $1 for no key update`, account); err != nil {
			return err
		}
		go func() {
			_, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: b.entry(b.line("6100", "1"), b.line("1000", "-1"))})
			posted <- err
		}()
		if err := awaited(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update finance.accounts set archive_time = '2026-11-02' where id = $1`, account)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	refused(t, <-posted, optionsv1.Reason_ACCOUNT_ARCHIVED, "lines[0].accountId")
}

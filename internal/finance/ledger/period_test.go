package ledger_test

import (
	"context"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
)

// entryOn returns an entry that debits one account and credits another on a date.
func (b books) entryOn(date, debit, credit, amount string) *pb.JournalEntry {
	e := b.entry(b.line(debit, amount), b.line(credit, "-"+amount))
	e.Date = date
	return e
}

// postOn posts an entry that debits one account and credits another on a date.
func (b books) postOn(t *testing.T, date, debit, credit, amount string) *pb.JournalEntry {
	t.Helper()
	e, err := b.CreateJournalEntry(t.Context(),
		&pb.CreateJournalEntryRequest{JournalEntry: b.entryOn(date, debit, credit, amount)})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// periods returns the organization's periods by start date.
func (b books) periods(t *testing.T) map[string]*pb.AccountingPeriod {
	t.Helper()
	list, err := b.ListAccountingPeriods(t.Context(), &pb.ListAccountingPeriodsRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*pb.AccountingPeriod{}
	for _, p := range list.GetAccountingPeriods() {
		out[p.GetStartDate()] = p
	}
	return out
}

// closeThrough closes the periods whose start dates are from first to last, inclusive.
func (b books) closeThrough(t *testing.T, first, last string) {
	t.Helper()
	list, err := b.ListAccountingPeriods(t.Context(), &pb.ListAccountingPeriodsRequest{
		PageSize: 500, OrderBy: "start_date", Filter: `start_date >= "` + first + `" AND start_date <= "` + last + `"`,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list.GetAccountingPeriods() {
		if _, err := b.CloseAccountingPeriod(t.Context(),
			&pb.CloseAccountingPeriodRequest{AccountingPeriodId: p.GetId()}); err != nil {
			t.Fatalf("closing %s: %v", p.GetStartDate(), err)
		}
	}
}

// TestClosedPeriodAcceptsOnlyExceptions posts into a closed period. Only entries with a reason from
// a caller with the permission are accepted. Reversals without a date go to the next open period.
func TestClosedPeriodAcceptsOnlyExceptions(t *testing.T) {
	t.Parallel()
	b := open(t)
	january := b.postOn(t, "2026-01-10", "6100", "1000", "100")
	p := b.periods(t)
	_, err := b.CloseAccountingPeriod(t.Context(),
		&pb.CloseAccountingPeriodRequest{AccountingPeriodId: p["2026-02-01"].GetId(), Reason: "It is time"})
	wantReason(t, err, optionsv1.Reason_PERIOD_CLOSE_BLOCKED)
	b.closeThrough(t, "2026-01-01", "2026-01-01")

	late := b.entryOn("2026-01-31", "6100", "1000", "5")
	_, err = b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: late})
	wantReason(t, err, optionsv1.Reason_PERIOD_CLOSED, "date")
	_, err = b.BatchCreateJournalEntries(t.Context(),
		&pb.BatchCreateJournalEntriesRequest{Requests: []*pb.CreateJournalEntryRequest{
			{JournalEntry: b.entryOn("2026-02-01", "6100", "1000", "5")}, {JournalEntry: late},
		}})
	wantReason(t, err, optionsv1.Reason_PERIOD_CLOSED, "requests[1].journalEntry.date")
	_, err = b.CreateJournalEntry(t.Context(),
		&pb.CreateJournalEntryRequest{JournalEntry: b.entryOn("2025-12-31", "6100", "1000", "5")})
	wantReason(t, err, optionsv1.Reason_PERIOD_CLOSED, "date")

	if n := len(b.lines(t, "")); n != 2 {
		t.Errorf("got %d lines after refusals, want 2", n)
	}
	late.LockExceptionReason = "The rent's invoice came late"
	bookkeeper := pb.NewLedgerServiceClient(b.Organization.WithRole(t, platformv1.ApiKey_BOOKKEEPER))
	_, err = bookkeeper.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: late})
	wantReason(t, err, optionsv1.Reason_PERIOD_CLOSED, "lockExceptionReason")
	_, err = b.CreateFiscalYear(t.Context(),
		&pb.CreateFiscalYearRequest{FiscalYear: &pb.FiscalYear{StartDate: "2001-01-01", EndDate: "2001-12-31"}})
	wantReason(t, err, optionsv1.Reason_PERIOD_CLOSED, "startDate")
	excepted, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: late})
	if err != nil || excepted.GetLockExceptionReason() == "" {
		t.Fatalf("got %v, %v", excepted, err)
	}
	events, err := platformv1.NewHistoryServiceClient(b.Organization).ListEvents(t.Context(),
		&platformv1.ListEventsRequest{Filter: `subject_id = "` + excepted.GetId() + `"`})
	if err != nil || len(events.GetEvents()) != 2 {
		t.Errorf("got events %v, %v of the exception, want 2", events, err)
	}
	needless := b.entryOn("2026-02-01", "6100", "1000", "5")
	needless.LockExceptionReason = "Just in case"
	if e, err := b.CreateJournalEntry(t.Context(),
		&pb.CreateJournalEntryRequest{JournalEntry: needless}); err != nil || e.GetLockExceptionReason() != "" {
		t.Errorf("got %v, %v", e, err)
	}

	_, err = b.ReverseJournalEntry(t.Context(),
		&pb.ReverseJournalEntryRequest{JournalEntryId: january.GetId(), Date: "2026-01-31"})
	wantReason(t, err, optionsv1.Reason_PERIOD_CLOSED, "date")
	reversal, err := b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: january.GetId()})
	if err != nil || reversal.GetDate() != "2026-02-01" || reversal.GetLines()[0].GetDate() != "2026-02-01" {
		t.Errorf("got %v, %v", reversal, err)
	}
}

// TestReversalCreatesNextFiscalYear reverses an entry when all periods are closed.
func TestReversalCreatesNextFiscalYear(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.postOn(t, "2026-12-10", "6100", "1000", "100")
	b.closeThrough(t, "2026-01-01", "2026-12-01")
	reversal, err := b.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId()})
	if err != nil || reversal.GetDate() != "2027-01-01" {
		t.Errorf("got %v, %v", reversal, err)
	}
}

// TestCloseBlockersAreListedAndWarningsCanBeOverridden lists the blockers of a period. Warnings
// need a reason to close the period; errors always refuse it.
func TestCloseBlockersAreListedAndWarningsCanBeOverridden(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.createYears(t, "2026-01-01..2026-12-31")
	b.postOn(t, "2026-02-10", "1900", "1000", "7.50")
	if _, err := b.CreateJournalEntry(t.Context(),
		&pb.CreateJournalEntryRequest{Draft: true, JournalEntry: b.entryOn("2026-02-11", "6100", "1000", "1")}); err != nil {
		t.Fatal(err)
	}
	february := b.periods(t)["2026-02-01"].GetId()
	response, err := b.GetCloseBlockers(t.Context(), &pb.GetCloseBlockersRequest{AccountingPeriodId: february})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, blocker := range response.GetBlockers() {
		kinds = append(kinds, blocker.GetKind().String())
	}
	if got := strings.Join(kinds, " "); got != "EARLIER_PERIOD_OPEN DRAFT_ENTRIES SUSPENSE_NOT_ZERO" {
		t.Errorf("got blockers %s", got)
	}
	if list, err := b.ListJournalEntries(t.Context(),
		&pb.ListJournalEntriesRequest{Filter: response.GetBlockers()[1].GetFilter()}); err != nil ||
		len(list.GetJournalEntries()) != 1 {
		t.Errorf("got %v, %v by the filter of the blocker, want one entry", list, err)
	}
	b.closeThrough(t, "2026-01-01", "2026-01-01")
	_, err = b.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{AccountingPeriodId: february})
	wantReason(t, err, optionsv1.Reason_PERIOD_CLOSE_BLOCKED)
	violations := 0
	for _, d := range status.Convert(err).Details() {
		if p, ok := d.(*errdetails.PreconditionFailure); ok {
			violations = len(p.GetViolations())
		}
	}
	if violations != 2 {
		t.Errorf("got %d violations, want 2", violations)
	}
	closed, err := b.CloseAccountingPeriod(t.Context(),
		&pb.CloseAccountingPeriodRequest{AccountingPeriodId: february, Reason: "The bank will say in March"})
	if err != nil || closed.GetCloseReason() == "" || closed.GetCloseTime() == nil {
		t.Fatalf("got %v, %v", closed, err)
	}
	_, err = b.ReopenAccountingPeriod(t.Context(),
		&pb.ReopenAccountingPeriodRequest{AccountingPeriodId: b.periods(t)["2026-01-01"].GetId(), Reason: "A mistake"})
	wantReason(t, err, optionsv1.Reason_PERIOD_CLOSED)
	_, err = b.ReopenAccountingPeriod(t.Context(), &pb.ReopenAccountingPeriodRequest{AccountingPeriodId: february})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "reason")
	opened, err := b.ReopenAccountingPeriod(t.Context(),
		&pb.ReopenAccountingPeriodRequest{AccountingPeriodId: february, Reason: "A mistake"})
	if err != nil || opened.GetState() != pb.AccountingPeriod_OPEN || opened.GetReopenReason() != "A mistake" ||
		opened.GetCloseTime() != nil {
		t.Errorf("got %v, %v", opened, err)
	}
	for _, event := range []string{"closed", "reopened"} {
		kept, err := platformv1.NewHistoryServiceClient(b.Organization).ListEvents(t.Context(),
			&platformv1.ListEventsRequest{
				Filter: `subject_id = "` + february + `" AND type = "finance.accountingPeriod.` + event + `"`,
			})
		if err != nil || len(kept.GetEvents()) != 1 {
			t.Errorf("got events %v, %v of type %s, want one", kept.GetEvents(), err, event)
		}
	}
}

// TestDatabaseRefusesLinesInClosedPeriod inserts lines into a closed period without the service.
func TestDatabaseRefusesLinesInClosedPeriod(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.postOn(t, "2026-01-10", "6100", "1000", "100")
	b.closeThrough(t, "2026-01-01", "2026-01-01")
	err := b.inTransaction(t, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `
insert into finance.journal_entries (
  org_id, id, version, create_time, update_time, date, description, reference, currency_code, state, source,
  source_id, post_time, lock_exception_reason, notes, price_mode
)
select org_id, gen_random_uuid(), 1, create_time, update_time, date, 'x', '', currency_code, state, source,
  source_id, post_time, '', '', price_mode
from finance.journal_entries where id = $1`, b.parseKey(t, "jrn", e.GetId())); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
insert into finance.journal_lines (
  org_id, id, journal_entry_id, line_number, account_id, amount_currency, amount_minor, base_amount_minor,
  dimension_value_ids, memo, date, closing, seq
)
select l.org_id, gen_random_uuid(), e.id, l.line_number, l.account_id, 'USD', l.amount_minor, l.base_amount_minor,
  '{}', '', l.date, false, l.seq
from finance.journal_lines l
join finance.journal_entries e on e.org_id = l.org_id and e.description = 'x'`)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "open period") {
		t.Errorf("got %v", err)
	}
}

// TestCloseWaitsForPosting closes a period while an entry is being posted into it. The close waits
// for the entry, and later entries are refused.
func TestCloseWaitsForPosting(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.postOn(t, "2026-01-10", "6100", "1000", "100")
	january := b.periods(t)["2026-01-01"].GetId()
	done := make(chan error)
	var posting *pb.JournalEntry
	err := b.inTransaction(t, func(ctx context.Context, tx *db.Tx) error {
		posting = b.entryOn("2026-01-20", "6100", "1000", "5")
		if err := ledger.Post(ctx, tx, posting); err != nil {
			return err
		}
		go func() {
			_, err := b.CloseAccountingPeriod(t.Context(),
				&pb.CloseAccountingPeriodRequest{AccountingPeriodId: january})
			done <- err
		}()
		return awaitBlocked(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if apptest.Reason(func() error {
		_, err := b.CreateJournalEntry(t.Context(),
			&pb.CreateJournalEntryRequest{JournalEntry: b.entryOn("2026-01-20", "6100", "1000", "5")})
		return err
	}()) != optionsv1.Reason_PERIOD_CLOSED {
		t.Error("the closed period accepted an entry")
	}
}

func TestOnlyDraftsCanBeDeleted(t *testing.T) {
	t.Parallel()
	b := open(t)
	draft, err := b.CreateJournalEntry(t.Context(),
		&pb.CreateJournalEntryRequest{Draft: true, JournalEntry: b.entryOn("2026-01-20", "6100", "1000", "5")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.DeleteJournalEntry(t.Context(), &pb.DeleteJournalEntryRequest{JournalEntryId: draft.GetId()})
	wantReason(t, err, optionsv1.Reason_ETAG_REQUIRED, "etag")
	if _, err = b.DeleteJournalEntry(t.Context(),
		&pb.DeleteJournalEntryRequest{JournalEntryId: draft.GetId(), Etag: draft.GetEtag()}); err != nil {
		t.Fatal(err)
	}
	posted := b.postOn(t, "2026-01-20", "6100", "1000", "5")
	_, err = b.DeleteJournalEntry(t.Context(),
		&pb.DeleteJournalEntryRequest{JournalEntryId: posted.GetId(), Etag: posted.GetEtag()})
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_POSTED)
}

package ledger_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
)

// today is the organization's date.
func (b books) today(t *testing.T) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(b.status(t).GetDate())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (b books) status(t *testing.T) *pb.BooksStatus {
	t.Helper()
	s, err := b.GetBooksStatus(t.Context(), &pb.GetBooksStatusRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// later moves the organization's clock.
func (b books) later(t *testing.T, days int64) {
	t.Helper()
	_, err := platformv1.NewIdentityServiceClient(b.Organization).AdvanceClock(t.Context(), &platformv1.AdvanceClockRequest{ByDuration: durationpb.New(time.Duration(days) * 24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
}

// TestBookkeepingSchedule takes a weekly schedule through days that are completed, missed
// and done early.
func TestBookkeepingSchedule(t *testing.T) {
	t.Parallel()
	b := open(t)
	today := b.today(t)
	s, err := b.CreateBookkeepingSchedule(t.Context(), &pb.CreateBookkeepingScheduleRequest{BookkeepingSchedule: &pb.BookkeepingSchedule{
		DisplayName: "Weekly", OwnerId: b.Owner.GetId(), Frequency: pb.BookkeepingSchedule_WEEKLY, StartDate: today.AddDays(-14).String(),
	}})
	if err != nil || s.GetNextDate() != today.String() || s.GetIntervalCount() != 1 || s.GetMissedCount() != 0 {
		t.Fatalf("got %v, %v", s, err)
	}
	complete := func(next int, reason optionsv1.Reason) {
		t.Helper()
		done, err := b.CompleteBookkeepingSchedule(t.Context(), &pb.CompleteBookkeepingScheduleRequest{BookkeepingScheduleId: s.GetId()})
		if reason != 0 {
			refused(t, err, reason)
			return
		}
		if err != nil || done.GetNextDate() != today.AddDays(next).String() || done.GetMissedCount() != 0 {
			t.Errorf("got %v, %v; want day %d", done, err, next)
		}
	}
	complete(7, 0)
	complete(0, optionsv1.Reason_STATE_REFUSES_ACTION)
	b.later(t, 22)
	status := b.status(t)
	if len(status.GetSchedules()) != 1 || status.GetSchedules()[0].GetMissedCount() != 3 || len(status.GetFindings()) != 1 ||
		status.GetFindings()[0].GetKind() != pb.BooksStatus_Finding_BOOKKEEPING_DAY_MISSED || status.GetFindings()[0].GetSubjectId() != s.GetId() {
		t.Errorf("got %v", status)
	}
	complete(28, 0)
	b.later(t, 4)
	complete(35, 0) // on day 26, early for day 28

	monthly, err := b.UpdateBookkeepingSchedule(t.Context(), &pb.UpdateBookkeepingScheduleRequest{
		BookkeepingScheduleId: s.GetId(), BookkeepingSchedule: &pb.BookkeepingSchedule{Frequency: pb.BookkeepingSchedule_MONTHLY, StartDate: "2020-01-31"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"frequency", "start_date"}},
	})
	if err != nil || monthly.GetNextDate() != b.today(t).LastOfMonth().String() {
		t.Errorf("got %v, %v", monthly, err)
	}
	if _, err := b.ArchiveBookkeepingSchedule(t.Context(), &pb.ArchiveBookkeepingScheduleRequest{BookkeepingScheduleId: s.GetId()}); err != nil {
		t.Fatal(err)
	}
	complete(0, optionsv1.Reason_STATE_REFUSES_ACTION)
	b.later(t, 70)
	if got := b.status(t); len(got.GetSchedules()) != 0 || len(got.GetFindings()) != 0 {
		t.Errorf("an archived schedule shows: %v", got)
	}
	back, err := b.UnarchiveBookkeepingSchedule(t.Context(), &pb.UnarchiveBookkeepingScheduleRequest{BookkeepingScheduleId: s.GetId()})
	if err != nil || back.GetMissedCount() != 0 || back.GetNextDate() < b.today(t).String() {
		t.Errorf("got %v, %v", back, err)
	}
}

func TestBookkeepingScheduleRefusals(t *testing.T) {
	t.Parallel()
	b := open(t)
	elsewhere := open(t)
	for _, c := range []struct {
		schedule *pb.BookkeepingSchedule
		reason   optionsv1.Reason
		field    string
	}{
		{&pb.BookkeepingSchedule{DisplayName: "x", StartDate: "2026-01-01"}, optionsv1.Reason_FIELDS_INVALID, "frequency"},
		{&pb.BookkeepingSchedule{DisplayName: "x", Frequency: 1, StartDate: "soon"}, optionsv1.Reason_FIELDS_INVALID, "startDate"},
		{&pb.BookkeepingSchedule{DisplayName: "x", Frequency: 1, StartDate: "2026-01-01", IntervalCount: 13}, optionsv1.Reason_FIELDS_INVALID, "intervalCount"},
		{&pb.BookkeepingSchedule{DisplayName: "x", Frequency: 1, StartDate: "2026-01-01", OwnerId: elsewhere.Owner.GetId()}, optionsv1.Reason_REFERENCE_NOT_FOUND, "ownerId"},
	} {
		_, err := b.CreateBookkeepingSchedule(t.Context(), &pb.CreateBookkeepingScheduleRequest{BookkeepingSchedule: c.schedule})
		refused(t, err, c.reason, c.field)
	}
}

// TestBooksStatus counts what waits, and finds the days up to which the books are done.
func TestBooksStatus(t *testing.T) {
	t.Parallel()
	b := open(t)
	if s := b.status(t); len(s.GetFindings()) != 0 || s.GetClosedDate() != "" || len(s.GetBankAccounts()) != 0 {
		t.Errorf("new books have %v", s)
	}
	bank := pb.NewBankingServiceClient(b.Organization)
	account, err := bank.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: &pb.BankAccount{DisplayName: "Giro"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"Date,Amount,Description\n2026-01-05,-10.00,Rent\n2026-01-20,-20.00,Power\n"} {
		if _, err := bank.CreateStatementImport(t.Context(), &pb.CreateStatementImportRequest{BankAccountId: account.GetId(), StatementImport: &pb.StatementImport{FileName: "a.csv", Content: []byte(file)}}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := bank.ListBankStatementLines(t.Context(), &pb.ListBankStatementLinesRequest{OrderBy: "booked_date"})
	if err != nil || len(list.GetBankStatementLines()) != 2 {
		t.Fatalf("got %v, %v", list, err)
	}
	categorize := func(l *pb.BankStatementLine) {
		t.Helper()
		if _, err := bank.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{BankStatementLineId: l.GetId(), Splits: []*pb.BankStatementLine_Split{{AccountId: b.codes["6100"]}}}); err != nil {
			t.Fatal(err)
		}
	}
	categorize(list.GetBankStatementLines()[0])
	b.closeThrough(t, "2026-01-01", "2025-12-01")
	if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{Draft: true, JournalEntry: b.entry(b.line("6100", "1"))}); err != nil {
		t.Fatal(err)
	}
	s := b.status(t)
	far := s.GetBankAccounts()[0]
	if far.GetBankAccountId() != account.GetId() || far.GetLastLineDate() != "2026-01-20" || far.GetLastCategorizedDate() != "2026-01-19" || far.GetUncategorizedCount() != 1 || s.GetDraftCount() != 1 || len(s.GetFindings()) != 2 {
		t.Errorf("got %v", s)
	}
	categorize(list.GetBankStatementLines()[1])
	if far := b.status(t).GetBankAccounts()[0]; far.GetLastCategorizedDate() != "2026-01-20" || far.GetUncategorizedCount() != 0 {
		t.Errorf("got %v", far)
	}
	january := &pb.CloseAccountingPeriodRequest{AccountingPeriodId: b.periods(t)["2026-01-01"].GetId(), Reason: "The statement is late"}
	if _, err := b.CloseAccountingPeriod(t.Context(), january); err != nil {
		t.Fatal(err)
	}
	if got := b.status(t).GetClosedDate(); got != "2026-01-31" {
		t.Errorf("closed up to %s", got)
	}
}

package ledger_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/holiday"
)

// today returns the organization's current date.
func (b books) today(t *testing.T) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(b.status(t).GetDate())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// status returns the status of the books.
func (b books) status(t *testing.T) *pb.BooksStatus {
	t.Helper()
	s, err := b.GetBooksStatus(t.Context(), &pb.GetBooksStatusRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// advanceDays moves the organization's clock forward.
func (b books) advanceDays(t *testing.T, days int64) {
	t.Helper()
	identity := platformv1.NewIdentityServiceClient(b.Organization)
	if _, err := identity.AdvanceClock(t.Context(), &platformv1.AdvanceClockRequest{
		ByDuration: durationpb.New(time.Duration(days) * 24 * time.Hour),
	}); err != nil {
		t.Fatal(err)
	}
}

// weeklySchedule creates a weekly schedule that started two weeks ago, so that its next date is
// today.
func (b books) weeklySchedule(t *testing.T) *pb.BookkeepingSchedule {
	t.Helper()
	today := b.today(t)
	s, err := b.CreateBookkeepingSchedule(t.Context(), &pb.CreateBookkeepingScheduleRequest{
		BookkeepingSchedule: &pb.BookkeepingSchedule{
			DisplayName: "Weekly", OwnerId: b.Owner.GetId(),
			Recurrence: &typepb.Recurrence{
				Frequency: typepb.Recurrence_WEEKLY, StartDate: today.AddDays(-14).String(),
			},
		},
	})
	if err != nil || s.GetNextDate() != today.String() || s.GetRecurrence().GetInterval() != 1 || s.GetMissedCount() != 0 {
		t.Fatalf("got %v, %v", s, err)
	}
	return s
}

// TestBookkeepingScheduleCountsMissedDays completes a weekly schedule on time, late and early.
func TestBookkeepingScheduleCountsMissedDays(t *testing.T) {
	t.Parallel()
	b := open(t)
	today, s := b.today(t), b.weeklySchedule(t)
	req := &pb.CompleteBookkeepingScheduleRequest{BookkeepingScheduleId: s.GetId()}
	complete := func(next int) {
		t.Helper()
		got, err := b.CompleteBookkeepingSchedule(t.Context(), req)
		if err != nil || got.GetNextDate() != today.AddDays(next).String() || got.GetMissedCount() != 0 {
			t.Errorf("got %v, %v, want day %d", got, err, next)
		}
	}
	complete(7)
	_, err := b.CompleteBookkeepingSchedule(t.Context(), req)
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	b.advanceDays(t, 22)
	status := b.status(t)
	if len(status.GetSchedules()) != 1 || status.GetSchedules()[0].GetMissedCount() != 3 ||
		len(status.GetFindings()) != 1 ||
		status.GetFindings()[0].GetKind() != pb.BooksStatus_Finding_BOOKKEEPING_DAY_MISSED ||
		status.GetFindings()[0].GetSubjectId() != s.GetId() {
		t.Errorf("got %v", status)
	}
	complete(28)
	b.advanceDays(t, 4)
	complete(35) // on day 26, early for day 28
}

func TestBookkeepingScheduleFollowsNewFrequency(t *testing.T) {
	t.Parallel()
	b := open(t)
	monthly, err := b.UpdateBookkeepingSchedule(t.Context(), &pb.UpdateBookkeepingScheduleRequest{
		BookkeepingScheduleId: b.weeklySchedule(t).GetId(),
		BookkeepingSchedule: &pb.BookkeepingSchedule{
			Recurrence: &typepb.Recurrence{Frequency: typepb.Recurrence_MONTHLY, StartDate: "2020-01-31"},
		},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"recurrence"}},
	})
	if err != nil || monthly.GetNextDate() != b.today(t).LastOfMonth().String() {
		t.Errorf("got %v, %v", monthly, err)
	}
}

func TestBookkeepingScheduleWithoutLaterDateIsNotCompleted(t *testing.T) {
	t.Parallel()
	b := open(t)
	s, err := b.CreateBookkeepingSchedule(t.Context(), &pb.CreateBookkeepingScheduleRequest{
		BookkeepingSchedule: &pb.BookkeepingSchedule{DisplayName: "Once", Recurrence: &typepb.Recurrence{
			Frequency: typepb.Recurrence_YEARLY, Interval: 1000, StartDate: b.today(t).String(),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range s.GetAllowedActions() {
		if action.GetVerb() == "complete" && action.GetAllowed() {
			t.Errorf("got %v", action)
		}
	}
	_, err = b.CompleteBookkeepingSchedule(t.Context(), &pb.CompleteBookkeepingScheduleRequest{
		BookkeepingScheduleId: s.GetId(),
	})
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}

// TestBookkeepingScheduleMayBeTheLastBusinessDay uses a recurrence with a shift and a holiday set.
func TestBookkeepingScheduleMayBeTheLastBusinessDay(t *testing.T) {
	t.Parallel()
	b := open(t)
	start := b.today(t).AddMonths(1).FirstOfMonth()
	s, err := b.CreateBookkeepingSchedule(t.Context(), &pb.CreateBookkeepingScheduleRequest{
		BookkeepingSchedule: &pb.BookkeepingSchedule{
			DisplayName: "Month end", Recurrence: &typepb.Recurrence{
				Frequency: typepb.Recurrence_MONTHLY, StartDate: start.String(), MonthDays: []int32{-1},
				Shift: typepb.Recurrence_PRECEDING, Holidays: []string{"US"},
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	business, err := holiday.NewCalendar([]string{"US"}, holiday.Changes{})
	if err != nil {
		t.Fatal(err)
	}
	if want := business.Preceding(start.LastOfMonth()).String(); s.GetNextDate() != want {
		t.Errorf("got %s, want %s", s.GetNextDate(), want)
	}
}

func TestArchivedBookkeepingScheduleMissesNoDays(t *testing.T) {
	t.Parallel()
	b := open(t)
	s := b.weeklySchedule(t)
	if _, err := b.ArchiveBookkeepingSchedule(t.Context(), &pb.ArchiveBookkeepingScheduleRequest{
		BookkeepingScheduleId: s.GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	_, err := b.CompleteBookkeepingSchedule(t.Context(), &pb.CompleteBookkeepingScheduleRequest{
		BookkeepingScheduleId: s.GetId(),
	})
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	b.advanceDays(t, 70)
	if got := b.status(t); len(got.GetSchedules()) != 0 || len(got.GetFindings()) != 0 {
		t.Errorf("got %v, want no archived schedules", got)
	}
	unarchived, err := b.UnarchiveBookkeepingSchedule(t.Context(), &pb.UnarchiveBookkeepingScheduleRequest{
		BookkeepingScheduleId: s.GetId(),
	})
	if err != nil || unarchived.GetMissedCount() != 0 || unarchived.GetNextDate() < b.today(t).String() {
		t.Errorf("got %v, %v", unarchived, err)
	}
}

func TestBookkeepingScheduleIsValidated(t *testing.T) {
	t.Parallel()
	b := open(t)
	other := open(t)
	weekly := func(start string) *typepb.Recurrence {
		return &typepb.Recurrence{Frequency: typepb.Recurrence_WEEKLY, StartDate: start}
	}
	for _, c := range []struct {
		recurrence *typepb.Recurrence
		owner      string
		reason     optionsv1.Reason
		field      string
	}{
		{nil, "", optionsv1.Reason_FIELDS_INVALID, "recurrence"},
		{weekly(""), "", optionsv1.Reason_FIELDS_INVALID, "recurrence.startDate"},
		{weekly("soon"), "", optionsv1.Reason_FIELDS_INVALID, "recurrence.startDate"},
		{
			&typepb.Recurrence{Frequency: 2, StartDate: "2026-01-01", Interval: 1001}, "",
			optionsv1.Reason_FIELDS_INVALID, "recurrence.interval",
		},
		{
			&typepb.Recurrence{Frequency: 2, StartDate: "2026-01-01", MonthDays: []int32{1}}, "",
			optionsv1.Reason_FIELDS_INVALID, "recurrence.monthDays",
		},
		{
			&typepb.Recurrence{Frequency: 2, StartDate: "2026-01-01", TimeOfDay: "09:00"}, "",
			optionsv1.Reason_FIELDS_INVALID, "recurrence.timeOfDay",
		},
		{
			&typepb.Recurrence{Frequency: 2, StartDate: "2026-01-01", Count: 10}, "",
			optionsv1.Reason_FIELDS_INVALID, "recurrence.count",
		},
		{
			&typepb.Recurrence{Frequency: 4, StartDate: "2000-01-01", Interval: 300}, "",
			optionsv1.Reason_FIELDS_INVALID, "recurrence",
		},
		{weekly("2026-01-01"), other.Owner.GetId(), optionsv1.Reason_REFERENCE_NOT_FOUND, "ownerId"},
	} {
		_, err := b.CreateBookkeepingSchedule(t.Context(), &pb.CreateBookkeepingScheduleRequest{
			BookkeepingSchedule: &pb.BookkeepingSchedule{DisplayName: "x", OwnerId: c.owner, Recurrence: c.recurrence},
		})
		wantReason(t, err, c.reason, c.field)
	}
}

// giroLines creates a bank account and imports two statement lines, which it returns.
func (b books) giroLines(t *testing.T) (*pb.BankAccount, []*pb.BankStatementLine) {
	t.Helper()
	bank := pb.NewBankingServiceClient(b.Organization)
	account, err := bank.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
		BankAccount: &pb.BankAccount{DisplayName: "Giro"},
	})
	if err != nil {
		t.Fatal(err)
	}
	file := "Date,Amount,Description\n2026-01-05,-10.00,Rent\n2026-01-20,-20.00,Power\n"
	if _, err := bank.CreateStatementImport(t.Context(), &pb.CreateStatementImportRequest{
		BankAccountId: account.GetId(), StatementImport: &pb.StatementImport{FileName: "a.csv", Content: []byte(file)},
	}); err != nil {
		t.Fatal(err)
	}
	list, err := bank.ListBankStatementLines(t.Context(), &pb.ListBankStatementLinesRequest{OrderBy: "booked_date"})
	if err != nil || len(list.GetBankStatementLines()) != 2 {
		t.Fatalf("got %v, %v", list, err)
	}
	return account, list.GetBankStatementLines()
}

// categorize books a statement line to the account with the code 6100.
func (b books) categorize(t *testing.T, l *pb.BankStatementLine) {
	t.Helper()
	bank := pb.NewBankingServiceClient(b.Organization)
	if _, err := bank.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: l.GetId(), Splits: []*pb.BankStatementLine_Split{{AccountId: b.codes["6100"]}},
	}); err != nil {
		t.Fatal(err)
	}
}

// TestBooksStatusReportsOpenWork checks the counts of drafts and uncategorized lines, and the days
// through which bank lines are categorized and periods are closed.
func TestBooksStatusReportsOpenWork(t *testing.T) {
	t.Parallel()
	b := open(t)
	if s := b.status(t); len(s.GetFindings()) != 0 || s.GetClosedDate() != "" || len(s.GetBankAccounts()) != 0 {
		t.Errorf("got %v for new books, want an empty status", s)
	}
	account, lines := b.giroLines(t)
	b.categorize(t, lines[0])
	b.closeThrough(t, "2026-01-01", "2025-12-01")
	if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{
		Draft: true, JournalEntry: b.entry(b.line("6100", "1")),
	}); err != nil {
		t.Fatal(err)
	}
	s := b.status(t)
	giro := s.GetBankAccounts()[0]
	if giro.GetBankAccountId() != account.GetId() || giro.GetLastLineDate() != "2026-01-20" ||
		giro.GetLastCategorizedDate() != "2026-01-19" || giro.GetUncategorizedCount() != 1 ||
		s.GetDraftCount() != 1 || len(s.GetFindings()) != 2 {
		t.Errorf("got %v", s)
	}
	b.categorize(t, lines[1])
	giro = b.status(t).GetBankAccounts()[0]
	if giro.GetLastCategorizedDate() != "2026-01-20" || giro.GetUncategorizedCount() != 0 {
		t.Errorf("got %v", giro)
	}
	january := &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: b.periods(t)["2026-01-01"].GetId(), Reason: "The statement is late",
	}
	if _, err := b.CloseAccountingPeriod(t.Context(), january); err != nil {
		t.Fatal(err)
	}
	if got := b.status(t).GetClosedDate(); got != "2026-01-31" {
		t.Errorf("got closed date %s, want 2026-01-31", got)
	}
}

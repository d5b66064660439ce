package ledger_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
)

// years returns the first and the last days of the fiscal years, by date, and the first day of
// their periods if it is a later one. It checks that the periods follow each other to the end of
// the year.
func (b books) years(t *testing.T) string {
	t.Helper()
	list, err := b.ListFiscalYears(t.Context(), &pb.ListFiscalYearsRequest{PageSize: 500, OrderBy: "start_date"})
	if err != nil {
		t.Fatal(err)
	}
	periods, err := b.ListAccountingPeriods(t.Context(), &pb.ListAccountingPeriodsRequest{
		PageSize: 500, OrderBy: "start_date",
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, y := range list.GetFiscalYears() {
		written := y.GetStartDate() + ".." + y.GetEndDate()
		var next calendar.Date
		for _, p := range periods.GetAccountingPeriods() {
			start, end := parseDate(t, p.GetStartDate()), parseDate(t, p.GetEndDate())
			switch {
			case p.GetFiscalYearId() != y.GetId():
				continue
			case next.IsZero() && p.GetStartDate() != y.GetStartDate():
				written += " from " + p.GetStartDate()
			case !next.IsZero() && start != next:
				t.Errorf("got a period from %s, want one from %s", start, next)
			}
			if next = end.AddDays(1); end.Month() != start.Month() {
				t.Errorf("got a period from %s to %s", start, end)
			}
		}
		if next != parseDate(t, y.GetEndDate()).AddDays(1) {
			t.Errorf("got periods until %s of the year until %s", next, y.GetEndDate())
		}
		out = append(out, written)
	}
	return strings.Join(out, ", ")
}

func parseDate(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// createYears creates fiscal years, each written as two dates.
func (b books) createYears(t *testing.T, years ...string) {
	t.Helper()
	for _, y := range years {
		start, end, _ := strings.Cut(y, "..")
		if _, err := b.CreateFiscalYear(t.Context(), &pb.CreateFiscalYearRequest{
			FiscalYear: &pb.FiscalYear{StartDate: start, EndDate: end},
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPostingCreatesPeriodsWithoutGap posts on dates without a period, one after the other.
func TestPostingCreatesPeriodsWithoutGap(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		years      []string
		startMonth int32
		dates      []string
		want       string
	}{
		"the first entry":                  {nil, 1, []string{"2023-05-06"}, "2023-01-01..2023-12-31 from 2023-05-01"},
		"the first entry on the first day": {nil, 4, []string{"2023-04-01"}, "2023-04-01..2024-03-31"},
		"earlier in the first year": {
			nil, 1, []string{"2023-05-06", "2023-05-01", "2023-04-30"}, "2023-01-01..2023-12-31 from 2023-04-01",
		},
		"the first day of the first year": {nil, 1, []string{"2023-05-06", "2023-01-01"}, "2023-01-01..2023-12-31"},
		"before the first year, which began late": {
			nil, 7, []string{"2025-03-06", "2023-05-06"},
			"2022-07-01..2023-06-30 from 2023-05-01, 2023-07-01..2024-06-30, 2024-07-01..2025-06-30",
		},
		"opening balances of the day before the first year": {
			[]string{"2025-01-01..2025-12-31"}, 1, []string{"2024-12-31"},
			"2024-01-01..2024-12-31 from 2024-12-01, 2025-01-01..2025-12-31",
		},
		"two years before the first year": {
			[]string{"2025-01-01..2025-12-31"}, 1, []string{"2023-05-06"},
			"2023-01-01..2023-12-31 from 2023-05-01, 2024-01-01..2024-12-31, 2025-01-01..2025-12-31",
		},
		"before a year that begins in the middle of a month": {
			[]string{"2024-07-15..2024-12-31"}, 1, []string{"2024-07-03", "2022-12-31"},
			"2022-01-01..2022-12-31 from 2022-12-01, 2023-01-01..2023-12-31, 2024-01-01..2024-07-14, " +
				"2024-07-15..2024-12-31",
		},
		"a first year of another kind than the usual one": {
			[]string{"2024-02-01..2025-06-30"}, 7, []string{"2024-01-31", "2025-07-01"},
			"2023-07-01..2024-01-31 from 2024-01-01, 2024-02-01..2025-06-30, 2025-07-01..2026-06-30",
		},
		"after a year that ends early": {
			[]string{"2023-01-01..2023-02-28"}, 4, []string{"2025-04-01"},
			"2023-01-01..2023-02-28, 2023-03-01..2023-03-31, 2023-04-01..2024-03-31, 2024-04-01..2025-03-31, " +
				"2025-04-01..2026-03-31",
		},
		"in a year that another one cuts": {
			[]string{"2024-07-15..2025-06-30"}, 1, []string{"2025-08-01"}, "2024-07-15..2025-06-30, 2025-07-01..2025-12-31",
		},
		"between years that were created with a gap": {
			[]string{"2020-01-01..2020-12-31", "2025-01-01..2025-12-31"}, 1, []string{"2022-03-04"},
			"2020-01-01..2020-12-31, 2021-01-01..2021-12-31, 2022-01-01..2022-12-31, 2023-01-01..2023-12-31, " +
				"2024-01-01..2024-12-31, 2025-01-01..2025-12-31",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			b.setFirstMonth(t, c.startMonth)
			b.createYears(t, c.years...)
			for _, date := range c.dates {
				b.postOn(t, date, "6100", "1000", "5")
			}
			if got := b.years(t); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestFirstYearKeepsItsDays checks that the days of a first year without periods still belong to
// it: no other year may overlap them, and a posting creates their periods also after the
// organization changed its usual year.
func TestFirstYearKeepsItsDays(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.postOn(t, "2025-06-10", "6100", "1000", "5")
	_, err := b.CreateFiscalYear(t.Context(), &pb.CreateFiscalYearRequest{
		FiscalYear: &pb.FiscalYear{StartDate: "2025-01-01", EndDate: "2025-05-31"},
	})
	wantReason(t, err, optionsv1.Reason_FISCAL_YEARS_OVERLAP, "startDate")
	b.createYears(t, "2024-01-01..2024-12-31")
	b.setFirstMonth(t, 4)
	b.postOn(t, "2025-02-10", "6100", "1000", "5")
	if got, want := b.years(t), "2024-01-01..2024-12-31, 2025-01-01..2025-12-31"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestFirstYearClosesWithItsPeriods closes a first year whose periods begin late. Then nothing can
// be posted before them.
func TestFirstYearClosesWithItsPeriods(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.postOn(t, "2025-11-10", "6100", "1000", "5")
	b.closeThrough(t, "2025-11-01", "2025-12-01")
	years, err := b.ListFiscalYears(t.Context(), &pb.ListFiscalYearsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	closed, err := b.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{
		FiscalYearId: years.GetFiscalYears()[0].GetId(),
	})
	if err != nil || closed.GetFiscalYear().GetNetIncome().GetAmount() != "-5.00" {
		t.Fatalf("got %v, %v", closed, err)
	}
	for _, date := range []string{"2025-10-31", "2025-01-01", "2024-12-31"} {
		_, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{
			JournalEntry: b.entryOn(date, "6100", "1000", "5"),
		})
		wantReason(t, err, optionsv1.Reason_PERIOD_CLOSED, "date")
	}
}

// setFirstMonth sets the first month of the organization's usual fiscal year.
func (b books) setFirstMonth(t *testing.T, month int32) {
	t.Helper()
	if _, err := platformv1.NewIdentityServiceClient(b.Organization).UpdateOrganization(t.Context(),
		&platformv1.UpdateOrganizationRequest{
			OrganizationId: b.Organization.Organization.GetId(),
			Organization:   &platformv1.Organization{FiscalYearStartMonth: month},
			UpdateMask:     &fieldmaskpb.FieldMask{Paths: []string{"fiscal_year_start_month"}},
		}); err != nil {
		t.Fatal(err)
	}
}

// TestRefusedPostingCreatesNoYears refuses an unusual date and a date before closed books, and only
// validates an entry.
func TestRefusedPostingCreatesNoYears(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.postOn(t, "2026-01-10", "6100", "1000", "100")
	refused := func(date string, changes ...func(*pb.CreateJournalEntryRequest)) error {
		req := &pb.CreateJournalEntryRequest{JournalEntry: b.entryOn(date, "6100", "1000", "5")}
		for _, change := range changes {
			change(req)
		}
		_, err := b.CreateJournalEntry(t.Context(), req)
		return err
	}
	wantReason(t, refused("1926-11-21"), optionsv1.Reason_DATE_UNUSUAL, "date")
	wantReason(t, refused("2106-11-21"), optionsv1.Reason_DATE_UNUSUAL, "date")
	wantReason(t, refused("0026-11-21", confirmDate), optionsv1.Reason_FIELDS_INVALID, "date")
	if err := refused("2023-11-21", func(r *pb.CreateJournalEntryRequest) { r.ValidateOnly = true }); err != nil {
		t.Error(err)
	}
	unbalanced := func(r *pb.CreateJournalEntryRequest) { r.JournalEntry.Lines[0].Amount.Amount = "6" }
	wantReason(t, refused("2023-11-21", unbalanced), optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED, "lines")
	b.closeThrough(t, "2026-01-01", "2026-01-01")
	wantReason(t, refused("2023-11-21"), optionsv1.Reason_PERIOD_CLOSED, "date")
	if got := b.years(t); got != "2026-01-01..2026-12-31" {
		t.Errorf("got %s, want no more years", got)
	}
}

func confirmDate(r *pb.CreateJournalEntryRequest) { r.ConfirmUnusualDate = true }

// TestConcurrentPostingsCreateEachYearOnce posts to several missing years at once.
func TestConcurrentPostingsCreateEachYearOnce(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.postOn(t, "2024-06-01", "6100", "1000", "1")
	var all sync.WaitGroup
	for _, date := range []string{"2021-02-03", "2022-03-04", "2026-04-05", "2025-05-06", "2020-06-07", "2023-01-01"} {
		all.Go(func() {
			if _, err := b.CreateJournalEntry(context.Background(), &pb.CreateJournalEntryRequest{
				JournalEntry: b.entryOn(date, "6100", "1000", "5"), ConfirmUnusualDate: true,
			}); err != nil {
				t.Errorf("%s: %v", date, err)
			}
		})
	}
	all.Wait()
	want := "2020-01-01..2020-12-31 from 2020-06-01, 2021-01-01..2021-12-31, 2022-01-01..2022-12-31, " +
		"2023-01-01..2023-12-31, 2024-01-01..2024-12-31, 2025-01-01..2025-12-31, 2026-01-01..2026-12-31"
	if got := b.years(t); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

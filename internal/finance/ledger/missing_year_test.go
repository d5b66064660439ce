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
)

// years returns the first and the last days of the fiscal years, by date. It checks that the periods
// of each year cover it.
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
		out = append(out, y.GetStartDate()+".."+y.GetEndDate())
		var of []*pb.AccountingPeriod
		for _, p := range periods.GetAccountingPeriods() {
			if p.GetFiscalYearId() == y.GetId() {
				of = append(of, p)
			}
		}
		if len(of) == 0 || of[0].GetStartDate() != y.GetStartDate() || of[len(of)-1].GetEndDate() != y.GetEndDate() {
			t.Errorf("got periods %v of %v", of, y)
		}
	}
	return strings.Join(out, " ")
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

// TestPostingCreatesYearsWithoutGap posts outside the fiscal years.
func TestPostingCreatesYearsWithoutGap(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		years      []string
		startMonth int32
		date, want string
	}{
		"the first year": {nil, 1, "2023-05-06", "2023-01-01..2023-12-31"},
		"before the first year": {
			[]string{"2025-01-01..2025-12-31"}, 1, "2023-05-06",
			"2023-01-01..2023-12-31 2024-01-01..2024-12-31 2025-01-01..2025-12-31",
		},
		"the day before the first year": {
			[]string{"2025-01-01..2025-12-31"}, 1, "2024-12-31", "2024-01-01..2024-12-31 2025-01-01..2025-12-31",
		},
		"before a year that begins late": {
			[]string{"2024-07-15..2024-12-31"}, 1, "2022-12-31",
			"2022-01-01..2022-12-31 2023-01-01..2023-12-31 2024-01-01..2024-07-14 2024-07-15..2024-12-31",
		},
		"after a year that ends early": {
			[]string{"2023-01-01..2023-02-28"}, 4, "2025-04-01",
			"2023-01-01..2023-02-28 2023-03-01..2023-03-31 2023-04-01..2024-03-31 2024-04-01..2025-03-31 " +
				"2025-04-01..2026-03-31",
		},
		"in a year that another one cuts": {
			[]string{"2024-07-15..2025-06-30"}, 1, "2025-08-01", "2024-07-15..2025-06-30 2025-07-01..2025-12-31",
		},
		"between years that were created with a gap": {
			[]string{"2020-01-01..2020-12-31", "2025-01-01..2025-12-31"}, 1, "2022-03-04",
			"2020-01-01..2020-12-31 2022-01-01..2022-12-31 2025-01-01..2025-12-31",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			if _, err := platformv1.NewIdentityServiceClient(b.Organization).UpdateOrganization(t.Context(),
				&platformv1.UpdateOrganizationRequest{
					OrganizationId: b.Organization.Organization.GetId(),
					Organization:   &platformv1.Organization{FiscalYearStartMonth: c.startMonth},
					UpdateMask:     &fieldmaskpb.FieldMask{Paths: []string{"fiscal_year_start_month"}},
				}); err != nil {
				t.Fatal(err)
			}
			b.createYears(t, c.years...)
			b.postOn(t, c.date, "6100", "1000", "5")
			if got := b.years(t); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
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
				JournalEntry: b.entryOn(date, "6100", "1000", "5"),
			}); err != nil {
				t.Errorf("%s: %v", date, err)
			}
		})
	}
	all.Wait()
	want := "2020-01-01..2020-12-31 2021-01-01..2021-12-31 2022-01-01..2022-12-31 2023-01-01..2023-12-31 " +
		"2024-01-01..2024-12-31 2025-01-01..2025-12-31 2026-01-01..2026-12-31"
	if got := b.years(t); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

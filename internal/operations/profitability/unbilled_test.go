package profitability_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestUnbilledTimeIsPriced prices unbilled time at the rates of its days after rounding, in the
// currencies of the projects and of the organization, and compares the budget with its own view.
func TestUnbilledTimeIsPriced(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	billing := pb.NewTimeBillingServiceClient(s)
	must(s.UpdateTimeSettings(t.Context(), &pb.UpdateTimeSettingsRequest{TimeSettings: &pb.TimeSettings{
		RoundingMinutes: 15, ApprovalRequired: proto.Bool(false)},
		UpdateMask: mask("rounding_minutes", "approval_required")}))(t)
	home := s.project(t, "Home", func(p *pb.Project) { p.BudgetSeconds, p.BudgetAmount = 36000, usd("1000.00") })
	abroad := s.project(t, "Abroad", func(p *pb.Project) { p.CurrencyCode = "EUR" })
	unknown := s.project(t, "Unknown", func(p *pb.Project) { p.CurrencyCode = "CHF" })
	fixed := s.project(t, "Fixed", func(p *pb.Project) { p.Billing = pb.Project_FIXED_PRICE })
	for _, r := range []*pb.BillingRate{
		{StartDate: "2025-01-01", HourlyRate: usd("100.00")}, {StartDate: "2025-03-10", HourlyRate: usd("120.00")},
		{StartDate: "2025-01-01", ProjectId: abroad.GetId(),
			HourlyRate: &typepb.Money{Amount: "90.00", CurrencyCode: "EUR"}},
		{StartDate: "2025-03-05", ProjectId: unknown.GetId(),
			HourlyRate: &typepb.Money{Amount: "80.00", CurrencyCode: "CHF"}},
	} {
		must(billing.CreateBillingRate(t.Context(), &pb.CreateBillingRateRequest{BillingRate: r}))(t)
	}
	must(s.CreateExchangeRate(t.Context(), &financev1.CreateExchangeRateRequest{ExchangeRate: &financev1.ExchangeRate{
		Date: "2025-03-28", FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Rate: "1.10"}}))(t)
	pat := s.person(t, "Pat")
	for _, p := range []*pb.Project{home, abroad, unknown, fixed} {
		s.log(t, pat, p, "2025-03-04", 3600)
		s.log(t, pat, p, "2025-03-11", 1000)
	}
	// The next month is left out.
	s.log(t, pat, home, "2025-04-01", 3600)
	march := func(r *pb.GetProjectProfitabilityRequest) { r.StartDate, r.EndDate = "2025-03-01", "2025-03-31" }
	report := s.report(t, march)
	// 1,000 seconds become half an hour: 1 × 100 + 0.5 × 120; 1.5 × 90 EUR × 1.10; 0.5 × 80 CHF.
	for name, want := range map[string]struct {
		amount, own string
		unpriced    int64
	}{
		"Home": {"160.00", "160.00", 0}, "Abroad": {"148.50", "135.00", 0}, "Unknown": {"", "40.00", 3600},
		"Fixed": {"0.00", "0.00", 0},
	} {
		found := false
		for _, row := range report.GetRows() {
			if f := row.GetFigures(); row.GetProjectName() == name {
				found = f.GetUnbilledAmount().GetAmount() == want.amount && f.GetUnpricedSeconds() == want.unpriced &&
					row.GetUnbilledProjectAmount().GetAmount() == want.own
			}
		}
		if !found {
			t.Errorf("%s: got %v, want %v", name, report, want)
		}
	}
	if got := report.GetTotal(); got.GetUnbilledAmount().GetAmount() != "308.50" || got.GetUnpricedSeconds() != 3600 {
		t.Errorf("got %v", got)
	}
	budgets := must(billing.BatchGetProjectBudgets(t.Context(), &pb.BatchGetProjectBudgetsRequest{
		Ids: []string{home.GetId()}, AsOf: "2025-03-31"}))(t).GetProjectBudgets()
	if got := s.report(t, march, only(home)).GetRows()[0].GetBudget(); !proto.Equal(got, budgets[0]) ||
		got.GetSpentSeconds() != 4600 || got.GetSpentAmount().GetAmount() != "133.33" {
		t.Errorf("got %v, want %v", got, budgets[0])
	}
	// Billing gives the same amount, and moves the time to the draft.
	bill := must(billing.BillTimeEntries(t.Context(), &pb.BillTimeEntriesRequest{ProjectIds: []string{home.GetId()},
		EndDate: "2025-03-31"}))(t)
	if got := bill.GetInvoice().GetNetAmount().GetAmount(); got != "160.00" {
		t.Errorf("got %s", got)
	}
	f := s.report(t, march, only(home)).GetTotal()
	if f.GetUnbilledAmount().GetAmount() != "0.00" || f.GetUnbilledSeconds() != 0 || f.GetOnDraftSeconds() != 4600 {
		t.Errorf("got %v", f)
	}
}

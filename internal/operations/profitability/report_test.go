package profitability_test

import (
	"fmt"
	"strings"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	"backoffice/internal/app/apptest"
)

// year is a studio with a project whose figures are known: 1,000.00 paid with a discount of 20.00;
// 500.00, of which 100.00 are credited and 400.00 written off; 150.00 of expenses and 700.00 of
// wages. Pat is paid 5,000.00 a month, which is 28.846153… per hour, and from 16 March 6,500.00,
// which is 37.50. An hour of Lee costs 80.00, and that of Kim is unknown.
type year struct {
	*studio
	website       *pb.Project
	pat, lee, kim string
}

func openYear(t testing.TB) *year {
	t.Helper()
	y := &year{studio: openStudio(t)}
	y.website = y.project(t, "Website")
	y.pat, y.lee, y.kim = y.person(t, "Pat"), y.person(t, "Lee"), y.person(t, "Kim")
	term := must(financev1.NewCatalogServiceClient(y).CreatePaymentTerm(t.Context(), &financev1.CreatePaymentTermRequest{
		PaymentTerm: &financev1.PaymentTerm{DisplayName: "Early bird",
			Due: &financev1.PaymentTerm_DueRule{Kind: financev1.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 30},
			Discount: &financev1.PaymentTerm_Discount{Percent: "2", Days: 10,
				TaxTreatment: financev1.PaymentTerm_Discount_NET_AND_TAX}}}))(t)
	paid := y.issue(t, y.website, "2025-03-01", "1", "1000", term.GetId())
	must(financev1.NewReceivablesServiceClient(y).CreatePayment(t.Context(), &financev1.CreatePaymentRequest{
		Payment: &financev1.Payment{CustomerId: y.customer, Date: "2025-03-06", Amount: usd("980.00"),
			AccountId:   y.accounts[financev1.Account_BANK],
			Allocations: []*financev1.Payment_NewAllocation{{ReceivableId: paid.GetId(), TakeDiscount: true}}}}))(t)
	lost := y.issue(t, y.website, "2025-04-01", "5", "100", "")
	must(y.CreateCreditNote(t.Context(), &financev1.CreateCreditNoteRequest{CreditNote: &financev1.CreditNote{
		InvoiceId: lost.GetId(), IssueDate: "2025-04-05",
		Lines: []*financev1.CreditNote_Line{{InvoiceLineId: lost.GetLines()[0].GetId(), Quantity: "1"}}}}))(t)
	must(y.WriteOffInvoice(t.Context(), &financev1.WriteOffInvoiceRequest{InvoiceId: lost.GetId(), Date: "2025-06-02"}))(t)
	y.post(t, y.website, "2025-05-05", financev1.Account_OPERATING_EXPENSE, "150.00")
	y.post(t, y.website, "2025-05-06", financev1.Account_PAYROLL_EXPENSE, "700.00")
	y.post(t, nil, "2025-05-07", financev1.Account_OPERATING_EXPENSE, "33.00")
	employee := y.employee(t, y.pat)
	y.pay(t, employee, "2025-01-01", "5000.00", "USD", peoplev1.Compensation_MONTH)
	y.pay(t, employee, "2025-03-16", "6500.00", "USD", peoplev1.Compensation_MONTH)
	y.costRate(t, y.lee, "2025-01-01", "80.00")
	y.log(t, y.pat, y.website, "2025-03-14", 5*3600)
	y.log(t, y.pat, y.website, "2025-03-15", 5*3600)
	y.log(t, y.pat, y.website, "2025-03-16", 4*3600)
	y.log(t, y.lee, y.website, "2025-03-17", 9000)
	y.log(t, y.kim, y.website, "2025-03-18", 3*3600)
	return y
}

// TestProfitabilityIsThatOfLedgerAndTime compares a year with figures computed by hand and with the
// profit and loss of the project.
func TestProfitabilityIsThatOfLedgerAndTime(t *testing.T) {
	t.Parallel()
	y := openYear(t)
	r := y.report(t)
	if len(r.GetRows()) != 1 || r.GetRows()[0].GetProjectId() != y.website.GetId() ||
		r.GetRows()[0].GetCustomerName() != "Acme" || r.GetMasked() || r.GetStandardCost() {
		t.Fatalf("got %v", r)
	}
	want := "income 1380.00, written off 400.00, revenue 980.00, hours 70200/70200/70200, labor 638.46, uncosted 10800, " +
		"other 150.00, payroll 700.00, margin 191.54 19.54"
	for _, f := range []*pb.ProjectProfitability_Figures{r.GetRows()[0].GetFigures(), r.GetTotal()} {
		if got := text(f); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, basis := range []financev1.AccountingBasis{financev1.AccountingBasis_ACCRUAL, financev1.AccountingBasis_CASH} {
		for _, p := range [][2]string{{"2025-01-01", "2025-12-31"}, {"2025-03-01", "2025-03-05"},
			{"2025-04-01", "2025-05-05"}} {
			y.checkLedger(t, y.website, p[0], p[1], basis)
		}
	}
}

// text returns figures as a text.
func text(f *pb.ProjectProfitability_Figures) string {
	return fmt.Sprintf("income %s, written off %s, revenue %s, hours %d/%d/%d, labor %s, uncosted %d, other %s, "+
		"payroll %s, margin %s %s", f.GetIncome().GetAmount(), f.GetWriteOffs().GetAmount(), f.GetRevenue().GetAmount(),
		f.GetDurationSeconds(), f.GetBillableSeconds(), f.GetUnbilledSeconds(), f.GetLaborCost().GetAmount(),
		f.GetUncostedSeconds(), f.GetOtherCosts().GetAmount(), f.GetExcludedPayroll().GetAmount(), f.GetMargin().GetAmount(),
		f.GetMarginPercent())
}

// checkLedger compares the figures of a project with the profit and loss.
func (s *studio) checkLedger(t testing.TB, p *pb.Project, start, end string, basis financev1.AccountingBasis) {
	t.Helper()
	f := s.report(t, func(r *pb.GetProjectProfitabilityRequest) {
		r.StartDate, r.EndDate, r.Basis, r.ProjectIds = start, end, basis, []string{p.GetId()}
	}).GetRows()[0].GetFigures()
	books := s.profitAndLoss(t, p, start, end, basis)
	expenses := minor(t, f.GetWriteOffs()) + minor(t, f.GetOtherCosts()) + minor(t, f.GetExcludedPayroll())
	if minor(t, f.GetIncome()) != minor(t, books.GetTotalIncome()) ||
		expenses != minor(t, books.GetTotalExpenses())+minor(t, books.GetTotalCostOfSales()) {
		t.Errorf("%s to %s, %s: got %s, the profit and loss has %v and %v", start, end, basis, text(f),
			books.GetTotalIncome(), books.GetTotalExpenses())
	}
}

// TestFiguresAreExplained compares the lines of explanations with the figures.
func TestFiguresAreExplained(t *testing.T) {
	t.Parallel()
	y := openYear(t)
	for figure, want := range map[pb.ExplainProjectProfitabilityRequest_Figure]string{
		pb.ExplainProjectProfitabilityRequest_INCOME: "2025-03-01 INVOICE 1000.00; 2025-03-06 ALLOCATION -20.00; " +
			"2025-04-01 INVOICE 500.00; 2025-04-05 CREDIT_NOTE -100.00",
		pb.ExplainProjectProfitabilityRequest_WRITE_OFFS:       "2025-06-02 WRITE_OFF 400.00",
		pb.ExplainProjectProfitabilityRequest_OTHER_COSTS:      "2025-05-05 MANUAL 150.00",
		pb.ExplainProjectProfitabilityRequest_EXCLUDED_PAYROLL: "2025-05-06 MANUAL 700.00",
	} {
		var got []string
		for _, l := range y.explain(t, y.website, figure).GetJournalLines() {
			got = append(got, l.GetDate()+" "+l.GetSource()+" "+l.GetAmount().GetAmount())
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%s: got %q, want %q", figure, got, want)
		}
	}
	got := map[string]bool{}
	for _, l := range y.explain(t, y.website, pb.ExplainProjectProfitabilityRequest_LABOR_COST).GetLaborLines() {
		c := l.GetHourlyCost()
		got[fmt.Sprintf("%s %s to %s: %d s %s %s %s", l.GetPersonName(), l.GetStartDate(), l.GetEndDate(),
			l.GetDurationSeconds(), c.GetSource(), c.GetHourlyCost().GetAmount(), l.GetCost().GetAmount())] = true
	}
	for _, want := range []string{
		"Pat 2025-03-14 to 2025-03-15: 36000 s COMPENSATION 28.85 288.46",
		"Pat 2025-03-16 to 2025-03-16: 14400 s COMPENSATION 37.50 150.00",
		"Lee 2025-03-17 to 2025-03-17: 9000 s COST_RATE 80.00 200.00",
		"Kim 2025-03-18 to 2025-03-18: 10800 s UNKNOWN  ",
	} {
		if !got[want] || len(got) != 4 {
			t.Errorf("got %v, want %s", got, want)
		}
	}
}

// TestSettingsChangeCosts sets standard hours and what the employer pays on top of pay.
func TestSettingsChangeCosts(t *testing.T) {
	t.Parallel()
	y := openYear(t)
	got := must(y.UpdateProfitabilitySettings(t.Context(), &pb.UpdateProfitabilitySettingsRequest{
		ProfitabilitySettings: &pb.ProfitabilitySettings{StandardYearSeconds: 1950 * 3600, EmployerCostPercent: "20.50"},
		UpdateMask:            mask("standard_year_seconds", "employer_cost_percent")}))(t)
	if got.GetEmployerCostPercent() != "20.5" || got.GetEtag() != "1" {
		t.Errorf("got %v", got)
	}
	// 6,500.00 × 12 ÷ 1,950 × 1.205 = 48.20
	c := must(y.FindHourlyCost(t.Context(), &pb.FindHourlyCostRequest{PersonId: y.pat, Date: "2025-03-16"}))(t)
	if c.GetSource() != pb.HourlyCost_COMPENSATION || c.GetHourlyCost().GetAmount() != "48.20" ||
		!strings.HasPrefix(c.GetSourceId(), "cmp_") {
		t.Errorf("got %v", c)
	}
	y.costRate(t, "", "2025-03-18", "55.50")
	for date, want := range map[string]string{"2025-03-17": "UNKNOWN ", "2025-03-18": "STANDARD 55.50"} {
		c := must(y.FindHourlyCost(t.Context(), &pb.FindHourlyCostRequest{PersonId: y.kim, Date: date}))(t)
		if got := c.GetSource().String() + " " + c.GetHourlyCost().GetAmount(); got != want {
			t.Errorf("%s: got %s, want %s", date, got, want)
		}
	}
	for _, percent := range []string{"-1", "501", "1.23456", "much", "1e9"} {
		_, err := y.UpdateProfitabilitySettings(t.Context(), &pb.UpdateProfitabilitySettingsRequest{
			ProfitabilitySettings: &pb.ProfitabilitySettings{EmployerCostPercent: percent},
			UpdateMask:            mask("employer_cost_percent")})
		apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "employerCostPercent")
	}
}

// TestForeignPayIsTranslated pays in euros: at the stored rate of the day, or else the cost is
// unknown, also if there is a standard cost.
func TestForeignPayIsTranslated(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p, pat := s.project(t, "Website"), s.person(t, "Pat")
	s.pay(t, s.employee(t, pat), "2025-01-01", "40.00", "EUR", peoplev1.Compensation_HOUR)
	s.costRate(t, "", "2025-01-01", "99.00")
	for date, rate := range map[string]string{"2025-03-03": "1.05", "2025-03-05": "1.1"} {
		must(s.CreateExchangeRate(t.Context(), &financev1.CreateExchangeRateRequest{ExchangeRate: &financev1.ExchangeRate{
			Date: date, FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Rate: rate}}))(t)
	}
	for _, date := range []string{"2025-03-02", "2025-03-03", "2025-03-04", "2025-03-05", "2025-03-12", "2025-03-13"} {
		s.log(t, pat, p, date, 3600)
	}
	// 42.00 + 42.00 + 44.00 + 44.00, and two hours without a rate.
	f := s.report(t).GetTotal()
	if f.GetLaborCost().GetAmount() != "172.00" || f.GetUncostedSeconds() != 7200 {
		t.Errorf("got %s", text(f))
	}
	if got := len(s.explain(t, p, pb.ExplainProjectProfitabilityRequest_LABOR_COST).GetLaborLines()); got < 3 {
		t.Errorf("got %d lines", got)
	}
}

// TestWhatHasNoProjectIsShownIfAsked adds the row of what has no project, so that the report has
// all income and expenses of the books.
func TestWhatHasNoProjectIsShownIfAsked(t *testing.T) {
	t.Parallel()
	y := openYear(t)
	y.log(t, y.lee, nil, "2025-07-01", 3600)
	r := y.report(t, func(r *pb.GetProjectProfitabilityRequest) { r.IncludeNoProject = true })
	last := r.GetRows()[len(r.GetRows())-1]
	if len(r.GetRows()) != 2 || last.GetProjectName() != "No project" ||
		last.GetFigures().GetOtherCosts().GetAmount() != "33.00" ||
		last.GetFigures().GetLaborCost().GetAmount() != "80.00" || last.GetFigures().GetMarginPercent() != "" {
		t.Errorf("got %v", r)
	}
	if r.GetTotal().GetOtherCosts().GetAmount() != "183.00" || r.GetTotal().GetLaborCost().GetAmount() != "718.46" {
		t.Errorf("got %s", text(r.GetTotal()))
	}
	_, err := y.GetProjectProfitability(t.Context(), &pb.GetProjectProfitabilityRequest{StartDate: "2025-02-01",
		EndDate: "2025-01-01", CustomerId: "cus", IncludeNoProject: true, ProjectIds: []string{"prj_1"}})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "startDate", "projectIds[0]", "customerId",
		"includeNoProject")
}

// TestProjectsAreSelected filters by project, customer, owner and state.
func TestProjectsAreSelected(t *testing.T) {
	t.Parallel()
	y := openYear(t)
	empty := y.project(t, "Empty", func(p *pb.Project) { p.CustomerId, p.OwnerId = "", y.lee })
	names := func(change func(*pb.GetProjectProfitabilityRequest)) (out string) {
		for _, row := range y.report(t, change).GetRows() {
			out += row.GetProjectName() + " "
		}
		return out
	}
	for want, changes := range map[string][]func(*pb.GetProjectProfitabilityRequest){
		"Website ": {
			func(r *pb.GetProjectProfitabilityRequest) { r.CustomerId = y.customer },
			func(r *pb.GetProjectProfitabilityRequest) { r.OwnerId = y.Owner.GetId() },
			func(r *pb.GetProjectProfitabilityRequest) { r.State = pb.Project_UNSTARTED },
			func(r *pb.GetProjectProfitabilityRequest) { r.ProjectIds = []string{y.website.GetId()} },
		},
		"Website Empty ": {
			func(r *pb.GetProjectProfitabilityRequest) { r.ProjectIds = []string{empty.GetId(), y.website.GetId()} },
		},
		"": {
			func(r *pb.GetProjectProfitabilityRequest) { r.OwnerId = y.lee },
			func(r *pb.GetProjectProfitabilityRequest) { r.State = pb.Project_COMPLETED },
			func(r *pb.GetProjectProfitabilityRequest) { r.StartDate = "2025-12-01" },
		},
	} {
		for n, change := range changes {
			if got := names(change); got != want {
				t.Errorf("%d: got %q, want %q", n, got, want)
			}
		}
	}
	_, err := y.GetProjectProfitability(t.Context(), &pb.GetProjectProfitabilityRequest{
		ProjectIds: []string{"prj_01k9zzzzzzzzzzzzzzzzzzzzzz"}})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}

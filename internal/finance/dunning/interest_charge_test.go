package dunning_test

import (
	"fmt"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// steps returns steps that charge interest on days after the due date.
func steps(days ...int32) (list []*pb.DunningPolicy_Step) {
	for _, d := range days {
		list = append(list, &pb.DunningPolicy_Step{Days: d, DisplayName: fmt.Sprint("Day ", d), ChargeInterest: true})
	}
	return list
}

// spansOf returns the spans of the interest of the only line of a notice.
func spansOf(n *pb.DunningNotice) string {
	var out []string
	for _, s := range n.GetLines()[0].GetInterestSpans() {
		out = append(out, fmt.Sprint(s.GetStartDate()[5:], "–", s.GetEndDate()[5:], " ", s.GetPercent()))
	}
	return strings.Join(out, ", ")
}

// TestVoidedDaysAreChargedAgain voids earlier notices of three, and looks at the days of the last.
func TestVoidedDaysAreChargedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		void       []int
		repeatable bool
		want       string
	}{
		"none":              {nil, false, "02-27–03-19 10"},
		"first, repeatable": {[]int{0}, true, "01-16–02-05 10, 02-27–03-19 10"},
		"first, waived":     {[]int{0}, false, "02-27–03-19 10"},
		"last, repeatable":  {[]int{1}, true, "02-06–03-19 10"},
		"both, repeatable":  {[]int{0, 1}, true, "01-16–03-19 10"},
		"both, waived":      {[]int{0, 1}, false, "02-27–03-19 10"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := openLender(t)
			l.newPolicy(t, &pb.DunningPolicy{DisplayName: "Policy", DefaultPolicy: true, Steps: steps(21, 42, 63),
				InterestRates: []*pb.DunningPolicy_InterestRate{{Percent: "10"}}})
			l.invoice(t, l.customer, "2027-01-01", "2027-01-15", "1000")
			l.advance(t, "2027-03-19")
			made := []*pb.DunningNotice{l.runOne(t, "2027-02-05"), l.runOne(t, "2027-02-26")}
			for _, n := range c.void {
				must(l.VoidDunningNotice(t.Context(), &pb.VoidDunningNoticeRequest{DunningNoticeId: made[n].GetId(),
					Reason: "Wrong", Repeatable: c.repeatable}))(t)
			}
			if got := spansOf(l.runOne(t, "")); got != c.want {
				t.Errorf("got the spans %q, want %q", got, c.want)
			}
			if again := l.run(t, "").GetNotices(); len(again) != 0 {
				t.Errorf("got %v, although the last step is done", again)
			}
			l.wantSound(t)
		})
	}
}

// TestInvoiceTakenOverBearsInterest charges an invoice of the time before the opening day since its
// due date.
func TestInvoiceTakenOverBearsInterest(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	l.newPolicy(t, &pb.DunningPolicy{DisplayName: "Policy", DefaultPolicy: true, Steps: steps(30),
		InterestRates: []*pb.DunningPolicy_InterestRate{{Percent: "9.5"}}})
	must(l.ledger.ImportOpeningBalances(t.Context(), &pb.ImportOpeningBalancesRequest{Date: "2026-12-31",
		Content: []byte("Code,Account,Debit,Credit\n1200,Accounts Receivable,1000.00,\n"), PostDifference: true}))(t)
	must(l.invoicing.ImportOpeningInvoices(t.Context(), &pb.ImportOpeningInvoicesRequest{Content: []byte(
		"Number,Customer,Date,Due date,Currency,Open amount\nOLD-7,Harbor Cafe,2026-08-01,2026-09-01,USD,1000.00\n")}))(t)
	n := l.runOne(t, "")
	// 1000 × 9.5 % × 136 ÷ 365 = 35.397
	if got := spansOf(n); got != "09-02–01-15 9.5" || n.GetInterestAmount().GetAmount() != "35.40" {
		t.Errorf("got the spans %q and %v", got, n.GetInterestAmount())
	}
	l.wantSound(t)
}

// TestBritishLaw charges a debt of 12,000.00 pounds of which 3,000.00 are paid late: the fixed sum
// of the whole debt, and the rate of its first day also in a half-year without a rate.
func TestBritishLaw(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	list := steps(14, 40)
	list[0].ChargeFixedSum, list[1].ChargeFixedSum = true, true
	l.newPolicy(t, &pb.DunningPolicy{DisplayName: "Act", DefaultPolicy: true, Steps: list,
		StatutoryRate: pb.DunningPolicy_GB_LATE_PAYMENT_ACT})
	for _, day := range []string{"2026-12-14", "2027-01-15"} {
		must(l.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
			FromCurrencyCode: "GBP", ToCurrencyCode: "USD", Date: day, Rate: "1.3"}}))(t)
	}
	customer := l.newCustomer(t, &pb.Customer{DisplayName: "London", CurrencyCode: "GBP"})
	draft := must(l.invoicing.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: &pb.Invoice{
		CustomerId: customer, DueDate: "2026-11-30", CurrencyCode: "GBP", ExchangeRate: "1.3",
		Lines: []*pb.DocumentLine{{Description: "Work", UnitPrice: "12000"}}}}))(t)
	i := must(l.invoicing.IssueInvoice(t.Context(),
		&pb.IssueInvoiceRequest{InvoiceId: draft.GetId(), IssueDate: "2026-11-01"}))(t)
	must(l.receivables.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: customer,
		Date: "2026-12-05", Amount: &typepb.Money{Amount: "3000.00", CurrencyCode: "GBP"}, ExchangeRate: "1.3",
		AllocateOldest: true}}))(t)
	n := l.runOne(t, "2026-12-14")
	// 11.75 % × (12000 × 4 + 9000 × 10 days) ÷ 365 = 44.42
	if n.GetFixedSum().GetAmount() != "100.00" || n.GetInterestAmount().GetAmount() != "44.42" ||
		n.GetLines()[0].GetDocumentId() != i.GetId() {
		t.Errorf("got %v", n)
	}
	run := l.run(t, "")
	n = run.GetNotices()[0]
	if got := spansOf(n); got != "12-15–01-15 11.75" || n.GetFixedSum().GetAmount() != "0.00" ||
		len(run.GetMissingRates()) != 0 {
		t.Errorf("got the spans %q of %v", got, run)
	}
	l.wantSound(t)
}

// TestMissingRateIsSaid charges no day whose rate is unknown, says so, and charges it once the rate
// is known, also by a notice that was voided for that.
func TestMissingRateIsSaid(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	policy := l.newPolicy(t, &pb.DunningPolicy{DisplayName: "Directive", DefaultPolicy: true, Steps: steps(10),
		StatutoryRate: pb.DunningPolicy_EU_DIRECTIVE})
	if policy.GetLastRateDate() != "2026-12-31" {
		t.Errorf("got %v, want the end of the last half-year", policy)
	}
	i := l.invoice(t, l.customer, "2026-12-01", "2026-12-27", "1000")
	preview := must(l.RunDunning(t.Context(), &pb.RunDunningRequest{ValidateOnly: true}))(t)
	run := l.run(t, "")
	n := run.GetNotices()[0]
	for _, r := range []*pb.RunDunningResponse{preview, run} {
		if m := r.GetMissingRates(); len(m) != 1 || m[0].GetStartDate() != "2027-01-01" ||
			m[0].GetNumber() != i.GetNumber() || m[0].GetCustomerId() != l.customer {
			t.Errorf("got the missing rates %v", m)
		}
	}
	if line := n.GetLines()[0]; spansOf(n) != "12-28–12-31 10.4" || line.GetMissingRateDate() != "2027-01-01" ||
		line.GetInterestEndDate() != "2026-12-31" {
		t.Errorf("got %v", n)
	}
	policy.InterestRates = []*pb.DunningPolicy_InterestRate{{StartDate: "2027-01-01", Percent: "10.5"}}
	policy = must(l.UpdateDunningPolicy(t.Context(), &pb.UpdateDunningPolicyRequest{DunningPolicyId: policy.GetId(),
		DunningPolicy: policy, UpdateMask: mask("interest_rates")}))(t)
	must(l.VoidDunningNotice(t.Context(), &pb.VoidDunningNoticeRequest{DunningNoticeId: n.GetId(), Reason: "No rate",
		Repeatable: true}))(t)
	run = l.run(t, "")
	if got := spansOf(run.GetNotices()[0]); got != "12-28–12-31 10.4, 01-01–01-15 10.5" ||
		len(run.GetMissingRates()) != 0 || policy.GetLastRateDate() != "" {
		t.Errorf("got the spans %q of %v with %v", got, run, policy)
	}
}

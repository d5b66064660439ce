package dunning_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestOutageOfThreeMonthsSendsOneStep lets the daily run sleep for three months.
func TestOutageOfThreeMonthsSendsOneStep(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	p := standard()
	p.Automatic = true
	policy := l.newPolicy(t, p)
	if policy.GetNextRunDate() != "2027-01-16" {
		t.Errorf("got %v", policy)
	}
	l.invoice(t, l.customer, "2027-01-10", "2027-01-20", "1000")
	l.RunJobs(t)
	l.advance(t, "2027-04-20")
	for range 2 {
		l.RunJobs(t)
	}
	list := l.notices(t)
	if len(list) != 1 || list[0].GetLines()[0].GetStepName() != "Last reminder" || list[0].GetDate() != "2027-04-20" ||
		len(list[0].GetLines()[0].GetPassedOverSteps()) != 3 {
		t.Fatalf("got %v, want the last step only", list)
	}
	policy = must(l.GetDunningPolicy(t.Context(), &pb.GetDunningPolicyRequest{DunningPolicyId: policy.GetId()}))(t)
	if policy.GetLastRunDate() != "2027-04-20" || policy.GetPendingRunDate() != "" || len(policy.GetFailures()) != 0 ||
		policy.GetNextRunDate() != "2027-04-21" {
		t.Errorf("got %v", policy)
	}
	must(l.UpdateDunningPolicy(t.Context(), &pb.UpdateDunningPolicyRequest{DunningPolicyId: policy.GetId(),
		DunningPolicy: &pb.DunningPolicy{}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"automatic"}}}))(t)
	l.invoice(t, l.customer, "2027-01-10", "2027-01-20", "500")
	l.advance(t, "2027-05-20")
	l.RunJobs(t)
	if list := l.notices(t); len(list) != 1 {
		t.Errorf("got %d notices after the daily run was stopped", len(list))
	}
}

// TestFailureDoesNotStopOthers lacks the exchange rate of one of two customers.
func TestFailureDoesNotStopOthers(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	p := standard()
	p.Automatic = true
	p.Steps[1].Fees = []*typepb.Money{dollars("5.00"), {Amount: "5.00", CurrencyCode: "EUR"}}
	policy := l.newPolicy(t, p)
	foreign := l.newCustomer(t, &pb.Customer{DisplayName: "Berlin", CurrencyCode: "EUR"})
	draft := must(l.invoicing.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: &pb.Invoice{
		CustomerId: foreign, DueDate: "2027-01-08", ExchangeRate: "1.1",
		Lines: []*pb.DocumentLine{{Description: "Beratung", UnitPrice: "100"}}}}))(t)
	must(l.invoicing.IssueInvoice(t.Context(),
		&pb.IssueInvoiceRequest{InvoiceId: draft.GetId(), IssueDate: "2027-01-01"}))(t)
	l.invoice(t, l.customer, "2027-01-01", "2027-01-08", "100")
	l.advance(t, "2027-01-16")
	l.RunJobs(t)
	if list := l.notices(t); len(list) != 1 || list[0].GetCustomerId() != l.customer {
		t.Errorf("got %v, want the notice in dollars", list)
	}
	policy = must(l.GetDunningPolicy(t.Context(), &pb.GetDunningPolicyRequest{DunningPolicyId: policy.GetId()}))(t)
	if f := policy.GetFailures(); len(f) != 1 || f[0].GetCustomerId() != foreign ||
		f[0].GetReason() != optionsv1.Reason_EXCHANGE_RATE_MISSING.String() || policy.GetPendingRunDate() != "" {
		t.Errorf("got %v", policy)
	}
}

// TestFailuresDoNotStopLaterCustomersAndPolicies lets the text of a notice become too long, in the
// daily runs of two policies and in a run for all of them.
func TestFailuresDoNotStopLaterCustomersAndPolicies(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	long := standard()
	long.DefaultPolicy, long.Automatic = false, true
	long.Steps[1].Texts = []*pb.DunningPolicy_Text{{LanguageCode: "en", Subject: "Reminder",
		Body: "{{range .invoices}}" + strings.Repeat("x", 9900) + "{{end}}"}}
	first := l.newPolicy(t, long)
	short := standard()
	short.DisplayName, short.Automatic = "Short", true
	second := l.newPolicy(t, short)
	many := l.newCustomer(t, &pb.Customer{DisplayName: "Many", DunningPolicyId: first.GetId()})
	few := l.newCustomer(t, &pb.Customer{DisplayName: "Few", DunningPolicyId: first.GetId()})
	for range 30 {
		l.invoice(t, many, "2027-01-01", "2027-01-08", "10")
	}
	l.invoice(t, few, "2027-01-01", "2027-01-08", "10")
	l.invoice(t, l.customer, "2027-01-01", "2027-01-08", "10")
	preview := must(l.RunDunning(t.Context(), &pb.RunDunningRequest{ValidateOnly: true}))(t)
	if f := preview.GetFailures(); len(preview.GetNotices()) != 2 || len(f) != 1 || f[0].GetCustomerId() != many {
		t.Errorf("got %v of a run for all", preview)
	}
	l.advance(t, "2027-01-16")
	l.RunJobs(t)
	var got []string
	for _, n := range l.notices(t) {
		got = append(got, n.GetCustomerName())
	}
	if slices.Sort(got); !slices.Equal(got, []string{"Few", "Harbor Cafe"}) {
		t.Errorf("got notices of %q", got)
	}
	for _, p := range []*pb.DunningPolicy{first, second} {
		p = must(l.GetDunningPolicy(t.Context(), &pb.GetDunningPolicyRequest{DunningPolicyId: p.GetId()}))(t)
		if p.GetLastRunDate() != "2027-01-16" || p.GetPendingRunDate() != "" {
			t.Errorf("got %v", p)
		}
		for _, f := range p.GetFailures() {
			if p.GetId() != first.GetId() || f.GetCustomerId() != many ||
				f.GetReason() != optionsv1.Reason_EMAIL_TEMPLATE_INVALID.String() {
				t.Errorf("got the failure %v of %s", f, p.GetDisplayName())
			}
		}
		if p.GetId() == first.GetId() && len(p.GetFailures()) != 1 {
			t.Errorf("got the failures %v", p.GetFailures())
		}
	}
}

// TestDailyRunTakesTurns creates the notices of more customers than fit in a turn. Their rate is
// missing, which is noted and ends nothing.
func TestDailyRunTakesTurns(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	policy := l.newPolicy(t, &pb.DunningPolicy{DisplayName: "Directive", DefaultPolicy: true, Automatic: true,
		StatutoryRate: pb.DunningPolicy_EU_DIRECTIVE, Steps: steps(7)})
	const customers = 52
	for n := range customers {
		l.invoice(t, l.newCustomer(t, &pb.Customer{DisplayName: fmt.Sprint("Customer ", n)}), "2027-01-01", "2027-01-08",
			"1000")
	}
	l.advance(t, "2027-01-16")
	for range 2 {
		l.RunJobs(t)
	}
	list := must(l.ListDunningNotices(t.Context(), &pb.ListDunningNoticesRequest{PageSize: 500}))(t).GetDunningNotices()
	policy = must(l.GetDunningPolicy(t.Context(), &pb.GetDunningPolicyRequest{DunningPolicyId: policy.GetId()}))(t)
	if len(list) != customers || policy.GetLastRunDate() != "2027-01-16" || policy.GetPendingRunDate() != "" {
		t.Errorf("got %d notices of %v", len(list), policy)
	}
	f := policy.GetFailures()
	if len(f) != 50 || f[0].GetReason() != optionsv1.Reason_INTEREST_RATE_MISSING.String() ||
		!strings.Contains(f[0].GetMessage(), "2027-01-09") {
		t.Errorf("got %d failures %v", len(f), f)
	}
}

package dunning_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestRunSendsTheLatestStepOnce reminds of an invoice that is 26 days late: the step of the third
// week, with fee and interest, while two earlier ones are passed over. A second run makes nothing.
func TestRunSendsTheLatestStepOnce(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	l.newPolicy(t, standard())
	i := l.invoice(t, l.customer, "2027-01-01", "2027-01-15", "1000")
	l.advance(t, "2027-02-10")
	n := l.runOne(t, "")
	line := n.GetLines()[0]
	var passed []string
	for _, p := range line.GetPassedOverSteps() {
		passed = append(passed, fmt.Sprint(p.GetDays(), " ", p.GetDisplayName()))
	}
	if !slices.Equal(passed, []string{"-3 Notice", "7 Reminder"}) || line.GetStepDays() != 21 ||
		line.GetNumber() != i.GetNumber() || line.GetDaysOverdue() != 26 {
		t.Errorf("got the line %v", line)
	}
	// 1000 × 9.5 % × 26 ÷ 365 = 6.767
	if n.GetNumber() != "DUN-2027-0001" || n.GetDate() != "2027-02-10" || n.GetFee().GetAmount() != "15.00" ||
		n.GetInterestAmount().GetAmount() != "6.77" || n.GetChargedAmount().GetAmount() != "21.77" ||
		n.GetTotalAmount().GetAmount() != "1021.77" || n.GetCustomerName() != "Harbor Cafe" {
		t.Errorf("got %v", n)
	}
	if got := l.entry(t, n.GetJournalEntryId()); !slices.Equal(got, []string{"1200 21.77", "4870 -15.00", "4870 -6.77"}) {
		t.Errorf("got the entry %q", got)
	}
	r := l.receivable(t, n.GetReceivableId())
	if r.GetKind() != pb.Receivable_LATE_CHARGE || r.GetDueDate() != "2027-02-10" || r.GetNumber() != n.GetNumber() ||
		r.GetOpenAmount().GetAmount() != "21.77" {
		t.Errorf("got the receivable %v", r)
	}
	if again := l.run(t, ""); len(again.GetNotices()) != 0 || len(again.GetStoppedInvoices()) != 0 {
		t.Errorf("got %v of the second run", again)
	}
	l.pay(t, i, "2027-02-11", "1000.00")
	if r := l.receivable(t, n.GetReceivableId()); r.GetState() != pb.Receivable_OPEN {
		t.Errorf("got %s after the invoice is paid, want OPEN", r.GetState())
	}
	l.advance(t, "2027-04-01")
	if last := l.run(t, ""); len(last.GetNotices()) != 0 {
		t.Errorf("got %v of a paid invoice", last)
	}
	l.wantSound(t)
}

// TestNoticesFollowTheSteps sends each step on its day, and charges only the days since the last
// notice. A payment in between reduces the open amount.
func TestNoticesFollowTheSteps(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	l.newPolicy(t, standard())
	i := l.invoice(t, l.customer, "2027-01-01", "2027-01-15", "1000")
	l.advance(t, "2027-03-31")
	var got []string
	for _, day := range []string{"2027-01-11", "2027-01-12", "2027-01-13", "2027-01-22", "2027-02-05"} {
		for _, n := range l.run(t, day).GetNotices() {
			got = append(got, fmt.Sprint(day, " ", n.GetLines()[0].GetStepName(), " ", n.GetChargedAmount().GetAmount()))
		}
	}
	l.pay(t, i, "2027-02-15", "400.00")
	for _, n := range l.run(t, "2027-02-26").GetNotices() {
		line := n.GetLines()[0]
		got = append(got, fmt.Sprint(line.GetStepName(), " ", n.GetInterestAmount().GetAmount()))
		if len(line.GetInterestSpans()) != 2 || line.GetInterestSpans()[0].GetDays() != 9 ||
			line.GetInterestSpans()[1].GetDays() != 12 || line.GetInterestSpans()[0].GetStartDate() != "2027-02-06" {
			t.Errorf("got the spans %v", line.GetInterestSpans())
		}
	}
	// 1000 × 21 days = 5.47; 1000 × 9 days + 600 × 12 days = 4.22
	want := []string{"2027-01-12 Notice 0.00", "2027-01-22 Reminder 0.00", "2027-02-05 Second reminder 20.47",
		"Last reminder 4.22"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	l.wantSound(t)
}

// TestPreviewStoresNothing looks at the notices of today and of a later day.
func TestPreviewStoresNothing(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	l.newPolicy(t, standard())
	l.invoice(t, l.customer, "2027-01-01", "2027-01-05", "1000")
	for day, step := range map[string]string{"2027-01-15": "Reminder", "2027-01-26": "Second reminder"} {
		shown := must(l.RunDunning(t.Context(), &pb.RunDunningRequest{RunDate: day, ValidateOnly: true}))(t)
		if len(shown.GetNotices()) != 1 || shown.GetNotices()[0].GetLines()[0].GetStepName() != step {
			t.Errorf("%s: got %v, want %s", day, shown, step)
		}
	}
	if list := l.notices(t); len(list) != 0 {
		t.Errorf("the preview stored %v", list)
	}
	_, err := l.RunDunning(t.Context(), &pb.RunDunningRequest{RunDate: "2027-01-16"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "runDate")
	_, err = l.RunDunning(t.Context(), &pb.RunDunningRequest{RunDate: "yesterday"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "runDate")
}

// TestStoppedInvoicesGetNoStep disputes, promises and pauses invoices.
func TestStoppedInvoicesGetNoStep(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	l.newPolicy(t, standard())
	var list []*pb.Invoice
	for range 4 {
		list = append(list, l.invoice(t, l.customer, "2027-01-01", "2027-01-05", "100"))
	}
	paused := l.newCustomer(t, &pb.Customer{DisplayName: "Paused", DunningPauseEndDate: "2027-01-20"})
	excluded := l.newCustomer(t, &pb.Customer{DisplayName: "Excluded", DunningExcluded: true})
	l.invoice(t, paused, "2027-01-01", "2027-01-05", "100")
	l.invoice(t, excluded, "2027-01-01", "2027-01-05", "100")
	must(l.invoicing.DisputeInvoice(t.Context(), &pb.DisputeInvoiceRequest{InvoiceId: list[0].GetId(), Reason: "No"}))(t)
	must(l.CreatePaymentPromise(t.Context(), &pb.CreatePaymentPromiseRequest{PaymentPromise: &pb.PaymentPromise{
		InvoiceId: list[1].GetId(), PromiseDate: "2027-01-18"}}))(t)
	must(l.invoicing.UpdateInvoice(t.Context(), &pb.UpdateInvoiceRequest{InvoiceId: list[2].GetId(),
		Invoice:    &pb.Invoice{DunningPauseEndDate: "2027-01-16"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"dunning_pause_end_date"}}}))(t)
	run := l.run(t, "")
	got := map[string]bool{}
	for _, s := range run.GetStoppedInvoices() {
		got[s.GetStop().String()+" "+s.GetEndDate()] = true
	}
	for _, want := range []string{"DISPUTED ", "PROMISED 2027-01-18", "INVOICE_PAUSED 2027-01-16",
		"CUSTOMER_PAUSED 2027-01-20", "CUSTOMER_EXCLUDED "} {
		if !got[want] {
			t.Errorf("%s is missing in %v", want, got)
		}
	}
	if len(run.GetNotices()) != 1 || len(run.GetNotices()[0].GetLines()) != 1 ||
		run.GetNotices()[0].GetLines()[0].GetDocumentId() != list[3].GetId() {
		t.Errorf("got the notices %v, want only the fourth invoice", run.GetNotices())
	}
	l.advance(t, "2027-01-21")
	if later := l.run(t, "").GetNotices(); len(later) != 2 || len(later[0].GetLines())+len(later[1].GetLines()) != 3 {
		t.Errorf("got %v after the promise and the pauses, want three invoices", later)
	}
}

// TestVoidWaivesCharges voids a notice. Its step stays done; that of a notice that may be repeated
// is sent again, with the same days.
func TestVoidWaivesCharges(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	l.newPolicy(t, standard())
	l.invoice(t, l.customer, "2027-01-01", "2027-01-15", "1000")
	l.advance(t, "2027-02-10")
	n := l.runOne(t, "")
	void := func(repeatable bool) *pb.DunningNotice {
		return must(l.VoidDunningNotice(t.Context(), &pb.VoidDunningNoticeRequest{DunningNoticeId: n.GetId(),
			Reason: "Goodwill", Repeatable: repeatable}))(t)
	}
	if voided := void(true); voided.GetState() != pb.DunningNotice_VOID || voided.GetVoidDate() != "2027-02-10" {
		t.Errorf("got %v", voided)
	}
	if r := l.receivable(t, n.GetReceivableId()); r.GetState() != pb.Receivable_CANCELED {
		t.Errorf("got the receivable %v", r)
	}
	n = l.runOne(t, "")
	if n.GetChargedAmount().GetAmount() != "21.77" || n.GetNumber() != "DUN-2027-0002" {
		t.Errorf("got %v, want the same charges again", n)
	}
	void(false)
	if again := l.run(t, "").GetNotices(); len(again) != 0 {
		t.Errorf("got %v after a waiver", again)
	}
	l.advance(t, "2027-02-26")
	last := l.runOne(t, "")
	if line := last.GetLines()[0]; line.GetInterestSpans()[0].GetStartDate() != "2027-02-11" {
		t.Errorf("got the spans %v, want those since the waiver", line.GetInterestSpans())
	}
	must(l.receivables.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: l.customer,
		Amount: last.GetChargedAmount(), AccountId: l.accounts["1000"],
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: last.GetReceivableId()}}}}))(t)
	_, err := l.VoidDunningNotice(t.Context(),
		&pb.VoidDunningNoticeRequest{DunningNoticeId: last.GetId(), Reason: "Goodwill"})
	apptest.WantRefused(t, err, optionsv1.Reason_RECEIVABLE_SETTLED)
	_, err = l.VoidDunningNotice(t.Context(), &pb.VoidDunningNoticeRequest{DunningNoticeId: n.GetId(), Reason: "Twice"})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	l.wantSound(t)
}

// TestRivalRunsCreateOneNotice runs twice at the same time.
func TestRivalRunsCreateOneNotice(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	l.newPolicy(t, standard())
	for n := range 3 {
		customer := l.newCustomer(t, &pb.Customer{DisplayName: fmt.Sprint("Customer ", n)})
		l.invoice(t, customer, "2027-01-01", "2027-01-05", "90")
	}
	var rivals sync.WaitGroup
	for range 4 {
		rivals.Go(func() {
			if _, err := l.RunDunning(t.Context(), &pb.RunDunningRequest{}); err != nil {
				t.Error(err)
			}
		})
	}
	rivals.Wait()
	if list := l.notices(t); len(list) != 3 {
		t.Errorf("got %d notices, want 3", len(list))
	}
}

// TestRunIsLimited creates the notices of two customers, and then of the third.
func TestRunIsLimited(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	l.newPolicy(t, standard())
	for n := range 3 {
		customer := l.newCustomer(t, &pb.Customer{DisplayName: fmt.Sprint("Customer ", n)})
		l.invoice(t, customer, "2027-01-01", "2027-01-05", "90")
	}
	for _, want := range []struct{ made, left int }{{2, 1}, {1, 0}, {0, 0}} {
		r := must(l.RunDunning(t.Context(), &pb.RunDunningRequest{MaxCustomers: 2}))(t)
		if len(r.GetNotices()) != want.made || int(r.GetRemainingCustomerCount()) != want.left {
			t.Errorf("got %d notices and %d left, want %v", len(r.GetNotices()), r.GetRemainingCustomerCount(), want)
		}
	}
}

// TestStatutoryChargesInEuros charges the fixed sum once, and interest until the last half-year
// with a known rate. A rate that the policy adds charges the rest. A customer in dollars gets a
// notice while the exchange rate of the other one is missing.
func TestStatutoryChargesInEuros(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	policy := l.newPolicy(t, &pb.DunningPolicy{DisplayName: "Law", DefaultPolicy: true,
		StatutoryRate: pb.DunningPolicy_DE_CIVIL_CODE, DayCount: pb.DunningPolicy_ACTUAL_360,
		Steps: []*pb.DunningPolicy_Step{
			{Days: 10, DisplayName: "First", ChargeInterest: true, ChargeFixedSum: true},
			{Days: 20, DisplayName: "Second", ChargeInterest: true, ChargeFixedSum: true},
		}})
	berlin := l.newCustomer(t, &pb.Customer{DisplayName: "Berlin", CurrencyCode: "EUR", LanguageCode: "de"})
	draft := must(l.invoicing.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: &pb.Invoice{
		CustomerId: berlin, DueDate: "2026-12-25", CurrencyCode: "EUR", ExchangeRate: "1.1",
		Lines: []*pb.DocumentLine{{Description: "Beratung", UnitPrice: "3600"}}}}))(t)
	must(l.invoicing.IssueInvoice(t.Context(),
		&pb.IssueInvoiceRequest{InvoiceId: draft.GetId(), IssueDate: "2026-12-01"}))(t)
	l.invoice(t, l.customer, "2026-12-01", "2026-12-25", "100")
	run := l.run(t, "2027-01-06")
	if f := run.GetFailures(); len(run.GetNotices()) != 1 || run.GetNotices()[0].GetCustomerId() != l.customer ||
		run.GetRemainingCustomerCount() != 0 || len(f) != 1 || f[0].GetCustomerId() != berlin ||
		f[0].GetReason() != optionsv1.Reason_EXCHANGE_RATE_MISSING.String() || f[0].GetDate() != "2027-01-06" {
		t.Errorf("got %v", run)
	}
	for _, day := range []string{"2027-01-06", "2027-01-15"} {
		must(l.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
			FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Date: day, Rate: "1.2"}}))(t)
	}
	n := l.runOne(t, "2027-01-06")
	// 3600 × 10.52 % × 6 ÷ 360 = 6.312
	if line := n.GetLines()[0]; n.GetInterestAmount().GetAmount() != "6.31" || n.GetFixedSum().GetAmount() != "40.00" ||
		line.GetInterestEndDate() != "2026-12-31" || n.GetCurrencyCode() != "EUR" {
		t.Errorf("got %v", n)
	}
	if !strings.HasPrefix(n.GetBody(), "Guten Tag Berlin") || n.GetLanguageCode() != "de" ||
		!strings.Contains(n.GetBody(), "3.646,31") {
		t.Errorf("got the text %q", n.GetBody())
	}
	must(l.UpdateDunningPolicy(t.Context(), &pb.UpdateDunningPolicyRequest{DunningPolicyId: policy.GetId(),
		DunningPolicy: &pb.DunningPolicy{InterestRates: []*pb.DunningPolicy_InterestRate{
			{StartDate: "2027-01-01", Percent: "10"}}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"interest_rates"}}}))(t)
	n = must(l.RunDunning(t.Context(), &pb.RunDunningRequest{CustomerId: berlin}))(t).GetNotices()[0]
	if n.GetInterestAmount().GetAmount() != "15.00" || n.GetFixedSum().GetAmount() != "0.00" { // 3600 × 10 % × 15 ÷ 360
		t.Errorf("got %v", n)
	}
	rates := must(l.ListStatutoryRates(t.Context(), &pb.ListStatutoryRatesRequest{}))(t).GetRates()
	if len(rates) != 24 || rates[0].GetPercent() != "10.5" {
		t.Errorf("got the rates %v", rates)
	}
	l.wantSound(t)
}

// TestChargesAreTaxed adds the taxes of the policy's tax code.
func TestChargesAreTaxed(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	p := standard()
	p.TaxCodeId, p.InterestRates[0].Percent = l.taxCode(t, pb.TaxRate_STANDARD, "20"), "0"
	l.newPolicy(t, p)
	l.invoice(t, l.customer, "2027-01-01", "2027-01-15", "1000")
	l.advance(t, "2027-02-10")
	n := l.runOne(t, "")
	if n.GetTaxAmount().GetAmount() != "3.00" || n.GetChargedAmount().GetAmount() != "18.00" ||
		n.GetTotalAmount().GetAmount() != "1018.00" {
		t.Errorf("got %v", n)
	}
	if got := l.entry(t, n.GetJournalEntryId()); !slices.Equal(got, []string{"1200 18.00", "4870 -15.00", "2200 -3.00"}) {
		t.Errorf("got the entry %q", got)
	}
	l.wantSound(t)
}

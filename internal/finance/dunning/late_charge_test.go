package dunning_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// payOldest records a payment that settles the oldest receivables of a customer.
func (l *lender) payOldest(t testing.TB, customer, date, amount string) *pb.Payment {
	t.Helper()
	return must(l.receivables.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{
		CustomerId: customer, Date: date, Amount: dollars(amount), AccountId: l.accounts["1000"], AllocateOldest: true}}))(t)
}

// chased returns what is to be chased of a customer, as kinds with open amounts.
func (l *lender) chased(t testing.TB, customer string) (out []string) {
	t.Helper()
	list := must(l.FollowUpInvoices(t.Context(), &pb.FollowUpInvoicesRequest{CustomerId: customer}))(t)
	for _, i := range list.GetInvoices() {
		out = append(out, fmt.Sprint(i.GetKind(), " ", i.GetOpenAmount().GetAmount()))
	}
	slices.Sort(out)
	return out
}

// TestOpenChargesAreChased lists what is open of earlier charges on later notices and among what to
// chase, also when the invoice is paid. Whoever pays the total owes nothing.
func TestOpenChargesAreChased(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	l.newPolicy(t, standard())
	other := l.newCustomer(t, &pb.Customer{DisplayName: "Other"})
	l.invoice(t, other, "2027-01-01", "2027-01-15", "500")
	i := l.invoice(t, l.customer, "2027-01-01", "2027-01-15", "1000")
	l.advance(t, "2027-02-10")
	var first *pb.DunningNotice
	for _, n := range l.run(t, "").GetNotices() {
		if n.GetEarlierChargedAmount().GetAmount() != "0.00" || len(n.GetEarlierCharges()) != 0 {
			t.Errorf("got %v before any charge", n)
		}
		if n.GetCustomerId() == l.customer {
			first = n
		}
	}
	l.pay(t, &pb.Invoice{Id: first.GetId(), CustomerId: l.customer, CurrencyCode: "USD"}, "2027-02-12", "1.77")
	l.advance(t, "2027-02-26")
	run := must(l.RunDunning(t.Context(), &pb.RunDunningRequest{CustomerId: l.customer}))(t)
	n := run.GetNotices()[0]
	// 25.00 and 1000 × 9.5 % × 16 ÷ 365 = 4.16
	if e := n.GetEarlierCharges(); n.GetChargedAmount().GetAmount() != "29.16" || len(e) != 1 ||
		e[0].GetDunningNoticeId() != first.GetId() || e[0].GetNumber() != first.GetNumber() ||
		e[0].GetOpenAmount().GetAmount() != "20.00" || n.GetEarlierChargedAmount().GetAmount() != "20.00" ||
		n.GetTotalAmount().GetAmount() != "1049.16" || !strings.Contains(n.GetBody(), "1,049.16") {
		t.Errorf("got %v", n)
	}
	l.advance(t, "2027-02-27")
	want := []string{"INVOICE 1000.00", "LATE_CHARGE 20.00", "LATE_CHARGE 29.16"}
	if got := l.chased(t, l.customer); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	l.pay(t, i, "2027-02-27", "1000.00")
	list := must(l.FollowUpInvoices(t.Context(), &pb.FollowUpInvoicesRequest{CustomerId: l.customer}))(t)
	for _, c := range list.GetInvoices() {
		if c.GetLastNoticeDate() == "" || slices.ContainsFunc(c.GetReasons(), func(r *pb.ChaseReason) bool {
			return r.GetCode() == pb.ChaseReason_NOT_CONTACTED
		}) {
			t.Errorf("got %v, want the date of the notice", c)
		}
	}
	if len(list.GetInvoices()) != 2 {
		t.Errorf("got %v after the invoice is paid, want both charges", list)
	}
	if p := l.payOldest(t, l.customer, "2027-02-27", "49.16"); p.GetOpenAmount().GetAmount() != "0.00" {
		t.Errorf("got %v, want the rest of the total to be used up", p)
	}
	if got := l.chased(t, l.customer); len(got) != 0 {
		t.Errorf("got %q after the total is paid", got)
	}
	l.wantSound(t)
}

// TestPaymentSettlesPrincipalFirst lets payments settle what is oldest: invoices by due date, then
// late charges, although the charge is due before the second invoice.
func TestPaymentSettlesPrincipalFirst(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		amount, date string
		// want is what stays open of the first and the second invoice, the charge and the payment.
		want string
	}{
		"a part":            {"400.00", "2027-02-11", "600.00 500.00 21.77 0.00"},
		"the first":         {"1000.00", "2027-02-11", "0.00 500.00 21.77 0.00"},
		"all principal":     {"1500.00", "2027-02-11", "0.00 0.00 21.77 0.00"},
		"a part of charges": {"1510.00", "2027-02-11", "0.00 0.00 11.77 0.00"},
		"more than is owed": {"2000.00", "2027-02-11", "0.00 0.00 0.00 478.23"},
		"before the second": {"1200.00", "2027-01-20", "0.00 500.00 21.77 200.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := openLender(t)
			l.newPolicy(t, standard())
			first := l.invoice(t, l.customer, "2027-01-01", "2027-01-15", "1000")
			l.invoice(t, l.newCustomer(t, &pb.Customer{DisplayName: "Other"}), "2027-01-01", "2027-01-02", "1000")
			l.advance(t, "2027-02-10")
			n := must(l.RunDunning(t.Context(), &pb.RunDunningRequest{CustomerId: l.customer}))(t).GetNotices()[0]
			second := l.invoice(t, l.customer, "2027-02-09", "2027-02-20", "500")
			l.advance(t, "2027-02-11")
			p := l.payOldest(t, l.customer, c.date, c.amount)
			var got []string
			for _, key := range []string{first.GetId(), second.GetId(), n.GetId()} {
				_, uuid, _ := strings.Cut(key, "_")
				got = append(got, l.receivable(t, "rcv_"+uuid).GetOpenAmount().GetAmount())
			}
			if got := strings.Join(append(got, p.GetOpenAmount().GetAmount()), " "); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			l.wantSound(t)
		})
	}
}

// TestOldestIsRefused asks for the oldest receivables where others are named, and without a valid
// payment. A payment in a currency in which nothing is owed stays a credit.
func TestOldestIsRefused(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	i := l.invoice(t, l.customer, "2027-01-01", "2027-01-15", "1000")
	for field, change := range map[string]func(*pb.Payment){
		"allocateOldest": func(p *pb.Payment) {
			p.Allocations = []*pb.Payment_NewAllocation{{ReceivableId: i.GetId()}}
		},
		"date":       func(p *pb.Payment) { p.Date = "soon" },
		"amount":     func(p *pb.Payment) { p.Amount = nil },
		"customerId": func(p *pb.Payment) { p.CustomerId = "" },
	} {
		p := &pb.Payment{CustomerId: l.customer, Amount: dollars("10.00"), AllocateOldest: true}
		change(p)
		_, err := l.receivables.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: p})
		apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, field)
	}
	p := must(l.receivables.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{
		CustomerId: l.customer, Amount: &typepb.Money{Amount: "10.00", CurrencyCode: "EUR"}, ExchangeRate: "1.1",
		AllocateOldest: true}}))(t)
	if p.GetOpenAmount().GetAmount() != "10.00" || p.GetAllocateOldest() {
		t.Errorf("got %v", p)
	}
}

// TestChargesAreWrittenOff writes off what is open of a charge of which a part is paid, net of its
// tax.
func TestChargesAreWrittenOff(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	p := standard()
	p.TaxCodeId, p.InterestRates[0].Percent = l.taxCode(t, pb.TaxRate_STANDARD, "20"), "0"
	l.newPolicy(t, p)
	l.invoice(t, l.customer, "2027-01-01", "2027-01-15", "1000")
	l.advance(t, "2027-01-22")
	free := l.runOne(t, "")
	l.advance(t, "2027-02-10")
	n := l.runOne(t, "")
	writeOff := func(n *pb.DunningNotice, date string) (*pb.DunningNotice, error) {
		return l.WriteOffDunningNotice(t.Context(), &pb.WriteOffDunningNoticeRequest{DunningNoticeId: n.GetId(),
			Date: date, Reason: "Insolvency"})
	}
	l.pay(t, &pb.Invoice{Id: n.GetId(), CustomerId: l.customer, CurrencyCode: "USD"}, "2027-02-10", "6.00")
	_, err := l.VoidDunningNotice(t.Context(), &pb.VoidDunningNoticeRequest{DunningNoticeId: n.GetId(), Reason: "No"})
	apptest.WantRefused(t, err, optionsv1.Reason_RECEIVABLE_SETTLED)
	for date, reason := range map[string]optionsv1.Reason{"2027-02-09": optionsv1.Reason_FIELDS_INVALID,
		"soon": optionsv1.Reason_FIELDS_INVALID} {
		_, err := writeOff(n, date)
		apptest.WantRefused(t, err, reason, "date")
	}
	_, err = writeOff(free, "")
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	n = must(writeOff(n, ""))(t)
	r := l.receivable(t, n.GetReceivableId())
	if n.GetState() != pb.DunningNotice_ISSUED || n.GetWriteOffDate() != "2027-02-10" || n.GetWriteOffReason() == "" ||
		r.GetState() != pb.Receivable_SETTLED || r.GetSettleDate() != "2027-02-10" {
		t.Errorf("got %v and the receivable %v", n, r)
	}
	entries := must(l.ledger.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{
		Filter: `source = "WRITE_OFF"`}))(t).GetJournalEntries()
	if len(entries) != 1 {
		t.Fatalf("got %d entries of write-offs, want 1", len(entries))
	}
	// 12.00 of 18.00 are left, of which 2.00 are tax.
	if got, want := l.entry(t, entries[0].GetId()), []string{"6560 10.00", "2200 2.00", "1200 -12.00"}; !slices.Equal(got,
		want) {
		t.Errorf("got the entry %q, want %q", got, want)
	}
	_, err = writeOff(n, "")
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	l.wantSound(t)
}

// taxCode returns a tax code whose rate has a kind, and a component of a percentage unless that is
// empty.
func (l *lender) taxCode(t testing.TB, kind pb.TaxRate_Kind, percent string) string {
	t.Helper()
	taxes := pb.NewTaxServiceClient(l)
	agency := must(taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "Tax office"}}))(t)
	rate := &pb.TaxRate{DisplayName: "Rate", Kind: kind}
	if percent != "" {
		rate.Components = []*pb.TaxRate_Component{{DisplayName: "VAT", TaxAgencyId: agency.GetId(),
			Spans: []*pb.TaxRate_Span{{Percent: percent}}}}
	}
	rate = must(taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: rate}))(t)
	return must(taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{
		Code: "CODE", DisplayName: "Code", SalesTaxRateId: rate.GetId()}}))(t).GetId()
}

// TestChargesAreInTheTaxRegister records late charges of each kind of tax code, as invoices are.
func TestChargesAreInTheTaxRegister(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind    pb.TaxRate_Kind
		percent string
		// want is what is recorded: the effect, the percentage, the taxable amount and the tax.
		charged, want string
	}{
		"standard":       {pb.TaxRate_STANDARD, "20", "18.00", "CHARGED 20 15.00 3.00"},
		"zero-rated":     {pb.TaxRate_ZERO, "0", "15.00", "CHARGED 0 15.00 0.00"},
		"exempt":         {pb.TaxRate_EXEMPT, "", "15.00", "CHARGED 0 15.00 0.00"},
		"reverse charge": {pb.TaxRate_REVERSE_CHARGE, "20", "15.00", "REVERSE_CHARGED 20 15.00 3.00"},
		"withholding":    {pb.TaxRate_WITHHOLDING, "10", "15.00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := openLender(t)
			p := standard()
			p.TaxCodeId, p.InterestRates[0].Percent = l.taxCode(t, c.kind, c.percent), "0"
			l.newPolicy(t, p)
			l.invoice(t, l.customer, "2027-01-01", "2027-01-15", "1000")
			l.advance(t, "2027-02-10")
			n := l.runOne(t, "")
			var got []string
			for _, x := range l.receivable(t, n.GetReceivableId()).GetTaxes() {
				// The register sets the category.
				if x.GetCategory() == pb.TaxCode_CATEGORY_UNSPECIFIED {
					t.Errorf("%v is not in the register", x)
				}
				got = append(got, fmt.Sprint(x.GetEffect(), " ", x.GetPercent(), " ", x.GetTaxableAmount().GetAmount(), " ",
					x.GetAmount().GetAmount()))
			}
			if got := strings.Join(got, ", "); n.GetChargedAmount().GetAmount() != c.charged || got != c.want {
				t.Errorf("charged %v with %q, want %s with %q", n.GetChargedAmount(), got, c.charged, c.want)
			}
			l.wantSound(t)
		})
	}
}

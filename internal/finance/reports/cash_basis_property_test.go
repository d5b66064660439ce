package reports_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestCashBasisBalances issues, pays, credits, writes off, undoes and voids at random, in two
// currencies. On every day the trial balance of the cash basis balances and shows no receivables.
// Once everything is settled, income and expenses are those of the accrual basis.
func TestCashBasisBalances(t *testing.T) {
	t.Parallel()
	s := newSeller(t)
	l := &sellerLife{seller: s, t: t}
	rapid.Check(t, func(r *rapid.T) {
		l.r = r
		for range rapid.IntRange(3, 8).Draw(r, "steps") {
			rapid.SampledFrom([]func(){l.issueOne, l.payOne, l.payOne, l.creditOne, l.undoOne, l.voidOne,
				l.writeOffOne}).Draw(r, "step")()
		}
	})
	for d := 1; d <= 28; d += 3 {
		s.cashBalances(t, fmt.Sprintf("2026-01-%02d", d))
	}
	l.settleAll()
	accrual := s.result(t, "2026-01-01", "2026-02-28", pb.AccountingBasis_ACCRUAL)
	if cash := s.result(t, "2026-01-01", "2026-02-28", pb.AccountingBasis_CASH); !slices.Equal(cash, accrual) {
		t.Errorf("all settled: got %q on the cash basis, %q on the accrual basis", cash, accrual)
	}
}

// sellerLife is a random sequence of sales. Steps that the server refuses change nothing.
type sellerLife struct {
	*seller
	t        *testing.T
	r        *rapid.T
	invoices []*pb.Invoice
}

func (l *sellerLife) day() string {
	return fmt.Sprintf("2026-01-%02d", rapid.IntRange(1, 28).Draw(l.r, "day"))
}

func (l *sellerLife) amount() string {
	return fmt.Sprintf("%d.%02d", rapid.IntRange(0, 90).Draw(l.r, "units"), rapid.IntRange(1, 99).Draw(l.r, "cents"))
}

func (l *sellerLife) pick() *pb.Invoice {
	if len(l.invoices) == 0 {
		return &pb.Invoice{}
	}
	return rapid.SampledFrom(l.invoices).Draw(l.r, "invoice")
}

func (l *sellerLife) issueOne() {
	currency, rate := "", ""
	if rapid.Bool().Draw(l.r, "foreign") {
		currency, rate = "EUR", rapid.SampledFrom([]string{"1.0842", "0.97", "1.3333"}).Draw(l.r, "rate")
	}
	l.invoices = append(l.invoices, l.issue(l.t, l.day(), currency, rate, l.amount(), l.amount(), l.amount()))
}

func (l *sellerLife) payOne() {
	i := l.pick()
	p := &pb.Payment{CustomerId: l.customer, Date: l.day(), AccountId: l.codes["1000"],
		Amount:      &typepb.Money{Amount: l.amount(), CurrencyCode: i.GetCurrencyCode()},
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: i.GetId()}}}
	if i.GetCurrencyCode() == "EUR" {
		p.ExchangeRate = rapid.SampledFrom([]string{"1.1", "0.9013"}).Draw(l.r, "rate")
	}
	_, _ = l.CreatePayment(l.t.Context(), &pb.CreatePaymentRequest{Payment: p})
}

func (l *sellerLife) creditOne() {
	i := l.pick()
	n := &pb.CreditNote{InvoiceId: i.GetId(), IssueDate: l.day(), KeepAsCredit: rapid.Bool().Draw(l.r, "kept")}
	if len(i.GetLines()) > 0 {
		n.Lines = []*pb.CreditNote_Line{{InvoiceLineId: i.GetLines()[0].GetId(), Quantity: "0.3"},
			{InvoiceLineId: i.GetLines()[1].GetId(), Quantity: "0.1"}}
	}
	_, _ = l.CreateCreditNote(l.t.Context(), &pb.CreateCreditNoteRequest{CreditNote: n})
}

func (l *sellerLife) undoOne() {
	list, err := l.ListAllocations(l.t.Context(), &pb.ListAllocationsRequest{PageSize: 500, Filter: "state = ACTIVE"})
	if err != nil {
		l.t.Fatal(err)
	}
	if all := list.GetAllocations(); len(all) > 0 {
		a := rapid.SampledFrom(all).Draw(l.r, "allocation")
		_, _ = l.UndoAllocation(l.t.Context(), &pb.UndoAllocationRequest{AllocationId: a.GetId(), Date: l.day()})
	}
}

func (l *sellerLife) voidOne() {
	_, _ = l.VoidInvoice(l.t.Context(), &pb.VoidInvoiceRequest{InvoiceId: l.pick().GetId(), Date: l.day()})
}

func (l *sellerLife) writeOffOne() {
	_, _ = l.WriteOffInvoice(l.t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: l.pick().GetId(), Date: l.day()})
}

// settleAll pays all open invoices in February, and pays back what is left of credits.
func (l *sellerLife) settleAll() {
	l.t.Helper()
	open, err := l.ListReceivables(l.t.Context(), &pb.ListReceivablesRequest{PageSize: 500, Filter: "state = OPEN"})
	if err != nil || open.GetNextPageToken() != "" {
		l.t.Fatal(open.GetNextPageToken(), err)
	}
	for _, r := range open.GetReceivables() {
		i := &pb.Invoice{Id: r.GetDocumentId(), CurrencyCode: r.GetOpenAmount().GetCurrencyCode()}
		if i.CurrencyCode == "EUR" {
			i.ExchangeRate = "1.2"
		}
		l.pay(l.t, i, "2026-02-10", r.GetOpenAmount().GetAmount())
	}
	left, err := l.ListCustomerCredits(l.t.Context(), &pb.ListCustomerCreditsRequest{PageSize: 500,
		Filter: "state = OPEN"})
	if err != nil || left.GetNextPageToken() != "" {
		l.t.Fatal(left.GetNextPageToken(), err)
	}
	for _, c := range left.GetCustomerCredits() {
		r := &pb.Refund{CustomerCreditId: c.GetId(), Date: "2026-02-11", AccountId: l.codes["1000"]}
		if c.GetOpenAmount().GetCurrencyCode() == "EUR" {
			r.ExchangeRate = "1.15"
		}
		if _, err := l.CreateRefund(l.t.Context(), &pb.CreateRefundRequest{Refund: r}); err != nil {
			l.t.Fatal(err)
		}
	}
}

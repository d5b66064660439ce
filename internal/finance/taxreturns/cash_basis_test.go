package taxreturns_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
)

// minor returns an amount in minor units.
func minor(m *typepb.Money) int64 {
	n, err := money.Parse(m.GetAmount(), m.GetCurrencyCode())
	if err != nil {
		panic(err) // the server wrote it
	}
	return n
}

// TestCashBasisIgnoresSplits pays the same amount of two equal invoices, of one at once and of the
// other in random parts. The tax of both is the same, and once all is paid it is that of the
// accrual basis.
func TestCashBasisIgnoresSplits(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	rapid.Check(t, func(r *rapid.T) {
		var lines []*pb.DocumentLine
		for range rapid.IntRange(1, 4).Draw(r, "lines") {
			lines = append(lines, s.line(fmt.Sprintf("%d.%02d", rapid.IntRange(0, 90).Draw(r, "units"),
				rapid.IntRange(1, 99).Draw(r, "pence")),
				rapid.SampledFrom([]string{"GB-STD", "GB-RED", "GB-ZERO"}).Draw(r, "code")))
		}
		at, parts := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, lines...),
			s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, lines...)
		total := minor(at.GetTotalAmount())
		part := rapid.Int64Range(1, total).Draw(r, "part")
		s.pay(t, "2027-02-10", money.Format(part, "GBP"), at.GetId())
		for left, day := part, 1; left > 0; day++ {
			paid := left
			if day < 4 {
				paid = rapid.Int64Range(1, left).Draw(r, "paid")
			}
			s.pay(t, fmt.Sprintf("2027-02-%02d", day), money.Format(paid, "GBP"), parts.GetId())
			left -= paid
		}
		s.wantEqual(t, "2027-02-15", pb.TaxAgency_CASH, at, parts)
		if part < total {
			s.pay(t, "2027-02-20", money.Format(total-part, "GBP"), at.GetId())
			s.pay(t, "2027-02-20", money.Format(total-part, "GBP"), parts.GetId())
		}
		s.wantEqual(t, "2027-02-28", pb.TaxAgency_CASH, at, parts)
		cash, accrual := s.taxUntil(t, "2027-02-28", pb.TaxAgency_CASH, at), s.taxUntil(t, "2027-02-28",
			pb.TaxAgency_ACCRUAL, at)
		if cash != accrual {
			t.Errorf("paid in full, the cash basis has\n%s\nthe accrual basis\n%s", cash, accrual)
		}
	})
}

// taxUntil returns the taxes of a document until a day.
func (s *shop) taxUntil(t testing.TB, end string, basis pb.TaxAgency_FilingBasis, i *pb.Invoice) string {
	t.Helper()
	return sums(s.register(t, &pb.GetTaxRegisterRequest{StartDate: "2027-01-01", EndDate: end, Basis: basis,
		DocumentId: i.GetId(), PageSize: 500}))
}

// wantEqual checks that two documents have the same taxes until a day.
func (s *shop) wantEqual(t testing.TB, end string, basis pb.TaxAgency_FilingBasis, a, b *pb.Invoice) {
	t.Helper()
	one, other := s.taxUntil(t, end, basis, a), s.taxUntil(t, end, basis, b)
	if one != other {
		t.Errorf("until %s one payment has\n%s\nseveral have\n%s", end, one, other)
	}
}

// TestSettledCashBasisEqualsAccrual sells, pays, discounts, credits, voids and writes off at
// random, and posts journal entries and bank lines with tax codes. Once nothing is open any more,
// both bases report the same, and the register adds up to the account of the taxes.
func TestSettledCashBasisEqualsAccrual(t *testing.T) {
	t.Parallel()
	b := openBooks(t)
	s := b.shop
	account := must(pb.NewBankingServiceClient(s).CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
		BankAccount: &pb.BankAccount{DisplayName: "Current account"}}))(t)
	rapid.Check(t, func(r *rapid.T) {
		m := &trade{shop: s, t: t, r: r, journal: journal{books: b, bankAccount: account.GetId()}}
		for range rapid.IntRange(2, 10).Draw(r, "steps") {
			rapid.SampledFrom([]func(){m.issueOne, m.issueOne, m.payOne, m.payOne, m.creditOne, m.voidOne,
				m.voidPaymentOne, m.postOne, m.reverseOne, m.categorizeOne, m.undoOne}).Draw(r, "step")()
		}
	})
	m := &trade{shop: s, t: t}
	m.settleAll()
	year := func(basis pb.TaxAgency_FilingBasis) string {
		return sums(s.register(t, &pb.GetTaxRegisterRequest{StartDate: "2027-01-01", EndDate: "2027-12-31", Basis: basis,
			PageSize: 500}))
	}
	cash, accrual := year(pb.TaxAgency_CASH), year(pb.TaxAgency_ACCRUAL)
	if cash == "" || cash != accrual {
		t.Errorf("the cash basis has\n%s\nthe accrual basis\n%s", cash, accrual)
	}
	b.checkTaxAccount(t)
}

// trade is a random sequence of sales in January. Steps that the server refuses change nothing.
type trade struct {
	shop     *shop
	t        testing.TB
	r        *rapid.T
	invoices []*pb.Invoice
	payments []string
	journal  journal
}

func (m *trade) day() string {
	return fmt.Sprintf("2027-01-%02d", rapid.IntRange(1, 31).Draw(m.r, "day"))
}

func (m *trade) issueOne() {
	var lines []*pb.DocumentLine
	for range rapid.IntRange(1, 3).Draw(m.r, "lines") {
		lines = append(lines, m.shop.line(fmt.Sprintf("%d.37", rapid.IntRange(0, 90).Draw(m.r, "units")),
			rapid.SampledFrom([]string{"GB-STD", "GB-RED", "GB-EXEMPT", "GB-RC"}).Draw(m.r, "code")))
	}
	i := m.shop.issue(m.t, &pb.Invoice{IssueDate: m.day(), PaymentTermId: m.shop.term}, lines...)
	m.invoices = append(m.invoices, i)
}

// pick returns one of the invoices, as it is now.
func (m *trade) pick() *pb.Invoice {
	if len(m.invoices) == 0 {
		return nil
	}
	i := rapid.SampledFrom(m.invoices).Draw(m.r, "invoice")
	return must(m.shop.GetInvoice(m.t.Context(), &pb.GetInvoiceRequest{InvoiceId: i.GetId()}))(m.t)
}

func (m *trade) payOne() {
	i := m.pick()
	if i == nil || minor(i.GetOpenAmount()) == 0 {
		return
	}
	paid := rapid.Int64Range(1, minor(i.GetOpenAmount())).Draw(m.r, "paid")
	p, err := m.shop.CreatePayment(m.t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{
		CustomerId: m.shop.customer, Date: m.day(), Amount: money.ToProto(paid, "GBP"), AccountId: m.shop.bank,
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: i.GetId(), DiscountReason: "Loyalty",
			TakeDiscount: rapid.Bool().Draw(m.r, "discount")}}}})
	if err == nil {
		m.payments = append(m.payments, p.GetId())
	}
}

func (m *trade) creditOne() {
	if i := m.pick(); i != nil {
		_, _ = m.shop.CreateCreditNote(m.t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
			InvoiceId: i.GetId(), IssueDate: m.day(), KeepAsCredit: rapid.Bool().Draw(m.r, "kept"),
			Lines: []*pb.CreditNote_Line{{InvoiceLineId: i.GetLines()[0].GetId(), Quantity: "0.4"}}}})
	}
}

func (m *trade) voidOne() {
	if i := m.pick(); i != nil {
		_, _ = m.shop.VoidInvoice(m.t.Context(), &pb.VoidInvoiceRequest{InvoiceId: i.GetId(), Date: m.day()})
	}
}

func (m *trade) voidPaymentOne() {
	if len(m.payments) > 0 {
		_, _ = m.shop.VoidPayment(m.t.Context(), &pb.VoidPaymentRequest{
			PaymentId: rapid.SampledFrom(m.payments).Draw(m.r, "payment"), Date: m.day()})
	}
}

// settleAll writes off what is owed, and refunds what is credited.
func (m *trade) settleAll() {
	open := `state = "OPEN"`
	for {
		list := must(m.shop.ListReceivables(m.t.Context(), &pb.ListReceivablesRequest{Filter: open, PageSize: 500}))(m.t)
		for _, o := range list.GetReceivables() {
			must(m.shop.WriteOffInvoice(m.t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: o.GetDocumentId(),
				Date: "2027-06-30"}))(m.t)
		}
		if list.GetNextPageToken() == "" {
			break
		}
	}
	for {
		list := must(m.shop.ListCustomerCredits(m.t.Context(), &pb.ListCustomerCreditsRequest{Filter: open,
			PageSize: 500}))(m.t)
		for _, o := range list.GetCustomerCredits() {
			must(m.shop.CreateRefund(m.t.Context(), &pb.CreateRefundRequest{Refund: &pb.Refund{CustomerCreditId: o.GetId(),
				Date: "2027-06-30", Amount: o.GetOpenAmount(), AccountId: m.shop.bank}}))(m.t)
		}
		if list.GetNextPageToken() == "" {
			break
		}
	}
}

package deposits_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestTaxesOfDepositsAgree pays, applies, refunds, voids and undoes deposits at random, in two
// currencies and on random days. The accounts then equal the credits and their taxes, no account of
// them is ever overdrawn, and the register has what is posted, on every day.
func TestTaxesOfDepositsAgree(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	bank := s.account(t, "1000")
	rapid.Check(t, func(r *rapid.T) {
		m := &life{shop: s, t: t, r: r, bank: bank}
		for range rapid.IntRange(3, 10).Draw(r, "steps") {
			rapid.SampledFrom([]func(){m.requestOne, m.payOne, m.payOne, m.issueOne, m.issueOne, m.refundOne, m.undoOne,
				m.voidRefundOne, m.voidPaymentOne}).Draw(r, "step")()
		}
	})
	s.wantSound(t)
	s.wantRegister(t)
	var left, taxes int64
	for token := ""; ; {
		page := must(s.ListCustomerCredits(t.Context(), &pb.ListCustomerCreditsRequest{PageSize: 500, PageToken: token}))(t)
		for _, c := range page.GetCustomerCredits() {
			left += minor(t, c.GetOpenBaseAmount())
			for _, x := range c.GetOpenTaxes() {
				taxes += minor(t, x.GetBaseAmount())
			}
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	for code, want := range map[string]int64{"2400": -left, "1350": taxes} {
		running, sign := int64(0), int64(1)
		if code == "2400" {
			sign = -1
		}
		days := s.byDay(t, code)
		for _, day := range slices.Sorted(maps.Keys(days)) {
			if running += days[day]; sign*running < 0 {
				t.Errorf("account %s has %d on %s", code, running, day)
			}
		}
		if running != want {
			t.Errorf("account %s has %d, the credits %d", code, running, want)
		}
	}
}

// life is a random sequence of deposits. Steps that the server refuses change nothing.
type life struct {
	shop                           *shop
	t                              *testing.T
	r                              *rapid.T
	bank                           string
	requests                       []*pb.DepositRequest
	payments, refunds, allocations []string
}

func (m *life) day() string {
	return fmt.Sprintf("2027-01-%02d", rapid.IntRange(2, 28).Draw(m.r, "day"))
}

func (m *life) amount() string {
	return fmt.Sprintf("%d.%02d", rapid.IntRange(0, 200).Draw(m.r, "units"), rapid.IntRange(1, 99).Draw(m.r, "cents"))
}

func pick[T any](m *life, list []T) (none T) {
	if len(list) == 0 {
		return none
	}
	return rapid.SampledFrom(list).Draw(m.r, "record")
}

func (m *life) rate(currency string) string {
	if currency != "EUR" {
		return ""
	}
	return rapid.SampledFrom([]string{"1.0842", "1.1337", "0.97"}).Draw(m.r, "rate")
}

func (m *life) requestOne() {
	currency := rapid.SampledFrom([]string{"USD", "EUR"}).Draw(m.r, "currency")
	m.requests = append(m.requests, m.shop.request(m.t, currency, m.shop.line(m.amount()), m.shop.line(m.amount())))
}

func (m *life) payOne() {
	d := pick(m, m.requests)
	if d == nil {
		return
	}
	p := &pb.Payment{CustomerId: m.shop.customer, DepositRequestId: d.GetId(), Date: m.day(), AccountId: m.bank,
		ExchangeRate: m.rate(d.GetCurrencyCode())}
	if rapid.Bool().Draw(m.r, "part") {
		p.Amount = &typepb.Money{Amount: m.amount(), CurrencyCode: d.GetCurrencyCode()}
	}
	if made, err := m.shop.CreatePayment(m.t.Context(), &pb.CreatePaymentRequest{Payment: p}); err == nil {
		m.payments = append(m.payments, made.GetId())
	}
}

func (m *life) issueOne() {
	i := &pb.Invoice{CustomerId: m.shop.customer, IssueDate: m.day(), Lines: []*pb.DocumentLine{m.shop.line(m.amount())},
		CurrencyCode: rapid.SampledFrom([]string{"USD", "EUR"}).Draw(m.r, "currency")}
	i.ExchangeRate = m.rate(i.CurrencyCode)
	if p := pick(m, m.payments); p != "" {
		i.Deposits = []*pb.Invoice_Deposit{{CustomerCreditId: p}}
	}
	d := must(m.shop.invoicing.CreateInvoice(m.t.Context(), &pb.CreateInvoiceRequest{Invoice: i}))(m.t)
	_, err := m.shop.invoicing.IssueInvoice(m.t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId()})
	if err != nil {
		return
	}
	list := must(m.shop.ListAllocations(m.t.Context(), &pb.ListAllocationsRequest{
		Filter: `receivable_id = "rcv` + d.GetId()[3:] + `"`}))(m.t)
	for _, a := range list.GetAllocations() {
		m.allocations = append(m.allocations, a.GetId())
	}
}

func (m *life) refundOne() {
	r := &pb.Refund{CustomerCreditId: pick(m, m.payments), Date: m.day(), AccountId: m.bank}
	if rapid.Bool().Draw(m.r, "part") {
		r.Amount = &typepb.Money{Amount: m.amount()}
	}
	r.ExchangeRate = rapid.SampledFrom([]string{"", "1.05"}).Draw(m.r, "rate")
	if made, err := m.shop.CreateRefund(m.t.Context(), &pb.CreateRefundRequest{Refund: r}); err == nil {
		m.refunds = append(m.refunds, made.GetId())
	}
}

func (m *life) undoOne() {
	_, _ = m.shop.UndoAllocation(m.t.Context(), &pb.UndoAllocationRequest{AllocationId: pick(m, m.allocations),
		Date: m.day()})
}

func (m *life) voidRefundOne() {
	_, _ = m.shop.VoidRefund(m.t.Context(), &pb.VoidRefundRequest{RefundId: pick(m, m.refunds), Date: m.day()})
}

func (m *life) voidPaymentOne() {
	_, _ = m.shop.VoidPayment(m.t.Context(), &pb.VoidPaymentRequest{PaymentId: pick(m, m.payments), Date: m.day()})
}

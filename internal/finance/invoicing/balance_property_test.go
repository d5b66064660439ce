package invoicing_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
)

// TestBooksAgreeWithReceivables issues, pays, allocates, credits, writes off, voids and undoes at
// random, in two currencies and on random days. After each sequence the accounts of receivables and
// credits equal the open amounts, on every day.
func TestBooksAgreeWithReceivables(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.dunDaily(t)
	term := must(pb.NewCatalogServiceClient(s).CreatePaymentTerm(t.Context(), &pb.CreatePaymentTermRequest{
		PaymentTerm: &pb.PaymentTerm{DisplayName: "2 % within 5 days", Due: &pb.PaymentTerm_DueRule{
			Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 6},
			Discount: &pb.PaymentTerm_Discount{Percent: "2", Days: 5}}}))(t)
	rapid.Check(t, func(r *rapid.T) {
		m := &life{shop: s, t: t, r: r, term: term.GetId()}
		for range rapid.IntRange(3, 12).Draw(r, "steps") {
			rapid.SampledFrom([]func(){m.issueOne, m.issueOne, m.payOne, m.payOne, m.allocateOne, m.undoOne, m.creditOne,
				m.writeOffOne, m.voidOne, m.voidPaymentOne, m.dunOne, m.voidNoticeOne}).Draw(r, "step")()
		}
	})
	notices := must(pb.NewDunningServiceClient(s).ListDunningNotices(t.Context(), &pb.ListDunningNoticesRequest{}))(t)
	if len(notices.GetDunningNotices()) == 0 {
		t.Error("no notice was sent")
	}
	s.wantSound(t)
	s.wantBalances(t)
}

// life is a random sequence of sales. Steps that the server refuses change nothing.
type life struct {
	shop *shop
	t    *testing.T
	r    *rapid.T
	term string
	// charges are the receivables of notices.
	invoices, payments, allocations, notices, charges []string
}

// dunDaily adds a policy with fees and interest, and the rates of their currencies.
func (s *shop) dunDaily(t *testing.T) {
	p := &pb.DunningPolicy{DisplayName: "Standard", DefaultPolicy: true,
		InterestRates: []*pb.DunningPolicy_InterestRate{{Percent: "9.5"}}}
	for _, days := range []int32{1, 4, 9, 15} {
		p.Steps = append(p.Steps, &pb.DunningPolicy_Step{Days: days, DisplayName: fmt.Sprint(days), ChargeInterest: true,
			Fees: []*typepb.Money{usd("5.00"), {Amount: "4.00", CurrencyCode: "EUR"}}})
	}
	must(pb.NewDunningServiceClient(s).CreateDunningPolicy(t.Context(),
		&pb.CreateDunningPolicyRequest{DunningPolicy: p}))(t)
	for day := 1; day < 29; day += 5 {
		must(s.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
			Date: fmt.Sprintf("2027-01-%02d", day), FromCurrencyCode: "EUR", ToCurrencyCode: "USD",
			Rate: fmt.Sprintf("1.%02d", day)}}))(t)
	}
}

// dunOne sends the notices of a day.
func (m *life) dunOne() {
	made, err := pb.NewDunningServiceClient(m.shop).RunDunning(m.t.Context(), &pb.RunDunningRequest{RunDate: m.day()})
	if err != nil {
		return
	}
	for _, n := range made.GetNotices() {
		m.notices = append(m.notices, n.GetId())
		if n.GetReceivableId() != "" {
			m.charges = append(m.charges, n.GetReceivableId())
		}
	}
}

func (m *life) voidNoticeOne() {
	_, _ = pb.NewDunningServiceClient(m.shop).VoidDunningNotice(m.t.Context(),
		&pb.VoidDunningNoticeRequest{DunningNoticeId: m.pick(m.notices), Date: m.day(), Reason: "Mistake"})
}

func (m *life) day() string {
	return fmt.Sprintf("2027-01-%02d", rapid.IntRange(1, 28).Draw(m.r, "day"))
}

func (m *life) amount() string {
	return fmt.Sprintf("%d.%02d", rapid.IntRange(0, 300).Draw(m.r, "units"), rapid.IntRange(1, 99).Draw(m.r, "cents"))
}

func (m *life) pick(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return rapid.SampledFrom(list).Draw(m.r, "record")
}

func (m *life) issueOne() {
	i := &pb.Invoice{CustomerId: m.shop.customer, IssueDate: m.day(), PaymentTermId: m.term,
		Lines: []*pb.DocumentLine{m.shop.line(m.amount()), m.shop.line(m.amount())}}
	if rapid.Bool().Draw(m.r, "foreign") {
		i.CurrencyCode = "EUR"
		i.ExchangeRate = rapid.SampledFrom([]string{"1.0842", "1.1337", "0.97"}).Draw(m.r, "rate")
	}
	d := must(m.shop.CreateInvoice(m.t.Context(), &pb.CreateInvoiceRequest{Invoice: i}))(m.t)
	must(m.shop.IssueInvoice(m.t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId()}))(m.t)
	m.invoices = append(m.invoices, d.GetId())
}

func (m *life) payOne() {
	p := &pb.Payment{CustomerId: m.shop.customer, Date: m.day(), AccountId: m.shop.accounts["1000"],
		Amount: &typepb.Money{Amount: m.amount(), CurrencyCode: "USD"}}
	if rapid.Bool().Draw(m.r, "foreign") {
		p.Amount.CurrencyCode = "EUR"
		p.ExchangeRate = rapid.SampledFrom([]string{"1.0911", "1.2", "0.9013"}).Draw(m.r, "rate")
	}
	if key := m.pick(append(m.charges, m.invoices...)); key != "" && rapid.Bool().Draw(m.r, "allocated") {
		p.Allocations = append(p.Allocations, &pb.Payment_NewAllocation{ReceivableId: key,
			TakeDiscount: rapid.Bool().Draw(m.r, "discount"), ClearDifference: rapid.Bool().Draw(m.r, "clear"),
			DiscountReason: "Agreed"})
	}
	if made, err := m.shop.CreatePayment(m.t.Context(), &pb.CreatePaymentRequest{Payment: p}); err == nil {
		m.payments = append(m.payments, made.GetId())
	}
}

func (m *life) allocateOne() {
	a, err := m.shop.CreateAllocation(m.t.Context(), &pb.CreateAllocationRequest{Allocation: &pb.Allocation{
		CustomerCreditId: m.pick(m.payments), ReceivableId: m.pick(m.invoices), Date: m.day()}})
	if err == nil {
		m.allocations = append(m.allocations, a.GetId())
	}
}

func (m *life) undoOne() {
	_, _ = m.shop.UndoAllocation(m.t.Context(), &pb.UndoAllocationRequest{AllocationId: m.pick(m.allocations),
		Date: m.day()})
}

func (m *life) creditOne() {
	n := &pb.CreditNote{InvoiceId: m.pick(m.invoices), IssueDate: m.day(),
		KeepAsCredit: rapid.Bool().Draw(m.r, "kept")}
	if i, err := m.shop.GetInvoice(m.t.Context(), &pb.GetInvoiceRequest{InvoiceId: n.InvoiceId}); err == nil {
		n.Lines = []*pb.CreditNote_Line{{InvoiceLineId: i.GetLines()[0].GetId(), Quantity: "0.3"}}
	}
	if made, err := m.shop.CreateCreditNote(m.t.Context(), &pb.CreateCreditNoteRequest{CreditNote: n}); err == nil {
		m.payments = append(m.payments, made.GetId())
	}
}

func (m *life) writeOffOne() {
	_, _ = m.shop.WriteOffInvoice(m.t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: m.pick(m.invoices), Date: m.day()})
}

func (m *life) voidOne() {
	_, _ = m.shop.VoidInvoice(m.t.Context(), &pb.VoidInvoiceRequest{InvoiceId: m.pick(m.invoices), Date: m.day()})
}

func (m *life) voidPaymentOne() {
	_, _ = m.shop.VoidPayment(m.t.Context(), &pb.VoidPaymentRequest{PaymentId: m.pick(m.payments), Date: m.day()})
}

// wantBalances compares the balance of receivables with the open amounts, and the balance of
// credits.
func (s *shop) wantBalances(t testing.TB) {
	t.Helper()
	var owed, left decimalSum
	for token := ""; ; {
		page := must(s.ListReceivables(t.Context(), &pb.ListReceivablesRequest{PageSize: 500, PageToken: token}))(t)
		for _, r := range page.GetReceivables() {
			owed.add(t, r.GetOpenBaseAmount())
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	for token := ""; ; {
		page := must(s.ListCustomerCredits(t.Context(), &pb.ListCustomerCreditsRequest{PageSize: 500, PageToken: token}))(t)
		for _, c := range page.GetCustomerCredits() {
			left.add(t, c.GetOpenBaseAmount())
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	for code, want := range map[string]int64{"1200": owed.minor, "2400": -left.minor} {
		if got := s.balance(t, code); got != want {
			t.Errorf("account %s has %d, the records %d", code, got, want)
		}
		sign, running := int64(1), int64(0)
		if code == "2400" {
			sign = -1
		}
		days := s.balanceByDay(t, code)
		for _, day := range slices.Sorted(maps.Keys(days)) {
			if running += sign * days[day]; running < 0 {
				t.Errorf("account %s is below zero on %s", code, day)
			}
			_, report := s.age(t, &pb.GetAgedReceivablesRequest{AsOf: day})
			aged := report.GetTotal()
			if code == "2400" {
				aged = report.GetCredit()
			}
			if minor := must(money.Parse(aged.GetAmount(), aged.GetCurrencyCode()))(t); minor != running {
				t.Errorf("account %s has %d on %s, the aging %d", code, running, day, minor)
			}
		}
	}
}

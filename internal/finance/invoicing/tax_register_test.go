package invoicing_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// TestTaxRegisterAgreesWithLedger sells, credits, discounts, writes off, voids and undoes at
// random. On every day the register has what the ledger has on each account of taxes.
func TestTaxRegisterAgreesWithLedger(t *testing.T) {
	t.Parallel()
	s := openTaxedShop(t)
	rapid.Check(t, func(r *rapid.T) {
		m := &life{shop: s.shop, t: t, r: r}
		for range rapid.IntRange(3, 12).Draw(r, "steps") {
			rapid.SampledFrom([]func(){func() { s.issueOne(m) }, func() { s.issueOne(m) }, func() { s.payOne(m) },
				func() { s.payOne(m) }, m.allocateOne, m.undoOne, m.creditOne, m.writeOffOne, m.voidOne,
				m.voidPaymentOne}).Draw(r, "step")()
		}
	})
	s.wantSound(t)
	s.wantRegister(t)
}

// TestReductionsReduceTaxableAmounts takes a discount of 2 % and undoes it, and writes off what a
// credit note leaves of another invoice. Exempt sales are reduced as well.
func TestReductionsReduceTaxableAmounts(t *testing.T) {
	t.Parallel()
	s := openTaxedShop(t)
	exempt := s.newExemptCode(t)
	lines := []*pb.DocumentLine{s.line("1000"), {Description: "Lesson", UnitPrice: "500", TaxCodeId: exempt}}
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05", PaymentTermId: s.term}, lines...)
	must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: s.customer,
		Date: "2027-01-10", Amount: usd("1656.20"), AccountId: s.accounts["1000"],
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: i.GetId(), TakeDiscount: true}}}}))(t)
	a := must(s.ListAllocations(t.Context(), &pb.ListAllocationsRequest{}))(t).GetAllocations()[0]
	must(s.UndoAllocation(t.Context(), &pb.UndoAllocationRequest{AllocationId: a.GetId(), Date: "2027-01-12"}))(t)
	s.wantRecorded(t, i.GetId(),
		"DOCUMENT 2027-01-05 100000 19000", "DOCUMENT 2027-01-05 50000 0",
		"REDUCTION 2027-01-10 -2000 -380", "REDUCTION 2027-01-10 -1000 0",
		"REVERSAL 2027-01-12 2000 380", "REVERSAL 2027-01-12 1000 0")

	other := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, lines...)
	n := must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
		InvoiceId: other.GetId(), IssueDate: "2027-01-08",
		Lines: []*pb.CreditNote_Line{{InvoiceLineId: other.GetLines()[0].GetId(), Amount: usd("400")}}}}))(t)
	must(s.WriteOffInvoice(t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: other.GetId(), Date: "2027-01-14"}))(t)
	s.wantRecorded(t, n.GetId(), "DOCUMENT 2027-01-08 -40000 -7600")
	s.wantRecorded(t, other.GetId(), "DOCUMENT 2027-01-05 100000 19000", "DOCUMENT 2027-01-05 50000 0",
		"REDUCTION 2027-01-14 -60000 -11400", "REDUCTION 2027-01-14 -50000 0")
}

// newExemptCode returns the code of a rate without components.
func (s *taxedShop) newExemptCode(t testing.TB) string {
	t.Helper()
	taxes := pb.NewTaxServiceClient(s)
	rate := must(taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{
		DisplayName: "Lessons", Kind: pb.TaxRate_EXEMPT}}))(t)
	return must(taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{Code: "LESSON",
		DisplayName: "Lessons", SalesTaxRateId: rate.GetId(), Category: pb.TaxCode_E}}))(t).GetId()
}

// wantRecorded checks what the register has of a document: cause, date, taxable amount and tax.
func (s *shop) wantRecorded(t testing.TB, documentID string, want ...string) {
	t.Helper()
	var got []string
	for _, a := range s.recorded(t) {
		if a.DocumentID == documentID {
			got = append(got, fmt.Sprintf("%s %s %d %d", a.Cause, a.Date, a.Taxable, a.Tax))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the register has %q, want %q", got, want)
	}
}

// taxedShop is a shop with tax codes of several kinds, and a discount of 2 % for fast payers.
type taxedShop struct {
	*shop
	codes []string
	term  string
}

// openTaxedShop opens a shop with taxes on three accounts.
func openTaxedShop(t testing.TB) *taxedShop {
	t.Helper()
	s := &taxedShop{shop: openShop(t)}
	taxes := pb.NewTaxServiceClient(s)
	agency := must(taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "Revenue"}}))(t).GetId()
	province := must(s.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: &pb.Account{
		Code: "2210", DisplayName: "Provincial tax", Type: pb.Account_LIABILITY,
		Subtype: pb.Account_TAX_PAYABLE}}))(t)
	withheld := must(s.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: &pb.Account{
		Code: "2220", DisplayName: "Tax withheld by customers", Type: pb.Account_LIABILITY,
		Subtype: pb.Account_TAX_PAYABLE}}))(t)
	component := func(name, percent, account string) *pb.TaxRate_Component {
		return &pb.TaxRate_Component{DisplayName: name, TaxAgencyId: agency, AccountId: account,
			Spans: []*pb.TaxRate_Span{{Percent: percent}}}
	}
	for name, rate := range map[string]*pb.TaxRate{
		"TWO": {Components: []*pb.TaxRate_Component{component("GST", "5", ""),
			component("QST", "9.975", province.GetId())}},
		"RED":     {Kind: pb.TaxRate_REDUCED, Components: []*pb.TaxRate_Component{component("VAT", "7", "")}},
		"ZERO":    {Kind: pb.TaxRate_ZERO, Components: []*pb.TaxRate_Component{component("VAT", "0", "")}},
		"EXEMPT":  {Kind: pb.TaxRate_EXEMPT},
		"REVERSE": {Kind: pb.TaxRate_REVERSE_CHARGE, Components: []*pb.TaxRate_Component{component("VAT", "19", "")}},
		"KEPT": {Kind: pb.TaxRate_WITHHOLDING,
			Components: []*pb.TaxRate_Component{component("Withholding", "15", withheld.GetId())}},
	} {
		rate.DisplayName = name
		made := must(taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: rate}))(t)
		s.codes = append(s.codes, must(taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{
			Code: name, DisplayName: name, SalesTaxRateId: made.GetId()}}))(t).GetId())
	}
	s.codes = append(s.codes, s.vat, "")
	slices.Sort(s.codes)
	s.term = must(pb.NewCatalogServiceClient(s).CreatePaymentTerm(t.Context(), &pb.CreatePaymentTermRequest{
		PaymentTerm: &pb.PaymentTerm{DisplayName: "2/10 net 30 days", Due: &pb.PaymentTerm_DueRule{
			Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: 30},
			Discount: &pb.PaymentTerm_Discount{Percent: "2", Days: 10}}}))(t).GetId()
	return s
}

// issueOne issues an invoice with random taxes.
func (s *taxedShop) issueOne(m *life) {
	i := &pb.Invoice{CustomerId: s.customer, IssueDate: m.day(), PaymentTermId: s.term}
	for range rapid.IntRange(1, 4).Draw(m.r, "lines") {
		i.Lines = append(i.Lines, &pb.DocumentLine{Description: "Consulting", UnitPrice: m.amount(),
			TaxCodeId: rapid.SampledFrom(s.codes).Draw(m.r, "code")})
	}
	i.PriceMode = rapid.SampledFrom([]pb.TaxCalculation_Mode{pb.TaxCalculation_EXCLUSIVE, pb.TaxCalculation_INCLUSIVE,
		pb.TaxCalculation_NO_TAX}).Draw(m.r, "mode")
	if rapid.Bool().Draw(m.r, "foreign") {
		i.CurrencyCode = "EUR"
		i.ExchangeRate = rapid.SampledFrom([]string{"1.0842", "1.1337", "0.97"}).Draw(m.r, "rate")
	}
	d := must(s.CreateInvoice(m.t.Context(), &pb.CreateInvoiceRequest{Invoice: i}))(m.t)
	must(s.IssueInvoice(m.t.Context(), &pb.IssueInvoiceRequest{InvoiceId: d.GetId()}))(m.t)
	m.invoices = append(m.invoices, d.GetId())
}

// payOne pays an invoice in part or as a whole, with the discount or without.
func (s *taxedShop) payOne(m *life) {
	key := m.pick(m.invoices)
	if key == "" {
		return
	}
	open := s.invoice(m.t, key).GetOpenAmount()
	p := &pb.Payment{CustomerId: s.customer, Date: m.day(), AccountId: s.accounts["1000"], Amount: open,
		Allocations: []*pb.Payment_NewAllocation{{ReceivableId: key, DiscountReason: "Loyalty",
			TakeDiscount: rapid.Bool().Draw(m.r, "discount")}}}
	if minor := must(money.Parse(open.GetAmount(), open.GetCurrencyCode()))(m.t); rapid.Bool().Draw(m.r, "part") {
		p.Amount = money.ToProto(minor*rapid.Int64Range(1, 99).Draw(m.r, "percent")/100, open.GetCurrencyCode())
	}
	if open.GetCurrencyCode() == "EUR" {
		p.ExchangeRate = rapid.SampledFrom([]string{"1.0911", "1.2", "0.9013"}).Draw(m.r, "rate")
	}
	if made, err := s.CreatePayment(m.t.Context(), &pb.CreatePaymentRequest{Payment: p}); err == nil {
		m.payments = append(m.payments, made.GetId())
		list := must(s.ListAllocations(m.t.Context(), &pb.ListAllocationsRequest{OrderBy: "date desc"}))(m.t)
		for _, a := range list.GetAllocations() {
			m.allocations = append(m.allocations, a.GetId())
		}
	}
}

// recorded returns the register of an organization.
func (s *shop) recorded(t testing.TB) []tax.Amount {
	t.Helper()
	c := must(s.App.Identity.SystemCall(t.Context(), must(id.Parse("org", s.Organization.Organization.GetId()))(t)))(t)
	d, _ := apptest.Databases(t)
	type amounts struct{ list []tax.Amount }
	read := must(db.Read(call.With(t.Context(), c), d, func(ctx context.Context, tx *db.Tx) (a amounts, err error) {
		keys, err := db.CollectColumn[string](ctx, tx,
			"select distinct document_id from finance.tax_amounts where org_id = $1", c.Organization.ID)
		for _, key := range keys {
			of, failed := tax.RecordedOf(ctx, tx, key)
			a.list, err = append(a.list, of...), errors.Join(err, failed)
		}
		return a, err
	}))(t)
	return read.list
}

// wantRegister compares the register with the balances of the accounts of taxes by day.
func (s *shop) wantRegister(t testing.TB) {
	t.Helper()
	s.readAccounts(t)
	recorded := map[string]map[string]int64{}
	for _, a := range s.recorded(t) {
		if a.Effect == pb.TaxRate_REVERSE_CHARGED || a.AccountID == "" {
			continue
		}
		if recorded[a.AccountID] == nil {
			recorded[a.AccountID] = map[string]int64{}
		}
		sign := int64(1)
		if a.Effect == pb.TaxRate_WITHHELD {
			sign = -1
		}
		recorded[a.AccountID][a.Date] += sign * a.BaseTax
	}
	for _, code := range []string{"2200", "2210", "2220"} {
		posted, amounts := s.balanceByDay(t, code), recorded[s.accounts[code]]
		if len(amounts) == 0 {
			t.Errorf("the register has nothing on account %s", code)
		}
		for _, day := range slices.Sorted(maps.Keys(posted)) {
			if posted[day] != -amounts[day] {
				t.Errorf("account %s has %d on %s, the register %d", code, -posted[day], day, amounts[day])
			}
			delete(amounts, day)
		}
		for day, minor := range amounts {
			if minor != 0 {
				t.Errorf("account %s has nothing on %s, the register %d", code, day, minor)
			}
		}
	}
}

package taxreturns_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestReversalUndoesTaxes reverses an entry, its reversal, and an accrual.
func TestReversalUndoesTaxes(t *testing.T) {
	t.Parallel()
	b := openBooks(t)
	e := b.post(t, &pb.JournalEntry{Lines: []*pb.JournalLine{b.at("BANK", "-120", ""), b.at("OPERATING_EXPENSE", "100",
		"HALF"), b.at("BANK", "0.01", ""), b.at("SALES", "-0.01", "NONE")}})
	r := b.reverse(t, e.GetId(), "2027-02-01")
	if got := b.describe(r); !slices.Equal(got, []string{"BANK 120.00", "OPERATING_EXPENSE -100.00", "BANK -0.01",
		"SALES 0.01", "TAX -10.00 +", "OPERATING_EXPENSE -10.00 +"}) {
		t.Errorf("the reversal has %q", got)
	}
	want := []string{"PURCHASES HALF20 100.00 20.00", "SALES NONE0 0.01 0.00", "PURCHASES HALF20 -100.00 -20.00",
		"SALES NONE0 -0.01 0.00"}
	if got := b.taxesOf(t, e.GetId()); !slices.Equal(got, want) {
		t.Errorf("the register has %q, want %q", got, want)
	}
	b.checkTaxAccount(t)
	b.reverse(t, r.GetId(), "2027-03-01")
	if got := b.taxesOf(t, e.GetId()); !slices.Equal(got, append(want, want[0], want[1])) {
		t.Errorf("after reversing the reversal the register has %q", got)
	}
	b.checkTaxAccount(t)
	accrual := b.post(t, &pb.JournalEntry{Date: "2027-01-31", ReverseDate: "2027-02-01",
		Lines: []*pb.JournalLine{b.at("BANK", "-12", ""), b.at("OPERATING_EXPENSE", "10", "GB-STD")}})
	rows := b.register(t, &pb.GetTaxRegisterRequest{StartDate: "2027-01-01", EndDate: "2027-12-31",
		DocumentId: accrual.GetId(), Basis: pb.TaxAgency_CASH})
	if len(rows) != 2 || rows[1].GetDate() != "2027-02-01" || rows[1].GetCause() != pb.TaxAmount_REVERSAL ||
		rows[1].GetJournalEntryId() != accrual.GetReversedById() || rows[1].GetBaseTaxAmount().GetAmount() != "-2.00" {
		t.Errorf("the register has %v of an accrual", rows)
	}
	b.checkTaxAccount(t)
}

// TestReversalKeepsAgency reverses an entry with a code without components after the agency of its
// country has changed: what is undone is what was recorded.
func TestReversalKeepsAgency(t *testing.T) {
	t.Parallel()
	b := openBooks(t)
	e := b.post(t, &pb.JournalEntry{Lines: []*pb.JournalLine{b.at("BANK", "50", ""), b.at("SALES", "-50", "NONE")}})
	must(b.taxes.ArchiveTaxAgency(t.Context(), &pb.ArchiveTaxAgencyRequest{TaxAgencyId: b.agency.GetId()}))(t)
	must(b.taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{TaxAgency: &pb.TaxAgency{
		DisplayName: "Another", RegionCode: "GB"}}))(t)
	b.reverse(t, e.GetId(), "2027-02-01")
	rows := b.register(t, &pb.GetTaxRegisterRequest{StartDate: "2027-01-01", EndDate: "2027-12-31", DocumentId: e.GetId()})
	if len(rows) != 2 || rows[1].GetTaxAgencyId() != b.agency.GetId() {
		t.Errorf("got %v, want the agency %s in both", rows, b.agency.GetId())
	}
}

// TestDraftIsTaxedWhenPosted keeps a draft as it was entered, and taxes it when it is posted.
func TestDraftIsTaxedWhenPosted(t *testing.T) {
	t.Parallel()
	b := openBooks(t)
	entered := &pb.JournalEntry{Date: "2027-01-10", PriceMode: pb.TaxCalculation_INCLUSIVE, Lines: []*pb.JournalLine{
		b.at("BANK", "0.03", ""), b.at("SALES", "-0.03", "GB-STD")}}
	d := must(b.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: entered,
		Draft: true}))(t)
	if got := b.describe(d); !slices.Equal(got, []string{"BANK 0.03", "SALES -0.03"}) ||
		d.GetPriceMode() != pb.TaxCalculation_INCLUSIVE {
		t.Errorf("the draft has %q, %s", got, d.GetPriceMode())
	}
	again := must(b.ledger.UpdateJournalEntry(t.Context(), &pb.UpdateJournalEntryRequest{JournalEntryId: d.GetId(),
		JournalEntry: proto.CloneOf(d), UpdateMask: mask("lines", "price_mode")}))(t)
	if !slices.Equal(b.describe(again), b.describe(d)) || len(b.taxesOf(t, d.GetId())) != 0 {
		t.Errorf("the updated draft has %q", b.describe(again))
	}
	posted := must(b.ledger.PostJournalEntry(t.Context(), &pb.PostJournalEntryRequest{JournalEntryId: d.GetId(),
		Etag: again.GetEtag()}))(t)
	if got := b.describe(posted); !slices.Equal(got, []string{"BANK 0.03", "SALES -0.02", "TAX -0.01 +"}) {
		t.Errorf("the posted entry has %q", got)
	}
	if got := b.taxesOf(t, d.GetId()); !slices.Equal(got, []string{"SALES GB-STD20 0.02 0.01"}) {
		t.Errorf("the register has %q", got)
	}
	b.checkTaxAccount(t)
}

// TestForeignEntryIsTaxed converts the taxes with the entry.
func TestForeignEntryIsTaxed(t *testing.T) {
	t.Parallel()
	b := openBooks(t)
	eur := func(l *pb.JournalLine) *pb.JournalLine {
		l.Amount.CurrencyCode = "EUR"
		return l
	}
	e := b.post(t, &pb.JournalEntry{CurrencyCode: "EUR", ExchangeRate: "0.85", Lines: []*pb.JournalLine{
		eur(b.at("BANK", "-144", "")), eur(b.at("OPERATING_EXPENSE", "120", "HALF")), eur(b.at("BANK", "-100", "")),
		eur(b.at("OPERATING_EXPENSE", "100", "ABROAD")), eur(b.at("BANK", "121", "")),
		eur(b.at("SALES", "-100", "COMPOUND"))}})
	want := []string{"PURCHASES HALF20 102.00 20.40", "PURCHASES ABROAD20 85.00 17.00", "SALES COMPOUND10 85.00 8.50",
		"SALES COMPOUND10 93.50 9.35"}
	got := b.taxesOf(t, e.GetId())
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("the register has %q, want %q; the entry %v", got, want, e)
	}
	b.checkTaxAccount(t)
	b.post(t, &pb.JournalEntry{Lines: []*pb.JournalLine{b.at("BANK", "-102", ""), {
		AccountId: b.accounts["OPERATING_EXPENSE"], Amount: eur(b.at("BANK", "100", "")).Amount, BaseAmount: gbp("85"),
		TaxCodeId: b.codes["GB-STD"]}}})
	b.checkTaxAccount(t)
}

// TestTaxKeepsDimensionValues puts the values of a line on what is not recovered of its tax, but
// not on the tax.
func TestTaxKeepsDimensionValues(t *testing.T) {
	t.Parallel()
	b := openBooks(t)
	d := must(b.ledger.CreateDimension(t.Context(), &pb.CreateDimensionRequest{Dimension: &pb.Dimension{
		DisplayName: "Place"}}))(t)
	v := must(b.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
		DimensionValue: &pb.DimensionValue{DimensionId: d.GetId(), DisplayName: "North"}}))(t)
	line := b.at("OPERATING_EXPENSE", "100", "HALF")
	line.DimensionValueIds, line.Memo = []string{v.GetId()}, "Fuel"
	e := b.post(t, &pb.JournalEntry{Lines: []*pb.JournalLine{line, b.at("BANK", "-120", "")}})
	for i, want := range []int{1, 0, 0, 1} {
		if got := len(e.GetLines()[i].GetDimensionValueIds()); got != want {
			t.Errorf("line %d has %d values, want %d", i, got, want)
		}
	}
	if e.GetLines()[3].GetMemo() != "Fuel" || e.GetLines()[2].GetMemo() != "Half" {
		t.Errorf("got the memos %q and %q", e.GetLines()[3].GetMemo(), e.GetLines()[2].GetMemo())
	}
}

// TestTaxCodesOfLinesAreRefused refuses codes that cannot be used, at their fields, and registers
// nothing.
func TestTaxCodesOfLinesAreRefused(t *testing.T) {
	t.Parallel()
	b := openBooks(t)
	must(b.taxes.ArchiveTaxCode(t.Context(), &pb.ArchiveTaxCodeRequest{TaxCodeId: b.codes["GB-RED"]}))(t)
	withUnknown := b.at("SALES", "-100", "")
	withUnknown.TaxCodeId = "txk_01k9zzzzzzzzzzzzzzzzzzzzzz"
	withBase := b.at("SALES", "-100", "GB-STD")
	withBase.Amount.CurrencyCode, withBase.BaseAmount = "EUR", gbp("-85")
	onTax := b.at("SALES", "-100", "GB-STD")
	onTax.AccountId = b.agency.GetAccountId()
	inclusive := pb.TaxCalculation_INCLUSIVE
	for name, c := range map[string]struct {
		mode   pb.TaxCalculation_Mode
		line   *pb.JournalLine
		reason optionsv1.Reason
		field  string
	}{
		"rejects an unknown code": {0, withUnknown, optionsv1.Reason_REFERENCE_NOT_FOUND, "lines[1].taxCodeId"},
		"rejects an archived code": {0, b.at("SALES", "-1", "GB-RED"), optionsv1.Reason_REFERENCE_ARCHIVED,
			"lines[1].taxCodeId"},
		"rejects a code before its rate": {0, b.at("SALES", "-1", "LATER"), optionsv1.Reason_TAX_RATE_NOT_VALID,
			"lines[1].taxCodeId"},
		"rejects a base amount that includes tax": {inclusive, withBase, optionsv1.Reason_FIELDS_INVALID,
			"lines[1].baseAmount"},
		"rejects the account of the tax": {0, onTax, optionsv1.Reason_TAX_CODE_NOT_FOR_USE, "lines[1].taxCodeId"},
		"rejects NO_TAX": {pb.TaxCalculation_NO_TAX, b.at("SALES", "-100", ""), optionsv1.Reason_FIELDS_INVALID,
			"priceMode"},
		"rejects an amount that leaves out the tax": {0, b.at("SALES", "-100", "GB-STD"),
			optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED, "lines"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.create(t, &pb.JournalEntry{PriceMode: c.mode,
				Lines: []*pb.JournalLine{b.at("BANK", "100", ""), c.line}})
			if apptest.Reason(err) != c.reason || !slices.Contains(apptest.Fields(err), c.field) {
				t.Errorf("got %v at %q, want %s at %s", err, apptest.Fields(err), c.reason, c.field)
			}
		})
	}
	if _, err := b.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{Draft: true,
		JournalEntry: &pb.JournalEntry{Date: "2027-01-10", Lines: []*pb.JournalLine{withUnknown}}},
	); !slices.Contains(apptest.Fields(err), "lines[0].taxCodeId") {
		t.Errorf("a draft with an unknown code: got %v", err)
	}
	b.post(t, &pb.JournalEntry{Lines: []*pb.JournalLine{b.at("BANK", "1", ""), b.at("SALES", "-1", "")}})
	period := must(b.ledger.ListAccountingPeriods(t.Context(), &pb.ListAccountingPeriodsRequest{
		Filter: `start_date <= "2027-01-10" AND end_date >= "2027-01-10"`}))(t).GetAccountingPeriods()[0]
	must(b.ledger.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: period.GetId(), Etag: period.GetEtag(), Reason: "Test", IncludeEarlier: true}))(t)
	_, err := b.create(t, &pb.JournalEntry{Lines: []*pb.JournalLine{b.at("BANK", "120", ""),
		b.at("SALES", "-100", "GB-STD")}})
	if apptest.Reason(err) != optionsv1.Reason_PERIOD_CLOSED {
		t.Errorf("posting in a closed period: got %v, want PERIOD_CLOSED", err)
	}
	rows := b.register(t, &pb.GetTaxRegisterRequest{StartDate: "2000-01-01", EndDate: "2027-12-31"})
	if len(rows) != 0 {
		t.Errorf("the register has %v", rows)
	}
}

// TestReturnHasTaxesOfJournal fills boxes of sales and purchases from journal entries, on both
// bases.
func TestReturnHasTaxesOfJournal(t *testing.T) {
	t.Parallel()
	b := openBooks(t)
	e := b.post(t, &pb.JournalEntry{Reference: "R-1", Lines: []*pb.JournalLine{b.at("BANK", "-120", ""),
		b.at("OPERATING_EXPENSE", "100", "GB-STD"), b.at("BANK", "600", ""), b.at("SALES", "-500", "GB-STD")}})
	r := b.createReturn(t, "2027-01-01")
	wantBoxes(t, r, "1 100.00", "3 100.00", "4 20.00", "5 80.00", "6 500.00", "7 100.00")
	if got := b.returnRegister(t, r, "4"); !slices.Equal(got, []string{"R-1 100.00 20.00"}) {
		t.Errorf("box 4 has %q", got)
	}
	for _, basis := range []pb.TaxAgency_FilingBasis{pb.TaxAgency_ACCRUAL, pb.TaxAgency_CASH} {
		rows := b.summary(t, &pb.GetTaxSummaryRequest{StartDate: "2027-01-01", EndDate: "2027-01-31", Basis: basis})
		if want := []string{"SALES VAT 20% 500.00 100.00 GB-STD:100.00", "PURCHASES VAT 20% 100.00 20.00 GB-STD:20.00",
			"HM Revenue & Customs 100.00-20.00-0.00=80.00"}; !slices.Equal(rows, want) {
			t.Errorf("%s: got %q, want %q", basis, rows, want)
		}
	}
	b.reverse(t, e.GetId(), "2027-01-20")
	prepared := must(b.PrepareTaxReturn(t.Context(), &pb.PrepareTaxReturnRequest{TaxReturnId: r.GetId()}))(t)
	wantBoxes(t, prepared)
}

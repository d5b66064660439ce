package taxreturns_test

import (
	"fmt"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// books are a shop that posts journal entries.
type books struct {
	*shop
	ledger pb.LedgerServiceClient
	// accounts are its accounts by subtype, and names the subtypes by account.
	accounts, names map[string]string
	// components are the names of the components of its rates.
	components map[string]string
}

func openBooks(t testing.TB) *books {
	t.Helper()
	s := openShop(t)
	b := &books{shop: s, ledger: pb.NewLedgerServiceClient(s), accounts: map[string]string{"BANK": s.bank},
		names: map[string]string{s.bank: "BANK"}, components: map[string]string{}}
	list := must(b.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500}))(t)
	for _, a := range list.GetAccounts() {
		if _, known := b.accounts[a.GetSubtype().String()]; !known || a.GetId() == s.agency.GetAccountId() {
			b.accounts[a.GetSubtype().String()] = a.GetId()
		}
	}
	for subtype, a := range b.accounts {
		b.names[a] = subtype
	}
	b.names[s.agency.GetAccountId()] = "TAX"
	b.addCode(t, "QC", pb.TaxCode_BOTH, component("GST", "5", "100"), component("QST", "9.975", "100"))
	b.addCode(t, "HALF", pb.TaxCode_BOTH, component("Half", "20", "50"))
	withheld := component("IRPF", "15", "100")
	withheld.Effect = pb.TaxRate_WITHHELD
	b.addCode(t, "WITHHELD", pb.TaxCode_BOTH, withheld)
	compound := component("On top", "10", "100")
	compound.Compound = true
	b.addCode(t, "COMPOUND", pb.TaxCode_SALES, component("First", "10", "100"), compound)
	later := component("Later", "3", "100")
	later.Spans[0].StartDate = "2027-06-01"
	b.addCode(t, "LATER", pb.TaxCode_SALES, later)
	b.addCode(t, "NONE", pb.TaxCode_SALES)
	abroad := component("Abroad", "20", "50")
	abroad.Effect = pb.TaxRate_REVERSE_CHARGED
	b.addCode(t, "ABROAD", pb.TaxCode_PURCHASES, abroad)
	return b
}

func component(name, percent, recoverable string) *pb.TaxRate_Component {
	return &pb.TaxRate_Component{DisplayName: name, RecoverablePercent: recoverable,
		Spans: []*pb.TaxRate_Span{{Percent: percent, StartDate: "2000-01-01"}}}
}

// addCode adds a tax code for a rate with components, which has the kind EXEMPT without any.
func (b *books) addCode(t testing.TB, code string, use pb.TaxCode_Use, components ...*pb.TaxRate_Component) {
	t.Helper()
	r := &pb.TaxRate{DisplayName: code, Kind: pb.TaxRate_EXEMPT, Components: components}
	for _, c := range components {
		c.TaxAgencyId, r.Kind = b.agency.GetId(), pb.TaxRate_STANDARD
	}
	r = must(b.taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: r}))(t)
	c := &pb.TaxCode{Code: code, DisplayName: code, RegionCode: "GB"}
	if use != pb.TaxCode_PURCHASES {
		c.SalesTaxRateId = r.GetId()
	}
	if use != pb.TaxCode_SALES {
		c.PurchaseTaxRateId = r.GetId()
	}
	b.codes[code] = must(b.taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: c}))(t).GetId()
}

// at returns a line of an entry on the account of a subtype.
func (b *books) at(subtype, amount, code string) *pb.JournalLine {
	return &pb.JournalLine{AccountId: b.accounts[subtype], Amount: gbp(amount), TaxCodeId: b.codes[code]}
}

func (b *books) create(t testing.TB, e *pb.JournalEntry) (*pb.JournalEntry, error) {
	t.Helper()
	if e.Date == "" {
		e.Date = "2027-01-10"
	}
	return b.ledger.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e})
}

func (b *books) post(t testing.TB, e *pb.JournalEntry) *pb.JournalEntry {
	t.Helper()
	return must(b.create(t, e))(t)
}

func (b *books) reverse(t testing.TB, entry, date string) *pb.JournalEntry {
	t.Helper()
	e := must(b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: entry}))(t)
	return must(b.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: entry,
		Date: date, Etag: e.GetEtag()}))(t)
}

// describe returns the lines of an entry as `account amount`, with + on those that posting added.
func (b *books) describe(e *pb.JournalEntry) (lines []string) {
	for _, l := range e.GetLines() {
		text := b.names[l.GetAccountId()] + " " + l.GetAmount().GetAmount()
		if l.GetTaxComponentId() != "" {
			text += " +"
		}
		lines = append(lines, text)
	}
	return lines
}

// taxesOf returns what the register has of an entry, as `use code taxable tax`.
func (b *books) taxesOf(t testing.TB, entry string) (rows []string) {
	t.Helper()
	for _, a := range b.register(t, &pb.GetTaxRegisterRequest{StartDate: "2027-01-01", EndDate: "2027-12-31",
		DocumentId: entry}) {
		rows = append(rows, fmt.Sprintf("%s %s%s %s %s", a.GetUse(), a.GetCode(), a.GetPercent(),
			a.GetBaseTaxableAmount().GetAmount(), a.GetBaseTaxAmount().GetAmount()))
	}
	return rows
}

// checkTaxAccount checks that the account of the agency has what the register says: taxes on sales
// and withheld by the organization are owed, and what is recovered or withheld by customers is a
// claim.
func (b *books) checkTaxAccount(t testing.TB) {
	t.Helper()
	var registered, posted int64
	summary := must(b.GetTaxSummary(t.Context(), &pb.GetTaxSummaryRequest{StartDate: "2027-01-01",
		EndDate: "2027-12-31"}))(t)
	for _, a := range summary.GetAgencies() {
		registered += minor(a.GetNetTax())
	}
	req := &pb.ListJournalLinesRequest{PageSize: 500, Filter: fmt.Sprintf("account_id = %q", b.agency.GetAccountId())}
	for {
		page := must(b.ledger.ListJournalLines(t.Context(), req))(t)
		for _, l := range page.GetJournalLines() {
			posted -= minor(l.GetBaseAmount())
		}
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			break
		}
	}
	if registered != posted {
		t.Errorf("the register has a net tax of %d, but the account %d", registered, posted)
	}
}

// TestJournalLinesAreTaxed posts lines with tax codes of each kind.
func TestJournalLinesAreTaxed(t *testing.T) {
	t.Parallel()
	b := openBooks(t)
	inclusive := pb.TaxCalculation_INCLUSIVE
	for name, c := range map[string]struct {
		mode        pb.TaxCalculation_Mode
		lines       []*pb.JournalLine
		want, taxes []string
	}{
		"adds two components to a sale": {lines: []*pb.JournalLine{b.at("BANK", "160.97", ""), b.at("SALES", "-140", "QC")},
			want:  []string{"BANK 160.97", "SALES -140.00", "TAX -7.00 +", "TAX -13.97 +"},
			taxes: []string{"SALES QC5 140.00 7.00", "SALES QC9.975 140.00 13.97"}},
		"takes the tax out of a sale": {mode: inclusive,
			lines: []*pb.JournalLine{b.at("SALES", "-758", "GB-STD"), b.at("BANK", "758", "")},
			want:  []string{"SALES -631.67", "BANK 758.00", "TAX -126.33 +"}, taxes: []string{"SALES GB-STD20 631.67 126.33"}},
		"keeps what is not recovered on the account": {mode: inclusive,
			lines: []*pb.JournalLine{b.at("OPERATING_EXPENSE", "120", "HALF"), b.at("BANK", "-120", "")},
			want:  []string{"OPERATING_EXPENSE 100.00", "BANK -120.00", "TAX 10.00 +", "OPERATING_EXPENSE 10.00 +"},
			taxes: []string{"PURCHASES HALF20 100.00 20.00"}},
		"owes and recovers a reverse charge": {
			lines: []*pb.JournalLine{b.at("OPERATING_EXPENSE", "100", "GB-ABROAD"), b.at("BANK", "-100", "")},
			want:  []string{"OPERATING_EXPENSE 100.00", "BANK -100.00", "TAX 20.00 +", "TAX -20.00 +"},
			taxes: []string{"PURCHASES GB-ABROAD20 100.00 20.00"}},
		"keeps the part of a reverse charge that is not recovered": {
			lines: []*pb.JournalLine{b.at("OPERATING_EXPENSE", "100", "ABROAD"), b.at("BANK", "-100", "")},
			want: []string{"OPERATING_EXPENSE 100.00", "BANK -100.00", "TAX 10.00 +", "TAX -20.00 +",
				"OPERATING_EXPENSE 10.00 +"}, taxes: []string{"PURCHASES ABROAD20 100.00 20.00"}},
		"posts no reverse charge on a sale": {
			lines: []*pb.JournalLine{b.at("BANK", "100", ""), b.at("SALES", "-100", "GB-RC")},
			want:  []string{"BANK 100.00", "SALES -100.00"}, taxes: []string{"SALES GB-RC0 100.00 0.00"}},
		"registers a zero rate": {
			lines: []*pb.JournalLine{b.at("BANK", "-50", ""), b.at("OPERATING_EXPENSE", "50", "GB-ZERO")},
			want:  []string{"BANK -50.00", "OPERATING_EXPENSE 50.00"}, taxes: []string{"PURCHASES GB-ZERO0 50.00 0.00"}},
		"registers an exempt sale": {mode: inclusive,
			lines: []*pb.JournalLine{b.at("BANK", "50", ""), b.at("SALES", "-50", "GB-EXEMPT")},
			want:  []string{"BANK 50.00", "SALES -50.00"}, taxes: []string{"SALES GB-EXEMPT0 50.00 0.00"}},
		"registers a code without components": {
			lines: []*pb.JournalLine{b.at("BANK", "50", ""), b.at("SALES", "-50", "NONE")},
			want:  []string{"BANK 50.00", "SALES -50.00"}, taxes: []string{"SALES NONE0 50.00 0.00"}},
		"computes a tax on a tax": {
			lines: []*pb.JournalLine{b.at("BANK", "121", ""), b.at("SALES", "-100", "COMPOUND")},
			want:  []string{"BANK 121.00", "SALES -100.00", "TAX -10.00 +", "TAX -11.00 +"},
			taxes: []string{"SALES COMPOUND10 100.00 10.00", "SALES COMPOUND10 110.00 11.00"}},
		"reduces a purchase by a credit on an expense": {
			lines: []*pb.JournalLine{b.at("BANK", "24", ""), b.at("OPERATING_EXPENSE", "-20", "GB-STD")},
			want:  []string{"BANK 24.00", "OPERATING_EXPENSE -20.00", "TAX -4.00 +"},
			taxes: []string{"PURCHASES GB-STD20 -20.00 -4.00"}},
		"reduces a sale by a debit on income": {
			lines: []*pb.JournalLine{b.at("BANK", "-24", ""), b.at("SALES", "20", "GB-STD")},
			want:  []string{"BANK -24.00", "SALES 20.00", "TAX 4.00 +"}, taxes: []string{"SALES GB-STD20 -20.00 -4.00"}},
		"sells an asset by a credit": {
			lines: []*pb.JournalLine{b.at("BANK", "120", ""), b.at("FIXED_ASSET", "-100", "GB-STD")},
			want:  []string{"BANK 120.00", "FIXED_ASSET -100.00", "TAX -20.00 +"},
			taxes: []string{"SALES GB-STD20 100.00 20.00"}},
		"buys an asset by a debit": {
			lines: []*pb.JournalLine{b.at("BANK", "-120", ""), b.at("FIXED_ASSET", "100", "GB-STD")},
			want:  []string{"BANK -120.00", "FIXED_ASSET 100.00", "TAX 20.00 +"},
			taxes: []string{"PURCHASES GB-STD20 100.00 20.00"}},
		"claims what the customer withholds": {
			lines: []*pb.JournalLine{b.at("BANK", "85", ""), b.at("SALES", "-100", "WITHHELD")},
			want:  []string{"BANK 85.00", "SALES -100.00", "TAX 15.00 +"}, taxes: []string{"SALES WITHHELD15 100.00 15.00"}},
		"owes what it withholds": {
			lines: []*pb.JournalLine{b.at("BANK", "-85", ""), b.at("OPERATING_EXPENSE", "100", "WITHHELD")},
			want:  []string{"BANK -85.00", "OPERATING_EXPENSE 100.00", "TAX -15.00 +"},
			taxes: []string{"PURCHASES WITHHELD15 100.00 15.00"}},
		"adds up lines of a code": {
			lines: []*pb.JournalLine{b.at("SALES", "-25.06", "GB-STD"), b.at("SALES", "-25.61", "GB-STD"),
				b.at("OPERATING_EXPENSE", "10", "GB-STD"), b.at("BANK", "48.80", "")},
			want: []string{"SALES -25.06", "SALES -25.61", "OPERATING_EXPENSE 10.00", "BANK 48.80", "TAX -10.13 +",
				"TAX 2.00 +"},
			taxes: []string{"SALES GB-STD20 50.67 10.13", "PURCHASES GB-STD20 10.00 2.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := b.post(t, &pb.JournalEntry{PriceMode: c.mode, Lines: c.lines})
			if got := b.describe(e); !slices.Equal(got, c.want) {
				t.Errorf("got the lines %q, want %q", got, c.want)
			}
			if e.GetPriceMode() != pb.TaxCalculation_EXCLUSIVE {
				t.Errorf("the posted entry is %s", e.GetPriceMode())
			}
			got := b.taxesOf(t, e.GetId())
			slices.Sort(got)
			if slices.Sort(c.taxes); !slices.Equal(got, c.taxes) {
				t.Errorf("the register has %q, want %q", got, c.taxes)
			}
			stored := must(b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetId()}))(t)
			if !slices.Equal(b.describe(stored), c.want) ||
				stored.GetLines()[1].GetTaxCodeId() != e.GetLines()[1].GetTaxCodeId() {
				t.Errorf("the stored entry has %q", b.describe(stored))
			}
			copied := b.post(t, &pb.JournalEntry{Lines: stored.GetLines()})
			if !slices.Equal(b.describe(copied), c.want) {
				t.Errorf("a copy of the entry has %q, want %q", b.describe(copied), c.want)
			}
		})
	}
	b.checkTaxAccount(t)
}

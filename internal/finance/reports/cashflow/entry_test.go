package cashflow

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// chart holds an account for each name used by the cases.
var chart = map[string]*Account{}

func init() {
	for n, a := range []struct {
		name    string
		typ     pb.Account_Type
		subtype pb.Account_Subtype
		section pb.Account_CashFlowSection
	}{
		{"bank", pb.Account_ASSET, pb.Account_BANK, pb.Account_CASH_AND_EQUIVALENTS},
		{"savings", pb.Account_ASSET, pb.Account_BANK, pb.Account_CASH_AND_EQUIVALENTS},
		{"receivable", pb.Account_ASSET, pb.Account_ACCOUNTS_RECEIVABLE, pb.Account_OPERATING},
		{"inventory", pb.Account_ASSET, pb.Account_INVENTORY, pb.Account_OPERATING},
		{"equipment", pb.Account_ASSET, pb.Account_FIXED_ASSET, pb.Account_INVESTING},
		{"vehicles", pb.Account_ASSET, pb.Account_FIXED_ASSET, pb.Account_INVESTING},
		{"accumulated", pb.Account_ASSET, pb.Account_ACCUMULATED_DEPRECIATION, pb.Account_OPERATING},
		{"payable", pb.Account_LIABILITY, pb.Account_ACCOUNTS_PAYABLE, pb.Account_OPERATING},
		{"card", pb.Account_LIABILITY, pb.Account_CREDIT_CARD, pb.Account_OPERATING},
		{"tax", pb.Account_LIABILITY, pb.Account_TAX_PAYABLE, pb.Account_OPERATING},
		{"payroll liability", pb.Account_LIABILITY, pb.Account_PAYROLL_LIABILITY, pb.Account_OPERATING},
		{"loan", pb.Account_LIABILITY, pb.Account_LOAN, pb.Account_FINANCING},
		{"mortgage", pb.Account_LIABILITY, pb.Account_LOAN, pb.Account_FINANCING},
		{"equity", pb.Account_EQUITY, pb.Account_OWNER_EQUITY, pb.Account_FINANCING},
		{"draw", pb.Account_EQUITY, pb.Account_OWNER_DRAW, pb.Account_FINANCING},
		{"sales", pb.Account_INCOME, pb.Account_SALES, pb.Account_OPERATING},
		{"other income", pb.Account_INCOME, pb.Account_OTHER_INCOME, pb.Account_OPERATING},
		{"dividends", pb.Account_INCOME, pb.Account_OTHER_INCOME, pb.Account_INVESTING},
		{"realized", pb.Account_INCOME, pb.Account_REALIZED_EXCHANGE_GAIN, pb.Account_OPERATING},
		{"unrealized", pb.Account_INCOME, pb.Account_UNREALIZED_EXCHANGE_GAIN, pb.Account_OPERATING},
		{"cost", pb.Account_EXPENSE, pb.Account_COST_OF_SALES, pb.Account_OPERATING},
		{"rent", pb.Account_EXPENSE, pb.Account_OPERATING_EXPENSE, pb.Account_OPERATING},
		{"wages", pb.Account_EXPENSE, pb.Account_PAYROLL_EXPENSE, pb.Account_OPERATING},
		{"depreciation", pb.Account_EXPENSE, pb.Account_DEPRECIATION, pb.Account_OPERATING},
		{"interest", pb.Account_EXPENSE, pb.Account_INTEREST, pb.Account_OPERATING},
		{"interest financed", pb.Account_EXPENSE, pb.Account_INTEREST, pb.Account_FINANCING},
		{"loss", pb.Account_EXPENSE, pb.Account_OTHER_EXPENSE, pb.Account_OPERATING},
		{"rounding", pb.Account_EXPENSE, pb.Account_ROUNDING, pb.Account_OPERATING},
	} {
		chart[a.name] = &Account{ID: uuid.UUID{15: byte(n + 1)}, Type: a.typ, Subtype: a.subtype, Section: a.section}
	}
}

// nameOf returns the name of an account.
func nameOf(id uuid.UUID) string {
	for name, a := range chart {
		if a.ID == id {
			return name
		}
	}
	return "opening balances"
}

// parse returns an entry of lines such as "bank 100, sales -100".
func parse(t *testing.T, text string) (e Entry) {
	t.Helper()
	var sum int64
	for part := range strings.SplitSeq(text, ", ") {
		at := strings.LastIndex(part, " ")
		var minor int64
		if _, err := fmt.Sscan(part[at+1:], &minor); err != nil || chart[part[:at]] == nil {
			t.Fatalf("line %q", part)
		}
		e.Lines = append(e.Lines, Line{chart[part[:at]], minor})
		sum += minor
	}
	if sum != 0 {
		t.Fatalf("%s: adds up to %d", text, sum)
	}
	return e
}

// render returns an attribution as text for comparison.
func render(a Attribution) string {
	var parts []string
	for _, f := range a.Flows {
		class := ""
		if f.Class != pb.Account_CASH_FLOW_CLASS_UNSPECIFIED {
			class = " " + f.Class.String()
		}
		parts = append(parts, fmt.Sprintf("%s%s %s %d", f.Section, class, nameOf(f.Account), f.Minor))
	}
	for _, m := range a.Excluded {
		parts = append(parts, fmt.Sprintf("excluded %s %d", nameOf(m.Account), m.Minor))
	}
	if a.Effect != 0 {
		parts = append(parts, fmt.Sprintf("effect %d", a.Effect))
	}
	for _, x := range a.NonCash {
		parts = append(parts, fmt.Sprintf("note %s from %s %d", nameOf(x.Debit), nameOf(x.Credit), x.Minor))
	}
	return strings.Join(parts, "; ")
}

func TestAttribute(t *testing.T) {
	for name, c := range map[string]struct{ entry, want string }{
		"sale for cash": {"bank 100, sales -100", "OPERATING CUSTOMERS sales 100"},
		"sale for cash, gross of tax (IAS 7.18)": {
			"bank 119, sales -100, tax -19", "OPERATING CUSTOMERS sales 100; OPERATING CUSTOMERS tax 19",
		},
		"purchase, gross of tax": {
			"rent 100, tax 19, bank -119", "OPERATING SUPPLIERS rent -100; OPERATING SUPPLIERS tax -19",
		},
		"tax paid to the agency with a late fee": {
			"tax 480, rent 20, bank -500", "OPERATING TAXES tax -480; OPERATING SUPPLIERS rent -20",
		},
		"wages less withheld tax": {"wages 1000, tax -300, bank -700", "OPERATING EMPLOYEES wages -700"},
		"wages less deductions":   {"wages 1000, payroll liability -300, bank -700", "OPERATING EMPLOYEES wages -700"},
		"sale less discount":      {"bank 98, rent 2, receivable -100", "OPERATING CUSTOMERS receivable 98"},
		"sale partly on account":  {"bank 40, receivable 60, sales -100", "OPERATING CUSTOMERS sales 40"},
		"sale on account":         {"receivable 100, sales -100", ""},
		"receipts and payments of one account are gross (IAS 7.21)": {
			"bank 1000, bank -600, sales -1000, rent 600", "OPERATING CUSTOMERS sales 1000; OPERATING SUPPLIERS rent -600",
		},
		"transfer between cash accounts (IAS 7.9)": {"savings 100, bank -100", ""},
		"transfer with a fee":                      {"savings 95, rent 5, bank -100", "OPERATING SUPPLIERS rent -5"},
		"equipment for cash":                       {"equipment 900, bank -900", "INVESTING equipment -900"},
		"equipment with tax": {
			"equipment 1000, tax 190, bank -1190", "INVESTING equipment -1000; INVESTING tax -190; excluded tax -190",
		},
		"equipment on a loan (IAS 7.43)": {"equipment 900, loan -900", "note equipment from loan 900"},
		"equipment partly on a loan": {
			"equipment 900, bank -300, loan -600", "INVESTING equipment -300; note equipment from loan 600",
		},
		"equipment and supplies partly on a loan": {
			"equipment 800, rent 100, bank -300, loan -600",
			"INVESTING equipment -200; OPERATING SUPPLIERS rent -100; note equipment from loan 600",
		},
		"equipment on a card that is not paid": {
			"equipment 1200, card -1200", "excluded card 1200; note equipment from card 1200",
		},
		"equipment contributed with cash": {
			"bank 100, equipment 900, equity -1000", "FINANCING equity 100; note equipment from equity 900",
		},
		"equipment traded in": {
			"vehicles 1000, equipment -400, bank -600", "INVESTING vehicles -600; note vehicles from equipment 400",
		},
		"disposal with a gain (IAS 7.14, 7.16b)": {
			"bank 3500, accumulated 6000, equipment -9000, other income -500",
			"INVESTING equipment 3000; INVESTING other income 500; excluded other income 500",
		},
		"disposal with a loss": {
			"bank 2000, accumulated 6000, loss 1000, equipment -9000", "INVESTING equipment 2000; excluded loss -1000",
		},
		"disposal that costs cash": {
			"accumulated 6000, loss 3100, equipment -9000, bank -100", "INVESTING loss -100; excluded loss -3100",
		},
		"disposal with tax and a loan redeemed": {
			"bank 570, accumulated 600, loan 300, equipment -1400, tax -70",
			"INVESTING equipment 500; INVESTING tax 70; excluded tax 70; note loan from equipment 300",
		},
		"disposal on account": {
			"receivable 500, equipment -500", "excluded receivable -500; note receivable from equipment 500",
		},
		"depreciation (IAS 7.20b)":  {"depreciation 250, accumulated -250", "excluded depreciation -250"},
		"depreciation of the asset": {"depreciation 250, equipment -250", "excluded depreciation -250"},
		"impairment":                {"loss 250, equipment -250", "excluded loss -250"},
		"depreciation beside rent": {
			"rent 100, depreciation 50, accumulated -50, bank -100",
			"OPERATING SUPPLIERS rent -100; excluded depreciation -50",
		},
		"loan received":                {"bank 1000, loan -1000", "FINANCING loan 1000"},
		"loan received less its costs": {"bank 970, rent 30, loan -1000", "FINANCING loan 970; excluded rent -30; note rent from loan 30"},
		"installment of a loan (IAS 7.17d)": {
			"loan 500, interest 40, bank -540", "FINANCING loan -500; OPERATING INTEREST_PAID interest -40",
		},
		"interest as financing (IAS 7.33)": {
			"loan 500, interest financed 40, bank -540",
			"FINANCING loan -500; FINANCING interest financed -40; excluded interest financed -40",
		},
		"dividend received as investing": {"bank 10, dividends -10", "INVESTING dividends 10; excluded dividends 10"},
		"loan converted to equity":       {"loan 1000, equity -1000", "note loan from equity 1000"},
		"loan refinanced":                {"mortgage 1000, loan -1000", "note mortgage from loan 1000"},
		"loan that pays a vendor":        {"payable 100, loan -100", "excluded payable -100; note payable from loan 100"},
		"loan forgiven":                  {"loan 100, other income -100", "excluded other income 100; note loan from other income 100"},
		"interest added to the loan":     {"interest 40, loan -40", "excluded interest -40; note interest from loan 40"},
		"expense paid by the owner":      {"rent 40, equity -40", "excluded rent -40; note rent from equity 40"},
		"draw closed to equity":          {"equity 40, draw -40", ""},
		"receivable settled with a loss": {
			"bank 950, realized 50, receivable -1000", "OPERATING CUSTOMERS receivable 950",
		},
		"receivable settled with a gain": {
			"bank 1050, realized -50, receivable -1000",
			"OPERATING CUSTOMERS realized 50; OPERATING CUSTOMERS receivable 1000",
		},
		"foreign loan repaid with a loss": {
			"loan 900, realized 50, bank -950", "FINANCING loan -900; FINANCING realized -50; excluded realized -50",
		},
		"foreign cash exchanged with a gain (IAS 7.28)": {
			"bank 950, savings -900, realized -50", "excluded realized 50; effect 50",
		},
		"foreign cash exchanged with a fee": {
			"bank 945, savings -900, rent 5, realized -50", "OPERATING SUPPLIERS rent -5; excluded realized 50; effect 50",
		},
		"cash written to its rate by hand": {"bank 20, unrealized -20", "excluded unrealized 20; effect 20"},
		"tax of exactly half of the sale": {
			"bank 150, sales -100, tax -50", "OPERATING CUSTOMERS sales 100; OPERATING CUSTOMERS tax 50",
		},
		"tax of more than half of the sale": {
			"bank 151, sales -100, tax -51", "OPERATING CUSTOMERS sales 100; OPERATING TAXES tax 51",
		},
		"tax of the sale beside a payment": {
			"bank 119, bank -200, sales -100, tax -19, rent 200",
			"OPERATING CUSTOMERS sales 100; OPERATING CUSTOMERS tax 19; OPERATING SUPPLIERS rent -200",
		},
		"tax of the larger of two lines": {
			"bank 170, other income -50, sales -100, tax -20",
			"OPERATING OTHER_OPERATING other income 50; OPERATING CUSTOMERS sales 100; OPERATING CUSTOMERS tax 20",
		},
		"tax of the first of two equal lines": {
			"bank 220, other income -100, sales -100, tax -20",
			"OPERATING OTHER_OPERATING other income 100; OPERATING CUSTOMERS sales 100; OPERATING OTHER_OPERATING tax 20",
		},
		"tax withheld from wages, not from rent": {
			"rent 200, wages 1000, tax -300, bank -900", "OPERATING SUPPLIERS rent -200; OPERATING EMPLOYEES wages -700",
		},
		"tax withheld of half of the wages": {
			"rent 200, wages 1000, tax -500, bank -700", "OPERATING SUPPLIERS rent -200; OPERATING EMPLOYEES wages -500",
		},
		"tax of more than half of the wages": {
			"rent 200, wages 1000, tax -600, bank -600", "OPERATING EMPLOYEES wages -600",
		},
		"payables are matched with lines of their class": {
			"rent 150, wages 150, payable -150, payroll liability -50, bank -100", "OPERATING EMPLOYEES wages -100",
		},
		"lines of one section are matched before others": {
			"rent 100, equipment 100, payable -100, bank -100", "INVESTING equipment -100",
		},
		"lines of one section are matched before others, whatever their class": {
			"equipment 100, rent 100, payroll liability -100, bank -100", "INVESTING equipment -100",
		},
		"gross receipts and payments of one account beside a transfer": {
			"bank 100, bank -130, savings 30, sales -100, rent 100",
			"OPERATING CUSTOMERS sales 100; OPERATING SUPPLIERS rent -100",
		},
		"disposal of an asset without depreciation": {
			"bank 150, equipment -100, other income -50",
			"INVESTING equipment 100; INVESTING other income 50; excluded other income 50",
		},
		"purchase is no disposal": {
			"equipment 900, loss 10, bank -910", "INVESTING equipment -900; OPERATING OTHER_OPERATING loss -10",
		},
		"sale of inventory is no disposal": {
			"bank 110, inventory -100, other income -10",
			"OPERATING SUPPLIERS inventory 100; OPERATING OTHER_OPERATING other income 10",
		},
		"disposal of depreciation": {
			"bank 100, accumulated 50, other income -150", "INVESTING other income 100; excluded other income 150",
		},
		"loan at another rate": {"loan 100, unrealized -100", "excluded unrealized 100"},
		"loan at another rate, with a loss": {
			"unrealized 100, loan -100", "excluded unrealized -100",
		},
		"results of two activities": {
			"interest 10, dividends -10", "excluded interest -10; excluded dividends 10",
		},
		"asset given for a loan": {"loan 100, equipment -100", "note loan from equipment 100"},
		"loan and equity for an asset and its costs": {
			"rent 50, equipment 300, loan -200, equity -150",
			"excluded rent -50; note equipment from loan 200; note equipment from equity 100; note rent from equity 50",
		},
		"gross receipts and payments beside a transfer": {
			"bank 100, bank -30, savings 50, bank -50, sales -100, rent 30",
			"OPERATING CUSTOMERS sales 100; OPERATING SUPPLIERS rent -30",
		},
		"rounding": {"bank 99, rounding 1, sales -100", "OPERATING CUSTOMERS sales 99"},
	} {
		t.Run(name, func(t *testing.T) {
			e := parse(t, c.entry)
			if got := render(Attribute(e)); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.entry, got, c.want)
			}
		})
	}
}

func TestAttributeBySource(t *testing.T) {
	revaluation := parse(t, "bank 30, receivable 10, loan -15, unrealized -25")
	revaluation.Revaluation = true
	if got := render(Attribute(revaluation)); got != "excluded receivable -10; excluded unrealized 25; effect 30" {
		t.Errorf("revaluation: got %s", got)
	}
	opening := parse(t, "bank 1000, receivable 500, payable -300, loan -900, equity -300")
	opening.Opening = true
	if got := render(Attribute(opening)); got != "FINANCING opening balances 1000; excluded receivable -500; excluded payable 300" {
		t.Errorf("opening balances: got %s", got)
	}
}

func TestAttributeAlone(t *testing.T) {
	if got := render(AttributeAlone(chart["rent"], 100)); got != "OPERATING SUPPLIERS rent -100" {
		t.Errorf("got %s", got)
	}
}

func TestClassOfAccountOverridesSubtype(t *testing.T) {
	donor := *chart["other income"]
	donor.Class = pb.Account_CUSTOMERS
	got := Attribute(Entry{Lines: []Line{{chart["bank"], 5}, {&donor, -5}}})
	if len(got.Flows) != 1 || got.Flows[0].Class != pb.Account_CUSTOMERS {
		t.Errorf("got %+v", got)
	}
}

package banking_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/money"
)

// taxed is a bank with tax codes, by name.
type taxed struct {
	bank
	taxes   pb.TaxServiceClient
	returns pb.TaxReturnsServiceClient
	codes   map[string]string
	agency  *pb.TaxAgency
}

func openTaxed(t *testing.T, currency string) taxed {
	t.Helper()
	b := openBank(t, currency)
	x := taxed{b, pb.NewTaxServiceClient(b.o), pb.NewTaxReturnsServiceClient(b.o), map[string]string{}, nil}
	var err error
	if x.agency, err = x.taxes.CreateTaxAgency(t.Context(), &pb.CreateTaxAgencyRequest{
		TaxAgency: &pb.TaxAgency{DisplayName: "Revenue"},
	}); err != nil {
		t.Fatal(err)
	}
	x.addCode(t, "STD", &pb.TaxRate_Component{DisplayName: "VAT"}, "20")
	x.addCode(t, "HALF", &pb.TaxRate_Component{DisplayName: "Half", RecoverablePercent: "50"}, "20")
	x.addCode(t, "WITHHELD", &pb.TaxRate_Component{DisplayName: "Withheld", Effect: pb.TaxRate_WITHHELD}, "15")
	x.addCode(t, "ABROAD", &pb.TaxRate_Component{DisplayName: "Abroad", Effect: pb.TaxRate_REVERSE_CHARGED}, "20")
	return x
}

// addCode adds a code for sales and purchases with one component.
func (x taxed) addCode(t *testing.T, name string, c *pb.TaxRate_Component, percent string) {
	t.Helper()
	c.TaxAgencyId, c.Spans = x.agency.GetId(), []*pb.TaxRate_Span{{Percent: percent, StartDate: "2020-01-01"}}
	r, err := x.taxes.CreateTaxRate(t.Context(), &pb.CreateTaxRateRequest{TaxRate: &pb.TaxRate{DisplayName: name,
		Components: []*pb.TaxRate_Component{c}}})
	if err != nil {
		t.Fatal(err)
	}
	code, err := x.taxes.CreateTaxCode(t.Context(), &pb.CreateTaxCodeRequest{TaxCode: &pb.TaxCode{Code: name,
		DisplayName: name, SalesTaxRateId: r.GetId(), PurchaseTaxRateId: r.GetId()}})
	if err != nil {
		t.Fatal(err)
	}
	x.codes[name] = code.GetId()
}

func (x taxed) part(subtype, amount, code string) *pb.BankStatementLine_Split {
	s := x.split(subtype, amount)
	s.TaxCodeId = x.codes[code]
	return s
}

// entryOf returns the lines of an entry as `subtype amount`, with TAX for the account of the
// agency.
func (x taxed) entryOf(t *testing.T, entry string) string {
	t.Helper()
	e, err := x.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: entry})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, l := range e.GetLines() {
		name := "BANK"
		for subtype, a := range x.bank.codes {
			if a == l.GetAccountId() {
				name = subtype
			}
		}
		if l.GetAccountId() == x.agency.GetAccountId() {
			name = "TAX"
		}
		lines = append(lines, name+" "+l.GetAmount().GetAmount())
	}
	return strings.Join(lines, ", ")
}

// registered returns the sums of the register as `use code taxable tax`.
func (x taxed) registered(t *testing.T) string {
	t.Helper()
	summary, err := x.returns.GetTaxSummary(t.Context(), &pb.GetTaxSummaryRequest{StartDate: "2020-01-01",
		EndDate: "2030-12-31", Basis: pb.TaxAgency_CASH})
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, a := range summary.GetAgencies() {
		for _, r := range a.GetRows() {
			rows = append(rows, fmt.Sprintf("%s %s %s %s", r.GetUse(), r.GetCodes()[0].GetCode(),
				r.GetTaxableAmount().GetAmount(), r.GetTaxAmount().GetAmount()))
		}
	}
	slices.Sort(rows)
	return strings.Join(rows, ", ")
}

// sum adds up the lines of an account in cents, debits positive.
func (x taxed) sum(t *testing.T, account string) (sum int64) {
	t.Helper()
	list, err := x.ledger.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{PageSize: 500,
		Filter: fmt.Sprintf("account_id = %q", account)})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list.GetJournalLines() {
		minor, err := money.Parse(l.GetBaseAmount().GetAmount(), "USD")
		if err != nil {
			t.Fatal(err)
		}
		sum += minor
	}
	return sum
}

// TestBankLineIsTaxed categorizes a line to parts with different codes, and undoes that. The bank's
// amount includes the taxes.
func TestBankLineIsTaxed(t *testing.T) {
	t.Parallel()
	x := openTaxed(t, "USD")
	line := x.importLines(t, x.account.GetId(), "2026-01-05,Stationer,-300.00\n")[0]
	done, err := x.categorize(t, line.GetId(), x.part("OPERATING_EXPENSE", "120", "STD"),
		x.part("COST_OF_SALES", "120", "HALF"), x.part("OTHER_EXPENSE", "10", "ABROAD"),
		x.part("OPERATING_EXPENSE", "50", ""))
	if err != nil {
		t.Fatal(err)
	}
	if got := done.GetSplits()[0]; got.GetTaxCodeId() != x.codes["STD"] || got.GetAmount().GetAmount() != "-120.00" {
		t.Errorf("the line has the split %v", got)
	}
	want := "OPERATING_EXPENSE 100.00, COST_OF_SALES 100.00, OTHER_EXPENSE 10.00, OPERATING_EXPENSE 50.00, " +
		"BANK -300.00, TAX 20.00, TAX 10.00, COST_OF_SALES 10.00, TAX 2.00, TAX -2.00"
	if got := x.entryOf(t, done.GetJournalEntryId()); got != want {
		t.Errorf("the entry has %s, want %s", got, want)
	}
	want = "PURCHASES ABROAD 10.00 2.00, PURCHASES HALF 100.00 20.00, PURCHASES STD 100.00 20.00"
	if got := x.registered(t); got != want {
		t.Errorf("the register has %s, want %s", got, want)
	}
	if _, err := x.undoLine(t, line.GetId()); err != nil {
		t.Fatal(err)
	}
	if got := x.registered(t); got != "" {
		t.Errorf("after the undo the register has %s", got)
	}
	if got := x.sum(t, x.agency.GetAccountId()); got != 0 {
		t.Errorf("after the undo the account of the tax has %d", got)
	}
}

// TestForeignBankLineIsTaxed converts the taxes at the rate of the day.
func TestForeignBankLineIsTaxed(t *testing.T) {
	t.Parallel()
	x := openTaxed(t, "USD")
	abroad := x.addBankAccount(t, "EUR")
	if _, err := x.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{ExchangeRate: &pb.ExchangeRate{
		Date: "2026-01-05", FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Rate: "1.1",
	}}); err != nil {
		t.Fatal(err)
	}
	line := x.importLines(t, abroad, "2026-01-05,Client,120.00\n")[0]
	if _, err := x.categorize(t, line.GetId(), x.part("SALES", "", "STD")); err != nil {
		t.Fatal(err)
	}
	if got, want := x.registered(t), "SALES STD 110.00 22.00"; got != want {
		t.Errorf("the register has %s, want %s", got, want)
	}
	if got := x.sum(t, x.agency.GetAccountId()); got != -2200 {
		t.Errorf("the account of the tax has %d", got)
	}
}

// TestTaxCodesOfSplitsAreRefused refuses codes at the split that has them.
func TestTaxCodesOfSplitsAreRefused(t *testing.T) {
	t.Parallel()
	x := openTaxed(t, "USD")
	line := x.importLines(t, x.account.GetId(), "2026-01-05,Stationer,-120.00\n")[0]
	if _, err := x.taxes.ArchiveTaxCode(t.Context(), &pb.ArchiveTaxCodeRequest{TaxCodeId: x.codes["HALF"]}); err != nil {
		t.Fatal(err)
	}
	for code, reason := range map[string]optionsv1.Reason{
		"HALF": optionsv1.Reason_REFERENCE_ARCHIVED, "WITHHELD": optionsv1.Reason_TAX_CODE_NOT_FOR_USE,
	} {
		_, err := x.categorize(t, line.GetId(), x.part("OPERATING_EXPENSE", "100", ""), x.part("COST_OF_SALES", "20", code))
		if apptest.Reason(err) != reason || !slices.Contains(apptest.Fields(err), "splits[1].taxCodeId") {
			t.Errorf("%s: got %v at %q, want %s", code, err, apptest.Fields(err), reason)
		}
	}
	if got := x.registered(t); got != "" {
		t.Errorf("the register has %s", got)
	}
}

// TestRuleTaxesLines decides lines by rules with tax codes: imported ones, stored ones and those
// that a suggestion shows.
func TestRuleTaxesLines(t *testing.T) {
	t.Parallel()
	x := openTaxed(t, "USD")
	stored := x.importLines(t, x.account.GetId(), "2026-01-05,Fuel station,-60.00\n2026-01-06,Hotel,-240.00\n")
	x.rule(t, &pb.BankRule{DisplayName: "Fuel", Texts: []string{"Fuel"}, AccountId: x.bank.codes["OPERATING_EXPENSE"],
		TaxCodeId: x.codes["STD"]})
	x.rule(t, &pb.BankRule{DisplayName: "Hotels", Texts: []string{"Hotel"}, Splits: []*pb.BankRule_Split{
		{AccountId: x.bank.codes["OPERATING_EXPENSE"], Percent: "50", TaxCodeId: x.codes["HALF"]},
		{AccountId: x.bank.codes["COST_OF_SALES"], TaxCodeId: x.codes["STD"]},
	}})
	suggested, err := x.suggest(t, stored[0].GetId())
	if err != nil || suggested.GetSuggestions()[0].GetSplits()[0].GetTaxCodeId() != x.codes["STD"] {
		t.Errorf("got the suggestions %v, %v", suggested, err)
	}
	applied, err := x.ApplyBankRules(t.Context(), &pb.ApplyBankRulesRequest{BankAccountId: x.account.GetId()})
	if err != nil || applied.GetDecidedCount() != 2 {
		t.Fatalf("got %v, %v", applied, err)
	}
	x.importLines(t, x.account.GetId(), "2026-01-07,Fuel station,-12.00\n")
	if got, want := x.registered(t), "PURCHASES HALF 100.00 20.00, PURCHASES STD 160.00 32.00"; got != want {
		t.Errorf("the register has %s, want %s", got, want)
	}
	rule, err := x.SuggestBankRule(t.Context(), &pb.SuggestBankRuleRequest{BankStatementLineId: stored[0].GetId()})
	if err != nil || rule.GetBankRule().GetTaxCodeId() != x.codes["STD"] {
		t.Errorf("got the rule %v, %v", rule, err)
	}
}

// TestRuleWithArchivedTaxCode leaves lines undecided whose rule has an archived code, and says so.
// Suggestions never replace the code.
func TestRuleWithArchivedTaxCode(t *testing.T) {
	t.Parallel()
	x := openTaxed(t, "USD")
	first := x.importLines(t, x.account.GetId(), "2026-01-05,Fuel station,-60.00\n")[0]
	if _, err := x.categorize(t, first.GetId(), x.part("OPERATING_EXPENSE", "", "STD")); err != nil {
		t.Fatal(err)
	}
	x.rule(t, &pb.BankRule{DisplayName: "Fuel", Texts: []string{"Fuel"}, AccountId: x.bank.codes["OPERATING_EXPENSE"],
		TaxCodeId: x.codes["STD"]})
	if _, err := x.taxes.ArchiveTaxCode(t.Context(), &pb.ArchiveTaxCodeRequest{TaxCodeId: x.codes["STD"]}); err != nil {
		t.Fatal(err)
	}
	lines := x.importLines(t, x.account.GetId(), "2026-01-07,Fuel station,-12.00\n")
	line := lines[len(lines)-1]
	if line.GetState() != pb.BankStatementLine_UNMATCHED {
		t.Errorf("the imported line is %s", line.GetState())
	}
	applied, err := x.ApplyBankRules(t.Context(), &pb.ApplyBankRulesRequest{BankAccountId: x.account.GetId()})
	if err != nil || applied.GetDecidedCount() != 0 || len(applied.GetWarnings()) != 1 ||
		!strings.Contains(applied.GetWarnings()[0], "archived") {
		t.Errorf("got %v, %v", applied, err)
	}
	suggested, err := x.suggest(t, line.GetId())
	if err != nil || len(suggested.GetSuggestions()) != 1 || suggested.GetSuggestions()[0].GetScore() != 0 ||
		!strings.Contains(strings.Join(suggested.GetSuggestions()[0].GetReasons(), " "), "archived") {
		t.Errorf("got the suggestions %v, %v", suggested, err)
	}
	_, err = x.CreateBankRule(t.Context(), &pb.CreateBankRuleRequest{BankRule: &pb.BankRule{DisplayName: "Other",
		AccountId: x.bank.codes["OPERATING_EXPENSE"], TaxCodeId: x.codes["STD"]}})
	if apptest.Reason(err) != optionsv1.Reason_REFERENCE_ARCHIVED || !slices.Contains(apptest.Fields(err), "taxCodeId") {
		t.Errorf("a rule with an archived code: got %v", err)
	}
	_, err = x.CreateBankRule(t.Context(), &pb.CreateBankRuleRequest{BankRule: &pb.BankRule{DisplayName: "Other",
		Personal: true, TaxCodeId: x.codes["ABROAD"]}})
	if !slices.Contains(apptest.Fields(err), "taxCodeId") {
		t.Errorf("a rule for personal lines with a code: got %v", err)
	}
}

// TestRecodingMovesKeptTax moves what is not recovered with its split. The register stays.
func TestRecodingMovesKeptTax(t *testing.T) {
	t.Parallel()
	x := openTaxed(t, "USD")
	line := x.importLines(t, x.account.GetId(), "2026-01-05,Fuel station,-120.00\n")[0]
	if _, err := x.categorize(t, line.GetId(), x.part("OPERATING_EXPENSE", "", "HALF")); err != nil {
		t.Fatal(err)
	}
	before := x.registered(t)
	moved, err := x.RecodeBankStatementLines(t.Context(), &pb.RecodeBankStatementLinesRequest{
		AccountId: x.bank.codes["OPERATING_EXPENSE"], NewAccountId: x.bank.codes["COST_OF_SALES"]})
	if err != nil || moved.GetRecodedCount() != 1 {
		t.Fatalf("got %v, %v", moved, err)
	}
	if got := x.sum(t, x.bank.codes["COST_OF_SALES"]); got != 11000 {
		t.Errorf("the new account has %d", got)
	}
	if got := x.sum(t, x.bank.codes["OPERATING_EXPENSE"]); got != 0 {
		t.Errorf("the former account has %d", got)
	}
	if got := x.registered(t); got != before {
		t.Errorf("the register has %s, want %s", got, before)
	}
	if _, err := x.undoLine(t, line.GetId()); err != nil {
		t.Fatal(err)
	}
	if got, cost := x.registered(t), x.sum(t, x.bank.codes["COST_OF_SALES"]); got != "" || cost != 0 {
		t.Errorf("after the undo the register has %s, and the account %d", got, cost)
	}
}

// TestPrivateExpenseIsTaxed recovers the tax of an expense that was paid privately.
func TestPrivateExpenseIsTaxed(t *testing.T) {
	t.Parallel()
	x := openTaxed(t, "USD")
	s := x.part("OPERATING_EXPENSE", "", "STD")
	s.Amount = &typepb.Money{Amount: "36", CurrencyCode: "USD"}
	e, err := x.CreatePrivateExpense(t.Context(), &pb.CreatePrivateExpenseRequest{PrivateExpense: &pb.PrivateExpense{
		Date: "2026-01-05", Description: "Cables", Payer: pb.PrivateExpense_OWNER,
		Splits: []*pb.BankStatementLine_Split{s}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := x.registered(t), "PURCHASES STD 30.00 6.00"; got != want {
		t.Errorf("the register has %s, want %s", got, want)
	}
	if _, err := x.UndoPrivateExpense(t.Context(), &pb.UndoPrivateExpenseRequest{PrivateExpenseId: e.GetId(),
		Etag: e.GetEtag()}); err != nil {
		t.Fatal(err)
	}
	if got := x.registered(t); got != "" {
		t.Errorf("after the undo the register has %s", got)
	}
}

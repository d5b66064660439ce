package ledger_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/types/known/structpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// plainText are the formats for other accounting programs.
var plainText = []pb.ExportBooksRequest_Format{pb.ExportBooksRequest_HLEDGER, pb.ExportBooksRequest_BEANCOUNT}

// export exports the books and checks the file with its program, if that is installed.
func (b books) export(t *testing.T, format pb.ExportBooksRequest_Format, start, end string) string {
	t.Helper()
	file, err := b.ExportBooks(t.Context(), &pb.ExportBooksRequest{Format: format, StartDate: start, EndDate: end})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "books."+strings.ToLower(format.String()))
	if err := os.WriteFile(name, file.GetData(), 0o600); err != nil {
		t.Fatal(err)
	}
	check := []string{"hledger", "-f", name, "check", "--strict"}
	if format == pb.ExportBooksRequest_BEANCOUNT {
		check = []string{"bean-check", name}
	}
	program, err := exec.LookPath(check[0])
	if err != nil {
		return string(file.GetData())
	}
	run := exec.CommandContext(t.Context(), program, check[1:]...)
	run.Env = append(os.Environ(), "LANG=C.UTF-8", "PYTHONWARNINGS=ignore")
	if said, err := run.CombinedOutput(); err != nil {
		t.Errorf("%s: got %v\n%s\nof\n%s", strings.Join(check, " "), err, said, file.GetData())
	}
	return string(file.GetData())
}

// posting matches a posting in base currency or with a total cost: the account, the amount and the
// cost.
var posting = regexp.MustCompile(`(?m)^    (\S.*?)  (-?[\d.]+) [A-Z]{3}(?: @@ ([\d.]+) [A-Z]{3})?`)

// sums returns the sums of the postings on accounts with a prefix, in the base currency.
func sums(t *testing.T, file, prefix string) decimal.Decimal {
	t.Helper()
	var sum decimal.Decimal
	for _, found := range posting.FindAllStringSubmatch(file, -1) {
		if !strings.HasPrefix(strings.ToLower(found[1]), prefix) {
			continue
		}
		amount := decimal.RequireFromString(found[2])
		if found[3] != "" {
			amount = decimal.RequireFromString(found[3]).Mul(decimal.NewFromInt(int64(amount.Sign())))
		}
		sum = sum.Add(amount)
	}
	return sum
}

// income returns the income less the expenses of a file.
func income(t *testing.T, file string) string {
	return sums(t, file, "income:").Add(sums(t, file, "expenses:")).Neg().StringFixed(2)
}

// TestExportFromADateHasIncomeOfThatPeriod exports three years from several days (hledger manual,
// "close").
func TestExportFromADateHasIncomeOfThatPeriod(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.postOn(t, "2024-05-10", "1000", "4000", "100.00")
	b.postOn(t, "2025-01-10", "1000", "4000", "20.00")
	b.postOn(t, "2025-01-20", "6100", "1000", "7.00")
	b.postOn(t, "2025-02-10", "1000", "4000", "3.00")
	for _, want := range []struct{ start, end, income, assets string }{
		{"", "", "116.00", "116.00"},
		{"2024-01-01", "", "116.00", "116.00"},
		{"2024-05-10", "", "116.00", "116.00"},
		{"2024-05-11", "", "16.00", "116.00"},
		{"2025-01-01", "2025-12-31", "16.00", "116.00"},
		{"2025-01-20", "2025-02-09", "-7.00", "113.00"},
		{"2025-02-01", "2025-12-31", "3.00", "116.00"},
		{"2026-01-01", "", "0.00", "116.00"},
	} {
		for _, format := range plainText {
			file := b.export(t, format, want.start, want.end)
			if got := income(t, file); got != want.income {
				t.Errorf("%s from %s to %s: got income %s, want %s", format, want.start, want.end, got, want.income)
			}
			if got := sums(t, file, "assets:").StringFixed(2); got != want.assets {
				t.Errorf("%s from %s to %s: got assets %s, want %s", format, want.start, want.end, got, want.assets)
			}
		}
	}
	file := b.export(t, pb.ExportBooksRequest_HLEDGER, "2025-02-01", "")
	if !strings.Contains(file, "\n2025-02-01 * Opening balances\n    assets:1000 Checking  113.00 USD\n"+
		"    equity:Closed earnings  -113.00 USD\n\n") {
		t.Errorf("got %s, want earlier earnings in equity", file)
	}
}

// TestExportOfClosedYearKeepsItsIncome closes and reopens a fiscal year. Its income statement in a
// file stays that of GetProfitAndLoss, from the start of the year and from its middle.
func TestExportOfClosedYearKeepsItsIncome(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.postOn(t, "2025-03-10", "1000", "4000", "100.00")
	b.postOn(t, "2025-09-10", "1000", "4000", "20.00")
	b.postOn(t, "2026-01-10", "1000", "4000", "3.00")
	b.closeThrough(t, "2025-03-01", "2025-12-01")
	year := b.periods(t)["2025-03-01"].GetFiscalYearId()
	check := func(retained string) {
		t.Helper()
		for start, want := range map[string]string{
			"": "123.00", "2025-01-01": "123.00", "2025-06-01": "23.00", "2025-12-31": "3.00", "2026-01-01": "3.00",
		} {
			for _, format := range plainText {
				file := b.export(t, format, start, "")
				if got := income(t, file); got != want {
					t.Errorf("%s from %q: got income %s, want %s in\n%s", format, start, got, want, file)
				}
				prefix := "equity:3200"
				if format == pb.ExportBooksRequest_BEANCOUNT {
					prefix = "equity:a3200"
				}
				if got := sums(t, file, prefix).Neg().StringFixed(2); got != retained {
					t.Errorf("%s from %q: got retained earnings %s, want %s", format, start, got, retained)
				}
			}
		}
	}
	if _, err := b.CloseFiscalYear(t.Context(), &pb.CloseFiscalYearRequest{FiscalYearId: year}); err != nil {
		t.Fatal(err)
	}
	check("120.00")
	if _, err := b.ReopenFiscalYear(t.Context(), &pb.ReopenFiscalYearRequest{
		FiscalYearId: year, Reason: "For the test",
	}); err != nil {
		t.Fatal(err)
	}
	check("0.00")
}

// TestExportDeclaresCommodities checks that an export declares the base currency, the currencies of
// lines and those of opening balances, also without decimals and with three (hledger manual,
// "Strict mode" and "Commodity directive").
func TestExportDeclaresCommodities(t *testing.T) {
	t.Parallel()
	b := open(t, func(r *platformv1.SignUpRequest) { r.CurrencyCode = "JPY" })
	for _, e := range []struct{ date, amount, currency, rate string }{
		{"2025-03-01", "10.00", "EUR", "160"}, {"2025-07-01", "1.250", "KWD", "500"}, {"2025-07-02", "700", "JPY", ""},
	} {
		_, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: &pb.JournalEntry{
			Date: e.date, CurrencyCode: e.currency, ExchangeRate: e.rate, Lines: []*pb.JournalLine{
				{AccountId: b.codes["1050"], Amount: &typepb.Money{Amount: e.amount}},
				{AccountId: b.codes["4000"], Amount: &typepb.Money{Amount: "-" + e.amount}},
			},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	directive := regexp.MustCompile(`(?m)^(?:[\d-]+ )?commodity .*$`)
	for start, want := range map[string][]string{
		"": {
			"commodity 1000.00 EUR", "commodity 1000. JPY", "commodity 1000.000 KWD",
			"2025-03-01 commodity EUR", "2025-03-01 commodity JPY", "2025-03-01 commodity KWD",
		},
		"2025-07-02": {
			"commodity 1000.00 EUR", "commodity 1000. JPY", "commodity 1000.000 KWD",
			"2025-07-02 commodity EUR", "2025-07-02 commodity JPY", "2025-07-02 commodity KWD",
		},
	} {
		var got []string
		for _, format := range plainText {
			got = append(got, directive.FindAllString(b.export(t, format, start, ""), -1)...)
		}
		if !slices.Equal(got, want) {
			t.Errorf("from %q: got %q, want %q", start, got, want)
		}
	}
}

// TestBeancountExportKeepsNames checks that account names keep letters and digits of all scripts,
// and that metadata keeps whole names (beancount language syntax, "Accounts" and "Metadata").
func TestBeancountExportKeepsNames(t *testing.T) {
	t.Parallel()
	b := open(t)
	for _, name := range []struct{ code, name, component string }{
		{"7006", "事務用品費", "A7006-事務用品費"},
		{"", "Büro", "ABüro"},
		{"7008", "Ελληνικά & Кириллица", "A7008-Ελληνικά---Кириллица"},
		{"7009", "مصروفات ١٢", "A7009-مصروفات-١٢"},
		{"7010", "हिन्दी", "A7010-ह-न-द"},
		{"7011", "😀 \"Party\" \\", "A7011----Party"},
		{"", "😀", "A"},
		{"", "😎", "A-"},
		{"", "Closed earnings", "AClosed-earnings"},
	} {
		a := b.create(t, &pb.Account{Code: name.code, DisplayName: name.name, Type: pb.Account_EXPENSE})
		if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: &pb.JournalEntry{
			Date: "2025-03-01", CurrencyCode: "USD", Lines: []*pb.JournalLine{
				{AccountId: a.GetId(), Amount: &typepb.Money{Amount: "1.00"}},
				{AccountId: b.codes["1000"], Amount: &typepb.Money{Amount: "-1.00"}},
			},
		}}); err != nil {
			t.Fatal(err)
		}
		file := b.export(t, pb.ExportBooksRequest_BEANCOUNT, "", "")
		metadata := `  name: "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name.name) + `"`
		if !strings.Contains(file, "open Expenses:"+name.component) || !strings.Contains(file, metadata) {
			t.Errorf("%s: got %s, want Expenses:%s and %s", name.name, file, name.component, metadata)
		}
	}
	opened := regexp.MustCompile(`(?m)^\S+ open (.*)$`).FindAllStringSubmatch(
		b.export(t, pb.ExportBooksRequest_BEANCOUNT, "", ""), -1)
	names := map[string]bool{}
	for _, o := range opened {
		if names[o[1]] {
			t.Errorf("%s is the name of two accounts", o[1])
		}
		names[o[1]] = true
	}
}

// TestExportedTextIsOnlyText posts descriptions that have a meaning in the file formats: dates,
// tags, codes, comments and quotation marks ("Posting dates" and "Tags" of the hledger manual).
func TestExportedTextIsOnlyText(t *testing.T) {
	t.Parallel()
	b := open(t)
	for _, text := range []string{
		"date: next week", "[2024-13-45]", "date2:2020-01-01, date:2020-01-01", "a closing: shop", "(open", "(a) b",
		"a; b", `"quoted" \`, "* star", "! mark", "= 5 USD", "@ 3 EUR", "| note", "id: 7, id:8", "type:X",
	} {
		e := b.entryOn("2025-03-01", "1000", "4000", "1.00")
		e.Description, e.Reference = text, ""
		e.Lines[0].Memo = text
		e.Metadata = map[string]string{text: text, "closing": text}
		if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
			t.Fatal(err)
		}
		e.Reference = text
		if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range plainText {
		if got := income(t, b.export(t, format, "", "")); got != "30.00" {
			t.Errorf("%s: got income %s, want 30.00", format, got)
		}
	}
}

// TestTableExportHasAnnotations checks that each line of a table has the external id, the metadata
// and the custom fields of its entry.
func TestTableExportHasAnnotations(t *testing.T) {
	t.Parallel()
	b := open(t)
	e := b.entryOn("2025-03-01", "1000", "4000", "1.00")
	e.ExternalId, e.Metadata = "shop-17", map[string]string{"order": "A, 1"}
	if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
		t.Fatal(err)
	}
	export, err := b.ExportBooks(t.Context(), &pb.ExportBooksRequest{Format: pb.ExportBooksRequest_CSV})
	if err != nil {
		t.Fatal(err)
	}
	file := string(export.GetData())
	if want := `,shop-17,"{""order"": ""A, 1""}",`; strings.Count(file, want) != 2 ||
		!strings.Contains(file, "externalId,metadata,customFields") {
		t.Errorf("got %s, want %s in both lines", file, want)
	}
}

// TestPlainTextExportHasAnnotations checks the tags and the metadata of a transaction, also with
// names that the programs do not accept, and that are the same once they are replaced.
func TestPlainTextExportHasAnnotations(t *testing.T) {
	t.Parallel()
	b := open(t)
	if _, err := platformv1.NewCustomFieldsServiceClient(b).CreateCustomField(t.Context(),
		&platformv1.CreateCustomFieldRequest{CustomField: &platformv1.CustomField{
			Resource: "journalEntries", Key: "budget", DisplayName: "Budget", Type: platformv1.CustomField_MONEY,
		}}); err != nil {
		t.Fatal(err)
	}
	e := b.entryOn("2025-03-01", "1000", "4000", "1.00")
	e.Description, e.ExternalId = "Sale", "shop-17"
	e.Metadata = map[string]string{"order no": "A, \"1\"", "order+no": "B", "isClosing": "no"}
	var err error
	if e.CustomFields, err = structpb.NewStruct(map[string]any{
		"budget": map[string]any{"amount": "12.5", "currencyCode": "EUR"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.CreateJournalEntry(t.Context(), &pb.CreateJournalEntryRequest{JournalEntry: e}); err != nil {
		t.Fatal(err)
	}
	for format, want := range map[pb.ExportBooksRequest_Format]string{
		pb.ExportBooksRequest_HLEDGER: `
    ; external_id:shop-17
    ; metadata-isclos-ing:no
    ; metadata-order-no:A; "1"
    ; metadata-order-no-2:B
    ; custom-budget:12.50 EUR
    assets:`,
		pb.ExportBooksRequest_BEANCOUNT: `
  external_id: "shop-17"
  metadata-isClosing: "no"
  metadata-order-no: "A, \"1\""
  metadata-order-no-2: "B"
  custom-budget: "12.50 EUR"
    Assets:`,
	} {
		if file := b.export(t, format, "", ""); !strings.Contains(file, want) {
			t.Errorf("%s: got %s, want %s", format, file, want)
		}
	}
}

package csvfile

import (
	"cmp"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/money"
)

// notations are CSV files in the notations of banks, with the amounts of all lines, and the date
// and the description of the first line.
var notations = map[string]struct {
	content string
	options Options
	amounts []int64
	first   string
	text    string
}{
	"plain": {
		content: "Date,Description,Amount\n2026-11-21,Coffee,-3.50\n2026-11-22,\"Sale, big\",\"1,200.00\"\n",
		amounts: []int64{-350, 120000}, first: "2026-11-21", text: "Coffee",
	},
	"american": {
		content: "Posted Date,Payee,Amount\n11/21/2026,Coffee,($3.50)\n12/01/2026,Sale,$1200\n",
		options: Options{CurrencyCode: "USD"},
		amounts: []int64{-350, 120000}, first: "2026-11-21", text: "Coffee",
	},
	"german": {
		content: "Kontoauszug;;;\n;;;\nBuchungstag;Begünstigter/Zahlungspflichtiger;Verwendungszweck;Betrag\n" +
			"21.11.2026;Café;Kaffee;-1.003,50\n22.11.2026;Kunde;Rechnung;1.200,00\n",
		amounts: []int64{-100350, 120000}, first: "2026-11-21", text: "Kaffee",
	},
	"latin": {
		content: "Datum;Empf\xe4nger;Verwendungszweck;Umsatz\n21.11.26;M\xfcller;Kaffee;-3,50 EUR\n",
		amounts: []int64{-350}, first: "2026-11-21", text: "Kaffee",
	},
	"french": {
		content: "Date\tLibellé\tDébit\tCrédit\n21/11/2026\tCafé\t3,50\t\n22/11/2026\tVente\t\t1 200,00\n",
		amounts: []int64{-350, 120000}, first: "2026-11-21", text: "Café",
	},
	"signed": {
		content: "Date,Description,Debit,Credit\n2026-11-21,Coffee,-3.50,\n",
		amounts: []int64{-350}, first: "2026-11-21", text: "Coffee",
	},
	"excel": {
		content: "sep=;\nDate;Text;Amount\n2026-11-21;Coffee;3,50-\n",
		amounts: []int64{-350}, first: "2026-11-21", text: "Coffee",
	},
	"thousands": {
		content: "Date;Text;Amount\n2026-11-21;Machine;1.234\n2026-11-21;Coffee;3,50\n",
		amounts: []int64{123400, 350}, first: "2026-11-21", text: "Machine",
	},
	"a card": {
		content: "Date,Description,Amount\n2026-11-21,Coffee,3.50\n",
		options: Options{Layout: Layout{MoneyOutPositive: true}},
		amounts: []int64{-350}, first: "2026-11-21", text: "Coffee",
	},
	"no header": {
		content: "21.11.2026|Coffee|-3,50\n",
		options: Options{Layout: Layout{
			NoHeader: true, Delimiter: "|",
			Columns: Columns{DateColumn: {"1"}, DescriptionColumn: {"2"}, AmountColumn: {"3"}},
		}},
		amounts: []int64{-350}, first: "2026-11-21", text: "Coffee",
	},
	"named": {
		content: "Wann,Wer,Was,Wieviel\n02/01/2026,Ann,Tee,-3.50\n",
		options: Options{Layout: Layout{
			DateOrder: datetext.DayMonthYear,
			Columns:   Columns{DateColumn: {"wann"}, DescriptionColumn: {"Was", "Wer"}, AmountColumn: {"Wieviel"}},
		}},
		amounts: []int64{-350}, first: "2026-01-02", text: "Tee Ann",
	},
}

func TestCSVNotations(t *testing.T) {
	for name, c := range notations {
		t.Run(name, func(t *testing.T) {
			c.options.CurrencyCode = cmp.Or(c.options.CurrencyCode, "EUR")
			file, err := Read(t.Context(), []byte(c.content), c.options)
			if err != nil || len(file.Problems) > 0 {
				t.Fatalf("got %v and the problems %+v, want none", err, file.Problems)
			}
			lines := file.Statements[0].Lines
			if len(lines) != len(c.amounts) || lines[0].Date != day(t, c.first) || lines[0].Description != c.text {
				t.Fatalf("got %+v", lines)
			}
			for i, want := range c.amounts {
				if lines[i].Amount != want {
					t.Errorf("line %d: got %d, want %d", i, lines[i].Amount, want)
				}
			}
		})
	}
}

func TestCSVRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		layout  Layout
		want    error
	}{
		"order of dates": {"Date,Amount\n01/02/2026,1.00\n", Layout{}, statement.ErrAmbiguous},
		"both orders":    {"Date,Amount\n31/01/2026,1.00\n01/31/2026,1.00\n", Layout{}, statement.ErrAmbiguous},
		"no columns":     {"a,b\n1,2\n", Layout{}, statement.ErrFormat},
		"a missing column": {
			"Date,Amount\n2026-01-01,1\n", Layout{Columns: Columns{AmountColumn: {"Betrag"}}}, statement.ErrFormat,
		},
		"no lines":    {"Date,Amount\n\n", Layout{}, statement.ErrNoStatement},
		"all skipped": {"Date,Amount\n2026-01-01,1\n", Layout{SkipRows: 9}, statement.ErrNoStatement},
		"charset":     {"Date,Amount\n2026-01-01,1\n", Layout{Charset: "klingon"}, statement.ErrCharset},
	} {
		t.Run(name, func(t *testing.T) {
			options := Options{CurrencyCode: "USD", Layout: c.layout}
			if _, err := Read(t.Context(), []byte(c.content), options); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	file := readText(t, "Date,Amount,Currency\n2026-01-01,1.00,USD\n2026-02-30,1.00,USD\n"+
		"2026-01-01,one,USD\n2026-01-01,1.00,EUR\n2026-01-02,1.005,USD\n")
	if len(file.Statements[0].Lines) != 1 || len(file.Problems) != 4 {
		t.Errorf("got %+v", file)
	}
}

// TestCSVBalances reads the opening and the closing balance from a column of balances, with the
// lines sorted from old to new and from new to old.
func TestCSVBalances(t *testing.T) {
	for _, content := range []string{
		"Date,Amount,Balance\n2026-01-01,10.00,110.00\n2026-01-02,-5.00,105.00\n",
		"Date,Amount,Balance\n2026-01-02,-5.00,105.00\n2026-01-01,10.00,110.00\n",
	} {
		file := readText(t, content)
		s := file.Statements[0]
		if s.OpeningBalance.Amount != 10000 || s.LedgerBalance.Amount != 10500 || len(s.Lines) != 2 || !s.AddsUp() {
			t.Errorf("%s: got %+v", content, s)
		}
	}
	file := readText(t, "Date,Amount,Balance\n2026-01-01,10.00,110.00\n2026-01-02,-5.00,99.00\n")
	if file.Statements[0].LedgerBalance != nil {
		t.Errorf("balances that contradict the lines: got %+v, want no balance", file)
	}
}

// TestCSVWithoutValidRows reads a table in which no row can be read. Each row is a problem.
func TestCSVWithoutValidRows(t *testing.T) {
	file := readText(t, "Date,Amount,Balance\n2026-01-01,none,1.00\n2026-01-02,,2.00\n")
	if len(file.Problems) != 2 || len(file.Statements[0].Lines) != 0 || file.Statements[0].LedgerBalance != nil {
		t.Errorf("got %+v", file)
	}
}

func day(t testing.TB, text string) calendar.Date {
	t.Helper()
	date, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return date
}

func readText(t testing.TB, content string) File {
	t.Helper()
	file, err := Read(t.Context(), []byte(content), Options{CurrencyCode: "USD"})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestCSVReadsAmountsWithEitherMark writes amounts with a decimal point or comma and reads them
// back.
func TestCSVReadsAmountsWithEitherMark(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, "minor")
		text := money.Format(n, "USD")
		row := "2026-11-21,x,\"" + text + "\"\n2026-11-21,y,0.01\n"
		if rapid.Bool().Draw(t, "comma") {
			row = "2026-11-21,x,\"" + strings.Replace(text, ".", ",", 1) + "\"\n2026-11-21,y,\"0,01\"\n"
		}
		file, err := Read(t.Context(), []byte("Date,Text,Amount\n"+row), Options{CurrencyCode: "USD"})
		if err != nil || len(file.Statements[0].Lines) != 2 || file.Statements[0].Lines[0].Amount != n {
			t.Fatalf("%s: got %+v, %v", row, file, err)
		}
	})
}

// TestCounterpartyAccountHasAClearName reads the account of the other side from columns whose names
// leave no doubt, or that a layout names.
func TestCounterpartyAccountHasAClearName(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"Counterparty IBAN": "DE02", "Kontonummer/IBAN": "DE02", "Tegenrekening IBAN/BBAN": "DE02", "IBAN": "",
	} {
		file := readText(t, "Date,Name,"+header+",Amount\n2026-01-05,Ann,DE02,1.00\n")
		if got := file.Statements[0].Lines[0].CounterpartyAccount; got != want {
			t.Errorf("%s: got %q, want %q", header, got, want)
		}
	}
	layout := Layout{Columns: Columns{CounterpartyAccountColumn: {"ann's"}}}
	file, _ := readAmounts(t, "Date,Ann's,Amount\n2026-01-05,DE02,1.00\n", layout)
	if got := file.Statements[0].Lines[0].CounterpartyAccount; got != "DE02" {
		t.Errorf("with a layout: got %q", got)
	}
}

// TestBasisOfCharset reports how sure a charset is: one of Unicode shows itself, and others are
// told or assumed.
func TestBasisOfCharset(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text, told string
		want       Basis
	}{
		"Unicode":         {"Café", "", Shown},
		"Unicode is told": {"Café", "UTF-8", Shown},
		"told":            {"Caf\xe9", "windows-1252", Told},
		"not told":        {"Caf\xe9", "", Assumed},
	} {
		file, _ := readAmounts(t, "Date,Amount,Text\n2026-01-05,1.00,"+c.text+"\n", Layout{Charset: c.told})
		if l := file.Layout; l.CharsetBasis != c.want || file.Statements[0].Lines[0].Description != "Café" {
			t.Errorf("%s: got %s, %s and %+v", name, l.Charset, l.CharsetBasis, file.Statements[0].Lines)
		}
	}
}

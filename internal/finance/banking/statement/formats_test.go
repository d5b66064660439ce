package statement

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/platform/money"
)

func fixture(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", path))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func readFixture(t testing.TB, path string) File {
	t.Helper()
	file, err := Read(t.Context(), fixture(t, path), Options{FileName: path})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if len(file.Problems) > 0 {
		t.Errorf("%s has problems %+v", path, file.Problems)
	}
	return file
}

// checkBalances holds opening balance and lines to lead to the closing balance.
func checkBalances(t testing.TB, name string, s Statement, opening, closing int64, lines int) {
	t.Helper()
	sum := s.OpeningBalance.Amount
	for _, l := range s.Lines {
		sum += l.Amount
	}
	if s.OpeningBalance.Amount != opening || s.LedgerBalance.Amount != closing || sum != closing || len(s.Lines) != lines {
		t.Errorf("%s: %d to %d by %d lines, which lead to %d", name, s.OpeningBalance.Amount, s.LedgerBalance.Amount, len(s.Lines), sum)
	}
}

// TestMT940Samples reads statements that banks wrote; what is in them was read by eye.
func TestMT940Samples(t *testing.T) {
	mbank := readFixture(t, "mt940/mBank-mt940.sta").Statements[0]
	checkBalances(t, "mBank", mbank, 40, 43, len(mbank.Lines))
	if mbank.CurrencyCode != "PLN" || mbank.AccountNumber != "PL29114010810000267002001002" || mbank.Lines[0].BankReference != "MB170119012058" {
		t.Errorf("got %+v", mbank)
	}
	ing := readFixture(t, "mt940/jejik-ing.sta").Statements[0]
	if len(ing.Lines) != 7 || ing.CurrencyCode != "EUR" || ing.AccountNumber != "0001234567" || ing.LedgerBalance.Amount != 347 || ing.OpeningBalance.Amount != 0 {
		t.Errorf("got %+v", ing)
	}
	rabo := readFixture(t, "mt940/jejik-rabobank-iban.sta").Statements
	if len(rabo) != 2 {
		t.Fatalf("got %d statements", len(rabo))
	}
	checkBalances(t, "Rabobank, first", rabo[0], 100000, 96500, 2)
	checkBalances(t, "Rabobank, second", rabo[1], 96500, 93000, 2)
	if l := rabo[0].Lines[1]; l.CounterpartyName != "JOHN DOE" || l.Description != "Reference 201301234" || l.Date != day(t, "2013-01-02") {
		t.Errorf("got %+v", l)
	}
	february := readFixture(t, "mt940/self-provided-february_30.sta").Statements[0]
	checkBalances(t, "30 February", february, 120000, 119400, 1)
	if l := february.Lines[0]; l.Date != day(t, "2016-03-01") || l.Description != "Pauschalen" {
		t.Errorf("got %+v", l)
	}
	sepa := readFixture(t, "mt940/betterplace-sepa_snippet.sta").Statements
	if len(sepa) != 2 || sepa[0].Lines[3].Amount != -150000 && sepa[0].Lines[3].Amount != 150000 || sepa[0].BankCode != "50880050" {
		t.Errorf("got %+v", sepa)
	}
	if l := sepa[0].Lines[0]; l.CounterpartyName != "KARL        KAUFMANN" || !strings.Contains(l.Description, "CTSc-01") {
		t.Errorf("got %+v", l)
	}
}

func TestCAMTSamples(t *testing.T) {
	for _, name := range []string{"camt053/camt053.v2.minimal.xml", "camt053/camt053.v4.xml"} {
		file := readFixture(t, name)
		s := file.Statements[0]
		if len(file.Statements) != 1 || len(s.Lines) != 1 || s.CurrencyCode != "EUR" || s.AccountNumber != "NL26VAYB8060476890" || s.OpeningBalance.Amount != 1815 {
			t.Errorf("%s: got %+v", name, file)
		}
		if l := s.Lines[0]; l.Amount != 885 || l.Date != day(t, "2014-12-31") || l.CounterpartyName != "NAME NAME" || l.Description != "4654654654654654" {
			t.Errorf("%s: got %+v", name, l)
		}
	}
	if file := readFixture(t, "camt053/camt053.v2.multi.statement.xml"); len(file.Statements) != 2 {
		t.Errorf("got %d statements", len(file.Statements))
	}
}

// camtOfVersion is a message with entries in euros.
func camtOfVersion(version string, entries ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.` + version + `"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>DE02100100109307118603</IBAN></Id><Ccy>EUR</Ccy></Acct>` +
		strings.Join(entries, "") + `</Stmt></BkToCstmrStmt></Document>`
}

func TestCAMTEntries(t *testing.T) {
	batch := `<Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>2026-11-02T10:00:00</DtTm></BookgDt><NtryDtls>` +
		`<TxDtls><Refs><AcctSvcrRef>A1</AcctSvcrRef></Refs><Amt Ccy="EUR">10.00</Amt><RltdPties><Cdtr><Pty><Nm>Ann</Nm></Pty></Cdtr></RltdPties><RmtInf><Ustrd>one</Ustrd><Ustrd>two</Ustrd></RmtInf></TxDtls>` +
		`<TxDtls><Refs><AcctSvcrRef>A2</AcctSvcrRef></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">20.00</Amt></TxAmt></AmtDtls><RltdPties><Cdtr><Nm>Bob</Nm></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>`
	pending := `<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt></Ntry>`
	dollars := `<Ntry><Amt Ccy="USD">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt></Ntry>`
	file := read(t, camtOfVersion("08", batch, pending, dollars))
	lines := file.Statements[0].Lines
	if len(lines) != 2 || lines[0].Amount != -1000 || lines[1].Amount != -2000 || lines[0].CounterpartyName != "Ann" || lines[1].CounterpartyName != "Bob" || lines[0].Description != "one two" || lines[1].BankReference != "A2" {
		t.Errorf("got %+v", lines)
	}
	if len(file.Warnings) != 1 || len(file.Problems) != 1 || file.Problems[0].Line != 3 {
		t.Errorf("got %+v, %q", file.Problems, file.Warnings)
	}
	for content, want := range map[string]error{
		strings.ReplaceAll(camtOfVersion("02"), "BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn"):      ErrUnsupported,
		strings.TrimSuffix(camtOfVersion("02", pending), "</Stmt></BkToCstmrStmt></Document>"): ErrDamaged,
		strings.Replace(camtOfVersion("02"), "?>", `?><!DOCTYPE x [<!ENTITY a "aaaa">]>`, 1):   ErrUnsupported,
		strings.Replace(camtOfVersion("02", pending), "PDNG", "&lol;", 1):                      ErrDamaged,
		camtOfVersion("02", strings.Repeat("<a>", 20_000)):                                     ErrLimit,
		strings.Replace(camtOfVersion("02"), "UTF-8", "klingon", 1):                            ErrCharset,
	} {
		if _, err := Read(t.Context(), []byte(content), Options{}); !errors.Is(err, want) {
			t.Errorf("%.120s gives %v, want %v", content, err, want)
		}
	}
}

func TestQIF(t *testing.T) {
	file, err := Read(t.Context(), []byte("!Type:Bank\nD1/ 1'26\nT1,000.00\nCX\nPOpening Balance\nL[Checking]\n^\nD1/31'26\nT-1,234.56\nPLandlord\nMRent\nN101\nSRent\n$-1234.56\n^\nD2/ 3'26\nU12\nTx\n^\n"), Options{CurrencyCode: "USD"})
	if err != nil || len(file.Problems) != 1 || file.Problems[0].Field != "T" {
		t.Fatalf("got %+v, %v", file, err)
	}
	s := file.Statements[0]
	if s.OpeningBalance == nil || s.OpeningBalance.Amount != 100000 || len(s.Lines) != 1 || s.Lines[0].Amount != -123456 || s.Lines[0].Date != day(t, "2026-01-31") || s.Lines[0].CheckNumber != "101" {
		t.Errorf("got %+v", s)
	}
	european, err := Read(t.Context(), []byte("!Type:CCard\nD31.01.2026\nT-12,50\nPCafé\n^\n"), Options{CurrencyCode: "EUR"})
	if err != nil || european.Statements[0].Lines[0].Amount != -1250 {
		t.Errorf("got %+v, %v", european, err)
	}
	for content, want := range map[string]error{
		"!Type:Bank\nD1/2'26\nT1\n^\n":                            ErrAmbiguous,
		"!Type:Bank\nD31/1'26\nT1\n":                              ErrDamaged,
		"!Type:Bank\nD31/1'26\nT1\nD2/1'26\nT2\n^\n":              ErrDamaged,
		"!Type:Invst\nD31/1'26\n^\n":                              ErrUnsupported,
		"!Type:Cat\nNRent\n^\n":                                   ErrNoStatement,
		"!Type:Bank\nD31/1'26\nT1\n^\n!Type:Bank\nD1/1'26\nT1\n^": ErrUnsupported,
	} {
		if _, err := Read(t.Context(), []byte(content), Options{CurrencyCode: "USD"}); !errors.Is(err, want) {
			t.Errorf("%q gives %v, want %v", content, err, want)
		}
	}
	if file, err := Read(t.Context(), []byte("!Type:Bank\nD1/2'26\nT1\n^\n"), Options{CurrencyCode: "USD", DateOrder: MonthDayYear}); err != nil || file.Statements[0].Lines[0].Date != day(t, "2026-01-02") {
		t.Errorf("got %+v, %v", file, err)
	}
}

func TestCSV(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		options Options
		amounts []int64
		first   string
		text    string
	}{
		"plain":     {"Date,Description,Amount\n2026-11-21,Coffee,-3.50\n2026-11-22,\"Sale, big\",\"1,200.00\"\n", Options{}, []int64{-350, 120000}, "2026-11-21", "Coffee"},
		"american":  {"Posted Date,Payee,Amount\n11/21/2026,Coffee,($3.50)\n12/01/2026,Sale,$1200\n", Options{}, []int64{-350, 120000}, "2026-11-21", "Coffee"},
		"german":    {"Kontoauszug;;;\n;;;\nBuchungstag;Begünstigter/Zahlungspflichtiger;Verwendungszweck;Betrag\n21.11.2026;Café;Kaffee;-1.003,50\n22.11.2026;Kunde;Rechnung;1.200,00\n", Options{}, []int64{-100350, 120000}, "2026-11-21", "Kaffee"},
		"latin":     {"Datum;Empf\xe4nger;Verwendungszweck;Umsatz\n21.11.26;M\xfcller;Kaffee;-3,50 EUR\n", Options{}, []int64{-350}, "2026-11-21", "Kaffee"},
		"french":    {"Date\tLibellé\tDébit\tCrédit\n21/11/2026\tCafé\t3,50\t\n22/11/2026\tVente\t\t1 200,00\n", Options{}, []int64{-350, 120000}, "2026-11-21", "Café"},
		"signed":    {"Date,Description,Debit,Credit\n2026-11-21,Coffee,-3.50,\n", Options{}, []int64{-350}, "2026-11-21", "Coffee"},
		"excel":     {"sep=;\nDate;Text;Amount\n2026-11-21;Coffee;3,50-\n", Options{}, []int64{-350}, "2026-11-21", "Coffee"},
		"thousands": {"Date;Text;Amount\n2026-11-21;Machine;1.234\n2026-11-21;Coffee;3,50\n", Options{}, []int64{123400, 350}, "2026-11-21", "Machine"},
		"a card":    {"Date,Description,Amount\n2026-11-21,Coffee,3.50\n", Options{Layout: CSVLayout{MoneyOutPositive: true}}, []int64{-350}, "2026-11-21", "Coffee"},
		"no header": {"21.11.2026|Coffee|-3,50\n", Options{Layout: CSVLayout{NoHeader: true, Delimiter: "|", Columns: CSVColumns{Date: "1", Description: []string{"2"}, Amount: "3"}}}, []int64{-350}, "2026-11-21", "Coffee"},
		"named":     {"Wann,Wer,Was,Wieviel\n02/01/2026,Ann,Tee,-3.50\n", Options{Layout: CSVLayout{DateOrder: DayMonthYear, Columns: CSVColumns{Date: "wann", Description: []string{"Was", "Wer"}, Amount: "Wieviel"}}}, []int64{-350}, "2026-01-02", "Tee Ann"},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.Format, c.options.CurrencyCode = CSV, "EUR"
			file, err := Read(t.Context(), []byte(c.content), c.options)
			if err != nil || len(file.Problems) > 0 {
				t.Fatalf("%v, %+v", err, file.Problems)
			}
			lines := file.Statements[0].Lines
			if len(lines) != len(c.amounts) || lines[0].Date != day(t, c.first) || lines[0].Description != c.text {
				t.Fatalf("got %+v", lines)
			}
			for i, want := range c.amounts {
				if lines[i].Amount != want {
					t.Errorf("line %d is %d, want %d", i, lines[i].Amount, want)
				}
			}
		})
	}
}

func TestCSVRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		layout  CSVLayout
		want    error
	}{
		"order of dates":   {"Date,Amount\n01/02/2026,1.00\n", CSVLayout{}, ErrAmbiguous},
		"both orders":      {"Date,Amount\n31/01/2026,1.00\n01/31/2026,1.00\n", CSVLayout{}, ErrAmbiguous},
		"no columns":       {"a,b\n1,2\n", CSVLayout{}, ErrFormat},
		"a missing column": {"Date,Amount\n2026-01-01,1\n", CSVLayout{Columns: CSVColumns{Amount: "Betrag"}}, ErrFormat},
		"no lines":         {"Date,Amount\n\n", CSVLayout{}, ErrNoStatement},
		"all skipped":      {"Date,Amount\n2026-01-01,1\n", CSVLayout{SkipRows: 9}, ErrNoStatement},
		"charset":          {"Date,Amount\n2026-01-01,1\n", CSVLayout{Charset: "klingon"}, ErrCharset},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read(t.Context(), []byte(c.content), Options{Format: CSV, CurrencyCode: "USD", Layout: c.layout}); !errors.Is(err, c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	file, err := Read(t.Context(), []byte("Date,Amount,Currency\n2026-01-01,1.00,USD\n2026-02-30,1.00,USD\n2026-01-01,one,USD\n2026-01-01,1.00,EUR\n2026-01-02,1.005,USD\n"), Options{Format: CSV, CurrencyCode: "USD"})
	if err != nil || len(file.Statements[0].Lines) != 1 || len(file.Problems) != 4 {
		t.Errorf("got %+v, %v", file, err)
	}
}

// TestCSVBalances holds a column of balances to say the opening and the closing one,
// whichever way the lines are sorted.
func TestCSVBalances(t *testing.T) {
	for _, content := range []string{
		"Date,Amount,Balance\n2026-01-01,10.00,110.00\n2026-01-02,-5.00,105.00\n",
		"Date,Amount,Balance\n2026-01-02,-5.00,105.00\n2026-01-01,10.00,110.00\n",
	} {
		file := readCSVText(t, content)
		checkBalances(t, content, file.Statements[0], 10000, 10500, 2)
	}
	if file := readCSVText(t, "Date,Amount,Balance\n2026-01-01,10.00,110.00\n2026-01-02,-5.00,99.00\n"); file.Statements[0].LedgerBalance != nil {
		t.Errorf("balances that contradict the lines are believed: %+v", file)
	}
}

// TestCSVWithoutASoundRow holds a table none of whose rows can be read to say so, row by row.
func TestCSVWithoutASoundRow(t *testing.T) {
	file := readCSVText(t, "Date,Amount,Balance\n2026-01-01,none,1.00\n2026-01-02,,2.00\n")
	if len(file.Problems) != 2 || len(file.Statements[0].Lines) != 0 || file.Statements[0].LedgerBalance != nil {
		t.Errorf("got %+v", file)
	}
}

func readCSVText(t testing.TB, content string) File {
	t.Helper()
	file, err := Read(t.Context(), []byte(content), Options{Format: CSV, CurrencyCode: "USD"})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestCSVProperty writes amounts in the ways of two countries and reads them back.
func TestCSVProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, "minor")
		text := money.Format(n, "USD")
		row := "2026-11-21,x,\"" + text + "\"\n2026-11-21,y,0.01\n"
		if rapid.Bool().Draw(t, "comma") {
			row = "2026-11-21,x,\"" + strings.Replace(text, ".", ",", 1) + "\"\n2026-11-21,y,\"0,01\"\n"
		}
		file, err := Read(t.Context(), []byte("Date,Text,Amount\n"+row), Options{Format: CSV, CurrencyCode: "USD"})
		if err != nil || len(file.Statements[0].Lines) != 2 || file.Statements[0].Lines[0].Amount != n {
			t.Fatalf("%s gives %+v, %v", row, file, err)
		}
	})
}

// FuzzFormats holds every reader to refuse or read whatever it is given, without a
// panic, and what is read to be fit to be stored.
func FuzzFormats(f *testing.F) {
	for _, name := range []string{"mt940/mBank-mt940.sta", "mt940/jejik-ing.sta", "mt940/jejik-rabobank-iban.sta", "mt940/self-provided-february_30.sta", "mt940/betterplace-sepa_snippet.sta", "camt053/camt053.v2.minimal.xml", "camt053/camt053.v4.xml"} {
		f.Add(fixture(f, name))
	}
	f.Add([]byte("!Type:Bank\nD1/31'26\nT-1,234.56\nPLandlord\n^\n"))
	f.Add([]byte("Date;Text;Debit;Credit;Balance\n21.11.2026;x;1.234,50;;1\n"))
	f.Add([]byte("sep=|\nDate|Amount\n2026-11-21|(1)\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, format := range []Format{QIF, CAMT053, MT940, CSV} {
			file, err := Read(t.Context(), content, Options{Format: format, CurrencyCode: "EUR"})
			if err != nil {
				checkRefusal(t, file, err)
				continue
			}
			checkFile(t, file)
		}
	})
}

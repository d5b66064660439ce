package bankfile

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/datetext"
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
		t.Errorf("%s: got the problems %+v, want none", path, file.Problems)
	}
	return file
}

// checkBalances checks the balances and that the lines lead from the opening to the closing
// balance.
func checkBalances(t testing.TB, name string, s statement.Statement, opening, closing int64, lines int) {
	t.Helper()
	sum := s.OpeningBalance.Amount
	for _, l := range s.Lines {
		sum += l.Amount
	}
	gotOpening, gotClosing := s.OpeningBalance.Amount, s.LedgerBalance.Amount
	if gotOpening != opening || gotClosing != closing || sum != closing || len(s.Lines) != lines {
		t.Errorf("%s: got %d lines from %d to %d, with the sum %d, want %d lines from %d to %d",
			name, len(s.Lines), gotOpening, gotClosing, sum, lines, opening, closing)
	}
}

// TestMT940Samples reads statements of real banks. The expected values were read from the files by
// hand.
func TestMT940Samples(t *testing.T) {
	mbank := readFixture(t, "mt940/mBank-mt940.sta").Statements[0]
	checkBalances(t, "mBank", mbank, 40, 43, len(mbank.Lines))
	if mbank.CurrencyCode != "PLN" || mbank.AccountNumber != "PL29114010810000267002001002" ||
		mbank.Lines[0].BankReference != "MB170119012058" {
		t.Errorf("got %+v", mbank)
	}
	ing := readFixture(t, "mt940/jejik-ing.sta").Statements[0]
	if len(ing.Lines) != 7 || ing.CurrencyCode != "EUR" || ing.AccountNumber != "0001234567" ||
		ing.LedgerBalance.Amount != 347 || ing.OpeningBalance.Amount != 0 {
		t.Errorf("got %+v", ing)
	}
	rabo := readFixture(t, "mt940/jejik-rabobank-iban.sta").Statements
	if len(rabo) != 2 {
		t.Fatalf("got %d statements", len(rabo))
	}
	checkBalances(t, "Rabobank, first", rabo[0], 100000, 96500, 2)
	checkBalances(t, "Rabobank, second", rabo[1], 96500, 93000, 2)
	l := rabo[0].Lines[1]
	if l.CounterpartyName != "JOHN DOE" || l.Description != "Reference 201301234" || l.Date != day(t, "2013-01-02") {
		t.Errorf("got %+v", l)
	}
	february := readFixture(t, "mt940/self-provided-february_30.sta").Statements[0]
	checkBalances(t, "30 February", february, 120000, 119400, 1)
	if l := february.Lines[0]; l.Date != day(t, "2016-03-01") || l.Description != "Pauschalen" {
		t.Errorf("got %+v", l)
	}
	sepa := readFixture(t, "mt940/betterplace-sepa_snippet.sta").Statements
	if amount := sepa[0].Lines[3].Amount; len(sepa) != 2 || max(amount, -amount) != 150000 ||
		sepa[0].BankCode != "50880050" {
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
		if len(file.Statements) != 1 || len(s.Lines) != 1 || s.CurrencyCode != "EUR" ||
			s.AccountNumber != "NL26VAYB8060476890" || s.OpeningBalance.Amount != 1815 {
			t.Errorf("%s: got %+v", name, file)
		}
		l := s.Lines[0]
		if l.Amount != 885 || l.Date != day(t, "2014-12-31") || l.CounterpartyName != "NAME NAME" ||
			l.Description != "4654654654654654" {
			t.Errorf("%s: got %+v", name, l)
		}
	}
	if file := readFixture(t, "camt053/camt053.v2.multi.statement.xml"); len(file.Statements) != 2 {
		t.Errorf("got %d statements", len(file.Statements))
	}
}

// camtOfVersion returns a message of a camt.053 version with entries in euros.
func camtOfVersion(version string, entries ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>` +
		`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.` + version + `"><BkToCstmrStmt><Stmt>` +
		`<Acct><Id><IBAN>DE02100100109307118603</IBAN></Id><Ccy>EUR</Ccy></Acct>` +
		strings.Join(entries, "") + `</Stmt></BkToCstmrStmt></Document>`
}

// The entries that TestCAMTEntries reads.
const (
	batchEntry = `<Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>` +
		`<BookgDt><DtTm>2026-11-02T10:00:00</DtTm></BookgDt><NtryDtls>` +
		`<TxDtls><Refs><AcctSvcrRef>A1</AcctSvcrRef></Refs><Amt Ccy="EUR">10.00</Amt>` +
		`<RltdPties><Cdtr><Pty><Nm>Ann</Nm></Pty></Cdtr></RltdPties>` +
		`<RmtInf><Ustrd>one</Ustrd><Ustrd>two</Ustrd></RmtInf></TxDtls>` +
		`<TxDtls><Refs><AcctSvcrRef>A2</AcctSvcrRef></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">20.00</Amt></TxAmt></AmtDtls>` +
		`<RltdPties><Cdtr><Nm>Bob</Nm></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>`
	pendingEntry = `<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts>` +
		`<BookgDt><Dt>2026-11-02</Dt></BookgDt></Ntry>`
	dollarEntry = `<Ntry><Amt Ccy="USD">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>` +
		`<BookgDt><Dt>2026-11-02</Dt></BookgDt></Ntry>`
)

func TestCAMTEntries(t *testing.T) {
	file := read(t, camtOfVersion("08", batchEntry, pendingEntry, dollarEntry))
	lines := file.Statements[0].Lines
	if len(lines) != 2 || lines[0].Amount != -1000 || lines[1].Amount != -2000 || lines[0].CounterpartyName != "Ann" ||
		lines[1].CounterpartyName != "Bob" || lines[0].Description != "one two" || lines[1].BankReference != "A2" {
		t.Errorf("got %+v", lines)
	}
	if len(file.Warnings) != 1 || len(file.Problems) != 1 || file.Problems[0].Line != 3 {
		t.Errorf("got %+v, %q", file.Problems, file.Warnings)
	}
	for content, want := range map[string]error{
		strings.ReplaceAll(camtOfVersion("02"), "BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn"):           statement.ErrUnsupported,
		strings.TrimSuffix(camtOfVersion("02", pendingEntry), "</Stmt></BkToCstmrStmt></Document>"): statement.ErrCorrupt,
		strings.Replace(camtOfVersion("02"), "?>", `?><!DOCTYPE x [<!ENTITY a "aaaa">]>`, 1):        statement.ErrUnsupported,
		strings.Replace(camtOfVersion("02", pendingEntry), "PDNG", "&lol;", 1):                      statement.ErrCorrupt,
		camtOfVersion("02", strings.Repeat("<a>", 20_000)):                                          statement.ErrLimit,
		strings.Replace(camtOfVersion("02"), "UTF-8", "klingon", 1):                                 statement.ErrCharset,
	} {
		if _, err := Read(t.Context(), []byte(content), Options{}); !errors.Is(err, want) {
			t.Errorf("%.120s: got %v, want %v", content, err, want)
		}
	}
}

func TestQIF(t *testing.T) {
	file, err := Read(t.Context(), []byte(""+
		"!Type:Bank\nD1/ 1'26\nT1,000.00\nCX\nPOpening Balance\nL[Checking]\n^\n"+
		"D1/31'26\nT-1,234.56\nPLandlord\nMRent\nN101\nSRent\n$-1234.56\n^\nD2/ 3'26\nU12\nTx\n^\n"),
		Options{CurrencyCode: "USD"})
	if err != nil || len(file.Problems) != 1 || file.Problems[0].Field != "T" {
		t.Fatalf("got %+v, %v", file, err)
	}
	s := file.Statements[0]
	if s.OpeningBalance == nil || s.OpeningBalance.Amount != 100000 || len(s.Lines) != 1 ||
		s.Lines[0].Amount != -123456 || s.Lines[0].Date != day(t, "2026-01-31") || s.Lines[0].CheckNumber != "101" {
		t.Errorf("got %+v", s)
	}
	european, err := Read(t.Context(), []byte("!Type:CCard\nD31.01.2026\nT-12,50\nPCafé\n^\n"),
		Options{CurrencyCode: "EUR"})
	if err != nil || european.Statements[0].Lines[0].Amount != -1250 {
		t.Errorf("got %+v, %v", european, err)
	}
	for content, want := range map[string]error{
		"!Type:Bank\nD1/2'26\nT1\n^\n":                            statement.ErrAmbiguous,
		"!Type:Bank\nD31/1'26\nT1\n":                              statement.ErrCorrupt,
		"!Type:Bank\nD31/1'26\nT1\nD2/1'26\nT2\n^\n":              statement.ErrCorrupt,
		"!Type:Invst\nD31/1'26\n^\n":                              statement.ErrUnsupported,
		"!Type:Cat\nNRent\n^\n":                                   statement.ErrNoStatement,
		"!Type:Bank\nD31/1'26\nT1\n^\n!Type:Bank\nD1/1'26\nT1\n^": statement.ErrUnsupported,
	} {
		if _, err := Read(t.Context(), []byte(content), Options{CurrencyCode: "USD"}); !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", content, err, want)
		}
	}
	file, err = Read(t.Context(), []byte("!Type:Bank\nD1/2'26\nT1\n^\n"),
		Options{CurrencyCode: "USD", DateOrder: datetext.MonthDayYear})
	if err != nil || file.Statements[0].Lines[0].Date != day(t, "2026-01-02") {
		t.Errorf("got %+v, %v", file, err)
	}
}

// FuzzFormats checks that every reader returns a valid file or one of the package's errors for
// arbitrary content, without a panic.
func FuzzFormats(f *testing.F) {
	for _, name := range []string{
		"mt940/mBank-mt940.sta", "mt940/jejik-ing.sta", "mt940/jejik-rabobank-iban.sta",
		"mt940/self-provided-february_30.sta", "mt940/betterplace-sepa_snippet.sta",
		"camt053/camt053.v2.minimal.xml", "camt053/camt053.v4.xml",
	} {
		f.Add(fixture(f, name))
	}
	f.Add([]byte("!Type:Bank\nD1/31'26\nT-1,234.56\nPLandlord\n^\n"))
	f.Add([]byte("Date;Text;Debit;Credit;Balance\n21.11.2026;x;1.234,50;;1\n"))
	f.Add([]byte("sep=|\nDate|Amount\n2026-11-21|(1)\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, format := range []statement.Format{statement.QIF, statement.CAMT053, statement.MT940, statement.CSV} {
			file, err := Read(t.Context(), content, Options{Format: format, CurrencyCode: "EUR"})
			if err != nil {
				checkRefusal(t, file, err)
				continue
			}
			checkFile(t, file)
		}
	})
}

// TestLinesOfSamplesHaveDifferentKeys checks that no two lines of a sample are taken for one, and
// that a second reading gives each the same key.
func TestLinesOfSamplesHaveDifferentKeys(t *testing.T) {
	for _, name := range sampleNames[:3] {
		lines := read(t, string(sample(t, name))).Statements[0].Lines
		keys := statement.DedupKeys(lines)
		if unique := slices.Compact(slices.Sorted(slices.Values(keys))); len(unique) != len(lines) {
			t.Errorf("%s: got %d keys for %d lines", name, len(unique), len(lines))
		}
		again := read(t, string(sample(t, name))).Statements[0].Lines
		if !slices.Equal(statement.DedupKeys(again), keys) {
			t.Errorf("%s: got other keys the second time", name)
		}
	}
}

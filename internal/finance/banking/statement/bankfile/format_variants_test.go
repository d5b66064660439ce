package bankfile

import (
	"slices"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"backoffice/internal/finance/banking/statement"
)

// TestQIFOfSeveralAccounts reads a file with a list of accounts and the records of two of them.
func TestQIFOfSeveralAccounts(t *testing.T) {
	t.Parallel()
	file, err := Read(t.Context(), []byte(""+
		"!Option:AutoSwitch\n!Account\nNChecking\nTBank\n^\nNVisa\nTCCard\n^\n!Clear:AutoSwitch\n"+
		"!Type:Cat\nNFood\nE\n^\n"+
		"!Account\nNChecking\n^\n!Type:Bank\nD1/ 5' 4\nT-1,234.50\nPShop\nSFood\n$-1,000.00\nSTea\n$-234.50\n^\n"+
		"!Account\nNVisa\n^\n!Type:CCard\nD12/31/99\nT-2.00\nPCafe\n^\n"+
		"!Account\nNChecking\n^\n!Type:Bank\nD1/13'26\nT5\n^\n"), Options{CurrencyCode: "USD"})
	if err != nil || len(file.Statements) != 2 {
		t.Fatalf("got %+v, %v", file, err)
	}
	checking, visa := file.Statements[0], file.Statements[1]
	if checking.AccountNumber != "Checking" || len(checking.Lines) != 2 || checking.Lines[0].Amount != -123450 ||
		checking.Lines[0].Date.String() != "2004-01-05" || checking.Lines[1].Date.String() != "2026-01-13" {
		t.Errorf("got %+v", checking)
	}
	if visa.AccountNumber != "Visa" || len(visa.Lines) != 1 || visa.Lines[0].Date.String() != "1999-12-31" {
		t.Errorf("got %+v", visa)
	}
}

// TestCAMTVersions reads each supported version. A reversal keeps its sign, a batch becomes a line
// for each transaction, and a batch minus charges stays one line.
func TestCAMTVersions(t *testing.T) {
	t.Parallel()
	part := func(amount string) string { return `<TxDtls><Amt Ccy="EUR">` + amount + "</Amt></TxDtls>" }
	for _, version := range []string{"2", "3", "4", "5", "6", "7", "8"} {
		root := `Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.0` + version + `"`
		file, err := Read(t.Context(), []byte(camtMessage(root,
			camtEntryOf("5.00", "DBIT", "<RvslInd>true</RvslInd>", ""),
			camtEntryOf("3.00", "CRDT", "",
				"<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>"+part("1.00")+part("2.00")+"</NtryDtls>"),
			camtEntryOf("2.90", "CRDT", `<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">0.10</TtlChrgsAndTaxAmt></Chrgs>`,
				"<NtryDtls>"+part("1.00")+part("2.00")+"</NtryDtls>"))), Options{})
		if err != nil || len(file.Statements) != 1 || len(file.Problems) != 0 {
			t.Fatalf("version %s: got %+v, %v", version, file, err)
		}
		s := file.Statements[0]
		var amounts []int64
		for _, l := range s.Lines {
			amounts = append(amounts, l.Amount)
		}
		if s.Number != "7" || !slices.Equal(amounts, []int64{-500, 100, 200, 290}) {
			t.Errorf("version %s: got %+v", version, s)
		}
	}
}

// TestMT940SignFollowsMark reads the marks for debit, credit and their reversals, with and without
// the third letter of the currency.
func TestMT940SignFollowsMark(t *testing.T) {
	t.Parallel()
	for mark, want := range map[string]int64{
		"C": 100, "D": -100, "RC": -100, "RD": 100, "CR": 100, "DR": -100, "RCR": -100, "RDR": 100,
	} {
		content := ":20:X\n:25:1/2\n:28C:00012/001\n:60F:C260101EUR1,00\n" +
			":61:2601020102" + mark + "1,00NTRFNONREF\n:62F:C260102EUR1,00\n-\n"
		file, err := Read(t.Context(), []byte(content), Options{})
		if err != nil || len(file.Problems) != 0 {
			t.Errorf("%s: got %+v, %v", mark, file, err)
			continue
		}
		if s := file.Statements[0]; s.Number != "00012/001" || s.Lines[0].Amount != want {
			t.Errorf("%s: got %+v, want the amount %d", mark, s, want)
		}
	}
}

// TestCSVCharsets reads the same table in different character sets.
func TestCSVCharsets(t *testing.T) {
	t.Parallel()
	const text = "Buchungstag;Betrag;Verwendungszweck\r\n31.01.2026;-1.234,50;Müller & Söhne\r\n"
	for name, encode := range map[string]func(string) (string, error){
		"UTF-8":            func(s string) (string, error) { return s, nil },
		"UTF-8 with a BOM": unicode.UTF8BOM.NewEncoder().String,
		"UTF-16LE":         unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String,
		"UTF-16BE":         unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String,
		"Windows-1252":     charmap.Windows1252.NewEncoder().String,
		"Latin-1":          charmap.ISO8859_1.NewEncoder().String,
	} {
		content, err := encode(text)
		if err != nil {
			t.Fatal(err)
		}
		file, err := Read(t.Context(), []byte(content), Options{CurrencyCode: "EUR"})
		if err != nil || file.Format != statement.CSV || len(file.Statements[0].Lines) != 1 {
			t.Errorf("%s: got %+v, %v", name, file, err)
			continue
		}
		l := file.Statements[0].Lines[0]
		if l.Amount != -123450 || l.Description != "Müller & Söhne" || l.Date.String() != "2026-01-31" {
			t.Errorf("%s: got %+v", name, l)
		}
	}
}

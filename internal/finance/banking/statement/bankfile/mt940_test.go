package bankfile

import (
	"strings"
	"testing"

	"backoffice/internal/finance/banking/statement"
)

// mt940Of returns a statement with the given fields between its balances of 100,00 and 95,00 euro.
func mt940Of(fields string) string {
	return ":20:T\n:25:37040044/0532013000\n:28C:7/1\n:60F:C260301EUR100,00\n" + fields + ":62F:C260331EUR95,00\n-\n"
}

// TestMT940KeepsEveryText reads what banks write about a booking, wherever they write it.
func TestMT940KeepsEveryText(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("x", 27) + " " + strings.Repeat("y", 36) + " "
	for name, c := range map[string]struct{ fields, description, name, details string }{
		"several fields 86": {
			":61:260305D5,00NTRFNONREF\n:86:Order 12 of\n:86:March\n", "Order 12 of March", "", "",
		},
		"customer reference alone": {":61:260305D5,00NTRFORD-2026-33\n", "ORD-2026-33", "", ""},
		"customer reference beside a text": {
			":61:260305D5,00NTRFORD-2026-33//B1\n:86:Paper\n", "Paper", "", "Customer reference: ORD-2026-33",
		},
		"supplementary details": {
			":61:260305D5,00NTRFNONREF\nFI89370400440532013000\n:86:Paper\n", "Paper", "",
			"Supplementary details: FI89370400440532013000",
		},
		"a text line that begins with a minus": {
			":61:260305D5,00NTRFNONREF\n:86:Refund\n-12\n-\nof March\n", "Refund -12 - of March", "", "",
		},
		"a blank at the end of a full line": {
			":61:260305D5,00NTRFNONREF\n:86:" + "Paper\n" + full + "\nand ink\n",
			"Paper " + full + "and ink", "", "",
		},
		"blanks in place of the entry date": {":61:260305    D5,00NTRFNONREF\n:86:Paper\n", "Paper", "", ""},
		"MultiCash": {
			":61:260305D5,00S   X\n:NS:01882\n15Paper Mill\n17Invoice 9\n", "Invoice 9", "Paper Mill",
			"Customer reference: X\nNS 01: 882",
		},
		"counterparty first": {
			":61:260305D5,00NTRFNONREF\n:86:/CNTP/FI01/NDEAFIHH/Paper Mill///REMI/USTD//Invoice 9/1/\n",
			"Invoice 9/1", "Paper Mill", "BIC: NDEAFIHH",
		},
		"creditor's reference": {
			":61:260305D5,00NTRFNONREF\n:86:/EREF/E-5//CNTP/FI01/NDEAFIHH/Paper Mill///REMI/STRD/CUR/RF18539/\n",
			"RF18539", "Paper Mill", "EREF: E-5\nBIC: NDEAFIHH",
		},
		"German references": {
			":61:260305D5,00NTRFNONREF\n:86:105?00LASTSCHRIFT?10931?20EREF+E-5?21MREF+M1?22SVWZ+Paper?32Mill\n",
			"Paper", "Mill", "?10: 931\nReferences: EREF+E-5MREF+M1\n?00: LASTSCHRIFT\nTransaction code: 105",
		},
	} {
		file, err := Read(t.Context(), []byte(mt940Of(c.fields)), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		l := onlyLine(t, file)
		if l.Amount != -500 || l.Date != day(t, "2026-03-05") || l.Description != c.description ||
			l.CounterpartyName != c.name || l.Details != c.details {
			t.Errorf("%s: got %+v, want %+v", name, l, c)
		}
	}
}

// TestMT940BalancesRefuseNoLines reads the lines of a statement whose balances are empty.
func TestMT940BalancesRefuseNoLines(t *testing.T) {
	t.Parallel()
	content := strings.ReplaceAll(mt940Of(":61:260305D5,00NTRFNONREF\n"), ":60F:C260301EUR100,00", ":60F:")
	content = strings.ReplaceAll(content, ":62F:C260331EUR95,00", ":62F:")
	file, err := Read(t.Context(), []byte(content), Options{CurrencyCode: "EUR"})
	if err != nil {
		t.Fatal(err)
	}
	if l := onlyLine(t, file); l.Amount != -500 || len(file.Warnings) != 2 || file.Statements[0].CurrencyCode != "EUR" {
		t.Errorf("got %+v", file)
	}
}

// TestMT940SecondAccountIsAProblem refuses a file in which a field of another kind was overwritten.
func TestMT940SecondAccountIsAProblem(t *testing.T) {
	t.Parallel()
	file, err := Read(t.Context(), []byte(mt940Of(":61:260305D5,00NTRFNONREF\n:25:105?20SVWZ+Paper\n")), Options{})
	if err != nil || len(file.Problems) != 1 || file.Statements[0].AccountNumber != "0532013000" {
		t.Errorf("got %+v, %v, want a problem", file, err)
	}
}

// TestStatementInformationIsKept reads what banks write about a statement as a whole: field 86
// after the closing balance, and AddtlStmtInf.
func TestStatementInformationIsKept(t *testing.T) {
	t.Parallel()
	mt940 := strings.TrimSuffix(mt940Of(":61:260305D5,00NTRFNONREF\n:86:Paper\n"), "-\n") +
		":64:C260331EUR95,00\n:86:New terms apply\n from 1 April\n:86:NONREF\n-\n"
	camt := camtStatement(`<AddtlStmtInf>New terms apply` + "\n" + `from 1 April</AddtlStmtInf>` +
		camtBooking("5.00", "<Dt>2026-03-05</Dt>", ""))
	for name, content := range map[string]string{"MT940": mt940, "camt.053": camt} {
		s := read(t, content).Statements[0]
		if s.Information != "New terms apply\nfrom 1 April" || len(s.Lines) != 1 ||
			strings.Contains(s.Lines[0].Description+s.Lines[0].Details, "terms") {
			t.Errorf("%s: got %q and lines %v", name, s.Information, s.Lines)
		}
	}
	if s := read(t, mt940Of(":61:x\n:86:Lost\n")).Statements[0]; s.Information != "" {
		t.Errorf("text of an unreadable booking: got %q", s.Information)
	}
	long := read(t, strings.TrimSuffix(mt940Of(""), "-\n")+strings.Repeat(":86:"+strings.Repeat("x", 1000)+"\n", 30)+"-\n")
	if n := len(long.Statements[0].Information); n > statement.MaxDetailBytes || n < statement.MaxDetailBytes/2 {
		t.Errorf("long text: got %d bytes", n)
	}
}

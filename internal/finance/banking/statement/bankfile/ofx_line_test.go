package bankfile

import (
	"slices"
	"strings"
	"testing"
)

// TestOFXBalancesRefuseNoLines reads the lines of a statement whose balance, account or currency is
// missing or cannot be read. A warning names the field.
func TestOFXBalancesRefuseNoLines(t *testing.T) {
	t.Parallel()
	whole := card(transaction(bookedFields))
	for removed, c := range map[string]struct{ instead, word string }{
		"-9.99":                                 {"nine", "LEDGERBAL"},
		"<BALAMT>-9.99":                         {"", "BALAMT"},
		"<DTASOF>20261121":                      {"<DTASOF>20260230", "DTASOF"},
		"<CURDEF>USD":                           {"", "CURDEF"},
		"<CCACCTFROM><ACCTID>4111</CCACCTFROM>": {"", "ACCTID"},
	} {
		content := strings.Replace(whole, removed, c.instead, 1)
		file, err := Read(t.Context(), []byte(content), Options{CurrencyCode: "USD"})
		if err != nil {
			t.Errorf("%s: %v", c.word, err)
			continue
		}
		if l := onlyLine(t, file); l.Amount != -100 || len(file.Warnings) != 1 ||
			!strings.Contains(file.Warnings[0], c.word) {
			t.Errorf("%s: got %+v, want the line and a warning", c.word, file)
		}
	}
}

func TestOFXAmounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"-20.000": -2000, "12.": 1200, ".5": 50, "1,234.56": 123456, "-3,25": -325, "1.2340": 0, "1.234": 0, "1,234": 0,
	} {
		if got, err := (amountMarks{}).parse(text, "EUR"); got != want || (err != nil) != (want == 0) {
			t.Errorf("%s: got %d, %v, want %d", text, got, err, want)
		}
	}
}

// TestOFXLineKeepsEveryText reads the name as the description if there is no memo, the reference of
// a corrected transaction, and the fields that have no separate field.
func TestOFXLineKeepsEveryText(t *testing.T) {
	t.Parallel()
	l := onlyLine(t, read(t, bank(transaction(bookedFields+
		"<CORRECTFITID>REF000<CORRECTACTION>REPLACE<REFNUM>R-77<NAME>Tea House<EXTDNAME>Tea House of the North"))))
	if l.Description != "Tea House" || l.CounterpartyName != "Tea House" || l.CorrectedReference != "REF000" ||
		l.Details != "CORRECTACTION: REPLACE\nREFNUM: R-77\nEXTDNAME: Tea House of the North" {
		t.Errorf("got %+v", l)
	}
}

// TestOFXAmountsAreReadIfUnambiguous reads amounts with marks of thousands, which the standard does
// not allow.
func TestOFXAmountsAreReadIfUnambiguous(t *testing.T) {
	for _, c := range []struct {
		amounts, currency string
		want              []int64 // 0 for a problem
	}{
		{"-12.50 20,000 1,234.56 -1,234,567", "USD", []int64{-1250, 2_000_000, 123_456, -123_456_700}},
		{"-200,00 1.400 1.400,82 1.234.567", "EUR", []int64{-20_000, 140_000, 140_082, 123_456_700}},
		{"-12.80 -200,00 20,000 1.400", "BRL", []int64{-1280, -20_000, 0, 0}},
		{"20,000", "USD", []int64{0}},
		{"20,000 7", "JPY", []int64{20_000, 7}},
		{"8.950 -8.95000", "USD", []int64{895, -895}},
		{"1,5 20,000", "BHD", []int64{1500, 20_000}},
		{"1.234 0.5", "BHD", []int64{1234, 500}},
		{"1.234", "USD", []int64{0}},
		{"12.50 12,34,567 1,2,3", "USD", []int64{1250, 0, 0}},
	} {
		var transactions strings.Builder
		texts := strings.Fields(c.amounts)
		for _, text := range texts {
			transactions.WriteString("<STMTTRN><TRNTYPE>X<DTPOSTED>20260105<TRNAMT>" + text + "<FITID>F</STMTTRN>")
		}
		file := read(t, "OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>"+c.currency+
			"<BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKTRANLIST>"+transactions.String()+
			"</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>")
		got := make([]int64, len(texts))
		for _, l := range file.Statements[0].Lines {
			got[l.Number-1] = l.Amount
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %s: got %v, want %v, with problems %v", c.amounts, c.currency, got, c.want, file.Problems)
		}
	}
}

package statement

import (
	"strings"
	"testing"
)

// TestOFXBalancesRefuseNoLines reads the lines of a statement whose balance, account or currency is missing or
// cannot be read. A warning names the field.
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
		if got, err := parseOFXAmount(text, "EUR"); got != want || (err != nil) != (want == 0) {
			t.Errorf("%s: got %d, %v, want %d", text, got, err, want)
		}
	}
}

// TestOFXLineKeepsEveryText reads the name as the description if there is no memo, the reference of a
// corrected transaction, and the fields that have no separate field.
func TestOFXLineKeepsEveryText(t *testing.T) {
	t.Parallel()
	l := onlyLine(t, read(t, bank(transaction(bookedFields+
		"<CORRECTFITID>REF000<CORRECTACTION>REPLACE<REFNUM>R-77<NAME>Tea House<EXTDNAME>Tea House of the North"))))
	if l.Description != "Tea House" || l.CounterpartyName != "Tea House" || l.CorrectedReference != "REF000" ||
		l.Details != "CORRECTACTION: REPLACE\nREFNUM: R-77\nEXTDNAME: Tea House of the North" {
		t.Errorf("got %+v", l)
	}
}

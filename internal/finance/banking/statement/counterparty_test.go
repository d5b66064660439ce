package statement

import "testing"

// TestCounterpartyAccounts reads the other account of a movement where each format says it.
func TestCounterpartyAccounts(t *testing.T) {
	if l := readFixture(t, "camt053/camt053.v4.xml").Statements[0].Lines[0]; l.CounterpartyAccount != "NL56AGDH9619008421" {
		t.Errorf("camt.053: got %+v", l)
	}
	if l := readFixture(t, "mt940/betterplace-sepa_snippet.sta").Statements[0].Lines[0]; l.CounterpartyAccount != "DE14508800500194785000" {
		t.Errorf("MT940: got %+v", l)
	}
	if got := parseDutchDetails("/BENM//NAME/Cost & Co/IBAN/NL08DEUT0319809633/REMI/20121227/"); got != (mt940Details{"20121227", "Cost & Co", "NL08DEUT0319809633"}) {
		t.Errorf("MT940, Dutch: got %+v", got)
	}
	for fields, want := range map[string]string{
		"<BANKACCTTO><BANKID>9<ACCTID>5678<ACCTTYPE>SAVINGS</BANKACCTTO>": "5678",
		"<CCACCTTO><ACCTID>4111</CCACCTTO>":                               "4111",
		"":                                                                "",
	} {
		if l := onlyLine(t, read(t, card(transaction(bookedFields+fields)))); l.CounterpartyAccount != want {
			t.Errorf("OFX: %s gives %q", fields, l.CounterpartyAccount)
		}
	}
	for header, want := range map[string]string{"Counterparty IBAN": "DE02", "Kontonummer/IBAN": "DE02", "Tegenrekening IBAN/BBAN": "DE02", "IBAN": ""} {
		file, err := Read(t.Context(), []byte("Date,Name,"+header+",Amount\n2026-01-05,Ann,DE02,1.00\n"), Options{CurrencyCode: "EUR"})
		if err != nil {
			t.Fatal(err)
		}
		if l := onlyLine(t, file); l.CounterpartyAccount != want {
			t.Errorf("CSV: %s gives %q", header, l.CounterpartyAccount)
		}
	}
	file, err := Read(t.Context(), []byte("Date,Ann's,Amount\n2026-01-05,DE02,1.00\n"), Options{CurrencyCode: "EUR", Layout: CSVLayout{Columns: CSVColumns{CounterpartyAccount: "ann's"}}})
	if err != nil || onlyLine(t, file).CounterpartyAccount != "DE02" {
		t.Errorf("CSV by a profile: got %+v, %v", file, err)
	}
}

package bankfile

import (
	"testing"
)

// TestCounterpartyAccounts reads the counterparty's account from the formats that contain it.
func TestCounterpartyAccounts(t *testing.T) {
	l := readFixture(t, "camt053/camt053.v4.xml").Statements[0].Lines[0]
	if l.CounterpartyAccount != "NL56AGDH9619008421" {
		t.Errorf("camt.053: got %+v", l)
	}
	l = readFixture(t, "mt940/betterplace-sepa_snippet.sta").Statements[0].Lines[0]
	if l.CounterpartyAccount != "DE14508800500194785000" {
		t.Errorf("MT940: got %+v", l)
	}
	details := parseDutchDetails("/BENM//NAME/Cost & Co/IBAN/NL08DEUT0319809633/REMI/20121227/")
	if got := [3]string{details.text, details.name, details.account}; got !=
		[3]string{"20121227", "Cost & Co", "NL08DEUT0319809633"} {
		t.Errorf("MT940, Dutch: got %q", got)
	}
	for fields, want := range map[string]string{
		"<BANKACCTTO><BANKID>9<ACCTID>5678<ACCTTYPE>SAVINGS</BANKACCTTO>": "5678",
		"<CCACCTTO><ACCTID>4111</CCACCTTO>":                               "4111",
		"":                                                                "",
	} {
		if l := onlyLine(t, read(t, card(transaction(bookedFields+fields)))); l.CounterpartyAccount != want {
			t.Errorf("OFX, %s: got %q, want %q", fields, l.CounterpartyAccount, want)
		}
	}
}

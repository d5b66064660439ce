package payee_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"backoffice/internal/finance/banking/payee"
)

// TestKeyKeepsName checks the keys of texts as banks write them.
func TestKeyKeepsName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ counterparty, description, key string }{
		{"", "CHECKCARD 0315 WHOLEFDS MKT 10234 AUSTIN TX 24431065074400012345", "wholefds mkt"},
		{"", "PURCHASE AUTHORIZED ON 03/15 STAPLES 00112233 BOISE ID S385074561234567 CARD 1234", "staples"},
		{"", "SQ *BLUE BOTTLE COFFEE San Jose CA", "blue bottle coffee"},
		{"", "TST* LAKESIDE DINER ST LOUIS MO", "lakeside diner"},
		{"", "LAKESIDE STORAGE & WHSE Fort Worth TX", "lakeside storage whse"},
		{"", "AMZN Mktp US*2K4RT1230 Amzn.com/bill WA", "amzn mktp us"},
		{"", "UBER   *EATS HELP.UBER.COM CA", "uber eats"},
		{"", "PAYPAL *ADOBE INC 402-935-7733 CA", "adobe"},
		{"", "GUSTO DES:TAX 123456 ID:6SEMJ1 INDN:HARBOR COFFEE CO ID:9138864001 CCD", "gusto tax"},
		{"", "ORIG CO NAME:GUSTO ORIG ID:9138864001 DESC DATE:240315 CO ENTRY DESCR:NET 123456SEC:CCD", "gusto net"},
		{"", "SHELL57442096502 RENO NV", "shell"},
		{"", "AT&T BILL PAYMENT 8003310500", "att"},
		{"", "ROYALMAIL.COM 12345678 LONDON", "royalmail"},
		{"", "HTTPS://WWW.NETFLIX.COM 123", "netflix"},
		{"", "CHEVRON TX", "chevron"},
		{"", "BLUE BOTTLE AUSTIN TX", "blue bottle"},
		{"", "LAKESIDE STORAGE DEPOT AUSTIN TX", "lakeside storage depot"},
		{"", "3M 4711", "3m"},
		{"", "X AB 4711", "ab"},
		{"", "XXXX ARAL XX", "aral xx"},
		{"", "ABC123 MARKET", "abc"},
		{"", "ABC12 MARKET", "market"},
		{"", "AB123 MARKET", "market"},
		{"", "A.B.C MARKET", "abc market"},
		{"", "PG&E MARKET", "pge market"},
		{"", "ONE.TWO.THREE", "one two three"},
		{"", "AB.COM MARKET", "market"},
		{"", "ABC.COM MARKET", "abc market"},
		{"", "ABC.CO.UK MARKET", "abc market"},
		{"", "EREF+X12 HETZNER", "hetzner"},
		{"", "HETZNER EREF+X1 ONLINE", "hetzner"},
		{"", "A.1 MARKET", "market"},
		{"", "MARKET AB.COM", "market"},
		{"", "SHOP.CO.UK 4711", "shop"},
		{"", "RG 4711", "rg"},
		{"", "R 4711", ""},
		{"Klarna GmbH", "4711", "klarna"},
		{"", "MONTHLY SERVICE FEE", "monthly service fee"},
		{"", "Check 1042", "check"},
		{"", "4711", ""},
		{"", "", ""},
		{"REWE Markt GmbH", "Kartenzahlung 4411//Koeln/DE 2025-01-04T17:52", "rewe markt"},
		{"", "Kartenzahlung ARAL STATION//Hamburg/DE 2025-01-04T17:52 Debitk.11", "aral station"},
		{"", "SEPA-Lastschrift EREF+R0012 MREF+HOS1 CRED+DE12ZZZ1 SVWZ+HETZNER ONLINE GMBH RE R1 K2", "hetzner"},
		{"Stadtwerke München GmbH", "SEPA Lastschrift Abschlag 4711", "stadtwerke muenchen"},
		{"", "STADTWERKE MUENCHEN ABSCHLAG 4711", "stadtwerke muenchen abschlag"},
		{
			"PayPal (Europe) S.a r.l. et Cie, S.C.A.", "1034567890123/PP.4711.PP/. FIGMA, Ihr Einkauf bei FIGMA",
			"figma",
		},
		{"", "/TRTP/SEPA Incasso/CSID/NL37ZZZ271247010000/NAME/KPN B.V./MARF/X12/REMI/Factuur 4711", "kpn"},
		{"", "Naam: Stichting Mollie Payments Omschrijving: Settlement 4711.01", "mollie"},
		{"", "PRLV SEPA OVH SAS FR12345678 RUM OVH1 ICS FR12ZZZ123456", "ovh"},
		{"", "CARTE 15/03 BUREAU VALLÉE CB*1234", "bureau vallee"},
		{"", "RECIBO IBERDROLA CLIENTES, S.A.U N 123456789012", "iberdrola clientes"},
		{"", "ADDEBITO SDD ENEL ENERGIA S.P.A. FATTURA 4711 MANDATO X12", "enel energia"},
	} {
		if got := payee.Key(c.counterparty, c.description); got != c.key {
			t.Errorf("%q, %q: got %q, want %q", c.counterparty, c.description, got, c.key)
		}
	}
}

// TestKeyIgnoresReferences checks that the case of a text, and references, dates and places after a
// name, do not change its key.
func TestKeyIgnoresReferences(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{
			"Whole Foods", "Blue Bottle Coffee", "Stadtwerke München", "Bureau Vallée", "H&M", "Lowe's", "Iberdrola Clientes",
		}).Draw(t, "name")
		before := rapid.SampledFrom([]string{"", "CHECKCARD %d ", "Kartenzahlung ", "PAIEMENT CB %d ", "SQ *"}).
			Draw(t, "before")
		after := rapid.SampledFrom([]string{"", " #%d", " %d Austin TX", " 12/%d", " REF %d", " *%dX7", " GmbH RG %d"}).
			Draw(t, "after")
		number := rapid.IntRange(1000, 99999999).Draw(t, "number")
		text := strings.ReplaceAll(before+name+after, "%d", fmt.Sprint(number))
		want := payee.Key("", name)
		for _, written := range []string{text, strings.ToUpper(text), strings.ToLower(text)} {
			if got := payee.Key("", written); got != want {
				t.Fatalf("%q: got %q, want %q", written, got, want)
			}
		}
	})
}

// TestKeyHasForm checks that the key of any text is at most three lower-case words of 40 letters.
func TestKeyHasForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 200, -1)
		key := payee.Key(text.Draw(t, "counterparty"), text.Draw(t, "description"))
		words := strings.Fields(key)
		if len(words) > 3 || strings.Join(words, " ") != key {
			t.Fatalf("got %q", key)
		}
		for _, word := range words {
			if utf8.RuneCountInString(word) > 40 {
				t.Fatalf("got the word %q", word)
			}
		}
		if strings.ToLower(key) != key {
			t.Fatalf("got %q, which is not in lower case", key)
		}
	})
}

package personal

import (
	"testing"
)

// scoreCases are lines with the earlier decisions about their payee, and the score expected.
var scoreCases = map[string]struct {
	line    Line
	earlier Earlier
	points  int32
	reasons int
}{
	"a supplier":                {line: Line{Text: "Paper Mill Invoice 7"}},
	"a merchant":                {line: Line{Text: "NETFLIX.COM Subscription"}, points: 45, reasons: 1},
	"a merchant in a word":      {line: Line{Text: "Legolas Consulting Fee"}},
	"a merchant at a weekend":   {line: Line{Text: "Lego Store", Weekend: true, Round: true}, points: 65, reasons: 3},
	"a generic word":            {line: Line{Text: "Corner Barber Shop"}, points: 45, reasons: 1},
	"a company with the word":   {line: Line{Text: "Barber Holdings Ltd"}, points: 15, reasons: 2},
	"trade with the word":       {line: Line{Text: "Toys Wholesale"}, points: 15, reasons: 2},
	"an invoice with the word":  {line: Line{Text: "Kinder Kino RE 88120"}, points: 15, reasons: 2},
	"a known company":           {line: Line{Text: "Zara Ltd"}, points: 45, reasons: 1},
	"a note for the office":     {line: Line{Text: "Netflix Büro"}, points: 15, reasons: 2},
	"a grocer":                  {line: Line{Text: "TESCO STORES 4471"}, points: 30, reasons: 1},
	"a grocer at a weekend":     {line: Line{Text: "TESCO STORES 4471", Weekend: true}, points: 40, reasons: 2},
	"cash":                      {line: Line{Text: "ATM WITHDRAWAL 0042", Round: true}, points: 35, reasons: 2},
	"cash, round, at a weekend": {line: Line{Text: "ATM 0042", Round: true, Weekend: true}, points: 45, reasons: 3},
	"cash by its type":          {line: Line{Text: "0042", Cash: true}, points: 25, reasons: 1},
	"petty cash":                {line: Line{Text: "ATM petty cash", Round: true}, points: 5, reasons: 3},
	"cashmere is not cash":      {line: Line{Text: "Cashmere Invoice"}},
	"an ampersand":              {line: Line{Text: "H&M Store 3"}, points: 45, reasons: 1},
	"a round amount alone":      {line: Line{Text: "Landlord Rent", Round: true}, points: 10, reasons: 1},
	"personal before":           {line: Line{Text: "Cafe"}, earlier: Earlier{Personal: 1}, points: 50, reasons: 1},
	"personal many times":       {line: Line{Text: "Cafe"}, earlier: Earlier{Personal: 30}, points: 75, reasons: 1},
	"for the business before":   {line: Line{Text: "Lego", Weekend: true}, earlier: Earlier{Business: 1}},
	"for both, mostly personal": {
		line: Line{Text: "Cafe"}, earlier: Earlier{Personal: 3, Business: 1}, points: 50, reasons: 2,
	},
	"for both, once personal": {
		line: Line{Text: "Cafe"}, earlier: Earlier{Personal: 1, Business: 9}, points: 10, reasons: 2,
	},
}

// TestScore checks that lines are scored by the evidence for and against personal spending.
func TestScore(t *testing.T) {
	t.Parallel()
	for name, c := range scoreCases {
		s := Suspect(c.line, c.earlier)
		if s.Points != c.points || len(s.Reasons) != c.reasons {
			t.Errorf("%s: got %d for %q, want %d for %d reasons", name, s.Points, s.Reasons, c.points, c.reasons)
		}
	}
}

// TestKindsOfSixLanguages checks texts that are suspected on a weekday, and texts that are not,
// although they have a word in common.
func TestKindsOfSixLanguages(t *testing.T) {
	t.Parallel()
	for text, suspected := range map[string]bool{
		"SQ *MAIN STREET BARBERSHOP Tampa FL":             true,
		"CARD PAYMENT TO LITTLE ACORNS DAYCARE":           true,
		"Kartenzahlung FRISEUR HAARGENAU//Bonn/DE":        true,
		"Kartenzahlung ZOO PALAST KINO//Berlin/DE":        true,
		"Tierärztin Dr. Lang TIERARZT RECHNUNGSNR":        true,
		"CARTE 04.02. JOUETS ET CIE PARIS":                true,
		"PAIEMENT CB CRECHE LES LUTINS":                   true,
		"RECIBO ESCUELA INFANTIL SOL CUOTA":               true,
		"COMPRA TARJ. PELUQUERIA ANA SEVILLA":             true,
		"BEA, Betaalpas KAPSALON KNIP,PAS021":             true,
		"BEA, Betaalpas DIERENARTS UTRECHT,PAS021":        true,
		"PAGAMENTO POS PARRUCCHIERE ANNA TORINO":          true,
		"PAGAMENTO POS GIOCATTOLI BIMBI MILANO":           true,
		"FASTER PAYMENT TO SALON FURNITURE LTD INV 18":    false,
		"SEPA-Überweisung Spielwaren Großhandel GmbH":     false,
		"VIR SEPA COIFFURE DISTRIBUTION SAS":              false,
		"BONIFICO A FAVORE DI GIOCATTOLI INGROSSO SRL":    false,
		"TRANSFERENCIA MAYORISTA JUGUETES SL FRA 12":      false,
		"/NAME/KAPPER GROOTHANDEL BV/REMI/factuur 18":     false,
		"POS PURCHASE KROGER 441 OFFICE SNACKS":           false,
		"Kartenzahlung EDEKA CENTER//Bonn/DE":             false,
		"ADDEBITO SDD ENEL ENERGIA SPA":                   false,
		"ZELLE PAYMENT TO BIRCH PROPERTY MGMT":            false,
		"DIRECT DEBIT PAYMENT TO CINEMA ADVERTISING LTD":  false,
		"SEPA-Überweisung Schule & Bildung Software GmbH": false,
		"PRLV SEPA PHARMA LOGISTICS SAS":                  false,
	} {
		if s := Suspect(Line{Text: text}, Earlier{}); s.Points >= MinSuspicion != suspected {
			t.Errorf("%q: got %d for %q, want suspicion: %t", text, s.Points, s.Reasons, suspected)
		}
	}
}

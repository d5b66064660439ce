package letter

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/paper"
)

// save keeps a file for inspection if LOOK names a folder.
func save(t *testing.T, name string, raw []byte) {
	t.Helper()
	if dir := os.Getenv("LOOK"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), raw, 0o644); err != nil {
			t.Error(err)
		}
	}
}

// invoice returns a letter with lines.
func invoice(language, region string, lines int) Letter {
	l := Letter{
		Language: paper.NewLanguage(language, region, time.UTC), Locale: paper.NewLocale(region),
		Sender: Sender{
			Name: "Müller & Söhne GmbH", Address: []string{"Hauptstraße 5", "10115 Berlin"},
			Contact: []string{"+49 30 1234567", "rechnung@mueller.example"},
			Footer: [][]string{
				{"Müller & Söhne GmbH", "Hauptstraße 5", "10115 Berlin"},
				{"Amtsgericht Charlottenburg HRB 12345", "USt-IdNr. DE811907980", "Geschäftsführerin: Erika Müller"},
				{"Berliner Volksbank", "DE89 3704 0044 0532 0130 00", "COBADEFFXXX"},
			},
		},
		Recipient: []string{"Harbor Cafe LLC", "c/o Ann Smith", "12 Quay Street", "Boston MA 02110", "UNITED STATES"},
		Title:     "Rechnung INV-2026-0042",
		Facts: []Fact{
			{"Rechnungsdatum", "31.10.2026"}, {"Fällig am", "30.11.2026"}, {"Kundennummer", "10042"},
			{"Ihre Referenz", "PO 4711 – Umbau der Küche im Erdgeschoss"}, {"USt-IdNr.", "DE811907980"},
		},
		Introduction: "Guten Tag,\n\nwir danken für Ihren Auftrag und berechnen wie vereinbart:",
		Table: Table{Columns: []Column{
			{Label: "Beschreibung"}, {Label: "Menge", Number: true}, {Label: "Einheit"}, {Label: "Preis", Number: true},
			{Label: "Rabatt", Number: true}, {Label: "Steuer", Number: true}, {Label: "Betrag", Number: true},
		}},
		Totals: []Total{
			{"Zwischensumme", "1234.50", Part}, {"Rabatt 5 %", "-61.73", Part}, {"19 % USt auf 1.172,77", "222.83", Part},
			{"Gesamtbetrag EUR", "1395.60", Result}, {"Bezahlt am 02.11.2026", "-395.60", Part},
			{"Offener Betrag EUR", "1000.00", Result},
		},
		Summary: Table{
			Columns: []Column{{Label: "Steuersatz"}, {Label: "Netto", Number: true}, {Label: "Steuer", Number: true}},
			Rows: [][]Cell{
				{{Text: "USt 19 %"}, {Text: "1172.77"}, {Text: "222.83"}},
				{{Text: "USt 7 %"}, {Text: "0.00"}, {Text: "0.00"}},
			},
		},
		Payment: Payment{
			Heading: "Zahlung", Text: "Bitte überweisen Sie den offenen Betrag bis zum 30.11.2026.",
			Facts: []Fact{
				{"Empfänger", "Müller & Söhne GmbH"}, {"IBAN", "DE89 3704 0044 0532 0130 00"}, {"BIC", "COBADEFFXXX"},
				{"Verwendungszweck", "INV-2026-0042"},
			},
			Code: TransferCode("Müller & Söhne GmbH", "DE89 3704 0044 0532 0130 00", "COBADEFFXXX",
				&typepb.Money{Amount: "1000.00", CurrencyCode: "EUR"}, "INV-2026-0042"),
			CodeLabel: "Überweisung scannen",
		},
		Notes:   []string{"Steuerschuldnerschaft des Leistungsempfängers."},
		Closing: "Vielen Dank für Ihren Auftrag.",
	}
	for i := range lines {
		l.Table.Rows = append(l.Table.Rows, []Cell{
			{Text: fmt.Sprintf("Beratung %d", i+1), Detail: "01.10.2026 – 31.10.2026"},
			{Text: []string{"1.5", "12", "0.125"}[i%3]},
			{Text: "Std."}, {Text: []string{"120.00", "99.5", "1249.9999"}[i%3]}, {Text: ""}, {Text: "19 %"},
			{Text: fmt.Sprintf("%d.50", 100+i*37)},
		})
	}
	return l
}

// letters returns letters by name, each of which is hard to lay out in one respect.
func letters() map[string]Letter {
	out := map[string]Letter{
		"one-line": invoice("de", "DE", 1), "three-pages": invoice("de", "DE", 60), "long": invoice("de", "DE", 1000),
		"us": invoice("en-US", "US", 4),
	}
	draft := invoice("fr", "FR", 2)
	draft.Stamp, draft.Title = "BROUILLON", "Facture d’un client qui a donné à sa commande un nom très long"
	draft.Table.Rows[0][0].Text = strings.Repeat("Donaudampfschifffahrtsgesellschaftskapitän", 5) + " et le reste"
	draft.Table.Rows[1][0] = Cell{Text: "Remise\nsur la deuxième ligne"}
	draft.Table.Rows[1][1].Text, draft.Table.Rows[1][6].Text = "-1", "-1234567890.12"
	out["draft"] = draft
	scripts := invoice("en", "JP", 3)
	scripts.Recipient = []string{"مقهى الميناء للتجارة", "שלום בע״מ", "東京都千代田区丸の内1-1-1", "JAPAN"}
	scripts.Table.Rows[0][0] = Cell{Text: strings.Repeat("事務用品費と消耗品の納品", 8), Detail: "事務用品"}
	scripts.Table.Rows[1][0] = Cell{Text: "सलाह और प्रशिक्षण — ค่าที่ปรึกษา"}
	scripts.Table.Rows[2][0] = Cell{Text: "توصيل الطلب رقم 123 إلى المكتب"}
	for i := range scripts.Table.Rows {
		scripts.Table.Rows[i][3].Text, scripts.Table.Rows[i][6].Text = "120000", "1234567"
	}
	scripts.Sender.Logo = logo()
	out["scripts"] = scripts
	tall := invoice("nl", "NL", 2)
	tall.Table.Rows[0][0].Text = strings.Repeat("Levering van materiaal volgens afspraak met de klant. ", 180)
	out["tall-row"] = tall
	plain := invoice("es", "ES", 0)
	plain.Table, plain.Summary, plain.Payment, plain.Sender.Footer = Table{}, Table{}, Payment{}, nil
	plain.Introduction = strings.Repeat("Esta es una carta larga sin líneas. ", 250)
	out["plain"] = plain
	return out
}

// logo returns a wide picture.
func logo() image.Image {
	out := image.NewNRGBA(image.Rect(0, 0, 300, 100))
	for x := range 300 {
		for y := range 100 {
			out.Set(x, y, color.NRGBA{uint8(x / 2), 90, uint8(200 - y), 255})
		}
	}
	return out
}

// TestLettersArePrinted prints each letter twice: equal letters are equal files.
func TestLettersArePrinted(t *testing.T) {
	t.Parallel()
	for name, l := range letters() {
		raw, err := l.PDF()
		again, _ := l.PDF()
		if err != nil || !bytes.HasPrefix(raw, []byte("%PDF-1.7")) || !bytes.Equal(raw, again) {
			t.Errorf("%s: got %d bytes and %d bytes, %v", name, len(raw), len(again), err)
		}
		save(t, name, raw)
	}
}

func TestLetterRefusesUnprintableScripts(t *testing.T) {
	t.Parallel()
	l := invoice("en", "US", 1)
	l.Table.Rows[0][0].Detail = "ᏣᎳᎩ"
	_, err := l.PDF()
	var refusal *fault.Error
	if !errors.As(err, &refusal) || refusal.Reason != optionsv1.Reason_SCRIPT_NOT_PRINTABLE {
		t.Errorf("got %v", err)
	}
}

// TestFiguresAreWrittenInTheLanguage checks the parts left and right of the decimal point.
func TestFiguresAreWrittenInTheLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		language, text string
		want           figure
	}{
		{"de", "-1234567.5", figure{"−1.234.567", ",5"}},
		{"en", "0.05", figure{"0", ".05"}},
		{"fr", "12345", figure{"12\u202f345", ""}},
		{"en", "19 %", figure{"19 %", ""}},
		{"en", "", figure{"", ""}},
	} {
		if got, _ := newFigure(paper.Language{Code: c.language}, c.text); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.language, c.text, got, c.want)
		}
	}
}

// TestTransferCode checks the lines of the EPC's guideline, and what has no code.
func TestTransferCode(t *testing.T) {
	t.Parallel()
	eur := func(amount string) *typepb.Money { return &typepb.Money{Amount: amount, CurrencyCode: "EUR"} }
	const number = "DE89 3704 0044 0532 0130 00"
	want := "BCD\n002\n1\nSCT\nCOBADEFFXXX\nAcme\nDE89370400440532013000\nEUR12.30\n\n\nINV 1"
	if got := TransferCode("Acme", number, "cobadeffxxx", eur("12.30"), "INV\n1"); got != want {
		t.Errorf("got %q", got)
	}
	long := TransferCode(strings.Repeat("ä", 80), number, "", eur("999999999.99"), strings.Repeat("日", 150))
	if parts := strings.Split(long, "\n"); len([]rune(parts[5])) != 70 || len([]rune(parts[10])) != 140 {
		t.Errorf("got %q", long)
	}
	for name, code := range map[string]string{
		"dollars":  TransferCode("Acme", number, "", &typepb.Money{Amount: "1.00", CurrencyCode: "USD"}, ""),
		"no IBAN":  TransferCode("Acme", "", "", eur("1.00"), ""),
		"nothing":  TransferCode("Acme", number, "", eur("0.00"), ""),
		"negative": TransferCode("Acme", number, "", eur("-1.00"), ""),
		"too much": TransferCode("Acme", number, "", eur("1000000000.00"), ""),
	} {
		if code != "" {
			t.Errorf("%s: got %q", name, code)
		}
	}
	if codeModules(want) == nil || codeModules(strings.Repeat("x", 5000)) != nil {
		t.Error("a code has modules if its content is not too long")
	}
}

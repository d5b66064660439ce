//go:build oracle

package salesdocuments_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// textOf returns the text of a PDF file as an independent program reads it, with single spaces.
func textOf(t *testing.T, raw []byte) string {
	t.Helper()
	program := exec.Command("pdftotext", "-layout", "-", "-")
	program.Stdin = bytes.NewReader(raw)
	text, err := program.CombinedOutput()
	if err != nil {
		t.Fatal("pdftotext: ", err, string(text))
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// wantText checks that the text of a PDF file has each part, and none of those that begin with `!`.
func wantText(t *testing.T, name string, raw []byte, parts ...string) {
	t.Helper()
	save(t, name, raw)
	text := strings.ReplaceAll(textOf(t, raw), " %", "%") // whose space is narrow
	for _, part := range parts {
		part, absent := strings.CutPrefix(strings.ReplaceAll(part, " %", "%"), "!")
		if strings.Contains(text, part) == absent {
			t.Errorf("%s: %q is missing, or should be: %s", name, part, text)
		}
	}
}

// TestPaperHasTheAmountsOfTheRecord compares the text of the PDF with the JSON: each line, the
// taxes, the total, the payment and what is open.
func TestPaperHasTheAmountsOfTheRecord(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	i := s.longInvoice(t)
	s.pay(t, "500.00", i.GetId())
	i = must(s.GetInvoice(t.Context(), &pb.GetInvoiceRequest{InvoiceId: i.GetId()}))(t)
	text := textOf(t, s.download(t, i.GetId(), "partly-paid-invoice"))
	want := []string{
		"Rechnung " + i.GetNumber(), "Hafen-Café GmbH", "20457 Hamburg", "Müller & Söhne GmbH", "PO 4711", "15.01.2027",
		"14.02.2027", "DE811907980", "01.12.2026 – 31.12.2026", "Rabatt 5 %", "Bezahlt am 15.01.2027 −500,00",
		"Gesamtbetrag (EUR) " + written(i.GetTotalAmount()), "Offener Betrag (EUR) " + written(i.GetOpenAmount()),
		"DE89 3704 0044 0532 0130 00", "COBADEFFXXX", "HRB 12345 B", "Seite 1 von 1", "Mit freundlichen Grüßen",
	}
	for _, l := range i.GetLines() {
		want = append(want, written(l.GetAmount()))
	}
	for _, tax := range i.GetTaxes() {
		want = append(want, "USt "+tax.GetPercent()+" % "+written(tax.GetBase())+" "+written(tax.GetAmount()))
	}
	for _, part := range want {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing", part)
		}
	}
	for _, secret := range []string{"internal note", i.GetId(), i.GetCustomerId()} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is printed", secret)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// TestPaperOfOpeningInvoice checks that an invoice that was taken over has one line with its
// amount, and no discount.
func TestPaperOfOpeningInvoice(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	must(pb.NewLedgerServiceClient(s).ImportOpeningBalances(t.Context(), &pb.ImportOpeningBalancesRequest{
		Date: "2026-12-31", PostDifference: true,
		Content: []byte("Code,Account,Debit,Credit\n1200,Accounts Receivable,1250.00,\n")}))(t)
	taken := must(s.ImportOpeningInvoices(t.Context(), &pb.ImportOpeningInvoicesRequest{
		Content: []byte("Number,Customer,Date,Open amount\nOLD-7,Harbor Cafe,2026-11-20,1250.00\n")}))(t)
	text := textOf(t, s.download(t, taken.GetRows()[0].GetDocumentId(), "opening-invoice"))
	if !strings.Contains(text, "Rechnung OLD-7") || !strings.Contains(text, "Offen, 31.12.2026") ||
		strings.Contains(text, "Rabatt") {
		t.Errorf("got %s", text)
	}
}

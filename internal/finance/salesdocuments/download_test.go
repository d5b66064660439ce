package salesdocuments_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/paper"
)

func TestInvoiceIsDownloadedAsPDF(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	i := s.longInvoice(t)
	response := s.REST(t, "GET", "/v1/invoices/"+i.GetId()+":download", "")
	if response.Code != 200 || response.Header.Get("Content-Type") != "application/pdf" ||
		response.Header.Get("Content-Disposition") != `attachment; filename="Rechnung `+i.GetNumber()+`.pdf"` {
		t.Fatalf("got %d %v", response.Code, response.Header)
	}
	if !bytes.HasPrefix(response.Raw, []byte("%PDF-")) {
		t.Errorf("got %.40q", response.Raw)
	}
	save(t, "invoice", response.Raw)
}

// written returns an amount as a German document writes it.
func written(m *typepb.Money) string {
	return strings.Replace(paper.Language{Code: "de"}.Decimal(m.GetAmount()), "-", "−", 1)
}

// TestDocumentsInEachState prints a draft, a paid, a void and a written-off invoice.
func TestDocumentsInEachState(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	print := func(i *pb.Invoice, name string, want ...string) {
		wantText(t, name, s.download(t, i.GetId(), name), want...)
	}
	print(s.draft(t, &pb.Invoice{}), "draft-invoice", "Rechnung", "ENTWURF", "Gesamtbetrag (EUR) 119,00", "!IBAN", "!INV-")
	paid := s.longInvoice(t)
	s.pay(t, paid.GetOpenAmount().GetAmount(), paid.GetId())
	print(paid, "paid-invoice", "Bezahlt am 15.01.2027 −"+written(paid.GetTotalAmount()), "Offener Betrag (EUR) 0,00",
		"!Bitte zahlen", "!IBAN")
	void := s.issue(t, &pb.Invoice{})
	must(s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: void.GetId(), Reason: "Wrong"}))(t)
	print(void, "void-invoice", "Rechnung "+void.GetNumber(), "STORNIERT", "Gesamtbetrag (EUR) 119,00", "!Bitte zahlen",
		"!IBAN", "!Wrong")
	lost := s.issue(t, &pb.Invoice{})
	must(s.WriteOffInvoice(t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: lost.GetId(), Reason: "Insolvent"}))(t)
	print(lost, "lost-invoice", "AUSGEBUCHT", "Ausgebucht −119,00", "Offener Betrag (EUR) 0,00", "!Bitte zahlen",
		"!Insolvent")
}

// TestInvoicesOfAllLanguages prints an invoice in the language of the customer, in English if it
// has no words.
func TestInvoicesOfAllLanguages(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	english := []string{"Invoice", "Due date", "Total (EUR) 119.00",
		"Please pay EUR 119.00 by 15 January 2027.", "Page 1 of 1"}
	for language, want := range map[string][]string{
		"en": english, "ja": english,
		"de-AT": {"Rechnung", "Fällig am 15.01.2027", "Gesamtbetrag (EUR) 119,00", "Bitte zahlen Sie", "Seite 1 von 1"},
		"":      {"Rechnung", "Fällig am 15.01.2027", "Gesamtbetrag (EUR) 119,00", "Bitte zahlen Sie", "Seite 1 von 1"},
		"fr": {"Facture", "Échéance", "Total (EUR) 119,00", "Merci de régler 119,00 EUR",
			"USt 19 % 100,00 19,00", "Page 1 sur 1"},
		"es": {"Factura", "Vencimiento", "Total (EUR) 119,00", "a más tardar el 15/01/2027", "Página 1 de 1"},
		"nl": {"Factuur", "Vervaldatum", "Totaal (EUR) 119,00",
			"Gelieve EUR 119,00 uiterlijk op 15-01-2027 te betalen.", "Pagina 1 van 1"},
	} {
		c := s.newCustomer(t, &pb.Customer{DisplayName: "Customer " + language, LanguageCode: language})
		i := s.issue(t, &pb.Invoice{CustomerId: c.GetId()})
		response := s.REST(t, "GET", "/v1/invoices/"+i.GetId()+":download", "")
		if name := response.Header.Get("Content-Disposition"); !strings.Contains(name, `"`+want[0]+" "+i.GetNumber()) {
			t.Errorf("%q: got %d %s", language, response.Code, name)
		}
		wantText(t, "language-"+language, response.Raw, append(want[1:], want[0]+" "+i.GetNumber())...)
	}
}

func TestCreditNoteAndReceiptAreDownloaded(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	i := s.longInvoice(t)
	n := must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
		InvoiceId: i.GetId(), Reason: "Ein Buch kam zurück", Lines: []*pb.CreditNote_Line{
			{InvoiceLineId: i.GetLines()[1].GetId(), Quantity: "1"}}}}))(t)
	p := s.pay(t, "500.00", i.GetId())
	note := must(s.DownloadCreditNote(t.Context(), &pb.DownloadCreditNoteRequest{CreditNoteId: n.GetId()}))(t)
	wantText(t, "credit-note", note.GetData(), "Gutschrift "+n.GetNumber(), "Zur Rechnung "+i.GetNumber()+" (15.01.2027)",
		"Ein Buch kam zurück", "Fachbuch 1 7 % "+written(n.GetNetAmount()),
		"Gutgeschriebener Betrag (EUR) "+written(n.GetTotalAmount()), "!Bitte zahlen")
	receipt := must(s.DownloadReceipt(t.Context(), &pb.DownloadReceiptRequest{PaymentId: p.GetId()}))(t)
	wantText(t, "receipt", receipt.GetData(), "Zahlungsbeleg", "Zahlungsart Überweisung", "SEPA 1",
		"Wir haben Ihre Zahlung über 500,00", i.GetNumber()+" 15.01.2027", "Gesamtbetrag (EUR) 500,00")
	credited := must(s.GetInvoice(t.Context(), &pb.GetInvoiceRequest{InvoiceId: i.GetId()}))(t)
	wantText(t, "credited-invoice", s.download(t, i.GetId(), "credited-invoice"),
		"Gutschrift "+n.GetNumber()+" vom 15.01.2027 −"+written(n.GetTotalAmount()), "Bezahlt am 15.01.2027 −500,00",
		"Offener Betrag (EUR) "+written(credited.GetOpenAmount()))
	_, err := s.DownloadReceipt(t.Context(), &pb.DownloadReceiptRequest{PaymentId: "pay_01m7ysk0p5e9tbx3w8r6q2n4va"})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}

// TestManyLinesArePrinted prints an invoice of 1,000 lines, the most that it may have.
func TestManyLinesArePrinted(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := &pb.Invoice{}
	for n := range 1000 {
		i.Lines = append(i.Lines, &pb.DocumentLine{Description: fmt.Sprintf("Position %d", n+1), UnitPrice: "1.25",
			TaxCodeId: s.vat})
	}
	wantText(t, "many-lines", s.download(t, s.draft(t, i).GetId(), "many-lines"), "Position 1 1 1,25",
		"Position 1000 1 1,25", "Gesamtbetrag (EUR)")
}

func TestInvoiceWithUnprintableTextIsRefused(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.draft(t, &pb.Invoice{Introduction: "ᏣᎳᎩ"})
	_, err := s.DownloadInvoice(t.Context(), &pb.DownloadInvoiceRequest{InvoiceId: i.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_SCRIPT_NOT_PRINTABLE)
}

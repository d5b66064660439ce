package salesdocuments_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// paperOf returns the PDF file of a record as REST serves it.
func (s *shop) paperOf(t testing.TB, collection, key string) []byte {
	t.Helper()
	response := s.REST(t, "GET", "/v1/"+collection+"/"+key+":download", "")
	if response.Code != 200 || response.Header.Get("Content-Type") != "application/pdf" {
		t.Fatalf("got %d %s", response.Code, response.Raw)
	}
	return response.Raw
}

// longQuote returns a quote that shows all that a quote can show.
func (s *shop) longQuote() *pb.Quote {
	return &pb.Quote{ExpireDate: "2027-01-31", Reference: "Anfrage 12", DiscountPercent: "5", DepositPercent: "30",
		Introduction: "Guten Tag,\n\nwie besprochen bieten wir Ihnen an:", ClosingText: "Wir freuen uns auf Ihren Auftrag.",
		Note: "internal note", Lines: []*pb.DocumentLine{
			{Description: "Umbau der Theke", Quantity: "2.5", Unit: "Std.", UnitPrice: "120", TaxCodeId: s.vat},
			{Description: "Fachbuch", Quantity: "3", UnitPrice: "49.9", DiscountPercent: "10", TaxCodeId: s.reduced},
		}}
}

// TestPaperOfQuoteInEachState prints a quote as a draft, sent, accepted, declined, expired and
// revised.
func TestPaperOfQuoteInEachState(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	q := s.draftQuote(t, s.longQuote())
	wantText(t, "quote-draft", s.paperOf(t, "quotes", q.GetId()), "Angebot", "ENTWURF", "!QUO-", "!internal note")
	must(s.SendQuote(t.Context(), &pb.SendQuoteRequest{QuoteId: q.GetId()}))(t)
	q = s.quote(t, q.GetId())
	want := []string{"Angebot " + q.GetNumber(), "Hafen-Café GmbH", "Gültig bis 31.01.2027", "Anfrage 12", "DE811907980",
		"Umbau der Theke 2,5 Std. 120,00", "Rabatt 5 %", "Gesamtbetrag (EUR) " + written(q.GetTotalAmount()),
		"USt 19 % 285,00 54,15", "Anzahlung bei Annahme (EUR) 142,83", "bis zum 31.01.2027 annehmen",
		"Wir freuen uns auf Ihren Auftrag.", "!ENTWURF", "!internal note", "!Fassung", "!IBAN"}
	wantText(t, "quote-sent", s.paperOf(t, "quotes", q.GetId()), want...)
	must(s.quotes.AcceptQuote(t.Context(), &pb.AcceptQuoteRequest{QuoteId: q.GetId(), AcceptedBy: "Maria <i>Hill</i>"}))(t)
	wantText(t, "quote-accepted", s.paperOf(t, "quotes", q.GetId()),
		"Angenommen von Maria <i>Hill</i> am 15.01.2027.", "!annehmen")
	must(s.quotes.ReviseQuote(t.Context(), &pb.ReviseQuoteRequest{QuoteId: q.GetId()}))(t)
	wantText(t, "quote-revised", s.paperOf(t, "quotes", q.GetId()), "Angebot "+q.GetNumber(), "ENTWURF", "Fassung 2")
	declined := s.sendQuote(t, &pb.Quote{})
	must(s.quotes.DeclineQuote(t.Context(), &pb.DeclineQuoteRequest{QuoteId: declined.GetId(), Reason: "Zu teuer"}))(t)
	wantText(t, "quote-declined", s.paperOf(t, "quotes", declined.GetId()), "ABGELEHNT",
		"Dieses Angebot wurde am 15.01.2027 abgelehnt.", "!Zu teuer")
	expired := s.sendQuote(t, &pb.Quote{ExpireDate: "2027-01-15"})
	s.advance(t, "2027-01-16")
	wantText(t, "quote-expired", s.paperOf(t, "quotes", expired.GetId()), "ABGELAUFEN", "!annehmen")
}

// TestPaperOfQuoteInEachLanguage prints a quote to prospects and customers of all languages.
func TestPaperOfQuoteInEachLanguage(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	for language, want := range map[string][]string{
		"en": {"Quote", "Valid until", "Deposit due on acceptance (EUR)", "You can accept this quote until"},
		"es": {"Presupuesto", "Válido hasta", "Anticipo a la aceptación (EUR)", "Puede aceptar este presupuesto"},
		"fr": {"Devis", "Validité 31/01/2027", "Acompte à l’acceptation (EUR)", "Vous pouvez accepter ce devis"},
		"nl": {"Offerte", "Geldig tot en met", "Aanbetaling bij akkoord (EUR)", "U kunt deze offerte"},
	} {
		q := s.longQuote()
		q.CustomerId = s.newCustomer(t, &pb.Customer{DisplayName: "Customer " + language, LanguageCode: language,
			RecipientEmails: []string{"ann@cafe.example"}}).GetId()
		wantText(t, "quote-"+language, s.paperOf(t, "quotes", s.sendQuote(t, q).GetId()), want...)
	}
}

// TestPaperOfDeposit prints a deposit request, the receipt of its payment, and the final invoice
// that applies it. Each shows the tax of the deposit.
func TestPaperOfDeposit(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	quote := s.longQuote()
	quote.DepositTaxed = true
	q := s.sendQuote(t, quote)
	q = must(s.quotes.AcceptQuote(t.Context(), &pb.AcceptQuoteRequest{QuoteId: q.GetId(), AcceptedBy: "Maria Hill"}))(t)
	r := must(s.deposits.GetDepositRequest(t.Context(),
		&pb.GetDepositRequestRequest{DepositRequestId: q.GetDepositRequestId()}))(t)
	want := []string{"Anzahlungsanforderung " + r.GetNumber(), "Zum Angebot " + q.GetNumber(), "(15.01.2027), 476,10 EUR",
		"Anzahlung zum Angebot " + q.GetNumber(), "Gesamtbetrag (EUR) 142,83", "keine Rechnung", "Fällig am 15.01.2027",
		"Bitte zahlen Sie 142,83", "DE89 3704 0044 0532 0130 00", "Verwendungszweck " + r.GetNumber(), "Überweisung scannen"}
	for _, tax := range r.GetTaxes() {
		want = append(want, "USt "+tax.GetPercent()+" % "+written(tax.GetBase())+" "+written(tax.GetAmount()))
	}
	wantText(t, "deposit-request", s.paperOf(t, "depositRequests", r.GetId()), want...)
	s.payDeposit(t, r, "42.83")
	p := s.payDeposit(t, r, "100.00")
	wantText(t, "deposit-paid", s.paperOf(t, "depositRequests", r.GetId()), "Bezahlt −142,83",
		"Offener Betrag (EUR) 0,00", "!Bitte zahlen", "!IBAN")
	credit := must(s.GetCustomerCredit(t.Context(),
		&pb.GetCustomerCreditRequest{CustomerCreditId: "ccr" + strings.TrimPrefix(p.GetId(), "pay")}))(t)
	want = []string{"Zahlungsbeleg", "Anzahlungsanforderung " + r.GetNumber(), "Gesamtbetrag (EUR) 100,00"}
	included := []string{}
	for _, tax := range credit.GetTaxes() {
		want = append(want,
			"USt "+tax.GetPercent()+" % "+written(tax.GetTaxableAmount())+" "+written(tax.GetAmount()))
		included = append(included, "Enthält USt "+tax.GetPercent()+" %: "+written(tax.GetAmount()))
	}
	receipt := must(s.DownloadReceipt(t.Context(), &pb.DownloadReceiptRequest{PaymentId: p.GetId()}))(t)
	wantText(t, "deposit-receipt", receipt.GetData(), want...)
	converted := must(s.quotes.ConvertQuote(t.Context(), &pb.ConvertQuoteRequest{QuoteId: q.GetId()}))(t)
	final := must(s.UpdateInvoice(t.Context(), &pb.UpdateInvoiceRequest{InvoiceId: converted.GetInvoice().GetId(),
		Invoice:    &pb.Invoice{Deposits: []*pb.Invoice_Deposit{{CustomerCreditId: credit.GetId()}}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"deposits"}}}))(t)
	final = must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: final.GetId()}))(t)
	wantText(t, "final-invoice", s.download(t, final.GetId(), "final-invoice"), append(included,
		"Anzahlung "+r.GetNumber()+" vom −100,00 15.01.2027", "Offener Betrag (EUR) 376,10", "!Bezahlt am")...)
}

// TestPaperOfDepositRequestInEachState prints a draft and a void deposit request.
func TestPaperOfDepositRequestInEachState(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	draft := must(s.deposits.CreateDepositRequest(t.Context(), &pb.CreateDepositRequestRequest{
		DepositRequest: &pb.DepositRequest{CustomerId: s.customer.GetId(),
			Lines: []*pb.DocumentLine{{Description: "Anzahlung", UnitPrice: "10"}}}}))(t)
	wantText(t, "deposit-draft", s.paperOf(t, "depositRequests", draft.GetId()), "ENTWURF", "Gesamtbetrag (EUR) 10,00",
		"!IBAN")
	r := s.requestDeposit(t)
	must(s.deposits.VoidDepositRequest(t.Context(),
		&pb.VoidDepositRequestRequest{DepositRequestId: r.GetId(), Reason: "Wrong"}))(t)
	wantText(t, "deposit-void", s.paperOf(t, "depositRequests", r.GetId()), "STORNIERT", r.GetNumber(), "!IBAN", "!Wrong")
}

// TestPaperOfNotice prints a notice with two invoices, fee and interest: before and after one of
// the invoices is paid, and after it is voided.
func TestPaperOfNotice(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	n := s.remind(t)
	first, second := n.GetLines()[0], n.GetLines()[1]
	want := []string{"Mahnung " + n.GetNumber(), "Nummer " + n.GetNumber(), "Guten Tag Hafen-Café GmbH",
		first.GetNumber() + " 10.12.2026 20.12.2026 26 119,00 0,81",
		second.GetNumber() + " 02.01.2027 08.01.2027 7 119,00 0,00",
		"Offene Rechnungen 238,00", "Mahngebühr 15,00", "Zinsen 0,81", "Zu zahlen (EUR) 253,81",
		"Bitte zahlen Sie 253,81", "DE89 3704 0044 0532 0130 00",
		"Verwendungszweck " + n.GetNumber() + " " + first.GetNumber() + " " + second.GetNumber(), "Überweisung scannen"}
	wantText(t, "notice", s.paperOf(t, "dunningNotices", n.GetId()), want...)
	s.pay(t, "119.00", first.GetDocumentId())
	wantText(t, "notice-paid", s.paperOf(t, "dunningNotices", n.GetId()), "Zu zahlen (EUR) 253,81",
		"Seit dem 15.01.2027 ausgeglichen −119,00", "Offener Betrag (EUR) 134,81", "Bitte zahlen Sie 134,81")
	must(pb.NewDunningServiceClient(s).VoidDunningNotice(t.Context(),
		&pb.VoidDunningNoticeRequest{DunningNoticeId: n.GetId(), Reason: "Wrong"}))(t)
	wantText(t, "notice-void", s.paperOf(t, "dunningNotices", n.GetId()), "STORNIERT", "!IBAN", "!Seit dem")
}

// TestLegalNoteIsFrozen changes the legal note of a tax code after an invoice with it was issued
// and credited. Paper and link keep the old one; a new invoice has the new one.
func TestLegalNoteIsFrozen(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	taxes := pb.NewTaxServiceClient(s)
	setNote := func(note string) {
		must(taxes.UpdateTaxCode(t.Context(), &pb.UpdateTaxCodeRequest{TaxCodeId: s.vat,
			TaxCode: &pb.TaxCode{LegalNote: note}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"legal_note"}}}))(t)
	}
	setNote("Alter Hinweis nach § 19")
	old := s.issue(t, &pb.Invoice{})
	n := must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
		InvoiceId: old.GetId(), Lines: []*pb.CreditNote_Line{{InvoiceLineId: old.GetLines()[0].GetId(),
			Amount: &typepb.Money{Amount: "10.00", CurrencyCode: "EUR"}}}}}))(t)
	draft := s.draft(t, &pb.Invoice{})
	token := s.link(t, old.GetId()).GetToken()
	setNote("Neuer Hinweis nach § 25a")
	issued := must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: draft.GetId()}))(t)
	wantText(t, "old-note", s.download(t, old.GetId(), "old-note"), "Alter Hinweis", "!Neuer Hinweis")
	wantText(t, "credit-note-note", s.paperOf(t, "creditNotes", n.GetId()), "Alter Hinweis", "!Neuer Hinweis")
	wantText(t, "new-note", s.download(t, issued.GetId(), "new-note"), "Neuer Hinweis", "!Alter Hinweis")
	if got := s.visit(t, "/v1/public/documents/"+token); !strings.Contains(string(got.Raw), "Alter Hinweis") ||
		strings.Contains(string(got.Raw), "Neuer Hinweis") {
		t.Errorf("got %s", got.Raw)
	}
	if issued.GetLines()[0].GetLegalNote() != "Neuer Hinweis nach § 25a" {
		t.Errorf("got %v", issued.GetLines())
	}
}

package salesdocuments_test

import (
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// mailsAbout returns the emails about a record, by the address of the recipient.
func (s *shop) mailsAbout(t testing.TB, subjectID string) []*platformv1.SentEmail {
	t.Helper()
	list := must(platformv1.NewMailServiceClient(s).ListSentEmails(t.Context(),
		&platformv1.ListSentEmailsRequest{Filter: `subject_id = "` + subjectID + `"`}))(t).GetSentEmails()
	slices.SortFunc(list, func(a, b *platformv1.SentEmail) int {
		return strings.Compare(a.GetRecipientEmail(), b.GetRecipientEmail())
	})
	return list
}

// TestInvoiceIsMailed sends an invoice with the defaults: to the customer's recipients and copies,
// in the customer's language, with the PDF attached.
func TestInvoiceIsMailed(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.longInvoice(t)
	sent := must(s.SendInvoice(t.Context(), &pb.SendInvoiceRequest{InvoiceId: i.GetId()}))(t)
	list := s.mailsAbout(t, i.GetId())
	if len(list) != 2 || len(sent.GetSentEmailIds()) != 2 || list[0].GetRecipientEmail() != "ann@cafe.example" ||
		list[1].GetRecipientEmail() != "books@cafe.example" || list[0].GetLanguageCode() != "de" ||
		list[0].GetEmailKind() != "finance.invoice" || list[0].GetState() != platformv1.SentEmail_QUEUED {
		t.Fatalf("got %v, %v", list, sent)
	}
	if want := "Rechnung " + i.GetNumber() + " von "; !strings.HasPrefix(list[0].GetSubject(), want) {
		t.Errorf("got the subject %q", list[0].GetSubject())
	}
	content := must(platformv1.NewMailServiceClient(s).GetSentEmailContent(t.Context(),
		&platformv1.GetSentEmailContentRequest{SentEmailId: list[0].GetId()}))(t)
	if !strings.Contains(content.GetText(), "bis zum 14.02.2027") {
		t.Errorf("got %s", content.GetText())
	}
	files := platformv1.NewFilesServiceClient(s)
	f := must(files.GetFile(t.Context(), &platformv1.GetFileRequest{FileId: sent.GetFileId()}))(t)
	raw := must(files.DownloadFile(t.Context(), &platformv1.DownloadFileRequest{FileId: f.GetId()}))(t)
	if f.GetFileName() != "Rechnung "+i.GetNumber()+".pdf" || !strings.HasPrefix(string(raw.GetData()), "%PDF-") {
		t.Errorf("got %v", f)
	}
}

// TestMailOfPaidInvoiceAsksForNothing checks that the mail of an invoice asks for money only while
// something is open, and names a day that has passed as such.
func TestMailOfPaidInvoiceAsksForNothing(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	paid, late := s.longInvoice(t), s.issue(t, &pb.Invoice{IssueDate: "2027-01-02", DueDate: "2027-01-05"})
	s.pay(t, paid.GetTotalAmount().GetAmount(), paid.GetId())
	for i, want := range map[*pb.Invoice]string{paid: "", late: "fällig seit dem 05.01.2027"} {
		must(s.SendInvoice(t.Context(), &pb.SendInvoiceRequest{InvoiceId: i.GetId()}))(t)
		content := must(platformv1.NewMailServiceClient(s).GetSentEmailContent(t.Context(),
			&platformv1.GetSentEmailContentRequest{SentEmailId: s.mailsAbout(t, i.GetId())[0].GetId()}))(t)
		if asks := strings.Contains(content.GetText(), "Bitte zahlen"); asks != (want != "") ||
			!strings.Contains(content.GetText(), want) {
			t.Errorf("got %q, want %q", content.GetText(), want)
		}
	}
}

// TestMailSaysWhatTheSenderWrote sends an invoice twice, with recipients, subject and text of the
// sender, without a file. Each request leads to a mail.
func TestMailSaysWhatTheSenderWrote(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{})
	for range 2 {
		sent := must(s.SendInvoice(t.Context(), &pb.SendInvoiceRequest{InvoiceId: i.GetId(), Mail: &pb.DocumentMail{
			RecipientEmails: []string{"bob@cafe.example"}, CcEmails: []string{"BOB@cafe.example"}, Subject: "Our {{.invoice}}",
			Message: "Please <b>pay</b>.", WithoutAttachment: true}}))(t)
		if sent.GetFileId() != "" || len(sent.GetSentEmailIds()) != 1 {
			t.Errorf("got %v", sent)
		}
	}
	list := s.mailsAbout(t, i.GetId())
	if len(list) != 2 || list[0].GetSubject() != "Our {{.invoice}}" || list[0].GetRecipientEmail() != "bob@cafe.example" {
		t.Fatalf("got %v", list)
	}
	content := must(platformv1.NewMailServiceClient(s).GetSentEmailContent(t.Context(),
		&platformv1.GetSentEmailContentRequest{SentEmailId: list[0].GetId()}))(t)
	if content.GetText() != "Please <b>pay</b>.\n" || strings.Contains(content.GetHtml(), "<b>pay") {
		t.Errorf("got %v", content)
	}
}

func TestDraftAndVoidInvoicesAreNotSent(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	draft, void := s.draft(t, &pb.Invoice{}), s.issue(t, &pb.Invoice{})
	must(s.VoidInvoice(t.Context(), &pb.VoidInvoiceRequest{InvoiceId: void.GetId(), Reason: "Wrong"}))(t)
	for _, i := range []*pb.Invoice{draft, void} {
		_, err := s.SendInvoice(t.Context(), &pb.SendInvoiceRequest{InvoiceId: i.GetId()})
		apptest.WantRefused(t, err, optionsv1.Reason_DOCUMENT_NOT_SENDABLE)
		if list := s.mailsAbout(t, i.GetId()); len(list) != 0 {
			t.Errorf("got %v", list)
		}
	}
}

// TestMailNeedsRecipients falls back to the first contact with an address, and is refused without
// one.
func TestMailNeedsRecipients(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	c := s.newCustomer(t, &pb.Customer{DisplayName: "No mail"})
	i := s.issue(t, &pb.Invoice{CustomerId: c.GetId()})
	_, err := s.SendInvoice(t.Context(), &pb.SendInvoiceRequest{InvoiceId: i.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_RECIPIENTS_MISSING)
	c = s.newCustomer(t, &pb.Customer{DisplayName: "One contact", Contacts: []*pb.Customer_Contact{
		{DisplayName: "Ann"}, {DisplayName: "Bob", Email: "bob@cafe.example"}}})
	i = s.issue(t, &pb.Invoice{CustomerId: c.GetId()})
	must(s.SendInvoice(t.Context(), &pb.SendInvoiceRequest{InvoiceId: i.GetId(), ValidateOnly: true}))(t)
	if list := s.mailsAbout(t, i.GetId()); len(list) != 0 {
		t.Errorf("a dry run left %v", list)
	}
	must(s.SendInvoice(t.Context(), &pb.SendInvoiceRequest{InvoiceId: i.GetId()}))(t)
	if list := s.mailsAbout(t, i.GetId()); len(list) != 1 || list[0].GetRecipientName() != "Bob" {
		t.Errorf("got %v", list)
	}
}

// TestCreditNotesAndReceiptsAreMailed also checks that those that are void are refused.
func TestCreditNotesAndReceiptsAreMailed(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.longInvoice(t)
	n := must(s.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
		InvoiceId: i.GetId(), Lines: []*pb.CreditNote_Line{{InvoiceLineId: i.GetLines()[1].GetId(), Quantity: "1"}}}}))(t)
	p := s.pay(t, "500.00", i.GetId())
	must(s.SendCreditNote(t.Context(), &pb.SendCreditNoteRequest{CreditNoteId: n.GetId()}))(t)
	must(s.SendReceipt(t.Context(), &pb.SendReceiptRequest{PaymentId: p.GetId()}))(t)
	if list := s.mailsAbout(t, n.GetId()); len(list) != 2 || !strings.HasPrefix(list[0].GetSubject(), "Gutschrift ") {
		t.Errorf("got %v", list)
	}
	if list := s.mailsAbout(t, p.GetId()); len(list) != 2 || list[0].GetSubject() != "Vielen Dank für Ihre Zahlung" {
		t.Errorf("got %v", list)
	}
	must(s.VoidPayment(t.Context(), &pb.VoidPaymentRequest{PaymentId: p.GetId(), Reason: "Bounced"}))(t)
	must(s.VoidCreditNote(t.Context(), &pb.VoidCreditNoteRequest{CreditNoteId: n.GetId(), Reason: "Wrong"}))(t)
	_, err := s.SendReceipt(t.Context(), &pb.SendReceiptRequest{PaymentId: p.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_DOCUMENT_NOT_SENDABLE)
	_, err = s.SendCreditNote(t.Context(), &pb.SendCreditNoteRequest{CreditNoteId: n.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_DOCUMENT_NOT_SENDABLE)
}

package salesdocuments_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	platformmail "backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/delivery"
	"backoffice/internal/platform/mail/mailtest"
	"backoffice/internal/platform/module"
)

// filesOf returns the names and the contents of the PDF files of a mail.
func filesOf(t testing.TB, m *mail.Message) (names []string, contents [][]byte) {
	t.Helper()
	kind, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/mixed" {
		return nil, nil
	}
	for parts := multipart.NewReader(m.Body, parameters["boundary"]); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return names, contents
		}
		if err != nil {
			t.Fatal(err)
		}
		if part.FileName() == "" {
			continue
		}
		names = append(names, part.FileName())
		contents = append(contents, must(io.ReadAll(base64.NewDecoder(base64.StdEncoding, part)))(t))
	}
}

// attachments delivers the mails, and returns the names of the files of those about a record to an
// address.
func (s *shop) attachments(t testing.TB, subjectID, address string) (names []string) {
	t.Helper()
	s.RunJobs(t)
	for _, sent := range s.mailsAbout(t, subjectID) {
		if sent.GetRecipientEmail() != address {
			continue
		}
		path := filepath.Join(apptest.FilesFolder(t), "outbox", strings.Trim(sent.GetMessageId(), "<>")+".eml")
		m := must(mail.ReadMessage(bytes.NewReader(must(os.ReadFile(path))(t))))(t)
		found, contents := filesOf(t, m)
		for _, content := range contents {
			if !bytes.HasPrefix(content, []byte("%PDF-")) {
				t.Errorf("got %.40q", content)
			}
		}
		names = append(names, found...)
	}
	return names
}

// TestMailServerGetsTheFiles mails a quote, a deposit request and an invoice of a live organization
// to a mail server. Each mail carries its file.
func TestMailServerGetsTheFiles(t *testing.T) {
	t.Parallel()
	server := mailtest.New(t, mailtest.PlainText)
	carrier := must(delivery.NewSMTP("smtp://"+server.Addr+"?tls=none",
		delivery.Limits{Step: 10 * time.Second, Data: 10 * time.Second}))(t)
	t.Cleanup(carrier.Close)
	a := apptest.New(t, func(o *module.Options) {
		o.Mail = platformmail.Options{Carrier: carrier, Outbox: delivery.Outbox(t.TempDir()), From: "server@mail.example"}
	})
	o := apptest.SignUpTo(t, a, func(r *platformv1.SignUpRequest) { r.Test = false })
	s := &shop{Organization: o, InvoicingServiceClient: pb.NewInvoicingServiceClient(o),
		SalesDocumentsServiceClient: pb.NewSalesDocumentsServiceClient(o), quotes: pb.NewQuotesServiceClient(o),
		deposits: pb.NewDepositsServiceClient(o)}
	s.customer = s.newCustomer(t, &pb.Customer{DisplayName: "Harbor Cafe", RecipientEmails: []string{"ann@cafe.example"}})
	q, r, i := s.sendQuote(t, &pb.Quote{}), s.requestDeposit(t), s.issue(t, &pb.Invoice{})
	must(s.SendDepositRequest(t.Context(), &pb.SendDepositRequestRequest{DepositRequestId: r.GetId()}))(t)
	must(s.SendInvoice(t.Context(), &pb.SendInvoiceRequest{InvoiceId: i.GetId()}))(t)
	s.RunJobs(t)
	var got []string
	for _, m := range server.Received(t) {
		subject := must(new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")))(t)
		names, contents := filesOf(t, m)
		if len(contents) != 1 || !bytes.HasPrefix(contents[0], []byte("%PDF-")) {
			t.Errorf("%s: got the files %q", subject, names)
		}
		got = append(got, subject+": "+strings.Join(names, ", "))
	}
	slices.Sort(got)
	want := []string{
		"Deposit request " + r.GetNumber() + " from Acme: Deposit request " + r.GetNumber() + ".pdf",
		"Invoice " + i.GetNumber() + " from Acme: Invoice " + i.GetNumber() + ".pdf",
		"Quote " + q.GetNumber() + " from Acme: Quote " + q.GetNumber() + ".pdf",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

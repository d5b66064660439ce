package salesdocuments

import (
	"context"
	"maps"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/recurring"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/rpc"
)

// SendInvoice mails an invoice.
func (s *Service) SendInvoice(ctx context.Context, req *pb.SendInvoiceRequest) (*pb.SentDocument, error) {
	return s.send(ctx, invoiceSource, req.GetInvoiceId(), req.GetMail(), nil)
}

// SendCreditNote mails a credit note.
func (s *Service) SendCreditNote(
	ctx context.Context, req *pb.SendCreditNoteRequest,
) (*pb.SentDocument, error) {
	return s.send(ctx, creditNoteSource, req.GetCreditNoteId(), req.GetMail(), nil)
}

// SendReceipt mails the receipt of a payment.
func (s *Service) SendReceipt(ctx context.Context, req *pb.SendReceiptRequest) (*pb.SentDocument, error) {
	return s.send(ctx, receiptSource, req.GetPaymentId(), req.GetMail(), nil)
}

// SendDepositRequest mails a deposit request.
func (s *Service) SendDepositRequest(
	ctx context.Context, req *pb.SendDepositRequestRequest,
) (*pb.SentDocument, error) {
	return s.send(ctx, depositRequestSource, req.GetDepositRequestId(), req.GetMail(), nil)
}

// RecurringHooks mail the invoices that package recurring issues.
func RecurringHooks(p module.Platform) recurring.Hooks {
	s := New(p)
	return recurring.Hooks{Send: func(
		ctx context.Context, invoiceID string, done func(ctx context.Context, tx *db.Tx) error,
	) error {
		_, err := s.send(ctx, invoiceSource, invoiceID, &pb.DocumentMail{}, done)
		return err
	}}
}

// send prints a document, stores the file, and then mails it in a short unit of work, which reads
// the document again: it may have been voided in the meantime. done is called in the unit of work;
// it may be nil.
func (s *Service) send(
	ctx context.Context, from source, documentID string, m *pb.DocumentMail,
	done func(ctx context.Context, tx *db.Tx) error,
) (*pb.SentDocument, error) {
	d, err := s.read(ctx, from, documentID)
	if err != nil {
		return nil, err
	}
	if err := d.checkMail(m); err != nil {
		return nil, err
	}
	var file *platformv1.File
	if !m.GetWithoutAttachment() {
		if file, err = s.printToFile(ctx, d); err != nil {
			return nil, err
		}
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SentDocument, error) {
		d, err := from.read(ctx, tx, documentID)
		if err != nil {
			return nil, err
		}
		if err := d.checkMail(m); err != nil {
			return nil, err
		}
		if done != nil {
			if err := done(ctx, tx); err != nil {
				return nil, err
			}
		}
		return s.mail(ctx, tx, from, d, m, file)
	})
}

// printToFile stores the PDF file of a document. A dry run stores nothing and returns nil.
func (s *Service) printToFile(ctx context.Context, d *document) (*platformv1.File, error) {
	raw, err := s.print(ctx, d)
	if err != nil || call.From(ctx).ValidateOnly {
		return nil, err
	}
	return s.files.Store(ctx, rpc.FileName(d.fileName, "", "pdf"), mediaType, raw)
}

// checkMail refuses a document that cannot be mailed, and a mail without recipients.
func (d *document) checkMail(m *pb.DocumentMail) error {
	if d.refusal != nil {
		return d.refusal
	}
	return d.checkRecipients(m)
}

// checkRecipients refuses a mail without recipients.
func (d *document) checkRecipients(m *pb.DocumentMail) error {
	if len(d.recipients(m)) > 0 {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_RECIPIENTS_MISSING,
		"The customer has no e-mail address. Name a recipient, or add one to the customer.").WithSubject(d.customer.GetId())
}

// recipients returns who gets the mail, without repetition.
func (d *document) recipients(m *pb.DocumentMail) (out []message.Address) {
	to, copies := m.GetRecipientEmails(), m.GetCcEmails()
	if len(to) == 0 {
		to = d.defaultRecipients()
		if len(copies) == 0 {
			copies = d.customer.GetCcEmails()
		}
	}
	seen := map[string]bool{}
	for _, email := range append(append([]string{}, to...), copies...) {
		if key := strings.ToLower(email); !seen[key] {
			seen[key] = true
			out = append(out, message.Address{Name: d.contactName(email), Email: email})
		}
	}
	return out
}

// defaultRecipients returns the recipients of the customer, or else its first contact with an
// address.
func (s setting) defaultRecipients() []string {
	if list := s.customer.GetRecipientEmails(); len(list) > 0 {
		return list
	}
	for _, c := range s.customer.GetContacts() {
		if c.GetEmail() != "" {
			return []string{c.GetEmail()}
		}
	}
	return nil
}

// contactName returns the name of the customer's contact with an address, or "".
func (s setting) contactName(email string) string {
	for _, c := range s.customer.GetContacts() {
		if strings.EqualFold(c.GetEmail(), email) {
			return c.GetDisplayName()
		}
	}
	return ""
}

// mail stores the mails of a document, with the printed file if there is one.
func (s *Service) mail(
	ctx context.Context, tx *db.Tx, from source, d *document, m *pb.DocumentMail, stored *platformv1.File,
) (*pb.SentDocument, error) {
	out := &pb.SentDocument{}
	link := ""
	if m.GetIncludeLink() && d.public != nil {
		var err error
		if link, err = s.linkFor(ctx, tx, d.id); err != nil {
			return nil, err
		}
	}
	sent := mail.Message{Kind: from.mail, Cause: d.id + " " + id.New().String(), SubjectID: d.id, To: d.recipients(m),
		Language: d.language.Code, Values: d.mailValues(m, link), ReplyTo: d.organization.GetEmail()}
	if stored != nil {
		file, err := s.files.InsertStored(ctx, tx, stored)
		if err != nil {
			return nil, err
		}
		out.FileId, sent.FileIDs = file.Id, []string{file.Id}
	}
	err := mail.Send(ctx, tx, sent)
	if err != nil {
		return nil, mapMailFields(err, len(m.GetRecipientEmails()))
	}
	out.SentEmailIds, err = mail.SentFor(ctx, tx, sent.Cause)
	return out, err
}

// mailValues returns the values of all variables of a mail.
func (d *document) mailValues(m *pb.DocumentMail, link string) template.Values {
	out := template.Values{"organization": d.sellerName(), "customer": d.customerName(), "subject": m.GetSubject(),
		"message": m.GetMessage(), "link": link}
	maps.Copy(out, d.values)
	return out
}

// mapMailFields names the fields of the request in a refusal of the mail. named is the number of
// its recipients.
func mapMailFields(err error, named int) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		if named > 0 {
			f.Path = "mail.recipientEmails"
		} else {
			f.Path = "mail"
		}
		return f
	})
}

// Package mail sends mails of the organizations. A capability calls Send in its transaction; a mail
// is then stored with it and delivered in the background. A cause leads to one mail to a recipient,
// however often a job runs. Delivery is retried for a day; a crash between the acceptance by the
// mail server and the mark may repeat a mail, with the same Message-ID. The package also owns the
// texts, the sender addresses, the suppressed addresses, and what mail providers report. What a
// mail says, and when it is due, is left to the capabilities.
package mail

import (
	"context"
	"log/slog"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/mail/delivery"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Options configure how mails are sent.
type Options struct {
	// Carrier delivers the mails of live organizations. If nil, Outbox does.
	Carrier delivery.Carrier
	// Outbox stores the mails of test organizations.
	Outbox delivery.Outbox
	// From is the address of mails of organizations without a verified sender address.
	From string
	// InboundDomain is the domain of addresses that receive replies; "" if replies go to the sender.
	InboundDomain string
	// PublicURL is the URL of this server for recipients, with https; "" if it has none.
	PublicURL string
	// EventsSecret is the key with which the mail provider signs its reports; nil accepts none.
	EventsSecret []byte
}

// defaultFrom is the sender of mails if none is configured. Mails from it go to the outbox only.
const defaultFrom = "backoffice@localhost.localdomain"

// Service implements MailService.
type Service struct {
	pb.UnsafeMailServiceServer
	db      *db.DB
	files   *files.Service
	options Options
	kinds   map[string]Kind
	log     *slog.Logger
	// systemCall returns the call in which an organization's mails are changed.
	systemCall func(ctx context.Context, organization uuid.UUID) (*call.Call, error)
}

// New returns the service for the kinds of mail of all capabilities. It fails if a kind is invalid.
func New(
	d *db.DB, store *files.Service, o Options, kinds []Kind,
	systemCall func(ctx context.Context, organization uuid.UUID) (*call.Call, error), log *slog.Logger,
) (*Service, error) {
	kinds = append([]Kind{codeMail}, kinds...)
	if err := checkKinds(kinds); err != nil {
		return nil, err
	}
	if o.From == "" {
		o.From = defaultFrom
	}
	o.PublicURL = strings.TrimSuffix(o.PublicURL, "/")
	s := &Service{db: d, files: store, options: o, kinds: map[string]Kind{}, systemCall: systemCall, log: log}
	for _, k := range kinds {
		s.kinds[k.Name] = k
	}
	return s, nil
}

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind {
	return []resource.AnyKind{sentEmails, suppressions, templates, senders}
}

// RawMethods returns the methods that other servers call, whose bodies are not JSON or are signed.
func (s *Service) RawMethods() []rpc.RawMethod {
	return []rpc.RawMethod{
		{
			Method: pb.MailService_ReportEmailEvents_FullMethodName[1:], Signed: true, Deadline: callbackTimeout,
			Handle: s.receiveEvents,
		},
		{Method: pb.MailService_UnsubscribeEmail_FullMethodName[1:], Deadline: callbackTimeout, Handle: s.receiveUnsubscribe},
	}
}

// carrierFor returns how the mails of an organization are delivered. Those of a test organization
// never leave the server.
func (s *Service) carrierFor(c *call.Call) delivery.Carrier {
	if c.Organization.Test || s.options.Carrier == nil {
		return s.options.Outbox
	}
	return s.options.Carrier
}

// domain returns the domain of the server's address, which is that of all Message-IDs.
func (s *Service) domain() string {
	_, domain, _ := strings.Cut(s.options.From, "@")
	return domain
}

// serverSender returns the sender of an organization without a verified address.
func (s *Service) serverSender(c *call.Call) message.Address {
	return message.Address{Name: headerText(c.Organization.DisplayName), Email: s.options.From}
}

// headerText returns text as one line that a header may contain. Servers also answer in text that
// is not UTF-8.
func headerText(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return !message.IsLine(string(r)) }), " ")
}

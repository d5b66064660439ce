// Package inbox receives emails. It owns the secret addresses of organizations and the messages
// that arrived. A reply to an email about a record becomes a comment of its sender on that record,
// if it is proven that the person sent it; everything else waits until a person files or discards
// it. A message is acknowledged once it is durable, is kept whole, and makes one record however
// often it is delivered. The server never replies to a message. What messages to an address of a
// purpose mean is left to the capabilities that declare the purpose.
package inbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/inbox/senderauth"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Options configure how emails are received.
type Options struct {
	// Secret is the key with which the mail provider signs what it delivers; nil accepts nothing.
	Secret []byte
	// AuthservID identifies the results of the provider's checks of senders; "" accepts none.
	AuthservID string
	// Resolver looks up the keys of domains; nil uses the system's.
	Resolver *net.Resolver
}

// Purpose is what inbound addresses are for. Capabilities declare their purposes in their modules
// and handle `platform.inboundMessage.created` events of messages with them.
type Purpose struct {
	// Name is unique and in upper case, such as BILLS. It does not change.
	Name string
	// Description says what happens to the messages.
	Description string
}

// defaultPurpose is the purpose of an address without another one.
var defaultPurpose = Purpose{Name: "INBOX", Description: "A person files each message on a record."}

// Service implements InboxService.
type Service struct {
	pb.UnsafeInboxServiceServer
	db       *db.DB
	files    *files.Service
	mails    *mail.Service
	options  Options
	domain   string
	purposes map[string]Purpose
	senders  senderauth.Checker
	// addresses are the inbound addresses, with the email addresses of this server's domain.
	addresses *resource.Kind[*pb.InboundAddress]
	// systemCall returns the call in which an organization's messages are received.
	systemCall func(ctx context.Context, organization uuid.UUID) (*call.Call, error)
}

// New returns the service for the purposes of all capabilities. domain is that of the addresses, ""
// if the server receives no emails.
func New(
	d *db.DB, store *files.Service, mails *mail.Service, domain string, o Options, purposes []Purpose,
	systemCall func(ctx context.Context, organization uuid.UUID) (*call.Call, error),
) (*Service, error) {
	s := &Service{
		db: d, files: store, mails: mails, options: o, domain: domain, systemCall: systemCall,
		senders:  senderauth.Checker{Resolver: o.Resolver, AuthservID: o.AuthservID},
		purposes: map[string]Purpose{},
	}
	for _, p := range append([]Purpose{defaultPurpose}, purposes...) {
		if _, taken := s.purposes[p.Name]; taken || p.Name == "" {
			return nil, fmt.Errorf("the name %q of a purpose of inbound addresses is empty or already in use", p.Name)
		}
		s.purposes[p.Name] = p
	}
	s.addresses = addressKind.Copy().LoadComputed(s.setEmails)
	return s, nil
}

// Kinds returns the package's kinds of record.
func (s *Service) Kinds() []resource.AnyKind { return []resource.AnyKind{s.addresses, messages} }

// RawMethods returns the methods whose bodies are emails.
func (s *Service) RawMethods() []rpc.RawMethod {
	return []rpc.RawMethod{
		{
			Method: pb.InboxService_DeliverInboundMail_FullMethodName[1:], Signed: true, Deadline: transferTimeout,
			Handle: s.receiveDelivery,
		},
		{
			Method: pb.InboxService_ImportInboundMessage_FullMethodName[1:], Deadline: transferTimeout,
			Handle: s.receiveImport,
		},
	}
}

// ListInboundPurposes lists the purposes of inbound addresses.
func (s *Service) ListInboundPurposes(
	context.Context, *pb.ListInboundPurposesRequest,
) (*pb.ListInboundPurposesResponse, error) {
	out := &pb.ListInboundPurposesResponse{}
	for _, name := range slices.Sorted(maps.Keys(s.purposes)) {
		out.InboundPurposes = append(out.InboundPurposes,
			&pb.InboundPurpose{Name: name, Description: s.purposes[name].Description})
	}
	return out, nil
}

// errNoTarget means that no address of the server receives emails for a recipient.
var errNoTarget = errors.New("inbox: the recipient is unknown")

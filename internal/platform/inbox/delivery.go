package inbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/signature"
	"backoffice/internal/platform/rpc"
)

// maxBytes is the size of the largest message. The large mail services send at most 25 MiB, to
// which their encoding adds a third.
const maxBytes = 32 << 20

// DeliverInboundMail refuses messages over gRPC, where they cannot be signed.
func (s *Service) DeliverInboundMail(
	context.Context, *pb.DeliverInboundMailRequest,
) (*pb.DeliverInboundMailResponse, error) {
	return nil, badSignature()
}

func badSignature() error {
	return fault.New(codes.Unauthenticated, optionsv1.Reason_SIGNATURE_INVALID,
		"The signature of the request is missing, wrong or older than five minutes.")
}

// receiveDelivery checks the signature of a delivery and stores the message. A fault of the server
// is a temporary failure, so that the provider delivers the message again.
func (s *Service) receiveDelivery(ctx context.Context, m proto.Message, r *http.Request) (proto.Message, error) {
	req := m.(*pb.DeliverInboundMailRequest)
	if err := fault.CheckLimits(req); err != nil {
		return nil, err
	}
	raw, err := s.readSigned(req, r)
	switch {
	case err != nil && fault.From(err).Code == codes.Internal: // such as a full disk
		return nil, temporaryFailure(err)
	case err != nil:
		return nil, err
	}
	return s.deliver(ctx, req, raw)
}

// temporaryFailure makes the provider deliver a message again. Every fault is one: a permanent
// refusal would lose the message.
func temporaryFailure(err error) error {
	if fault.From(err).Code == codes.Unavailable {
		return err
	}
	temporary := fault.Busy(optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
		"The message could not be stored. Deliver it again later.")
	temporary.Cause = err
	return temporary
}

// readSigned reads the body of a delivery. Until the signature is checked, the body is on disk and
// not in memory, since anyone can send one.
func (s *Service) readSigned(req *pb.DeliverInboundMailRequest, r *http.Request) ([]byte, error) {
	check, ok := signature.NewCheck(s.options.Secret, r.Header, calendar.System().Now())
	if !ok {
		return nil, badSignature()
	}
	spool, err := os.CreateTemp("", "backoffice-mail-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = spool.Close() }()
	if err := os.Remove(spool.Name()); err != nil { // it disappears with its handle
		return nil, err
	}
	_, _ = io.WriteString(check, req.GetRecipient()+"\n"+req.GetSender()+"\n")
	if err := copyBody(io.MultiWriter(spool, check), r); err != nil {
		return nil, err
	}
	if !check.IsValid() {
		return nil, badSignature()
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(spool)
}

// copyBody copies the body of a request. It refuses one that is empty, too large, or ends early.
func copyBody(to io.Writer, r *http.Request) error {
	n, err := io.Copy(to, http.MaxBytesReader(nil, r.Body, maxBytes))
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return rpc.BodyTooLarge(maxBytes)
	case errors.As(err, new(*os.PathError)):
		return err
	case err != nil:
		return fault.InvalidFor(optionsv1.Reason_BODY_INVALID, fault.At("body", "cannot be read completely: %s", err))
	case n == 0:
		return fault.InvalidFor(optionsv1.Reason_FILE_EMPTY, fault.At("body", "is empty"))
	}
	return nil
}

// target is where a message was delivered to: an inbound address, or the reply address of an email.
type target struct {
	call *call.Call
	// recipient is the address itself, in lower case.
	recipient string
	address   *pb.InboundAddress
	email     *pb.SentEmail
}

// deliver stores a message that was delivered to an address.
func (s *Service) deliver(
	ctx context.Context, req *pb.DeliverInboundMailRequest, raw []byte,
) (*pb.DeliverInboundMailResponse, error) {
	to, err := s.findTarget(ctx, req.GetRecipient())
	if errors.Is(err, errNoTarget) {
		return nil, fault.New(codes.NotFound, optionsv1.Reason_INBOUND_ADDRESS_UNKNOWN,
			"No address of this server receives email for the recipient.")
	}
	if err != nil {
		return nil, temporaryFailure(err)
	}
	to.call.RequestID, to.call.Method = call.From(ctx).RequestID, call.From(ctx).Method
	m, duplicate, err := s.receive(call.With(ctx, to.call), to, req.GetSender(), raw)
	if err != nil {
		return nil, temporaryFailure(err)
	}
	return &pb.DeliverInboundMailResponse{InboundMessageId: m.Id, State: m.State, Duplicate: duplicate}, nil
}

// findTarget returns what a recipient stands for. It fails with errNoTarget for one that the server
// never issued, or that receives nothing anymore.
func (s *Service) findTarget(ctx context.Context, recipient string) (*target, error) {
	recipient = strings.ToLower(strings.Trim(strings.TrimSpace(recipient), "<>"))
	local, domain, _ := strings.Cut(recipient, "@")
	if s.domain == "" || domain != strings.ToLower(s.domain) {
		return nil, errNoTarget
	}
	organization, token, isAddress := parseLocal(local)
	var replyKey int64
	if !isAddress {
		var isReply bool
		if organization, replyKey, isReply = mail.ParseReplyAddress(s.db.Keys(), local); !isReply {
			return nil, errNoTarget
		}
	}
	c, err := s.systemCall(ctx, organization)
	if errors.Is(err, pgx.ErrNoRows) { // there is no such organization
		return nil, errNoTarget
	}
	if err != nil {
		return nil, err
	}
	to := &target{call: c, recipient: recipient}
	return db.Read(call.With(ctx, c), s.db, func(ctx context.Context, tx *db.Tx) (*target, error) {
		if isAddress {
			to.address, err = s.findAddress(ctx, tx, token)
		} else {
			to.email, err = mail.FindByReplyKey(ctx, tx, replyKey)
		}
		if err == nil && to.address == nil && to.email == nil {
			err = errNoTarget
		}
		return to, err
	})
}

// findAddress returns the address with a secret, nil if there is none.
func (s *Service) findAddress(ctx context.Context, tx *db.Tx, token string) (*pb.InboundAddress, error) {
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select k.inbound_address_id
from platform.inbound_tokens k
where k.org_id = $1
and k.token = $2`, tx.Call().Organization.ID, token)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return s.addresses.Find(ctx, tx, id.Format("iad", found[0]))
}

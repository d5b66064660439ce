package onlinepayments

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/secret"
	"backoffice/internal/platform/table"
)

// maxEventBytes is the size of the largest event.
const maxEventBytes = 1 << 20

// ReceivePaymentProviderEvent refuses events over gRPC, where they cannot be signed.
func (s *Service) ReceivePaymentProviderEvent(
	context.Context, *pb.ReceivePaymentProviderEventRequest,
) (*pb.ReceivePaymentProviderEventResponse, error) {
	return nil, badSignature()
}

func badSignature() error {
	return fault.New(codes.Unauthenticated, optionsv1.Reason_SIGNATURE_INVALID,
		"The signature of the request is missing, wrong or older than five minutes.")
}

// receiveEvent receives an event over HTTP.
func (s *Service) receiveEvent(ctx context.Context, m proto.Message, r *http.Request) (proto.Message, error) {
	req := m.(*pb.ReceivePaymentProviderEventRequest)
	if err := fault.CheckLimits(req); err != nil {
		return nil, err
	}
	ctx, key, err := s.enter(ctx, secret.ProviderEvents, req.GetToken())
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxEventBytes))
	if errors.As(err, new(*http.MaxBytesError)) {
		return nil, rpc.BodyTooLarge(maxEventBytes)
	}
	if err != nil {
		return nil, fault.InvalidFor(optionsv1.Reason_BODY_INVALID, fault.At("body", "cannot be read completely"))
	}
	e, duplicate, err := s.deliver(ctx, id.Format(accountPrefix, key), r.Header, body)
	if err != nil {
		return nil, err
	}
	return &pb.ReceivePaymentProviderEventResponse{PaymentProviderEventId: e.Id, State: e.State, Duplicate: duplicate}, nil
}

// enter returns the record that a token opens, and the context in which the server acts for its
// organization.
func (s *Service) enter(ctx context.Context, p secret.Purpose, token string) (context.Context, uuid.UUID, error) {
	organization, key, ok := s.db.Keys().ParseToken(p, token)
	if !ok {
		return ctx, key, unknownToken()
	}
	c, err := s.systemCall(ctx, organization)
	if errors.Is(err, pgx.ErrNoRows) {
		return ctx, key, unknownToken()
	}
	if err != nil {
		return ctx, key, err
	}
	c.RequestID, c.Method = call.From(ctx).RequestID, call.From(ctx).Method
	return call.With(ctx, c), key, nil
}

// unknownToken refuses a token that the server did not make.
func unknownToken() error {
	return fault.New(codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND, "The token is unknown.")
}

// deliver checks the signature of an event, stores it and processes it. Once it is stored, it
// returns no error: what goes wrong then is the state of the event. duplicate reports whether it
// was stored before.
func (s *Service) deliver(
	ctx context.Context, accountID string, h http.Header, body []byte,
) (e *providerEvent, duplicate bool, err error) {
	at, err := s.openConnection(ctx, accountID)
	if isNotFound(err) {
		return nil, false, unknownToken()
	}
	if err != nil {
		return nil, false, err
	}
	record, err := at.read(h, body)
	if err != nil {
		return nil, false, err
	}
	e, duplicate, err = s.storeEvent(ctx, record)
	if fault.Constraint(err) == "payment_provider_events_by_provider_event" {
		e, duplicate, err = s.storeEvent(ctx, record) // a rival was first
	}
	if err != nil || e.State != pb.PaymentProviderEvent_RECEIVED {
		return e, duplicate, err
	}
	if processed, err := s.processWithWaiting(ctx, e.Id); err == nil {
		e = processed
	}
	return e, duplicate, nil
}

// read returns the record of an event that an account received. It fails if the event is not signed
// by the provider.
func (c connection) read(h http.Header, body []byte) (*providerEvent, error) {
	digest := sha256.Sum256(body)
	r := &providerEvent{PaymentProviderAccountId: c.account.Id, State: pb.PaymentProviderEvent_NOT_UNDERSTOOD,
		BodyDigest: hex.EncodeToString(digest[:])}
	event, err := c.provider.ReadEvent(c.credentials, h, body, calendar.System().Now())
	var unknown *NotUnderstoodError
	switch {
	case errors.Is(err, ErrSignature):
		return nil, badSignature()
	case errors.As(err, &unknown):
		r.ProviderEventId, r.ProviderType, r.Error = unknown.ID, cleanText(unknown.ProviderType), cleanText(unknown.Problem)
	case err != nil:
		return nil, err
	default:
		r.ProviderEventId = event.ID
		if r.Error = event.describe(r); r.Error == "" {
			r.State = pb.PaymentProviderEvent_RECEIVED
		}
	}
	if r.ProviderEventId == "" || !isIdentifier(r.ProviderEventId) {
		r.ProviderEventId = r.BodyDigest
	}
	return r, nil
}

// storeEvent stores an event, unless it is stored already. One that was not understood is read
// again.
func (s *Service) storeEvent(ctx context.Context, r *providerEvent) (e *providerEvent, duplicate bool, err error) {
	e, err = db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*providerEvent, error) {
		duplicate = false
		account, err := id.Parse(accountPrefix, r.PaymentProviderAccountId)
		if err != nil {
			return nil, err
		}
		found, _, err := providerEvents.Table().Select(ctx, tx, table.Query{Limit: 1, Within: []table.Equal{
			{Column: "payment_provider_account_id", Value: account},
			{Column: "provider_event_id", Value: r.ProviderEventId},
		}})
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			stored := proto.CloneOf(r)
			return stored, providerEvents.Insert(ctx, tx, stored)
		}
		duplicate = true
		if found[0].State != pb.PaymentProviderEvent_NOT_UNDERSTOOD || r.State != pb.PaymentProviderEvent_RECEIVED {
			return found[0], nil
		}
		return providerEvents.Modify(ctx, tx, found[0].Id, "readAgain", readAgain(r))
	})
	return e, duplicate, err
}

// readAgain returns the rule that replaces the content of an event that was not understood.
func readAgain(r *providerEvent) func(context.Context, *db.Tx, *providerEvent, *providerEvent) error {
	return func(_ context.Context, _ *db.Tx, _, e *providerEvent) error {
		if e.State != pb.PaymentProviderEvent_NOT_UNDERSTOOD {
			return nil
		}
		e.Type, e.ProviderType, e.EventTime, e.State, e.Error = r.Type, r.ProviderType, r.EventTime, r.State, ""
		e.ProviderCheckoutId, e.ProviderPaymentId = r.ProviderCheckoutId, r.ProviderPaymentId
		e.ProviderObjectId, e.Amount, e.Fee = r.ProviderObjectId, r.Amount, r.Fee
		e.Reference, e.Message, e.Transactions, e.BodyDigest = r.Reference, r.Message, r.Transactions, r.BodyDigest
		return nil
	}
}

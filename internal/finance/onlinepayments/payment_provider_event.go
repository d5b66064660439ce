package onlinepayments

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type (
	providerEvent = pb.PaymentProviderEvent
	eventState    = pb.PaymentProviderEvent_State
)

// eventPrefix is the prefix of the identifiers of events.
const eventPrefix = "ppe"

// providerEvents have no rank: an event is locked before what it changes, and payouts, which change
// several events, lock their account first.
var providerEvents = resource.New(table.New("finance.payment_provider_events",
	table.Ref("payment_provider_account_id", accountPrefix,
		func(e *providerEvent) *string { return &e.PaymentProviderAccountId }).Filter(),
	table.Text("provider_event_id", func(e *providerEvent) *string { return &e.ProviderEventId }).Filter(),
	table.Enum("type", func(e *providerEvent) *pb.PaymentProviderEvent_Type { return &e.Type }).Filter(),
	table.Text("provider_type", func(e *providerEvent) *string { return &e.ProviderType }).Filter(),
	table.Timestamp("event_time", func(e *providerEvent) **timestamppb.Timestamp { return &e.EventTime }).Filter(),
	table.Text("provider_checkout_id", func(e *providerEvent) *string { return &e.ProviderCheckoutId }).Filter(),
	table.Text("provider_payment_id", func(e *providerEvent) *string { return &e.ProviderPaymentId }).Filter(),
	table.Text("provider_object_id", func(e *providerEvent) *string { return &e.ProviderObjectId }).Filter(),
	table.Money("amount", func(e *providerEvent) **typepb.Money { return &e.Amount }),
	table.Money("fee", func(e *providerEvent) **typepb.Money { return &e.Fee }),
	table.Text("reference", func(e *providerEvent) *string { return &e.Reference }),
	table.Text("message", func(e *providerEvent) *string { return &e.Message }),
	table.Messages("transactions",
		func(e *providerEvent) *[]*pb.PaymentProviderEvent_Transaction { return &e.Transactions }),
	table.Text("body_digest", func(e *providerEvent) *string { return &e.BodyDigest }),
	table.Enum("state", func(e *providerEvent) *eventState { return &e.State }).Filter(),
	table.Text("error", func(e *providerEvent) *string { return &e.Error }),
	table.Ref("checkout_id", checkoutPrefix, func(e *providerEvent) *string { return &e.CheckoutId }).Filter(),
	table.Ref("payment_id", "pay", func(e *providerEvent) *string { return &e.PaymentId }).Filter(),
	table.Refs("refund_ids", "rfd", func(e *providerEvent) *[]string { return &e.RefundIds }),
	table.Ref("payout_id", payoutPrefix, func(e *providerEvent) *string { return &e.PayoutId }).Filter(),
	table.Refs("journal_entry_ids", "jrn", func(e *providerEvent) *[]string { return &e.JournalEntryIds }),
	table.Int32("attempt_count", func(e *providerEvent) *int32 { return &e.AttemptCount }),
)).Open().Lifecycle(eventLifecycle).
	DeclareEvents("created", "failed", "waiting", "readAgain", "paidOut", "payoutFailed")

var eventLifecycle = state.New(func(e *providerEvent) *eventState { return &e.State },
	[]state.Step[eventState]{
		{Verb: "process", Event: "processed", From: []eventState{pb.PaymentProviderEvent_RECEIVED,
			pb.PaymentProviderEvent_WAITING, pb.PaymentProviderEvent_FAILED}, To: pb.PaymentProviderEvent_PROCESSED},
		{Verb: "dismiss", Event: "dismissed", From: []eventState{pb.PaymentProviderEvent_WAITING,
			pb.PaymentProviderEvent_FAILED, pb.PaymentProviderEvent_NOT_UNDERSTOOD}, To: pb.PaymentProviderEvent_DISMISSED},
	})

// GetPaymentProviderEvent returns a payment provider event.
func (s *Service) GetPaymentProviderEvent(
	ctx context.Context, req *pb.GetPaymentProviderEventRequest,
) (*providerEvent, error) {
	return providerEvents.Get(ctx, s.db, req.GetPaymentProviderEventId())
}

// BatchGetPaymentProviderEvents returns several payment provider events.
func (s *Service) BatchGetPaymentProviderEvents(
	ctx context.Context, req *pb.BatchGetPaymentProviderEventsRequest,
) (*pb.BatchGetPaymentProviderEventsResponse, error) {
	list, err := providerEvents.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetPaymentProviderEventsResponse{PaymentProviderEvents: list}, err
}

// ListPaymentProviderEvents lists payment provider events.
func (s *Service) ListPaymentProviderEvents(
	ctx context.Context, req *pb.ListPaymentProviderEventsRequest,
) (*pb.ListPaymentProviderEventsResponse, error) {
	page, err := providerEvents.List(ctx, s.db, req)
	return &pb.ListPaymentProviderEventsResponse{PaymentProviderEvents: page.Records, NextPageToken: page.Next,
		TotalSize: page.Total}, err
}

// ProcessPaymentProviderEvent processes an event again, and then those that waited for it.
func (s *Service) ProcessPaymentProviderEvent(
	ctx context.Context, req *pb.ProcessPaymentProviderEventRequest,
) (*providerEvent, error) {
	e, err := s.process(ctx, req.GetPaymentProviderEventId(), providerEvents.StepByCaller)
	if err != nil || e.State != pb.PaymentProviderEvent_PROCESSED || call.From(ctx).ValidateOnly {
		return e, err
	}
	return e, s.processWaiting(withoutKey(ctx), e.PaymentProviderAccountId)
}

// DismissPaymentProviderEvent sets an event aside.
func (s *Service) DismissPaymentProviderEvent(
	ctx context.Context, req *pb.DismissPaymentProviderEventRequest,
) (*providerEvent, error) {
	return providerEvents.Step(ctx, s.db, req.GetPaymentProviderEventId(), "dismiss")
}

package mail

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/mail/signature"
	"backoffice/internal/platform/rpc"
)

// maxReportBytes is the size of the largest report of a mail provider.
const maxReportBytes = 1 << 20

// ReportEmailEvents refuses reports over gRPC, where they cannot be signed.
func (s *Service) ReportEmailEvents(context.Context, *pb.ReportEmailEventsRequest) (*emptypb.Empty, error) {
	return nil, badSignature()
}

func badSignature() error {
	return fault.New(codes.Unauthenticated, optionsv1.Reason_SIGNATURE_INVALID,
		"The signature of the request is missing, wrong or older than five minutes.")
}

// receiveEvents checks the signature of a report and records its events.
func (s *Service) receiveEvents(ctx context.Context, m proto.Message, r *http.Request) (proto.Message, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxReportBytes))
	if errors.As(err, new(*http.MaxBytesError)) {
		return nil, rpc.BodyTooLarge(maxReportBytes)
	}
	if err != nil {
		return nil, err
	}
	if !signature.IsValid(s.options.EventsSecret, r.Header, body, calendar.System().Now()) {
		return nil, badSignature()
	}
	req := m.(*pb.ReportEmailEventsRequest)
	if err := rpc.UnmarshalBody(body, req); err != nil {
		return nil, err
	}
	if err := fault.CheckLimits(req); err != nil {
		return nil, err
	}
	for _, e := range req.GetEvents() {
		if err := s.recordEvent(ctx, e); err != nil {
			return nil, err
		}
	}
	return &emptypb.Empty{}, nil
}

// parseMessageID returns the organization and the mail that a Message-ID of this server names.
func (s *Service) parseMessageID(text string) (organization uuid.UUID, sentEmailID string, ok bool) {
	local, isOurs := strings.CutSuffix(strings.Trim(text, "<> "), "@"+s.domain())
	org, sentEmailID, found := strings.Cut(local, ".")
	organization, err := id.Parse("org", org)
	if err != nil || !isOurs || !found {
		return uuid.Nil, "", false
	}
	_, err = id.Parse("sem", sentEmailID)
	return organization, sentEmailID, err == nil
}

// recordEvent records the outcome of a mail. It ignores a mail that does not exist.
func (s *Service) recordEvent(ctx context.Context, e *pb.EmailEvent) error {
	organization, sentEmailID, ok := s.parseMessageID(e.GetMessageId())
	if !ok {
		return nil
	}
	c, err := s.callOf(ctx, organization)
	if errors.Is(err, errNoOrganization) {
		return nil
	}
	if err != nil {
		return err
	}
	err = s.write(call.With(ctx, c), func(ctx context.Context, tx *db.Tx) error {
		return applyEvent(ctx, tx,
			sentEmailID, e)
	})
	if fault.From(err).Reason == optionsv1.Reason_RECORD_NOT_FOUND {
		return nil
	}
	return err
}

// outcomes are the states to which reports lead, and their events.
var outcomes = map[pb.EmailEvent_Type]struct {
	state       pb.SentEmail_State
	event       string
	suppression pb.EmailSuppression_Reason
}{
	pb.EmailEvent_DELIVERED:  {state: pb.SentEmail_DELIVERED, event: "delivered"},
	pb.EmailEvent_BOUNCED:    {pb.SentEmail_BOUNCED, "bounced", pb.EmailSuppression_BOUNCE},
	pb.EmailEvent_COMPLAINED: {pb.SentEmail_COMPLAINED, "complained", pb.EmailSuppression_COMPLAINT},
}

// applyEvent changes a mail by an event. A mail only moves on: to DELIVERED, BOUNCED and
// COMPLAINED, in this order, so reports may arrive in any order and repeatedly.
func applyEvent(ctx context.Context, tx *db.Tx, sentEmailID string, e *pb.EmailEvent) error {
	outcome, ends := outcomes[e.GetType()]
	event := "deferred"
	if ends {
		event = outcome.event
	}
	moved := false
	r, err := sentEmails.Modify(ctx, tx, sentEmailID, event, func(_ context.Context, tx *db.Tx, was,
		r *pb.SentEmail) error {
		switch {
		case !ends && was.State == pb.SentEmail_SENT:
			r.LastError = headerText(e.GetDetail())
		case ends && rank(outcome.state, "") > rank(was.State, was.MessageId):
			moved, r.State = true, outcome.state
			r.LastError = ""
			if outcome.state != pb.SentEmail_DELIVERED {
				r.LastError = headerText(e.GetDetail())
			}
			if r.SendTime == nil {
				r.SendTime = timestamppb.New(tx.Call().Now())
			}
		}
		return nil
	})
	if err != nil || !moved || outcome.suppression == 0 {
		return err
	}
	return suppress(ctx, tx, r, outcome.suppression)
}

// rank orders the states of a mail that a server may have accepted. A report can arrive before the
// acceptance is stored, while the mail is QUEUED and has a Message-ID. Other states rank last,
// since no report changes them.
func rank(s pb.SentEmail_State, messageID string) int {
	switch s {
	case pb.SentEmail_QUEUED:
		if messageID != "" {
			return 0
		}
	case pb.SentEmail_SENT:
		return 1
	case pb.SentEmail_DELIVERED:
		return 2
	case pb.SentEmail_BOUNCED:
		return 3
	case pb.SentEmail_COMPLAINED:
		return 4
	}
	return 5
}

package salesdocuments

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/quotes"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/rpc"
)

// AcceptPublicDocument accepts the quote of a link.
func (s *Service) AcceptPublicDocument(
	ctx context.Context, req *pb.AcceptPublicDocumentRequest,
) (*pb.PublicDocument, error) {
	accepted, err := s.answer(ctx, req, pb.PublicDocument_ACCEPTED, newLinkAnswer(ctx, req), quotes.AcceptByLink)
	return accepted, hideInternals(err)
}

// DeclinePublicDocument declines the quote of a link.
func (s *Service) DeclinePublicDocument(
	ctx context.Context, req *pb.DeclinePublicDocumentRequest,
) (*pb.PublicDocument, error) {
	declined, err := s.answer(ctx, req, pb.PublicDocument_DECLINED, newLinkAnswer(ctx, req), quotes.DeclineByLink)
	return declined, hideInternals(err)
}

// answerRequest is what the requests have in common.
type answerRequest interface {
	GetToken() string
	GetName() string
	GetComment() string
	GetRevision() int32
}

// newLinkAnswer returns the answer of a request.
func newLinkAnswer(ctx context.Context, req answerRequest) quotes.LinkAnswer {
	return quotes.LinkAnswer{Name: strings.TrimSpace(req.GetName()), Comment: req.GetComment(),
		IPAddress: rpc.CallerAddress(ctx), Revision: req.GetRevision()}
}

// answer records the answer of whoever has the link of a quote, and returns the quote with it. The
// unit of work reads the link again: it may have been revoked in the meantime.
func (s *Service) answer(
	ctx context.Context, req answerRequest, is pb.PublicDocument_Answer, a quotes.LinkAnswer,
	record func(ctx context.Context, tx *db.Tx, quoteID string, a quotes.LinkAnswer) (*pb.Quote, error),
) (*pb.PublicDocument, error) {
	ctx, visit, err := s.open(ctx, req.GetToken())
	if err != nil {
		return nil, err
	}
	if a.Name == "" {
		return nil, fault.Invalid(fault.At("name", "is required"))
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.PublicDocument, error) {
		_, d, err := s.readLinked(ctx, tx, visit.linkID)
		if err != nil {
			return nil, err
		}
		if q := d.public.Quote; q.GetAnswer() == is && q.GetAnsweredBy() == a.Name {
			return d.public, nil // a retry
		}
		if err := checkAnswer(d.public, is); err != nil {
			return nil, err
		}
		if _, err := record(ctx, tx, d.id, a); err != nil {
			return nil, err
		}
		if _, d, err = s.readLinked(ctx, tx, visit.linkID); err != nil {
			return nil, err
		}
		return d.public, nil
	})
}

// checkAnswer refuses to answer a document that is no quote, was answered before, or has expired.
// Refusals name no internal record.
func checkAnswer(p *pb.PublicDocument, is pb.PublicDocument_Answer) error {
	q := p.GetQuote()
	switch {
	case q == nil:
		return fault.Refuse(optionsv1.Reason_DOCUMENT_NOT_A_QUOTE,
			"The document is not a quote, so it cannot be accepted or declined.")
	case q.Answer == pb.PublicDocument_ACCEPTED, q.Answer == pb.PublicDocument_DECLINED:
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The quote was already %s on %s.",
			strings.ToLower(q.Answer.String()), q.AnswerDate)
	case q.Answer == pb.PublicDocument_EXPIRED && is == pb.PublicDocument_ACCEPTED:
		return fault.Refuse(optionsv1.Reason_QUOTE_EXPIRED, "The quote expired on %s. Ask the seller for a new one.",
			q.ExpireDate)
	}
	return nil
}

// publicReasons are the reasons of refusals that tell a visitor what to do.
var publicReasons = []optionsv1.Reason{
	optionsv1.Reason_RECORD_NOT_FOUND, optionsv1.Reason_RATE_LIMITED, optionsv1.Reason_DOCUMENT_NOT_A_QUOTE,
	optionsv1.Reason_QUOTE_REVISED, optionsv1.Reason_QUOTE_EXPIRED, optionsv1.Reason_STATE_REFUSES_ACTION,
}

// refusalCodes are the codes of refusals. With others a retry may succeed.
var refusalCodes = []codes.Code{codes.InvalidArgument, codes.FailedPrecondition, codes.AlreadyExists, codes.NotFound,
	codes.PermissionDenied}

// hideInternals replaces a refusal that a visitor can do nothing about. It may name records, such
// as an archived tax code. Others stay without the record that they are about.
func hideInternals(err error) error {
	if err == nil {
		return nil
	}
	refusal := *fault.From(err)
	named := slices.ContainsFunc(refusal.Fields, func(f fault.Field) bool { return f.Path == "name" })
	switch {
	case named || slices.Contains(publicReasons, refusal.Reason):
		refusal.SubjectID = ""
		return &refusal
	case !slices.Contains(refusalCodes, refusal.Code):
		return err
	}
	return fault.Refuse(optionsv1.Reason_QUOTE_NOT_ANSWERABLE,
		"The quote cannot be answered by its link now. Ask the seller, who sees the reason.")
}

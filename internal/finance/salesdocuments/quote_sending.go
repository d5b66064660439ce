package salesdocuments

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/quotes"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// SendQuote mails a quote. A draft becomes a sent quote first, because the file has the number that
// it then takes, and nothing is printed while the number series is locked.
func (s *Service) SendQuote(ctx context.Context, req *pb.SendQuoteRequest) (*pb.SentDocument, error) {
	if stored, found, err := db.StoredResponse[*pb.SentDocument](ctx, s.db); found || err != nil {
		return stored, err
	}
	quoteID, m := req.GetQuoteId(), req.GetMail()
	q, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Quote, error) {
		return quotes.Find(ctx, tx, quoteID)
	})
	if err != nil {
		return nil, err
	}
	if q.State == pb.Quote_DRAFT {
		sent, err := s.markQuoteSent(ctx, quoteID, m)
		if err != nil || call.From(ctx).ValidateOnly {
			return sent, err
		}
	}
	return s.send(ctx, quoteSource, quoteID, m, nil)
}

// markQuoteSent makes a draft a sent quote, once it is known that it can be printed and mailed. A
// dry run returns the mails that would be sent.
func (s *Service) markQuoteSent(ctx context.Context, quoteID string, m *pb.DocumentMail) (*pb.SentDocument, error) {
	d, err := s.read(ctx, quoteSource, quoteID)
	if err != nil {
		return nil, err
	}
	if err := d.checkRecipients(m); err != nil {
		return nil, err
	}
	if _, err := s.print(ctx, d); err != nil {
		return nil, err
	}
	own := *call.From(ctx)
	own.IdempotencyKey = "" // the response of the method is that of the mail
	sent, err := db.Write(call.With(ctx, &own), s.db, func(ctx context.Context, tx *db.Tx) (*pb.SentDocument, error) {
		if _, err := quotes.MarkSent(ctx, tx, quoteID, ""); err != nil {
			return nil, err
		}
		d, err := readQuote(ctx, tx, quoteID)
		if err != nil {
			return nil, err
		}
		if err := d.checkMail(m); err != nil || !tx.Call().ValidateOnly {
			return &pb.SentDocument{}, err
		}
		return s.mail(ctx, tx, quoteSource, d, m, nil)
	})
	if err != nil && fault.From(err).Reason == optionsv1.Reason_STATE_REFUSES_ACTION && !own.ValidateOnly {
		return nil, nil // another call has just sent it
	}
	return sent, err
}

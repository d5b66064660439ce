package quotes

import (
	"cmp"
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/deposits"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/series"
)

// MarkSentQuote records that a quote was sent.
func (s *Service) MarkSentQuote(ctx context.Context, req *pb.MarkSentQuoteRequest) (*pb.Quote, error) {
	return quotes.Step(ctx, s.db, req.GetQuoteId(), "markSent", markSent(req.GetDate()))
}

// MarkSent is MarkSentQuote in the transaction of a package above, such as one that mails quotes.
// The date may be empty. Like the method it is limited to the caller's reach and compares the etag.
func MarkSent(ctx context.Context, tx *db.Tx, quoteID, date string) (*pb.Quote, error) {
	return quotes.StepByCaller(ctx, tx, quoteID, "markSent", markSent(date))
}

// Find returns a quote. It ignores the reach of the caller.
func Find(ctx context.Context, tx *db.Tx, quoteID string) (*pb.Quote, error) {
	return quotes.Find(ctx, tx, quoteID)
}

// markSent returns the rule that sends a quote on a day, by default the date of the draft, or
// today. The number comes last, because its lock lets quotes commit one after another.
func markSent(date string) resource.Rule[*pb.Quote] {
	return func(ctx context.Context, tx *db.Tx, _, q *pb.Quote) error {
		q.QuoteDate = cmp.Or(date, q.QuoteDate, tx.Call().Today().String())
		if q.ExpireDate != "" && q.QuoteDate > q.ExpireDate {
			return fault.Invalid(fault.At("date", "is %s, after the expire date, %s; extend that first", q.QuoteDate,
				q.ExpireDate))
		}
		c, err := customerOf(ctx, tx, q, customers.Resolve)
		if err != nil {
			return err
		}
		if err := calculate(ctx, tx, q, c, false); err != nil {
			return fault.MapFields(err, func(f fault.Field) fault.Field {
				if f.Path == "quoteDate" && date != "" {
					f.Path = "date"
				}
				return f
			})
		}
		if err := checkTerm(ctx, tx, q); err != nil {
			return err
		}
		if err := checkSendable(q); err != nil {
			return err
		}
		freezeCustomer(q, c)
		q.SendTime = timestamppb.New(tx.Call().Now())
		if q.Number != "" {
			return nil // a revision
		}
		on, err := calendar.ParseBusinessDate(q.QuoteDate)
		if err != nil {
			return err
		}
		q.Number, _, err = series.Next(ctx, tx, quoteNumbers, on)
		return err
	}
}

// AcceptQuote records that the customer accepted a quote.
func (s *Service) AcceptQuote(ctx context.Context, req *pb.AcceptQuoteRequest) (*pb.Quote, error) {
	return quotes.Step(ctx, s.db, req.GetQuoteId(), "accept",
		accept(acceptance{date: req.GetDate(), by: req.GetAcceptedBy(), customerID: req.GetCustomerId()}))
}

// LinkAnswer is the answer to a quote by its public link. Who may use the link was checked before.
type LinkAnswer struct {
	// Name and Comment are what the person gave, IPAddress is the network address of the caller.
	Name, Comment, IPAddress string
	// Revision is what the person read. Another one is refused with QUOTE_REVISED.
	Revision int32
}

// checkRevision is the rule that refuses to answer a revision that the person did not read.
func (a LinkAnswer) checkRevision(_ context.Context, _ *db.Tx, _, q *pb.Quote) error {
	if q.Revision == a.Revision {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_QUOTE_REVISED,
		"The quote was revised after it was read; read revision %d before you answer it.", q.Revision)
}

// AcceptByLink records that the customer accepted a quote today by its public link. It is not
// refused because of the deposit, which staff can request later.
func AcceptByLink(ctx context.Context, tx *db.Tx, quoteID string, a LinkAnswer) (*pb.Quote, error) {
	return quotes.StepIn(ctx, tx, quoteID, "accept", a.checkRevision,
		accept(acceptance{byLink: true, by: a.Name, comment: a.Comment, ipAddress: a.IPAddress}))
}

// acceptance says who accepted a quote, when, from where, and with which comment.
type acceptance struct {
	date, by, comment, ipAddress string
	// customerID is the customer that the prospect has become, or empty.
	customerID string
	// byLink is true if the customer used the public link of the quote.
	byLink bool
}

// accept returns the rule that accepts a quote.
func accept(a acceptance) resource.Rule[*pb.Quote] {
	return func(ctx context.Context, tx *db.Tx, _, q *pb.Quote) (err error) {
		if a.by == "" {
			return fault.Invalid(fault.At("acceptedBy", "is required"))
		}
		date := tx.Call().Today().String()
		if !a.byLink {
			if date, err = answerDate(tx, a.date, q); err != nil {
				return err
			}
		}
		if err := refuseExpired(q, date, a); err != nil {
			return err
		}
		q.AcceptDate, q.AcceptedBy, q.AcceptComment, q.AcceptIpAddress = date, a.by, a.comment, a.ipAddress
		q.AcceptTime = timestamppb.New(tx.Call().Now())
		if a.byLink {
			return requestDepositByLink(ctx, tx, q)
		}
		return requestDeposit(ctx, tx, q, date, a.customerID)
	}
}

// answerDate returns the day of an answer, by default today. It refuses a day before that of the
// quote, and a day in the future.
func answerDate(tx *db.Tx, given string, q *pb.Quote) (string, error) {
	today := tx.Call().Today().String()
	date := cmp.Or(given, today)
	if _, err := calendar.ParseBusinessDate(date); err != nil {
		return "", fault.Invalid(fault.At("date", "%s", err))
	}
	switch {
	case date > today:
		return "", fault.Invalid(fault.At("date", "must not be after today, %s", today))
	case date < q.QuoteDate:
		return "", fault.Invalid(fault.At("date", "must not be before the date of the quote, %s", q.QuoteDate))
	}
	return date, nil
}

// refuseExpired refuses an acceptance after the expire date of a quote. Staff may record later that
// it was accepted in time.
func refuseExpired(q *pb.Quote, date string, a acceptance) error {
	switch {
	case q.ExpireDate == "" || date <= q.ExpireDate:
		return nil
	case a.byLink:
		return fault.Refuse(optionsv1.Reason_QUOTE_EXPIRED, "The quote expired on %s.", q.ExpireDate).WithSubject(q.Id)
	case a.date == "":
		return fault.InvalidFor(optionsv1.Reason_QUOTE_EXPIRED, fault.At("date",
			"is today by default, after the expire date, %s; pass the day of the acceptance, or extend the expire date",
			q.ExpireDate))
	}
	return fault.InvalidFor(optionsv1.Reason_QUOTE_EXPIRED, fault.At("date",
		"must not be after the expire date, %s", q.ExpireDate))
}

// DeclineQuote records that the customer declined a quote.
func (s *Service) DeclineQuote(ctx context.Context, req *pb.DeclineQuoteRequest) (*pb.Quote, error) {
	return quotes.Step(ctx, s.db, req.GetQuoteId(), "decline",
		func(_ context.Context, tx *db.Tx, _, q *pb.Quote) (err error) {
			q.DeclinedBy, q.DeclineReason = "", req.GetReason()
			q.DeclineDate, err = answerDate(tx, req.GetDate(), q)
			return err
		})
}

// DeclineByLink records that the customer declined a quote today by its public link.
func DeclineByLink(ctx context.Context, tx *db.Tx, quoteID string, a LinkAnswer) (*pb.Quote, error) {
	return quotes.StepIn(ctx, tx, quoteID, "decline", a.checkRevision,
		func(_ context.Context, tx *db.Tx, _, q *pb.Quote) error {
			q.DeclineDate, q.DeclinedBy, q.DeclineReason = tx.Call().Today().String(), a.Name, a.Comment
			return nil
		})
}

// ReopenQuote undoes the answer to a quote.
func (s *Service) ReopenQuote(ctx context.Context, req *pb.ReopenQuoteRequest) (*pb.Quote, error) {
	return quotes.Step(ctx, s.db, req.GetQuoteId(), "reopen", clearAnswer)
}

// ReviseQuote makes a draft of a sent quote. It is the next revision under the same number; the
// history has the content of those before.
func (s *Service) ReviseQuote(ctx context.Context, req *pb.ReviseQuoteRequest) (*pb.Quote, error) {
	return quotes.Step(ctx, s.db, req.GetQuoteId(), "revise", clearAnswer,
		func(_ context.Context, _ *db.Tx, _, q *pb.Quote) error {
			q.Revision++
			q.QuoteDate, q.SendTime = "", nil
			q.CustomerName, q.BillingAddress, q.CustomerTaxNumber = "", nil, ""
			return nil
		})
}

// clearAnswer is the rule that removes the answer of the customer. It voids the deposit request
// that followed from it.
func clearAnswer(ctx context.Context, tx *db.Tx, _, q *pb.Quote) error {
	if q.DepositRequestId != "" {
		if !tx.Call().Allows(writeDeposits) {
			return fault.PermissionMissing(writeDeposits)
		}
		if err := deposits.Cancel(ctx, tx, q.DepositRequestId, "The acceptance of the quote was undone"); err != nil {
			return err
		}
		q.DepositRequestId = ""
	}
	q.AcceptDate, q.AcceptedBy, q.AcceptTime, q.AcceptComment, q.AcceptIpAddress = "", "", nil, "", ""
	q.DeclineDate, q.DeclinedBy, q.DeclineReason = "", "", ""
	return nil
}

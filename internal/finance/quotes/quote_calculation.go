package quotes

import (
	"cmp"
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/address"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// calculateDraft is the rule that sets the defaults and amounts of a draft. A default payment term
// that is archived is refused, as a given one is.
func calculateDraft(ctx context.Context, tx *db.Tx, was, q *pb.Quote) error {
	invoicing.KeepCalculated(was.GetLines(), q.Lines)
	if q.State != pb.Quote_DRAFT {
		return nil
	}
	c, err := customerOf(ctx, tx, q, customers.Resolve)
	if err != nil {
		return err
	}
	if err := calculate(ctx, tx, q, c, false); err != nil || q.PaymentTermId == was.PaymentTermId {
		return err
	}
	return checkTerm(ctx, tx, q)
}

// checkTerm refuses the payment term of a quote if it is archived.
func checkTerm(ctx context.Context, tx *db.Tx, q *pb.Quote) error {
	if q.PaymentTermId == "" {
		return nil
	}
	_, err := catalog.ResolveTerm(ctx, tx, "paymentTermId", q.PaymentTermId)
	return err
}

// resolver reads the customer that a field names.
type resolver func(ctx context.Context, tx *db.Tx, field, key string) (*pb.Customer, error)

// customerOf returns the customer of a quote, or what is known of its prospect. It refuses a quote
// that names both or neither.
func customerOf(ctx context.Context, tx *db.Tx, q *pb.Quote, resolve resolver) (*pb.Customer, error) {
	p := q.Prospect
	switch {
	case q.CustomerId == "" && p == nil:
		return nil, fault.Invalid(fault.At("customerId", "is required without a prospect"))
	case q.CustomerId != "" && p != nil:
		return nil, fault.Invalid(fault.At("prospect", "cannot be combined with customerId"))
	case q.CustomerId != "":
		return resolve(ctx, tx, "customerId", q.CustomerId)
	}
	var violations fault.List
	violations.Append(address.Check("prospect.address", p.Address)...)
	c := &pb.Customer{DisplayName: p.DisplayName, BillingAddress: p.Address}
	if p.Email != "" {
		c.RecipientEmails = []string{p.Email}
	}
	return c, violations.Err()
}

// calculate sets the defaults and the amounts of a quote to a customer, as of its date, or of
// today. A preview writes nothing.
func calculate(ctx context.Context, tx *db.Tx, q *pb.Quote, c *pb.Customer, preview bool) error {
	q.CurrencyCode = cmp.Or(q.CurrencyCode, c.CurrencyCode, tx.Call().Organization.CurrencyCode)
	q.PaymentTermId = cmp.Or(q.PaymentTermId, c.PaymentTermId)
	date := tx.Call().Today()
	if q.QuoteDate != "" {
		var err error
		if date, err = calendar.ParseBusinessDate(q.QuoteDate); err != nil {
			return fault.Invalid(fault.At("quoteDate", "%s", err))
		}
	}
	if err := checkExpireDate(q); err != nil {
		return err
	}
	t, err := invoicing.SalesDocument{CurrencyCode: q.CurrencyCode, PriceMode: &q.PriceMode, TaxRounding: &q.TaxRounding,
		Date: date, Lines: q.Lines, DiscountPercent: q.DiscountPercent, DiscountAmount: q.DiscountAmount,
		Customer: c, Preview: preview}.Calculate(ctx, tx)
	if err != nil {
		return err
	}
	q.NetAmount, q.TaxAmount, q.TotalAmount, q.WithheldAmount = t.NetAmount, t.TaxAmount, t.TotalAmount, t.WithheldAmount
	q.Taxes = t.Taxes
	return checkDepositTerms(q)
}

// checkSendable refuses a quote without lines, and one with a negative total.
func checkSendable(q *pb.Quote) error {
	total, err := money.Parse(q.TotalAmount.Amount, q.CurrencyCode)
	switch {
	case err != nil:
		return err
	case len(q.Lines) == 0:
		return fault.InvalidFor(optionsv1.Reason_QUOTE_EMPTY, fault.At("lines", "must have at least one line"))
	case total < 0:
		return fault.InvalidFor(optionsv1.Reason_QUOTE_NEGATIVE,
			fault.At("lines", "add up to %s %s", money.Format(total, q.CurrencyCode), q.CurrencyCode))
	}
	return nil
}

// freezeCustomer copies to a quote what its paper says of the customer or the prospect.
func freezeCustomer(q *pb.Quote, c *pb.Customer) {
	q.CustomerName, q.BillingAddress = cmp.Or(c.LegalName, c.DisplayName), c.BillingAddress
	q.CustomerTaxNumber = c.TaxNumber
}

// PreviewQuote returns a quote as it would be sent now.
func (s *Service) PreviewQuote(ctx context.Context, req *pb.PreviewQuoteRequest) (*pb.Quote, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Quote, error) {
		q, err := previewedQuote(ctx, tx, req.GetQuote())
		if err == nil {
			err = preview(ctx, tx, q)
		}
		var violations fault.List
		if err := violations.Merge("quote", err); err != nil {
			return nil, err
		}
		return q, violations.Err()
	})
}

// preview sets what sending a quote now would set, and refuses what it would refuse.
func preview(ctx context.Context, tx *db.Tx, q *pb.Quote) error {
	c, err := customerOf(ctx, tx, q, customers.Lookup)
	if err != nil {
		return err
	}
	q.QuoteDate = cmp.Or(q.QuoteDate, tx.Call().Today().String())
	if err := calculate(ctx, tx, q, c, true); err != nil {
		return err
	}
	if err := checkTerm(ctx, tx, q); err != nil {
		return err
	}
	if err := checkSendable(q); err != nil {
		return err
	}
	freezeCustomer(q, c)
	return loadProgress(ctx, tx, []*pb.Quote{q})
}

// previewedQuote returns the draft that the request names, or the quote in the request.
func previewedQuote(ctx context.Context, tx *db.Tx, given *pb.Quote) (*pb.Quote, error) {
	if given.GetId() != "" && given.GetCustomerId() == "" && given.GetProspect() == nil {
		q, err := quotes.GetByCaller(ctx, tx, given.GetId())
		if err == nil && q.State != pb.Quote_DRAFT {
			err = fault.Refuse(optionsv1.Reason_QUOTE_SENT, "The quote is %s; only a draft has a preview.",
				q.State).WithSubject(q.Id)
		}
		return q, err
	}
	q := quotes.FromRequest(given)
	now := timestamppb.New(tx.Call().Now())
	q.State, q.Revision, q.CreateTime, q.UpdateTime = pb.Quote_DRAFT, 1, now, now
	return q, quotes.CheckNew(ctx, tx, q)
}

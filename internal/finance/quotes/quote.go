package quotes

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type timestamp = timestamppb.Timestamp

// percentDigits is the maximum number of decimal places of a discount in percent.
const percentDigits = 4

var quotes = resource.New(table.New("finance.quotes",
	table.Text("number", func(q *pb.Quote) *string { return &q.Number }).Filter().Sort("quotes_by_number"),
	table.Ref("customer_id", "cus", func(q *pb.Quote) *string { return &q.CustomerId }).Filter().Usable(),
	table.Message("prospect", func(q *pb.Quote) **pb.Quote_Prospect { return &q.Prospect }),
	// Must be the same rule as isExpired.
	table.Enum("state", func(q *pb.Quote) *pb.Quote_State { return &q.State }).FilterAs(
		"case when t.state = 'SENT' and t.expire_date < :today then 'EXPIRED' else t.state end"),
	table.DateOrInfinity("quote_date", func(q *pb.Quote) *string { return &q.QuoteDate }).
		Filter().Sort("quotes_by_quote_date"),
	table.DateOrInfinity("expire_date", func(q *pb.Quote) *string { return &q.ExpireDate }).
		Filter().Sort("quotes_by_expire_date"),
	table.Ref("payment_term_id", "ptm", func(q *pb.Quote) *string { return &q.PaymentTermId }).Usable(),
	table.Text("currency_code", func(q *pb.Quote) *string { return &q.CurrencyCode }).Filter(),
	table.Enum("price_mode", func(q *pb.Quote) *pb.TaxCalculation_Mode { return &q.PriceMode }),
	table.Enum("tax_rounding", func(q *pb.Quote) *pb.TaxCalculation_Rounding { return &q.TaxRounding }),
	table.Decimal("discount_percent", percentDigits, func(q *pb.Quote) *string { return &q.DiscountPercent }),
	table.Money("discount_amount", func(q *pb.Quote) **typepb.Money { return &q.DiscountAmount }),
	table.Text("reference", func(q *pb.Quote) *string { return &q.Reference }).Filter(),
	table.Text("introduction", func(q *pb.Quote) *string { return &q.Introduction }),
	table.Text("closing_text", func(q *pb.Quote) *string { return &q.ClosingText }),
	table.Text("note", func(q *pb.Quote) *string { return &q.Note }),
	table.Int32("revision", func(q *pb.Quote) *int32 { return &q.Revision }),
	table.Text("customer_name", func(q *pb.Quote) *string { return &q.CustomerName }),
	table.Message("billing_address", func(q *pb.Quote) **typepb.Address { return &q.BillingAddress }),
	table.Text("customer_tax_number", func(q *pb.Quote) *string { return &q.CustomerTaxNumber }),
	table.Money("net_amount", func(q *pb.Quote) **typepb.Money { return &q.NetAmount }),
	table.Money("tax_amount", func(q *pb.Quote) **typepb.Money { return &q.TaxAmount }),
	table.Money("total_amount", func(q *pb.Quote) **typepb.Money { return &q.TotalAmount }).Filter(),
	table.Money("withheld_amount", func(q *pb.Quote) **typepb.Money { return &q.WithheldAmount }),
	table.Messages("taxes", func(q *pb.Quote) *[]*pb.TaxCalculation_Tax { return &q.Taxes }),
	table.Timestamp("send_time", func(q *pb.Quote) **timestamp { return &q.SendTime }),
	table.Date("accept_date", func(q *pb.Quote) *string { return &q.AcceptDate }).Filter(),
	table.Text("accepted_by", func(q *pb.Quote) *string { return &q.AcceptedBy }),
	table.Timestamp("accept_time", func(q *pb.Quote) **timestamp { return &q.AcceptTime }),
	table.Text("accept_ip_address", func(q *pb.Quote) *string { return &q.AcceptIpAddress }),
	table.Text("accept_comment", func(q *pb.Quote) *string { return &q.AcceptComment }),
	table.Date("decline_date", func(q *pb.Quote) *string { return &q.DeclineDate }).Filter(),
	table.Text("decline_reason", func(q *pb.Quote) *string { return &q.DeclineReason }),
	table.Text("declined_by", func(q *pb.Quote) *string { return &q.DeclinedBy }),
	table.Decimal("deposit_percent", percentDigits, func(q *pb.Quote) *string { return &q.DepositPercent }),
	table.Money("deposit_amount", func(q *pb.Quote) **typepb.Money { return &q.DepositAmount }),
	table.Bool("deposit_taxed", func(q *pb.Quote) *bool { return &q.DepositTaxed }),
	table.Ref("deposit_request_id", "dpr", func(q *pb.Quote) *string { return &q.DepositRequestId }),
	table.Messages("created_projects", func(q *pb.Quote) *[]*pb.Quote_CreatedProject { return &q.CreatedProjects }),
	invoicing.DocumentLines("finance.quote_lines", "quote_id",
		func(q *pb.Quote) *[]*pb.DocumentLine { return &q.Lines },
		func(q *pb.Quote) string { return q.CurrencyCode }),
	table.Lines("conversions", "finance.quote_conversions", "quote_id",
		func(q *pb.Quote) *[]*pb.Quote_Conversion { return &q.Conversions }, nil,
		table.Ref("invoice_id", "inv", func(c *pb.Quote_Conversion) *string { return &c.InvoiceId }),
		table.Date("date", func(c *pb.Quote_Conversion) *string { return &c.Date }),
		table.Text("project_id", func(c *pb.Quote_Conversion) *string { return &c.ProjectId }),
		table.Text("percent", func(c *pb.Quote_Conversion) *string { return &c.Percent }),
		table.Messages("parts", func(c *pb.Quote_Conversion) *[]*pb.Quote_Conversion_Part { return &c.Parts }),
	),
).Rank(db.RankDocument)).Lifecycle(quoteLifecycle).LoadComputed(loadProgress).Open().
	Searchable("number", "reference", "introduction", "closing_text", "note", "customer_name").
	GuardAll(refuseConverted, "reopen", "revise").
	GuardAll(refusePaidDeposit, "reopen", "revise").
	GuardAll(refuseDeposit, "requestDeposit").
	GuardAll(refuseInvoiced, "convert").
	Compute(func(c *call.Call, q *pb.Quote) {
		if isExpired(q, c.Today()) {
			q.State = pb.Quote_EXPIRED
		}
	})

type quoteStep = state.Step[pb.Quote_State]

// unanswered are the states of a quote that waits for an answer. EXPIRED is not stored.
var unanswered = []pb.Quote_State{pb.Quote_SENT, pb.Quote_EXPIRED}

var quoteLifecycle = state.New(func(q *pb.Quote) *pb.Quote_State { return &q.State }, []quoteStep{
	{Verb: "markSent", Event: "sent", From: []pb.Quote_State{pb.Quote_DRAFT}, To: pb.Quote_SENT},
	{Verb: "accept", Event: "accepted", From: unanswered, To: pb.Quote_ACCEPTED},
	{
		Verb: "requestDeposit", Event: "depositRequested",
		From: []pb.Quote_State{pb.Quote_ACCEPTED}, To: pb.Quote_ACCEPTED,
	},
	{Verb: "decline", Event: "declined", From: unanswered, To: pb.Quote_DECLINED},
	{Verb: "reopen", Event: "reopened", From: []pb.Quote_State{pb.Quote_ACCEPTED, pb.Quote_DECLINED},
		To: pb.Quote_SENT},
	{
		Verb: "revise", Event: "revised",
		From: []pb.Quote_State{pb.Quote_SENT, pb.Quote_EXPIRED, pb.Quote_ACCEPTED,
			pb.Quote_DECLINED}, To: pb.Quote_DRAFT,
	},
	{Verb: "convert", Event: "converted", From: []pb.Quote_State{pb.Quote_ACCEPTED}, To: pb.Quote_ACCEPTED},
})

// isExpired reports whether a quote was sent, and the last day on which it can be accepted has
// passed without an answer.
func isExpired(q *pb.Quote, today calendar.Date) bool {
	return q.State == pb.Quote_SENT && q.ExpireDate != "" && q.ExpireDate < today.String()
}

// CreateQuote creates a draft.
func (s *Service) CreateQuote(ctx context.Context, req *pb.CreateQuoteRequest) (*pb.Quote, error) {
	return quotes.Create(ctx, s.db, req.GetQuote(), setDraft, calculateDraft)
}

// GetQuote returns a quote.
func (s *Service) GetQuote(ctx context.Context, req *pb.GetQuoteRequest) (*pb.Quote, error) {
	return quotes.Get(ctx, s.db, req.GetQuoteId())
}

// BatchGetQuotes returns several quotes.
func (s *Service) BatchGetQuotes(
	ctx context.Context, req *pb.BatchGetQuotesRequest,
) (*pb.BatchGetQuotesResponse, error) {
	list, err := quotes.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetQuotesResponse{Quotes: list}, err
}

// ListQuotes lists quotes.
func (s *Service) ListQuotes(ctx context.Context, req *pb.ListQuotesRequest) (*pb.ListQuotesResponse, error) {
	page, err := quotes.List(ctx, s.db, req)
	return &pb.ListQuotesResponse{Quotes: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateQuote updates a draft, or what can change of a sent quote.
func (s *Service) UpdateQuote(ctx context.Context, req *pb.UpdateQuoteRequest) (*pb.Quote, error) {
	return quotes.Update(ctx, s.db, req.GetQuoteId(), req.GetQuote(), req.GetUpdateMask(), checkChange, calculateDraft)
}

// DeleteQuote deletes a draft that has no number.
func (s *Service) DeleteQuote(ctx context.Context, req *pb.DeleteQuoteRequest) (*emptypb.Empty, error) {
	return quotes.Delete(ctx, s.db, req.GetQuoteId(), func(_ context.Context, _ *db.Tx, _, q *pb.Quote) error {
		if q.Number == "" {
			return nil
		}
		way := "Decline it instead."
		if q.State == pb.Quote_DRAFT {
			way = "Send it, and then decline it."
		}
		return fault.Refuse(optionsv1.Reason_QUOTE_SENT, "The quote has the number %s and stays. %s", q.Number, way).
			WithSubject(q.Id)
	})
}

// DuplicateQuote creates a draft like a quote.
func (s *Service) DuplicateQuote(ctx context.Context, req *pb.DuplicateQuoteRequest) (*pb.Quote, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Quote, error) {
		from, err := quotes.GetByCaller(ctx, tx, req.GetQuoteId())
		if err != nil {
			return nil, err
		}
		if err := quotes.CheckEtag(ctx, tx, from, from); err != nil {
			return nil, err
		}
		draft := newDuplicate(from)
		return draft, quotes.Insert(ctx, tx, draft, setDraft, calculateDraft)
	})
}

// newDuplicate returns a quote with what the caller chose of another one, except for its dates.
func newDuplicate(from *pb.Quote) *pb.Quote {
	draft := &pb.Quote{CustomerId: from.CustomerId, Prospect: from.Prospect, PaymentTermId: from.PaymentTermId,
		CurrencyCode: from.CurrencyCode, PriceMode: from.PriceMode, TaxRounding: from.TaxRounding,
		DiscountPercent: from.DiscountPercent, DiscountAmount: from.DiscountAmount, Reference: from.Reference,
		Introduction: from.Introduction, ClosingText: from.ClosingText, Note: from.Note,
		DepositPercent: from.DepositPercent, DepositAmount: from.DepositAmount, DepositTaxed: from.DepositTaxed}
	for _, l := range from.Lines {
		line := proto.CloneOf(l)
		line.Id = ""
		draft.Lines = append(draft.Lines, line)
	}
	return draft
}

// setDraft is the rule that sets the state and the revision of a new quote.
func setDraft(_ context.Context, _ *db.Tx, _, q *pb.Quote) error {
	q.State, q.Revision = pb.Quote_DRAFT, 1
	return nil
}

// checkChange refuses to change anything but the note and the annotations of a quote that is not a
// draft, and the expire date of one that waits for an answer.
func checkChange(_ context.Context, _ *db.Tx, was, q *pb.Quote) error {
	if was.State == pb.Quote_DRAFT {
		return nil
	}
	allowed := proto.CloneOf(was)
	allowed.Note, allowed.Metadata, allowed.ExternalId, allowed.CustomFields = q.Note, q.Metadata, q.ExternalId,
		q.CustomFields
	if was.State == pb.Quote_SENT {
		allowed.ExpireDate = q.ExpireDate
	}
	if !proto.Equal(allowed, q) {
		return fault.Refuse(optionsv1.Reason_QUOTE_SENT, "The quote is %s and cannot change. Revise it instead.",
			was.State).WithSubject(q.Id)
	}
	return checkExpireDate(q)
}

// checkExpireDate refuses an expire date before the date of the quote.
func checkExpireDate(q *pb.Quote) error {
	if q.ExpireDate != "" && q.QuoteDate != "" && q.ExpireDate < q.QuoteDate {
		return fault.Invalid(fault.At("expireDate", "must not be before quoteDate"))
	}
	return nil
}

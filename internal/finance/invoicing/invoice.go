package invoicing

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var invoices = resource.New(table.New("finance.invoices",
	table.Text("number", func(i *pb.Invoice) *string { return &i.Number }).Filter().Sort("invoices_by_number"),
	table.Ref("customer_id", "cus", func(i *pb.Invoice) *string { return &i.CustomerId }).Filter().Usable(),
	table.Enum("state", func(i *pb.Invoice) *pb.Invoice_State { return &i.State }).Filter(),
	table.DateOrInfinity("issue_date", func(i *pb.Invoice) *string { return &i.IssueDate }).
		Filter().Sort("invoices_by_issue_date"),
	table.DateOrInfinity("due_date", func(i *pb.Invoice) *string { return &i.DueDate }).
		Filter().Sort("invoices_by_due_date"),
	table.Ref("payment_term_id", "ptm", func(i *pb.Invoice) *string { return &i.PaymentTermId }).Usable(),
	table.Text("currency_code", func(i *pb.Invoice) *string { return &i.CurrencyCode }).Filter(),
	table.Decimal("exchange_rate", rateDigits, func(i *pb.Invoice) *string { return &i.ExchangeRate }),
	table.Enum("price_mode", func(i *pb.Invoice) *pb.TaxCalculation_Mode { return &i.PriceMode }),
	table.Enum("tax_rounding", func(i *pb.Invoice) *pb.TaxCalculation_Rounding { return &i.TaxRounding }),
	table.Decimal("discount_percent", percentDigits, func(i *pb.Invoice) *string { return &i.DiscountPercent }),
	table.Money("discount_amount", func(i *pb.Invoice) **typepb.Money { return &i.DiscountAmount }),
	table.Text("reference", func(i *pb.Invoice) *string { return &i.Reference }).Filter(),
	table.Text("introduction", func(i *pb.Invoice) *string { return &i.Introduction }),
	table.Text("closing_text", func(i *pb.Invoice) *string { return &i.ClosingText }),
	table.Text("note", func(i *pb.Invoice) *string { return &i.Note }),
	table.Text("customer_name", func(i *pb.Invoice) *string { return &i.CustomerName }),
	table.Message("billing_address", func(i *pb.Invoice) **typepb.Address { return &i.BillingAddress }),
	table.Text("customer_tax_number", func(i *pb.Invoice) *string { return &i.CustomerTaxNumber }),
	table.Money("net_amount", func(i *pb.Invoice) **typepb.Money { return &i.NetAmount }),
	table.Money("tax_amount", func(i *pb.Invoice) **typepb.Money { return &i.TaxAmount }),
	table.Money("total_amount", func(i *pb.Invoice) **typepb.Money { return &i.TotalAmount }).Filter(),
	table.Money("withheld_amount", func(i *pb.Invoice) **typepb.Money { return &i.WithheldAmount }),
	table.Messages("taxes", func(i *pb.Invoice) *[]*pb.TaxCalculation_Tax { return &i.Taxes }),
	table.Money("open_amount", func(i *pb.Invoice) **typepb.Money { return &i.OpenAmount }).Filter(),
	table.Enum("payment_status", func(i *pb.Invoice) *pb.Invoice_PaymentStatus { return &i.PaymentStatus }).Filter(),
	table.Date("pay_date", func(i *pb.Invoice) *string { return &i.PayDate }).Filter(),
	table.Date("close_date", func(i *pb.Invoice) *string { return &i.CloseDate }),
	table.Text("close_reason", func(i *pb.Invoice) *string { return &i.CloseReason }),
	table.Date("dispute_date", func(i *pb.Invoice) *string { return &i.DisputeDate }),
	table.Text("dispute_reason", func(i *pb.Invoice) *string { return &i.DisputeReason }),
	table.Date("dunning_pause_end_date", func(i *pb.Invoice) *string { return &i.DunningPauseEndDate }),
	table.Ref("recurring_invoice_id", "rin", func(i *pb.Invoice) *string { return &i.RecurringInvoiceId }).Filter(),
	table.Ref("journal_entry_id", "jrn", func(i *pb.Invoice) *string { return &i.JournalEntryId }).Filter(),
	table.Timestamp("issue_time", func(i *pb.Invoice) **timestamp { return &i.IssueTime }),
	table.Messages("warnings", func(i *pb.Invoice) *[]*pb.Invoice_Warning { return &i.Warnings }),
	table.Date("opening_date", func(i *pb.Invoice) *string { return &i.OpeningDate }).Filter(),
	table.Strings("released_source_ids", func(i *pb.Invoice) *[]string { return &i.ReleasedSourceIds }),
	table.Bool("collecting", func(i *pb.Invoice) *bool { return &i.Collecting }),
	// Must be the same rule as isOverdue.
	table.Predicate[*pb.Invoice]("overdue",
		"t.due_date < :today and t.state = 'ISSUED' and t.payment_status <> 'PAID'"),
	DocumentLines("finance.invoice_lines", "invoice_id", func(i *pb.Invoice) *[]*pb.DocumentLine { return &i.Lines },
		func(i *pb.Invoice) string { return i.CurrencyCode }),
	table.Lines("deposits", "finance.invoice_deposits", "invoice_id",
		func(i *pb.Invoice) *[]*pb.Invoice_Deposit { return &i.Deposits }, nil,
		table.Ref("customer_credit_id", "ccr", func(d *pb.Invoice_Deposit) *string { return &d.CustomerCreditId }),
		table.Money("amount", func(d *pb.Invoice_Deposit) **typepb.Money { return &d.Amount }),
		table.Text("number", func(d *pb.Invoice_Deposit) *string { return &d.Number }),
		table.Date("date", func(d *pb.Invoice_Deposit) *string { return &d.Date }),
		table.Money("tax_amount", func(d *pb.Invoice_Deposit) **typepb.Money { return &d.TaxAmount }),
	),
).Rank(db.RankDocument)).Lifecycle(invoiceLifecycle).LockFirst(lockReceivable).Open().
	DeclareEvents("paymentChanged").
	Searchable("number", "reference", "introduction", "closing_text", "note", "customer_name").
	GuardEach(refusePaid, "writeOff").
	Compute(func(c *call.Call, i *pb.Invoice) { i.Overdue = isOverdue(i, c.Today()) })

type invoiceStep = state.Step[pb.Invoice_State]

var issued = []pb.Invoice_State{pb.Invoice_ISSUED}

var invoiceLifecycle = state.New(func(i *pb.Invoice) *pb.Invoice_State { return &i.State }, []invoiceStep{
	{Verb: "issue", Event: "issued", From: []pb.Invoice_State{pb.Invoice_DRAFT}, To: pb.Invoice_ISSUED},
	{Verb: "void", Event: "voided", From: issued, To: pb.Invoice_VOID},
	{Verb: "writeOff", Event: "writtenOff", From: issued, To: pb.Invoice_WRITTEN_OFF},
	{Verb: "dispute", Event: "disputed", From: issued, To: pb.Invoice_ISSUED},
	{Verb: "resolveDispute", Event: "disputeResolved", From: issued, To: pb.Invoice_ISSUED},
})

// isOverdue reports whether an amount is open and was due before today.
func isOverdue(i *pb.Invoice, today calendar.Date) bool {
	return i.State == pb.Invoice_ISSUED && i.PaymentStatus != pb.Invoice_PAID && i.DueDate < today.String()
}

// CreateInvoice creates a draft.
func (s *Service) CreateInvoice(ctx context.Context, req *pb.CreateInvoiceRequest) (*pb.Invoice, error) {
	return invoices.Create(ctx, s.db, withCredits(req.GetInvoice()), setDraft, calculateDraft)
}

// GetInvoice returns an invoice.
func (s *Service) GetInvoice(ctx context.Context, req *pb.GetInvoiceRequest) (*pb.Invoice, error) {
	return invoices.Get(ctx, s.db, req.GetInvoiceId())
}

// BatchGetInvoices returns several invoices.
func (s *Service) BatchGetInvoices(
	ctx context.Context, req *pb.BatchGetInvoicesRequest,
) (*pb.BatchGetInvoicesResponse, error) {
	list, err := invoices.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetInvoicesResponse{Invoices: list}, err
}

// ListInvoices lists invoices.
func (s *Service) ListInvoices(ctx context.Context, req *pb.ListInvoicesRequest) (*pb.ListInvoicesResponse, error) {
	page, err := invoices.List(ctx, s.db, req)
	return &pb.ListInvoicesResponse{Invoices: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateInvoice updates a draft, or the note, the pause of the reminders and the annotations of an
// issued invoice.
func (s *Service) UpdateInvoice(ctx context.Context, req *pb.UpdateInvoiceRequest) (*pb.Invoice, error) {
	return invoices.Update(ctx, s.db, req.GetInvoiceId(), withCredits(req.GetInvoice()), req.GetUpdateMask(),
		checkChange, keepSources, keepSourcesBilled, recordRemovedLines, calculateDraft)
}

// withCredits returns an invoice that names credits where the caller named their documents.
func withCredits(i *pb.Invoice) *pb.Invoice {
	if len(i.GetDeposits()) == 0 {
		return i
	}
	out := proto.CloneOf(i)
	for _, d := range out.Deposits {
		d.CustomerCreditId = receivables.CreditID(d.CustomerCreditId)
	}
	return out
}

// DeleteInvoice deletes a draft.
func (s *Service) DeleteInvoice(ctx context.Context, req *pb.DeleteInvoiceRequest) (*emptypb.Empty, error) {
	return invoices.Delete(ctx, s.db, req.GetInvoiceId(), checkDraft,
		func(ctx context.Context, tx *db.Tx, _, i *pb.Invoice) error {
			return recordRemovedLines(ctx, tx, i, &pb.Invoice{Id: i.Id})
		})
}

// DuplicateInvoice creates a draft like an invoice.
func (s *Service) DuplicateInvoice(ctx context.Context, req *pb.DuplicateInvoiceRequest) (*pb.Invoice, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Invoice, error) {
		from, err := invoices.GetByCaller(ctx, tx, req.GetInvoiceId())
		if err != nil {
			return nil, err
		}
		if err := invoices.CheckEtag(ctx, tx, from, from); err != nil {
			return nil, err
		}
		draft := newDuplicate(from)
		return draft, CreateDraft(ctx, tx, draft)
	})
}

// newDuplicate returns an invoice with what the caller chose of another one, except for its dates.
func newDuplicate(from *pb.Invoice) *pb.Invoice {
	draft := &pb.Invoice{CustomerId: from.CustomerId, PaymentTermId: from.PaymentTermId, CurrencyCode: from.CurrencyCode,
		PriceMode: from.PriceMode, TaxRounding: from.TaxRounding, DiscountPercent: from.DiscountPercent,
		DiscountAmount: from.DiscountAmount, Reference: from.Reference, Introduction: from.Introduction,
		ClosingText: from.ClosingText, Note: from.Note}
	for _, l := range from.Lines {
		line := proto.CloneOf(l)
		line.Id, line.SourceIds = "", nil
		draft.Lines = append(draft.Lines, line)
	}
	return draft
}

// setDraft is the rule that sets the state of a new invoice.
func setDraft(_ context.Context, _ *db.Tx, _, i *pb.Invoice) error {
	i.State = pb.Invoice_DRAFT
	return nil
}

// checkDraft refuses an invoice that is not a draft.
func checkDraft(_ context.Context, _ *db.Tx, _, i *pb.Invoice) error {
	if i.State != pb.Invoice_DRAFT {
		return fault.Refuse(optionsv1.Reason_INVOICE_ISSUED,
			"The invoice is %s and cannot change. Credit or void it instead.", i.State).WithSubject(i.Id)
	}
	return nil
}

// checkChange refuses to change anything of an issued invoice but the note, the pause of its
// reminders and the annotations.
func checkChange(ctx context.Context, tx *db.Tx, was, i *pb.Invoice) error {
	noted := proto.CloneOf(was)
	noted.Note, noted.Metadata, noted.ExternalId, noted.CustomFields = i.Note, i.Metadata, i.ExternalId, i.CustomFields
	noted.DunningPauseEndDate = i.DunningPauseEndDate
	if proto.Equal(noted, i) {
		return nil
	}
	return checkDraft(ctx, tx, was, i)
}

// FindInvoice returns the invoice that a request of another capability addresses. It fails with
// NOT_FOUND if the caller may not read it.
func FindInvoice(ctx context.Context, tx *db.Tx, invoiceID string) (*pb.Invoice, error) {
	return invoices.GetByCaller(ctx, tx, invoiceID)
}

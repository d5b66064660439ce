package invoicing

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var creditNotes = resource.New(table.New("finance.credit_notes",
	table.Text("number", func(n *pb.CreditNote) *string { return &n.Number }).Filter().Sort("credit_notes_by_number"),
	table.Ref("invoice_id", "inv", func(n *pb.CreditNote) *string { return &n.InvoiceId }).Filter(),
	table.Date("issue_date", func(n *pb.CreditNote) *string { return &n.IssueDate }).
		Filter().Sort("credit_notes_by_issue_date"),
	table.Text("reason", func(n *pb.CreditNote) *string { return &n.Reason }),
	table.Bool("keep_as_credit", func(n *pb.CreditNote) *bool { return &n.KeepAsCredit }),
	table.Bool("release_sources", func(n *pb.CreditNote) *bool { return &n.ReleaseSources }),
	table.Strings("released_source_ids", func(n *pb.CreditNote) *[]string { return &n.ReleasedSourceIds }),
	table.Ref("customer_id", "cus", func(n *pb.CreditNote) *string { return &n.CustomerId }).Filter(),
	table.Enum("state", func(n *pb.CreditNote) *pb.CreditNote_State { return &n.State }).Filter(),
	table.Money("net_amount", func(n *pb.CreditNote) **typepb.Money { return &n.NetAmount }),
	table.Money("tax_amount", func(n *pb.CreditNote) **typepb.Money { return &n.TaxAmount }),
	table.Money("total_amount", func(n *pb.CreditNote) **typepb.Money { return &n.TotalAmount }).Filter(),
	table.Messages("taxes", func(n *pb.CreditNote) *[]*pb.TaxCalculation_Tax { return &n.Taxes }),
	table.Date("void_date", func(n *pb.CreditNote) *string { return &n.VoidDate }),
	table.Text("void_reason", func(n *pb.CreditNote) *string { return &n.VoidReason }),
	table.Ref("journal_entry_id", "jrn", func(n *pb.CreditNote) *string { return &n.JournalEntryId }).Filter(),
	table.Lines("lines", "finance.credit_note_lines", "credit_note_id",
		func(n *pb.CreditNote) *[]*pb.CreditNote_Line { return &n.Lines }, nil,
		table.Ref("invoice_line_id", "dln", func(l *pb.CreditNote_Line) *string { return &l.InvoiceLineId }),
		table.Decimal("quantity", priceDigits, func(l *pb.CreditNote_Line) *string { return &l.Quantity }),
		table.Money("amount", func(l *pb.CreditNote_Line) **typepb.Money { return &l.Amount }),
		table.Money("net_amount", func(l *pb.CreditNote_Line) **typepb.Money { return &l.NetAmount }),
		table.Money("tax_amount", func(l *pb.CreditNote_Line) **typepb.Money { return &l.TaxAmount }),
		table.Messages("taxes", func(l *pb.CreditNote_Line) *[]*pb.TaxCalculation_Tax { return &l.Taxes }),
		table.Text("description", func(l *pb.CreditNote_Line) *string { return &l.Description }),
	),
).Rank(db.RankDocument)).Lifecycle(creditNoteLifecycle).LoadComputed(loadOpenOfCreditNotes).Open().
	Searchable("number", "reason").GuardExisting("void", refuseNeeded)

var creditNoteLifecycle = state.New(
	func(n *pb.CreditNote) *pb.CreditNote_State { return &n.State },
	[]state.Step[pb.CreditNote_State]{
		{Verb: "void", Event: "voided", From: []pb.CreditNote_State{pb.CreditNote_ISSUED}, To: pb.CreditNote_VOID},
	},
)

// CreateCreditNote issues a credit note.
func (s *Service) CreateCreditNote(ctx context.Context, req *pb.CreateCreditNoteRequest) (*pb.CreditNote, error) {
	return creditNotes.CreateWith(ctx, s.db, req.GetCreditNote(), s.issueCreditNote)
}

// GetCreditNote returns a credit note.
func (s *Service) GetCreditNote(ctx context.Context, req *pb.GetCreditNoteRequest) (*pb.CreditNote, error) {
	return creditNotes.Get(ctx, s.db, req.GetCreditNoteId())
}

// BatchGetCreditNotes returns several credit notes.
func (s *Service) BatchGetCreditNotes(
	ctx context.Context, req *pb.BatchGetCreditNotesRequest,
) (*pb.BatchGetCreditNotesResponse, error) {
	list, err := creditNotes.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetCreditNotesResponse{CreditNotes: list}, err
}

// ListCreditNotes lists credit notes.
func (s *Service) ListCreditNotes(
	ctx context.Context, req *pb.ListCreditNotesRequest,
) (*pb.ListCreditNotesResponse, error) {
	page, err := creditNotes.List(ctx, s.db, req)
	return &pb.ListCreditNotesResponse{CreditNotes: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateCreditNote updates the annotations of a credit note.
func (s *Service) UpdateCreditNote(ctx context.Context, req *pb.UpdateCreditNoteRequest) (*pb.CreditNote, error) {
	return creditNotes.Update(ctx, s.db, req.GetCreditNoteId(), req.GetCreditNote(), req.GetUpdateMask())
}

// VoidCreditNote voids a credit note.
func (s *Service) VoidCreditNote(ctx context.Context, req *pb.VoidCreditNoteRequest) (*pb.CreditNote, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.CreditNote, error) {
		n, err := creditNotes.LockByCaller(ctx, tx, req.GetCreditNoteId())
		if err != nil {
			return nil, err
		}
		billed, err := s.lockCreditedBy(ctx, tx, n)
		if err != nil {
			return nil, err
		}
		return creditNotes.StepByCaller(ctx, tx, n.Id, "void", s.voidCreditNote(req.GetDate(), req.GetReason(), billed))
	})
}

// loadOpenOfCreditNotes sets what is left of credit notes.
func loadOpenOfCreditNotes(ctx context.Context, tx *db.Tx, list []*pb.CreditNote) error {
	keys, err := id.ParseEach("crn", list, (*pb.CreditNote).GetId)
	if err != nil {
		return err
	}
	left, err := receivables.LeftOfCredits(ctx, tx, keys)
	if err != nil {
		return err
	}
	for i, n := range list {
		n.OpenAmount = money.ToProto(left[keys[i]], n.TotalAmount.GetCurrencyCode())
	}
	return nil
}

// FindCreditNote returns the credit note that a request of another capability addresses. It fails
// with NOT_FOUND if the caller may not read it.
func FindCreditNote(ctx context.Context, tx *db.Tx, creditNoteID string) (*pb.CreditNote, error) {
	return creditNotes.GetByCaller(ctx, tx, creditNoteID)
}

// FindInvoiceOf returns the invoice that a credit note credits.
func FindInvoiceOf(ctx context.Context, tx *db.Tx, n *pb.CreditNote) (*pb.Invoice, error) {
	return invoices.Find(ctx, tx, n.GetInvoiceId())
}

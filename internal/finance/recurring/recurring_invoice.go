package recurring

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type template = pb.RecurringInvoice

// percentDigits is the maximum number of digits after the point of a percentage.
const percentDigits = 4

var recurringInvoices = resource.New(table.New("finance.recurring_invoices",
	table.Text("display_name", func(r *template) *string { return &r.DisplayName }).Filter(),
	table.Ref("customer_id", "cus", func(r *template) *string { return &r.CustomerId }).Filter().Usable(),
	table.Enum("state", func(r *template) *pb.RecurringInvoice_State { return &r.State }).Filter(),
	table.Enum("mode", func(r *template) *pb.RecurringInvoice_Mode { return &r.Mode }),
	table.Message("recurrence", func(r *template) **typepb.Recurrence { return &r.Recurrence }),
	table.Enum("period", func(r *template) *pb.RecurringInvoice_Period { return &r.Period }),
	table.Ref("payment_term_id", "ptm", func(r *template) *string { return &r.PaymentTermId }).Usable(),
	table.Text("currency_code", func(r *template) *string { return &r.CurrencyCode }),
	table.Enum("price_mode", func(r *template) *pb.TaxCalculation_Mode { return &r.PriceMode }),
	table.Enum("tax_rounding", func(r *template) *pb.TaxCalculation_Rounding { return &r.TaxRounding }),
	table.Messages("lines", func(r *template) *[]*pb.RecurringInvoice_Line { return &r.Lines }),
	table.Decimal("discount_percent", percentDigits, func(r *template) *string { return &r.DiscountPercent }),
	table.Money("discount_amount", func(r *template) **typepb.Money { return &r.DiscountAmount }),
	table.Text("reference", func(r *template) *string { return &r.Reference }),
	table.Text("introduction", func(r *template) *string { return &r.Introduction }),
	table.Text("closing_text", func(r *template) *string { return &r.ClosingText }),
	table.Text("note", func(r *template) *string { return &r.Note }),
	table.Ref("responsible_id", "prs", func(r *template) *string { return &r.ResponsibleId }).Filter().Usable(),
	table.Date("recurrence_change_date", func(r *template) *string { return &r.RecurrenceChangeDate }),
	table.Date("last_date", func(r *template) *string { return &r.LastDate }),
	table.Int32("created_count", func(r *template) *int32 { return &r.CreatedCount }),
	table.Messages("skips", func(r *template) *[]*pb.RecurringInvoice_Skip { return &r.Skips }),
	table.Int32("skipped_count", func(r *template) *int32 { return &r.SkippedCount }),
).Rank(db.RankDocument)).Lifecycle(lifecycle).DeclareEvents("invoiced", "skipped").LoadComputed(setNextDates).
	Responsible("responsible_id").Open().
	Searchable("display_name", "reference", "introduction", "closing_text", "note")

var lifecycle = state.New(func(r *template) *pb.RecurringInvoice_State { return &r.State },
	[]state.Step[pb.RecurringInvoice_State]{
		{Verb: "pause", Event: "paused", From: []pb.RecurringInvoice_State{pb.RecurringInvoice_ACTIVE},
			To: pb.RecurringInvoice_PAUSED},
		{Verb: "resume", Event: "resumed", From: []pb.RecurringInvoice_State{pb.RecurringInvoice_PAUSED},
			To: pb.RecurringInvoice_ACTIVE},
	})

// CreateRecurringInvoice creates a recurring invoice.
func (s *Service) CreateRecurringInvoice(
	ctx context.Context, req *pb.CreateRecurringInvoiceRequest,
) (*pb.RecurringInvoice, error) {
	return recurringInvoices.Create(ctx, s.db, req.GetRecurringInvoice(), lockCustomer, setDefaults, checkPermissions,
		checkRecurrence, checkTemplate, setSchedule)
}

// GetRecurringInvoice returns a recurring invoice.
func (s *Service) GetRecurringInvoice(
	ctx context.Context, req *pb.GetRecurringInvoiceRequest,
) (*pb.RecurringInvoice, error) {
	return recurringInvoices.Get(ctx, s.db, req.GetRecurringInvoiceId())
}

// BatchGetRecurringInvoices returns several recurring invoices.
func (s *Service) BatchGetRecurringInvoices(
	ctx context.Context, req *pb.BatchGetRecurringInvoicesRequest,
) (*pb.BatchGetRecurringInvoicesResponse, error) {
	list, err := recurringInvoices.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetRecurringInvoicesResponse{RecurringInvoices: list}, err
}

// ListRecurringInvoices lists recurring invoices.
func (s *Service) ListRecurringInvoices(
	ctx context.Context, req *pb.ListRecurringInvoicesRequest,
) (*pb.ListRecurringInvoicesResponse, error) {
	page, err := recurringInvoices.List(ctx, s.db, req)
	return &pb.ListRecurringInvoicesResponse{RecurringInvoices: page.Records, NextPageToken: page.Next,
		TotalSize: page.Total}, err
}

// UpdateRecurringInvoice updates a recurring invoice.
func (s *Service) UpdateRecurringInvoice(
	ctx context.Context, req *pb.UpdateRecurringInvoiceRequest,
) (*pb.RecurringInvoice, error) {
	return recurringInvoices.Update(ctx, s.db, req.GetRecurringInvoiceId(), req.GetRecurringInvoice(),
		req.GetUpdateMask(), lockCustomer, setDefaults, checkPermissions, checkRecurrence, checkTemplate, setSchedule)
}

// PauseRecurringInvoice pauses a recurring invoice.
func (s *Service) PauseRecurringInvoice(
	ctx context.Context, req *pb.PauseRecurringInvoiceRequest,
) (*pb.RecurringInvoice, error) {
	return recurringInvoices.Step(ctx, s.db, req.GetRecurringInvoiceId(), "pause", removeSchedule)
}

// ResumeRecurringInvoice resumes a recurring invoice. Days that passed get no invoice.
func (s *Service) ResumeRecurringInvoice(
	ctx context.Context, req *pb.ResumeRecurringInvoiceRequest,
) (*pb.RecurringInvoice, error) {
	return recurringInvoices.Step(ctx, s.db, req.GetRecurringInvoiceId(), "resume", checkPermissions,
		func(ctx context.Context, tx *db.Tx, was, r *pb.RecurringInvoice) error {
			r.State = pb.RecurringInvoice_ACTIVE
			return setSchedule(ctx, tx, was, r)
		})
}

// ArchiveRecurringInvoice archives a recurring invoice. It stops.
func (s *Service) ArchiveRecurringInvoice(
	ctx context.Context, req *pb.ArchiveRecurringInvoiceRequest,
) (*pb.RecurringInvoice, error) {
	return recurringInvoices.Archive(ctx, s.db, req.GetRecurringInvoiceId(), removeSchedule)
}

// UnarchiveRecurringInvoice restores an archived recurring invoice. Days that passed get no
// invoice.
func (s *Service) UnarchiveRecurringInvoice(
	ctx context.Context, req *pb.UnarchiveRecurringInvoiceRequest,
) (*pb.RecurringInvoice, error) {
	return recurringInvoices.Unarchive(ctx, s.db, req.GetRecurringInvoiceId(), checkPermissions, setSchedule)
}

// DeleteRecurringInvoice deletes a recurring invoice that no other record refers to.
func (s *Service) DeleteRecurringInvoice(
	ctx context.Context, req *pb.DeleteRecurringInvoiceRequest,
) (*emptypb.Empty, error) {
	return recurringInvoices.Delete(ctx, s.db, req.GetRecurringInvoiceId(), removeSchedule)
}

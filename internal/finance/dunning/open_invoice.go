package dunning

import (
	"context"
	_ "embed"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

//go:embed open_invoice.sql
var selectOpenInvoices string

// openInvoice is an invoice of which something is open on a day, with what decides whether and how
// to chase it. It can also be what a notice charged.
type openInvoice struct {
	ID           uuid.UUID
	CustomerID   uuid.UUID
	DocumentID   string
	Kind         string
	Number       string
	Date         calendar.Date
	DueDate      calendar.Date
	Currency     string
	Minor, Base  int64
	CustomerName string
	// LegalName is the name of the customer on paper.
	LegalName             string
	LanguageCode          string
	GroupKey              string
	DunningPolicyID       *uuid.UUID
	DunningExcluded       bool
	Archived              bool
	CustomerPauseDate     *calendar.Date
	CustomerResponsibleID *uuid.UUID
	InvoicePauseDate      *calendar.Date
	DisputeDate           *calendar.Date
	LastStepDays          *int32
	LastNoticeDate        *calendar.Date
	HasFixedSum           bool
	PromiseDate           *calendar.Date
	HasBroken             bool
	LastFollowUpDate      *calendar.Date
	NextStep              *string
	NextStepDate          *calendar.Date
	ResponsibleID         *uuid.UUID
}

// openInvoices selects open invoices.
type openInvoices struct {
	// on is the day at whose end they are open, and dueBy the latest due date.
	on, dueBy calendar.Date
	// customers are those of the invoices; nil means all.
	customers []uuid.UUID
	// past is true for a view of the past: it includes what was settled later, and ignores notices
	// of later days.
	past bool
	// withCharges is true if what notices charge is listed beside the invoices.
	withCharges bool
}

// load reads the invoices, by customer and due date.
func (o openInvoices) load(ctx context.Context, tx *db.Tx) ([]openInvoice, error) {
	kinds := []string{pb.Receivable_INVOICE.String(), pb.Receivable_OPENING_INVOICE.String()}
	if o.withCharges {
		kinds = append(kinds, pb.Receivable_LATE_CHARGE.String())
	}
	return db.Collect[openInvoice](ctx, tx, selectOpenInvoices, tx.Call().Organization.ID, o.on.String(),
		o.dueBy.String(), o.customers, o.past, kinds)
}

// stopOf returns why an invoice gets no reminders on a day, and until when.
func (i *openInvoice) stopOf(day calendar.Date) (pb.DunningStop, string) {
	switch {
	case i.Archived:
		return pb.DunningStop_CUSTOMER_ARCHIVED, ""
	case i.DunningExcluded:
		return pb.DunningStop_CUSTOMER_EXCLUDED, ""
	case i.DisputeDate != nil && !i.DisputeDate.After(day):
		return pb.DunningStop_DISPUTED, ""
	case i.PromiseDate != nil:
		return pb.DunningStop_PROMISED, i.PromiseDate.String()
	case i.InvoicePauseDate != nil && !i.InvoicePauseDate.Before(day):
		return pb.DunningStop_INVOICE_PAUSED, i.InvoicePauseDate.String()
	case i.CustomerPauseDate != nil && !i.CustomerPauseDate.Before(day):
		return pb.DunningStop_CUSTOMER_PAUSED, i.CustomerPauseDate.String()
	}
	return pb.DunningStop_DUNNING_STOP_UNSPECIFIED, ""
}

// dateText returns a date, or "" if it is absent.
func dateText(d *calendar.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}

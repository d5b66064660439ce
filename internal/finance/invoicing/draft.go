package invoicing

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// maxLines is the most lines of an invoice.
const maxLines = 1000

// CreateDraft stores a draft that another capability makes.
func CreateDraft(ctx context.Context, tx *db.Tx, i *pb.Invoice) error {
	return invoices.Insert(ctx, tx, i, setDraft, calculateDraft)
}

// CollectingDraft is the draft to which lines for a customer are added that bill something.
type CollectingDraft struct {
	customer, currency string
	// invoice is the stored draft, nil if there is none yet.
	invoice *pb.Invoice
}

// LockDraft locks the newest draft that collects lines for a customer in a currency, if there is
// one, and keeps others from adding lines for them until the transaction ends. It is called before
// what the lines bill is locked.
func LockDraft(ctx context.Context, tx *db.Tx, customerID, currency string) (*CollectingDraft, error) {
	if _, err := tx.Exec(ctx,
		"select pg_advisory_xact_lock(hashtextextended('draft ' || $1 || ' ' || $2 || ' ' || $3, 0))",
		tx.Call().Organization.ID.String(), customerID, currency); err != nil {
		return nil, err
	}
	draft, err := lockCollectingDraft(ctx, tx, customerID, currency)
	return &CollectingDraft{customer: customerID, currency: currency, invoice: draft}, err
}

// AddLines adds lines that bill something, such as time entries, to the draft, or to a new one if
// there is none or it would have too many lines. Each line names what it bills in its source ids.
// When the line is removed from the draft, the event finance.invoiceLine.removed has them; when the
// issued invoice is voided, those that were released are in its released_source_ids. The returned
// invoice has the lines with their identifiers.
func (d *CollectingDraft) AddLines(ctx context.Context, tx *db.Tx, lines []*pb.DocumentLine) (*pb.Invoice, error) {
	if err := checkSources(lines); err != nil {
		return nil, err
	}
	if d.invoice == nil || len(d.invoice.Lines)+len(lines) > maxLines {
		draft := &pb.Invoice{CustomerId: d.customer, CurrencyCode: d.currency, Collecting: true, Lines: lines}
		return draft, CreateDraft(ctx, tx, draft)
	}
	add := func(_ context.Context, _ *db.Tx, _, i *pb.Invoice) error {
		i.Lines = append(i.Lines, lines...)
		return nil
	}
	return invoices.Modify(ctx, tx, d.invoice.Id, "updated", add, calculateDraft)
}

// checkSources refuses lines that name nothing that they bill, and too many lines.
func checkSources(lines []*pb.DocumentLine) error {
	var violations fault.List
	if len(lines) == 0 || len(lines) > maxLines {
		violations.Append(fault.At("lines", "must be from 1 to %d", maxLines))
	}
	for n, l := range lines {
		if len(l.SourceIds) == 0 {
			violations.Append(fault.At(fmt.Sprintf("lines[%d].sourceIds", n), "must name what the line bills"))
		}
	}
	return violations.Err()
}

// lockCollectingDraft locks the newest draft that collects lines for a customer in a currency. It
// returns nil if there is none. Lines that bill something have prices without taxes, so a draft
// whose prices include taxes collects none.
func lockCollectingDraft(ctx context.Context, tx *db.Tx, customerID, currency string) (*pb.Invoice, error) {
	customer, err := id.Parse("cus", customerID)
	if err != nil {
		return nil, fault.Invalid(fault.At("customerId", "%s", err))
	}
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select id
from finance.invoices
where org_id = $1
and customer_id = $2
and state = 'DRAFT'
and collecting
and currency_code = $3
and price_mode <> 'INCLUSIVE'
order by id desc
limit 1`, tx.Call().Organization.ID, customer, currency)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	draft, err := invoices.Table().Lock(ctx, tx, id.Format(invoices.Prefix(), keys[0]))
	// It may have been issued or changed in the meantime.
	if err != nil || draft.State != pb.Invoice_DRAFT || draft.PriceMode == pb.TaxCalculation_INCLUSIVE {
		return nil, err
	}
	return draft, nil
}

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

// AddDraftLines adds lines that bill something, such as time entries, to a draft for a customer:
// the newest one in the currency that it made before, or else a new one. Each line names what it
// bills in its source ids. When the line is removed from the draft, the event
// finance.invoiceLine.removed has them; when the issued invoice is voided, they are in its
// released_source_ids. The returned invoice has the lines with their identifiers.
func AddDraftLines(
	ctx context.Context, tx *db.Tx, customerID, currency string, lines []*pb.DocumentLine,
) (*pb.Invoice, error) {
	if err := checkSources(lines); err != nil {
		return nil, err
	}
	draft, err := lockCollectingDraft(ctx, tx, customerID, currency)
	if err != nil {
		return nil, err
	}
	if draft == nil || len(draft.Lines)+len(lines) > maxLines {
		draft = &pb.Invoice{CustomerId: customerID, CurrencyCode: currency, Collecting: true, Lines: lines}
		return draft, CreateDraft(ctx, tx, draft)
	}
	add := func(_ context.Context, _ *db.Tx, _, i *pb.Invoice) error {
		i.Lines = append(i.Lines, lines...)
		return nil
	}
	return invoices.Modify(ctx, tx, draft.Id, "updated", add, calculateDraft)
}

// LockDraft locks the draft to which AddDraftLines would add lines, if there is one, for packages
// that lock what they bill after it.
func LockDraft(ctx context.Context, tx *db.Tx, customerID, currency string) error {
	_, err := lockCollectingDraft(ctx, tx, customerID, currency)
	return err
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
// returns nil if there is none.
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
order by id desc
limit 1`, tx.Call().Organization.ID, customer, currency)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	draft, err := invoices.Table().Lock(ctx, tx, id.Format(invoices.Prefix(), keys[0]))
	if err != nil || draft.State != pb.Invoice_DRAFT { // it was issued in the meantime
		return nil, err
	}
	return draft, nil
}

package invoicing

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// maxNamedSources is the most records that an error names.
const maxNamedSources = 20

// checkAndRelease checks the amount of a credit note, and releases what the credited lines bill if
// it asks for that. It refuses lines of which something is left, because what they bill would be
// billed twice in part. It returns what was billed of each released record.
func checkAndRelease(
	ctx context.Context, tx *db.Tx, n *pb.CreditNote, i *pb.Invoice, before []*pb.CreditNote,
) (map[string]string, error) {
	n.ReleasedSourceIds = nil
	if err := checkCredit(n, i, before); err != nil || !n.ReleaseSources {
		return nil, err
	}
	lines := linesByID(i)
	var sources []string
	for _, l := range n.Lines {
		sources = append(sources, lines[l.InvoiceLineId].SourceIds...)
	}
	billed, err := lockSources(ctx, tx, sources)
	if err != nil {
		return nil, err
	}
	done, err := creditedLines(append(before[:len(before):len(before)], n))
	if err != nil {
		return nil, err
	}
	for _, l := range n.Lines {
		from := lines[l.InvoiceLineId]
		released := existing(from.SourceIds, billed)
		if len(released) == 0 {
			continue
		}
		whole, err := money.Parse(from.Amount.Amount, i.CurrencyCode)
		if err != nil {
			return nil, err
		}
		if done[l.InvoiceLineId].amount != whole {
			return nil, fault.Refuse(optionsv1.Reason_RELEASED_LINE_IN_PART,
				"The line %q is credited in part. Credit all that is left of it to release what it bills.", l.Description)
		}
		n.ReleasedSourceIds = append(n.ReleasedSourceIds, released...)
	}
	return billed, sourcesReleased(ctx, tx, i, n.ReleasedSourceIds)
}

// storeCreditNote stores a credit note, and what was billed of each record that it released.
func storeCreditNote(ctx context.Context, tx *db.Tx, n *pb.CreditNote, billed map[string]string) error {
	n.State = pb.CreditNote_ISSUED
	if err := creditNotes.Insert(ctx, tx, n); err != nil || len(n.ReleasedSourceIds) == 0 {
		return err
	}
	key, err := id.Parse("crn", n.Id)
	if err != nil {
		return err
	}
	texts := make([]string, len(n.ReleasedSourceIds))
	for i, s := range n.ReleasedSourceIds {
		texts[i] = billed[s]
	}
	_, err = tx.Exec(ctx, `
insert into finance.released_sources (org_id, credit_note_id, source_id, billed)
select o.org_id, $2, u.source_id, u.billed
from platform.organizations o
cross join unnest($3::text[], $4::text[]) as u (source_id, billed)
where o.org_id = $1`,
		tx.Call().Organization.ID, key, n.ReleasedSourceIds, texts)
	return err
}

// lockCreditedBy locks what voiding a locked credit note changes: what its credit settles, its
// invoice, and what it released. It returns what would be billed of each released record now.
func (s *Service) lockCreditedBy(ctx context.Context, tx *db.Tx, n *pb.CreditNote) (map[string]string, error) {
	if err := s.receivables.LockAllocationsOf(ctx, tx, n.Id, receivableID(n.InvoiceId)); err != nil {
		return nil, err
	}
	if _, err := invoices.Table().Lock(ctx, tx, n.InvoiceId); err != nil {
		return nil, err
	}
	return lockSources(ctx, tx, n.ReleasedSourceIds)
}

// restoreSources bills the records again that a voided credit note had released. It refuses that if
// they are billed again, were changed or were deleted, since the invoice asks for money for them as
// they were.
func restoreSources(
	ctx context.Context, tx *db.Tx, n *pb.CreditNote, i *pb.Invoice, billed map[string]string,
) error {
	key, err := id.Parse("crn", n.Id)
	if err != nil {
		return err
	}
	before, err := db.CollectMap[string, string](ctx, tx, `
select r.source_id, r.billed
from finance.released_sources r
where r.org_id = $1
and r.credit_note_id = $2`, tx.Call().Organization.ID, key)
	if err != nil {
		return err
	}
	var changed []string
	for _, s := range n.ReleasedSourceIds {
		was, noted := before[s]
		if now, exists := billed[s]; noted && (!exists || now != was) {
			changed = append(changed, s)
		}
	}
	if len(changed) > 0 {
		return fault.Refuse(optionsv1.Reason_RELEASED_SOURCES_CHANGED,
			"The credit note released records that were changed or deleted since: %s. Undo their changes, or leave the "+
				"credit note and bill them again.",
			strings.Join(changed[:min(len(changed), maxNamedSources)], ", ")).WithSubject(changed[0])
	}
	return sourcesRestored(ctx, tx, i, existing(n.ReleasedSourceIds, billed))
}

// refuseNeeded refuses to void credit notes while another one releases what a line bills that they
// credit too: then the invoice would again ask for money for what can be billed elsewhere.
func refuseNeeded(ctx context.Context, tx *db.Tx, list []*pb.CreditNote) ([]error, error) {
	keys, err := id.ParseEach("crn", list, (*pb.CreditNote).GetId)
	if err != nil {
		return nil, err
	}
	type row struct {
		CreditNoteID, ReleasedBy uuid.UUID
		Number                   string
	}
	rows, err := db.Collect[row](ctx, tx, `
select l.credit_note_id, o.id as released_by, o.number
from finance.credit_note_lines l
join finance.credit_notes n on n.org_id = $1 and n.id = l.credit_note_id
join finance.credit_notes o on o.org_id = $1 and o.invoice_id = n.invoice_id
join finance.credit_note_lines r on r.org_id = $1 and r.credit_note_id = o.id
join finance.invoice_lines i on i.org_id = $1 and i.id = l.invoice_line_id
where l.org_id = $1
and l.credit_note_id = any($2)
and o.id <> n.id
and o.state = 'ISSUED'
and r.invoice_line_id = l.invoice_line_id
and o.released_source_ids && i.source_ids
order by o.number`, tx.Call().Organization.ID, keys)
	refusals := make([]error, len(list))
	for i, key := range keys {
		at := slices.IndexFunc(rows, func(r row) bool { return r.CreditNoteID == key })
		if at >= 0 {
			refusals[i] = fault.Refuse(optionsv1.Reason_CREDIT_NOTE_PRECEDES_RELEASE,
				"The credit note %s credits the rest of a line and released what it bills. Void that one first.",
				rows[at].Number).WithSubject(id.Format("crn", rows[at].ReleasedBy))
		}
	}
	return refusals, err
}

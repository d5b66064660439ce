package invoicing

import (
	"context"
	"encoding/json"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/money"
)

// lineRemoved is the type of the event of a line that was removed from a draft, with what it
// billed. Its subject is the invoice.
const lineRemoved = "finance.invoiceLine.removed"

// keepSources is the rule that the lines of a changed draft bill what they did, whatever a request
// says, so that nothing is billed twice or without the package that bills it.
func keepSources(_ context.Context, _ *db.Tx, was, i *pb.Invoice) error {
	before := linesByID(was)
	for _, l := range i.Lines {
		l.SourceIds = before[l.Id].GetSourceIds()
	}
	return nil
}

// recordRemovedLines is the rule that releases what lines bill that were removed from a draft, and
// records an event for each of them.
func recordRemovedLines(ctx context.Context, tx *db.Tx, was, i *pb.Invoice) error {
	kept := linesByID(i)
	var released []string
	for _, l := range was.Lines {
		if len(l.SourceIds) == 0 || kept[l.Id] != nil {
			continue
		}
		changes, err := json.Marshal([]map[string]any{{"field": "sourceIds", "before": l.SourceIds}})
		if err != nil {
			return err
		}
		tx.Record(db.Event{Type: lineRemoved, SubjectID: i.Id, RecordID: l.Id, Changes: changes})
		released = append(released, l.SourceIds...)
	}
	return sourcesReleased(ctx, tx, was, released)
}

// sourcesOf returns what the lines of an invoice bill.
func sourcesOf(i *pb.Invoice) (sources []string) {
	for _, l := range i.Lines {
		sources = append(sources, l.SourceIds...)
	}
	return sources
}

// Hooks tell packages that bill records, such as time, what becomes of the lines that bill them,
// in the same transaction. Each gets the source ids of all packages. A field may be nil.
type Hooks struct {
	// SourcesIssued is called when a draft is issued.
	SourcesIssued func(ctx context.Context, tx *db.Tx, i *pb.Invoice, sources []string) error
	// SourcesReleased is called when lines are removed from a draft, or their invoice is voided or
	// credited so that they can be billed again.
	SourcesReleased func(ctx context.Context, tx *db.Tx, i *pb.Invoice, sources []string) error
	// SourcesRestored is called when the credit note that released lines of an invoice is voided.
	// It refuses that if they are billed again.
	SourcesRestored func(ctx context.Context, tx *db.Tx, i *pb.Invoice, sources []string) error
}

// sourceHooks are the hooks of all packages that bill. Rules find them by their type, since
// documents are also made and issued by other packages.
type sourceHooks []Hooks

// NewModule returns the invoicing capability with the hooks of the packages that bill.
func NewModule(hooks ...Hooks) module.Constructor {
	return func(p module.Platform) module.Module {
		db.Extend(p.DB, sourceHooks(hooks))
		return Module(p)
	}
}

// callHooks calls one of the hooks of each package, if there are sources.
func callHooks(
	ctx context.Context, tx *db.Tx, i *pb.Invoice, sources []string,
	hook func(Hooks) func(context.Context, *db.Tx, *pb.Invoice, []string) error,
) error {
	if len(sources) == 0 {
		return nil
	}
	for _, h := range db.Extension[sourceHooks](tx) {
		if f := hook(h); f != nil {
			if err := f(ctx, tx, i, sources); err != nil {
				return err
			}
		}
	}
	return nil
}

func sourcesIssued(ctx context.Context, tx *db.Tx, i *pb.Invoice, sources []string) error {
	return callHooks(ctx, tx, i, sources,
		func(h Hooks) func(context.Context, *db.Tx, *pb.Invoice, []string) error { return h.SourcesIssued })
}

func sourcesReleased(ctx context.Context, tx *db.Tx, i *pb.Invoice, sources []string) error {
	return callHooks(ctx, tx, i, sources,
		func(h Hooks) func(context.Context, *db.Tx, *pb.Invoice, []string) error { return h.SourcesReleased })
}

func sourcesRestored(ctx context.Context, tx *db.Tx, i *pb.Invoice, sources []string) error {
	return callHooks(ctx, tx, i, sources,
		func(h Hooks) func(context.Context, *db.Tx, *pb.Invoice, []string) error { return h.SourcesRestored })
}

// checkAndRelease checks the amount of a credit note, and releases what the credited lines bill if
// it asks for that. It refuses lines of which something is left, because what they bill would be
// billed twice in part.
func checkAndRelease(
	ctx context.Context, tx *db.Tx, n *pb.CreditNote, i *pb.Invoice, before []*pb.CreditNote,
) error {
	n.ReleasedSourceIds = nil
	if err := checkCredit(n, i, before); err != nil || !n.ReleaseSources {
		return err
	}
	done, err := creditedLines(append(before[:len(before):len(before)], n))
	if err != nil {
		return err
	}
	lines := linesByID(i)
	for _, l := range n.Lines {
		from := lines[l.InvoiceLineId]
		if len(from.SourceIds) == 0 {
			continue
		}
		whole, err := money.Parse(from.Amount.Amount, i.CurrencyCode)
		if err != nil {
			return err
		}
		if done[l.InvoiceLineId].amount != whole {
			return fault.Refuse(optionsv1.Reason_RELEASED_LINE_IN_PART,
				"The line %q is credited in part. Credit all that is left of it to release what it bills.", l.Description)
		}
		n.ReleasedSourceIds = append(n.ReleasedSourceIds, from.SourceIds...)
	}
	return sourcesReleased(ctx, tx, i, n.ReleasedSourceIds)
}

package invoicing

import (
	"context"
	"encoding/json"
	"maps"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/module"
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
	var removed []string
	for _, l := range was.Lines {
		if len(l.SourceIds) == 0 || kept[l.Id] != nil {
			continue
		}
		changes, err := json.Marshal([]map[string]any{{"field": "sourceIds", "before": l.SourceIds}})
		if err != nil {
			return err
		}
		tx.Record(db.Event{Type: lineRemoved, SubjectID: i.Id, RecordID: l.Id, Changes: changes})
		removed = append(removed, l.SourceIds...)
	}
	_, err := releaseSources(ctx, tx, was, removed)
	return err
}

// keepSourcesBilled is the rule that a draft stays with its customer and its currency while lines
// bill records of other packages, which were priced for them.
func keepSourcesBilled(ctx context.Context, tx *db.Tx, was, i *pb.Invoice) error {
	if i.CustomerId == was.CustomerId && i.CurrencyCode == was.CurrencyCode {
		return nil
	}
	billed, err := lockSources(ctx, tx, sourcesOf(was))
	if err != nil || len(existing(sourcesOf(i), billed)) == 0 {
		return err
	}
	var violations fault.List
	if i.CustomerId != was.CustomerId {
		violations.Append(fault.At("customerId", "must stay %s while lines bill records; remove those lines first",
			was.CustomerId))
	}
	if i.CurrencyCode != was.CurrencyCode {
		violations.Append(fault.At("currencyCode", "must stay %s while lines bill records; remove those lines first",
			was.CurrencyCode))
	}
	return violations.Err()
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
	// LockSources locks the records of the package among the sources, sorted by id, and returns what
	// is billed of each, as a text that differs once that changes. It leaves out records that no
	// longer exist. The invoice is locked before it, customers and the books after it.
	LockSources func(ctx context.Context, tx *db.Tx, sources []string) (map[string]string, error)
	// SourcesIssued is called when a draft is issued. The sources are locked.
	SourcesIssued func(ctx context.Context, tx *db.Tx, i *pb.Invoice, sources []string) error
	// SourcesReleased is called when lines are removed from a draft, or their invoice is voided or
	// credited so that they can be billed again. The sources are locked.
	SourcesReleased func(ctx context.Context, tx *db.Tx, i *pb.Invoice, sources []string) error
	// SourcesRestored is called when the credit note that released lines of an invoice is voided.
	// It refuses that if they are billed again. The sources are locked.
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

// lockSources locks the records that lines bill, and returns what is billed of each. It leaves out
// records that no longer exist, and sources of packages that need not know, such as quotes.
func lockSources(ctx context.Context, tx *db.Tx, sources []string) (map[string]string, error) {
	billed := map[string]string{}
	if len(sources) == 0 {
		return billed, nil
	}
	for _, h := range db.Extension[sourceHooks](tx) {
		if h.LockSources == nil {
			continue
		}
		found, err := h.LockSources(ctx, tx, sources)
		if err != nil {
			return nil, err
		}
		maps.Copy(billed, found)
	}
	return billed, nil
}

// releaseSources locks and releases the records that lines bill, so that they can be billed again.
// It returns those that a package released.
func releaseSources(ctx context.Context, tx *db.Tx, i *pb.Invoice, sources []string) ([]string, error) {
	billed, err := lockSources(ctx, tx, sources)
	if err != nil {
		return nil, err
	}
	known := existing(sources, billed)
	return known, sourcesReleased(ctx, tx, i, known)
}

// existing returns the sources that are keys of a map, in their order.
func existing(sources []string, billed map[string]string) (known []string) {
	for _, s := range sources {
		if _, exists := billed[s]; exists {
			known = append(known, s)
		}
	}
	return known
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

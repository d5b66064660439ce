package salesreports

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/catalog/duedate"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// duePart is a part of an open amount that is due on a day, in minor units.
type duePart struct {
	due         calendar.Date
	minor, base int64
}

// readTerms returns the payment terms with installments by the invoices that have them.
func readTerms(ctx context.Context, tx *db.Tx, items []openItem) (map[uuid.UUID]duedate.Term, error) {
	keys := make([]uuid.UUID, len(items))
	for n, i := range items {
		keys[n] = i.ID
	}
	rows, err := tx.QueryReplanned(ctx, `
select id, payment_term_id
from finance.invoices
where org_id = $1
and id = any($2)
and payment_term_id is not null`, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	termOf, ids := map[uuid.UUID]string{}, map[string]bool{}
	var invoice, term uuid.UUID
	if _, err := pgx.ForEachRow(rows, []any{&invoice, &term}, func() error {
		termOf[invoice] = id.Format("ptm", term)
		ids[termOf[invoice]] = true
		return nil
	}); err != nil {
		return nil, err
	}
	list := make([]string, 0, len(ids))
	for key := range ids {
		list = append(list, key)
	}
	stored, err := catalog.FindTerms(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID]duedate.Term{}
	for key, term := range termOf {
		if len(stored[term].GetInstallments()) > 0 {
			out[key] = catalog.DueTerm(stored[term])
		}
	}
	return out, nil
}

// dueParts divides an open amount into the installments of a payment term. What is settled has paid
// the first ones. An invoice whose due date is not that of the term is due as a whole.
func (i openItem) dueParts(term duedate.Term) []duePart {
	whole := []duePart{{due: i.DueDate, minor: i.Minor, base: i.Base}}
	if len(term.Installments) == 0 || term.LastDate(i.Date) != i.DueDate {
		return whole
	}
	parts := term.Parts(i.Date, i.Total)
	slices.SortStableFunc(parts, func(a, b duedate.Part) int { return a.Due.Compare(b.Due) })
	var out []duePart
	settled, running, base := i.Total-i.Minor, int64(0), int64(0)
	for _, p := range parts {
		paid := min(settled, p.Minor)
		settled -= paid
		if p.Minor == paid {
			continue
		}
		running += p.Minor - paid
		upTo := receivables.Proportion(i.Base, running, i.Minor)
		out = append(out, duePart{due: p.Due, minor: p.Minor - paid, base: upTo - base})
		base = upTo
	}
	return out
}

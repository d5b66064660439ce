package taxreturns

import (
	"context"
	"strings"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// taxKind is what decides in which boxes a tax counts.
type taxKind struct {
	Use, Effect, Category string
	// PurchasesOnly is true if the code of the tax is not for sales.
	PurchasesOnly bool
}

// kindSum is the sum of the taxes of a kind, in minor units of the organization's currency.
type kindSum struct {
	taxKind
	Adjustment                bool
	Taxable, Tax, Recoverable int64
}

// returnLines are the taxes of a return: those of its period, and in the periods of earlier returns
// those known now less those reported, which are those known when the last of them was locked, on
// its basis.
type returnLines struct {
	period, earlier, reported selection
	// since is the time until which earlier returns count what is earlier.
	since time.Time
}

// newReturnLines returns the taxes of a return as its fields say.
func newReturnLines(r *pb.TaxReturn) (l returnLines, err error) {
	agency, err := id.Parse("txa", r.TaxAgencyId)
	if err != nil {
		return l, err
	}
	known := r.KnownTime.AsTime()
	l.period = selection{basis: r.Basis, known: &known, agency: &agency}
	if r.AccruedEndDate != "" {
		if l.period.accruedUntil, err = calendar.ParseDate(r.AccruedEndDate); err != nil {
			return l, err
		}
	}
	if l.period.start, err = calendar.ParseDate(r.StartDate); err != nil {
		return l, err
	}
	if l.period.end, err = calendar.ParseDate(r.EndDate); err != nil || r.AdjustedStartDate == "" {
		return l, err
	}
	l.since = r.AdjustedSinceTime.AsTime()
	l.earlier = selection{basis: r.Basis, known: &known, agency: &agency, accruedUntil: l.period.accruedUntil}
	l.reported = l.earlier
	l.reported.basis = r.AdjustedBasis
	if l.earlier.start, err = calendar.ParseDate(r.AdjustedStartDate); err != nil {
		return l, err
	}
	l.earlier.end, err = calendar.ParseDate(r.AdjustedEndDate)
	l.reported.start, l.reported.end = l.earlier.start, l.earlier.end
	return l, err
}

// earlierThen and earlierNow turn the parameters of the period into those of earlier returns, as
// they were known then and as they are known now.
var (
	earlierNow  = strings.NewReplacer("$2", "$6", "$3", "$7")
	earlierThen = strings.NewReplacer("$2", "$6", "$3", "$7", "$4", "$8")
)

// statement returns the beginning of a statement in which lines are the taxes of the return. An
// adjustment is what is known now less what was known then.
func (l returnLines) statement() string {
	statement := `
with lines as (
  select p.*, false as adjustment
  from (
` + l.period.lines() + `
  ) p`
	if l.earlier.start.IsZero() {
		return statement + "\n)"
	}
	return statement + `
  union all
  select e.date, e.id, e.use, e.cause, e.tax_code_id, e.component_id, e.tax_agency_id, e.tax_name, e.effect, e.percent,
    e.category, e.document_id, e.document_number, e.contact_id, e.currency, sum(e.sign * e.taxable_minor)::bigint,
    sum(e.sign * e.tax_minor)::bigint, sum(e.sign * e.base_taxable_minor)::bigint,
    sum(e.sign * e.base_tax_minor)::bigint, sum(e.sign * e.base_recoverable_minor)::bigint, e.journal_entry_id,
    true
  from (
    select n.*, 1 as sign
    from (
` + earlierNow.Replace(l.earlier.lines()) + `
    ) n
    union all
    select t.*, -1
    from (
` + earlierThen.Replace(l.reported.lines()) + `
    ) t
  ) e
  group by e.date, e.id, e.use, e.cause, e.tax_code_id, e.component_id, e.tax_agency_id, e.tax_name, e.effect,
    e.percent, e.category, e.document_id, e.document_number, e.contact_id, e.currency, e.journal_entry_id
  having sum(e.sign * e.base_taxable_minor) <> 0
  or sum(e.sign * e.base_tax_minor) <> 0
)`
}

// parameters returns the parameters of statement, and others after them.
func (l returnLines) parameters(tx *db.Tx, others ...any) []any {
	if l.earlier.start.IsZero() {
		return l.period.parameters(tx, others...)
	}
	return l.period.parameters(tx, append([]any{l.earlier.start.String(), l.earlier.end.String(), l.since}, others...)...)
}

// first returns the number of the first parameter after those of statement.
func (l returnLines) first() int {
	if l.earlier.start.IsZero() {
		return 6
	}
	return 9
}

// sums adds up the taxes by kind.
func (l returnLines) sums(ctx context.Context, tx *db.Tx) (sums []kindSum, err error) {
	type row struct {
		Use, Effect, Category     string
		PurchasesOnly, Adjustment bool
		Taxable, Tax, Recoverable int64
	}
	rows, err := db.Collect[row](ctx, tx, l.statement()+`
select l.use, l.effect, l.category, k.sales_tax_rate_id is null as purchases_only, l.adjustment,
  sum(l.base_taxable_minor)::bigint as taxable, sum(l.base_tax_minor)::bigint as tax,
  sum(l.base_recoverable_minor)::bigint as recoverable
from lines l
join finance.tax_codes k
  on k.org_id = $1
  and k.id = l.tax_code_id
group by l.use, l.effect, l.category, k.sales_tax_rate_id is null, l.adjustment`, l.parameters(tx)...)
	for _, r := range rows {
		sums = append(sums, kindSum{taxKind{r.Use, r.Effect, r.Category, r.PurchasesOnly}, r.Adjustment, r.Taxable, r.Tax,
			r.Recoverable})
	}
	return sums, err
}

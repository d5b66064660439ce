package receivables

import (
	"context"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// reduction is an amount by which a receivable is reduced, after an earlier one in the same
// proportions. What all of them take of a part depends only on their sum, not on how many they are.
type reduction struct{ before, by position }

// shares divides a reduction among weights.
func (r reduction) shares(weights []int64) (minors, bases []int64) {
	after := r.before.plus(r.by)
	minors, bases = spread(after.minor, weights), spread(after.base, weights)
	for i, before := range spread(r.before.minor, weights) {
		minors[i] -= before
	}
	for i, before := range spread(r.before.base, weights) {
		bases[i] -= before
	}
	return minors, bases
}

// minorOf returns the share of an amount of the whole, in minor units of the receivable's currency.
func (r reduction) minorOf(amount, whole int64) int64 {
	return Proportion(amount, r.before.minor+r.by.minor, whole) - Proportion(amount, r.before.minor, whole)
}

// baseOf is minorOf in the organization's currency.
func (r reduction) baseOf(amount, whole int64) int64 {
	return Proportion(amount, r.before.base+r.by.base, whole) - Proportion(amount, r.before.base, whole)
}

// discountsOf returns the sum of the discounts that allocations in effect took of a receivable.
func discountsOf(ctx context.Context, tx *db.Tx, receivableID string) (sum position, err error) {
	key, err := id.Parse(receivables.Prefix(), receivableID)
	if err != nil {
		return sum, err
	}
	rows, err := db.Collect[struct{ Discount, Settled, Base int64 }](ctx, tx, `
select
  a.discount_minor as discount,
  a.settled_amount_minor + a.discount_minor + greatest(a.difference_minor, 0) as settled,
  a.settled_base_amount_minor as base
from finance.allocations a
where a.org_id = $1
and a.receivable_id = $2
and a.state = 'ACTIVE'
and a.discount_minor > 0`, tx.Call().Organization.ID, key)
	for _, r := range rows {
		sum = sum.plus(position{r.Settled, r.Base}.partOf(r.Discount))
	}
	return sum, err
}

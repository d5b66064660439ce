package receivables

import (
	"context"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// maxAllocations is the most allocations of one credit.
const maxAllocations = 100_000

// allocationPlan is what an allocation moves.
type allocationPlan struct {
	// used is what it takes of the credit, and settled what it takes of the receivable, with the
	// discount and the difference.
	used, settled position
	// discount is the part of settled that the customer does not pay, and discounted that of the
	// allocations before it.
	discount, discounted position
	// difference is the part of settled that is cleared as rounding or, negated, that of used.
	difference position
}

// discountAfterOthers returns the discount as a reduction after those of other allocations.
func (p allocationPlan) discountAfterOthers() reduction { return reduction{p.discounted, p.discount} }

// gain returns the realized exchange gain: the value of the credit less that of what it pays (IAS
// 21.28).
func (p allocationPlan) gain() int64 {
	return p.used.base - (p.settled.base - p.discount.base - p.difference.base)
}

// describe sets the amounts of an allocation.
func (p allocationPlan) describe(base string, a *pb.Allocation, c *pb.CustomerCredit, r *pb.Receivable) {
	currency := r.TotalAmount.CurrencyCode
	a.Amount, a.BaseAmount = money.ToProto(p.used.minor, c.TotalAmount.CurrencyCode), money.ToProto(p.used.base, base)
	a.SettledAmount = money.ToProto(p.settled.minor-p.discount.minor-max(p.difference.minor, 0), currency)
	a.SettledBaseAmount = money.ToProto(p.settled.base, base)
	a.Discount, a.ExchangeGain = moneyOrNil(p.discount.minor, currency), moneyOrNil(p.gain(), base)
	a.Difference = moneyOrNil(p.difference.minor, p.differenceCurrency(c, r))
}

// planAllocation computes what an allocation takes of a credit and a receivable. It refuses more
// than is open of them on the day or later.
func planAllocation(
	ctx context.Context, tx *db.Tx, a *pb.Allocation, c *pb.CustomerCredit, r *pb.Receivable,
) (p allocationPlan, err error) {
	credit, err := loadOpen(ctx, tx, ofCredit(c), a.Date)
	if err != nil {
		return p, err
	}
	open, err := loadOpen(ctx, tx, ofReceivable(r), a.Date)
	if err != nil {
		return p, err
	}
	discount, err := fullDiscount(a, r, open.since)
	if err != nil {
		return p, err
	}
	paid, used, err := readAllocated(a, c, r, credit.since, open.since-discount)
	if err != nil {
		return p, err
	}
	if a.TakeDiscount {
		if discount, err = earnedDiscount(r, paid, open.since, discount); err != nil {
			return p, err
		}
		if p.discounted, err = discountsOf(ctx, tx, r.Id); err != nil {
			return p, err
		}
	}
	if err := checkOpen("amount", ofCredit(c), credit, a.Date, used); err != nil {
		return p, err
	}
	if err := checkOpen(settledField(c, r), ofReceivable(r), open, a.Date, paid+discount); err != nil {
		return p, err
	}
	p.used, p.settled = credit.valueOf(used), open.valueOf(paid+discount)
	if a.ClearDifference {
		if err := p.clearDifference(tx.Call().Organization.CurrencyCode, credit, open); err != nil {
			return p, err
		}
	}
	p.discount = p.settled.partOf(discount)
	return p, nil
}

// clearDifference also takes what is left of the receivable or, if nothing is, of the credit.
func (p *allocationPlan) clearDifference(base string, credit, open openItem) error {
	if left := open.since - p.settled.minor; left > 0 {
		p.settled = open.valueOf(open.since)
		p.difference = p.settled.partOf(left)
	} else if left := credit.since - p.used.minor; left > 0 {
		p.used = credit.valueOf(credit.since)
		p.difference = p.used.partOf(left).negated()
	}
	digits, _ := money.Digits(base)
	if limit := decimal.New(1, int32(digits)).IntPart(); max(p.difference.base, -p.difference.base) > limit {
		return fault.InvalidFor(optionsv1.Reason_DIFFERENCE_TOO_LARGE, fault.At("clearDifference",
			"would clear a difference worth %s %s, and at most %s may be cleared; write it off, or give a discount or a credit",
			money.Format(max(p.difference.base, -p.difference.base), base), base, money.Format(limit, base)))
	}
	return nil
}

// differenceCurrency returns the currency of the cleared difference.
func (p allocationPlan) differenceCurrency(c *pb.CustomerCredit, r *pb.Receivable) string {
	if p.difference.minor < 0 {
		return c.TotalAmount.CurrencyCode
	}
	return r.TotalAmount.CurrencyCode
}

// settledField returns the field that says what is settled of the receivable.
func settledField(c *pb.CustomerCredit, r *pb.Receivable) string {
	if c.TotalAmount.CurrencyCode == r.TotalAmount.CurrencyCode {
		return "amount"
	}
	return "settledAmount"
}

// checkOpen refuses to take more of an item than is open on the day or later.
func checkOpen(field string, i item, open openItem, date string, minor int64) error {
	if minor > 0 && minor <= open.since {
		return nil
	}
	what := "the receivable"
	if i.side == "CREDIT" {
		what = "the credit"
	}
	return fault.InvalidFor(optionsv1.Reason_ALLOCATION_EXCEEDS_OPEN, fault.At(field,
		"takes %s of %s, of which %s %s is open since %s", money.Format(minor, i.currency), what,
		money.Format(open.since, i.currency), i.currency, date))
}

// readAllocated returns what an allocation pays of a receivable, in its currency, and what it uses
// of the credit. The default is what is open, at most what is left.
func readAllocated(
	a *pb.Allocation, c *pb.CustomerCredit, r *pb.Receivable, left, open int64,
) (paid, used int64, err error) {
	from, to := c.TotalAmount.CurrencyCode, r.TotalAmount.CurrencyCode
	if from != to {
		if a.Amount == nil || a.SettledAmount == nil {
			return 0, 0, fault.Invalid(fault.At("settledAmount",
				"is required with amount, because the credit is in %s and the receivable in %s", from, to))
		}
		if paid, err = readAmount("settledAmount", a.SettledAmount, to); err != nil {
			return 0, 0, err
		}
		used, err = readAmount("amount", a.Amount, from)
		return paid, used, err
	}
	used = min(left, open)
	if a.Amount != nil {
		if used, err = readAmount("amount", a.Amount, from); err != nil {
			return 0, 0, err
		}
	}
	if a.SettledAmount != nil {
		if paid, err = readAmount("settledAmount", a.SettledAmount, to); err == nil && paid != used {
			err = fault.Invalid(fault.At("settledAmount", "must equal amount, because both are in %s", to))
		}
	}
	return used, used, err
}

// fullDiscount returns the discount for settling all that is open of a receivable, or zero if the
// allocation takes none.
func fullDiscount(a *pb.Allocation, r *pb.Receivable, open int64) (int64, error) {
	if !a.TakeDiscount {
		return 0, nil
	}
	switch {
	case r.DiscountAmount == nil:
		return 0, fault.InvalidFor(optionsv1.Reason_DISCOUNT_NOT_AVAILABLE,
			fault.At("takeDiscount", "must be false, because the receivable offers no discount"))
	case a.DiscountReason == "":
		last, err := calendar.ParseDate(r.DiscountDate)
		if err != nil {
			return 0, err
		}
		if a.Date > last.AddDays(int(r.DiscountGraceDays)).String() {
			return 0, fault.InvalidFor(optionsv1.Reason_DISCOUNT_NOT_AVAILABLE,
				fault.At("discountReason", "is required, because the discount ended on %s", r.DiscountDate))
		}
	}
	discount, total, err := readDiscount(r)
	if err != nil {
		return 0, err
	}
	return Proportion(discount, open, total), nil
}

// earnedDiscount returns the discount for paying an amount: in proportion to what is paid, and all
// of it if no more than the discount remains open.
func earnedDiscount(r *pb.Receivable, paid, open, full int64) (int64, error) {
	if paid >= open-full {
		return max(open-paid, 0), nil
	}
	discount, total, err := readDiscount(r)
	if err != nil || total == discount {
		return 0, err
	}
	return min(Proportion(discount, paid, total-discount), full), nil
}

// readDiscount returns the discount and the total of a receivable in minor units.
func readDiscount(r *pb.Receivable) (discount, total int64, err error) {
	if discount, err = money.Parse(r.DiscountAmount.GetAmount(), r.DiscountAmount.GetCurrencyCode()); err != nil {
		return 0, 0, err
	}
	total, err = money.Parse(r.TotalAmount.GetAmount(), r.TotalAmount.GetCurrencyCode())
	return discount, total, err
}

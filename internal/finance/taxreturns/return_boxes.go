package taxreturns

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

// prepare is the rule that computes the boxes of a return from what is posted by now, and the
// adjustments of earlier returns.
func prepare(ctx context.Context, tx *db.Tx, _, r *pb.TaxReturn) error {
	r.KnownTime = timestamppb.New(tx.Call().Now())
	if err := setAdjusted(ctx, tx, r); err != nil {
		return err
	}
	lines, err := newReturnLines(r)
	if err != nil {
		return err
	}
	sums, err := lines.sums(ctx, tx)
	if err != nil {
		return err
	}
	return fillBoxes(tx, r, sums)
}

// setAdjusted sets which earlier returns are adjusted: the locked ones, since the last of them was
// locked. That one has the adjustments until then: with it, all that its basis recognizes in the
// periods until its end was reported. After a change to the basis CASH, documents until the last
// return on the basis ACCRUAL stay on that.
func setAdjusted(ctx context.Context, tx *db.Tx, r *pb.TaxReturn) error {
	r.AdjustedStartDate, r.AdjustedEndDate, r.AdjustedSinceTime = "", "", nil
	r.AdjustedBasis, r.AccruedEndDate = pb.TaxAgency_FILING_BASIS_UNSPECIFIED, ""
	all, err := returnsOf(ctx, tx, r.TaxAgencyId) // the latest first
	for _, other := range all {
		if other.EndDate >= r.StartDate || other.State == pb.TaxReturn_DRAFT {
			continue
		}
		if r.AdjustedEndDate == "" {
			r.AdjustedEndDate, r.AdjustedSinceTime, r.AdjustedBasis = other.EndDate, other.KnownTime, other.Basis
		}
		r.AdjustedStartDate = other.StartDate
		cash := r.Basis == pb.TaxAgency_CASH || r.AdjustedBasis == pb.TaxAgency_CASH
		if cash && other.Basis == pb.TaxAgency_ACCRUAL && r.AccruedEndDate == "" {
			r.AccruedEndDate = other.EndDate
		}
	}
	return err
}

// fillBoxes sets the boxes, the net tax and what is open of it.
func fillBoxes(tx *db.Tx, r *pb.TaxReturn, sums []kindSum) error {
	var adjusting []kindSum
	for _, s := range sums {
		if s.Adjustment {
			adjusting = append(adjusting, s)
		}
	}
	base := tx.Call().Organization.CurrencyCode
	f := forms[r.Form]
	amounts, adjustments := f.fill(sums), f.fill(adjusting)
	r.Boxes = nil
	for _, b := range f.boxes {
		amount := amounts[b.key]
		if b.whole {
			amount = wholeUnits(amount, base)
		}
		if err := checkSums(amount, adjustments[b.key]); err != nil {
			return err
		}
		r.Boxes = append(r.Boxes, &pb.TaxReturn_Box{Key: b.key, DisplayName: b.name, Amount: money.ToProto(amount, base),
			AdjustmentAmount: money.ToProto(adjustments[b.key], base), WholeUnits: b.whole})
	}
	r.NetTax = money.ToProto(amounts[f.net], base)
	return setOpenAmount(r, base)
}

// wholeUnits drops the part of an amount after the point.
func wholeUnits(minor int64, currency string) int64 {
	digits, _ := money.Digits(currency)
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	return minor / unit * unit
}

// setOpenAmount sets the net tax less the payments.
func setOpenAmount(r *pb.TaxReturn, base string) error {
	open, err := money.Parse(r.NetTax.Amount, base)
	if err != nil {
		return err
	}
	for _, p := range r.Payments {
		paid, err := money.Parse(p.Amount.GetAmount(), base)
		if err != nil {
			return err
		}
		open -= paid
	}
	r.OpenAmount = money.ToProto(open, base)
	return nil
}

package taxreturns

import (
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// setDate sets a date to today if it is empty, and refuses one that is not after another.
func setDate(tx *db.Tx, field string, date *string, after string) error {
	if *date == "" {
		*date = tx.Call().Today().String()
	}
	if _, err := calendar.ParseBusinessDate(*date); err != nil {
		return fault.Invalid(fault.At(field, "%s", err))
	}
	if after != "" && *date <= after {
		return fault.Invalid(fault.At(field, "must be after %s", after))
	}
	return nil
}

// setPeriod is the rule that sets the period, the basis and the form of a new return. Periods of an
// agency follow one another, so that nothing is left out or reported twice.
func setPeriod(ctx context.Context, tx *db.Tx, _, r *pb.TaxReturn) error {
	agency, err := tax.LookupAgency(ctx, tx, "taxAgencyId", r.TaxAgencyId)
	if err != nil {
		return err
	}
	if err := lockAgency(ctx, tx, r); err != nil {
		return err
	}
	r.State = pb.TaxReturn_DRAFT
	if r.Basis == pb.TaxAgency_FILING_BASIS_UNSPECIFIED {
		r.Basis = agency.FilingBasis
	}
	if r.Form == pb.TaxReturn_FORM_UNSPECIFIED {
		r.Form = pb.TaxReturn_NET_TAX
		if agency.RegionCode == "GB" {
			r.Form = pb.TaxReturn_GB_VAT
		}
	}
	last, err := lastReturn(ctx, tx, r.TaxAgencyId)
	if err != nil {
		return err
	}
	start, err := startOfPeriod(r, last)
	if err != nil {
		return err
	}
	end := start.AddMonths(int(agency.FilingPeriodMonths)).AddDays(-1)
	if r.EndDate != "" {
		if end, err = calendar.ParseBusinessDate(r.EndDate); err != nil {
			return fault.Invalid(fault.At("endDate", "%s", err))
		}
	}
	if end.Before(start) {
		return fault.Invalid(fault.At("endDate", "must not be before startDate, %s", start))
	}
	r.StartDate, r.EndDate = start.String(), end.String()
	if last == nil || last.EndDate < r.StartDate {
		return nil
	}
	return checkBefore(ctx, tx, r, last)
}

// checkBefore refuses a period before the last return. One that overlaps with that of another
// return is left to the database.
func checkBefore(ctx context.Context, tx *db.Tx, r, last *pb.TaxReturn) error {
	all, err := returnsOf(ctx, tx, r.TaxAgencyId)
	if err != nil || slices.ContainsFunc(all, func(o *pb.TaxReturn) bool {
		return o.StartDate <= r.EndDate && r.StartDate <= o.EndDate
	}) {
		return err
	}
	end, err := calendar.ParseDate(last.EndDate)
	if err != nil {
		return err
	}
	return refusePeriod(end.AddDays(1))
}

// startOfPeriod returns the first day of a new return, which follows the last one.
func startOfPeriod(r, last *pb.TaxReturn) (calendar.Date, error) {
	var next calendar.Date
	if last != nil {
		end, err := calendar.ParseDate(last.EndDate)
		if err != nil {
			return next, err
		}
		next = end.AddDays(1)
	}
	switch {
	case r.StartDate == "" && last == nil:
		return next, fault.Invalid(fault.At("startDate", "is required for the first return of the agency"))
	case r.StartDate == "":
		return next, nil
	}
	start, err := calendar.ParseBusinessDate(r.StartDate)
	switch {
	case err != nil:
		return start, fault.Invalid(fault.At("startDate", "%s", err))
	case last != nil && start.After(next):
		return start, refusePeriod(next)
	}
	return start, nil
}

// refusePeriod refuses a period that does not follow the last return.
func refusePeriod(next calendar.Date) error {
	return fault.Refuse(optionsv1.Reason_TAX_RETURN_OUT_OF_ORDER,
		"The period must begin on %s, the day after the last return of the agency.", next)
}

// returnsOf returns the returns of an agency, the latest first.
func returnsOf(ctx context.Context, tx *db.Tx, agencyID string) ([]*pb.TaxReturn, error) {
	key, err := id.Parse("txa", agencyID)
	if err != nil {
		return nil, err
	}
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select id
from finance.tax_returns
where org_id = $1
and tax_agency_id = $2
order by end_date desc`, tx.Call().Organization.ID, key)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = id.Format("txn", k)
	}
	return taxReturns.FindMany(ctx, tx, ids)
}

// lastReturn returns the latest return of an agency, or nil.
func lastReturn(ctx context.Context, tx *db.Tx, agencyID string) (*pb.TaxReturn, error) {
	all, err := returnsOf(ctx, tx, agencyID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// checkDeletable is the rule that refuses to delete a return that is locked, or that is followed by
// another one.
func checkDeletable(ctx context.Context, tx *db.Tx, _, r *pb.TaxReturn) error {
	if r.State != pb.TaxReturn_DRAFT {
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The state is %s; only a DRAFT can be deleted.",
			r.State).WithSubject(r.Id)
	}
	last, err := lastReturn(ctx, tx, r.TaxAgencyId)
	if err != nil || last.Id == r.Id {
		return err
	}
	return fault.Refuse(optionsv1.Reason_TAX_RETURN_OUT_OF_ORDER,
		"The return until %s follows; delete that first.", last.EndDate).WithSubject(r.Id)
}

// checkEarlierLocked is the rule that refuses to lock a return before an earlier one of the agency.
func checkEarlierLocked(ctx context.Context, tx *db.Tx, _, r *pb.TaxReturn) error {
	all, err := returnsOf(ctx, tx, r.TaxAgencyId)
	for _, other := range all {
		if other.EndDate < r.StartDate && other.State == pb.TaxReturn_DRAFT {
			return fault.Refuse(optionsv1.Reason_TAX_RETURN_OUT_OF_ORDER,
				"The return until %s is a draft; lock it first.", other.EndDate).WithSubject(r.Id)
		}
	}
	return err
}

// checkLaterUnlocked is the rule that refuses to unlock a return before a later one of the agency,
// which has its adjustments.
func checkLaterUnlocked(ctx context.Context, tx *db.Tx, _, r *pb.TaxReturn) error {
	all, err := returnsOf(ctx, tx, r.TaxAgencyId)
	for _, other := range all {
		if other.StartDate > r.EndDate && other.State != pb.TaxReturn_DRAFT {
			return fault.Refuse(optionsv1.Reason_TAX_RETURN_OUT_OF_ORDER,
				"The return until %s is locked; unlock it first.", other.EndDate).WithSubject(r.Id)
		}
	}
	return err
}

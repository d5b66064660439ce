package ledger

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// DeleteFiscalYear deletes an open and empty year with its periods.
func (s *Service) DeleteFiscalYear(ctx context.Context, req *pb.DeleteFiscalYearRequest) (*emptypb.Empty, error) {
	return fiscalYears.Delete(ctx, s.db, req.GetFiscalYearId(), deleteYearPeriods)
}

// deleteYearPeriods deletes the periods of a year that is open and empty, and refuses any other
// year. It locks the periods first, as closing the year does, so that postings in progress are
// seen.
func deleteYearPeriods(ctx context.Context, tx *db.Tx, _, y *pb.FiscalYear) error {
	if err := lockYearPeriods(ctx, tx, y); err != nil {
		return err
	}
	year, err := fiscalYears.Table().Key(y.Id)
	if err != nil {
		return err
	}
	periods, _, err := accountingPeriods.Table().Select(ctx, tx, table.Query{
		Within: []table.Equal{{Column: "fiscal_year_id", Value: year}}, OrderBy: "start_date", Limit: maxYearDays,
	})
	if err != nil {
		return err
	}
	if err := refuseUsedYear(ctx, tx, y, periods); err != nil {
		return err
	}
	for _, p := range periods {
		key, err := accountingPeriods.Table().Key(p.Id)
		if err != nil {
			return err
		}
		tx.NoteHeld(db.Row{Table: accountingPeriods.Table().Name(), Key: key})
		if err := accountingPeriods.Record(ctx, tx, db.Event{Type: "deleted"}, p, p); err != nil {
			return err
		}
		if err := accountingPeriods.Table().Delete(ctx, tx, p.Id); err != nil {
			return err
		}
		if err := tx.Kinds().Deleted(ctx, tx, accountingPeriods.Prefix(), key); err != nil {
			return err
		}
	}
	return nil
}

const selectYearUses = `
select
  exists (
    select
    from finance.journal_entries
    where org_id = $1
    and date between $2 and $3
    and state = 'POSTED'
  ),
  exists (
    select
    from finance.journal_entries
    where org_id = $1
    and date between $2 and $3
    and state = 'DRAFT'
  ),
  exists (
    select
    from finance.currency_revaluations
    where org_id = $1
    and date between $2 and $3
  )`

// refuseUsedYear refuses a year that is closed, has a closed period, or in which a record is dated.
func refuseUsedYear(ctx context.Context, tx *db.Tx, y *pb.FiscalYear, periods []*pb.AccountingPeriod) error {
	refuse := func(why string) error {
		return fault.Refuse(optionsv1.Reason_FISCAL_YEARS_IN_USE,
			"The fiscal year from %s cannot be deleted: %s.", y.StartDate, why).WithSubject(y.Id)
	}
	if y.State != pb.FiscalYear_OPEN {
		return refuse("it is closed; reopen it first")
	}
	for _, p := range periods {
		if p.State != pb.AccountingPeriod_OPEN {
			return refuse("its period from " + p.StartDate + " is closed; reopen it first")
		}
	}
	var posted, drafted, revalued bool
	err := tx.QueryRow(ctx, selectYearUses, tx.Call().Organization.ID, y.StartDate, y.EndDate).Scan(
		&posted, &drafted, &revalued,
	)
	switch {
	case err != nil:
		return err
	case posted:
		return refuse("entries are posted in it")
	case drafted:
		return refuse("drafts are dated in it; delete them or change their dates first")
	case revalued:
		return refuse("a currency revaluation is dated in it")
	}
	return nil
}

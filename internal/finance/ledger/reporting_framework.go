package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// UpdateFiscalYear changes the reporting framework of a year.
func (s *Service) UpdateFiscalYear(ctx context.Context, req *pb.UpdateFiscalYearRequest) (*pb.FiscalYear, error) {
	return fiscalYears.Update(
		ctx, s.db, req.GetFiscalYearId(), req.GetFiscalYear(), req.GetUpdateMask(), checkYearOpen, setDefaultFramework,
	)
}

// checkYearOpen refuses to change a closed year, because its statements would change.
func checkYearOpen(_ context.Context, _ *db.Tx, was, _ *pb.FiscalYear) error {
	if was.State == pb.FiscalYear_OPEN {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
		"The fiscal year is %s; only OPEN fiscal years can be updated.", was.State).WithSubject(was.Id)
}

// setDefaultFramework sets the reporting framework of a year without one to that of the nearest
// year before it, else of the nearest year after it, else of the organization's region.
func setDefaultFramework(ctx context.Context, tx *db.Tx, _, y *pb.FiscalYear) error {
	if y.ReportingFramework != pb.FiscalYear_REPORTING_FRAMEWORK_UNSPECIFIED {
		return nil
	}
	var name string
	err := tx.QueryRow(ctx, `
select coalesce(
  (
    select y.reporting_framework
    from finance.fiscal_years y
    where y.org_id = $1
    and y.start_date < $2
    order by y.start_date desc
    limit 1
  ),
  (
    select y.reporting_framework
    from finance.fiscal_years y
    where y.org_id = $1
    and y.start_date > $2
    order by y.start_date
    limit 1
  ),
  case when o.region_code = 'US' then 'US_GAAP' else 'IFRS' end
)
from platform.organizations o
where o.org_id = $1`, tx.Call().Organization.ID, y.StartDate).Scan(&name)
	y.ReportingFramework = pb.FiscalYear_ReportingFramework(pb.FiscalYear_ReportingFramework_value[name])
	return err
}

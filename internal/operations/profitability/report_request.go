package profitability

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/finance/reports"
	"backoffice/internal/finance/reports/segments"
	"backoffice/internal/operations/projects"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// maxProjects is the most projects of a report.
const maxProjects = 5000

// periodRequest asks for figures of a period.
type periodRequest interface {
	GetStartDate() string
	GetEndDate() string
	GetBasis() financev1.AccountingBasis
}

// readPeriod returns the period of a request. It defaults to the fiscal year to date.
func readPeriod(
	ctx context.Context, tx *db.Tx, violations *fault.List, req periodRequest,
) (p segments.Period, err error) {
	p.IsCash = req.GetBasis() == financev1.AccountingBasis_CASH
	p.End = parseDay(violations, "endDate", req.GetEndDate(), tx.Call().Today())
	if req.GetStartDate() == "" {
		p.Start, err = reports.FiscalYearStart(ctx, tx, p.End)
		return p, err
	}
	p.Start = parseDay(violations, "startDate", req.GetStartDate(), p.End)
	if p.Start.After(p.End) {
		violations.Append(fault.At("startDate", "must not be after the end, %s", p.End))
	}
	return p, nil
}

// readSelection returns the projects that a request selects.
func readSelection(
	tx *db.Tx, violations *fault.List, req *pb.GetProjectProfitabilityRequest,
) projects.Selection {
	s := projects.Selection{CustomerID: req.GetCustomerId(), OwnerID: req.GetOwnerId(), State: req.GetState(),
		Limit: maxProjects + 1}
	check := func(field, prefix, text string) {
		if _, err := id.Parse(prefix, text); err != nil {
			violations.Append(fault.At(field, "%s", err))
		}
	}
	for i, key := range req.GetProjectIds() {
		check(fmt.Sprintf("projectIds[%d]", i), "prj", key)
		s.IDs = append(s.IDs, key)
	}
	if s.CustomerID != "" {
		check("customerId", "cus", s.CustomerID)
	}
	if s.OwnerID != "" {
		check("ownerId", "prs", s.OwnerID)
	}
	if !req.GetIncludeNoProject() {
		return s
	}
	if s.IDs != nil || s.CustomerID != "" || s.OwnerID != "" || s.State != pb.Project_STATE_UNSPECIFIED {
		violations.Append(fault.At("includeNoProject", "cannot be combined with a filter of projects"))
	}
	if c := tx.Call(); c.Reach(c.Permission) != call.All {
		violations.Append(fault.At("includeNoProject", "needs a reach of all projects"))
	}
	return s
}

// selectProjects returns the projects of a selection. It refuses too many.
func selectProjects(ctx context.Context, tx *db.Tx, s projects.Selection) ([]*pb.Project, error) {
	found, err := projects.SelectProjects(ctx, tx, s)
	if len(found) > maxProjects {
		return nil, fault.Invalid(fault.At("projectIds", "would select more than %d projects; choose fewer", maxProjects))
	}
	return found, err
}

// valuesOf returns the keys of projects, which are also those of their dimension values.
func valuesOf(list []*pb.Project) ([]uuid.UUID, error) {
	return id.ParseEach("prj", list, (*pb.Project).GetId)
}

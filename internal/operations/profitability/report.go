package profitability

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/reports/segments"
	"backoffice/internal/operations/timebilling"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// report is a report while it is computed.
type report struct {
	period    segments.Period
	visible   visibility
	projects  []*pb.Project
	keys      []uuid.UUID
	noProject bool
	// figures are those of projects by key, and of uuid.Nil for what has no project.
	figures map[uuid.UUID]*figures
	// priced is all time of the projects up to the end with its prices.
	priced timebilling.PricedTimes
	// unbilled is the price of unbilled time in the currency of each project.
	unbilled map[string]timebilling.Unbilled
}

// GetProjectProfitability returns what projects earned and cost in a period.
func (s *Service) GetProjectProfitability(
	ctx context.Context, req *pb.GetProjectProfitabilityRequest,
) (*pb.ProjectProfitability, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ProjectProfitability, error) {
		r, err := s.newReport(ctx, tx, req)
		if err != nil {
			return nil, err
		}
		if err := r.addLedger(ctx, tx); err != nil {
			return nil, err
		}
		if err := s.addTime(ctx, tx, r); err != nil {
			return nil, err
		}
		if err := r.addUnbilled(ctx, tx); err != nil {
			return nil, err
		}
		return r.answer(ctx, tx, req)
	})
}

// newReport reads which projects a request selects. It reports all invalid fields at once.
func (s *Service) newReport(
	ctx context.Context, tx *db.Tx, req *pb.GetProjectProfitabilityRequest,
) (r *report, err error) {
	r = &report{noProject: req.GetIncludeNoProject(), figures: map[uuid.UUID]*figures{}}
	var violations fault.List
	if r.period, err = readPeriod(ctx, tx, &violations, req); err != nil {
		return nil, err
	}
	selection := readSelection(tx, &violations, req)
	if err := violations.Err(); err != nil {
		return nil, err
	}
	if r.projects, err = selectProjects(ctx, tx, selection); err != nil {
		return nil, err
	}
	if r.keys, err = valuesOf(r.projects); err != nil {
		return nil, err
	}
	for _, key := range r.keys {
		r.figures[key] = &figures{}
	}
	if r.noProject {
		r.figures[uuid.Nil] = &figures{}
	}
	r.visible, err = s.visibilityOf(ctx, tx)
	return r, err
}

// addLedger adds income and expenses.
func (r *report) addLedger(ctx context.Context, tx *db.Tx) error {
	sums, err := segments.ReadSums(ctx, tx, r.period, r.keys, r.noProject)
	for _, s := range sums {
		f := r.figures[s.ValueID.UUID]
		switch s.Figure {
		case segments.Income:
			f.income = s.Minor
		case segments.WriteOffs:
			f.writeOffs = s.Minor
		case segments.Payroll:
			f.payroll = s.Minor
		case segments.Costs:
			f.costs = s.Minor
		}
	}
	return err
}

// addTime adds time and what it costs, what is unbilled, and budgets. Budgets need all time up to
// the end, so that one statement reads the time for everything.
func (s *Service) addTime(ctx context.Context, tx *db.Tx, r *report) error {
	c, err := s.visibleCosts(ctx, tx, r.period, r.visible)
	if err != nil {
		return err
	}
	q := c.timeQuery(r.period.Start, r.period.End, r.keys, r.noProject)
	q.SplitOn(q.Start)
	q.Start = ""
	if err := timebilling.SplitByRates(ctx, tx, &q); err != nil {
		return err
	}
	times, err := timekeeping.TimeOfProjects(ctx, tx, q)
	if err != nil {
		return err
	}
	if r.priced, err = timebilling.PriceTimes(ctx, tx, r.projects, times); err != nil {
		return err
	}
	return r.addLabor(c, times)
}

// addLabor adds the time of the period and what it costs.
func (r *report) addLabor(c costs, times []timekeeping.ProjectTime) error {
	var work []labor
	for _, t := range times {
		if !t.IsWithin(r.period.Start.String(), r.period.End.String()) {
			continue
		}
		f := r.figures[t.ProjectID.UUID]
		f.seconds += t.Seconds
		f.unbilled += t.Unbilled
		f.onDraft += t.OnDraft
		f.billed += t.Billed
		work = append(work, newLabor(c, t))
	}
	if r.visible == masked {
		return nil
	}
	assigned, err := assignCosts(work)
	for _, l := range assigned {
		f := r.figures[l.project]
		f.labor += l.minor
		if l.cost.amount == nil {
			f.uncosted += l.seconds
		}
	}
	return err
}

// visibleCosts returns the costs of hours that the caller sees.
func (s *Service) visibleCosts(ctx context.Context, tx *db.Tx, p segments.Period, v visibility) (costs, error) {
	if v == masked {
		return costs{}, nil
	}
	return s.loadCosts(ctx, tx, p.Start, p.End, v == allCosts)
}

// newLabor returns time with the cost of an hour. The cost is the same on all its days.
func newLabor(c costs, t timekeeping.ProjectTime) labor {
	return labor{project: t.ProjectID.UUID, person: t.PersonID, first: t.FirstDate, last: t.LastDate, seconds: t.Seconds,
		cost: c.on(t.PersonID, t.FirstDate)}
}

// addUnbilled adds the price of unbilled time in the organization's currency.
func (r *report) addUnbilled(ctx context.Context, tx *db.Tx) (err error) {
	start, end := r.period.Start.String(), r.period.End.String()
	if r.unbilled, err = r.priced.Unbilled(r.projects, start, end); err != nil {
		return err
	}
	var currencies []string
	base := tx.Call().Organization.CurrencyCode
	for _, p := range r.projects {
		if p.CurrencyCode != base {
			currencies = append(currencies, p.CurrencyCode)
		}
	}
	slices.Sort(currencies)
	day := calendar.Earlier(r.period.End, tx.Call().Today())
	prices, err := ledger.ReadPrices(ctx, tx, slices.Compact(currencies), day, day)
	if err != nil {
		return err
	}
	for i, p := range r.projects {
		f, u := r.figures[r.keys[i]], r.unbilled[p.Id]
		f.unpriced = u.UnpricedSeconds
		if u.Minor == 0 {
			continue
		}
		price, known := prices.On(p.CurrencyCode, day)
		if f.hasNoPrice = !known; !known {
			continue
		}
		if f.unbilledMinor, err = money.Convert(u.Minor, p.CurrencyCode, base, price); err != nil {
			return fault.SumOutOfRange()
		}
	}
	return nil
}

// answer returns the report with its totals: projects with figures and those that the request
// names.
func (r *report) answer(
	ctx context.Context, tx *db.Tx, req *pb.GetProjectProfitabilityRequest,
) (*pb.ProjectProfitability, error) {
	base, total := tx.Call().Organization.CurrencyCode, &figures{}
	out := &pb.ProjectProfitability{StartDate: r.period.Start.String(), EndDate: r.period.End.String(),
		Basis: financev1.AccountingBasis_ACCRUAL, Masked: r.visible == masked, StandardCost: r.visible == standardOnly}
	if r.period.IsCash {
		out.Basis = financev1.AccountingBasis_CASH
	}
	var shown []*pb.Project
	for i, p := range r.projects {
		if f := r.figures[r.keys[i]]; len(req.GetProjectIds()) > 0 || !f.isEmpty(r.visible) {
			shown = append(shown, p)
			total.add(*f)
		}
	}
	r.sort(shown)
	for _, p := range shown {
		key, err := id.Parse("prj", p.Id)
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, &pb.ProjectProfitability_Row{ProjectId: p.Id, ProjectName: p.DisplayName,
			CustomerId: p.CustomerId, OwnerId: p.OwnerId, State: p.State, Figures: r.figures[key].describe(base, r.visible),
			UnbilledProjectAmount: money.ToProto(r.unbilled[p.Id].Minor, p.CurrencyCode)})
	}
	if err := r.addBudgetsAndNames(ctx, tx, shown, out.Rows); err != nil {
		return nil, err
	}
	if f := r.figures[uuid.Nil]; r.noProject && !f.isEmpty(r.visible) {
		out.Rows = append(out.Rows, &pb.ProjectProfitability_Row{ProjectName: "No project",
			Figures: f.describe(base, r.visible)})
		total.add(*f)
	}
	total.hasNoPrice = false
	out.Total = total.describe(base, r.visible)
	return out, total.check()
}

// sort sorts projects by revenue, the largest first, and then by name.
func (r *report) sort(list []*pb.Project) {
	revenues := map[string]int64{}
	for i, p := range r.projects {
		revenues[p.Id] = r.figures[r.keys[i]].revenue()
	}
	slices.SortFunc(list, func(a, b *pb.Project) int {
		return cmp.Or(cmp.Compare(revenues[b.Id], revenues[a.Id]), strings.Compare(a.DisplayName, b.DisplayName),
			strings.Compare(a.Id, b.Id))
	})
}

// addBudgetsAndNames adds to rows the budgets of their projects and the names of their customers.
func (r *report) addBudgetsAndNames(
	ctx context.Context, tx *db.Tx, list []*pb.Project, rows []*pb.ProjectProfitability_Row,
) error {
	budgets, err := r.priced.Budgets(list)
	if err != nil {
		return err
	}
	var ids []string
	for i, row := range rows {
		row.Budget = budgets[i]
		if row.CustomerId != "" {
			ids = append(ids, row.CustomerId)
		}
	}
	names, err := namesOf(ctx, tx, ids)
	for _, row := range rows {
		row.CustomerName = names[row.CustomerId]
	}
	return err
}

// namesOf returns the names of records by their identifiers.
func namesOf(ctx context.Context, tx *db.Tx, ids []string) (map[string]string, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found, err := resource.LoadSubjects(ctx, tx, ids)
	names := map[string]string{}
	for i, s := range found {
		names[ids[i]] = s.Title
	}
	return names, err
}

package timebilling

import (
	"context"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// BatchGetProjectBudgets returns how much of their budgets projects have used.
func (s *Service) BatchGetProjectBudgets(
	ctx context.Context, req *pb.BatchGetProjectBudgetsRequest,
) (*pb.BatchGetProjectBudgetsResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BatchGetProjectBudgetsResponse, error) {
		found, err := projects.FindReadable(ctx, tx, req.GetIds())
		if err != nil {
			return nil, err
		}
		times, err := readPriced(ctx, tx, found, req.GetAsOf())
		if err != nil {
			return nil, err
		}
		budgets, err := times.Budgets(found)
		return &pb.BatchGetProjectBudgetsResponse{ProjectBudgets: budgets}, err
	})
}

// Budgets returns how much of their budgets projects have used, each at the index of its project.
// The times must be all time of the projects.
func (p PricedTimes) Budgets(list []*pb.Project) ([]*pb.ProjectBudget, error) {
	spent, out := p.spending(), make([]*pb.ProjectBudget, len(list))
	for i, project := range list {
		var err error
		if out[i], err = spent[project.Id].describe(project); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readPriced returns all time on projects up to a day, "" for all time, with its prices.
func readPriced(ctx context.Context, tx *db.Tx, list []*pb.Project, asOf string) (PricedTimes, error) {
	keys, err := id.ParseEach("prj", list, (*pb.Project).GetId)
	if err != nil {
		return nil, err
	}
	q := timekeeping.ProjectTimeQuery{Projects: keys, End: asOf}
	if err := SplitByRates(ctx, tx, &q); err != nil {
		return nil, err
	}
	times, err := timekeeping.TimeOfProjects(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	return PriceTimes(ctx, tx, list, times)
}

// spending is what was spent of the budgets of a project.
type spending struct {
	// seconds is the time worked, and unpriced the billable time without a rate.
	seconds, unpriced int64
	// amount is the price of the billable time, not rounded.
	amount decimal.Decimal
}

// spentOn returns what was spent on projects up to a day, "" for all time.
func spentOn(ctx context.Context, tx *db.Tx, list []*pb.Project, asOf string) (map[string]spending, error) {
	times, err := readPriced(ctx, tx, list, asOf)
	return times.spending(), err
}

// add adds billable seconds to the amount, at their price after rounding.
func (s *spending) add(t pricedTime, seconds, rounded int64) {
	if t.price == nil {
		s.unpriced += seconds
		return
	}
	s.amount = s.amount.Add(t.price.Mul(decimal.NewFromInt(rounded)))
}

// minor returns the amount in minor units of a currency. The sum is rounded once.
func (s spending) minor(currency string) (int64, error) {
	digits, known := money.Digits(currency)
	if !known {
		return 0, fault.SumOutOfRange()
	}
	minor := s.amount.Shift(int32(digits)).DivRound(decimal.NewFromInt(3600), 0)
	if !minor.BigInt().IsInt64() {
		return 0, fault.SumOutOfRange()
	}
	return minor.IntPart(), nil
}

// describe returns the budgets of a project as the API shows them.
func (s spending) describe(p *pb.Project) (*pb.ProjectBudget, error) {
	amount, err := s.minor(p.CurrencyCode)
	if err != nil {
		return nil, err
	}
	b := &pb.ProjectBudget{ProjectId: p.Id, BudgetSeconds: int64(p.BudgetSeconds), SpentSeconds: s.seconds,
		SpentSecondsPercent: percentOf(s.seconds, int64(p.BudgetSeconds)), BudgetAmount: p.BudgetAmount,
		SpentAmount: money.ToProto(amount, p.CurrencyCode), UnpricedSeconds: s.unpriced}
	if p.BudgetAmount != nil {
		budget, err := money.Parse(p.BudgetAmount.Amount, p.BudgetAmount.CurrencyCode)
		if err != nil {
			return nil, err
		}
		b.SpentAmountPercent = percentOf(amount, budget)
	}
	return b, nil
}

// percentOf returns a part in percent with at most one decimal place, "" without a budget.
func percentOf(part, budget int64) string {
	if budget == 0 {
		return ""
	}
	return decimal.NewFromInt(part).Mul(decimal.NewFromInt(100)).DivRound(decimal.NewFromInt(budget), 1).String()
}

package timebilling

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/notice"
)

// budgetReached is the type of the event of a project that has used 80 or 100 percent of a budget.
// Its subject is the project.
const budgetReached = "operations.project.budgetReached"

// budgetEvents are the events after which more of a budget can be used.
var budgetEvents = []history.Type{"operations.timeEntry.created", "operations.timeEntry.updated",
	"operations.project.updated", "operations.billingRate.created", "operations.billingRate.updated"}

// maxBudgets is the most projects whose budgets are watched.
const maxBudgets = 10000

// budgetLevels are the parts of a budget, in percent, that persons are told of.
var budgetLevels = []int64{80, 100}

// budgetUse is how much of a budget is used, in seconds or minor units.
type budgetUse struct {
	measure       string
	spent, budget int64
	text          string
}

// noticeBudgets records the event budgetReached for each part of a budget that is newly used.
func (s *Service) noticeBudgets(ctx context.Context) error {
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		keys, err := findChangedBudgets(ctx, tx)
		if err != nil {
			return nil, err
		}
		list, err := projects.FindOpenBudgets(ctx, tx, keys, maxBudgets)
		if err != nil || len(list) == 0 {
			return &emptypb.Empty{}, err
		}
		spent, err := spentOn(ctx, tx, list, "")
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			uses, err := spent[p.Id].uses(p)
			if err != nil {
				return nil, err
			}
			for _, u := range uses {
				if err := noticeBudget(ctx, tx, p, u); err != nil {
					return nil, err
				}
			}
		}
		return &emptypb.Empty{}, nil
	})
	return err
}

// uses returns how much of each budget of a project is used.
func (s spending) uses(p *pb.Project) (uses []budgetUse, err error) {
	if budget := int64(p.BudgetSeconds); budget > 0 {
		uses = append(uses, budgetUse{"TIME", s.seconds, budget,
			timekeeping.FormatHours(s.seconds) + " / " + timekeeping.FormatHours(budget)})
	}
	if p.BudgetAmount == nil {
		return uses, nil
	}
	budget, err := money.Parse(p.BudgetAmount.Amount, p.BudgetAmount.CurrencyCode)
	if err != nil || budget == 0 {
		return uses, err
	}
	spent, err := s.minor(p.CurrencyCode)
	return append(uses, budgetUse{"AMOUNT", spent, budget, money.Format(spent, p.CurrencyCode) + " / " +
		p.BudgetAmount.Amount + " " + p.CurrencyCode}), err
}

// noticeBudget records the event for the highest part of a budget that is used, unless one was
// recorded for a budget that was not smaller.
func noticeBudget(ctx context.Context, tx *db.Tx, p *pb.Project, u budgetUse) error {
	key, err := id.Parse("prj", p.Id)
	if err != nil {
		return err
	}
	reached := int64(0)
	for _, percent := range budgetLevels {
		if !u.hasReached(percent) {
			continue
		}
		told, err := tx.Exec(ctx, `
insert into operations.budget_notices as n (org_id, project_id, measure, percent, budget, create_time)
values ($1, $2, $3, $4, $5, $6)
on conflict (org_id, project_id, measure, percent) do update
set budget = excluded.budget,
  create_time = excluded.create_time
where n.budget < excluded.budget`, tx.Call().Organization.ID, key, u.measure, percent, u.budget, tx.Call().Now())
		if err != nil {
			return err
		}
		if told.RowsAffected() > 0 {
			reached = percent
		}
	}
	if reached == 0 {
		return nil
	}
	changes, err := json.Marshal([]map[string]any{
		{"field": "budget", "after": u.measure}, {"field": "percent", "after": strconv.FormatInt(reached, 10)},
	})
	if err != nil {
		return err
	}
	owner, _ := id.Parse("prs", p.OwnerId) // uuid.Nil without an owner
	tx.Record(db.Event{Type: budgetReached, SubjectID: p.Id, OwnerID: owner, Changes: changes})
	return nil
}

// hasReached reports whether a part of the budget is used.
func (u budgetUse) hasReached(percent int64) bool {
	used := decimal.NewFromInt(u.spent).Mul(decimal.NewFromInt(100))
	return used.GreaterThanOrEqual(decimal.NewFromInt(u.budget).Mul(decimal.NewFromInt(percent)))
}

var budgetNotification = notice.Kind{
	Name: "project.budgetReached", Category: platformv1.Notification_DEADLINE,
	Description: "A project for which the person is responsible has used 80 or 100 percent of its budget.",
	On:          []string{budgetReached}, Find: findResponsible, Values: []string{"percent"},
	Texts: map[string]string{
		"en": "{subject} has used {percent}% of its budget",
		"de": "{subject} hat {percent} % des Budgets verbraucht",
		"es": "{subject} ha consumido el {percent} % de su presupuesto",
		"fr": "{subject} a consommé {percent} % de son budget",
		"it": "{subject} ha consumato il {percent} % del budget",
		"nl": "{subject} heeft {percent}% van het budget verbruikt",
		"pl": "Wykorzystano {percent}% budżetu: {subject}",
		"pt": "{subject} consumiu {percent} % do orçamento",
		"sv": "{subject} har förbrukat {percent} % av budgeten",
	},
}

// findResponsible returns the owner and the deputy of a project.
func findResponsible(ctx context.Context, tx *db.Tx, e notice.Event) (out notice.Audience, err error) {
	p, err := projects.FindProject(ctx, tx, e.SubjectID)
	if err != nil {
		return out, err
	}
	for _, person := range []string{p.OwnerId, p.DeputyId} {
		key, err := id.Parse("prs", person)
		if err == nil && key != uuid.Nil {
			out.Persons = append(out.Persons, key)
		}
	}
	changes := map[string]string{}
	for _, c := range e.Changes {
		changes[c.Field], _ = c.After.(string)
	}
	out.Values = map[string]any{"percent": changes["percent"]}
	out.Body, err = describeUse(ctx, tx, p, changes["budget"])
	return out, err
}

// describeUse says how much of a budget is used. The event does not say it, since more persons read
// the event.
func describeUse(ctx context.Context, tx *db.Tx, p *pb.Project, measure string) (string, error) {
	spent, err := spentOn(ctx, tx, []*pb.Project{p}, "")
	if err != nil {
		return "", err
	}
	uses, err := spent[p.Id].uses(p)
	for _, u := range uses {
		if u.measure == measure {
			return u.text, err
		}
	}
	return "", err
}

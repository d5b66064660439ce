package dunning

import (
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// maxPolicies is the largest number of policies of an organization that are used.
const maxPolicies = 1000

// policySet is the policies that are not archived.
type policySet struct {
	byID     map[string]*pb.DunningPolicy
	byGroup  map[string]*pb.DunningPolicy
	standard *pb.DunningPolicy
}

// loadPolicies reads the policies that are not archived.
func loadPolicies(ctx context.Context, tx *db.Tx) (policySet, error) {
	p := policySet{byID: map[string]*pb.DunningPolicy{}, byGroup: map[string]*pb.DunningPolicy{}}
	list, _, err := policies.Table().Select(ctx, tx, table.Query{Limit: maxPolicies})
	for _, policy := range list {
		if policy.ArchiveTime != nil {
			continue
		}
		p.byID[policy.Id] = policy
		if policy.GroupKey != "" {
			p.byGroup[policy.GroupKey] = policy
		}
		if policy.DefaultPolicy {
			p.standard = policy
		}
	}
	return p, err
}

// of returns the policy of a customer: the one that it names, that of its group, or the default
// one; nil if there is none.
func (p policySet) of(named *uuid.UUID, group string) *pb.DunningPolicy {
	if named != nil {
		if policy := p.byID[id.Format(policies.Prefix(), *named)]; policy != nil {
			return policy
		}
	}
	if policy := p.byGroup[group]; policy != nil {
		return policy
	}
	return p.standard
}

// longestLead returns the largest number of days before the due date of a step.
func (p policySet) longestLead() (days int) {
	for _, policy := range p.byID {
		for _, s := range policy.Steps {
			days = max(days, -int(s.Days))
		}
	}
	return days
}

// stepPlan is the step that an invoice gets.
type stepPlan struct {
	openInvoice
	policy *pb.DunningPolicy
	step   *pb.DunningPolicy_Step
	// passedOver are earlier steps that it has not got.
	passedOver []*pb.DunningPolicy_Step
}

// planStep returns the step that an invoice gets on a day: the latest that is due, if it is later
// than the last one it got. A step before the due date is not sent once that has passed.
func planStep(policy *pb.DunningPolicy, i openInvoice, day calendar.Date) (plan stepPlan, due bool) {
	if policy == nil {
		return plan, false
	}
	plan = stepPlan{openInvoice: i, policy: policy}
	for _, s := range policy.Steps {
		if i.LastStepDays != nil && s.Days <= *i.LastStepDays || i.DueDate.AddDays(int(s.Days)).After(day) {
			continue
		}
		if plan.step != nil {
			plan.passedOver = append(plan.passedOver, plan.step)
		}
		plan.step = s
	}
	if plan.step == nil || plan.step.Days < 0 && day.After(i.DueDate) {
		return plan, false
	}
	return plan, true
}

// runPlan is what a run does.
type runPlan struct {
	day calendar.Date
	// steps are the invoices that get a step, by customer and due date.
	steps   []stepPlan
	stopped []*pb.StoppedInvoice
}

// maxStopped is the largest number of stopped invoices in a response.
const maxStopped = 1000

// planRun returns what a run on a day does for customers, or for all of them if it is nil. If
// policyID is set, only for those who have the policy.
func planRun(
	ctx context.Context, tx *db.Tx, day calendar.Date, customers []uuid.UUID, policyID string,
) (plan runPlan, err error) {
	plan.day = day
	set, err := loadPolicies(ctx, tx)
	if err != nil {
		return plan, err
	}
	list, err := openInvoices{on: day, dueBy: day.AddDays(set.longestLead()), customers: customers}.load(ctx, tx)
	if err != nil {
		return plan, err
	}
	for _, i := range list {
		policy := set.of(i.DunningPolicyID, i.GroupKey)
		step, due := planStep(policy, i, day)
		if !due || policyID != "" && policy.Id != policyID {
			continue
		}
		stop, until := i.stopOf(day)
		if stop == pb.DunningStop_DUNNING_STOP_UNSPECIFIED {
			plan.steps = append(plan.steps, step)
			continue
		}
		if len(plan.stopped) < maxStopped {
			plan.stopped = append(plan.stopped, &pb.StoppedInvoice{ReceivableId: id.Format("rcv", i.ID),
				DocumentId: i.DocumentID, Number: i.Number, CustomerId: id.Format("cus", i.CustomerID), Stop: stop,
				EndDate: until, StepDays: step.step.Days})
		}
	}
	return plan, nil
}

// customers returns the customers who get notices, sorted by id.
func (p runPlan) customers() (keys []uuid.UUID) {
	for _, s := range p.steps {
		keys = append(keys, s.CustomerID)
	}
	return slices.Compact(keys)
}

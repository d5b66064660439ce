package timebilling

import (
	"cmp"
	"context"
	"maps"
	"slices"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// maxRates is the most billing rates that can price the hours of a request.
const maxRates = 20000

// loadRates returns the rates that can price hours.
func loadRates(ctx context.Context, tx *db.Tx, hours []hour) (rates, error) {
	scopes := map[string]bool{}
	for _, h := range hours {
		for _, l := range h.levels() {
			scopes[l.scope] = true
		}
	}
	found, _, err := billingRates.Table().Select(ctx, tx, table.Query{Limit: maxRates + 1,
		AnyOf: []table.ValueCondition{
			{Column: "scope", Values: slices.Sorted(maps.Keys(scopes)), Type: "text"},
		}})
	if len(found) > maxRates {
		return nil, fault.Invalid(fault.At("projectIds", "have more than %d billing rates; choose fewer", maxRates))
	}
	out := rates{}
	for _, b := range found {
		out[b.Scope] = append(out[b.Scope], b)
	}
	return out, err
}

// FindBillingRate returns the rate of an hour of work.
func (s *Service) FindBillingRate(
	ctx context.Context, req *pb.FindBillingRateRequest,
) (*pb.FindBillingRateResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.FindBillingRateResponse, error) {
		h, err := hourOf(ctx, tx, req)
		if err != nil {
			return nil, err
		}
		known, err := loadRates(ctx, tx, []hour{h})
		if err != nil {
			return nil, err
		}
		c := known.choose(h)
		return &pb.FindBillingRateResponse{BillingRate: c.rate, DecidedBy: c.decidedBy, IgnoredRates: c.ignored}, nil
	})
}

// hourOf returns the hour that a request asks for: a task brings its project, a project its
// customer and currency.
func hourOf(ctx context.Context, tx *db.Tx, req *pb.FindBillingRateRequest) (hour, error) {
	h := hour{person: req.GetPersonId(), task: req.GetTaskId(), project: req.GetProjectId(),
		customer: req.GetCustomerId(), date: cmp.Or(req.GetDate(), tx.Call().Today().String()),
		currency: req.GetCurrencyCode()}
	var violations fault.List
	for _, r := range []struct{ prefix, field, id string }{
		{"prs", "personId", h.person}, {"tsk", "taskId", h.task}, {"prj", "projectId", h.project},
		{"cus", "customerId", h.customer},
	} {
		if err := violations.Merge("", resource.CheckReference(ctx, tx, r.prefix, r.field, r.id)); err != nil {
			return h, err
		}
	}
	if err := violations.Err(); err != nil {
		return h, err
	}
	if h.task != "" {
		t, err := work.FindTask(ctx, tx, h.task)
		if err != nil {
			return h, err
		}
		if h.project = cmp.Or(h.project, t.ProjectId); h.project != t.ProjectId {
			return h, fault.Invalid(fault.At("projectId", "must be that of the task"))
		}
	}
	if h.project != "" {
		p, err := projects.FindProject(ctx, tx, h.project)
		if err != nil {
			return h, err
		}
		if h.customer = cmp.Or(h.customer, p.CustomerId); h.customer != p.CustomerId {
			return h, fault.Invalid(fault.At("customerId", "must be that of the project"))
		}
		h.currency = cmp.Or(h.currency, p.CurrencyCode)
	}
	if h.customer != "" && h.currency == "" {
		c, err := customers.FindCustomer(ctx, tx, h.customer)
		if err != nil {
			return h, err
		}
		h.currency = c.CurrencyCode
	}
	h.currency = cmp.Or(h.currency, tx.Call().Organization.CurrencyCode)
	return h, nil
}

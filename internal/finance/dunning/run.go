package dunning

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/series"
)

// defaultMaxCustomers is how many customers get notices in a run by default.
const defaultMaxCustomers = 100

// maxListedFailures is the largest number of failures in a response.
const maxListedFailures = 1000

// RunDunning creates the notices of a day.
func (s *Service) RunDunning(ctx context.Context, req *pb.RunDunningRequest) (*pb.RunDunningResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.RunDunningResponse, error) {
		day, customer, err := readRun(ctx, tx, req)
		if err != nil {
			return nil, err
		}
		plan, err := planRun(ctx, tx, day, customer, req.GetDunningPolicyId())
		if err != nil {
			return nil, err
		}
		due, failures, err := dueCustomers(ctx, tx, plan)
		if err != nil {
			return nil, err
		}
		limit := int(req.GetMaxCustomers())
		if limit == 0 {
			limit = defaultMaxCustomers
		}
		made, err := createNotices(ctx, tx, day, due[:min(len(due), limit)], req.GetDunningPolicyId())
		if err != nil {
			return nil, err
		}
		failures = append(failures, made.Failures...)
		made.StoppedInvoices, made.RemainingCustomerCount = plan.stopped, int32(max(len(due)-limit, 0))
		made.Failures = failures[:min(len(failures), maxListedFailures)]
		return made, nil
	})
}

// dueCustomers returns the customers of a plan for whom notices can be created, sorted by id, and
// why none can be for the others.
func dueCustomers(
	ctx context.Context, tx *db.Tx, plan runPlan,
) (due []uuid.UUID, failures []*pb.DunningPolicy_Failure, err error) {
	drafts, err := draftNotices(ctx, tx, plan)
	if err != nil {
		return nil, nil, err
	}
	if _, failures, err = resolveTerms(ctx, tx, plan.day, drafts); err != nil {
		return nil, nil, err
	}
	failed := failedCustomers(failures)
	for _, key := range plan.customers() {
		if !failed[id.Format("cus", key)] {
			due = append(due, key)
		}
	}
	return due, failures, nil
}

// missingRates returns the invoices that notices do not charge for all overdue days.
func missingRates(made []*pb.DunningNotice) (list []*pb.MissingRate) {
	for _, n := range made {
		for _, l := range n.Lines {
			if l.MissingRateDate != "" {
				list = append(list, &pb.MissingRate{CustomerId: n.CustomerId, ReceivableId: l.ReceivableId, Number: l.Number,
					StartDate: l.MissingRateDate})
			}
		}
	}
	return list
}

// readRun returns the day and the customer of a run; nil means all customers.
func readRun(ctx context.Context, tx *db.Tx, req *pb.RunDunningRequest) (calendar.Date, []uuid.UUID, error) {
	day, today := tx.Call().Today(), tx.Call().Today()
	if req.GetRunDate() != "" {
		var err error
		if day, err = calendar.ParseBusinessDate(req.GetRunDate()); err != nil {
			return day, nil, fault.Invalid(fault.At("runDate", "%s", err))
		}
	}
	if day.After(today) && !tx.Call().ValidateOnly {
		return day, nil, fault.Invalid(fault.At("runDate", "must not be after today, %s, unless validateOnly is true", today))
	}
	if key := req.GetDunningPolicyId(); key != "" {
		if _, err := policies.Resolve(ctx, tx, "dunningPolicyId", key); err != nil {
			return day, nil, err
		}
	}
	if req.GetCustomerId() == "" {
		return day, nil, nil
	}
	c, err := customers.Lookup(ctx, tx, "customerId", req.GetCustomerId())
	if err != nil {
		return day, nil, err
	}
	key, err := id.Parse("cus", c.Id)
	return day, []uuid.UUID{key}, err
}

// createNotices creates the notices of customers, which are sorted by id, on a day. It locks the
// customers and plans anew, so that of two runs at the same time only one creates a notice.
func createNotices(
	ctx context.Context, tx *db.Tx, day calendar.Date, keys []uuid.UUID, policyID string,
) (*pb.RunDunningResponse, error) {
	out := &pb.RunDunningResponse{}
	if len(keys) == 0 {
		return out, nil
	}
	for _, key := range keys {
		if _, err := customers.ResolveExclusive(ctx, tx, "customerId", id.Format("cus", key)); err != nil {
			return nil, err
		}
	}
	plan, err := planRun(ctx, tx, day, keys, policyID)
	if err != nil {
		return nil, err
	}
	drafts, err := draftNotices(ctx, tx, plan)
	if err != nil {
		return nil, err
	}
	drafts, refused, err := resolveTerms(ctx, tx, day, drafts)
	if err != nil {
		return nil, err
	}
	drafts, unreadable, err := refuseUnreadable(tx, day, drafts)
	out.Failures = append(refused, unreadable...)
	if err != nil || len(drafts) == 0 {
		return out, err
	}
	if err := postDrafts(ctx, tx, drafts); err != nil {
		return nil, err
	}
	out.Notices, err = storeDrafts(ctx, tx, day, drafts)
	out.MissingRates = missingRates(out.Notices)
	return out, err
}

// postDrafts posts what notices charge.
func postDrafts(ctx context.Context, tx *db.Tx, drafts []*noticeDraft) error {
	var entries []*pb.JournalEntry
	for _, d := range drafts {
		if err := d.preparePosting(ctx, tx); err != nil {
			return mapRunFields(err)
		}
		if d.posting != nil {
			entries = append(entries, d.posting.entry)
		}
	}
	if len(entries) > 1 {
		if err := ledger.LockForPosting(ctx, tx, entries...); err != nil {
			return mapRunFields(err)
		}
	}
	for _, d := range drafts {
		if err := d.post(ctx, tx); err != nil {
			return mapRunFields(err)
		}
	}
	return nil
}

// mapRunFields attributes errors of an entry to the day of the run.
func mapRunFields(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		if f.Path == "date" {
			return fault.Field{Path: "runDate", Message: f.Message}
		}
		return fault.Field{Path: "runDate", Message: "cannot be posted: " + f.Path + " " + f.Message}
	})
}

// storeDrafts gives notices their numbers and texts, and stores them with their receivables.
func storeDrafts(
	ctx context.Context, tx *db.Tx, day calendar.Date, drafts []*noticeDraft,
) ([]*pb.DunningNotice, error) {
	days := make([]calendar.Date, len(drafts))
	for i := range days {
		days[i] = day
	}
	numbers, err := series.NextMany(ctx, tx, noticeNumbers, days)
	if err != nil {
		return nil, err
	}
	var stored []*pb.DunningNotice
	for i, d := range drafts {
		d.Number = numbers[i]
		if d.policy.SendEmails {
			d.EmailState = pb.DunningNotice_QUEUED
		}
		if err := setText(tx.Call(), d.DunningNotice, d.step, d.language); err != nil {
			return nil, err
		}
		if err := d.openReceivable(ctx, tx); err != nil {
			return nil, err
		}
		if err := notices.Insert(ctx, tx, d.DunningNotice); err != nil {
			return nil, err
		}
		stored = append(stored, d.DunningNotice)
	}
	return stored, nil
}

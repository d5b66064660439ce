package dunning

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/schedule"
)

const (
	// scheduleKind is the kind of the schedules of daily runs.
	scheduleKind = "finance.dunning"
	// firstRunDay is the first day of the rule of every schedule.
	firstRunDay = "2000-01-01"
	// turnCustomers is how many customers get their notices before other organizations have a turn.
	turnCustomers = 50
	// maxFailures is the number of customers without notices with which a run ends.
	maxFailures = 100
	// maxMissingRates is the largest number of customers with days without a rate that are noted.
	maxMissingRates = 50
)

// setSchedule is the rule that sets or removes the schedule of a policy. After an outage one run
// follows, which passes over the steps of the days before.
func setSchedule(ctx context.Context, tx *db.Tx, _, p *pb.DunningPolicy) error {
	if !p.Automatic || p.ArchiveTime != nil {
		return schedule.Remove(ctx, tx, p.Id)
	}
	_, err := schedule.Set(ctx, tx, schedule.Plan{Kind: scheduleKind, SubjectID: p.Id, DisplayName: p.DisplayName,
		Recurrence: &typepb.Recurrence{Frequency: typepb.Recurrence_DAILY, Interval: 1, StartDate: firstRunDay},
		CatchUp:    platformv1.Schedule_RUN_ONCE})
	return err
}

// removeSchedule is the rule that ends the daily runs of a policy.
func removeSchedule(ctx context.Context, tx *db.Tx, _, p *pb.DunningPolicy) error {
	return schedule.Remove(ctx, tx, p.Id)
}

// setComputed fills in the days of the next runs, and the last days with a rate of interest.
func setComputed(ctx context.Context, tx *db.Tx, list []*pb.DunningPolicy) error {
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i] = p.Id
	}
	dates, err := schedule.NextDates(ctx, tx, ids)
	for _, p := range list {
		p.NextRunDate = dates[p.Id]
		if err := setLastRateDate(p); err != nil {
			return err
		}
	}
	return err
}

// startRun makes the run of today due. The chore continues it, because it can take long.
func startRun(ctx context.Context, tx *db.Tx, f schedule.Firing) error {
	_, err := policies.Modify(ctx, tx, f.SubjectID, "runDue",
		func(_ context.Context, tx *db.Tx, _, p *pb.DunningPolicy) error {
			p.PendingRunDate, p.Failures = tx.Call().Today().String(), nil
			return nil
		})
	return err
}

// continueRuns creates notices of the runs that are due, one customer after another, each in a unit
// of work. A customer whose notice fails is noted, and delays neither the others nor other
// policies.
func (s *Service) continueRuns(ctx context.Context) error {
	pending, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]uuid.UUID, error) {
		return db.CollectColumn[uuid.UUID](ctx, tx, `
select id
from finance.dunning_policies
where org_id = $1
and pending_run_date is not null
order by id`, tx.Call().Organization.ID)
	})
	if err != nil {
		return err
	}
	var failures error
	again := false
	for _, key := range pending {
		err := s.continueRun(ctx, id.Format(policies.Prefix(), key))
		if errors.Is(err, jobs.ErrAgain) {
			again = true
		} else {
			failures = errors.Join(failures, err)
		}
	}
	if again && ctx.Err() == nil {
		return jobs.ErrAgain // a failure that stays is returned in the last turn
	}
	return failures
}

// runTurn is the customers of a run who are next.
type runTurn struct {
	day  calendar.Date
	keys []uuid.UUID
	more bool
}

// continueRun creates the notices of the next customers of a policy, and ends the run after the
// last. It returns faults of the server after that, so that they are logged.
func (s *Service) continueRun(ctx context.Context, policyID string) error {
	turn, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (runTurn, error) {
		return loadTurn(ctx, tx, policyID)
	})
	if err != nil {
		return err
	}
	var faults error
	for _, key := range turn.keys {
		err := s.runCustomer(ctx, policyID, turn.day, key)
		if isTemporary(ctx, err) {
			return err
		}
		faults = errors.Join(faults, err)
	}
	if turn.more {
		return jobs.ErrAgain
	}
	p, err := s.modifyPolicy(ctx, policyID, "ran", func(p *pb.DunningPolicy) { endRun(p, turn.day) })
	if err == nil && p.PendingRunDate != "" {
		return jobs.ErrAgain // another day became due
	}
	return errors.Join(faults, err)
}

// endRun ends the run of a day. A run that became due in the meantime stays due.
func endRun(p *pb.DunningPolicy, day calendar.Date) {
	p.LastRunDate = max(p.LastRunDate, day.String())
	if p.PendingRunDate == day.String() {
		p.PendingRunDate = ""
	}
}

// noteFailure adds a failure to the run of its day, unless another day became due since.
func noteFailure(p *pb.DunningPolicy, f *pb.DunningPolicy_Failure) {
	isFull := isMissingRate(f) && len(p.Failures)-countRefused(p) >= maxMissingRates
	if p.PendingRunDate == f.Date && !isFull {
		p.Failures = append(p.Failures, f)
	}
}

// isMissingRate reports whether a failure is about days without a rate. The customer has a notice.
func isMissingRate(f *pb.DunningPolicy_Failure) bool {
	return f.Reason == optionsv1.Reason_INTEREST_RATE_MISSING.String()
}

// countRefused returns the number of customers without notices in a run.
func countRefused(p *pb.DunningPolicy) (count int) {
	for _, f := range p.Failures {
		if !isMissingRate(f) {
			count++
		}
	}
	return count
}

// loadTurn reads which customers are next.
func loadTurn(ctx context.Context, tx *db.Tx, policyID string) (turn runTurn, err error) {
	p, err := policies.Table().Get(ctx, tx, policyID)
	if err != nil {
		return turn, err
	}
	if turn.day, err = calendar.ParseDate(p.PendingRunDate); err != nil || countRefused(p) >= maxFailures {
		return turn, err
	}
	plan, err := planRun(ctx, tx, turn.day, nil, policyID)
	if err != nil {
		return turn, err
	}
	failed := failedCustomers(p.Failures)
	for _, key := range plan.customers() {
		if failed[id.Format("cus", key)] {
			continue
		}
		if len(turn.keys) == turnCustomers {
			turn.more = true
			break
		}
		turn.keys = append(turn.keys, key)
	}
	return turn, nil
}

// runCustomer creates the notices of a customer. It notes why there are none, and the first invoice
// that is not charged for all overdue days. It returns an error that is temporary, or a fault of
// the server.
func (s *Service) runCustomer(ctx context.Context, policyID string, day calendar.Date, key uuid.UUID) error {
	made, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.RunDunningResponse, error) {
		return createNotices(ctx, tx, day, []uuid.UUID{key}, policyID)
	})
	customer := id.Format("cus", key)
	var failures []*pb.DunningPolicy_Failure
	switch {
	case isTemporary(ctx, err):
		return err
	case err != nil:
		failures = append(failures, newFailure(customer, day, fault.From(err)))
		if fault.From(err).Reason != optionsv1.Reason_INTERNAL_FAULT {
			err = nil
		}
	default:
		failures = made.Failures
		if missing := made.MissingRates; len(missing) > 0 {
			failures = append(failures, newFailure(customer, day, fault.Refuse(optionsv1.Reason_INTEREST_RATE_MISSING,
				"%s is not charged with interest from %s, because no rate is known.", missing[0].Number, missing[0].StartDate)))
		}
	}
	for _, f := range failures {
		note := func(p *pb.DunningPolicy) { noteFailure(p, f) }
		if _, failed := s.modifyPolicy(ctx, policyID, "failed", note); failed != nil {
			return errors.Join(err, failed)
		}
	}
	return err
}

// isTemporary reports whether work that failed can succeed later without a change.
func isTemporary(ctx context.Context, err error) bool {
	if err == nil {
		return false
	}
	switch fault.From(err).Code {
	case codes.Unavailable, codes.Aborted, codes.DeadlineExceeded, codes.Canceled, codes.ResourceExhausted:
		return true
	}
	return ctx.Err() != nil
}

// modifyPolicy changes a policy in a unit of work.
func (s *Service) modifyPolicy(
	ctx context.Context, key, event string, change func(*pb.DunningPolicy),
) (*pb.DunningPolicy, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.DunningPolicy, error) {
		return policies.Modify(ctx, tx, key, event, func(_ context.Context, _ *db.Tx, _, p *pb.DunningPolicy) error {
			change(p)
			return nil
		})
	})
}

package schedule

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/jobs"
)

const (
	// turnTime is how long one turn fires the schedules of an organization, so that others get a
	// turn.
	turnTime = 2 * time.Second
	// batchSize is the number of due schedules that are read at once.
	batchSize = 200
	// concurrency is the number of schedules that a turn fires at a time.
	concurrency = 4
)

// Chores returns the chore that fires schedules, which is due whenever one of the organization's
// schedules is, and the chore that moves schedules after a change of the holidays or the time zone.
func (s *Service) Chores() []jobs.Chore {
	return []jobs.Chore{{
		Name: "schedules",
		DueOrganizations: `
select distinct s.org_id
from platform.schedules s
where s.due_time <= now()`,
		Work: s.fireDue,
	}, {
		Name: "move-schedules",
		After: []history.Type{
			"platform.holiday.created", "platform.holiday.updated", "platform.holiday.deleted",
			"platform.organization.updated",
		},
		Work: s.moveAll,
	}}
}

// fireDue fires the due schedules of the call's organization until none is left or the turn is
// over. Firings of different schedules happen side by side, except in test organizations.
func (s *Service) fireDue(ctx context.Context) error {
	if call.From(ctx).Organization.Test {
		return s.fireInOrder(ctx)
	}
	for until := calendar.System().Now().Add(turnTime); calendar.System().Now().Before(until); {
		keys, err := s.readDue(ctx, calendar.System().Now(), batchSize)
		if err != nil || len(keys) == 0 {
			return err
		}
		if err := s.attemptAll(ctx, keys, until); err != nil {
			return err
		}
	}
	return jobs.ErrAgain
}

// fireInOrder fires the due schedules of a test organization as FireUntil does: one after another,
// by time and then by id. If an advance of the clock runs at the same time, both fire the schedule
// that is due first, and only one of them succeeds. So the order does not depend on who is faster.
func (s *Service) fireInOrder(ctx context.Context) error {
	last := ""
	for until := calendar.System().Now().Add(turnTime); calendar.System().Now().Before(until); {
		key, dueTime, err := s.readNext(ctx, calendar.System().Now())
		if err != nil || key == "" {
			return err
		}
		attempt := key + dueTime.String()
		if attempt == last {
			return jobs.ErrAgain // the clock was advanced since this call began
		}
		last = attempt
		if err := s.attempt(ctx, call.From(ctx), key); err != nil {
			return err
		}
	}
	return jobs.ErrAgain
}

// attemptAll fires schedules, a few at a time, until the turn is over.
func (s *Service) attemptAll(ctx context.Context, keys []string, until time.Time) error {
	queue := make(chan string, len(keys))
	for _, key := range keys {
		queue <- key
	}
	close(queue)
	failures := make([]error, concurrency)
	var workers sync.WaitGroup
	for i := range concurrency {
		workers.Go(func() {
			for key := range queue {
				if calendar.System().Now().After(until) {
					return
				}
				failures[i] = errors.Join(failures[i], s.attempt(ctx, call.From(ctx), key))
			}
		})
	}
	workers.Wait()
	return errors.Join(failures...)
}

// readDue returns up to limit schedules that are due at a real time, those that were due first
// before others.
func (s *Service) readDue(ctx context.Context, at time.Time, limit int) ([]string, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]string, error) {
		keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select id
from platform.schedules
where org_id = $1
and due_time <= $2
order by due_time, id
limit $3`, tx.Call().Organization.ID, at, limit)
		ids := make([]string, len(keys))
		for i, key := range keys {
			ids[i] = id.Format(schedules.Table().Prefix(), key)
		}
		return ids, err
	})
}

// moveAll computes the next times of the organization's schedules anew.
func (s *Service) moveAll(ctx context.Context) error {
	var after uuid.UUID
	for {
		keys, err := s.readActive(ctx, after)
		if err != nil || len(keys) == 0 {
			return err
		}
		for _, key := range keys {
			if err := s.recompute(ctx, id.Format(schedules.Table().Prefix(), key)); err != nil {
				return err
			}
		}
		after = keys[len(keys)-1]
	}
}

func (s *Service) readActive(ctx context.Context, after uuid.UUID) ([]uuid.UUID, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]uuid.UUID, error) {
		return db.CollectColumn[uuid.UUID](ctx, tx, `
select id
from platform.schedules
where org_id = $1
and id > $2
and state <> 'ENDED'
order by id
limit $3`, tx.Call().Organization.ID, after, batchSize)
	})
}

// recompute computes the next time of a schedule anew from its rule day. No effect if the time is
// the same; a failed firing then keeps the time of its next attempt.
func (s *Service) recompute(ctx context.Context, key string) error {
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		_, err := schedules.Modify(ctx, tx, key, "moved", func(ctx context.Context, tx *db.Tx, _, r *pb.Schedule) error {
			day, err := dayOf(r)
			if err != nil {
				return nil // it ended
			}
			series, err := seriesOf(ctx, tx, r.Recurrence)
			if err != nil {
				return nil // the next firing reports it
			}
			for o := range remaining(series, r, day) {
				if o.RuleDay != day || !o.Time.Equal(r.NextFireTime.AsTime()) {
					moveTo(r, o)
				}
				return nil
			}
			end(r)
			return nil
		})
		var refusal *fault.Error
		if errors.As(err, &refusal) {
			return &emptypb.Empty{}, nil // deleted in the meantime
		}
		return &emptypb.Empty{}, err
	})
	return err
}

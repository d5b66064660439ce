package schedule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// advanceTime is how long one advance of a clock may fire schedules. It is less than the deadline
// of a request.
const advanceTime = 20 * time.Second

// FireUntil fires the schedules of a test organization that are due when its clock is advanced from
// now to a later time, offset ahead of real time at present. It fires one after another, by time
// and then by id; the handlers see the clock at the time of the firing. It returns the time before
// which all schedules have fired: the later time, or an earlier one if there is too much to fire or
// an attempt fails.
func (s *Service) FireUntil(
	ctx context.Context, organization uuid.UUID, offset time.Duration, now, to time.Time,
) (time.Time, error) {
	c, err := s.newCall(ctx, organization)
	if err != nil {
		return now, err
	}
	reached, last := now, ""
	for until := calendar.System().Now().Add(advanceTime); ; {
		key, dueTime, err := s.readNext(call.With(ctx, c), to.Add(-offset))
		if err != nil {
			return reached, err
		}
		if key == "" {
			return to, nil
		}
		if next := key + dueTime.String(); next == last {
			return reached, fmt.Errorf("the schedule %s is still due after an attempt", key)
		} else {
			last = next
		}
		at := dueTime.Add(offset)
		if at.Before(now) {
			at = now // it was due before
		}
		if at.After(reached) && calendar.System().Now().After(until) {
			return reached, nil
		}
		reached = at // also if the attempt fails, because it may have been committed
		firing := *c
		firing.Organization.Clock = calendar.Fixed(at)
		if err := s.attempt(ctx, &firing, key); err != nil {
			return reached, err
		}
	}
}

// readNext returns the schedule that is due first, up to a real time, or "".
func (s *Service) readNext(ctx context.Context, to time.Time) (string, time.Time, error) {
	var key uuid.UUID
	due, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (due time.Time, err error) {
		return due, tx.QueryRow(ctx, `
select id, due_time
from platform.schedules
where org_id = $1
and due_time <= $2
order by due_time, id
limit 1`, tx.Call().Organization.ID, to).Scan(&key, &due)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return "", due, nil
	}
	return id.Format(schedules.Table().Prefix(), key), due, err
}

// ShiftDueTimes updates the due times of the organization's schedules in the transaction that
// advances its clock. The trigger of the table computes them.
func ShiftDueTimes(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `
update platform.schedules
set due_time = null
where org_id = $1
and state = 'ACTIVE'`, tx.Call().Organization.ID)
	return err
}

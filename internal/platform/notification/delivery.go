package notification

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/jobs"
)

// The channels of deliveries.
const (
	emailChannel  = "EMAIL"
	digestChannel = "DIGEST"
	deviceChannel = "DEVICE"
	// reminderChannel is for what digests contain as long as it holds.
	reminderChannel = "REMINDER"
)

// turn is how long an organization's notifications are sent before other organizations get a turn.
const turn = 20 * time.Second

// organizationsWithDeliveries is the query for the organizations that have something to send.
const organizationsWithDeliveries = `
select w.org_id
from platform.notification_wakeups w
where w.next_time <= now()`

// planned are deliveries that are to be stored, column by column.
type planned struct {
	notifications, devices, persons []uuid.UUID
	channels                        []string
	due                             []time.Time
	unreadOnly                      []bool
}

func (p *planned) add(n stored, channel string, device uuid.UUID, due time.Time, unreadOnly bool) {
	p.notifications, p.persons = append(p.notifications, n.ID), append(p.persons, n.PersonID)
	p.channels, p.devices = append(p.channels, channel), append(p.devices, device)
	p.due, p.unreadOnly = append(p.due, due), append(p.unreadOnly, unreadOnly)
}

const insertDeliveries = `
insert into platform.notification_deliveries (
  org_id, notification_id, channel, device_key, person_id, due_time, attempt_count, unread_only
)
select $1, d.notification_id, d.channel, d.device_key, d.person_id, d.due_time, 0, d.unread_only
from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::boolean[])
  as d (notification_id, channel, device_key, person_id, due_time, unread_only)
join platform.organizations o on o.org_id = $1`

// planDeliveries stores how new notifications of a kind about a record are sent: by email, in a
// digest, and to the devices of their persons.
func planDeliveries(
	ctx context.Context, tx *db.Tx, k Kind, subjectID string, written []stored, preferred map[uuid.UUID]preferences,
) error {
	persons := make([]uuid.UUID, len(written))
	for i, n := range written {
		persons[i] = n.PersonID
	}
	owned, err := devicesOf(ctx, tx, persons)
	if err != nil {
		return err
	}
	c := tx.Call()
	now, zone, plan := c.Now(), c.Organization.Zone, &planned{}
	for _, n := range written {
		p := preferred[n.PersonID]
		quiet := p.afterQuietHours(now, zone)
		unreadOnly := p.mode(k, pb.NotificationPreferences_IN_APP) != pb.NotificationPreferences_OFF
		switch p.mode(k, pb.NotificationPreferences_EMAIL) {
		case pb.NotificationPreferences_IMMEDIATE:
			plan.add(n, emailChannel, uuid.Nil, quiet, unreadOnly)
		case pb.NotificationPreferences_DIGEST:
			plan.add(n, digestChannel, uuid.Nil, p.nextDigest(now, zone), unreadOnly)
		}
		if reminds, err := remindsOf(ctx, tx, k, n.PersonID, subjectID); err != nil {
			return err
		} else if reminds {
			plan.add(n, reminderChannel, uuid.Nil, p.nextDigest(now, zone), false)
		}
		for _, d := range owned[n.PersonID] {
			if p.mode(k, d.channel()) == pb.NotificationPreferences_IMMEDIATE {
				plan.add(n, deviceChannel, d.ID, quiet, unreadOnly)
			}
		}
	}
	return plan.store(ctx, tx)
}

func (p *planned) store(ctx context.Context, tx *db.Tx) error {
	if len(p.due) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, insertDeliveries, tx.Call().Organization.ID, p.notifications, p.channels, p.devices,
		p.persons, p.due, p.unreadOnly); err != nil {
		return err
	}
	first := p.due[0]
	for _, due := range p.due {
		if due.Before(first) {
			first = due
		}
	}
	_, err := tx.Exec(ctx, `
insert into platform.notification_wakeups as w (org_id, next_time)
values ($1, $2)
on conflict (org_id) do update
set next_time = least(w.next_time, excluded.next_time)`, tx.Call().Organization.ID, realTime(tx, first))
	return err
}

// realTime returns the real time at which the clock of the organization will show an instant.
func realTime(tx *db.Tx, at time.Time) time.Time {
	return calendar.System().Now().Add(at.Sub(tx.Call().Now()))
}

// ownedDevice is a device to which notifications are planned to be sent.
type ownedDevice struct {
	ID, PersonID uuid.UUID
	Transport    string
}

// channel returns the channel of the device in preferences.
func (d ownedDevice) channel() pb.NotificationPreferences_Channel {
	if d.Transport == pb.Device_WEBHOOK.String() {
		return pb.NotificationPreferences_WEBHOOK
	}
	return pb.NotificationPreferences_PUSH
}

// devicesOf returns the devices of persons.
func devicesOf(ctx context.Context, tx *db.Tx, persons []uuid.UUID) (map[uuid.UUID][]ownedDevice, error) {
	found, err := db.Collect[ownedDevice](ctx, tx, `
select d.id, d.person_id, d.transport
from platform.devices d
where d.org_id = $1
and d.person_id = any($2)
order by d.id`, tx.Call().Organization.ID, persons)
	out := map[uuid.UUID][]ownedDevice{}
	for _, d := range found {
		out[d.PersonID] = append(out[d.PersonID], d)
	}
	return out, err
}

// deliverDue is one turn of an organization: it sends what is due. What fails is tried again later
// and does not delay the rest.
func (s *Service) deliverDue(ctx context.Context) error {
	clock := calendar.System()
	until := clock.Now().Add(turn)
	var failures error
	for _, send := range []func(context.Context) (int, error){s.sendEmails, s.sendDigests, s.sendToDevices} {
		for more := 1; more > 0 && clock.Now().Before(until); {
			var err error
			if more, err = send(ctx); err != nil {
				failures = errors.Join(failures, err)
				break
			}
		}
	}
	isDue, err := s.planWakeup(ctx)
	switch {
	case err != nil || failures != nil:
		return errors.Join(failures, err)
	case isDue:
		return jobs.ErrAgain
	}
	return nil
}

// planWakeup stores when the next delivery is due, and returns whether that is now.
func (s *Service) planWakeup(ctx context.Context) (isDue bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		org := tx.Call().Organization.ID
		// Locked first, so that what others plan concurrently is seen or still to come.
		if _, err := tx.Exec(ctx, tx.Locking(db.RankWork, `
select
from platform.notification_wakeups w
where w.org_id = $1
for update`), org); err != nil {
			return err
		}
		var next *time.Time
		if err := tx.QueryRow(ctx, `
select min(d.due_time)
from platform.notification_deliveries d
where d.org_id = $1`, org).Scan(&next); err != nil {
			return err
		}
		var wakeup *time.Time
		if next != nil {
			isDue = !next.After(tx.Call().Now())
			real := realTime(tx, *next)
			wakeup = &real
		}
		_, err := tx.Exec(ctx, `
update platform.notification_wakeups
set next_time = coalesce($2::timestamptz, 'infinity')
where org_id = $1`, org, wakeup)
		return err
	})
	return isDue, err
}

package notification

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
)

// causePage is the number of causes that are read at a time.
const causePage = 200

// organizationsWithCauses is the query for the organizations that have events to tell about.
const organizationsWithCauses = `
select distinct c.org_id
from platform.notification_causes c
where c.due_time <= now()`

// insertCauses stores the events of a page, without those of muted methods. The events of a page
// that is passed again are stored once.
const insertCauses = `
insert into platform.notification_causes (org_id, event_id, position, seq, due_time, failure_count)
select e.org_id, e.id, e.position, e.seq, now(), 0
from unnest($1::uuid[], $2::uuid[], $3::boolean[]) with ordinality as p (org_id, event_id, tells_actor, place)
join platform.events e on e.org_id = p.org_id and e.id = p.event_id
where p.tells_actor
or e.method <> all($4)
order by p.place
on conflict do nothing`

// take stores the events of a page that a kind follows, in the relay's transaction. Whom they
// concern is found later, in the organization.
func (s *Service) take(ctx context.Context, tx pgx.Tx, page []history.Occurrence) error {
	var organizations, events []uuid.UUID
	var tellsActor []bool
	for _, o := range page {
		if kinds := s.following[string(o.Type)]; len(kinds) > 0 {
			organizations, events = append(organizations, o.Organization), append(events, o.ID)
			tellsActor = append(tellsActor, slices.ContainsFunc(kinds, func(k Kind) bool { return k.TellActor }))
		}
	}
	if len(events) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, insertCauses, organizations, events, tellsActor, s.muted)
	return err
}

const selectCauses = `
select e.id, e.type, e.subject_id, e.record_id, e.actor_id, e.owner_id, e.changes, e.create_time
from platform.notification_causes c
join platform.events e on e.org_id = $1 and e.id = c.event_id
where c.org_id = $1
and c.due_time <= now()
order by c.position, c.seq
limit $2`

// notifyAll writes the notifications of all events that wait. An event that fails does not delay
// the others; it is tried again later.
func (s *Service) notifyAll(ctx context.Context) error {
	page, more, err := s.readCauses(ctx)
	if err != nil {
		return err
	}
	var failures error
	for _, e := range page {
		err := s.notifyOnce(ctx, e)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failures = errors.Join(failures, fmt.Errorf("event %s: %w", e.ID, err), s.postponeCause(ctx, e.ID))
		}
	}
	if failures == nil && more {
		return jobs.ErrAgain
	}
	return failures
}

// readCauses returns the events of the next page that concern someone, and whether there may be
// more pages. It removes those that concern no one.
func (s *Service) readCauses(ctx context.Context) (page []Event, more bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		page = nil
		rows, err := tx.Query(ctx, selectCauses, tx.Call().Organization.ID, causePage)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, scanEvent)
		if err != nil {
			return err
		}
		more = len(found) == causePage
		var others []uuid.UUID
		for _, e := range found {
			if s.mayConcern(tx, e) {
				page = append(page, e)
			} else {
				others = append(others, e.ID)
			}
		}
		if len(others) == 0 {
			return nil
		}
		tx.Pending().Queue(deleteCauses, tx.Call().Organization.ID, others)
		return nil
	})
	return page, more, err
}

const deleteCauses = `
delete from platform.notification_causes
where org_id = $1
and event_id = any($2)`

func scanEvent(row pgx.CollectableRow) (e Event, err error) {
	var actor, owner uuid.NullUUID
	var changes json.RawMessage
	if err := row.Scan(&e.ID, &e.Type, &e.SubjectID, &e.RecordID, &actor, &owner, &changes, &e.CreateTime); err != nil {
		return e, err
	}
	e.ActorID, e.OwnerID = actor.UUID, owner.UUID
	if changes == nil {
		return e, nil
	}
	return e, json.Unmarshal(changes, &e.Changes)
}

// mayConcern reports whether an event may concern someone.
func (s *Service) mayConcern(tx *db.Tx, e Event) bool {
	for _, k := range s.following[e.Type] {
		if k.Concerns == nil || k.Concerns(tx, e) {
			return true
		}
	}
	return false
}

// notifyOnce writes the notifications of an event and removes its cause, in one unit of work. No
// effect if another server already did.
func (s *Service) notifyOnce(ctx context.Context, e Event) error {
	return s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		tag, err := tx.Exec(ctx, deleteCauses, tx.Call().Organization.ID, []uuid.UUID{e.ID})
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		for _, k := range s.following[e.Type] {
			if k.Concerns != nil && !k.Concerns(tx, e) {
				continue
			}
			if err := s.notify(ctx, tx, k, e); err != nil {
				return fmt.Errorf("%s: %w", k.Name, err)
			}
		}
		return nil
	})
}

// postponeCause tries an event again after a pause that doubles with each failure, up to an hour.
func (s *Service) postponeCause(ctx context.Context, event uuid.UUID) error {
	return s.write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
update platform.notification_causes
set due_time = now() + least(interval '1 second' * power(2, least(failure_count, 12)), interval '1 hour'),
  failure_count = failure_count + 1
where org_id = $1
and event_id = $2`, tx.Call().Organization.ID, event)
		return err
	})
}

// write runs fn as a unit of work of the system.
func (s *Service) write(ctx context.Context, fn func(context.Context, *db.Tx) error) error {
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, fn(ctx, tx)
	})
	return err
}

package notification

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// notify writes the notifications of one kind about an event, and plans how they are sent.
func (s *Service) notify(ctx context.Context, tx *db.Tx, k Kind, e Event) error {
	a, err := k.Find(ctx, tx, e)
	if err != nil {
		return err
	}
	a.SubjectID, a.Cause = cmp.Or(a.SubjectID, e.SubjectID), cmp.Or(a.Cause, e.ID.String())
	persons := slices.Clone(a.Persons)
	slices.SortFunc(persons, func(x, y uuid.UUID) int { return bytes.Compare(x[:], y[:]) })
	persons = slices.DeleteFunc(slices.Compact(persons), func(p uuid.UUID) bool {
		return p == uuid.Nil || p == e.ActorID && !k.TellActor
	})
	if len(persons) == 0 {
		return nil
	}
	title, persons, err := s.readersOf(ctx, tx, a.SubjectID, persons)
	if err != nil || len(persons) == 0 {
		return err
	}
	t, err := newTexts(ctx, tx, k, e, a, title)
	if err != nil {
		return err
	}
	preferred, err := preferencesOf(ctx, tx, persons)
	if err != nil {
		return err
	}
	n := note{kind: k, event: e, audience: a, texts: t}
	written, err := n.insert(ctx, tx, persons, preferred)
	if err != nil || len(written) == 0 {
		return err
	}
	return planDeliveries(ctx, tx, k, a.SubjectID, written, preferred)
}

// readersOf returns the name of a record, and those of the persons who may read it with their
// current rights. It returns no one if there is no such record.
func (s *Service) readersOf(
	ctx context.Context, tx *db.Tx, recordID string, persons []uuid.UUID,
) (title string, readers []uuid.UUID, err error) {
	prefix, _, err := table.ParseSubject(recordID)
	if err != nil {
		return "", nil, err
	}
	kind, known := tx.Kinds().ByPrefix(prefix)
	if !known {
		return "", nil, nil
	}
	found, err := kind.Load(ctx, tx, []string{recordID})
	if err != nil || found[0].Record == nil {
		return "", nil, err
	}
	owners, err := kind.Owners(ctx, tx, []string{recordID})
	if err != nil {
		return "", nil, err
	}
	managers, err := managersOf(ctx, tx, owners[0])
	if err != nil {
		return "", nil, err
	}
	calls, err := s.callsOf(ctx, tx, persons)
	if err != nil {
		return "", nil, err
	}
	for _, c := range calls {
		reach := kind.ReadReach(c)
		reads := reach == call.All || reach >= call.Own && c.PersonID == owners[0] ||
			reach == call.Team && slices.Contains(managers, c.PersonID)
		if k, ok := kind.(resource.AnyKind); ok && !reads && reach >= call.Own && k.Binding().IsShared() {
			if reads, err = canRead(ctx, tx, c, kind, recordID); err != nil {
				return "", nil, err
			}
		}
		if reads {
			readers = append(readers, c.PersonID)
		}
	}
	return found[0].Title, readers, nil
}

// canRead reports whether the person of a call may read a record, which may be shared with them.
func canRead(ctx context.Context, tx *db.Tx, person *call.Call, kind db.Kind, recordID string) (bool, error) {
	caller := tx.Call()
	defer tx.ActAs(caller)
	tx.ActAs(person)
	found, err := kind.Load(ctx, tx, []string{recordID})
	return err == nil && found[0].Readable, err
}

// managersOf returns the persons above an owner in the reporting tree.
func managersOf(ctx context.Context, tx *db.Tx, owner uuid.UUID) ([]uuid.UUID, error) {
	if owner == uuid.Nil {
		return nil, nil
	}
	return db.CollectColumn[uuid.UUID](ctx, tx, `
select m.manager_id
from platform.team_members m
where m.org_id = $1
and m.person_id = $2`, tx.Call().Organization.ID, owner)
}

// note is what persons are told about an event.
type note struct {
	kind     Kind
	event    Event
	audience Audience
	texts    *texts
}

// stored is a notification that was written.
type stored struct{ ID, PersonID uuid.UUID }

const insertNotifications = `
insert into platform.notifications (
  org_id, id, create_time, person_id, notification_kind, category, cause, subject_id, actor_id, title, body, state,
  archived_time
)
select $1, n.id, $2, n.person_id, $3, $4, $5, $6, $7, n.title, $8, n.state,
  case when n.state = 'ARCHIVED' then $2::timestamptz end
from unnest($9::uuid[], $10::uuid[], $11::text[], $12::text[]) as n (id, person_id, title, state)
join platform.organizations o on o.org_id = $1
order by n.person_id
on conflict do nothing
returning id, person_id`

// insert writes the notifications of persons and returns those that are new. A person who turned
// off all channels gets none; one who turned off the list gets an archived one.
func (n note) insert(
	ctx context.Context, tx *db.Tx, persons []uuid.UUID, preferred map[uuid.UUID]preferences,
) ([]stored, error) {
	var ids, keys []uuid.UUID
	var titles, states []string
	for _, p := range persons {
		chosen := preferred[p]
		if chosen.isSilent(n.kind) {
			continue
		}
		state := pb.Notification_UNREAD
		if chosen.mode(n.kind, pb.NotificationPreferences_IN_APP) == pb.NotificationPreferences_OFF {
			state = pb.Notification_ARCHIVED
		}
		ids, keys = append(ids, id.New()), append(keys, p)
		titles, states = append(titles, n.texts.title(chosen.language())), append(states, state.String())
	}
	if len(ids) == 0 {
		return nil, nil
	}
	actor := uuid.NullUUID{UUID: n.event.ActorID, Valid: n.event.ActorID != uuid.Nil}
	c := tx.Call()
	return db.Collect[stored](ctx, tx, insertNotifications, c.Organization.ID, c.Now(), n.kind.Name,
		n.kind.Category.String(), n.audience.Cause, n.audience.SubjectID, actor, shorten(n.audience.Body, maxBody),
		ids, keys, titles, states)
}

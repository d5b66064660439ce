package responsibility

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// ReadPerson returns the person that the field personId of a request names, by default the caller.
// The person may be archived. It refuses a caller who is not a person and names none, a person who
// does not exist, and one beyond the reach of the request's permission.
func ReadPerson(ctx context.Context, tx *db.Tx, person string) (uuid.UUID, error) {
	const field = "personId"
	c := tx.Call()
	if person == "" {
		if c.PersonID == uuid.Nil {
			return uuid.Nil, fault.Invalid(fault.At(field, "is required, because the caller is not a person"))
		}
		return c.PersonID, nil
	}
	key, err := parsePerson(field, person)
	if err != nil {
		return uuid.Nil, err
	}
	named, err := loadPersonNames(ctx, tx, []uuid.UUID{key})
	if err != nil {
		return uuid.Nil, err
	}
	if named[key].Record == nil {
		return uuid.Nil, resource.CheckSubject(db.Subject{}, field)
	}
	reached, all, err := ReachedPersons(ctx, tx, c.Reach(c.Permission))
	if err != nil || all || slices.Contains(reached, key) {
		return key, err
	}
	return uuid.Nil, fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH,
		"The person is beyond the caller's reach.").WithSubject(person)
}

// ReachedPersons returns the persons whom a reach of the caller includes: the caller, and everyone
// below them in the reporting tree. all is true if it includes everyone; the persons are then nil.
func ReachedPersons(ctx context.Context, tx *db.Tx, reach call.Reach) (persons []uuid.UUID, all bool, err error) {
	c := tx.Call()
	switch reach {
	case call.All:
		return nil, true, nil
	case call.Team:
		persons, err = resource.Team(ctx, tx, c.PersonID)
	case call.None:
		return nil, false, nil
	}
	return append(persons, c.PersonID), false, err
}

// loadPersonNames returns what may be known about persons.
func loadPersonNames(ctx context.Context, tx *db.Tx, persons []uuid.UUID) (map[uuid.UUID]db.Subject, error) {
	kind, known := tx.Kinds().ByPrefix(personPrefix)
	if !known || len(persons) == 0 {
		return nil, nil
	}
	ids := make([]string, len(persons))
	for i, person := range persons {
		ids[i] = id.Format(personPrefix, person)
	}
	found, err := kind.Load(ctx, tx, ids)
	out := map[uuid.UUID]db.Subject{}
	for i, s := range found {
		out[persons[i]] = s
	}
	return out, err
}

// selectActedFor selects the persons who are away on a date and whose absence names a deputy. As in
// Away, the absence that starts last counts.
const selectActedFor = `
select a.person_id
from platform.absences a
where a.org_id = $1
and a.deputy_id = $2
and a.start_date <= $3::text::date
and a.end_date >= $3::text::date
and not exists (
  select
  from platform.absences b
  where b.org_id = $1
  and b.person_id = a.person_id
  and b.start_date <= $3::text::date
  and b.end_date >= $3::text::date
  and (b.start_date, b.id) > (a.start_date, a.id)
)`

// ActsFor returns the persons who are away today and for whom a person acts where a record has no
// deputy who is there. isAway is true if the person is away too, and so acts for no one.
func ActsFor(ctx context.Context, tx *db.Tx, person uuid.UUID) (absent []uuid.UUID, isAway bool, err error) {
	today := tx.Call().Today()
	key := id.Format(personPrefix, person)
	away, err := Away(ctx, tx, []string{key}, today)
	if err != nil {
		return nil, false, err
	}
	if _, isAway = away[key]; isAway {
		return nil, true, nil
	}
	absent, err = db.CollectColumn[uuid.UUID](ctx, tx, selectActedFor, tx.Call().Organization.ID, person, today.String())
	return absent, false, err
}

// awayDuring returns those of the persons who are away on one of the days from start to end, each
// with the deputies of these absences.
func awayDuring(
	ctx context.Context, tx *db.Tx, persons []uuid.UUID, start, end calendar.Date,
) (map[uuid.UUID][]uuid.UUID, error) {
	type absence struct {
		PersonID uuid.UUID
		DeputyID uuid.NullUUID
	}
	found, err := db.Collect[absence](ctx, tx, `
select a.person_id, a.deputy_id
from platform.absences a
where a.org_id = $1
and a.person_id = any($2)
and a.start_date <= $4::text::date
and a.end_date >= $3::text::date`, tx.Call().Organization.ID, persons, start.String(), end.String())
	away := map[uuid.UUID][]uuid.UUID{}
	for _, a := range found {
		away[a.PersonID] = append(away[a.PersonID], a.DeputyID.UUID)
	}
	return away, err
}

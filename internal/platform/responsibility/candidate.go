package responsibility

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// maxCandidates is the number of candidates of a record.
const maxCandidates = 10

// candidates are who may take the records of a preview.
type candidates struct {
	person uuid.UUID
	// common may take every record.
	common []*pb.StalledRecord_Candidate
	// sharers are the persons with whom each record is shared.
	sharers map[string][]uuid.UUID
	names   map[uuid.UUID]db.Subject
	away    map[uuid.UUID][]uuid.UUID
	due     map[uuid.UUID]int32
}

// findCandidates returns who may take each of the records.
func findCandidates(
	ctx context.Context, tx *db.Tx, person uuid.UUID, away absenceSpan, page []stalled,
) (out [][]*pb.StalledRecord_Candidate, err error) {
	if len(page) == 0 {
		return nil, nil
	}
	c := candidates{person: person, sharers: map[string][]uuid.UUID{}}
	if err := c.addCommon(ctx, tx, away); err != nil {
		return nil, err
	}
	if err := c.addSharers(ctx, tx, page); err != nil {
		return nil, err
	}
	keys := c.keys(page)
	if c.names, err = loadPersonNames(ctx, tx, keys); err != nil {
		return nil, err
	}
	if c.away, err = awayDuring(ctx, tx, keys, away.start, away.end); err != nil {
		return nil, err
	}
	if c.due, err = countDue(ctx, tx, keys, away.end.String()); err != nil {
		return nil, err
	}
	for _, r := range page {
		out = append(out, c.of(r))
	}
	return out, nil
}

// keys returns all candidates.
func (c *candidates) keys(page []stalled) (keys []uuid.UUID) {
	for _, one := range c.common {
		keys = append(keys, personKey(one.PersonId))
	}
	for _, list := range c.sharers {
		keys = append(keys, list...)
	}
	for _, r := range page {
		if r.Deputy.Valid {
			keys = append(keys, r.Deputy.UUID)
		}
	}
	slices.SortFunc(keys, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(keys)
}

// selectColleagues selects persons whose manager is the given one, and no one between them.
const selectColleagues = `
select m.person_id
from platform.team_members m
where m.org_id = $1
and m.manager_id = $2
and not exists (
  select
  from platform.team_members o
  join platform.team_members b on b.org_id = $1 and b.manager_id = $2 and b.person_id = o.manager_id
  where o.org_id = $1
  and o.person_id = m.person_id
)
order by m.person_id
limit 50`

// selectSameRole selects persons with an active key of a role of the given person.
const selectSameRole = `
select distinct k.person_id
from platform.api_keys k
where k.org_id = $1
and k.state = 'ACTIVE'
and (k.expire_time is null or k.expire_time > $3)
and k.person_id <> $2
and k.role in (
  select r.role
  from platform.api_keys r
  where r.org_id = $1
  and r.person_id = $2
  and r.state = 'ACTIVE'
)
order by k.person_id
limit 50`

// addCommon adds the persons who may take every record: the deputy of the absence, the manager, and
// colleagues.
func (c *candidates) addCommon(ctx context.Context, tx *db.Tx, away absenceSpan) error {
	org := tx.Call().Organization.ID
	add := func(basis pb.StalledRecord_Candidate_Basis, persons ...uuid.UUID) {
		for _, person := range persons {
			if person != uuid.Nil {
				c.common = append(c.common, &pb.StalledRecord_Candidate{PersonId: id.Format(personPrefix, person), Basis: basis})
			}
		}
	}
	add(pb.StalledRecord_Candidate_ABSENCE_DEPUTY, away.deputy)
	manager, err := resource.Manager(ctx, tx, id.Format(personPrefix, c.person))
	if err != nil {
		return err
	}
	if manager != "" {
		add(pb.StalledRecord_Candidate_MANAGER, personKey(manager))
		colleagues, err := db.CollectColumn[uuid.UUID](ctx, tx, selectColleagues, org, personKey(manager))
		if err != nil {
			return err
		}
		add(pb.StalledRecord_Candidate_COLLEAGUE, colleagues...)
	}
	same, err := db.CollectColumn[uuid.UUID](ctx, tx, selectSameRole, org, c.person, tx.Call().Now())
	add(pb.StalledRecord_Candidate_SAME_ROLE, same...)
	return err
}

// addSharers adds the persons with whom the records of a page are shared.
func (c *candidates) addSharers(ctx context.Context, tx *db.Tx, page []stalled) error {
	ids, kinds := map[string][]string{}, map[string]resource.AnyKind{}
	for _, s := range allSources(tx) {
		kinds[s.kind.Collection()] = s.kind
	}
	for _, r := range page {
		if kinds[r.Resource] != nil && !r.personal {
			ids[r.Resource] = append(ids[r.Resource], r.subjectID)
		}
	}
	for name, keys := range ids {
		found, err := kinds[name].Binding().SharersOf(ctx, tx, keys)
		if err != nil {
			return err
		}
		for key, persons := range found {
			c.sharers[key] = persons
		}
	}
	return nil
}

// of returns who may take a record: no one if only the absent person can do it.
func (c *candidates) of(r stalled) []*pb.StalledRecord_Candidate {
	if r.personal {
		return nil
	}
	var all []*pb.StalledRecord_Candidate
	add := func(person uuid.UUID, basis pb.StalledRecord_Candidate_Basis) {
		s := c.names[person]
		if person == c.person || r.reason == pb.StalledRecord_DEPUTY && person == r.Person.UUID || s.Record == nil ||
			s.Archived || slices.ContainsFunc(all, func(o *pb.StalledRecord_Candidate) bool {
			return personKey(o.PersonId) == person
		}) {
			return
		}
		all = append(all, &pb.StalledRecord_Candidate{
			PersonId: id.Format(personPrefix, person), DisplayName: s.Title, Basis: basis, Away: c.away[person] != nil,
			DueCount: c.due[person],
		})
	}
	add(r.Deputy.UUID, pb.StalledRecord_Candidate_RECORD_DEPUTY)
	if len(c.common) > 0 && c.common[0].Basis == pb.StalledRecord_Candidate_ABSENCE_DEPUTY {
		add(personKey(c.common[0].PersonId), c.common[0].Basis)
	}
	for _, person := range c.sharers[r.subjectID] {
		add(person, pb.StalledRecord_Candidate_MEMBER)
	}
	for _, one := range c.common {
		add(personKey(one.PersonId), one.Basis)
	}
	slices.SortFunc(all, func(a, b *pb.StalledRecord_Candidate) int {
		return cmp.Or(compareBools(a.Away, b.Away), cmp.Compare(a.Basis, b.Basis), cmp.Compare(a.DueCount, b.DueCount),
			strings.Compare(a.PersonId, b.PersonId))
	})
	return all[:min(len(all), maxCandidates)]
}

// compareBools orders false before true.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// countDue counts the open records for which each person is responsible that are due by a day, and
// that the caller may read by reach.
func countDue(ctx context.Context, tx *db.Tx, persons []uuid.UUID, until string) (map[uuid.UUID]int32, error) {
	sources, err := readableSources(ctx, tx)
	if err != nil || len(persons) == 0 {
		return nil, err
	}
	s := newStatement(tx.Call())
	day, list, most := s.param(until), s.param(persons), s.param(maxTotal)
	var selects []string
	for _, from := range sources {
		if from.Due == "" {
			continue
		}
		within := ""
		if from.within != nil {
			within = "\nand v.person = any(" + s.param(from.within) + ")"
		}
		selects = append(selects, "select v.person, c.due\nfrom unnest("+list+"::uuid[]) as v (person)\n"+
			"cross join lateral (\nselect count(*) as due\nfrom (\nselect\nfrom "+from.kind.Binding().Name()+
			" t\nwhere t.org_id = $1\nand t."+from.Person+" = v.person\nand t."+
			from.Due+" <= "+day+"::text::date\nand "+from.Open+"\nlimit "+most+
			"\n) t\n) c\nwhere true"+within)
	}
	if len(selects) == 0 {
		return nil, nil
	}
	type row struct {
		Person uuid.UUID
		Due    int64
	}
	rows, err := db.Collect[row](ctx, tx, strings.Join(selects, "\nunion all\n"), s.args...)
	due := map[uuid.UUID]int32{}
	for _, r := range rows {
		due[r.Person] = int32(min(int64(due[r.Person])+r.Due, maxTotal))
	}
	return due, err
}

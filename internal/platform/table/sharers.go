package table

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// personPrefix is the prefix of the identifiers of persons.
const personPrefix = "prs"

// sharers is the list of persons with whom a record R is shared.
type sharers[R any] struct {
	field   string
	kind    string
	persons func(R) *[]string
	applies func(R) bool
}

// Sharers binds a list of persons to rows of platform.record_shares, one for each person. The
// persons are sorted and duplicates removed. Kind.SharedWith lets them reach the record. A filter
// finds one person with `:`.
func Sharers[R any](name string, persons func(R) *[]string) Column[R] {
	return Column[R]{
		field:  name,
		child:  &sharers[R]{field: name, persons: persons},
		refIDs: func(r R) []string { return *persons(r) },
		prefix: personPrefix,
		isList: true,
		filter: &filterType{allowsHas: true, element: "uuid", present: "%s", arg: refFilter(personPrefix).arg},
		// Set by ofKind, which knows the kind.
		filterAs: "false",
	}.withoutColumns()
}

// ofKind returns the column for the records of a kind.
func (s *sharers[R]) ofKind(c Column[R], kind string) Column[R] {
	bound := *s
	bound.kind = kind
	c.child = &bound
	if c.filterSQL != "" {
		f := *c.filter
		f.links = &links{table: "platform.record_shares", value: "person_id", row: "record_key", kind: kind}
		c.filter = &f
		c.filterSQL = "exists (select from platform.record_shares l where l.org_id = $1 and l.kind = '" + kind +
			"' and l.record_key = t.id)"
	}
	return c
}

func (s *sharers[R]) when(applies func(R) bool) child[R] {
	bound := *s
	bound.applies = applies
	return &bound
}

// keys returns the keys of the record's persons. It sorts the list and removes duplicates.
func (s *sharers[R]) keys(r R) ([]uuid.UUID, error) {
	if s.applies != nil && !s.applies(r) {
		return nil, nil
	}
	list := s.persons(r)
	for i, person := range *list { // before they are sorted, so that i counts in the caller's order
		if _, err := id.Parse(personPrefix, person); err != nil {
			return nil, invalidValue(fmt.Sprintf("%s[%d]", s.field, i), "%s", err)
		}
	}
	slices.Sort(*list)
	*list = slices.Compact(*list)
	keys := make([]uuid.UUID, len(*list))
	for i, person := range *list {
		keys[i], _ = id.Parse(personPrefix, person) // parsed before
	}
	return keys, nil
}

func (s *sharers[R]) check(r R, _ Scope) error {
	_, err := s.keys(r)
	return err
}

// The statements of the persons with whom records are shared.
const (
	insertSharersSQL = `insert into platform.record_shares (org_id, kind, record_key, person_id)
select o.org_id, $2, u.*
from platform.organizations o
cross join unnest($3::uuid[], $4::uuid[]) as u
where o.org_id = $1`
	selectSharersSQL = `select record_key, person_id
from platform.record_shares
where org_id = $1
and kind = $2
and record_key = any($3)
order by record_key, person_id`
	removeSharersSQL = `delete from platform.record_shares
where org_id = $1
and kind = $2
and record_key = $3
and person_id = any($4)`
	deleteSharersSQL = `delete from platform.record_shares
where org_id = $1
and kind = $2
and record_key = $3`
)

func (s *sharers[R]) queueInsert(
	_ context.Context, b *pgx.Batch, tx *db.Tx, _ Scope, key func(R) (uuid.UUID, error), records []R,
) error {
	var rows, persons []uuid.UUID
	for _, r := range records {
		row, err := key(r)
		if err != nil {
			return err
		}
		keys, err := s.keys(r)
		if err != nil {
			return err
		}
		for _, person := range keys {
			rows, persons = append(rows, row), append(persons, person)
		}
	}
	if len(rows) > 0 {
		b.Queue(insertSharersSQL, tx.Call().Organization.ID, s.kind, rows, persons)
	}
	return nil
}

func (s *sharers[R]) queueChange(
	_ context.Context, b *pgx.Batch, tx *db.Tx, _ Scope, key uuid.UUID, before, r R,
) error {
	stored, err := s.keys(before)
	if err != nil {
		return err
	}
	now, err := s.keys(r)
	if err != nil {
		return err
	}
	isIn := func(list []uuid.UUID) func(uuid.UUID) bool {
		return func(person uuid.UUID) bool { return slices.Contains(list, person) }
	}
	removed := slices.DeleteFunc(slices.Clone(stored), isIn(now))
	added := slices.DeleteFunc(slices.Clone(now), isIn(stored))
	org := tx.Call().Organization.ID
	if len(removed) > 0 {
		b.Queue(removeSharersSQL, org, s.kind, key, removed)
	}
	if len(added) > 0 {
		b.Queue(insertSharersSQL, org, s.kind, slices.Repeat([]uuid.UUID{key}, len(added)), added)
	}
	return nil
}

func (s *sharers[R]) load(ctx context.Context, tx *db.Tx, _ Scope, records map[uuid.UUID]R) error {
	keys := make([]uuid.UUID, 0, len(records))
	for key, r := range records {
		if s.applies == nil || s.applies(r) {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, selectSharersSQL, tx.Call().Organization.ID, s.kind, keys)
	if err != nil {
		return err
	}
	var key, person uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&key, &person}, func() error {
		list := s.persons(records[key])
		*list = append(*list, id.Format(personPrefix, person))
		return nil
	})
	return err
}

func (s *sharers[R]) statements() map[string]string {
	return map[string]string{
		"insert": insertSharersSQL, "select": selectSharersSQL, "remove": removeSharersSQL, "delete": deleteSharersSQL,
	}
}

// newReferences implements child. The column itself names the references.
func (s *sharers[R]) newReferences([]R, R) []Reference { return nil }

// isCurrentAbsence is the condition that an absence b is on the current date of the organization.
const isCurrentAbsence = `(
      select ((now() + o.clock_offset_micros * interval '1 microsecond') at time zone o.time_zone)::date
      from platform.organizations o
      where o.org_id = $1
    ) between b.start_date and b.end_date`

// SharedWithDeputies lets the deputies of the current absences of the person in a column reach the
// rows. The table needs the index (org_id, column, id).
func (t *Table[R]) SharedWithDeputies(column string) { t.sharing.absentee = column }

// PersonsActedFor returns the persons whose rows a person reaches because they are away and name
// the person as deputy.
func PersonsActedFor(ctx context.Context, tx *db.Tx, person uuid.UUID) ([]uuid.UUID, error) {
	return db.CollectColumn[uuid.UUID](ctx, tx, `
select b.person_id
from platform.absences b
where b.org_id = $1
and b.deputy_id = $2
and `+isCurrentAbsence, tx.Call().Organization.ID, person)
}

// SharersOf returns the persons with whom each of the rows is shared, by the identifiers of the
// rows. A person may occur more than once.
func (t *Table[R]) SharersOf(ctx context.Context, tx *db.Tx, ids []string) (map[string][]uuid.UUID, error) {
	keys, err := t.parseKeys(ids)
	if err != nil || !t.sharing.exists() {
		return nil, err
	}
	const rowsSQL = "select v.id, v.id as parent_id\nfrom unnest($2::uuid[]) as v (id)"
	rows, err := tx.Query(ctx, t.sharedWith().sharersSQL(rowsSQL), tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	out := map[string][]uuid.UUID{}
	var key, person uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&key, &person}, func() error {
		out[id.Format(t.prefix, key)] = append(out[id.Format(t.prefix, key)], person)
		return nil
	})
	return out, err
}

// sharersSQL returns the query of pairs of an identifier and a person with whom the row parent_id
// is shared. rows is the query of the identifiers and the rows.
func (s sharing) sharersSQL(rows string) string {
	var parts []string
	if s.listed {
		parts = append(parts, fmt.Sprintf(`select v.id, s.person_id
from (%s) v
join platform.record_shares s on s.org_id = $1 and s.kind = '%s' and s.record_key = v.parent_id`, rows, s.kind))
	}
	if s.parent != nil {
		parents := fmt.Sprintf("select v.id, t.%[1]s as parent_id\nfrom (%[2]s) v\njoin %[3]s t on t.org_id = $1 "+
			"and t.id = v.parent_id\nwhere t.%[1]s is not null", s.column, rows, s.name)
		parent := s.parent.sharedWith()
		responsible := []string{s.parent.ownedBy().expression("p")}
		if parent.deputy != "" {
			responsible = append(responsible, "p."+parent.deputy)
		}
		for _, person := range responsible {
			parts = append(parts, fmt.Sprintf("select v.id, %[1]s\nfrom (%[2]s) v\njoin %[3]s p on p.org_id = $1 "+
				"and p.id = v.parent_id\nwhere %[1]s is not null", person, parents, s.parent.Name()))
		}
		if parent.exists() {
			parts = append(parts, parent.sharersSQL(parents))
		}
	}
	return strings.Join(parts, "\nunion all\n")
}

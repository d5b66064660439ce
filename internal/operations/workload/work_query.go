package workload

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/responsibility"
)

// never is the due date of a record without one.
const never = "infinity"

// lastPriority is the place of a record without a priority that is sorted by it.
const lastPriority = 3

// origin is a way in which records are work of a person.
type origin struct {
	relation pb.WorkItem_Relation
	action   string
}

// position is the place of a work item in the list.
type position struct {
	DueDate  string    `json:"d"`
	Priority int       `json:"p"`
	Rank     string    `json:"k"`
	Resource string    `json:"r"`
	ID       uuid.UUID `json:"i"`
}

// item is a work item as it is read. Origin is its place among the origins of the query.
type item struct {
	position
	Origin int
	Due    int
}

// workQuery composes the statement that selects the work of a person. Its first argument is the
// organization.
type workQuery struct {
	args    []any
	caller  *call.Call
	person  uuid.UUID
	absent  []uuid.UUID // persons who are away and for whom the person acts
	isAway  bool
	origins []origin
	// branches are the queries of the work, each with the columns of item but Due.
	branches []string
	// persons are those whose records the caller may read by a reach, nil for all.
	persons map[call.Reach][]uuid.UUID
	marks   map[any]string
}

// param adds an argument and returns its placeholder.
func (q *workQuery) param(v any) string {
	q.args = append(q.args, v)
	return fmt.Sprintf("$%d", len(q.args))
}

// once is param for an argument that the statement names in several places.
func (q *workQuery) once(name string, v any) string {
	if _, done := q.marks[name]; !done {
		q.marks[name] = q.param(v)
	}
	return q.marks[name]
}

func (q *workQuery) origin(relation pb.WorkItem_Relation, action string) int {
	q.origins = append(q.origins, origin{relation, action})
	return len(q.origins) - 1
}

// newWorkQuery returns the query of the work of a person that the caller may read.
func newWorkQuery(ctx context.Context, tx *db.Tx, person uuid.UUID) (*workQuery, error) {
	c := tx.Call()
	q := &workQuery{args: []any{c.Organization.ID}, caller: c, person: person, marks: map[any]string{},
		persons: map[call.Reach][]uuid.UUID{}}
	var err error
	if q.absent, q.isAway, err = responsibility.ActsFor(ctx, tx, person); err != nil {
		return nil, err
	}
	for _, reach := range []call.Reach{call.Own, call.Team} {
		if q.persons[reach], _, err = responsibility.ReachedPersons(ctx, tx, reach); err != nil {
			return nil, err
		}
	}
	sources := datedKinds(tx)
	for _, s := range sources {
		q.addOwned(s)
	}
	if err := q.addWaiting(ctx, tx); err != nil {
		return nil, err
	}
	for _, s := range sources {
		q.addCollaboration(s)
	}
	for _, s := range sources {
		q.addDeputized(s)
	}
	return q, nil
}

// datedKinds returns the kinds whose records have a responsible person and may have a due date.
// Kinds that declare for whom their records wait are left to addWaiting.
func datedKinds(tx *db.Tx) (kinds []resource.AnyKind) {
	c := tx.Call()
	for _, kind := range tx.Kinds().All() {
		k, ok := kind.(resource.AnyKind)
		if ok && k.Responsibility() != nil && k.Responsibility().Due != "" && len(k.Waiting()) == 0 &&
			k.ReadReach(c) != call.None {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// selectSQL returns the start of a branch: the columns of the records of a kind.
func selectSQL(kind resource.AnyKind, origin int) string {
	d := kind.Responsibility()
	priority, rank := fmt.Sprint(lastPriority), "''"
	if d.Priority != "" {
		p := "t." + d.Priority
		priority = fmt.Sprintf("case when %[1]s = 'URGENT' then 0 when %[1]s = 'HIGH' then 1 when %[1]s = 'MEDIUM' then 2 "+
			"when %[1]s = 'LOW' then 4 else %[2]d end", p, lastPriority)
	}
	if d.Rank != "" {
		rank = "t." + d.Rank
	}
	return fmt.Sprintf("select '%s'::text collate \"C\" as resource, t.id, t.%s as due_date, %s as priority, "+
		"%s collate \"C\" as rank, %d as origin", kind.Collection(), d.Due, priority, rank, origin)
}

// readable returns the condition that the caller may read a record of a kind.
func (q *workQuery) readable(kind resource.AnyKind) string {
	reach := kind.ReadReach(q.caller)
	if reach == call.All {
		return ""
	}
	name := "team"
	if reach == call.Own {
		name = "own"
	}
	condition := "t." + kind.Responsibility().Person + " = any(" + q.once(name, q.persons[reach]) + "::uuid[])"
	if kind.Binding().IsShared() {
		condition += "\nor " + kind.Binding().SharedCondition("t.id", q.once("caller", q.caller.PersonID)+"::uuid")
	}
	return "\nand (" + condition + ")"
}

// addOwned adds the records for which the person is responsible.
func (q *workQuery) addOwned(kind resource.AnyKind) {
	d := kind.Responsibility()
	q.branches = append(q.branches, selectSQL(kind, q.origin(pb.WorkItem_OWNER, "open"))+"\nfrom "+kind.Binding().Name()+
		" t\nwhere t.org_id = $1\nand t."+d.Person+" = "+q.once("person", q.person)+"\nand "+d.Open+q.readable(kind))
}

// addCollaboration adds the records of others on which the person works.
func (q *workQuery) addCollaboration(kind resource.AnyKind) {
	d := kind.Responsibility()
	if !d.Collaborators {
		return
	}
	person := q.once("person", q.person)
	q.branches = append(q.branches, fmt.Sprintf(`%s
from (
  select s.record_key
  from platform.record_shares s
  where s.org_id = $1
  and s.person_id = %s
  and s.kind = '%s'
) v
cross join lateral (%s) t
where %s`, selectSQL(kind, q.origin(pb.WorkItem_COLLABORATOR, "open")), person, kind.Prefix(),
		lookUp(kind, "id", "v.record_key"), d.Open)+q.readable(kind))
}

// lookUp returns the query of the records of a kind with a value in a column. PostgreSQL runs it
// for each value, by the index of the column, because of the offset.
func lookUp(kind resource.AnyKind, column, value string) string {
	return "\n  select t.*\n  from " + kind.Binding().Name() + " t\n  where t.org_id = $1\n  and t." + column + " = " +
		value + "\n  and " + kind.Responsibility().Open + "\n  offset 0\n"
}

// isAbsentToday is the condition that a person is away today.
const isAbsentToday = `exists (
  select
  from platform.absences a
  where a.org_id = $1
  and a.person_id = %[1]s
  and a.start_date <= %[2]s::text::date
  and a.end_date >= %[2]s::text::date
)`

// addDeputized adds the records for which the person acts: as the deputy of the record while the
// responsible person is away, or as the deputy of the absence if no deputy of the record is there.
func (q *workQuery) addDeputized(kind resource.AnyKind) {
	if q.isAway {
		return
	}
	d := kind.Responsibility()
	begin := selectSQL(kind, q.origin(pb.WorkItem_DEPUTY, "open")) + "\nfrom "
	end := "\nand " + d.Open + q.readable(kind)
	today := q.once("today", q.caller.Today().String())
	if d.Deputy != "" {
		q.branches = append(q.branches, begin+kind.Binding().Name()+" t\nwhere t.org_id = $1\nand t."+d.Deputy+" = "+
			q.once("person", q.person)+end+"\nand "+fmt.Sprintf(isAbsentToday, "t."+d.Person, today))
		end += "\nand (t." + d.Deputy + " is null\nor " + fmt.Sprintf(isAbsentToday, "t."+d.Deputy, today) + ")"
	}
	if len(q.absent) > 0 {
		q.branches = append(q.branches, begin+"unnest("+q.once("absent", q.absent)+
			"::uuid[]) as v (person_id)\ncross join lateral ("+lookUp(kind, d.Person, "v.person_id")+") t\nwhere true"+end)
	}
}

// addWaiting adds the records that wait for the person as their kinds declare.
func (q *workQuery) addWaiting(ctx context.Context, tx *db.Tx) error {
	waiting, err := selectPermitted(ctx, tx, q.person)
	if err != nil || len(waiting) == 0 {
		return err
	}
	origins := map[string]int{}
	var ids []uuid.UUID
	var resources, days []string
	var places []int32
	for _, w := range waiting {
		name := w.Relation + " " + w.Action
		if _, known := origins[name]; !known {
			origins[name] = q.origin(pb.WorkItem_Relation(pb.WorkItem_Relation_value[w.Relation]), w.Action)
		}
		ids, days = append(ids, w.ID), append(days, w.DueDate)
		resources, places = append(resources, w.Kind.Collection()), append(places, int32(origins[name]))
	}
	// Asked persons keep others waiting, so their answers come before tasks of the same day.
	q.branches = append(q.branches, "select w.resource collate \"C\", w.id, w.due_date::date, 0, '' collate \"C\", "+
		"w.origin\nfrom unnest("+strings.Join([]string{q.param(resources) + "::text[]", q.param(ids) + "::uuid[]",
		q.param(days) + "::text[]", q.param(places) + "::integer[]"}, ", ")+") as w (resource, id, due_date, origin)")
	return nil
}

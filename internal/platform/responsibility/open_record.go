package responsibility

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// never is the due date of a record without one.
const never = "infinity"

// openRecord is an open record and who is responsible for it.
type openRecord struct {
	Resource string
	ID       uuid.UUID
	DueDate  string
	Person   uuid.NullUUID
	Deputy   uuid.NullUUID
}

// position is the place of a record in a list.
type position struct {
	DueDate  string    `json:"d"`
	Resource string    `json:"r"`
	ID       uuid.UUID `json:"i"`
}

func (r openRecord) position() position { return position{r.DueDate, r.Resource, r.ID} }

// parsePosition parses the position at which the previous page ended, nil for the first page.
func parsePosition(text []byte) (*position, error) {
	if text == nil {
		return nil, nil
	}
	p := &position{}
	return p, json.Unmarshal(text, p)
}

// query selects open records.
type query struct {
	// byDate sorts by due date, resource and identifier, and omits records without a due date.
	// Otherwise the list is sorted by resource, due date and identifier.
	byDate bool
	// person and deputy limit the list to the records of a person; uuid.Nil means all.
	person, deputy uuid.UUID
	// withoutPerson and withoutDeputy limit the list to the records that have none.
	withoutPerson, withoutDeputy bool
	// from and until limit the due date; "" means no limit.
	from, until string
	after       *position
	limit       int
}

// statement is an SQL statement under construction. Its first argument is the organization.
type statement struct{ args []any }

func newStatement(c *call.Call) *statement { return &statement{[]any{c.Organization.ID}} }

// param adds an argument and returns its placeholder.
func (s *statement) param(v any) string {
	s.args = append(s.args, v)
	return fmt.Sprintf("$%d", len(s.args))
}

// selectOpen returns a page of the open records of the sources.
func selectOpen(ctx context.Context, tx *db.Tx, sources []source, q query) ([]openRecord, error) {
	s := newStatement(tx.Call())
	var selects []string
	for _, from := range sources {
		if sql := from.selectSQL(s, q); sql != "" {
			selects = append(selects, "("+sql+")")
		}
	}
	if len(selects) == 0 {
		return nil, nil
	}
	order := "r.resource, r.due_date, r.id"
	if q.byDate {
		order = "r.due_date, r.resource, r.id"
	}
	sql := "select r.resource, r.id, r.due_date::text as due_date, r.person, r.deputy\nfrom (\n" +
		strings.Join(selects, "\nunion all\n") + "\n) r\norder by " + order + "\nlimit " + s.param(q.limit)
	return db.Collect[openRecord](ctx, tx, sql, s.args...)
}

// selectSQL returns the query of a page of the source's open records, "" if it has none. With a
// limit on persons it reads the first records of each person, by an index.
func (f source) selectSQL(s *statement, q query) string {
	conditions, ok := f.conditions(s, q)
	if !ok {
		return ""
	}
	due, person, deputy, order := "'"+never+"'::date", "null::uuid", "null::uuid", "t.id"
	if f.Due != "" {
		due, order = "t."+f.Due, "t."+f.Due+", t.id"
	}
	if f.Person != "" {
		person = "t." + f.Person
	}
	if f.Deputy != "" {
		deputy = "t." + f.Deputy
	}
	columns := fmt.Sprintf("select %s::text collate \"C\" as resource, t.id, %s as due_date, %s as person, %s as deputy",
		s.param(f.kind.Collection()), due, person, deputy)
	limit := "\nlimit " + s.param(q.limit)
	rows := columns + "\nfrom " + f.kind.Binding().Name() + " t\nwhere t.org_id = $1\nand " +
		strings.Join(conditions, "\nand ")
	persons := f.persons(q)
	switch {
	case q.withoutPerson: // named in the order, so that the index of the persons serves it
		return rows + "\norder by t." + f.Person + ", " + order + limit
	case q.withoutDeputy && persons == nil:
		return rows + "\norder by t." + f.Deputy + ", " + order + limit
	case persons == nil:
		return rows + "\norder by " + order + limit
	}
	return "select t.*\nfrom unnest(" + s.param(persons) + "::uuid[]) as v (person)\ncross join lateral (\n" + rows +
		"\nand t." + f.Person + " = v.person\norder by " + order + limit + "\n) t\norder by t.due_date, t.id" + limit
}

// persons returns the persons whose records a query selects, nil for all records.
func (f source) persons(q query) []uuid.UUID {
	switch {
	case q.person == uuid.Nil:
		return f.within
	case f.within == nil || slices.Contains(f.within, q.person):
		return []uuid.UUID{q.person}
	}
	return []uuid.UUID{}
}

// conditions returns the conditions of a query. ok is false if no record of the source meets them.
func (f source) conditions(s *statement, q query) (conditions []string, ok bool) {
	persons := f.persons(q)
	switch {
	case q.byDate && f.Due == "", (q.deputy != uuid.Nil || q.withoutDeputy) && f.Deputy == "":
		return nil, false
	case persons != nil && (len(persons) == 0 || q.withoutPerson):
		return nil, false
	case !q.byDate && q.after != nil && f.kind.Collection() < q.after.Resource:
		return nil, false
	}
	conditions = []string{f.Open}
	if q.deputy != uuid.Nil {
		conditions = append(conditions, "t."+f.Deputy+" = "+s.param(q.deputy))
	}
	if q.withoutPerson {
		conditions = append(conditions, "t."+f.Person+" is null")
	}
	if q.withoutDeputy {
		conditions = append(conditions, "t."+f.Deputy+" is null")
	}
	if q.byDate {
		conditions = append(conditions, "t."+f.Due+" < '"+never+"'")
	}
	if q.from != "" {
		conditions = append(conditions, "t."+f.Due+" >= "+s.param(q.from)+"::text::date")
	}
	if q.until != "" {
		conditions = append(conditions, "t."+f.Due+" <= "+s.param(q.until)+"::text::date")
	}
	if q.after != nil {
		conditions = append(conditions, f.after(s, q))
	}
	return conditions, true
}

// after returns the condition that a record of the source comes after the query's position.
func (f source) after(s *statement, q query) string {
	p, name := *q.after, f.kind.Collection()
	switch {
	case q.byDate && name < p.Resource:
		return "t." + f.Due + " > " + s.param(p.DueDate) + "::text::date"
	case q.byDate && name > p.Resource:
		return "t." + f.Due + " >= " + s.param(p.DueDate) + "::text::date"
	case name > p.Resource:
		return "true"
	case f.Due == "":
		return "t.id > " + s.param(p.ID)
	}
	return fmt.Sprintf("(t.%s, t.id) > (%s::text::date, %s)", f.Due, s.param(p.DueDate), s.param(p.ID))
}

// titled is an open record with its identifier and its name for people.
type titled struct {
	openRecord
	subjectID, title string
}

// loadTitles reads the names of records, those of each kind with one statement. It omits records
// that the caller may not read.
func loadTitles(ctx context.Context, tx *db.Tx, records []openRecord) ([]titled, error) {
	kinds, ids := map[string]resource.AnyKind{}, map[string][]string{}
	for _, s := range allSources(tx) {
		kinds[s.kind.Collection()] = s.kind
	}
	subjectIDs := make([]string, len(records))
	for i, r := range records {
		subjectIDs[i] = id.Format(kinds[r.Resource].Prefix(), r.ID)
		ids[r.Resource] = append(ids[r.Resource], subjectIDs[i])
	}
	found := map[string]db.Subject{}
	for name, keys := range ids {
		subjects, err := kinds[name].Load(ctx, tx, keys)
		if err != nil {
			return nil, err
		}
		for i, key := range keys {
			found[key] = subjects[i]
		}
	}
	var out []titled
	for i, r := range records {
		if s := found[subjectIDs[i]]; s.Readable {
			out = append(out, titled{r, subjectIDs[i], s.Title})
		}
	}
	return out, nil
}

// personID returns the identifier of a person, "" if there is none.
func personID(person uuid.NullUUID) string { return id.Format(personPrefix, person.UUID) }

// dueDate returns the due date, "" if there is none.
func (r openRecord) dueDate() string {
	if r.DueDate == never {
		return ""
	}
	return r.DueDate
}

package table

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// Owners is a person, or a person and everyone below them in the reporting tree. As a limit on
// rows, a nil *Owners means all rows.
type Owners struct {
	Person uuid.UUID
	Team   bool
}

// owner is the SQL that finds the owner of a table's rows.
type owner struct {
	// expression returns the owner of the row of an alias.
	expression func(alias string) string
	// condition returns the condition that the owner of the row of an alias passes a test.
	condition func(alias string, test func(expression string) string) string
	// ids returns the query of the identifiers of up to limit rows of each of the persons in
	// v (person_id), the result of a query.
	ids func(persons, limit string) string
}

// OwnedBy sets the column that names a row's owner.
func (t *Table[R]) OwnedBy(column string) {
	of := func(alias string) string { return alias + "." + column }
	t.owner = owner{
		expression: of,
		condition:  func(alias string, test func(string) string) string { return test(of(alias)) },
		ids: func(persons, limit string) string {
			return idsByColumn(t.name, column, "select v.person_id as id\nfrom ("+persons+") v", "", limit)
		},
	}
}

// OwnedThrough sets the column that names a row of the parent table, whose owner is the row's
// owner.
func (t *Table[R]) OwnedThrough(column string, parent Owned) {
	t.owner = owner{
		expression: func(alias string) string {
			parentAlias := alias + "p"
			return "(select " + parent.ownedBy().expression(parentAlias) + " from " + parent.Name() + " " + parentAlias +
				" where " + parentAlias + ".org_id = $1 and " + parentAlias + ".id = " + alias + "." + column + ")"
		},
		condition: func(alias string, test func(string) string) string {
			parentAlias := alias + "p"
			return alias + "." + column + " in (\n  select " + parentAlias + ".id\n  from " + parent.Name() + " " + parentAlias +
				"\n  where " + parentAlias + ".org_id = $1\n  and " + parent.ownedBy().condition(parentAlias, test) + "\n)"
		},
		ids: func(persons, limit string) string {
			return idsByColumn(t.name, column, parent.ownedBy().ids(persons, limit), "", limit)
		},
	}
	if parent.sharedWith().exists() {
		t.sharing.column, t.sharing.parent = column, parent
	}
}

// Owned is a table whose rows have owners.
type Owned interface {
	// Name returns the table's name with its schema.
	Name() string
	// OwnersOf returns the owners of rows, by the identifiers of the rows.
	OwnersOf(ctx context.Context, tx *db.Tx, ids []string) (map[string]uuid.UUID, error)
	// SharedAmong returns those of the rows that are shared with a person. With responsible, it
	// also returns those that the person owns or is the deputy of.
	SharedAmong(ctx context.Context, tx *db.Tx, ids []string, person uuid.UUID, responsible bool) (map[string]bool, error)
	// SharersOf returns the persons with whom each of the rows is shared.
	SharersOf(ctx context.Context, tx *db.Tx, ids []string) (map[string][]uuid.UUID, error)
	// IsShared reports whether rows can be shared with persons.
	IsShared() bool
	ownedBy() owner
	sharedWith() sharing
}

func (t *Table[R]) ownedBy() owner { return t.owner }

// OwnersOf returns the owners of rows, by the identifiers of the rows.
func (t *Table[R]) OwnersOf(ctx context.Context, tx *db.Tx, ids []string) (map[string]uuid.UUID, error) {
	keys, err := t.parseKeys(ids)
	if err != nil {
		return nil, err
	}
	sql := "select t.id, " + t.owner.expression("t") + "\nfrom " + t.name + " t\nwhere t.org_id = $1\nand t.id = any($2)"
	rows, err := tx.Query(ctx, sql, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	owners := map[string]uuid.UUID{}
	var key uuid.UUID
	var person uuid.NullUUID
	_, err = pgx.ForEachRow(rows, []any{&key, &person}, func() error {
		owners[id.Format(t.prefix, key)] = person.UUID
		return nil
	})
	return owners, err
}

// narrowToOwners limits a query to the rows of owners and those that are shared with the person;
// nil means all rows.
func (t *Table[R]) narrowToOwners(w *where, owners *Owners) {
	switch {
	case owners == nil:
	case t.sharing.exists():
		w.and(reachCondition(t, w, owners, "t"))
	default:
		person := w.param(owners.Person)
		w.and(t.owner.condition("t", func(expression string) string {
			if !owners.Team {
				return expression + " = " + person
			}
			return expression + ` in (
  select ` + person + `
  union all
  select m.person_id
  from platform.team_members m
  where m.org_id = $1
  and m.manager_id = ` + person + `
)`
		}))
	}
}

// reachCondition returns the condition that the row of an alias belongs to the owners or is shared
// with the person. It is an index lookup.
func reachCondition(records Owned, w *where, owners *Owners, alias string) string {
	owned := records.ownedBy().condition(alias, func(expression string) string {
		return owners.includesSQL(w, expression)
	})
	if !records.sharedWith().exists() {
		return owned
	}
	return "(" + owned + "\n  or " + records.sharedWith().condition(alias, w.param(owners.Person)) + ")"
}

package table

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// Owners are a person, or a person and everybody below them in the reporting tree. Where
// they narrow rows, a nil *Owners narrows to nothing: all rows are meant.
type Owners struct {
	Person uuid.UUID
	Team   bool
}

// owner is how the rows of a table tell whose they are.
type owner struct {
	// expression is the owner of the row of an alias.
	expression func(alias string) string
	// condition is what holds if the test of an owner's expression does.
	condition func(alias string, test func(expression string) string) string
}

// OwnedBy sets the column that names a row's owner.
func (t *Table[R]) OwnedBy(column string) {
	of := func(alias string) string { return alias + "." + column }
	t.owner = owner{of, func(alias string, test func(string) string) string { return test(of(alias)) }}
}

// OwnedThrough says which column names the row of another table whose owner a row has.
func (t *Table[R]) OwnedThrough(column string, parent Owned) {
	t.owner = owner{
		func(alias string) string {
			above := alias + "p"
			return "(select " + parent.ownedBy().expression(above) + " from " + parent.Name() + " " + above +
				" where " + above + ".org_id = $1 and " + above + ".id = " + alias + "." + column + ")"
		},
		func(alias string, test func(string) string) string {
			above := alias + "p"
			return alias + "." + column + " in (\n  select " + above + ".id\n  from " + parent.Name() + " " + above +
				"\n  where " + above + ".org_id = $1\n  and " + parent.ownedBy().condition(above, test) + "\n)"
		},
	}
}

// Owned is a table whose rows have owners.
type Owned interface {
	// Name is the table's name with its schema.
	Name() string
	// OwnersOf reads the owners of rows, by the rows' identifiers.
	OwnersOf(ctx context.Context, tx *db.Tx, ids []string) (map[string]uuid.UUID, error)
	ownedBy() owner
}

func (t *Table[R]) ownedBy() owner { return t.owner }

// OwnersOf reads the owners of rows, by the rows' identifiers.
func (t *Table[R]) OwnersOf(ctx context.Context, tx *db.Tx, ids []string) (map[string]uuid.UUID, error) {
	keys, err := t.keys(ids)
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

// narrow keeps the rows of owners; nil keeps all.
func (t *Table[R]) narrow(w *where, to *Owners) {
	if to == nil {
		return
	}
	person := w.param(to.Person)
	w.and(t.owner.condition("t", func(expression string) string {
		if !to.Team {
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

package table

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// Of narrows rows to those of a person, or of a person and those below them in the
// reporting tree.
type Of struct {
	Person uuid.UUID
	Team   bool
}

// owner is the SQL expression by which a row of an alias tells whose it is.
type owner func(alias string) string

// OwnedBy says which column holds the person whose a row is.
func (t *Table[R]) OwnedBy(column string) {
	t.owner = func(alias string) string { return alias + "." + column }
}

// OwnedThrough says which column names the row of another table whose owner a row has.
func (t *Table[R]) OwnedThrough(column string, parent Owned) {
	t.owner = func(alias string) string {
		above := alias + "p"
		return "(select " + parent.ownerOf(above) + " from " + parent.Name() + " " + above +
			" where " + above + ".org_id = $1 and " + above + ".id = " + alias + "." + column + ")"
	}
}

// Owned is a table whose rows have owners.
type Owned interface {
	Name() string
	// OwnersOf reads whose rows are, by their identifiers.
	OwnersOf(ctx context.Context, tx *db.Tx, ids []string) (map[string]uuid.UUID, error)
	ownerOf(alias string) string
}

func (t *Table[R]) ownerOf(alias string) string { return t.owner(alias) }

// OwnersOf reads whose rows are, by their identifiers.
func (t *Table[R]) OwnersOf(ctx context.Context, tx *db.Tx, ids []string) (map[string]uuid.UUID, error) {
	keys, err := t.keys(ids)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, "select t.id, "+t.owner("t")+"\nfrom "+t.name+" t\nwhere t.org_id = $1\nand t.id = any($2)", tx.Call().Organization.ID, keys)
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

// of narrows to the rows of somebody; nil: to none.
func (t *Table[R]) of(w *where, o *Of) {
	if o == nil {
		return
	}
	person := w.param(o.Person)
	if !o.Team {
		w.and(t.owner("t") + " = " + person)
		return
	}
	w.and(t.owner("t") + ` in (
  select ` + person + `
  union all
  select m.person_id
  from platform.team_members m
  where m.org_id = $1
  and m.manager_id = ` + person + `
)`)
}

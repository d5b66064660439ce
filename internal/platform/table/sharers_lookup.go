package table

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

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

// SharersOf returns the persons with whom each of the rows is shared, by the identifiers of the rows.
// A person may occur more than once.
func (t *Table[R]) SharersOf(ctx context.Context, tx *db.Tx, ids []string) (map[string][]uuid.UUID, error) {
	keys, err := t.parseKeys(ids)
	if err != nil || !t.sharing.exists() {
		return nil, err
	}
	rows, err := tx.Query(ctx, t.sharedWith().sharersSQL("select v.id, v.id as parent_id\nfrom unnest($2::uuid[]) as v (id)"),
		tx.Call().Organization.ID, keys)
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

// sharersSQL returns the query of pairs of an identifier and a person with whom the row parent_id is
// shared. rows is the query of the identifiers and the rows.
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

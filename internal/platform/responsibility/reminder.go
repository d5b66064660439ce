package responsibility

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// selectOverdue returns those of the records that are open and overdue, and for which a person is
// responsible or acts today.
func selectOverdue(ctx context.Context, tx *db.Tx, person uuid.UUID, subjectIDs []string) ([]string, error) {
	keys := map[string][]uuid.UUID{}
	for _, subject := range subjectIDs {
		if kind := kindOf(tx, subject); kind != nil && kind.Responsibility().Due != "" {
			key, err := id.Parse(kind.Prefix(), subject)
			if err != nil {
				return nil, err
			}
			keys[kind.Collection()] = append(keys[kind.Collection()], key)
		}
	}
	var overdue []titled
	for _, s := range allSources(tx) {
		name := s.kind.Collection()
		if len(keys[name]) == 0 {
			continue
		}
		deputy := "null::uuid"
		if s.Deputy != "" {
			deputy = "t." + s.Deputy
		}
		found, err := db.Collect[openRecord](ctx, tx, fmt.Sprintf(`
select '' as resource, t.id, t.%s::text as due_date, t.%s as person, %s as deputy
from %s t
where t.org_id = $1
and t.id = any($2)
and t.%s < $3::text::date
and %s`, s.Due, s.Person, deputy, s.kind.Binding().Name(), s.Due, s.Open), tx.Call().Organization.ID, keys[name],
			tx.Call().Today().String())
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			overdue = append(overdue, titled{openRecord: r, subjectID: id.Format(s.kind.Prefix(), r.ID)})
		}
	}
	acting, err := loadActing(ctx, tx, overdue)
	var out []string
	for i, r := range overdue {
		if r.Person.UUID == person || personKey(acting[i]) == person {
			out = append(out, r.subjectID)
		}
	}
	return out, err
}

package customers

import (
	"context"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// FindByNames returns the customers that names of another program may mean, by the name in lower
// case: those with the display name, the legal name or the external id. Merged and archived ones
// are left out.
func FindByNames(ctx context.Context, tx *db.Tx, names []string) (map[string][]string, error) {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = strings.ToLower(name)
	}
	rows, err := db.Collect[struct {
		Name string
		ID   uuid.UUID
	}](ctx, tx, `
select c.display_name_key as name, c.id
from finance.customers c
where c.org_id = $1
and c.archive_time is null
and c.display_name_key = any($2)
union
select c.legal_name_key, c.id
from finance.customers c
where c.org_id = $1
and c.archive_time is null
and c.legal_name_key <> ''
and c.legal_name_key = any($2)
union
select lower(c.external_id), c.id
from finance.customers c
where c.org_id = $1
and c.archive_time is null
and c.external_id = any($3)
order by name, id`, tx.Call().Organization.ID, keys, names)
	found := map[string][]string{}
	for _, r := range rows {
		found[r.Name] = append(found[r.Name], id.Format(customers.Prefix(), r.ID))
	}
	return found, err
}

// IsNameTaken reports whether a customer has a name, regardless of case. Merged and archived ones
// count, since Create refuses their names too.
func IsNameTaken(ctx context.Context, tx *db.Tx, name string) (taken bool, err error) {
	err = tx.QueryRow(ctx, `
select exists (
  select
  from finance.customers
  where org_id = $1
  and display_name_key = lower($2)
)`, tx.Call().Organization.ID, name).Scan(&taken)
	return taken, err
}

// CreateMany stores new customers. at returns the path of the i-th in errors.
func CreateMany(ctx context.Context, tx *db.Tx, list []*pb.Customer, at func(i int) string) error {
	return customers.InsertMany(ctx, tx, list, at, checkCustomer)
}

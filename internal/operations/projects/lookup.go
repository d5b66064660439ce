package projects

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// FindProject returns a project, on the system side. It may be archived.
func FindProject(ctx context.Context, tx *db.Tx, projectID string) (*pb.Project, error) {
	return projects.Find(ctx, tx, projectID)
}

// KeepProject returns a project and keeps it as it is until the transaction ends, so that records
// can be added to it under its billing and before it is archived. Other transactions may keep it
// too. Computed fields stay empty.
func KeepProject(ctx context.Context, tx *db.Tx, projectID string) (*pb.Project, error) {
	list, err := projects.Table().LockShared(ctx, tx, []string{projectID})
	if err == nil && len(list) == 0 {
		err = projects.Table().NotFound(projectID)
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// KeepProjects keeps several projects at once, in the lock order. It ignores invalid identifiers
// and projects that do not exist.
func KeepProjects(ctx context.Context, tx *db.Tx, ids []string) error {
	valid := slices.DeleteFunc(slices.Clone(ids), func(s string) bool {
		_, err := id.Parse(projects.Prefix(), s)
		return err != nil
	})
	_, err := projects.Table().LockShared(ctx, tx, valid)
	return err
}

// CheckUsable refuses a project that was archived after a field of a request referenced it. Keep
// the project first.
func CheckUsable(p *pb.Project, field string) error {
	return resource.CheckSubject(db.Subject{Record: p, Referenceable: true, Archived: p.ArchiveTime != nil}, field)
}

// FindProjects returns projects in the order requested, on the system side, without their computed
// fields.
func FindProjects(ctx context.Context, tx *db.Tx, ids []string) ([]*pb.Project, error) {
	return projects.Table().GetManyOwned(ctx, tx, ids, nil)
}

// FindProjectsBilledByHour returns the identifiers of the projects of a customer that are billed by
// TIME_AND_MATERIALS, archived ones included.
func FindProjectsBilledByHour(ctx context.Context, tx *db.Tx, customerID string) ([]string, error) {
	customer, err := id.Parse("cus", customerID)
	if err != nil {
		return nil, err
	}
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select p.id
from operations.projects p
where p.org_id = $1
and p.customer_id = $2
and p.billing = 'TIME_AND_MATERIALS'
order by p.id`, tx.Call().Organization.ID, customer)
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format(projects.Prefix(), key)
	}
	return ids, err
}

// FindProjectsOfCustomer returns the keys of the projects of a customer, archived ones included.
func FindProjectsOfCustomer(ctx context.Context, tx *db.Tx, customerID string) ([]uuid.UUID, error) {
	customer, err := id.Parse("cus", customerID)
	if err != nil {
		return nil, err
	}
	return FindProjectsOfCustomers(ctx, tx, []uuid.UUID{customer})
}

// FindProjectsOfCustomers returns the keys of the projects of customers, archived ones included.
func FindProjectsOfCustomers(ctx context.Context, tx *db.Tx, customers []uuid.UUID) ([]uuid.UUID, error) {
	return db.CollectColumn[uuid.UUID](ctx, tx, `
select p.id
from operations.projects p
where p.org_id = $1
and p.customer_id = any($2)
order by p.id`, tx.Call().Organization.ID, customers)
}

// FindByReference returns the project that a field of a request names, within the caller's reach.
// It may be archived.
func FindByReference(ctx context.Context, tx *db.Tx, field, projectID string) (*pb.Project, error) {
	if _, err := id.Parse(projects.Prefix(), projectID); err != nil {
		return nil, resource.CheckSubject(db.Subject{}, field)
	}
	subjects, err := projects.Load(ctx, tx, []string{projectID})
	if err != nil {
		return nil, err
	}
	subjects[0].Archived = false
	if err := resource.CheckSubject(subjects[0], field); err != nil {
		return nil, err
	}
	return subjects[0].Record.(*pb.Project), nil
}

// FindReadable returns projects in the order requested. It fails with NOT_FOUND if one does not
// exist within the caller's reach.
func FindReadable(ctx context.Context, tx *db.Tx, ids []string) ([]*pb.Project, error) {
	out := make([]*pb.Project, len(ids))
	for i, key := range ids {
		var err error
		if out[i], err = projects.GetByCaller(ctx, tx, key); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// FindOpenBudgets returns the projects with a budget that are neither completed, canceled nor
// archived: those among some projects, or all of them if keys is nil.
func FindOpenBudgets(ctx context.Context, tx *db.Tx, keys []uuid.UUID, limit int) ([]*pb.Project, error) {
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select p.id
from operations.projects p
where p.org_id = $1
and ($2::uuid[] is null or p.id = any($2))
and (p.budget_seconds > 0 or p.budget_amount_minor > 0)
and p.archive_time is null
and p.state not in ('COMPLETED', 'CANCELED')
order by p.id
limit $3`, tx.Call().Organization.ID, keys, limit)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format(projects.Prefix(), key)
	}
	return FindProjects(ctx, tx, ids)
}

// Selection selects projects, archived ones included. Empty fields select all.
type Selection struct {
	IDs                 []string
	CustomerID, OwnerID string
	State               pb.Project_State
	// Limit is the most projects to return.
	Limit int
}

// SelectProjects returns projects within the reach of the request's permission. Without another
// filter, it fails with NOT_FOUND if one of the identifiers names none.
func SelectProjects(ctx context.Context, tx *db.Tx, s Selection) ([]*pb.Project, error) {
	q := table.Query{Archived: true, Limit: s.Limit}
	if s.IDs != nil {
		keys := make([]uuid.UUID, len(s.IDs))
		for i, text := range s.IDs {
			var err error
			if keys[i], err = id.Parse(projects.Prefix(), text); err != nil {
				return nil, err
			}
		}
		q.AnyOf = []table.ValueCondition{{Column: "id", Values: keys, Type: "uuid"}}
	}
	q.And = s.filter()
	found, err := projects.SelectByCaller(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	if q.And != "" {
		return found, nil
	}
	for _, key := range s.IDs {
		if !slices.ContainsFunc(found, func(p *pb.Project) bool { return p.Id == key }) {
			return nil, projects.Table().NotFound(key)
		}
	}
	return found, nil
}

// filter returns the filter of the fields that are set besides the identifiers.
func (s Selection) filter() string {
	var conditions []string
	for field, value := range map[string]string{"customer_id": s.CustomerID, "owner_id": s.OwnerID} {
		if value != "" {
			conditions = append(conditions, fmt.Sprintf("%s = %q", field, value))
		}
	}
	if s.State != pb.Project_STATE_UNSPECIFIED {
		conditions = append(conditions, fmt.Sprintf("state = %q", s.State))
	}
	slices.Sort(conditions)
	return strings.Join(conditions, " AND ")
}

package taskseries

import (
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// leaveOutArchived removes archived persons from the collaborators of new tasks of a series. The
// others stay as they are until the transaction ends.
func leaveOutArchived(ctx context.Context, tx *db.Tx, s *pb.TaskSeries, list []*pb.Task) error {
	if len(s.CollaboratorIds) == 0 || len(list) == 0 {
		return nil
	}
	if err := resource.LockPersons(ctx, tx, s.CollaboratorIds...); err != nil {
		return err
	}
	keys := make([]uuid.UUID, len(s.CollaboratorIds))
	for i, person := range s.CollaboratorIds {
		var err error
		if keys[i], err = id.Parse("prs", person); err != nil {
			return err
		}
	}
	archived, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select p.id
from platform.persons p
where p.org_id = $1
and p.id = any($2)
and p.archive_time is not null`, tx.Call().Organization.ID, keys)
	if err != nil || len(archived) == 0 {
		return err
	}
	for _, t := range list {
		t.CollaboratorIds = slices.DeleteFunc(slices.Clone(t.CollaboratorIds), func(person string) bool {
			key, err := id.Parse("prs", person)
			return err == nil && slices.Contains(archived, key)
		})
	}
	return nil
}

package projects

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/rank"
)

// CreateSections stores the sections of a new project in the given order, and returns their
// identifiers by their names. at returns the path of the i-th one in the request.
func CreateSections(
	ctx context.Context, tx *db.Tx, projectID string, names []string, at func(i int) string,
) (map[string]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	list, last := make([]*pb.ProjectSection, len(names)), ""
	for i, name := range names {
		last = rank.Between(last, "")
		list[i] = &pb.ProjectSection{ProjectId: projectID, DisplayName: name, Rank: last}
	}
	if err := projectSections.InsertMany(ctx, tx, list, at); err != nil {
		return nil, err
	}
	ids := map[string]string{}
	for _, s := range list {
		ids[s.DisplayName] = s.Id
	}
	return ids, nil
}

// SectionsOf returns the sections of a project, sorted by rank.
func SectionsOf(ctx context.Context, tx *db.Tx, projectID string) ([]*pb.ProjectSection, error) {
	key, err := projects.Table().Key(projectID)
	if err != nil {
		return nil, err
	}
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select s.id
from operations.project_sections s
where s.org_id = $1
and s.project_id = $2
order by s.rank, s.id`, tx.Call().Organization.ID, key)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = id.Format(projectSections.Prefix(), k)
	}
	return projectSections.Table().GetMany(ctx, tx, ids)
}

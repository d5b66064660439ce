package projects

import (
	"context"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/rank"
)

// AddSections stores new sections, those of each project in the given order after its others. at
// returns the path of the i-th section for violations.
func AddSections(ctx context.Context, tx *db.Tx, list []*pb.ProjectSection, at func(i int) string) error {
	last := map[string]string{}
	for _, s := range list {
		if last[s.ProjectId] == "" {
			if err := placeSectionLast(ctx, tx, nil, s); err != nil {
				return err
			}
		} else {
			s.Rank = rank.Between(last[s.ProjectId], "")
		}
		last[s.ProjectId] = s.Rank
	}
	return projectSections.StoreMany(ctx, tx, list, at)
}

// RemoveUnchangedSection removes a section, on the system side. It refuses a section whose version
// is no longer the given one. The caller guarantees that no other record refers to the section.
func RemoveUnchangedSection(ctx context.Context, tx *db.Tx, sectionID, etag string) error {
	return projectSections.Remove(ctx, tx, sectionID, projectSections.Unchanged(etag))
}

// RemoveUnchanged removes a project, on the system side. It refuses a project whose version is no
// longer the given one, and one that is on lines of the journal. The caller guarantees that no
// other record refers to the project.
func RemoveUnchanged(ctx context.Context, tx *db.Tx, projectID, etag string) error {
	return projects.Remove(ctx, tx, projectID, projects.Unchanged(etag), ledger.DeleteSubjectValue[*pb.Project],
		removeUpdates)
}

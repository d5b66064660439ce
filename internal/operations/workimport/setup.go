package workimport

import (
	"context"
	"fmt"

	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/db"
)

// at returns the function that names the i-th element of a list in errors of an operation.
func at(list string) func(i int) string {
	return func(i int) string { return fmt.Sprintf("%s[%d]", list, i) }
}

// store creates the labels, states, projects and sections that are missing.
func (t *target) store(ctx context.Context, tx *db.Tx, log *recordLog) error {
	if len(t.newLabels) > 0 {
		if err := collaboration.StoreLabels(ctx, tx, t.newLabels, at("labels")); err != nil {
			return err
		}
	}
	if len(t.newStates) > 0 {
		if err := work.StoreStates(ctx, tx, t.newStates, at("taskStates")); err != nil {
			return err
		}
	}
	for _, p := range t.newProjects {
		if err := projects.Create(ctx, tx, p); err != nil {
			return err
		}
	}
	if len(t.newSections) > 0 {
		if err := projects.AddSections(ctx, tx, t.newSections, at("sections")); err != nil {
			return err
		}
	}
	for _, l := range t.newLabels {
		log.add(l.Id, l.Etag, 0)
	}
	for _, s := range t.newStates {
		log.add(s.Id, s.Etag, 0)
	}
	for _, p := range t.newProjects {
		log.add(p.Id, p.Etag, 0)
	}
	for _, s := range t.newSections {
		log.add(s.Id, s.Etag, 0)
	}
	return nil
}

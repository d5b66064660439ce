package workimport

import (
	"context"
	"fmt"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformpb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/db"
)

// storeTasks creates the tasks of planned rows, with their comments and labels.
func (p *planner) storeTasks(ctx context.Context, tx *db.Tx, rows []*row, log *recordLog) error {
	var tasks []*pb.Task
	var comments []*platformpb.Comment
	for _, r := range rows {
		if r.newTask == nil {
			continue
		}
		tasks = append(tasks, r.newTask)
		for _, c := range r.task.Comments {
			comments = append(comments, &platformpb.Comment{SubjectId: r.newTask.Id, AuthorId: p.people[c.Author],
				BodyMarkdown: p.commentText(c)})
		}
	}
	if len(tasks) == 0 {
		return nil
	}
	if err := work.StoreImported(ctx, tx, tasks, at("tasks")); err != nil {
		return err
	}
	if len(comments) > 0 {
		if err := collaboration.StoreComments(ctx, tx, comments, at("comments")); err != nil {
			return err
		}
	}
	for _, r := range rows {
		if r.newTask != nil {
			log.add(r.newTask.Id, r.newTask.Etag, r.position)
		}
	}
	return p.assignLabels(ctx, tx, rows)
}

// assignLabels puts the labels of rows on their new records.
func (p *planner) assignLabels(ctx context.Context, tx *db.Tx, rows []*row) error {
	var pairs []collaboration.Labeled
	for _, r := range rows {
		var names []string
		switch {
		case r.newTask != nil:
			names = r.task.Labels
		case r.newTime != nil:
			names = r.time.Labels
		}
		for _, name := range names {
			if labelID := p.labels[strings.ToLower(cut(name, maxLabelName))]; labelID != "" {
				pairs = append(pairs, collaboration.Labeled{LabelID: labelID, SubjectID: r.recordID})
			}
		}
	}
	return collaboration.AssignLabels(ctx, tx, pairs)
}

// linkTasks makes the predecessors of rows come before the tasks that the import created. It
// returns the rows with new problems.
func linkTasks(ctx context.Context, tx *db.Tx, rows []*row, log *recordLog) (noted []*row, err error) {
	var externalIDs []string
	for _, r := range rows {
		if r.outcome == created && r.task != nil {
			externalIDs = append(externalIDs, r.task.Predecessors...)
		}
	}
	if len(externalIDs) == 0 {
		return nil, nil
	}
	known, err := findByExternalID(ctx, tx, "operations.tasks", "tsk", externalIDs)
	if err != nil {
		return nil, err
	}
	added, byTask := map[string][]string{}, map[string]*row{}
	for _, r := range rows {
		if r.outcome != created || r.task == nil || len(r.task.Predecessors) == 0 {
			continue
		}
		before := len(r.problems)
		if found := r.knownPredecessors(known); len(found) > 0 {
			added[r.recordID], byTask[r.recordID] = found, r
		}
		if len(r.problems) > before {
			noted = append(noted, r)
		}
	}
	changed, leftOut, err := work.AddPredecessors(ctx, tx, added)
	if err != nil {
		return nil, err
	}
	for _, t := range changed {
		log.move(t.Id, t.Etag)
	}
	for task, n := range leftOut {
		r := byTask[task]
		r.note(fmt.Sprintf("%d of the tasks before it were left out, because they come after it here", n))
		if !slices.Contains(noted, r) {
			noted = append(noted, r)
		}
	}
	return noted, nil
}

// knownPredecessors returns the known ones of the tasks that come before that of a row, and notes
// how many are missing.
func (r *row) knownPredecessors(known map[string]string) (found []string) {
	for _, externalID := range r.task.Predecessors {
		if known[externalID] != "" {
			found = append(found, known[externalID])
		}
	}
	if missing := len(r.task.Predecessors) - len(found); missing > 0 {
		r.note(fmt.Sprintf("%d of the tasks that come before it were not imported", missing))
	}
	return found
}

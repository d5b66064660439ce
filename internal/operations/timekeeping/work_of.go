package timekeeping

import (
	"context"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// workOf is what someone works on. Both identifiers can be empty.
type workOf struct{ project, task string }

// resolve sets the project of a new task unless the caller gave one. It refuses a task of another
// project. Then it returns the project, nil if there is none, and keeps it as it is until the
// transaction ends. It refuses a new project that was archived in the meantime.
func (w *workOf) resolve(ctx context.Context, tx *db.Tx, before workOf, isGiven bool) (*pb.Project, error) {
	if w.task != "" && *w != before {
		t, err := work.FindTask(ctx, tx, w.task)
		if err != nil {
			return nil, err
		}
		switch {
		case w.project == t.ProjectId:
		case w.project == before.project && w.task != before.task && !isGiven:
			w.project = t.ProjectId
			if err := resource.CheckReference(ctx, tx, "prj", "taskId", w.project); err != nil {
				return nil, err
			}
		default:
			return nil, fault.Invalid(fault.At("taskId", "must name a task of the project"))
		}
	}
	if w.project == "" {
		return nil, nil
	}
	p, err := projects.KeepProject(ctx, tx, w.project)
	if err != nil || w.project == before.project {
		return p, err
	}
	return p, projects.CheckUsable(p, "projectId")
}

// keepProjects keeps the projects of several works at once, those of their tasks included. Call it
// before the rules of the records, each of which keeps one project.
func keepProjects(ctx context.Context, tx *db.Tx, list []workOf) error {
	var ids, tasks []string
	for _, w := range list {
		ids = append(ids, w.project)
		if _, err := id.Parse("tsk", w.task); err == nil {
			tasks = append(tasks, w.task)
		}
	}
	if len(tasks) > 0 {
		found, err := work.FindExistingTasks(ctx, tx, tasks)
		if err != nil {
			return err
		}
		for _, t := range found {
			ids = append(ids, t.ProjectId)
		}
	}
	return projects.KeepProjects(ctx, tx, ids)
}

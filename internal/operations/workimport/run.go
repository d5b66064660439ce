package workimport

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformpb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/longwork"
)

// rowsPerStep is how many rows a step of an import stores.
const rowsPerStep = 500

// neededPermissions are those that an import needs, each for all records.
var neededPermissions = []string{
	"operations.projects.write", "operations.projectSections.write", "operations.tasks.write",
	"operations.taskStates.write", "operations.timeEntries.write", "platform.labels.write", "platform.comments.write",
}

// checkPermissions refuses callers who may not write all projects, tasks and time.
func checkPermissions(tx *db.Tx) error {
	for _, permission := range neededPermissions {
		if tx.Call().Reach(permission) != call.All {
			return fault.PermissionMissing(permission)
		}
	}
	return nil
}

// RunWorkImport starts the operation that creates the records of a file.
func (s *Service) RunWorkImport(ctx context.Context, req *pb.RunWorkImportRequest) (*pb.WorkImport, error) {
	return workImports.Step(ctx, s.db, req.GetWorkImportId(), "run",
		func(ctx context.Context, tx *db.Tx, _, w *pb.WorkImport) error {
			if err := checkPermissions(tx); err != nil {
				return err
			}
			if err := checkMapping(ctx, tx, w); err != nil {
				return err
			}
			// First what is missing, then the rows, and then what comes before each task.
			return startOperation(ctx, tx, w, 1+2*int(w.RowCount))
		})
}

// startOperation starts an operation for an import. It refuses a second one at a time.
func startOperation(ctx context.Context, tx *db.Tx, w *pb.WorkImport, parts int) error {
	other, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select w.id
from operations.work_imports w
where w.org_id = $1
and w.state in ('RUNNING', 'UNDOING')`, tx.Call().Organization.ID)
	if err != nil {
		return err
	}
	if len(other) > 0 {
		return fault.Taken(optionsv1.Reason_WORK_IMPORT_UNDER_WAY,
			"Another import runs or is undone; wait for its operation or cancel it.").WithSubject(w.Id)
	}
	o, err := longwork.Start(ctx, tx, w.Id, parts)
	if err == nil {
		w.OperationId = o.Id
	}
	return err
}

// runHandler returns the handler that runs imports step by step.
func runHandler() longwork.Handler {
	return longwork.Handler{
		Method: pb.WorkImportsService_RunWorkImport_FullMethodName[1:], Step: runStep, End: endRun,
	}
}

// runStep does the next part of an import: what is missing besides rows, the next rows, or what
// comes before the tasks of the next rows.
func runStep(ctx context.Context, tx *db.Tx, o *platformpb.Operation) error {
	w, err := workImports.Table().Lock(ctx, tx, o.ResultId) // first, since the end changes it
	if err != nil {
		return err
	}
	if err := checkPermissions(tx); err != nil {
		return err
	}
	log := &recordLog{}
	switch from := o.DoneCount - 1; {
	case from < 0:
		if err := setUp(ctx, tx, w, log); err != nil {
			return err
		}
		o.DoneCount = 1
	case from < w.RowCount:
		to := min(from+rowsPerStep, w.RowCount)
		if err := importRows(ctx, tx, w, from, to, log); err != nil {
			return err
		}
		o.DoneCount = to + 1
	default:
		from -= w.RowCount
		to := min(from+rowsPerStep, w.RowCount)
		if err := linkRows(ctx, tx, w, from, to, log); err != nil {
			return err
		}
		o.DoneCount = to + w.RowCount + 1
	}
	return log.store(ctx, tx, w.Id)
}

// setUp creates the labels, states, projects and sections that are missing.
func setUp(ctx context.Context, tx *db.Tx, w *pb.WorkImport, log *recordLog) error {
	t, err := resolveTarget(ctx, tx, w)
	if err != nil {
		return err
	}
	return t.store(ctx, tx, log)
}

// importRows creates the records of the rows after a position, up to a position.
func importRows(ctx context.Context, tx *db.Tx, w *pb.WorkImport, from, to int32, log *recordLog) error {
	rows, err := loadRows(ctx, tx, w.Id, from, to)
	if err != nil {
		return err
	}
	var waiting []*row
	for _, r := range rows {
		if r.outcome == pending {
			waiting = append(waiting, r)
		}
	}
	t, err := resolveTarget(ctx, tx, w)
	if err != nil {
		return err
	}
	p := newPlanner(t, false)
	if err := p.planTimes(ctx, tx, waiting); err != nil { // locks the time of persons first
		return err
	}
	if err := t.store(ctx, tx, log); err != nil { // what was deleted since the first step
		return err
	}
	if err := p.planTasks(ctx, tx, waiting); err != nil {
		return err
	}
	if err := p.storeTasks(ctx, tx, waiting, log); err != nil {
		return err
	}
	if err := p.storeTimes(ctx, tx, waiting, log); err != nil {
		return err
	}
	return saveOutcomes(ctx, tx, w.Id, waiting)
}

// linkRows makes tasks come before those of the rows after a position, up to a position.
func linkRows(ctx context.Context, tx *db.Tx, w *pb.WorkImport, from, to int32, log *recordLog) error {
	rows, err := loadRows(ctx, tx, w.Id, from, to)
	if err != nil {
		return err
	}
	noted, err := linkTasks(ctx, tx, rows, log)
	if err != nil {
		return err
	}
	return saveOutcomes(ctx, tx, w.Id, noted)
}

// endRun sets the final state of an import and counts its rows. Once it is done, the contents of
// its rows are deleted.
func endRun(ctx context.Context, tx *db.Tx, o *platformpb.Operation) error {
	state, event := pb.WorkImport_FAILED, "failed"
	switch o.State {
	case platformpb.Operation_SUCCEEDED:
		state, event = pb.WorkImport_DONE, "done"
	case platformpb.Operation_CANCELED:
		state, event = pb.WorkImport_CANCELED, "canceled"
	}
	_, err := workImports.Modify(ctx, tx, o.ResultId, event,
		func(ctx context.Context, tx *db.Tx, _, w *pb.WorkImport) error {
			w.State = state
			if err := countRows(ctx, tx, w); err != nil || state != pb.WorkImport_DONE {
				return err
			}
			return deleteContents(ctx, tx, w.Id)
		})
	return err
}

// countRows sets how many rows of an import have each outcome.
func countRows(ctx context.Context, tx *db.Tx, w *pb.WorkImport) error {
	key, err := workImports.Table().Key(w.Id)
	if err != nil {
		return err
	}
	return tx.QueryRow(ctx, `
select count(*) filter (where r.outcome = 'CREATED'), count(*) filter (where r.outcome = 'DUPLICATE'),
  count(*) filter (where r.outcome = 'SKIPPED')
from operations.work_import_rows r
where r.org_id = $1
and r.work_import_id = $2`, tx.Call().Organization.ID, key).
		Scan(&w.CreatedCount, &w.DuplicateCount, &w.SkippedCount)
}

// deleteContents deletes what an import has read and no longer needs. Its file stays.
func deleteContents(ctx context.Context, tx *db.Tx, importID string) error {
	key, err := workImports.Table().Key(importID)
	if err != nil {
		return err
	}
	org := tx.Call().Organization.ID
	if _, err := tx.Exec(ctx, `
update operations.work_import_rows
set content = null
where org_id = $1
and work_import_id = $2
and content is not null`, org, key); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
delete from operations.work_import_contents
where org_id = $1
and work_import_id = $2`, org, key)
	return err
}

package workimport

import (
	"bytes"
	"context"
	"errors"
	"slices"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformpb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/collaboration"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/longwork"
)

// recordsPerStep is how many records a step of an undo removes.
const recordsPerStep = 200

// UndoWorkImport starts the operation that removes what an import created.
func (s *Service) UndoWorkImport(ctx context.Context, req *pb.UndoWorkImportRequest) (*pb.WorkImport, error) {
	return workImports.Step(ctx, s.db, req.GetWorkImportId(), "undo",
		func(ctx context.Context, tx *db.Tx, _, w *pb.WorkImport) error {
			if err := checkPermissions(tx); err != nil {
				return err
			}
			left, err := countRecords(ctx, tx, w.Id, pb.WorkImportRecord_CREATED)
			if err != nil {
				return err
			}
			return startOperation(ctx, tx, w, int(left))
		})
}

// countRecords returns how many records of an import are in a state.
func countRecords(
	ctx context.Context, tx *db.Tx, importID string, state pb.WorkImportRecord_State,
) (n int32, err error) {
	key, err := workImports.Table().Key(importID)
	if err != nil {
		return 0, err
	}
	return n, tx.QueryRow(ctx, `
select count(*)
from operations.work_import_records w
where w.org_id = $1
and w.work_import_id = $2
and w.state = $3`, tx.Call().Organization.ID, key, state.String()).Scan(&n)
}

// undoHandler returns the handler that undoes imports step by step.
func undoHandler() longwork.Handler {
	return longwork.Handler{
		Method: pb.WorkImportsService_UndoWorkImport_FullMethodName[1:], Step: undoStep, End: endUndo,
	}
}

// removals remove unchanged records, by the prefixes of their identifiers.
var removals = map[string]func(ctx context.Context, tx *db.Tx, recordID, etag string) error{
	"lab": collaboration.RemoveUnchangedLabel, "tks": work.RemoveUnchangedState, "prj": projects.RemoveUnchanged,
	"sct": projects.RemoveUnchangedSection, "tsk": work.RemoveUnchanged, "tim": timekeeping.RemoveUnchanged,
	"tsh": timekeeping.RemoveUnchangedTimesheet,
}

// undoStep removes the last records that are left, those of one kind together. So subtasks are
// removed before their parents, and tasks before their projects.
func undoStep(ctx context.Context, tx *db.Tx, o *platformpb.Operation) error {
	if err := checkPermissions(tx); err != nil {
		return err
	}
	// Before the records, since the end changes it.
	if _, err := workImports.Table().Lock(ctx, tx, o.ResultId); err != nil {
		return err
	}
	records, err := lastRecords(ctx, tx, o.ResultId, recordsPerStep)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		o.DoneCount = o.TotalCount
		return nil
	}
	kind := records[0].RecordKind
	if end := slices.IndexFunc(records, func(l logged) bool { return l.RecordKind != kind }); end > 0 {
		records = records[:end]
	}
	if kind == "prj" { // removing one also locks its dimension value, which comes after all projects
		records = records[:1]
	}
	if kind != "tsk" { // rows of other tables are locked sorted
		slices.SortFunc(records, func(a, b logged) int { return bytes.Compare(a.RecordKey[:], b.RecordKey[:]) })
	}
	if kind == "tim" || kind == "tsh" {
		if err := lockPersonsOf(ctx, tx, kind, records); err != nil {
			return err
		}
	}
	uses, err := findUses(ctx, tx, kind)
	if err != nil {
		return err
	}
	for i := range records {
		if err := removeRecord(ctx, tx, o.ResultId, uses, &records[i]); err != nil {
			return err
		}
	}
	o.DoneCount = min(o.DoneCount+int32(len(records)), o.TotalCount)
	return saveUndone(ctx, tx, o.ResultId, records)
}

// lockPersonsOf locks the time of the persons of records.
func lockPersonsOf(ctx context.Context, tx *db.Tx, kind string, records []logged) error {
	var ids []string
	for _, r := range records {
		ids = append(ids, r.id())
	}
	persons, err := timekeeping.PersonsOf(ctx, tx, kind, ids)
	if err != nil {
		return err
	}
	return timekeeping.LockPersons(ctx, tx, persons)
}

// removeRecord removes a record, or says why it is kept. A record that does not exist any more
// counts as removed.
func removeRecord(ctx context.Context, tx *db.Tx, importID string, u *uses, r *logged) error {
	reason, err := u.check(ctx, tx, importID, *r)
	if err != nil {
		return err
	}
	if reason == "" {
		err = removals[r.RecordKind](ctx, tx, r.id(), r.etag())
	}
	var refusal *fault.Error
	switch {
	case err == nil:
	case !errors.As(err, &refusal) || refusal.Cause != nil:
		return err
	case refusal.Reason != optionsv1.Reason_RECORD_NOT_FOUND:
		reason = refusal.Message
	}
	r.State, r.Reason = pb.WorkImportRecord_REMOVED.String(), ""
	if reason != "" {
		r.State, r.Reason = pb.WorkImportRecord_KEPT.String(), reason
	}
	return nil
}

// endUndo sets the final state of an import that was undone.
func endUndo(ctx context.Context, tx *db.Tx, o *platformpb.Operation) error {
	state, event := pb.WorkImport_FAILED, "failed"
	switch o.State {
	case platformpb.Operation_SUCCEEDED:
		state, event = pb.WorkImport_UNDONE, "undone"
	case platformpb.Operation_CANCELED:
		state, event = pb.WorkImport_CANCELED, "canceled"
	}
	_, err := workImports.Modify(ctx, tx, o.ResultId, event,
		func(ctx context.Context, tx *db.Tx, _, w *pb.WorkImport) (err error) {
			w.State = state
			if w.KeptCount, err = countRecords(ctx, tx, w.Id, pb.WorkImportRecord_KEPT); err != nil {
				return err
			}
			if state == pb.WorkImport_UNDONE {
				err = deleteContents(ctx, tx, w.Id)
			}
			return err
		})
	return err
}

package workimport

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
)

// The most of each that a preview returns.
const (
	previewRows     = 50
	previewProblems = 500
	previewRecords  = 20
)

// PreviewWorkImport returns what a run would do now.
func (s *Service) PreviewWorkImport(
	ctx context.Context, req *pb.PreviewWorkImportRequest,
) (*pb.PreviewWorkImportResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.PreviewWorkImportResponse, error) {
		w, err := workImports.GetByCaller(ctx, tx, req.GetWorkImportId())
		if err != nil {
			return nil, err
		}
		if err := refuseStarted(ctx, tx, w, w); err != nil {
			return nil, err
		}
		if err := checkMapping(ctx, tx, w); err != nil {
			return nil, err
		}
		t, err := resolveTarget(ctx, tx, w)
		if err != nil {
			return nil, err
		}
		v := newPreview(t)
		for from := int32(0); from < w.RowCount; from += rowBatchSize {
			rows, err := loadRows(ctx, tx, w.Id, from, from+rowBatchSize)
			if err != nil {
				return nil, err
			}
			if err := v.add(ctx, tx, rows); err != nil {
				return nil, err
			}
		}
		return v.response, nil
	})
}

// preview collects what a run would do.
type preview struct {
	*planner
	response *pb.PreviewWorkImportResponse
	new      map[string]bool // records that do not exist yet
}

func newPreview(t *target) *preview {
	v := &preview{planner: newPlanner(t, true), new: map[string]bool{}, response: &pb.PreviewWorkImportResponse{
		Counts: &pb.PreviewWorkImportResponse_Counts{
			LabelCount: int32(len(t.newLabels)), TaskStateCount: int32(len(t.newStates)),
			ProjectCount: int32(len(t.newProjects)), SectionCount: int32(len(t.newSections)),
		},
	}}
	for _, s := range t.newStates {
		v.new[s.Id] = true
	}
	for _, p := range t.newProjects {
		v.new[p.Id] = true
	}
	for _, s := range t.newSections {
		v.new[s.Id] = true
	}
	return v
}

// add plans rows and counts what they become.
func (v *preview) add(ctx context.Context, tx *db.Tx, rows []*row) error {
	if err := v.planTasks(ctx, tx, rows); err != nil {
		return err
	}
	if err := v.planTimes(ctx, tx, rows); err != nil {
		return err
	}
	if err := v.notePredecessors(ctx, tx, rows); err != nil {
		return err
	}
	now := timestamppb.New(tx.Call().Now())
	out := v.response
	for _, r := range rows {
		if r.outcome == created && r.newTask == nil && r.newTime == nil {
			r.outcome = duplicate // created before the import failed or was canceled
		}
		switch r.outcome {
		case created:
			out.CreatedCount++
		case duplicate:
			out.DuplicateCount++
		case skipped:
			out.SkippedCount++
		}
		if r.newTask != nil {
			v.new[r.newTask.Id] = true
			r.newTask.CreateTime, r.newTask.UpdateTime = now, now
			v.addTask(r)
		}
		if r.newTime != nil {
			v.new[r.newTime.Id] = true
			r.newTime.CreateTime, r.newTime.UpdateTime = now, now
			v.addTime(r)
		}
		shown := r.proto()
		v.clear(&shown.RecordId)
		if len(out.Rows) < previewRows {
			out.Rows = append(out.Rows, shown)
		}
		if len(r.problems) > 0 && len(out.ProblemRows) < previewProblems {
			out.ProblemRows = append(out.ProblemRows, shown)
		}
	}
	return nil
}

// notePredecessors notes which tasks would come after ones that are neither here nor imported.
func (v *preview) notePredecessors(ctx context.Context, tx *db.Tx, rows []*row) error {
	var externalIDs []string
	for _, r := range rows {
		if r.newTask != nil {
			externalIDs = append(externalIDs, r.task.Predecessors...)
		}
	}
	if len(externalIDs) == 0 {
		return nil
	}
	here, err := findByExternalID(ctx, tx, "operations.tasks", "tsk", externalIDs)
	if err != nil {
		return err
	}
	key, err := workImports.Table().Key(v.workImport.Id)
	if err != nil {
		return err
	}
	planned, err := db.CollectColumn[string](ctx, tx, `
select r.external_id
from operations.work_import_rows r
where r.org_id = $1
and r.work_import_id = $2
and r.external_id = any($3)
and r.outcome <> 'SKIPPED'
and ($4 or coalesce(r.content ->> 'IsArchived', '') <> 'true')`, tx.Call().Organization.ID, key, externalIDs,
		v.workImport.IncludeArchived)
	if err != nil {
		return err
	}
	for _, externalID := range planned {
		here[externalID] = externalID
	}
	for _, r := range rows {
		if r.newTask != nil {
			r.knownPredecessors(here)
		}
	}
	return nil
}

// addTask counts a task and shows the first ones.
func (v *preview) addTask(r *row) {
	out := v.response
	out.Counts.TaskCount++
	out.Counts.CommentCount += int32(len(r.task.Comments))
	if len(out.Tasks) < previewRecords {
		t := r.newTask
		v.clear(&t.Id, &t.ProjectId, &t.SectionId, &t.TaskStateId, &t.ParentId)
		out.Tasks = append(out.Tasks, t)
	}
}

// addTime counts a time entry and shows the first ones.
func (v *preview) addTime(r *row) {
	out := v.response
	out.Counts.TimeEntryCount++
	out.Counts.TimeSeconds += int64(r.newTime.DurationSeconds)
	if len(out.TimeEntries) < previewRecords {
		e := r.newTime
		v.clear(&e.Id, &e.ProjectId)
		out.TimeEntries = append(out.TimeEntries, e)
	}
}

// clear clears the identifiers of records that do not exist yet.
func (v *preview) clear(ids ...*string) {
	for _, text := range ids {
		if v.new[*text] {
			*text = ""
		}
	}
}

package workimport_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/operations/v1"
)

func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

// samples are files of each tool.
var samples = map[string]struct {
	file string
	tool pb.WorkImport_Tool
}{
	"asana":   {"asana-project.csv", pb.WorkImport_ASANA},
	"trello":  {"trello-board.json", pb.WorkImport_TRELLO},
	"linear":  {"linear-issues.csv", pb.WorkImport_LINEAR},
	"harvest": {"harvest-detailed-time.csv", pb.WorkImport_HARVEST},
	"toggl":   {"toggl-detailed.csv", pb.WorkImport_TOGGL},
}

// TestPreviewEqualsRun checks for each tool that a preview shows what a run does, that a second
// import of the file creates nothing, and that an undo leaves nothing.
func TestPreviewEqualsRun(t *testing.T) {
	t.Parallel()
	for name, c := range samples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t)
			w := o.read(t, sample(t, c.file), nil)
			if w.GetTool() != c.tool || w.GetState() != pb.WorkImport_READY || w.GetRowCount() == 0 {
				t.Fatalf("read: got %v", w)
			}
			w = o.choosePeople(t, w, o.Owner.GetId())
			preview := o.preview(t, w)
			if len(o.tasks(t))+len(o.times(t)) > 0 {
				t.Error("the preview created records")
			}
			w = o.run(t, w)
			tasks, times := o.tasks(t), o.times(t)
			if w.GetState() != pb.WorkImport_DONE || w.GetCreatedCount() == 0 ||
				w.GetCreatedCount() != preview.GetCreatedCount() || w.GetSkippedCount() != preview.GetSkippedCount() ||
				len(tasks) != int(preview.GetCounts().GetTaskCount()) ||
				len(times) != int(preview.GetCounts().GetTimeEntryCount()) {
				t.Errorf("run: got %d tasks, %d time entries and %v, want as in %v", len(tasks), len(times), w, preview)
			}
			for i, shown := range preview.GetRows() {
				if row := o.rows(t, w)[i]; row.GetOutcome() != shown.GetOutcome() ||
					len(row.GetProblems()) != len(shown.GetProblems()) {
					t.Errorf("row %d: got %v, want %v", i, row, shown)
				}
			}
			again := o.choosePeople(t, o.read(t, sample(t, c.file), nil), o.Owner.GetId())
			again = o.run(t, again)
			if again.GetCreatedCount() != 0 || again.GetDuplicateCount() != w.GetCreatedCount() ||
				len(o.records(t, again, pb.WorkImportRecord_CREATED)) > 0 {
				t.Errorf("second import: got %v", again)
			}
			w = o.undo(t, w)
			kept := o.records(t, w, pb.WorkImportRecord_KEPT)
			if w.GetState() != pb.WorkImport_UNDONE || w.GetKeptCount() != 0 || len(kept) > 0 ||
				len(o.tasks(t))+len(o.times(t)) > 0 {
				t.Errorf("undo: got %v, kept %v", w, kept)
			}
		})
	}
}

package work

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

type checklistItem = pb.Task_ChecklistItem

var checklistColumn = table.KeyedLines("checklist", "operations.task_checklist_items", "task_id", "chk",
	func(t *pb.Task) *[]*checklistItem { return &t.Checklist }, func(i *checklistItem) *string { return &i.Id }, nil,
	table.Text("text", func(i *checklistItem) *string { return &i.Text }),
	table.Bool("checked", func(i *checklistItem) *bool { return &i.Checked }),
	table.Ref("checker_id", "prs", func(i *checklistItem) *string { return &i.CheckerId }),
	table.Timestamp("check_time", func(i *checklistItem) **timestamp { return &i.CheckTime }),
)

// CheckTaskItem ticks off an item of the checklist of a task, or unticks it.
func (s *Service) CheckTaskItem(ctx context.Context, req *pb.CheckTaskItemRequest) (*pb.Task, error) {
	return tasks.Change(ctx, s.db, req.GetTaskId(), "itemChecked", checkItem(req))
}

// checkItem is the rule that ticks off an item, or unticks it.
func checkItem(req *pb.CheckTaskItemRequest) func(context.Context, *db.Tx, *pb.Task, *pb.Task) error {
	return func(_ context.Context, tx *db.Tx, _, t *pb.Task) error {
		for _, item := range t.Checklist {
			switch {
			case item.Id != req.GetItemId():
				continue
			case item.Checked == req.GetChecked():
				return nil
			}
			item.Checked, item.CheckerId, item.CheckTime = req.GetChecked(), "", nil
			if item.Checked {
				item.CheckerId = id.Format("prs", tx.Call().PersonID)
				item.CheckTime = timestamppb.New(tx.Call().Now())
			}
			return nil
		}
		return fault.Invalid(fault.At("itemId", "names an item that the task does not have"))
	}
}

// keepChecks gives the items of a checklist that a caller sent their stored ticks, which only
// CheckTaskItem changes.
func keepChecks(_ context.Context, _ *db.Tx, was, t *pb.Task) error {
	stored := map[string]*checklistItem{}
	for _, item := range was.Checklist {
		stored[item.Id] = item
	}
	for _, item := range t.Checklist {
		before := stored[item.Id]
		item.Checked, item.CheckerId, item.CheckTime = before.GetChecked(), before.GetCheckerId(), before.GetCheckTime()
	}
	return nil
}

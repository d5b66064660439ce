package workimport

import (
	"context"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var workImports = resource.New(table.New("operations.work_imports",
	table.Text("file_name", func(w *pb.WorkImport) *string { return &w.FileName }).Filter(),
	table.Enum("tool", func(w *pb.WorkImport) *pb.WorkImport_Tool { return &w.Tool }).Filter(),
	table.Ref("file_id", "fil", func(w *pb.WorkImport) *string { return &w.FileId }).Filter(),
	table.Ref("owner_id", "prs", func(w *pb.WorkImport) *string { return &w.OwnerId }).Filter().Usable(),
	table.Enum("time_billing", func(w *pb.WorkImport) *pb.WorkImport_TimeBilling { return &w.TimeBilling }),
	table.Bool("include_archived", func(w *pb.WorkImport) *bool { return &w.IncludeArchived }),
	table.Messages("people", func(w *pb.WorkImport) *[]*pb.WorkImport_Person { return &w.People }),
	table.Messages("task_states", func(w *pb.WorkImport) *[]*pb.WorkImport_TaskState { return &w.TaskStates }),
	table.Messages("projects", func(w *pb.WorkImport) *[]*pb.WorkImport_SourceProject { return &w.Projects }),
	table.Enum("state", func(w *pb.WorkImport) *pb.WorkImport_State { return &w.State }).Filter(),
	table.Ref("operation_id", "opn", func(w *pb.WorkImport) *string { return &w.OperationId }).Filter(),
	table.Int32("row_count", func(w *pb.WorkImport) *int32 { return &w.RowCount }),
	table.Int32("created_count", func(w *pb.WorkImport) *int32 { return &w.CreatedCount }),
	table.Int32("duplicate_count", func(w *pb.WorkImport) *int32 { return &w.DuplicateCount }),
	table.Int32("skipped_count", func(w *pb.WorkImport) *int32 { return &w.SkippedCount }),
	table.Int32("kept_count", func(w *pb.WorkImport) *int32 { return &w.KeptCount }),
	table.Strings("warnings", func(w *pb.WorkImport) *[]string { return &w.Warnings }),
).Rank(db.RankWork)).Lifecycle(importLifecycle).DeclareEvents("done", "canceled", "failed", "undone").Open()

var importLifecycle = state.New(
	func(w *pb.WorkImport) *pb.WorkImport_State { return &w.State },
	[]state.Step[pb.WorkImport_State]{
		{
			Verb: "run", Event: "started",
			From: []pb.WorkImport_State{pb.WorkImport_READY, pb.WorkImport_CANCELED, pb.WorkImport_FAILED},
			To:   pb.WorkImport_RUNNING,
		},
		{
			Verb: "undo", Event: "undoStarted",
			From: []pb.WorkImport_State{pb.WorkImport_DONE, pb.WorkImport_CANCELED, pb.WorkImport_FAILED},
			To:   pb.WorkImport_UNDOING,
		},
	},
)

// CreateWorkImport reads the file of an import and stores what it contains.
func (s *Service) CreateWorkImport(ctx context.Context, req *pb.CreateWorkImportRequest) (*pb.WorkImport, error) {
	// The settings are checked before they are used to read the file.
	if err := fault.CheckLimits(req.GetWorkImport()); err != nil {
		return nil, err
	}
	src, err := s.readSource(ctx, req.GetWorkImport())
	if err != nil {
		return nil, err
	}
	return workImports.CreateWith(ctx, s.db, req.GetWorkImport(),
		func(ctx context.Context, tx *db.Tx, _, w *pb.WorkImport) error { return s.storeSource(ctx, tx, src, w) })
}

// GetWorkImport returns a work import.
func (s *Service) GetWorkImport(ctx context.Context, req *pb.GetWorkImportRequest) (*pb.WorkImport, error) {
	return workImports.Get(ctx, s.db, req.GetWorkImportId())
}

// BatchGetWorkImports returns several work imports.
func (s *Service) BatchGetWorkImports(
	ctx context.Context, req *pb.BatchGetWorkImportsRequest,
) (*pb.BatchGetWorkImportsResponse, error) {
	list, err := workImports.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetWorkImportsResponse{WorkImports: list}, err
}

// ListWorkImports lists work imports.
func (s *Service) ListWorkImports(
	ctx context.Context, req *pb.ListWorkImportsRequest,
) (*pb.ListWorkImportsResponse, error) {
	page, err := workImports.List(ctx, s.db, req)
	return &pb.ListWorkImportsResponse{WorkImports: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateWorkImport updates a work import that is not run yet.
func (s *Service) UpdateWorkImport(ctx context.Context, req *pb.UpdateWorkImportRequest) (*pb.WorkImport, error) {
	return workImports.Update(ctx, s.db, req.GetWorkImportId(), req.GetWorkImport(), req.GetUpdateMask(),
		refuseStarted, mergeMapping)
}

// refuseStarted is the rule that an import does not change while it runs, and once it is done.
func refuseStarted(_ context.Context, _ *db.Tx, was, _ *pb.WorkImport) error {
	switch was.State {
	case pb.WorkImport_READY, pb.WorkImport_CANCELED, pb.WorkImport_FAILED:
		return nil
	}
	return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
		"The state is %s; it must be READY, CANCELED or FAILED.", was.State).WithSubject(was.Id)
}

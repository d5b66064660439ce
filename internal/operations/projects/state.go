package projects

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/state"
)

var openStates = []pb.Project_State{pb.Project_BACKLOG, pb.Project_UNSTARTED, pb.Project_STARTED}

var projectLifecycle = state.New(func(p *pb.Project) *pb.Project_State { return &p.State },
	[]state.Step[pb.Project_State]{
		{Verb: "plan", Event: "planned", From: []pb.Project_State{pb.Project_BACKLOG}, To: pb.Project_UNSTARTED},
		{Verb: "start", Event: "started", From: []pb.Project_State{pb.Project_BACKLOG, pb.Project_UNSTARTED},
			To: pb.Project_STARTED},
		{Verb: "defer", Event: "deferred", From: []pb.Project_State{pb.Project_UNSTARTED, pb.Project_STARTED},
			To: pb.Project_BACKLOG},
		{Verb: "complete", Event: "completed", From: openStates, To: pb.Project_COMPLETED},
		{Verb: "cancel", Event: "canceled", From: openStates, To: pb.Project_CANCELED},
		{Verb: "reopen", Event: "reopened", From: []pb.Project_State{pb.Project_COMPLETED, pb.Project_CANCELED},
			To: pb.Project_STARTED},
	})

// PlanProject moves a project from the backlog to the planned ones.
func (s *Service) PlanProject(ctx context.Context, req *pb.PlanProjectRequest) (*pb.Project, error) {
	return projects.Step(ctx, s.db, req.GetProjectId(), "plan", setCompleteTime)
}

// StartProject marks a project as started.
func (s *Service) StartProject(ctx context.Context, req *pb.StartProjectRequest) (*pb.Project, error) {
	return projects.Step(ctx, s.db, req.GetProjectId(), "start", setCompleteTime)
}

// DeferProject moves a project to the backlog.
func (s *Service) DeferProject(ctx context.Context, req *pb.DeferProjectRequest) (*pb.Project, error) {
	return projects.Step(ctx, s.db, req.GetProjectId(), "defer", setCompleteTime)
}

// CompleteProject marks a project as completed.
func (s *Service) CompleteProject(ctx context.Context, req *pb.CompleteProjectRequest) (*pb.Project, error) {
	return projects.Step(ctx, s.db, req.GetProjectId(), "complete", setCompleteTime)
}

// CancelProject cancels a project.
func (s *Service) CancelProject(ctx context.Context, req *pb.CancelProjectRequest) (*pb.Project, error) {
	return projects.Step(ctx, s.db, req.GetProjectId(), "cancel", setCompleteTime)
}

// ReopenProject reopens a completed or canceled project.
func (s *Service) ReopenProject(ctx context.Context, req *pb.ReopenProjectRequest) (*pb.Project, error) {
	return projects.Step(ctx, s.db, req.GetProjectId(), "reopen", setCompleteTime)
}

// setCompleteTime sets the complete time of a completed project and clears it otherwise. No update
// of a closed project is due.
func setCompleteTime(_ context.Context, tx *db.Tx, _, p *pb.Project) error {
	p.CompleteTime = nil
	if isClosed(p) {
		p.UpdateDueDate = ""
	}
	if p.State == pb.Project_COMPLETED {
		p.CompleteTime = timestamppb.New(tx.Call().Now())
	}
	return nil
}

// setUnstarted sets the state of a new project.
func setUnstarted(_ context.Context, _ *db.Tx, _, p *pb.Project) error {
	p.State = pb.Project_UNSTARTED
	return nil
}

// isClosed reports whether a project is completed, canceled or archived.
func isClosed(p *pb.Project) bool {
	return p.State == pb.Project_COMPLETED || p.State == pb.Project_CANCELED || p.ArchiveTime != nil
}

// refuseReschedule refuses to move the dates of a closed project.
func refuseReschedule(_ *db.Tx, p *pb.Project) error {
	switch {
	case p.ArchiveTime != nil:
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The project is archived.").WithSubject(p.Id)
	case isClosed(p):
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The project is %s.", p.State).WithSubject(p.Id)
	}
	return nil
}

// refuseCloseOut refuses to close an archived project.
func refuseCloseOut(_ *db.Tx, p *pb.Project) error {
	if p.ArchiveTime == nil {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The project is archived.").WithSubject(p.Id)
}

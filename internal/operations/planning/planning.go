// Package planning plans projects: from templates, by updates, and to their end. It owns project
// templates and project updates. It guarantees that a template is consistent as a whole, that a
// project is created from it completely or not at all, that the figures of an update never change,
// and that no project is closed out while something is outstanding that the caller did not accept.
// Projects and milestones are left to package projects, tasks to package work, hours and documents
// to the packages that fill its hooks.
package planning

import (
	"context"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/notification"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Outstanding is what is not finished of a project, of one kind.
type Outstanding = pb.CloseOutProjectResponse_Outstanding

// Hooks are how planning learns what other packages know of a project.
type Hooks struct {
	// FindOutstanding returns what is not finished of a project, for its close-out.
	FindOutstanding func(ctx context.Context, tx *db.Tx, p *pb.Project) ([]*Outstanding, error)
	// SumTime returns the hours worked on a project in seconds, and what the billable ones cost.
	SumTime func(ctx context.Context, tx *db.Tx, p *pb.Project) (int64, *typepb.Money, error)
}

// Service implements PlanningService.
type Service struct {
	pb.UnsafePlanningServiceServer
	db    *db.DB
	hooks []Hooks
}

// New returns the service with the hooks of other packages.
func New(d *db.DB, hooks ...Hooks) *Service { return &Service{db: d, hooks: hooks} }

// Module is the planning capability without hooks.
func Module(p module.Platform) module.Module { return NewModule()(p) }

// NewModule returns the planning module with the hooks of other packages.
func NewModule(hooks ...Hooks) module.Constructor {
	return func(p module.Platform) module.Module {
		return module.Module{
			Name:  "planning",
			Needs: []string{"projects", "work", "invoicing"},
			Services: []rpc.Service{rpc.NewService[pb.PlanningServiceServer](New(p.DB, hooks...),
				pb.RegisterPlanningServiceServer, pb.NewPlanningServiceClient,
				pb.RegisterPlanningServiceHandlerClient)},
			Kinds:         []resource.AnyKind{projectTemplates, projectUpdates},
			Notifications: []notification.Kind{updateRequestNotification, updateNotification},
			Grants: access.Grants{
				platformv1.ApiKey_ACCOUNTANT: {call.All: readPlans, call.Own: writeUpdates},
				platformv1.ApiKey_APPROVER:   {call.All: readPlans, call.Own: writeUpdates},
				platformv1.ApiKey_BOOKKEEPER: {call.All: readPlans, call.Own: writeUpdates},
				platformv1.ApiKey_PAYROLL:    {call.All: readPlans, call.Own: writeUpdates},
				platformv1.ApiKey_HR:         {call.All: readPlans, call.Own: writeUpdates},
				platformv1.ApiKey_EMPLOYEE:   {call.All: {"operations.projectTemplates.read"}, call.Own: writeUpdates},
				platformv1.ApiKey_MANAGER:    {call.All: {"operations.projectTemplates.*"}, call.Team: writeUpdates},
			},
		}
	}
}

// Everyone reads plans. Whoever is accountable for a project writes its updates.
var (
	readPlans    = []string{"operations.projectTemplates.read", "operations.projectUpdates.read"}
	writeUpdates = []string{"operations.projectUpdates.*"}
)

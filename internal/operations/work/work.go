// Package work owns tasks, which may belong to a project, and the workflow of their states. A task
// has exactly one owner, who was active when the task was assigned. Its state changes only by its
// verbs. Dependencies of tasks contain no cycle. A task becomes overdue at the same midnight in a
// response and in a filter. Persons are left to package identity, projects and sections to package
// projects, recurring work and hours to other packages.
package work

import (
	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Service implements WorkService.
type Service struct {
	pb.UnsafeWorkServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the work capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "work",
		Needs: []string{"projects"},
		Services: []rpc.Service{rpc.NewService[pb.WorkServiceServer](New(p.DB),
			pb.RegisterWorkServiceServer, pb.NewWorkServiceClient, pb.RegisterWorkServiceHandlerClient)},
		Kinds:         []resource.AnyKind{tasks, taskStates},
		OnDelete:      leaveSection,
		OnSignUp:      addFirstStates,
		Notifications: notifications,
		Grants: access.Grants{
			platformv1.ApiKey_ACCOUNTANT: {call.All: {"operations.tasks.read", "operations.taskStates.read"},
				call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_APPROVER: {call.All: {"operations.tasks.read", "operations.taskStates.read"},
				call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_BOOKKEEPER: {call.Own: {"operations.tasks.*"}, call.All: {"operations.taskStates.read"}},
			platformv1.ApiKey_PAYROLL:    {call.Own: {"operations.tasks.*"}, call.All: {"operations.taskStates.read"}},
			platformv1.ApiKey_HR:         {call.Own: {"operations.tasks.*"}, call.All: {"operations.taskStates.read"}},
			platformv1.ApiKey_EMPLOYEE:   {call.Own: {"operations.tasks.*"}, call.All: {"operations.taskStates.read"}},
			platformv1.ApiKey_MANAGER:    {call.Team: {"operations.tasks.*"}, call.All: {"operations.taskStates.read"}},
		},
	}
}

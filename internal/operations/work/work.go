// Package work owns projects and tasks, which may belong to a project. A task has exactly one
// owner, who was active when the task was assigned. Its state changes only by its verbs. A task
// becomes overdue at the same midnight in a response and in a filter. Persons are left to package
// identity; planning, recurring work and billing to other packages.
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
		Name: "work",
		Services: []rpc.Service{rpc.NewService[pb.WorkServiceServer](New(p.DB),
			pb.RegisterWorkServiceServer, pb.NewWorkServiceClient, pb.RegisterWorkServiceHandlerClient)},
		Kinds: []resource.AnyKind{projects, tasks},
		Grants: access.Grants{
			platformv1.ApiKey_ACCOUNTANT: {call.All: {"operations.projects.read", "operations.tasks.read"},
				call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_APPROVER: {call.All: {"operations.projects.read", "operations.tasks.read"},
				call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"operations.projects.read"}, call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_PAYROLL:    {call.All: {"operations.projects.read"}, call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_HR:         {call.All: {"operations.projects.read"}, call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_EMPLOYEE:   {call.All: {"operations.projects.read"}, call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_MANAGER: {call.All: {"operations.projects.read"},
				call.Team: {"operations.projects.*", "operations.tasks.*"}},
		},
	}
}

// Package work owns projects and the tasks that are done in them or beside them. It
// promises that a task has exactly one owner, who was active when it was given to
// them, that its state changes by its own verbs alone, and that it is overdue at the
// same midnight in an answer and in a filter. Who persons are is left to identity,
// and when work recurs, is planned or is billed to others.
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

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module is the capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name: "work",
		Services: []rpc.Service{rpc.NewService[pb.WorkServiceServer](New(p.DB),
			pb.RegisterWorkServiceServer, pb.NewWorkServiceClient, pb.RegisterWorkServiceHandlerClient)},
		Kinds: []resource.AnyKind{projects, tasks},
		Grants: access.Grants{
			platformv1.ApiKey_ACCOUNTANT: {call.All: {"operations.projects.read", "operations.tasks.read"}, call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_APPROVER:   {call.All: {"operations.projects.read", "operations.tasks.read"}, call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"operations.projects.read"}, call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_PAYROLL:    {call.All: {"operations.projects.read"}, call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_HR:         {call.All: {"operations.projects.read"}, call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_EMPLOYEE:   {call.All: {"operations.projects.read"}, call.Own: {"operations.tasks.*"}},
			platformv1.ApiKey_MANAGER:    {call.All: {"operations.projects.read"}, call.Team: {"operations.projects.*", "operations.tasks.*"}},
		},
	}
}

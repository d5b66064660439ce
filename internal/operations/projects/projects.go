// Package projects owns projects: work with an end, for a customer or for the company itself, and
// what it may take and cost, and its sections and milestones. A billed project has a customer, and
// every project is a value of the dimension PROJECT, so that the books can be read by project. An
// invoice bills a milestone at most once. Tasks, hours and plans are left to other packages.
package projects

import (
	"context"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/schedule"
	"backoffice/internal/platform/table"
)

// Service implements ProjectsService.
type Service struct {
	pb.UnsafeProjectsServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// readProjects are the permissions that every role has for all projects, so that everyone can
// choose what to work on. Milestones, which may have prices, are read by the people of a project.
var readProjects = []string{"operations.projects.read", "operations.projectSections.read"}

// Hooks are what packages above the projects add to them. The app passes them to NewModule.
type Hooks struct {
	// CheckBillingEnd can refuse that a project is no longer billed by TIME_AND_MATERIALS.
	CheckBillingEnd func(ctx context.Context, tx *db.Tx, p *pb.Project) error
}

// projectHooks are the hooks of all packages. Rules find them by their type, since other packages
// change projects too.
type projectHooks []Hooks

// NewModule returns the projects capability with the hooks of the packages above it.
func NewModule(hooks ...Hooks) module.Constructor {
	return func(p module.Platform) module.Module {
		db.Extend(p.DB, projectHooks(hooks))
		return Module(p)
	}
}

// Module returns the projects capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "projects",
		Needs: []string{"ledger", "customers"},
		Services: []rpc.Service{rpc.NewService[pb.ProjectsServiceServer](New(p.DB),
			pb.RegisterProjectsServiceServer, pb.NewProjectsServiceClient, pb.RegisterProjectsServiceHandlerClient)},
		Kinds:     []resource.AnyKind{projects, projectSections, milestones},
		Schedules: []schedule.Handler{{Kind: updateSchedule, Fire: requestUpdate}},
		Grants: access.Grants{
			platformv1.ApiKey_ACCOUNTANT: {call.All: append([]string{"operations.milestones.*"}, readProjects...)},
			platformv1.ApiKey_APPROVER:   {call.All: append([]string{"operations.milestones.read"}, readProjects...)},
			platformv1.ApiKey_BOOKKEEPER: {call.All: append([]string{"operations.milestones.*"}, readProjects...)},
			platformv1.ApiKey_PAYROLL:    {call.All: append([]string{"operations.milestones.read"}, readProjects...)},
			platformv1.ApiKey_HR:         {call.All: append([]string{"operations.milestones.read"}, readProjects...)},
			platformv1.ApiKey_EMPLOYEE: {call.All: readProjects,
				call.Own: {"operations.projectSections.*", "operations.milestones.read"}},
			platformv1.ApiKey_MANAGER: {call.All: readProjects,
				call.Team: {"operations.projects.*", "operations.projectSections.*", "operations.milestones.*"}},
		},
	}
}

// Table returns the table of projects, for records that belong to one.
func Table() *table.Table[*pb.Project] { return projects.Table() }

// Sections returns the table of the sections of projects.
func Sections() *table.Table[*pb.ProjectSection] { return projectSections.Table() }

// Milestones returns the table of milestones.
func Milestones() *table.Table[*pb.Milestone] { return milestones.Table() }

// Package directory owns the company's people and how they are organized:
// departments and employees. It promises that nobody is employed twice, that every
// employee is a Person by whom the rest of the product knows them, and that neither
// departments nor reporting lines run in a circle. Pay, time and papers of employees
// are left to the other capabilities of this domain.
package directory

import (
	pb "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Service implements DirectoryService.
type Service struct {
	pb.UnsafeDirectoryServiceServer
	db *db.DB
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module is the capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name: "directory",
		Services: []rpc.Service{rpc.NewService[pb.DirectoryServiceServer](New(p.DB),
			pb.RegisterDirectoryServiceServer, pb.NewDirectoryServiceClient, pb.RegisterDirectoryServiceHandlerClient)},
		Kinds: []resource.AnyKind{departments, employees},
		Grants: access.Grants{
			platformv1.ApiKey_HR:         {call.All: {"people.departments.*", "people.employees.*"}},
			platformv1.ApiKey_PAYROLL:    {call.All: {"people.departments.read", "people.employees.read"}},
			platformv1.ApiKey_MANAGER:    {call.All: {"people.departments.read"}, call.Team: {"people.employees.read"}},
			platformv1.ApiKey_EMPLOYEE:   {call.All: {"people.departments.read"}, call.Own: {"people.employees.read"}},
			platformv1.ApiKey_ACCOUNTANT: {call.All: {"people.departments.read"}, call.Own: {"people.employees.read"}},
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"people.departments.read"}, call.Own: {"people.employees.read"}},
			platformv1.ApiKey_APPROVER:   {call.All: {"people.departments.read"}, call.Own: {"people.employees.read"}},
		},
	}
}

// Package directory owns departments, employees and what employees are paid. A person is at most
// one employee, and every employee is a Person, which the rest of the product references.
// Departments and reporting lines never form a cycle. An employee has one compensation a day. The
// package also maintains the teams to which permissions reach. Pay runs, time and documents of
// employees are left to other packages of the domain.
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

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the directory capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name: "directory",
		Services: []rpc.Service{rpc.NewService[pb.DirectoryServiceServer](New(p.DB),
			pb.RegisterDirectoryServiceServer, pb.NewDirectoryServiceClient, pb.RegisterDirectoryServiceHandlerClient)},
		Kinds: []resource.AnyKind{departments, employees, compensations},
		Grants: access.Grants{
			platformv1.ApiKey_HR: {call.All: {"people.departments.*", "people.employees.*", "people.compensations.*"}},
			platformv1.ApiKey_PAYROLL: {call.All: {
				"people.departments.read", "people.employees.read", "people.employees.reveal", "people.compensations.read",
			}},
			platformv1.ApiKey_MANAGER: {call.All: {"people.departments.read"}, call.Team: {"people.employees.read"}},
			platformv1.ApiKey_EMPLOYEE: {
				call.All: {"people.departments.read"}, call.Own: {"people.employees.read", "people.compensations.read"},
			},
			platformv1.ApiKey_ACCOUNTANT: {call.All: {"people.departments.read"}, call.Own: {"people.employees.read"}},
			platformv1.ApiKey_BOOKKEEPER: {call.All: {"people.departments.read"}, call.Own: {"people.employees.read"}},
			platformv1.ApiKey_APPROVER:   {call.All: {"people.departments.read"}, call.Own: {"people.employees.read"}},
		},
	}
}

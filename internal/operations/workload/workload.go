// Package workload shows what waits for a person, and who has how much to do. It owns no records.
// Work joins by what kinds of record declare: resource.Kind.Responsible with Due, and WaitsFor. It
// guarantees that counts and lists are of one snapshot, that no caller sees more of a person's work
// than the records that the caller may read, and that the parts of an estimate add up to what is
// left of it. Tasks are left to package work, tracked time and targets to package timekeeping, and
// absences to package responsibility.
package workload

import (
	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/rpc"
)

// Service implements WorkloadService.
type Service struct {
	pb.UnsafeWorkloadServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the workload capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "workload",
		Needs: []string{"work", "timekeeping"},
		Services: []rpc.Service{rpc.NewService[pb.WorkloadServiceServer](New(p.DB),
			pb.RegisterWorkloadServiceServer, pb.NewWorkloadServiceClient, pb.RegisterWorkloadServiceHandlerClient)},
		Grants: grants(),
	}
}

// grants lets everyone see their own work, and managers that of their team.
func grants() access.Grants {
	both := []string{"operations.myWork.read", "operations.workload.read"}
	out := access.Grants{platformv1.ApiKey_MANAGER: {call.Team: both}}
	for _, role := range []platformv1.ApiKey_Role{
		platformv1.ApiKey_ACCOUNTANT, platformv1.ApiKey_BOOKKEEPER, platformv1.ApiKey_PAYROLL, platformv1.ApiKey_HR,
		platformv1.ApiKey_APPROVER, platformv1.ApiKey_EMPLOYEE,
	} {
		out[role] = map[call.Reach][]string{call.Own: both}
	}
	return out
}

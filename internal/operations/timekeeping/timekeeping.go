// Package timekeeping records the time that persons work, by entries and timers, and approves it
// week by week. It owns time entries, timers, timesheets and the settings for time. It guarantees
// that a person works at most 24 hours a day and has at most one timer, that time on a submitted or
// approved timesheet or on an invoice does not change, and that no one approves their own time. The
// price of time and its invoices are left to package timebilling.
package timekeeping

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

// Service implements TimekeepingService.
type Service struct {
	pb.UnsafeTimekeepingServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the timekeeping capability.
func Module(p module.Platform) module.Module {
	return module.Module{
		Name:  "timekeeping",
		Needs: []string{"work"},
		Services: []rpc.Service{rpc.NewService[pb.TimekeepingServiceServer](New(p.DB),
			pb.RegisterTimekeepingServiceServer, pb.NewTimekeepingServiceClient,
			pb.RegisterTimekeepingServiceHandlerClient)},
		Kinds:         []resource.AnyKind{timeEntries, timers, timesheets},
		Events:        []string{settingsUpdated},
		Notifications: notifications(),
		Grants:        grants(),
	}
}

// grants lets everyone record and submit their own time, managers also that of their team, and
// bookkeepers read all of it. Everyone reads the settings.
func grants() access.Grants {
	const readSettings = "operations.timeSettings.read"
	own := []string{"operations.timeEntries.read", "operations.timeEntries.write", "operations.timers.*",
		"operations.timesheets.read", "operations.timesheets.write"}
	readAll := []string{"operations.timeEntries.read", "operations.timesheets.read", readSettings}
	return access.Grants{
		platformv1.ApiKey_ACCOUNTANT: {call.All: append(readAll, "operations.timeSettings.write"), call.Own: own},
		platformv1.ApiKey_BOOKKEEPER: {call.All: readAll, call.Own: own},
		platformv1.ApiKey_PAYROLL:    {call.All: readAll, call.Own: own},
		platformv1.ApiKey_HR:         {call.All: {readSettings}, call.Own: own},
		platformv1.ApiKey_APPROVER:   {call.All: {readSettings}, call.Own: own},
		platformv1.ApiKey_EMPLOYEE:   {call.All: {readSettings}, call.Own: own},
		platformv1.ApiKey_MANAGER: {call.All: {readSettings},
			call.Team: append(own, "operations.timesheets.approve")},
	}
}

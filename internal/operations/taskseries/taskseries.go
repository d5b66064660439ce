// Package taskseries creates tasks that recur. It owns task series. It guarantees that each day of
// a series has at most one task, that monthly days are clamped and never drift, and that a series
// whose task is refused, such as for an archived owner, is paused and says why. The days are left
// to the packages recurrence and schedule, tasks to package work.
package taskseries

import (
	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/notification"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
	"backoffice/internal/platform/schedule"
)

// Service implements TaskSeriesService.
type Service struct {
	pb.UnsafeTaskSeriesServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Module returns the taskseries capability.
func Module(p module.Platform) module.Module {
	s := New(p.DB)
	own := map[call.Reach][]string{call.Own: {"operations.taskSeries.*"}}
	return module.Module{
		Name:  "taskseries",
		Needs: []string{"projects", "work"},
		Services: []rpc.Service{rpc.NewService[pb.TaskSeriesServiceServer](s,
			pb.RegisterTaskSeriesServiceServer, pb.NewTaskSeriesServiceClient,
			pb.RegisterTaskSeriesServiceHandlerClient)},
		Kinds:         []resource.AnyKind{taskSeries},
		Schedules:     []schedule.Handler{{Kind: scheduleKind, Fire: fire}},
		Notifications: []notification.Kind{pauseNotification},
		Chores: []jobs.Chore{{Name: "taskSeries", Work: s.continueCompleted, After: []history.Type{
			"operations.task.completed", "operations.task.canceled", "operations.task.deleted"}}},
		Grants: access.Grants{
			platformv1.ApiKey_ACCOUNTANT: own,
			platformv1.ApiKey_APPROVER:   own,
			platformv1.ApiKey_BOOKKEEPER: own,
			platformv1.ApiKey_PAYROLL:    own,
			platformv1.ApiKey_HR:         own,
			platformv1.ApiKey_EMPLOYEE:   own,
			platformv1.ApiKey_MANAGER:    {call.Team: {"operations.taskSeries.*"}},
		},
	}
}

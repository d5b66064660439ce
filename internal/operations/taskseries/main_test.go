package taskseries_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/taskseries"
	"backoffice/internal/operations/work"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.Module, tax.Module, catalog.Module, customers.Module, projects.Module, work.Module,
		taskseries.Module)
}

// must returns v, and fails the test if err is not nil.
func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// office is an organization in New York with task series. Its clock starts on 2027-01-15.
type office struct {
	*apptest.Organization
	pb.TaskSeriesServiceClient
	work pb.WorkServiceClient
}

func openOffice(t testing.TB) *office {
	t.Helper()
	o := apptest.SignUp(t)
	apptest.SetClock(t, o, "2027-01-15T17:00:00Z")
	return &office{Organization: o, TaskSeriesServiceClient: pb.NewTaskSeriesServiceClient(o),
		work: pb.NewWorkServiceClient(o)}
}

// advance moves the clock to noon of a day.
func (o *office) advance(t testing.TB, day string) {
	t.Helper()
	to := must(time.Parse(time.RFC3339, day+"T17:00:00Z"))(t)
	must(platformv1.NewIdentityServiceClient(o).AdvanceClock(t.Context(),
		&platformv1.AdvanceClockRequest{ToTime: timestamppb.New(to)}))(t)
}

func (o *office) create(t testing.TB, s *pb.TaskSeries) *pb.TaskSeries {
	t.Helper()
	if s.DisplayName == "" {
		s.DisplayName = "Report"
	}
	return must(o.CreateTaskSeries(t.Context(), &pb.CreateTaskSeriesRequest{TaskSeries: s}))(t)
}

func (o *office) get(t testing.TB, key string) *pb.TaskSeries {
	t.Helper()
	return must(o.GetTaskSeries(t.Context(), &pb.GetTaskSeriesRequest{TaskSeriesId: key}))(t)
}

// tasks returns the tasks of a series, sorted by due date.
func (o *office) tasks(t testing.TB, key string) []*pb.Task {
	t.Helper()
	return must(o.work.ListTasks(t.Context(), &pb.ListTasksRequest{PageSize: 500, OrderBy: "due_date",
		Filter: `task_series_id = "` + key + `"`}))(t).GetTasks()
}

// days returns the due dates of the tasks of a series.
func (o *office) days(t testing.TB, key string) (out []string) {
	t.Helper()
	for _, task := range o.tasks(t, key) {
		out = append(out, task.GetDueDate())
	}
	return out
}

func monthly(start string) *typepb.Recurrence {
	return &typepb.Recurrence{Frequency: typepb.Recurrence_MONTHLY, StartDate: start}
}

func daily(start string, interval int32) *typepb.Recurrence {
	return &typepb.Recurrence{Frequency: typepb.Recurrence_DAILY, StartDate: start, Interval: interval}
}

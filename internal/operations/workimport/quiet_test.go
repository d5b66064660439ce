package workimport_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/history"
)

// follow passes all events to the follower of notifications, as a server does.
func (o *office) follow(t testing.TB) {
	t.Helper()
	_, relayDB := apptest.Databases(t)
	at := slices.IndexFunc(o.App.Followers, func(f history.Follower) bool { return f.Name == "notifications" })
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler), o.App.Followers[at])
	conn := must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	defer conn.Close(t.Context())
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		must(relay.Step(t.Context()))(t)
		var isDone bool
		if err := conn.QueryRow(t.Context(), `
select count(*) = 0
from platform.events e
join platform.organizations o on o.org_id = e.org_id and o.display_name = $1
left join platform.relay_cursors c on c.name = 'notifications'
where c.name is null
or (e.position, e.seq) > (c.position, c.seq)`, o.Organization.Organization.GetDisplayName()).Scan(&isDone); err != nil {
			t.Fatal(err)
		}
		if isDone {
			return
		}
	}
	t.Fatal("the events were not passed on within a minute")
}

// TestImportTellsOnlyWhoRanIt checks that owners are not told of each imported task, and that the
// person who ran the import is told of its end.
func TestImportTellsOnlyWhoRanIt(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	maud := o.addPerson(t, "Maud", "maud@harbor.example")
	seen := as(o.AsPerson(t, maud.GetId(), platformv1.ApiKey_EMPLOYEE))
	o.follow(t)
	o.RunJobs(t)
	before := len(seen.told(t))
	o.run(t, o.read(t, sample(t, "asana-project.csv"), nil))
	o.follow(t)
	o.RunJobs(t)
	if told := seen.told(t); len(told) > before {
		t.Errorf("the owner of tasks was told %v", told)
	}
	isDone := func(n *platformv1.Notification) bool { return n.GetNotificationKind() == "operation.succeeded" }
	if told := o.told(t); !slices.ContainsFunc(told, isDone) {
		t.Errorf("the person who ran the import was told %v", told)
	}
	// A task that is created otherwise is announced.
	must(o.CreateTask(t.Context(), &pb.CreateTaskRequest{
		Task: &pb.Task{DisplayName: "Call", OwnerId: maud.GetId()},
	}))(t)
	o.follow(t)
	o.RunJobs(t)
	if told := seen.told(t); len(told) != before+1 {
		t.Errorf("got %v, want a notification of the task", told)
	}
}

// told returns the notifications of the caller.
func (o *office) told(t testing.TB) []*platformv1.Notification {
	t.Helper()
	return must(platformv1.NewNotificationsServiceClient(o.Organization).ListNotifications(t.Context(),
		&platformv1.ListNotificationsRequest{}))(t).GetNotifications()
}

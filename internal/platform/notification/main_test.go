package notification_test

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/payables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.Module, payables.Module, tax.Module, catalog.Module,
		customers.Module, projects.Module, work.Module)
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

// team is an organization with an owner and two employees, who reach only their own tasks.
type team struct {
	*apptest.Organization
	ada, ben person
	key      uuid.UUID
	conn     *pgx.Conn
}

// person is a member of a team with a separate client.
type person struct {
	*apptest.Organization
	pb.NotificationsServiceClient
	id    string
	email string
}

func newTeam(t testing.TB, options ...func(*module.Options)) team {
	t.Helper()
	return newTeamOf(t, apptest.New(t, options...))
}

// newTeamOf signs up a team in an app.
func newTeamOf(t testing.TB, a *module.App, changes ...func(*pb.SignUpRequest)) team {
	t.Helper()
	o := apptest.SignUpTo(t, a, changes...)
	v := team{Organization: o, key: must(id.Parse("org", o.Organization.GetId()))(t)}
	v.conn = must(pgx.Connect(t.Context(), apptest.URL(t)))(t)
	t.Cleanup(func() { _ = v.conn.Close(t.Context()) })
	v.follow(t)
	v.ada, v.ben = v.newPerson(t, "Ada", pb.ApiKey_EMPLOYEE), v.newPerson(t, "Ben", pb.ApiKey_EMPLOYEE)
	v.tell(t)
	v.ada.archiveAll(t)
	v.ben.archiveAll(t)
	return v
}

func (o team) newPerson(t testing.TB, name string, role pb.ApiKey_Role) person {
	t.Helper()
	p := must(pb.NewIdentityServiceClient(o).CreatePerson(t.Context(), &pb.CreatePersonRequest{
		Person: &pb.Person{DisplayName: name, Email: name + "@acme.example"}}))(t)
	as := o.AsPerson(t, p.GetId(), role)
	return person{as, pb.NewNotificationsServiceClient(as), p.GetId(), p.GetEmail()}
}

// owner returns the owner of the organization.
func (o team) owner() person {
	return person{o.Organization, pb.NewNotificationsServiceClient(o), o.Owner.GetId(), o.Owner.GetEmail()}
}

// follow passes the events of the organization to the follower of notifications, as a server does.
func (o team) follow(t testing.TB) {
	t.Helper()
	_, relayDB := apptest.Databases(t)
	at := slices.IndexFunc(o.App.Followers, func(f history.Follower) bool { return f.Name == "notifications" })
	relay := history.NewRelay(relayDB, slog.New(slog.DiscardHandler), o.App.Followers[at])
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		must(relay.Step(t.Context()))(t)
		var left bool
		if err := o.conn.QueryRow(t.Context(), `
select not exists (select from platform.relay_cursors where name = 'notifications') or exists (
  select
  from platform.events e
  join platform.relay_cursors c on c.name = 'notifications'
  where e.org_id = $1
  and (e.position, e.seq) > (c.position, c.seq)
)`, o.key).Scan(&left); err != nil {
			t.Fatal(err)
		}
		if !left {
			return
		}
	}
	t.Fatal("the events were not passed on within a minute")
}

// tell writes the notifications of all events so far, and sends what is due.
func (o team) tell(t testing.TB) {
	t.Helper()
	o.follow(t)
	o.RunJobs(t)
}

// advance moves the clock forward, and does what is due then.
func (o team) advance(t testing.TB, by time.Duration) {
	t.Helper()
	must(pb.NewIdentityServiceClient(o).AdvanceClock(t.Context(),
		&pb.AdvanceClockRequest{ByDuration: durationpb.New(by)}))(t)
	o.RunJobs(t)
	o.tell(t)
}

func (o team) now(t testing.TB) time.Time {
	t.Helper()
	return must(pb.NewIdentityServiceClient(o).GetClock(t.Context(), &pb.GetClockRequest{}))(t).GetNowTime().AsTime()
}

func (o team) vendor(t testing.TB, name string) string {
	t.Helper()
	return must(financev1.NewPayablesServiceClient(o).CreateVendor(t.Context(),
		&financev1.CreateVendorRequest{Vendor: &financev1.Vendor{DisplayName: name}}))(t).GetId()
}

// task creates a task of a person.
func (o team) task(t testing.TB, name, owner, due string) string {
	t.Helper()
	return must(operationsv1.NewWorkServiceClient(o).CreateTask(t.Context(), &operationsv1.CreateTaskRequest{
		Task: &operationsv1.Task{DisplayName: name, OwnerId: owner, DueDate: due}}))(t).GetId()
}

// comment adds a comment to a record.
func comment(t testing.TB, as *apptest.Organization, subject, text string) *pb.Comment {
	t.Helper()
	return must(pb.NewCollaborationServiceClient(as).CreateComment(t.Context(),
		&pb.CreateCommentRequest{Comment: &pb.Comment{SubjectId: subject, BodyMarkdown: text}}))(t)
}

// list returns the notifications of a person, newest first.
func (p person) list(t testing.TB, filter string) []*pb.Notification {
	t.Helper()
	return must(p.ListNotifications(t.Context(), &pb.ListNotificationsRequest{Filter: filter, PageSize: 500}))(t).
		GetNotifications()
}

// unread returns the titles of the unread notifications of a person, newest first.
func (p person) unread(t testing.TB) (titles []string) {
	t.Helper()
	for _, n := range p.list(t, `state = "UNREAD"`) {
		titles = append(titles, n.GetTitle())
	}
	return titles
}

// wantUnread checks the unread notifications of a person, newest first.
func (p person) wantUnread(t testing.TB, titles ...string) {
	t.Helper()
	if got := p.unread(t); !slices.Equal(got, titles) {
		t.Errorf("%s has unread %q, want %q", p.email, got, titles)
	}
}

func (p person) archiveAll(t testing.TB) {
	t.Helper()
	for _, n := range p.list(t, "") {
		must(p.ArchiveNotifications(t.Context(), &pb.ArchiveNotificationsRequest{Ids: []string{n.GetId()}}))(t)
	}
}

// prefer changes preferences of a person.
func (p person) prefer(t testing.TB, patch *pb.NotificationPreferences, paths ...string) {
	t.Helper()
	must(p.UpdateNotificationPreferences(t.Context(), &pb.UpdateNotificationPreferencesRequest{
		NotificationPreferences: patch, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
	}))(t)
}

// rule returns a rule for a kind or, if the name is in upper case, a category.
func rule(name string, c pb.NotificationPreferences_Channel,
	m pb.NotificationPreferences_Mode) *pb.NotificationPreferences_Rule {
	r := &pb.NotificationPreferences_Rule{Channel: c, Mode: m}
	if category, is := pb.Notification_Category_value[name]; is {
		r.Category = pb.Notification_Category(category)
	} else {
		r.NotificationKind = name
	}
	return r
}

// emails returns the subjects of the emails of a kind to a person, oldest first.
func (o team) emails(t testing.TB, kind, to string) (subjects []string) {
	t.Helper()
	list := must(pb.NewMailServiceClient(o).ListSentEmails(t.Context(), &pb.ListSentEmailsRequest{
		Filter: fmt.Sprintf("email_kind = %q AND recipient_email = %q", kind, to), PageSize: 500}))(t)
	for _, e := range list.GetSentEmails() {
		subjects = append(subjects, e.GetSubject())
	}
	return subjects
}

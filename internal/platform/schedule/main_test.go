package schedule_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/schedule"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// fired is a firing that a handler committed.
type fired struct {
	subject   string
	time, now time.Time
}

// app is an app whose schedules of the kind `test` are recorded.
type app struct {
	*module.App
	mu   sync.Mutex
	log  []fired
	fail func(f schedule.Firing) error
	work func()
	// then is the last step of the handler.
	then func(ctx context.Context, tx *db.Tx, f schedule.Firing) error
	// kill makes the handler end the connection of its transaction.
	kill bool
}

// newApp returns an app whose handler notes each firing.
func newApp(t *testing.T, options ...func(*module.Options)) *app {
	t.Helper()
	a := &app{
		fail: func(schedule.Firing) error { return nil }, work: func() {},
		then: func(context.Context, *db.Tx, schedule.Firing) error { return nil },
	}
	m := module.Module{Name: "test", Schedules: []schedule.Handler{{Kind: "test", Fire: a.fire}}}
	a.App = apptest.New(t, append(options, func(o *module.Options) {
		o.Modules = append(o.Modules, func(module.Platform) module.Module { return m })
	})...)
	return a
}

// fire notes a firing.
func (a *app) fire(ctx context.Context, tx *db.Tx, f schedule.Firing) error {
	a.work()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kill {
		_ = tx.Conn().PgConn().Conn().Close()
	}
	if err := a.fail(f); err != nil {
		return err
	}
	a.log = append(a.log, fired{
		subject: f.SubjectID, time: f.Time, now: tx.Call().Now(),
	})
	return a.then(ctx, tx, f)
}

func (a *app) firings() []fired {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.log)
}

func (a *app) failWith(fail func(schedule.Firing) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fail = fail
}

// times returns the times of the firings of a subject, in order.
func (a *app) times(subject string) []string {
	var out []string
	for _, f := range a.firings() {
		if f.subject == subject {
			out = append(out, f.time.UTC().Format("2006-01-02T15:04"))
		}
	}
	return out
}

// start starts the app's jobs until the test ends.
func (a *app) start(t *testing.T) {
	t.Helper()
	_, relay := apptest.Databases(t)
	if err := a.Jobs.Start(context.Background(), relay); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = a.Jobs.Stop(ctx)
	})
}

// company is an organization of the app.
type company struct {
	*apptest.Organization
	app    *app
	id     uuid.UUID
	client pb.SchedulesServiceClient
}

func (a *app) signUp(t *testing.T, change ...func(*pb.SignUpRequest)) *company {
	t.Helper()
	o := apptest.SignUpTo(t, a.App, change...)
	key, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	return &company{o, a, key, pb.NewSchedulesServiceClient(o)}
}

func live(r *pb.SignUpRequest) { r.Test = false }

// write runs a unit of work in the organization.
func (c *company) write(t *testing.T, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	system, err := c.app.Identity.SystemCall(t.Context(), c.id)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := apptest.Databases(t)
	if _, err := db.Write(call.With(t.Context(), system), kinds(c.app, d),
		func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
			return &emptypb.Empty{}, fn(ctx, tx)
		}); err != nil {
		t.Fatal(err)
	}
}

// kinds returns the database with the app's kinds, so that events are checked.
func kinds(a *app, d *db.DB) *db.DB {
	registry := db.NewKinds()
	for _, k := range a.Kinds {
		_ = registry.Add(k)
	}
	registry.Declare(a.Events()...)
	return d.WithKinds(registry)
}

// set sets the schedule of a new record and returns the record's identifier.
func (c *company) set(t *testing.T, r *typepb.Recurrence, change ...func(*schedule.Plan)) string {
	t.Helper()
	subject := id.Format("prs", id.New())
	p := schedule.Plan{Kind: "test", SubjectID: subject, DisplayName: "Test", Recurrence: r}
	for _, f := range change {
		f(&p)
	}
	c.write(t, func(ctx context.Context, tx *db.Tx) error {
		_, err := schedule.Set(ctx, tx, p)
		return err
	})
	return subject
}

func (c *company) get(t *testing.T, subject string) *pb.Schedule {
	t.Helper()
	s, err := c.client.GetSchedule(t.Context(), &pb.GetScheduleRequest{ScheduleId: scheduleOf(subject)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func scheduleOf(subject string) string { return "sch" + subject[3:] }

// advance advances the clock of the organization by a duration.
func (c *company) advance(t *testing.T, by time.Duration) {
	t.Helper()
	clocks := pb.NewIdentityServiceClient(c)
	clock, err := clocks.AdvanceClock(t.Context(), &pb.AdvanceClockRequest{ByDuration: durationpb.New(by)})
	for err == nil && clock.GetTargetTime().AsTime().After(clock.GetNowTime().AsTime()) {
		clock, err = clocks.AdvanceClock(t.Context(), &pb.AdvanceClockRequest{ToTime: clock.GetTargetTime()})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (c *company) advanceTo(t *testing.T, to time.Time) {
	t.Helper()
	c.advance(t, to.Sub(c.now(t)))
}

func (c *company) now(t *testing.T) time.Time {
	t.Helper()
	clock, err := pb.NewIdentityServiceClient(c).GetClock(t.Context(), &pb.GetClockRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return clock.GetNowTime().AsTime()
}

// events returns how many events of a type the organization has.
func (c *company) events(t *testing.T, eventType string) int {
	t.Helper()
	return c.query(t, `
select count(*)
from platform.events
where org_id = $1
and type = $2`, c.id, eventType)
}

// query runs a query for a number as the owner of the tables.
func (c *company) query(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// fakeDue sets the next time of a schedule to the past, as if the server had been down since.
func (c *company) fakeDue(t *testing.T, subject string, day string, at time.Time) {
	t.Helper()
	key, err := id.Parse("sch", scheduleOf(subject))
	if err != nil {
		t.Fatal(err)
	}
	c.query(t, `
update platform.schedules
set rule_date = $3::text::date,
  next_fire_time = $4
where org_id = $1
and id = $2
returning 1`, c.id, key, day, at)
}

func eventually(t *testing.T, what string, isTrue func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !isTrue(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("timed out after a minute: want that %s", what)
		}
	}
}

func daily(start string) *typepb.Recurrence {
	return &typepb.Recurrence{Frequency: typepb.Recurrence_DAILY, StartDate: start, TimeOfDay: "09:00", TimeZone: "UTC"}
}

func stamp(t time.Time) *timestamppb.Timestamp { return timestamppb.New(t) }

const (
	following = typepb.Recurrence_FOLLOWING
	preceding = typepb.Recurrence_PRECEDING
)

func shifted(r *typepb.Recurrence, shift typepb.Recurrence_Shift) *typepb.Recurrence {
	r.Shift = shift
	return r
}

// addHoliday adds a holiday of the organization.
func (c *company) addHoliday(t *testing.T, day string) *pb.Holiday {
	t.Helper()
	h, err := pb.NewHolidaysServiceClient(c).CreateHoliday(t.Context(), &pb.CreateHolidayRequest{
		Holiday: &pb.Holiday{Date: day, DisplayName: "Company day"}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

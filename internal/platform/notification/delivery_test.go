package notification_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/mail/signature"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/notification"
	sender "backoffice/internal/platform/notification/push"
	"backoffice/internal/platform/notification/pushtest"
)

// toLoopback lets an app send to the push service of a test.
func toLoopback(o *module.Options) {
	o.Notifications = notification.Options{
		AllowPrivate: true, Contact: "mailto:ops@acme.example",
		Sender: sender.NewHTTP(sender.Options{AllowPrivate: true, Timeout: 300 * time.Millisecond}),
	}
}

// subscribe creates a device of a person for a browser at a path of the push service.
func (p person) subscribe(t testing.TB, s *pushtest.Service, path string) *pb.Device {
	t.Helper()
	key := must(p.GetPushKey(t.Context(), &pb.GetPushKeyRequest{}))(t).GetPublicKey()
	public, auth := s.Subscribe(t, path, key)
	return must(p.CreateDevice(t.Context(), &pb.CreateDeviceRequest{Device: &pb.Device{
		DisplayName: "Browser", Transport: pb.Device_WEB_PUSH, Endpoint: s.URL + path, PublicKey: public,
		AuthSecret: auth,
	}}))(t)
}

func (p person) device(t testing.TB, d *pb.Device) *pb.Device {
	t.Helper()
	return must(p.GetDevice(t.Context(), &pb.GetDeviceRequest{DeviceId: d.GetId()}))(t)
}

func TestBrowsersArePushed(t *testing.T) {
	t.Parallel()
	o, s := newTeam(t, toLoopback), pushtest.New(t)
	d := o.ada.subscribe(t, s, "/ada")
	if d.GetAuthSecret() != "" || d.GetSecret() != "" || d.GetPersonId() != o.ada.id {
		t.Errorf("got %v", d)
	}
	task := o.task(t, "Website", o.ada.id, "")
	o.tell(t)
	o.RunJobs(t)
	got := s.Received("/ada")
	if len(got) != 1 {
		t.Fatalf("got %d pushes, want 1", len(got))
	}
	var body map[string]string
	if err := json.Unmarshal(got[0].Body, &body); err != nil || body["subjectId"] != task ||
		body["title"] != "Olive Owner made you responsible for Website" || body["id"] != o.ada.list(t, "")[0].GetId() {
		t.Errorf("got %s, %v", got[0].Body, err)
	}
	if got[0].Header.Get("Urgency") != "normal" {
		t.Errorf("got the headers %v", got[0].Header)
	}
	if d = o.ada.device(t, d); d.GetLastSuccessTime() == nil || d.GetLastError() != "" {
		t.Errorf("got %v", d)
	}
	o.ada.prefer(t, &pb.NotificationPreferences{Rules: []*pb.NotificationPreferences_Rule{rule("ASSIGNMENT", push,
		off)}}, "rules")
	o.task(t, "Report", o.ada.id, "")
	o.tell(t)
	if got := s.Received("/ada"); len(got) != 1 {
		t.Errorf("got %d pushes, want none of a category that is off", len(got)-1)
	}
}

func TestWebhooksAreSignedWithTheSecretOfTheDevice(t *testing.T) {
	t.Parallel()
	o, s := newTeam(t, toLoopback), pushtest.New(t)
	d := must(o.ada.CreateDevice(t.Context(), &pb.CreateDeviceRequest{Device: &pb.Device{
		DisplayName: "Server", Transport: pb.Device_WEBHOOK, Endpoint: s.URL + "/in"}}))(t)
	secret := must(signature.ParseSecret(d.GetSecret()))(t)
	if o.ada.device(t, d).GetSecret() != "" {
		t.Error("the secret is shown again")
	}
	s.Answer("/in", []int{http.StatusServiceUnavailable})
	o.task(t, "Website", o.ada.id, "")
	o.tell(t)
	if got := o.ada.device(t, d).GetLastError(); got != "The endpoint is not available at the moment (HTTP 503)." {
		t.Errorf("got the error %q", got)
	}
	o.advance(t, time.Minute)
	got := s.Received("/in")
	if len(got) != 2 || got[0].Header.Get("Webhook-Id") != got[1].Header.Get("Webhook-Id") {
		t.Fatalf("got %v, want the same message twice", got)
	}
	for _, r := range got {
		if !signature.IsValid(secret, r.Header, r.Body, calendar.System().Now()) {
			t.Errorf("the signature of %v is not valid", r)
		}
	}
	var body struct {
		Type string
		Data struct{ Title, Category string }
	}
	if err := json.Unmarshal(got[0].Body, &body); err != nil || body.Type != "notification.created" ||
		body.Data.Title != "Olive Owner made you responsible for Website" || body.Data.Category != "ASSIGNMENT" {
		t.Errorf("got %s, %v", got[0].Body, err)
	}
	if d = o.ada.device(t, d); d.GetLastError() != "" || d.GetLastSuccessTime() == nil {
		t.Errorf("got %v", d)
	}
}

// TestFailingDevices sends to devices that are gone, busy, stalled or refuse.
func TestFailingDevices(t *testing.T) {
	t.Parallel()
	o, s := newTeam(t, toLoopback), pushtest.New(t)
	devices := map[string]*pb.Device{}
	for _, path := range []string{"/gone", "/missing", "/busy", "/stalled", "/refused", "/fine"} {
		devices[path] = o.ada.subscribe(t, s, path)
	}
	s.Answer("/gone", []int{http.StatusGone})
	s.Answer("/missing", []int{http.StatusNotFound})
	s.Answer("/busy", []int{http.StatusTooManyRequests}, "Retry-After: 7200")
	s.Answer("/stalled", []int{pushtest.Stall, pushtest.Stall})
	s.Answer("/refused", []int{http.StatusBadRequest})
	o.task(t, "Website", o.ada.id, "")
	o.tell(t)
	want := func(when string, counts map[string]int) {
		t.Helper()
		for path, n := range counts {
			if got := len(s.Received(path)); got != n {
				t.Errorf("%s: got %d requests at %s, want %d", when, got, path, n)
			}
		}
	}
	want("at once", map[string]int{"/gone": 1, "/missing": 1, "/busy": 1, "/stalled": 1, "/refused": 1, "/fine": 1})
	list := must(o.ada.ListDevices(t.Context(), &pb.ListDevicesRequest{}))(t).GetDevices()
	for _, path := range []string{"/gone", "/missing"} {
		if slices.ContainsFunc(list, func(d *pb.Device) bool { return d.GetId() == devices[path].GetId() }) {
			t.Errorf("the device at %s was not deleted", path)
		}
	}
	for range 3 {
		o.advance(t, 2*time.Minute)
	}
	want("after minutes", map[string]int{"/gone": 1, "/missing": 1, "/busy": 1, "/stalled": 3, "/refused": 1,
		"/fine": 1})
	o.advance(t, 2*time.Hour)
	want("after the pause that was asked for", map[string]int{"/busy": 2, "/stalled": 3, "/fine": 1})
	var left int
	if err := o.conn.QueryRow(t.Context(), `
select count(*)
from platform.notification_deliveries d
where d.org_id = $1
and d.channel = 'DEVICE'`, o.key).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d deliveries are left, %v", left, err)
	}
}

func TestQuietHoursDelayPushes(t *testing.T) {
	t.Parallel()
	o, s := newTeam(t, toLoopback), pushtest.New(t)
	o.ada.subscribe(t, s, "/ada")
	local := o.now(t).UTC()
	o.ada.prefer(t, &pb.NotificationPreferences{
		TimeZone: "UTC", QuietStartTime: local.Add(-time.Hour).Format("15:04"),
		QuietEndTime: local.Add(2 * time.Hour).Format("15:04"),
	}, "time_zone", "quiet_start_time", "quiet_end_time")
	o.task(t, "Website", o.ada.id, "")
	o.tell(t)
	o.advance(t, time.Hour)
	if got := s.Received("/ada"); len(got) != 0 {
		t.Errorf("got %d pushes in the quiet hours", len(got))
	}
	o.advance(t, time.Hour)
	if got := s.Received("/ada"); len(got) != 1 {
		t.Errorf("got %d pushes after the quiet hours, want 1", len(got))
	}
}

// TestReplayedEventsAreToldOnce passes all events to the follower again, and runs the jobs again.
func TestReplayedEventsAreToldOnce(t *testing.T) {
	t.Parallel()
	o, s := newTeam(t, toLoopback), pushtest.New(t)
	o.ada.subscribe(t, s, "/ada")
	task := o.task(t, "Website", o.ada.id, "")
	comment(t, o.Organization, task, "Hello @["+o.ada.id+"]")
	o.tell(t)
	state := func() string {
		return fmt.Sprint(len(o.ada.list(t, "")), o.ada.counts(t).GetUnreadCount(), len(s.Received("/ada")),
			len(o.emails(t, plainMail, o.ada.email)))
	}
	before := state()
	if !strings.HasSuffix(before, "2 2 2") {
		t.Errorf("got %s", before)
	}
	must(o.conn.Exec(t.Context(), `
insert into platform.notification_causes (org_id, event_id, position, seq, due_time, failure_count)
select e.org_id, e.id, e.position, e.seq, now(), 0
from platform.events e
where e.org_id = $1
and e.type in ('operations.task.created', 'platform.comment.created', 'platform.apiKey.created')`, o.key))(t)
	for range 2 {
		o.RunJobs(t)
	}
	if after := state(); after != before {
		t.Errorf("got %s after the replay, want %s", after, before)
	}
}

// TestThousandRecipientsAreTold asks everyone in an organization of 1,000 persons.
func TestThousandRecipientsAreTold(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	vendor := o.vendor(t, "Coffee")
	const count = 1000
	must(o.conn.Exec(t.Context(), `
with p as (
  insert into platform.persons (org_id, id, version, create_time, update_time, display_name, given_name,
	family_name, email)
  select $1, gen_random_uuid(), 1, now(), now(), 'Person ' || n, '', '', ''
  from generate_series(1, $2) as n
  returning id
)
insert into platform.api_keys (org_id, id, version, create_time, update_time, display_name, person_id, role,
	scopes, state)
select $1, gen_random_uuid(), 1, now(), now(), 'Key', p.id, 'ACCOUNTANT', '{}', 'ACTIVE'
from p`, o.key, count))(t)
	must(pb.NewAcknowledgmentsServiceClient(o).CreateAcknowledgmentRequest(t.Context(),
		&pb.CreateAcknowledgmentRequestRequest{AcknowledgmentRequest: &pb.AcknowledgmentRequest{
			SubjectId: vendor, DueDate: "2030-12-31", Everyone: true}}))(t)
	o.follow(t)
	began := time.Now()
	o.RunJobs(t)
	took := time.Since(began)
	var persons, rows int
	if err := o.conn.QueryRow(t.Context(), `
select count(distinct n.person_id), count(*)
from platform.notifications n
where n.org_id = $1
and n.notification_kind = 'acknowledgment.requested'`, o.key).Scan(&persons, &rows); err != nil {
		t.Fatal(err)
	}
	if persons != count || rows != count {
		t.Errorf("got %d notifications of %d persons, want %d: all but the owner and those who may not read vendors",
			rows, persons, count)
	}
	if took > 30*time.Second {
		t.Errorf("it took %s", took)
	}
}

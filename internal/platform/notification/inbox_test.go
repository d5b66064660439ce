package notification_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// insert stores notifications of a person, one of each category in turn.
func (o team) insert(t testing.TB, p person, count int) {
	t.Helper()
	if _, err := o.conn.Exec(t.Context(), `
insert into platform.notifications (org_id, id, create_time, person_id, notification_kind, category, cause,
	subject_id,
  title, body, state)
select $1, ('019f0000-' || lpad(to_hex(n / 65536), 4, '0') || '-7' || lpad(to_hex(n / 16 % 4096), 3, '0') || '-8000-'
    || lpad(to_hex(n), 12, '0'))::uuid,
  now(), $2, 'test.kind', (array['MENTION', 'COMMENT', 'DEADLINE', 'SYSTEM'])[n % 4 + 1], n::text, 'tsk_' || n % 1000,
  'Notification ' || n, '', 'UNREAD'
from generate_series(1, $3) as n`, o.key, must(id.Parse("prs", p.id))(t), count); err != nil {
		t.Fatal(err)
	}
}

func (p person) counts(t testing.TB) *pb.NotificationCounts {
	t.Helper()
	return must(p.GetNotificationCounts(t.Context(), &pb.GetNotificationCountsRequest{}))(t)
}

func TestNotificationsChangeInBulk(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.insert(t, o.ada, 10)
	all := o.ada.list(t, `notification_kind = "test.kind"`)
	ids := func(n ...int) (out []string) {
		for _, i := range n {
			out = append(out, all[i].GetId())
		}
		return out
	}
	want := func(what string, res *pb.ChangeNotificationsResponse, changed, unread int32) {
		t.Helper()
		if res.GetChangedCount() != changed || res.GetCounts().GetUnreadCount() != unread ||
			o.ada.counts(t).GetUnreadCount() != unread {
			t.Errorf("%s: got %v and %v, want %d changed and %d unread", what, res, o.ada.counts(t), changed, unread)
		}
	}
	want("mark two", must(o.ada.MarkNotificationsRead(t.Context(), &pb.MarkNotificationsReadRequest{Ids: ids(0,
		1)}))(t), 2, 8)
	want("mark them again", must(o.ada.MarkNotificationsRead(t.Context(),
		&pb.MarkNotificationsReadRequest{Ids: ids(0, 1)}))(t), 0, 8)
	n := must(o.ada.GetNotification(t.Context(), &pb.GetNotificationRequest{NotificationId: all[0].GetId()}))(t)
	if n.GetState() != pb.Notification_READ || n.GetReadTime() == nil {
		t.Errorf("got %v", n)
	}
	want("unmark one", must(o.ada.MarkNotificationsUnread(t.Context(),
		&pb.MarkNotificationsUnreadRequest{Ids: ids(0)}))(t), 1, 9)
	want("archive a read and an unread one",
		must(o.ada.ArchiveNotifications(t.Context(), &pb.ArchiveNotificationsRequest{Ids: ids(0, 1)}))(t), 2, 8)
	want("restore both", must(o.ada.UnarchiveNotifications(t.Context(),
		&pb.UnarchiveNotificationsRequest{Ids: ids(0, 1)}))(t), 2, 9)
	n = must(o.ada.GetNotification(t.Context(), &pb.GetNotificationRequest{NotificationId: all[1].GetId()}))(t)
	if n.GetState() != pb.Notification_READ || n.GetArchivedTime() != nil {
		t.Errorf("got %v", n)
	}
	want("read up to the fifth newest",
		must(o.ada.MarkNotificationsRead(t.Context(), &pb.MarkNotificationsReadRequest{UntilId: all[4].GetId()}))(t),
		6, 3)
	want("read up to now", must(o.ada.MarkNotificationsRead(t.Context(),
		&pb.MarkNotificationsReadRequest{UntilTime: timestamppb.New(o.now(t).Add(time.Hour))}))(t), 3, 0)
	if c := o.ada.counts(t); len(c.GetCategories()) != 0 {
		t.Errorf("got %v", c)
	}
	for name, req := range map[string]*pb.MarkNotificationsReadRequest{
		"nothing": {}, "two selections": {Ids: ids(0), UntilId: all[0].GetId()},
		"another record": {Ids: []string{o.ada.id}},
	} {
		if _, err := o.ada.MarkNotificationsRead(t.Context(),
			req); apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID {
			t.Errorf("%s: got %v", name, err)
		}
	}
	rest := o.ada.REST(t, "POST", "/v1/notifications:markUnread", `{"untilTime":"2999-01-01T00:00:00Z"}`)
	if rest.Code != 200 || fmt.Sprint(rest.Body["changedCount"]) == "0" {
		t.Errorf("got %d %s", rest.Code, rest.Raw)
	}
	if rest = o.ada.REST(t, "GET", "/v1/notifications:counts", ""); rest.Code != 200 {
		t.Errorf("got %d %s", rest.Code, rest.Raw)
	}
}

// TestCountsStayRightUnderConcurrentMarks marks the same notifications from many sides at once.
func TestCountsStayRightUnderConcurrentMarks(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	const count = 40
	o.insert(t, o.ada, count)
	all := o.ada.list(t, `notification_kind = "test.kind"`)
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 10 {
				some := []string{all[(worker*7+i)%count].GetId(), all[(worker*5+i*3)%count].GetId()}
				var res *pb.ChangeNotificationsResponse
				var err error
				switch (worker + i) % 3 {
				case 0:
					res, err = o.ada.MarkNotificationsRead(t.Context(), &pb.MarkNotificationsReadRequest{Ids: some})
				case 1:
					res, err = o.ada.MarkNotificationsUnread(t.Context(), &pb.MarkNotificationsUnreadRequest{UntilId: some[0]})
				default:
					res, err = o.ada.MarkNotificationsRead(t.Context(), &pb.MarkNotificationsReadRequest{UntilId: some[0]})
				}
				if n := res.GetCounts().GetUnreadCount(); err != nil || n < 0 || n > count {
					t.Errorf("got %v, %v", res, err)
				}
			}
		})
	}
	group.Wait()
	unread := o.ada.list(t, `notification_kind = "test.kind" AND state = "UNREAD"`)
	if got := o.ada.counts(t).GetUnreadCount(); int(got) != len(unread) {
		t.Errorf("got the count %d, and %d unread notifications", got, len(unread))
	}
}

// TestLargeInboxIsFast lists and counts 100,000 notifications of one person, and checks that no
// statement reads them all to find a page.
func TestLargeInboxIsFast(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	const count = 100_000
	o.insert(t, o.ada, count)
	if _, err := o.conn.Exec(t.Context(), "vacuum analyze platform.notifications"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if c := o.ada.counts(t); c.GetUnreadCount() != count || len(c.GetCategories()) != 4 {
		t.Errorf("got %v", c)
	}
	for _, filter := range []string{
		"", `state = "UNREAD"`, `category = "DEADLINE"`, `notification_kind = "test.kind"`, `subject_id = "tsk_7"`,
	} {
		page := must(o.ada.ListNotifications(t.Context(), &pb.ListNotificationsRequest{Filter: filter}))(t)
		if len(page.GetNotifications()) != 50 {
			t.Errorf("%s: got %d notifications", filter, len(page.GetNotifications()))
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("six requests took %s", took)
	}
	for query, index := range map[string]string{
		"select n.category, count(*) from platform.notifications n where n.org_id = $1 and n.person_id = $2 " +
			"and n.state = 'UNREAD' group by n.category": "notifications_unread",
		"select n.id from platform.notifications n where n.org_id = $1 and n.person_id = $2 and n.state = 'READ' " +
			"order by n.id desc limit 51": "notifications_by_state",
	} {
		if plan := o.explain(t, query); !strings.Contains(plan, index) {
			t.Errorf("%s does not use %s:\n%s", query, index, plan)
		}
	}
}

// explain returns the plan of a query about the notifications of Ada, under row-level security.
func (o team) explain(t *testing.T, query string) string {
	t.Helper()
	tx := must(o.conn.Begin(t.Context()))(t)
	defer func() { _ = tx.Rollback(t.Context()) }()
	must(tx.Exec(t.Context(), "set local role backoffice_app"))(t)
	must(tx.Exec(t.Context(), "set local app.org_id = '"+o.key.String()+"'"))(t)
	rows := must(tx.Query(t.Context(), "explain "+query, o.key, must(id.Parse("prs", o.ada.id))(t)))(t)
	return strings.Join(must(pgx.CollectRows(rows, pgx.RowTo[string]))(t), "\n")
}

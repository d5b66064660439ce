package notification_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/calendar"
)

func TestMentionsAndCommentsAreTold(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	task := o.task(t, "Website", o.ada.id, "")
	o.tell(t)
	o.ada.wantUnread(t, "Olive Owner made you responsible for Website")
	o.ada.archiveAll(t)
	c := comment(t, o.Organization, task, "Hello @["+o.ada.id+"], please look.")
	o.tell(t)
	got := o.ada.list(t, `state = "UNREAD"`)
	if len(got) != 1 || got[0].GetNotificationKind() != "comment.mention" || got[0].GetSubjectId() != task ||
		got[0].GetActorId() != o.Owner.GetId() || got[0].GetBody() != "Hello @Ada, please look." ||
		got[0].GetCategory() != pb.Notification_MENTION || got[0].GetPersonId() != o.ada.id || got[0].GetLink() != "" {
		t.Errorf("got %v", got)
	}
	o.ben.wantUnread(t)
	o.ada.archiveAll(t)
	// An edit mentions her again, and a reply of her own concerns only the other.
	must(pb.NewCollaborationServiceClient(o).UpdateComment(t.Context(), &pb.UpdateCommentRequest{
		CommentId: c.GetId(), Comment: &pb.Comment{BodyMarkdown: "Again @[" + o.ada.id + "]"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"body_markdown"}}}))(t)
	comment(t, o.ada.Organization, task, "Done")
	o.tell(t)
	o.ada.wantUnread(t)
	o.owner().wantUnread(t, "Ada commented on Website")
	must(pb.NewCollaborationServiceClient(o).DeleteComment(t.Context(),
		&pb.DeleteCommentRequest{CommentId: c.GetId()}))(t)
	if n := o.ada.list(t, `notification_kind = "comment.mention"`); len(n) != 1 || n[0].GetBody() != "" {
		t.Errorf("got %v, want a notification without the text of the deleted comment", n)
	}
}

func TestNoOneIsToldWhoMayNotReadTheRecord(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	task := o.task(t, "Secret", o.ada.id, "")
	comment(t, o.ada.Organization, task, "Hello @["+o.ben.id+"]")
	o.tell(t)
	o.ben.wantUnread(t)
	vendor := o.vendor(t, "Coffee")
	clerk := o.newPerson(t, "Clara", pb.ApiKey_ACCOUNTANT)
	gone := o.newPerson(t, "Gus", pb.ApiKey_ACCOUNTANT)
	for _, p := range []person{clerk, gone} {
		must(pb.NewCollaborationServiceClient(p).WatchSubject(t.Context(),
			&pb.WatchSubjectRequest{SubjectId: vendor}))(t)
	}
	o.tell(t)
	clerk.archiveAll(t)
	must(pb.NewIdentityServiceClient(o).ArchivePerson(t.Context(), &pb.ArchivePersonRequest{PersonId: gone.id}))(t)
	comment(t, o.Organization, vendor, "Late again")
	o.tell(t)
	clerk.wantUnread(t, "Olive Owner commented on Coffee")
	var count int
	if err := o.conn.QueryRow(t.Context(), `
select count(*)
from platform.notifications n
where n.org_id = $1
and n.notification_kind = 'comment.created'`, o.key).Scan(&count); err != nil || count != 1 {
		t.Errorf("got %d notifications about the comment, %v, want 1: an archived person is not told", count, err)
	}
}

func TestResponsibilitiesAreTold(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.RunJobs(t)
	today := calendar.DateOf(o.now(t), must(time.LoadLocation("America/New_York"))(t))
	task := o.task(t, "Report", o.ada.id, today.AddDays(5).String())
	o.tell(t)
	must(pb.NewResponsibilitiesServiceClient(o).HandOverResponsibilities(t.Context(),
		&pb.HandOverResponsibilitiesRequest{PersonId: o.ada.id, ToPersonIds: []string{o.ben.id}}))(t)
	// A change of another field tells no one.
	must(operationsv1.NewWorkServiceClient(o).UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
		TaskId: task, Task: &operationsv1.Task{Description: "x"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"description"}}}))(t)
	o.tell(t)
	o.ada.wantUnread(t, "Olive Owner made you responsible for Report")
	o.ben.wantUnread(t, "Olive Owner made you responsible for Report")
	for range 6 {
		o.advance(t, 24*time.Hour)
	}
	day := func(n int) string { return longDate(today.AddDays(n)) }
	o.ben.wantUnread(t, "Report was due on "+day(5), "Report is due today", "Report is due on "+day(5),
		"Olive Owner made you responsible for Report")
	if n := o.ben.list(t, `category = "DEADLINE"`); len(n) != 3 || n[0].GetActorId() != "" {
		t.Errorf("got %v", n)
	}
}

func longDate(d calendar.Date) string {
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC).Format("January 2, 2006")
}

func TestAcknowledgmentsAndKeysAreTold(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	vendor := o.vendor(t, "Coffee")
	clerk := o.newPerson(t, "Clara", pb.ApiKey_ACCOUNTANT)
	o.tell(t)
	clerk.wantUnread(t, "Olive Owner created the API key ACCOUNTANT")
	if n := clerk.list(t, "")[0]; n.GetCategory() != pb.Notification_SECURITY ||
		n.GetNotificationKind() != "apiKey.created" {
		t.Errorf("got %v", n)
	}
	clerk.archiveAll(t)
	must(pb.NewAcknowledgmentsServiceClient(o).CreateAcknowledgmentRequest(t.Context(),
		&pb.CreateAcknowledgmentRequestRequest{AcknowledgmentRequest: &pb.AcknowledgmentRequest{
			SubjectId: vendor, DueDate: "2030-12-31", Everyone: true, Message: "Please read"}}))(t)
	o.tell(t)
	clerk.wantUnread(t, "Please acknowledge Coffee by December 31, 2030")
	o.ada.wantUnread(t) // may not read vendors
	o.owner().wantUnread(t)
}

func TestSuppressedAddressesAreTold(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.owner().archiveAll(t)
	_, err := o.conn.Exec(t.Context(), `
with s as (
  insert into platform.email_suppressions (org_id, id, version, create_time, update_time, email, reason)
  values ($1, gen_random_uuid(), 1, now(), now(), 'gone@vendor.example', 'BOUNCE')
  returning id
)
insert into platform.events (org_id, id, type, subject_id, method, request_id, correlation_id, depth, kind,
	create_time,
  record_time, position, seq, record_id)
select $1, gen_random_uuid(), 'platform.emailSuppression.created', $2, '', '', gen_random_uuid(), 0, 'sup',
	now(), now(),
  platform.position(), 1, ''
from s`, o.key, "sup_01k9zzzzzzzzzzzzzzzzzzzzzz")
	if err == nil {
		_, err = o.conn.Exec(t.Context(), `
update platform.events
set subject_id = $2
where org_id = $1
and subject_id = 'sup_01k9zzzzzzzzzzzzzzzzzzzzzz'`, o.key, must(pb.NewMailServiceClient(o).ListEmailSuppressions(t.Context(),
			&pb.ListEmailSuppressionsRequest{}))(t).GetEmailSuppressions()[0].GetId())
	}
	if err != nil {
		t.Fatal(err)
	}
	o.tell(t)
	o.owner().wantUnread(t, "gone@vendor.example gets no more email, because one was returned")
	o.ada.wantUnread(t)
}

func TestTitlesAreInTheLanguageOfThePerson(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.ada.prefer(t, &pb.NotificationPreferences{LanguageCode: "de-AT"}, "language_code")
	o.task(t, "Bericht", o.ada.id, "")
	o.tell(t)
	o.ada.wantUnread(t, "Olive Owner hat Ihnen Bericht übertragen")
}

func TestLinksFollowTheTemplate(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	set := func(template string) error {
		_, err := pb.NewIdentityServiceClient(o).UpdateOrganization(t.Context(), &pb.UpdateOrganizationRequest{
			OrganizationId: o.Organization.Organization.GetId(),
			Organization:   &pb.Organization{LinkTemplate: template},
			UpdateMask:     &fieldmaskpb.FieldMask{Paths: []string{"link_template"}}})
		return err
	}
	for _, wrong := range []string{
		"http://app.example.com/{id}", "app.example.com/{id}", "https:///{id}", "https://app.example.com/{name}",
		"https://{id}.example.com/", "https://user@app.example.com/{id}", "https://app.example.com/{id",
		"javascript:{id}",
	} {
		if err := set(wrong); apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID {
			t.Errorf("%s: got %v, want FIELDS_INVALID", wrong, err)
		}
	}
	task := o.task(t, "Website", o.ada.id, "")
	if err := set("https://app.example.com/{collection}/{id}?tab=1"); err != nil {
		t.Fatal(err)
	}
	o.tell(t)
	want := "https://app.example.com/tasks/" + task + "?tab=1"
	n := o.ada.list(t, "")[0]
	if n.GetLink() != want {
		t.Errorf("got the link %q, want %q", n.GetLink(), want)
	}
	got := must(o.ada.GetNotification(t.Context(), &pb.GetNotificationRequest{NotificationId: n.GetId()}))(t)
	if got.GetLink() != want || !strings.Contains(got.GetTitle(), "Website") {
		t.Errorf("got %v", got)
	}
}

func TestNotificationsBelongToTheirPerson(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.task(t, "Website", o.ada.id, "")
	o.tell(t)
	n := o.ada.list(t, `state = "UNREAD"`)[0].GetId()
	for name, p := range map[string]person{"an employee": o.ben, "the owner": o.owner()} {
		for _, call := range []func() error{
			func() error {
				_, err := p.GetNotification(t.Context(), &pb.GetNotificationRequest{NotificationId: n})
				return err
			},
			func() error {
				_, err := p.BatchGetNotifications(t.Context(), &pb.BatchGetNotificationsRequest{Ids: []string{n}})
				return err
			},
			func() error {
				_, err := p.MarkNotificationsRead(t.Context(), &pb.MarkNotificationsReadRequest{Ids: []string{n}})
				return err
			},
			func() error {
				_, err := p.ArchiveNotifications(t.Context(), &pb.ArchiveNotificationsRequest{UntilId: n})
				return err
			},
		} {
			if err := call(); apptest.Reason(err) != optionsv1.Reason_RECORD_NOT_FOUND {
				t.Errorf("%s: got %v, want RECORD_NOT_FOUND", name, err)
			}
		}
		for _, other := range p.list(t, "") {
			if other.GetPersonId() != p.id {
				t.Errorf("%s lists %v", name, other)
			}
		}
	}
	o.ada.wantUnread(t, "Olive Owner made you responsible for Website")
}

// TestDeletedRecordsTakeTheirNotificationsAlong deletes the record that a notification is about.
func TestDeletedRecordsTakeTheirNotificationsAlong(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	task := o.task(t, "Website", o.ada.id, "")
	o.tell(t)
	must(operationsv1.NewWorkServiceClient(o).DeleteTask(t.Context(), &operationsv1.DeleteTaskRequest{TaskId: task}))(t)
	if got := o.ada.list(t, `subject_id = "`+task+`"`); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

package notification_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
)

// digests returns the texts of the digests to a person, oldest first.
func (o team) digests(t testing.TB, p person) (texts []string) {
	t.Helper()
	list := must(pb.NewMailServiceClient(o).ListSentEmails(t.Context(), &pb.ListSentEmailsRequest{
		Filter: `email_kind = "` + digestMail + `" AND recipient_email = "` + p.email + `"`, PageSize: 500}))(t)
	for _, e := range list.GetSentEmails() {
		full := must(pb.NewMailServiceClient(o).GetSentEmailContent(t.Context(),
			&pb.GetSentEmailContentRequest{SentEmailId: e.GetId()}))(t)
		texts = append(texts, e.GetSubject()+"\n"+full.GetText())
	}
	return texts
}

// TestDigestsRemindOfOverdueRecords follows a task that stays overdue for days, is handed over and
// is completed.
func TestDigestsRemindOfOverdueRecords(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.advance(t, 24*time.Hour) // past the digest of what came before
	due := o.now(t).Format(time.DateOnly)
	task := o.task(t, "Website", o.ada.id, due)
	o.task(t, "Later", o.ada.id, o.now(t).AddDate(0, 0, 60).Format(time.DateOnly))
	o.tell(t)
	o.ada.archiveAll(t)
	before, told := len(o.digests(t, o.ada)), len(o.emails(t, plainMail, o.ada.email))
	for range 3 {
		o.advance(t, 24*time.Hour)
	}
	texts := o.digests(t, o.ada)[before:]
	reminded := slices.DeleteFunc(slices.Clone(texts), func(s string) bool {
		return !strings.Contains(s, "Website was due")
	})
	if len(reminded) < 2 || len(reminded) != len(texts) || strings.Contains(strings.Join(texts, ""), "Later") {
		t.Errorf("got the digests %q, want the overdue task in each", texts)
	}
	if got := o.emails(t, plainMail, o.ada.email)[told:]; len(got) != 1 || !strings.HasPrefix(got[0], "Website was due") {
		t.Errorf("got the emails %q, want one", got)
	}
	if got := o.ada.list(t, `notification_kind = "deadline.overdue"`); len(got) != 1 {
		t.Errorf("got %d notifications, want one", len(got))
	}

	must(operationsv1.NewWorkServiceClient(o).UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{
		TaskId: task, Task: &operationsv1.Task{OwnerId: o.ben.id},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"owner_id"}}}))(t)
	o.tell(t)
	ada, ben := len(o.digests(t, o.ada)), len(o.digests(t, o.ben))
	o.advance(t, 24*time.Hour)
	if got := o.digests(t, o.ada)[ada:]; len(got) > 0 {
		t.Errorf("the former owner got the digests %q", got)
	}
	if got := o.digests(t, o.ben)[ben:]; len(got) != 1 || !strings.Contains(got[0], "Website") {
		t.Errorf("the new owner got the digests %q", got)
	}
	o.ben.prefer(t, &pb.NotificationPreferences{DigestOff: true}, "digest_off")
	o.advance(t, 24*time.Hour)
	if got := o.digests(t, o.ben)[ben:]; len(got) != 1 {
		t.Errorf("got the digests %q after they were turned off", got)
	}
	o.ben.prefer(t, &pb.NotificationPreferences{}, "digest_off")
	o.advance(t, 24*time.Hour)
	if got := o.digests(t, o.ben)[ben:]; len(got) != 2 {
		t.Errorf("got the digests %q after they were turned on again", got)
	}
	must(operationsv1.NewWorkServiceClient(o).CompleteTask(t.Context(),
		&operationsv1.CompleteTaskRequest{TaskId: task}))(t)
	o.advance(t, 24*time.Hour)
	o.advance(t, 24*time.Hour)
	if got := o.digests(t, o.ben)[ben:]; len(got) != 2 {
		t.Errorf("got the digests %q after the task was completed", got)
	}
}

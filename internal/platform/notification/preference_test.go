package notification_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

const (
	inApp = pb.NotificationPreferences_IN_APP
	email = pb.NotificationPreferences_EMAIL
	push  = pb.NotificationPreferences_PUSH

	immediate = pb.NotificationPreferences_IMMEDIATE
	digest    = pb.NotificationPreferences_DIGEST
	off       = pb.NotificationPreferences_OFF

	plainMail  = "platform.notification"
	digestMail = "platform.notificationDigest"
)

func TestPreferencesAreCheckedAndVersioned(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	first := must(o.ada.GetNotificationPreferences(t.Context(), &pb.GetNotificationPreferencesRequest{}))(t)
	if first.GetDigestTime() != "08:00" || first.GetEtag() != "0" {
		t.Errorf("got %v", first)
	}
	update := func(p *pb.NotificationPreferences, paths ...string) error {
		_, err := o.ada.UpdateNotificationPreferences(t.Context(), &pb.UpdateNotificationPreferencesRequest{
			NotificationPreferences: p, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
		return err
	}
	rules := func(r ...*pb.NotificationPreferences_Rule) *pb.NotificationPreferences {
		return &pb.NotificationPreferences{Rules: r}
	}
	for name, c := range map[string]struct {
		patch  *pb.NotificationPreferences
		path   string
		reason optionsv1.Reason
	}{
		"the category SECURITY": {rules(rule("SECURITY", email, off)), "rules",
			optionsv1.Reason_NOTIFICATION_NOT_MUTABLE},
		"the category APPROVAL": {rules(rule("APPROVAL", push, off)), "rules",
			optionsv1.Reason_NOTIFICATION_NOT_MUTABLE},
		"a kind of SECURITY": {rules(rule("apiKey.created", inApp, off)), "rules",
			optionsv1.Reason_NOTIFICATION_NOT_MUTABLE},
		"an unknown kind":          {rules(rule("comment.none", email, off)), "rules", optionsv1.Reason_FIELDS_INVALID},
		"a digest of pushes":       {rules(rule("COMMENT", push, digest)), "rules", optionsv1.Reason_FIELDS_INVALID},
		"a rule without a mode":    {rules(rule("COMMENT", push, 0)), "rules", optionsv1.Reason_FIELDS_INVALID},
		"a rule without a channel": {rules(rule("COMMENT", 0, off)), "rules", optionsv1.Reason_FIELDS_INVALID},
		"a rule about nothing":     {rules(rule("", email, off)), "rules", optionsv1.Reason_FIELDS_INVALID},
		"a rule twice": {rules(rule("COMMENT", email, off), rule("COMMENT", email, digest)), "rules",
			optionsv1.Reason_FIELDS_INVALID},
		"an unknown language": {&pb.NotificationPreferences{LanguageCode: "xx"}, "language_code",
			optionsv1.Reason_FIELDS_INVALID},
		"an unknown zone": {&pb.NotificationPreferences{TimeZone: "Mars/Base"}, "time_zone",
			optionsv1.Reason_FIELDS_INVALID},
		"half of the quiet hours": {&pb.NotificationPreferences{QuietStartTime: "22:00"}, "quiet_start_time",
			optionsv1.Reason_FIELDS_INVALID},
		"a time that does not exist": {&pb.NotificationPreferences{DigestTime: "25:00"}, "digest_time",
			optionsv1.Reason_FIELDS_INVALID},
	} {
		if err := update(c.patch, c.path); apptest.Reason(err) != c.reason {
			t.Errorf("%s: got %v, want %s", name, err, c.reason)
		}
	}
	o.ada.prefer(t, &pb.NotificationPreferences{
		Rules: []*pb.NotificationPreferences_Rule{rule("SECURITY", email, digest)}, TimeZone: "Europe/Berlin",
	}, "rules", "time_zone")
	if err := update(&pb.NotificationPreferences{DigestOff: true, Etag: "0"},
		"digest_off"); apptest.Reason(err) != optionsv1.Reason_ETAG_MISMATCH {
		t.Errorf("got %v, want ETAG_MISMATCH", err)
	}
	stored := must(o.ada.GetNotificationPreferences(t.Context(), &pb.GetNotificationPreferencesRequest{}))(t)
	if stored.GetEtag() != "1" || stored.GetTimeZone() != "Europe/Berlin" || len(stored.GetRules()) != 1 {
		t.Errorf("got %v", stored)
	}
	others := must(o.ben.GetNotificationPreferences(t.Context(), &pb.GetNotificationPreferencesRequest{}))(t)
	if others.GetEtag() != "0" || len(others.GetRules()) != 0 {
		t.Errorf("the preferences of one person are those of another: %v", others)
	}
	rest := o.ada.REST(t, "PATCH", "/v1/notificationPreferences", `{"quietStartTime":"22:00","quietEndTime":"07:00"}`)
	if rest.Code != 200 || rest.Body["timeZone"] != "Europe/Berlin" || rest.Body["quietEndTime"] != "07:00" {
		t.Errorf("got %d %s", rest.Code, rest.Raw)
	}
}

func TestRulesDecideByKindAndChannel(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.ada.prefer(t, &pb.NotificationPreferences{Rules: []*pb.NotificationPreferences_Rule{
		rule("ASSIGNMENT", inApp, off), rule("ASSIGNMENT", email, off), rule("MENTION", email, off),
		rule("comment.mention", email, immediate), rule("comment.created", inApp, off),
	}}, "rules")
	modes := map[string]string{}
	for _, k := range must(o.ada.ListNotificationKinds(t.Context(),
		&pb.ListNotificationKindsRequest{}))(t).GetNotificationKinds() {
		for _, c := range k.GetChannels() {
			modes[k.GetName()+" "+c.GetChannel().String()] = c.GetMode().String()
		}
	}
	for channel, want := range map[string]string{
		"comment.mention EMAIL": "IMMEDIATE", "comment.created EMAIL": "DIGEST", "comment.created IN_APP": "OFF",
		"responsibility.assigned EMAIL": "OFF", "apiKey.created EMAIL": "IMMEDIATE", "operation.succeeded EMAIL": "OFF",
	} {
		if modes[channel] != want {
			t.Errorf("%s: got %s, want %s", channel, modes[channel], want)
		}
	}
	task := o.task(t, "Website", o.ada.id, "")
	comment(t, o.Organization, task, "Just so")
	comment(t, o.Organization, task, "Hello @["+o.ada.id+"]")
	o.tell(t)
	o.ada.wantUnread(t, "Olive Owner mentioned you on Website")
	if got := o.ada.list(t, `notification_kind = "comment.created"`); len(got) != 1 ||
		got[0].GetState() != pb.Notification_ARCHIVED || got[0].GetArchivedTime() == nil {
		t.Errorf("a list that is off: got %v, want one that is archived", got)
	}
	if got := o.emails(t, plainMail, o.ada.email); len(got) != 1 || got[0] != "Olive Owner mentioned you on Website" {
		t.Errorf("got the emails %q", got)
	}
	if got := o.emails(t, "platform.securityNotification", o.ada.email); len(got) != 1 {
		t.Errorf("got the emails %q about the key", got)
	}
	// PUSH and WEBHOOK are on, but without devices nothing is left to send.
	o.advance(t, 48*time.Hour)
	if got := o.emails(t, digestMail, o.ada.email); len(got) != 1 || got[0] != "Unread or overdue: 1" {
		t.Errorf("got the digests %q, want the comment that the list does not show", got)
	}
}

func TestDigestHoldsWhatIsUnread(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	o.advance(t, 24*time.Hour) // past the digest of what came before
	task, other := o.task(t, "Website", o.ada.id, ""), o.task(t, "Report", o.ben.id, "")
	for range 2 {
		comment(t, o.Organization, task, "Note")
		comment(t, o.Organization, other, "Note")
	}
	o.tell(t)
	before := len(o.emails(t, digestMail, o.ada.email))
	must(o.ben.MarkNotificationsRead(t.Context(), &pb.MarkNotificationsReadRequest{UntilId: o.ben.list(t,
		"")[0].GetId()}))(t)
	for range 3 {
		o.advance(t, 24*time.Hour)
	}
	if got := o.emails(t, digestMail, o.ada.email)[before:]; len(got) != 1 || got[0] != "Unread or overdue: 2" {
		t.Errorf("got the digests %q, want one", got)
	}
	if got := o.emails(t, digestMail, o.ben.email); len(got) != 0 {
		t.Errorf("got the digests %q, want none if everything is read", got)
	}
	o.ada.prefer(t, &pb.NotificationPreferences{DigestOff: true}, "digest_off")
	comment(t, o.Organization, task, "Note")
	o.tell(t)
	o.advance(t, 24*time.Hour)
	if got := o.emails(t, digestMail, o.ada.email)[before:]; len(got) != 1 {
		t.Errorf("got the digests %q after they were turned off", got)
	}
}

func TestQuietHoursDelayEmails(t *testing.T) {
	t.Parallel()
	o := newTeam(t)
	local := o.now(t).UTC()
	o.ada.prefer(t, &pb.NotificationPreferences{
		TimeZone: "UTC", QuietStartTime: local.Add(-time.Hour).Format("15:04"),
		QuietEndTime: local.Add(3 * time.Hour).Format("15:04"),
	}, "time_zone", "quiet_start_time", "quiet_end_time")
	o.task(t, "Website", o.ada.id, "")
	read := o.task(t, "Read before", o.ada.id, "")
	o.tell(t)
	o.ada.wantUnread(t, "Olive Owner made you responsible for Read before",
		"Olive Owner made you responsible for Website")
	o.advance(t, 2*time.Hour)
	if got := o.emails(t, plainMail, o.ada.email); len(got) != 0 {
		t.Errorf("got the emails %q in the quiet hours", got)
	}
	must(o.ada.MarkNotificationsRead(t.Context(),
		&pb.MarkNotificationsReadRequest{Ids: []string{o.ada.list(t, `subject_id = "`+read+`"`)[0].GetId()}}))(t)
	for range 3 {
		o.advance(t, time.Hour)
	}
	if got := strings.Join(o.emails(t, plainMail, o.ada.email),
		", "); got != "Olive Owner made you responsible for Website" {
		t.Errorf("got the emails %q after the quiet hours", got)
	}
}

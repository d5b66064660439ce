package notification_test

import (
	"bytes"
	"context"
	netmail "net/mail"
	"path/filepath"
	"strings"
	"testing"

	gomail "github.com/wneessen/go-mail"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/delivery"
	"backoffice/internal/platform/module"
)

// TestUnsubscribingTurnsDigestsOff follows the link of a digest. Other emails still arrive.
func TestUnsubscribingTurnsDigestsOff(t *testing.T) {
	t.Parallel()
	carrier := &recorder{}
	live := apptest.New(t, func(o *module.Options) {
		o.Mail = mail.Options{
			Carrier: carrier, Outbox: delivery.Outbox(filepath.Join(t.TempDir(), "outbox")), From: "server@mail.example",
			PublicURL: "https://api.example",
		}
	})
	o := newTeamOf(t, live, func(r *pb.SignUpRequest) { r.Test = false })
	task := o.task(t, "Website", o.ada.id, "")
	comment(t, o.Organization, task, "Note")
	o.tell(t)
	// A live clock cannot be advanced, so the digest is made due.
	must(o.conn.Exec(t.Context(), `
update platform.notification_deliveries
set due_time = now() - interval '1 second'
where org_id = $1
and channel = 'DIGEST'`, o.key))(t)
	o.RunJobs(t)
	var link string
	for _, m := range carrier.messages {
		if _, after, found := strings.Cut(m.Header.Get("List-Unsubscribe"), "unsubscribe?token="); found {
			link = after
		}
	}
	token, _, _ := strings.Cut(link, ">")
	if token == "" {
		t.Fatalf("none of the %d emails can be unsubscribed from", len(carrier.messages))
	}
	must(pb.NewMailServiceClient(o).UnsubscribeEmail(t.Context(), &pb.UnsubscribeEmailRequest{Token: token}))(t)
	if p := must(o.ada.GetNotificationPreferences(t.Context(),
		&pb.GetNotificationPreferencesRequest{}))(t); !p.GetDigestOff() {
		t.Errorf("got %v", p)
	}
	sent := len(o.emails(t, plainMail, o.ada.email))
	o.task(t, "Report", o.ada.id, "")
	o.tell(t)
	if got := o.emails(t, plainMail, o.ada.email); len(got) != sent+1 {
		t.Errorf("got the emails %q", got)
	}
	list := must(pb.NewMailServiceClient(o).ListEmailSuppressions(t.Context(), &pb.ListEmailSuppressionsRequest{}))(t)
	if len(list.GetEmailSuppressions()) != 0 {
		t.Errorf("got %v", list)
	}
}

// recorder accepts all emails.
type recorder struct{ messages []*netmail.Message }

// Deliver implements delivery.Carrier.
func (r *recorder) Deliver(_ context.Context, m *gomail.Msg) error {
	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		return err
	}
	received, err := netmail.ReadMessage(&raw)
	r.messages = append(r.messages, received)
	return err
}

package mail_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/delivery"
	"backoffice/internal/platform/mail/mailtest"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/module"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// reminder is a kind of mail that recipients can unsubscribe from.
var reminder = mail.Kind{
	Name: "test.reminder", Description: "Sent by tests.", Digest: true,
	Variables: []template.Variable{{Name: "task", Type: template.Text}},
	Texts: map[string]template.Source{
		"en": {Subject: "Reminder: {{.task}}", Text: "Please finish {{.task}}."},
		"de": {Subject: "Erinnerung: {{.task}}", Text: "Bitte erledigen Sie {{.task}}."},
	},
}

// statement is a kind of mail with a variable of each type.
var statement = mail.Kind{
	Name: "test.statement", Description: "Sent by tests.",
	Variables: []template.Variable{
		{Name: "customer", Type: template.Text}, {Name: "total", Type: template.Money}, {Name: "due", Type: template.Date},
		{Name: "seen", Type: template.Time}, {Name: "link", Type: template.URL}, {Name: "count", Type: template.Number},
		{Name: "lines", Type: template.List, Fields: []template.Variable{
			{Name: "text", Type: template.Text}, {Name: "amount", Type: template.Money},
		}},
	},
	Texts: map[string]template.Source{"en": {Subject: "{{.customer}}", Text: "{{.total}}"}},
}

var eventsSecret = []byte(strings.Repeat("s", 32))

// sender is an organization whose mails go to a mail server.
type sender struct {
	*apptest.Organization
	pb.MailServiceClient
	server *mailtest.Server
	key    uuid.UUID
	outbox string
}

// newSender signs up an organization in an app that sends to a new mail server.
func newSender(t testing.TB, changes ...func(*pb.SignUpRequest)) sender {
	t.Helper()
	s := sender{server: mailtest.New(t, mailtest.PlainText), outbox: filepath.Join(t.TempDir(), "outbox")}
	carrier, err := delivery.NewSMTP("smtp://"+s.server.Addr+"?tls=none",
		delivery.Limits{Step: time.Second, Data: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(carrier.Close)
	a := apptest.New(t, func(o *module.Options) {
		o.Mail = mail.Options{
			Carrier: carrier, Outbox: delivery.Outbox(s.outbox), From: "server@mail.example",
			InboundDomain: "in.example", PublicURL: "https://api.example", EventsSecret: eventsSecret,
		}
		o.Modules = append(slices.Clip(o.Modules), func(module.Platform) module.Module {
			return module.Module{Name: "reminders", EmailKinds: []mail.Kind{reminder, statement}}
		})
	})
	live := func(r *pb.SignUpRequest) { r.Test = false }
	s.Organization = apptest.SignUpTo(t, a, append([]func(*pb.SignUpRequest){live}, changes...)...)
	s.MailServiceClient = pb.NewMailServiceClient(s.Organization)
	if s.key, err = id.Parse("org", s.Organization.Organization.GetId()); err != nil {
		t.Fatal(err)
	}
	return s
}

// write runs fn as a unit of work of the system.
func (s sender) write(ctx context.Context, t testing.TB, fn func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	c, err := s.App.Identity.SystemCall(ctx, s.key)
	if err != nil {
		return err
	}
	shared, _ := apptest.Databases(t)
	server := shared.WithKinds(s.App.Registry)
	_, err = db.Write(call.With(ctx, c), server, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, fn(ctx, tx)
	})
	return err
}

// queue sends a mail to a recipient without delivering it.
func (s sender) queue(t testing.TB, to string, changes ...func(*mail.Message)) {
	t.Helper()
	m := mail.Message{
		Kind: reminder, Cause: rand.Text(), To: []message.Address{{Name: "Ann", Email: to}},
		Values: template.Values{"task": "the report"},
	}
	for _, change := range changes {
		change(&m)
	}
	if err := s.write(t.Context(), t, func(ctx context.Context, tx *db.Tx) error {
		return mail.Send(ctx, tx,
			m)
	}); err != nil {
		t.Fatal(err)
	}
}

// deliver runs the background work of the organization.
func (s sender) deliver(t testing.TB) {
	t.Helper()
	if err := s.App.Jobs.RunChores(t.Context(), s.key); err != nil {
		t.Fatal(err)
	}
}

// passTime makes the waiting mails due now, as if the time until then had passed, and moves the
// time at which they were queued back.
func (s sender) passTime(t testing.TB, age time.Duration) {
	t.Helper()
	if _, err := s.connect(t).Exec(t.Context(), `
update platform.email_queue
set due_time = now(), queue_time = queue_time - $2::interval
where org_id = $1`, s.key, age); err != nil {
		t.Fatal(err)
	}
}

// wait returns how long the only waiting mail waits.
func (s sender) wait(t testing.TB) (wait time.Duration) {
	t.Helper()
	if err := s.connect(t).QueryRow(t.Context(), `
select q.due_time - now()
from platform.email_queue q
where q.org_id = $1`, s.key).Scan(&wait); err != nil {
		t.Fatal(err)
	}
	return wait
}

// connect returns a connection to the database that is not limited to an organization.
func (s sender) connect(t testing.TB) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), apptest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// all returns the organization's emails, oldest first.
func (s sender) all(t testing.TB) []*pb.SentEmail {
	t.Helper()
	list, err := s.ListSentEmails(t.Context(), &pb.ListSentEmailsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return list.GetSentEmails()
}

// only returns the only email of the organization.
func (s sender) only(t testing.TB) *pb.SentEmail {
	t.Helper()
	list := s.all(t)
	if len(list) != 1 {
		t.Fatalf("got %d emails, want 1", len(list))
	}
	return list[0]
}

// wantState checks the state and the number of attempts of an email.
func wantState(t testing.TB, e *pb.SentEmail, state pb.SentEmail_State, attempts int32) {
	t.Helper()
	if e.GetState() != state || e.GetAttemptCount() != attempts {
		t.Errorf("the email is %s after %d attempts (%s), want %s after %d",
			e.GetState(), e.GetAttemptCount(), e.GetLastError(), state, attempts)
	}
}

// tokenOf returns the token in an unsubscribe URL.
func tokenOf(t testing.TB, header string) string {
	t.Helper()
	u, err := url.Parse(strings.Trim(header, "<>"))
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("token")
}

package mail_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/mailtest"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/mail/template"
)

func TestMailIsSentWithItsHeaders(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.queue(t, "Ann@Example.ORG", func(m *mail.Message) { m.SubjectID, m.Language = s.Owner.GetId(), "de" })
	if s.server.Count() != 0 {
		t.Error("the mail was sent in the transaction")
	}
	s.deliver(t)
	e := s.only(t)
	wantState(t, e, pb.SentEmail_SENT, 1)
	if e.GetSendTime() == nil || e.GetLanguageCode() != "de" || e.GetRecipientEmail() != "Ann@example.org" {
		t.Errorf("got %v", e)
	}
	h := s.server.Received(t)[0].Header
	reply := h.Get("Reply-To")
	local, domain, _ := strings.Cut(reply[strings.Index(reply, "<")+1:], "@")
	if domain != "in.example>" || !strings.HasPrefix(local, "reply+") || len(local) > 64 {
		t.Errorf("Reply-To is %q", reply)
	}
	for name, want := range map[string]string{
		"Message-ID": "<" + e.GetMessageId() + ">", "Subject": "Erinnerung: the report",
		"From":                  `"` + s.Organization.Organization.GetDisplayName() + `" <server@mail.example>`,
		"To":                    `"Ann" <Ann@example.org>`,
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	content, err := s.GetSentEmailContent(t.Context(), &pb.GetSentEmailContentRequest{SentEmailId: e.GetId()})
	if err != nil || content.GetText() != "Bitte erledigen Sie the report.\n" ||
		!strings.Contains(content.GetHtml(), "<html lang=\"de\">") {
		t.Errorf("the content is %v, %v", content, err)
	}
}

// TestOneMailForEachCause sends a mail for the same causes from concurrent jobs, delivers it by
// concurrent runs of one app, and counts what the mail server received.
func TestOneMailForEachCause(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	causes := []string{"a", "b", "c", "d", "e"}
	var jobs sync.WaitGroup
	for range 6 {
		jobs.Go(func() {
			for _, cause := range causes {
				m := mail.Message{
					Kind: reminder, Cause: cause, To: []message.Address{{Email: "ann@example.org"}, {Email: "ANN@example.org"},
						{Email: "bob@example.org"}},
					Values: template.Values{"task": cause},
				}
				if err := s.write(context.Background(), t, func(ctx context.Context, tx *db.Tx) error {
					return mail.Send(ctx,
						tx, m)
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	jobs.Wait()
	for range 4 {
		jobs.Go(func() {
			if err := s.App.Jobs.RunChores(context.Background(), s.key); err != nil {
				t.Error(err)
			}
		})
	}
	jobs.Wait()
	got := map[string]int{}
	for _, m := range s.server.Received(t) {
		got[m.Header.Get("Subject")+m.Header.Get("To")]++
	}
	for what, n := range got {
		if n != 1 {
			t.Errorf("%s was received %d times", what, n)
		}
	}
	if len(got) != 10 {
		t.Errorf("received %d mails, want 10: %v", len(got), got)
	}
}

func TestRefusedMailIsGivenUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		behavior mailtest.Behavior
		state    pb.SentEmail_State
	}{
		"a refused mail fails":         {mailtest.Refuse, pb.SentEmail_FAILED},
		"an unknown recipient bounces": {mailtest.UnknownRecipient, pb.SentEmail_BOUNCED},
		"a refused sender fails":       {mailtest.RelayDenied, pb.SentEmail_FAILED},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSender(t)
			s.server.Behave(func(int, string) mailtest.Behavior { return c.behavior })
			s.queue(t, "ann@example.org")
			s.deliver(t)
			wantState(t, s.only(t), c.state, 1)
			s.passTime(t, 0)
			s.deliver(t)
			if n := s.server.Attempts(); n != 1 {
				t.Errorf("the mail was tried %d times", n)
			}
		})
	}
}

// TestFailureIsRetriedWithTheSameMessageID lets the server fail in each way before it accepts.
func TestFailureIsRetriedWithTheSameMessageID(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		behavior mailtest.Behavior
		received int
		reason   string
	}{
		"busy":                   {mailtest.Busy, 1, "refused with 451: 4.3.2 try again later"},
		"stalled":                {mailtest.Stall, 1, "The mail server could not be reached."},
		"dropped":                {mailtest.Drop, 1, "The mail server could not be reached."},
		"dropped after the mail": {mailtest.DropAfterMail, 2, "The mail server could not be reached."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSender(t)
			s.server.Behave(func(attempt int, _ string) mailtest.Behavior {
				if attempt == 1 {
					return c.behavior
				}
				return mailtest.Accept
			})
			s.queue(t, "ann@example.org")
			s.deliver(t)
			e := s.only(t)
			wantState(t, e, pb.SentEmail_QUEUED, 1)
			if e.GetLastError() != c.reason {
				t.Errorf("the last error is %q, want %q", e.GetLastError(), c.reason)
			}
			s.deliver(t)
			wantState(t, s.only(t), pb.SentEmail_QUEUED, 1) // not due yet
			s.passTime(t, 0)
			s.deliver(t)
			wantState(t, s.only(t), pb.SentEmail_SENT, 2)
			got := s.server.Received(t)
			if len(got) != c.received {
				t.Fatalf("received %d mails, want %d", len(got), c.received)
			}
			for _, m := range got {
				if m.Header.Get("Message-ID") != "<"+e.GetMessageId()+">" {
					t.Errorf("the Message-ID is %s, want %s", m.Header.Get("Message-ID"), e.GetMessageId())
				}
			}
		})
	}
}

func TestMailIsGivenUpAfterOneDay(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.server.Behave(func(int, string) mailtest.Behavior { return mailtest.Busy })
	s.queue(t, "ann@example.org")
	s.deliver(t)
	s.passTime(t, 25*time.Hour)
	s.deliver(t)
	e := s.only(t)
	wantState(t, e, pb.SentEmail_FAILED, 2)

	s.server.Behave(func(int, string) mailtest.Behavior { return mailtest.Accept })
	e, err := s.RetrySentEmail(t.Context(), &pb.RetrySentEmailRequest{SentEmailId: e.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	wantState(t, e, pb.SentEmail_QUEUED, 2)
	s.deliver(t)
	wantState(t, s.only(t), pb.SentEmail_SENT, 3)
	_, err = s.RetrySentEmail(t.Context(), &pb.RetrySentEmailRequest{SentEmailId: e.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}

// TestRetriedMailIsTriedSoonAgain lets a mail fail often, retries it, and lets it fail again.
func TestRetriedMailIsTriedSoonAgain(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.server.Behave(func(int, string) mailtest.Behavior { return mailtest.Busy })
	s.queue(t, "ann@example.org")
	for attempt, want := range []time.Duration{1, 2, 4, 8} {
		s.passTime(t, 0)
		s.deliver(t)
		if wait := s.wait(t); wait.Round(time.Minute) != want*time.Minute {
			t.Errorf("after %d attempts, the mail waits %v, want %v", attempt+1, wait, want*time.Minute)
		}
	}
	s.passTime(t, 25*time.Hour)
	s.deliver(t)
	if _, err := s.RetrySentEmail(t.Context(),
		&pb.RetrySentEmailRequest{SentEmailId: s.only(t).GetId()}); err != nil {
		t.Fatal(err)
	}
	s.deliver(t)
	wantState(t, s.only(t), pb.SentEmail_QUEUED, 6)
	if wait := s.wait(t); wait.Round(time.Minute) != time.Minute {
		t.Errorf("after the retry, the mail waits %v, want a minute", wait)
	}
}

// TestUnreachableServerKeepsOtherMails lets the server stall at the first mail. The others wait
// without an attempt, and none is lost.
func TestUnreachableServerKeepsOtherMails(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.server.Behave(func(int, string) mailtest.Behavior { return mailtest.Stall })
	for range 5 {
		s.queue(t, "ann@example.org")
	}
	began := time.Now()
	s.deliver(t)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the turn took %v, want about the timeout of one mail", took)
	}
	if n := s.server.Attempts(); n != 1 {
		t.Errorf("%d mails were tried, want 1", n)
	}
	s.server.Behave(func(int, string) mailtest.Behavior { return mailtest.Accept })
	s.passTime(t, 0)
	s.deliver(t)
	for _, e := range s.all(t) {
		if e.GetState() != pb.SentEmail_SENT {
			t.Errorf("an email is %s", e.GetState())
		}
	}
	if s.server.Count() != 5 {
		t.Errorf("received %d mails, want 5", s.server.Count())
	}
}

func TestTestOrganizationNeverSends(t *testing.T) {
	t.Parallel()
	s := newSender(t, func(r *pb.SignUpRequest) { r.Test = true })
	s.queue(t, "ann@example.org")
	s.deliver(t)
	e := s.only(t)
	wantState(t, e, pb.SentEmail_SENT, 1)
	found, err := os.ReadDir(s.outbox)
	if err != nil || len(found) != 1 || found[0].Name() != e.GetMessageId()+".eml" || s.server.Count() != 0 {
		t.Errorf("the outbox has %v, %v, and the server received %d mails", found, err, s.server.Count())
	}
}

func TestInvalidMailIsRefused(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	for name, c := range map[string]struct {
		change func(*mail.Message)
		field  string
	}{
		"rejects a header in the address": {func(m *mail.Message) { m.To[0].Email = "a@b.example\r\nBcc: c@d.example" },
			"to[0]"},
		"rejects an invalid reply address": {func(m *mail.Message) { m.ReplyTo = "nobody" }, "replyTo"},
		"rejects too many recipients":      {func(m *mail.Message) { m.To = make([]message.Address, 51) }, "to"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := mail.Message{Kind: reminder, Cause: name, To: []message.Address{{Email: "a@b.example"}},
				Values: template.Values{"task": "x"}}
			c.change(&m)
			err := s.write(t.Context(), t, func(ctx context.Context, tx *db.Tx) error { return mail.Send(ctx, tx, m) })
			apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, c.field)
		})
	}
}

// TestHeadersCannotBeInjected puts line breaks into everything that a header is made from.
func TestHeadersCannotBeInjected(t *testing.T) {
	t.Parallel()
	const attack = "x\r\nBcc: victim@example.org\r\n\r\nbody"
	s := newSender(t)
	s.queue(t, "ann@example.org", func(m *mail.Message) {
		m.To[0].Name, m.Values["task"] = attack, attack
	})
	s.deliver(t)
	h := s.server.Received(t)[0].Header
	if len(h["Bcc"]) > 0 || !strings.Contains(h.Get("Subject"), "Bcc: victim") ||
		!strings.Contains(h.Get("To"), "Bcc: victim") {
		t.Errorf("the headers are %v", h)
	}
}

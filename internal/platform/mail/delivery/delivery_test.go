package delivery_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"

	"backoffice/internal/platform/mail/delivery"
	"backoffice/internal/platform/mail/mailtest"
	"backoffice/internal/platform/mail/message"
)

// compose returns a mail with a Message-ID.
func compose(t *testing.T, id string) *gomail.Msg {
	t.Helper()
	msg, err := message.Message{
		ID: id, Date: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC), Text: "Hello",
		From: message.Address{Name: "Acme", Email: "office@example.com"}, To: message.Address{Email: "ann@example.org"},
	}.Compose()
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

// connect returns a client of a server; the URL has the scheme and user.
func connect(t *testing.T, s *mailtest.Server, address string, timeout time.Duration) *delivery.SMTP {
	t.Helper()
	var options []gomail.Option
	if !strings.HasSuffix(address, "tls=none") {
		options = append(options, gomail.WithTLSConfig(&tls.Config{RootCAs: s.Roots, ServerName: "example.com"}))
	}
	c, err := delivery.NewSMTP(address, delivery.Limits{Step: timeout, Data: timeout}, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestMailIsDeliveredEncryptedAndAuthenticated(t *testing.T) {
	t.Parallel()
	user := url.UserPassword("office", mailtest.Password).String()
	for scheme, mode := range map[string]mailtest.Mode{"smtps": mailtest.TLS, "smtp": mailtest.STARTTLS} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			s := mailtest.New(t, mode)
			c := connect(t, s, scheme+"://"+user+"@"+s.Addr, 5*time.Second)
			if err := c.Deliver(t.Context(), compose(t, "a@example.com")); err != nil {
				t.Fatal(err)
			}
			got := s.Received(t)
			if len(got) != 1 || got[0].Header.Get("Message-ID") != "<a@example.com>" || len(s.Users()) != 1 {
				t.Errorf("got %v from the users %v", got, s.Users())
			}
		})
	}
}

func TestPlainTextIsRefusedUnlessAllowed(t *testing.T) {
	t.Parallel()
	s := mailtest.New(t, mailtest.PlainText)
	if err := connect(t, s, "smtp://"+s.Addr, 5*time.Second).Deliver(t.Context(), compose(t, "a@b.c")); err == nil {
		t.Error("a mail was sent without encryption")
	}
	if err := connect(t, s, "smtp://"+s.Addr+"?tls=none", 5*time.Second).Deliver(t.Context(), compose(t,
		"a@b.c")); err != nil {
		t.Error(err)
	}
}

func TestConnectionIsReused(t *testing.T) {
	t.Parallel()
	s := mailtest.New(t, mailtest.PlainText)
	c := connect(t, s, "smtp://"+s.Addr+"?tls=none", 5*time.Second)
	for i := range 20 {
		if err := c.Deliver(t.Context(), compose(t, fmt.Sprint(i, "@example.com"))); err != nil {
			t.Fatal(err)
		}
	}
	if s.Connections() != 1 || s.Count() != 20 {
		t.Errorf("sent %d mails over %d connections, want 20 over 1", s.Count(), s.Connections())
	}
}

func TestFailuresAreToldApart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		behavior  mailtest.Behavior
		answered  bool
		permanent bool
		recipient bool
	}{
		"a busy server may accept later":          {behavior: mailtest.Busy, answered: true},
		"a stalled server may accept later":       {behavior: mailtest.Stall},
		"a dropped connection may be tried again": {behavior: mailtest.Drop},
		"a connection dropped after the mail":     {behavior: mailtest.DropAfterMail},
		"a refused mail is refused for good":      {behavior: mailtest.Refuse, answered: true, permanent: true},
		"an unknown recipient is refused for good": {behavior: mailtest.UnknownRecipient, answered: true, permanent: true,
			recipient: true},
		"a sender who may not relay": {behavior: mailtest.RelayDenied, answered: true, permanent: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mailtest.New(t, mailtest.PlainText)
			s.Behave(func(int, string) mailtest.Behavior { return c.behavior })
			server := connect(t, s, "smtp://"+s.Addr+"?tls=none", time.Second)
			err := server.Deliver(t.Context(), compose(t, "a@example.com"))
			var refusal *delivery.Refusal
			if err == nil || errors.As(err, &refusal) != c.answered ||
				c.answered && (refusal.IsPermanent() != c.permanent || refusal.Recipient != c.recipient) {
				t.Fatalf("got %v", err)
			}
			s.Behave(func(int, string) mailtest.Behavior { return mailtest.Accept })
			if err := server.Deliver(t.Context(), compose(t, "b@example.com")); err != nil {
				t.Errorf("the next mail failed: %v", err)
			}
		})
	}
}

// TestLargeMailHasMoreTime lets a server take twice as long as a small mail may. It accepts a mail
// of 100 KB once, and does not accept a small one.
func TestLargeMailHasMoreTime(t *testing.T) {
	t.Parallel()
	s := mailtest.New(t, mailtest.PlainText)
	c := connect(t, s, "smtp://"+s.Addr+"?tls=none", time.Second)
	s.Behave(func(int, string) mailtest.Behavior { return mailtest.AcceptSlowly })
	if err := c.Deliver(t.Context(), compose(t, "small@example.com")); err == nil {
		t.Error("a small mail was delivered after its limit")
	}
	large, err := message.Message{
		ID: "large@example.com", Date: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC),
		From: message.Address{Email: "office@example.com"}, To: message.Address{Email: "ann@example.org"},
		Text: strings.Repeat("Hello, this is a long mail.\n", 4000),
	}.Compose()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Deliver(t.Context(), large); err != nil {
		t.Error(err)
	}
}

// TestDeliveryEndsWithItsContext stops a delivery to a server that never answers.
func TestDeliveryEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := mailtest.New(t, mailtest.PlainText)
	s.Behave(func(int, string) mailtest.Behavior { return mailtest.Stall })
	c := connect(t, s, "smtp://"+s.Addr+"?tls=none", time.Minute)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := c.Deliver(ctx, compose(t, "a@example.com")); err == nil || time.Since(began) > 10*time.Second {
		t.Errorf("got %v after %v", err, time.Since(began))
	}
}

// TestIdleConnectionIsUsedAfterItsLimit waits longer than a step may take between two mails.
func TestIdleConnectionIsUsedAfterItsLimit(t *testing.T) {
	t.Parallel()
	s := mailtest.New(t, mailtest.PlainText)
	c := connect(t, s, "smtp://"+s.Addr+"?tls=none", 500*time.Millisecond)
	for i := range 2 {
		if err := c.Deliver(t.Context(), compose(t, fmt.Sprint(i, "@example.com"))); err != nil {
			t.Fatal(err)
		}
		time.Sleep(700 * time.Millisecond)
	}
	if s.Connections() != 1 {
		t.Errorf("used %d connections, want 1", s.Connections())
	}
}

// TestConnectionClosedByServerIsReplaced lets the server close a kept connection.
func TestConnectionClosedByServerIsReplaced(t *testing.T) {
	t.Parallel()
	s := mailtest.New(t, mailtest.PlainText)
	c := connect(t, s, "smtp://"+s.Addr+"?tls=none", 5*time.Second)
	for i := range 3 {
		if err := c.Deliver(t.Context(), compose(t, fmt.Sprint(i, "@example.com"))); err != nil {
			t.Fatal(err)
		}
		s.CloseConnections()
	}
	if s.Count() != 3 {
		t.Errorf("received %d mails, want 3", s.Count())
	}
}

func TestInvalidServerURLIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "mail.example.com", "http://example.com", "smtp://", "smtps://example.com?tls=none",
		"smtp://example.com?tls=maybe", "smtp://example.com?verify=no", "smtp://example.com:99999", "smtp://example.com/path",
	} {
		if _, err := delivery.NewSMTP(text, delivery.DefaultLimits); err == nil {
			t.Errorf("accepted %q", text)
		}
	}
}

func TestOutboxKeepsOneFilePerMail(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "outbox")
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if err := delivery.Outbox(folder).Deliver(context.Background(), compose(t, "sem_1../..@example.com")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	found, err := os.ReadDir(folder)
	if err != nil || len(found) != 1 || found[0].Name() != "sem_1.._..@example.com.eml" {
		t.Fatalf("got %v, %v", found, err)
	}
	raw, err := os.ReadFile(filepath.Join(folder, found[0].Name()))
	if err != nil || !strings.Contains(string(raw), "Hello") {
		t.Errorf("got %q, %v", raw, err)
	}
}

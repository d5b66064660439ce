package delivery

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"backoffice/internal/platform/calendar"
)

const (
	// idleTimeout is how long a connection is kept for the next mail. Servers close idle connections
	// after five minutes or more (RFC 5321, 4.5.3.2.7).
	idleTimeout = time.Minute
	// serviceClosing is the reply of a server that closes the connection (RFC 5321, 4.2.3).
	serviceClosing = 421
	// maxIdle is the number of idle connections that are kept.
	maxIdle = 4
	// slowestTransfer is the number of bytes a second at which a connection still delivers a large
	// mail in time.
	slowestTransfer = 32 << 10
)

// Limits limit how long a server may take.
type Limits struct {
	// Step limits connecting, and each command.
	Step time.Duration
	// Data limits sending the content of a small mail and waiting until it is accepted. A large mail
	// has up to five times as long.
	Data time.Duration
}

// DefaultLimits give a server up to ten minutes to accept a mail (RFC 5321, 4.5.3.2.6).
var DefaultLimits = Limits{Step: 30 * time.Second, Data: 2 * time.Minute}

// dataOf returns the limit for a mail of a size in bytes.
func (l Limits) dataOf(size int) time.Duration {
	return min(l.Data+time.Duration(size)*time.Second/slowestTransfer, 5*l.Data)
}

// SMTP delivers mails to a mail server. It keeps connections open for the next mails.
type SMTP struct {
	client *gomail.Client
	limits Limits
	mu     sync.Mutex
	idle   []idleConnection
}

var _ Carrier = (*SMTP)(nil)

// idleConnection is an open connection that no mail uses since a time.
type idleConnection struct {
	*smtp.Client
	since time.Time
}

// NewSMTP returns the server at a URL: smtps://user:password@host:465 with TLS from the start, or
// smtp://user:password@host:587 with STARTTLS, which is required. `?tls=none` allows plain text,
// for a server on the same machine.
func NewSMTP(text string, limits Limits, options ...gomail.Option) (*SMTP, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("must be a URL such as smtps://user:password@mail.example.com:465")
	}
	security, err := securityOf(u)
	if err != nil {
		return nil, err
	}
	options = append(append(security, gomail.WithTimeout(limits.Step)), options...)
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, fmt.Errorf("%q is not a port", u.Port())
		}
		options = append(options, gomail.WithPort(port))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("the SMTP server: %w", err)
	}
	return &SMTP{client: client, limits: limits}, nil
}

// securityOf returns how connections to the server at a URL are encrypted.
func securityOf(u *url.URL) ([]gomail.Option, error) {
	query := u.Query()
	plain := query.Get("tls") == "none"
	query.Del("tls")
	if len(query) > 0 || u.Query().Has("tls") && !plain {
		return nil, errors.New("accepts no other parameter than tls=none")
	}
	switch {
	case u.Scheme == "smtps" && !plain:
		return []gomail.Option{gomail.WithSSLPort(false)}, nil
	case u.Scheme == "smtp" && plain:
		return []gomail.Option{gomail.WithPort(gomail.DefaultPort), gomail.WithTLSPolicy(gomail.NoTLS)}, nil
	case u.Scheme == "smtp":
		return []gomail.Option{gomail.WithTLSPortPolicy(gomail.TLSMandatory)}, nil
	}
	return nil, errors.New("must start with smtps:// or smtp://, and only smtp:// may have tls=none")
}

// Deliver implements Carrier. If ctx ends, the connection is closed.
func (s *SMTP) Deliver(ctx context.Context, msg *gomail.Msg) error {
	e, err := newEnvelope(msg)
	if err != nil {
		return err
	}
	conn, err := s.connect(ctx)
	if err != nil {
		return err
	}
	// Close would wait for a command that is running.
	release := context.AfterFunc(ctx, func() { _ = conn.Text.Close() })
	err = refusalOf(s.send(conn, e))
	var refusal *Refusal
	usable := err == nil || errors.As(err, &refusal) && refusal.Code != serviceClosing
	usable = usable && s.command(conn, conn.Reset) == nil
	s.keep(conn, release() && usable)
	return err
}

// envelope is a mail as it is sent. The addresses have angle brackets.
type envelope struct {
	from    string
	to      []string
	content bytes.Buffer
}

func newEnvelope(msg *gomail.Msg) (e *envelope, err error) {
	e = &envelope{}
	if e.from, err = msg.GetSender(false); err != nil {
		return nil, err
	}
	if e.to, err = msg.GetRecipients(); err != nil {
		return nil, err
	}
	_, err = msg.WriteTo(&e.content)
	return e, err
}

// send sends a mail. Each command has a separate limit, so that a large mail has enough time.
func (s *SMTP) send(conn *smtp.Client, e *envelope) error {
	if err := s.command(conn, func() error { return conn.Mail(e.from) }); err != nil {
		return err
	}
	for _, to := range e.to {
		if err := s.command(conn, func() error { return conn.Rcpt(to) }); err != nil {
			return &recipientError{err}
		}
	}
	var content io.WriteCloser
	if err := s.command(conn, func() (err error) {
		content, err = conn.Data()
		return err
	}); err != nil {
		return err
	}
	if err := conn.UpdateDeadline(s.limits.dataOf(e.content.Len())); err != nil {
		return err
	}
	if _, err := e.content.WriteTo(content); err != nil {
		return err
	}
	return content.Close()
}

// command runs a command within the limit of a step.
func (s *SMTP) command(conn *smtp.Client, run func() error) error {
	if err := conn.UpdateDeadline(s.limits.Step); err != nil {
		return err
	}
	return run()
}

// connect returns a kept connection that still works, or a new one if there is none.
func (s *SMTP) connect(ctx context.Context) (*smtp.Client, error) {
	for conn := s.takeIdle(); conn != nil; conn = s.takeIdle() {
		if s.command(conn, conn.Noop) == nil {
			return conn, nil
		}
		_ = conn.Close()
	}
	return s.client.DialToSMTPClientWithContext(ctx)
}

// takeIdle returns the connection that was kept last, nil if there is none.
func (s *SMTP) takeIdle() *smtp.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.idle) > 0 {
		last := s.idle[len(s.idle)-1]
		s.idle = s.idle[:len(s.idle)-1]
		if calendar.System().Now().Sub(last.since) < idleTimeout {
			return last.Client
		}
		_ = last.Close()
	}
	return nil
}

// keep keeps a usable connection for the next mail and closes any other.
func (s *SMTP) keep(conn *smtp.Client, usable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !usable || len(s.idle) >= maxIdle {
		_ = conn.Close()
		return
	}
	s.idle = append(s.idle, idleConnection{conn, calendar.System().Now()})
}

// Close closes the kept connections.
func (s *SMTP) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, conn := range s.idle {
		_ = s.command(conn.Client, conn.Quit)
	}
	s.idle = nil
}

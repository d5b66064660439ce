package delivery

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"backoffice/internal/platform/calendar"
)

const (
	// stepTimeout limits connecting to the server, and also sending one mail.
	stepTimeout = 30 * time.Second
	// idleTimeout is how long a connection is kept for the next mail. Servers close idle connections
	// after five minutes or more (RFC 5321, 4.5.3.2.7).
	idleTimeout = time.Minute
	// serviceClosing is the reply of a server that closes the connection (RFC 5321, 4.2.3).
	serviceClosing = 421
	// maxIdle is the number of idle connections that are kept.
	maxIdle = 4
)

// SMTP delivers mails to a mail server. It keeps connections open for the next mails.
type SMTP struct {
	client *gomail.Client
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
func NewSMTP(text string, options ...gomail.Option) (*SMTP, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("must be a URL such as smtps://user:password@mail.example.com:465")
	}
	security, err := securityOf(u)
	if err != nil {
		return nil, err
	}
	options = append(append(security, gomail.WithTimeout(stepTimeout)), options...)
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
	return &SMTP{client: client}, nil
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

// Deliver implements Carrier. A mail that fails on a kept connection, which the server may have
// closed since, is tried on a new one.
func (s *SMTP) Deliver(ctx context.Context, msg *gomail.Msg) error {
	for {
		conn, kept, err := s.connect(ctx)
		if err != nil {
			return err
		}
		err = s.client.SendWithSMTPClient(conn, msg)
		if err == nil || msg.IsDelivered() {
			s.keep(conn, err == nil)
			return nil
		}
		err = refusalOf(err)
		var refusal *Refusal
		s.keep(conn, errors.As(err, &refusal) && refusal.Code != serviceClosing)
		if !kept || !isConnectionCheck(err) {
			return err
		}
	}
}

// isConnectionCheck reports whether a kept connection turned out to be closed before the mail was
// sent on it.
func isConnectionCheck(err error) bool {
	var sending *gomail.SendError
	return errors.As(err, &sending) && sending.Reason == gomail.ErrConnCheck
}

// connect returns a kept connection, or a new one if there is none.
func (s *SMTP) connect(ctx context.Context) (conn *smtp.Client, kept bool, err error) {
	s.mu.Lock()
	for len(s.idle) > 0 {
		last := s.idle[len(s.idle)-1]
		s.idle = s.idle[:len(s.idle)-1]
		if calendar.System().Now().Sub(last.since) < idleTimeout {
			s.mu.Unlock()
			return last.Client, true, nil
		}
		_ = last.Close()
	}
	s.mu.Unlock()
	conn, err = s.client.DialToSMTPClientWithContext(ctx)
	return conn, false, err
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
		_ = conn.Quit()
	}
	s.idle = nil
}

// Package mailtest runs mail servers for tests. They speak SMTP on a local port, record what they
// receive, and fail on demand: with temporary and permanent replies, by stalling, and by closing
// the connection in the middle of a mail.
package mailtest

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"net/mail"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Behavior is what a server does with a mail.
type Behavior int

// The behaviors of a server.
const (
	Accept Behavior = iota
	// Busy refuses the mail with 451, Refuse with 554.
	Busy
	Refuse
	// UnknownRecipient refuses the recipient with 550, RelayDenied because of the sender and in a text
	// that is not UTF-8.
	UnknownRecipient
	RelayDenied
	// Stall accepts the mail's first bytes and then never answers.
	Stall
	// Drop closes the connection in the middle of the mail, DropAfterMail after the whole mail and
	// before the reply.
	Drop
	DropAfterMail
	// AcceptSlowly accepts the mail after two seconds.
	AcceptSlowly
)

// Password is the password of every user of a server.
const Password = "p@ss word"

// Server is a mail server.
type Server struct {
	// Addr is its address, such as 127.0.0.1:2525.
	Addr string
	// Roots are the certificates that a client must trust.
	Roots *x509.CertPool

	mu       sync.Mutex
	behave   func(attempt int, to string) Behavior
	attempts int
	received [][]byte
	open     []net.Conn
	users    []string
	stopped  chan struct{}
}

// Mode is how a server encrypts connections.
type Mode int

// The modes of a server.
const (
	PlainText Mode = iota
	STARTTLS
	TLS
)

// New starts a server that accepts every mail.
func New(t testing.TB, mode Mode) *Server {
	t.Helper()
	s := &Server{stopped: make(chan struct{})}
	s.Behave(func(int, string) Behavior { return Accept })
	certified := httptest.NewUnstartedServer(nil)
	certified.StartTLS()
	t.Cleanup(certified.Close)
	s.Roots = x509.NewCertPool()
	s.Roots.AddCert(certified.Certificate())

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Addr = l.Addr().String()
	config := &tls.Config{Certificates: certified.TLS.Certificates}
	server := smtp.NewServer(smtp.BackendFunc(s.newSession))
	server.Domain, server.AllowInsecureAuth, server.ReadTimeout = "localhost", mode == PlainText, time.Minute
	switch mode {
	case STARTTLS:
		server.TLSConfig = config
	case TLS:
		l = tls.NewListener(l, config)
	}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() {
		close(s.stopped)
		_ = server.Close()
	})
	return s
}

// Behave sets what the server does with the mails that follow. The function gets the number of the
// attempt, from 1, and the recipient.
func (s *Server) Behave(f func(attempt int, to string) Behavior) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behave, s.attempts = f, 0
}

// Attempts returns how many mails clients tried to send since Behave.
func (s *Server) Attempts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attempts
}

// Connections returns how many connections clients have opened.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// CloseConnections closes the connections of all clients.
func (s *Server) CloseConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.open {
		_ = c.Close()
	}
}

// Users returns the users that authenticated.
func (s *Server) Users() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.users)
}

// Count returns the number of mails received.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.received)
}

// Received returns the mails that the server received, in order. A mail counts as received once
// it arrived as a whole, even if the server then closed the connection without a reply.
func (s *Server) Received(t testing.TB) []*mail.Message {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*mail.Message, len(s.received))
	for i, raw := range s.received {
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		out[i] = m
	}
	return out
}

func (s *Server) newSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, c.Conn())
	return &session{server: s, conn: c.Conn()}, nil
}

// session is one connection of a client.
type session struct {
	server *Server
	conn   net.Conn
	now    Behavior
}

// AuthMechanisms implements smtp.AuthSession.
func (c *session) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth implements smtp.AuthSession.
func (c *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != Password {
			return smtp.ErrAuthFailed
		}
		c.server.mu.Lock()
		defer c.server.mu.Unlock()
		c.server.users = append(c.server.users, user)
		return nil
	}), nil
}

// Mail implements smtp.Session.
func (c *session) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt implements smtp.Session.
func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.server.attempts++
	c.now = c.server.behave(c.server.attempts, to)
	switch c.now {
	case UnknownRecipient:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	case RelayDenied:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Weiterleitung ung\xfcltig"}
	}
	return nil
}

// Data implements smtp.Session.
func (c *session) Data(r io.Reader) error {
	switch c.now {
	case Busy:
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "try again later"}
	case Refuse:
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "not accepted"}
	case Stall:
		<-c.server.stopped
		return errors.New("stopped")
	case Drop:
		return c.conn.Close()
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if c.now == AcceptSlowly {
		time.Sleep(2 * time.Second)
	}
	c.server.mu.Lock()
	c.server.received = append(c.server.received, raw)
	c.server.mu.Unlock()
	if c.now == DropAfterMail {
		return c.conn.Close()
	}
	return nil
}

// Reset implements smtp.Session.
func (c *session) Reset() {}

// Logout implements smtp.Session.
func (c *session) Logout() error { return nil }

// Package delivery hands mails over: to an SMTP server, or to a folder of .eml files. It says
// whether a refused mail may succeed later. When a mail is tried again, and what becomes of it, is
// left to package mail.
package delivery

import (
	"context"
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Carrier delivers mails. Its methods are safe for concurrent use.
type Carrier interface {
	// Deliver hands over a mail. It returns nil once the mail was accepted, and a *Refusal if the
	// server did not accept it. After any other error the server could not be reached, and it is not
	// known whether it has the mail.
	Deliver(ctx context.Context, msg *gomail.Msg) error
}

// Refusal is the answer of a server that did not accept a mail.
type Refusal struct {
	// Code is the SMTP reply code, from 400 to 599. Recipient is true if the recipient's address is
	// bad. It is false if the server refused the mail, the sender, or to relay.
	Code      int
	Recipient bool
	Text      string
}

// Error implements error.
func (r *Refusal) Error() string { return fmt.Sprintf("refused with %d: %s", r.Code, r.Text) }

// IsPermanent reports whether the server will never accept the mail.
func (r *Refusal) IsPermanent() bool { return r.Code >= 500 }

// recipientError is the failure of the command that names a recipient.
type recipientError struct{ error }

// Unwrap returns the failure.
func (e *recipientError) Unwrap() error { return e.error }

// statusCode matches a status code (RFC 3463) at the start of a reply.
var statusCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// refusalOf returns err as a *Refusal if it is the answer of a server to a mail.
func refusalOf(err error) error {
	var reply *textproto.Error
	if !errors.As(err, &reply) || reply.Code < 400 || reply.Code > 599 {
		return err
	}
	return &Refusal{
		Code:      reply.Code,
		Recipient: errors.As(err, new(*recipientError)) && isBadAddress(statusCode.FindString(reply.Msg)),
		Text:      reply.Msg,
	}
}

// isBadAddress reports whether a status code (RFC 3463) says that an address does not exist or is
// disabled. Servers also refuse recipients for reasons of the sender, such as a missing login.
func isBadAddress(status string) bool {
	return strings.HasPrefix(status, "5.1.") && status != "5.1.7" && status != "5.1.8" || status == "5.2.1"
}

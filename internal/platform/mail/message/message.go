// Package message composes mails: it turns a Message into the bytes that a mail server accepts (RFC
// 5322, MIME). Plain text is always present. Header values with line breaks are refused, and names
// and subjects are encoded, so that no value can add a header. How a mail is delivered is left to
// package delivery.
package message

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// MaxAttachmentBytes limits the attachments of a mail together. Base64 adds a third, and many
// servers refuse mails of more than 20 MiB.
const MaxAttachmentBytes = 12 << 20

// Message is a mail to one recipient.
type Message struct {
	// ID is the Message-ID without angle brackets. It stays the same however often the mail is sent.
	ID   string
	Date time.Time
	From Address
	To   Address
	// ReplyTo is the address for replies; "" means that of From.
	ReplyTo string
	Subject string
	Text    string
	// HTML is the same content as a whole HTML document; "" sends plain text only.
	HTML string
	// UnsubscribeURL is an https URL that unsubscribes the recipient with one POST (RFC 8058); "" if
	// the mail is not a subscription.
	UnsubscribeURL string
	Attachments    []Attachment
}

// Attachment is a file that a mail carries.
type Attachment struct {
	Name, MediaType string
	Content         []byte
}

// Compose returns the mail in the form that a mail server accepts. It fails if an address is
// invalid, a header value is not one line, or the attachments are too large.
func (m Message) Compose() (*gomail.Msg, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.Date)
	msg.FromMailAddress(&mail.Address{Name: m.From.Name, Address: m.From.Email})
	msg.ToMailAddress(&mail.Address{Name: m.To.Name, Address: m.To.Email})
	if m.ReplyTo != "" {
		msg.ReplyToMailAddress(&mail.Address{Name: m.From.Name, Address: m.ReplyTo})
	}
	msg.Subject(m.Subject)
	// Other systems then send no automatic answer (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.UnsubscribeURL != "" {
		if err := msg.SetListUnsubscribeOneClick(m.UnsubscribeURL); err != nil {
			return nil, err
		}
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	for _, a := range m.Attachments {
		msg.AttachReadSeeker(a.Name, bytes.NewReader(a.Content),
			gomail.WithFileContentType(gomail.ContentType(a.MediaType)))
	}
	return msg, nil
}

// check reports the first value that cannot be part of a mail.
func (m Message) check() error {
	for _, email := range []string{m.From.Email, m.To.Email, cmp.Or(m.ReplyTo, m.From.Email)} {
		if _, err := ParseEmail(email); err != nil {
			return fmt.Errorf("the address %q %w", email, err)
		}
	}
	lines := []string{m.ID, m.From.Name, m.To.Name, m.Subject, m.UnsubscribeURL}
	size := 0
	for _, a := range m.Attachments {
		lines = append(lines, a.Name, a.MediaType)
		size += len(a.Content)
	}
	for _, line := range lines {
		if !IsLine(line) {
			return fmt.Errorf("%q must be one line without control characters", line)
		}
	}
	switch {
	case strings.ContainsAny(m.ID, "<> "):
		return fmt.Errorf("the Message-ID %q must not contain spaces or angle brackets", m.ID)
	case m.Text == "":
		return errors.New("a mail needs a plain text")
	case size > MaxAttachmentBytes:
		return errors.New("the attachments are larger than 12 MiB")
	}
	return nil
}

// Package incoming reads emails as they arrive (RFC 5322, MIME). Reading never fails: what cannot
// be read is marked, and the caller keeps the whole message beside it. Every text that it returns
// is valid UTF-8 without NUL, every header value is one line, and every file name is a plain name.
// Sizes, depth and numbers of parts are limited. Who sent a message, and what becomes of it, is
// left to others.
package incoming

import (
	"bytes"
	"net/mail"
	"strings"
	"time"
)

// The limits of what is read of a message. What exceeds them remains in the whole message.
const (
	maxHeaderBytes = 256 << 10
	maxFieldChars  = 1000
	maxAddresses   = 100
	maxDepth       = 10
	maxParts       = 500
	maxFiles       = 50
	// maxBodyBytes limits the bytes of the text that are read.
	maxBodyBytes = 1 << 20
	// MaxTextChars is the length of the longest text.
	MaxTextChars = 20000
)

// Message is an email.
type Message struct {
	// From are the addresses in the header From. A proper message has one.
	From   []Address
	To, Cc []string
	// Subject is one line.
	Subject string
	// MessageID has no angle brackets. It is "" if there is none.
	MessageID string
	// References are the Message-IDs of the messages that it replies to.
	References []string
	// ReturnPath is the sender of the envelope as the receiving server noted it, `<>` if it is empty,
	// "" if no server did.
	ReturnPath string
	// Date is zero if the message has none that can be read.
	Date time.Time
	// Text is the plain text as it was written, and HTML the HTML version, each "" if there is none.
	Text, HTML string
	Files      []File
	// Report is what a multipart/report says about an email that was not delivered; nil if the message
	// is none.
	Report *Report
	// Automatic is true if a program sent the message (RFC 3834).
	Automatic bool
	// Malformed is true if a part could not be read, Truncated if a part exceeds a limit.
	Malformed, Truncated bool
	// HeaderBroken is true if the header of the message itself has lines that are no fields or exceeds
	// a limit. Others may read another sender in it.
	HeaderBroken bool
	// AuthenticationResults are the headers of this name, from the top.
	AuthenticationResults []string
}

// Address is an address with its name.
type Address struct {
	Name, Email string
}

// File is a part of a message that is a file.
type File struct {
	Name, MediaType string
	Content         []byte
}

// Parse reads a message.
func Parse(raw []byte) *Message {
	m := &Message{}
	head, body := splitHeader(raw)
	if len(head) > maxHeaderBytes {
		head, m.Malformed = head[:maxHeaderBytes], true
	}
	h := m.readHeader(head)
	m.HeaderBroken = m.Malformed
	m.readFields(h)
	m.AuthenticationResults = h.values("Authentication-Results")
	p := parser{message: m}
	p.part(h, body, 0)
	m.Automatic = isAutomatic(h, m)
	return m
}

// readFields reads the fields that describe the message.
func (m *Message) readFields(h header) {
	m.From = m.addresses(h.values("From"))
	for _, a := range m.addresses(h.values("To")) {
		m.To = append(m.To, a.Email)
	}
	for _, a := range m.addresses(h.values("Cc")) {
		m.Cc = append(m.Cc, a.Email)
	}
	m.Subject = oneLine(h.text("Subject"), maxFieldChars)
	if ids := messageIDs(h.get("Message-Id")); len(ids) > 0 {
		m.MessageID = ids[0]
	}
	m.References = append(messageIDs(h.get("In-Reply-To")), messageIDs(h.get("References"))...)
	if path := h.get("Return-Path"); path != "" {
		m.ReturnPath = strings.Join(strings.Fields(path), "")
	}
	if date := h.get("Date"); date != "" {
		at, err := mail.ParseDate(date)
		if m.Malformed = m.Malformed || err != nil; err == nil && isStorable(at) {
			m.Date = at
		}
	}
}

// isStorable reports whether a time is one that a mail can have been written at.
func isStorable(t time.Time) bool { return t.Year() >= 1970 && t.Year() <= 9999 }

// messageIDs returns the Message-IDs in a field, without angle brackets.
func messageIDs(field string) (ids []string) {
	for _, word := range strings.FieldsFunc(field, func(r rune) bool { return r == '<' || r == '>' || r <= ' ' }) {
		if word = oneLine(word, maxFieldChars); strings.Contains(word, "@") && len(ids) < maxAddresses {
			ids = append(ids, word)
		}
	}
	return ids
}

// splitHeader splits a message or a part at its first empty line.
func splitHeader(raw []byte) (head, body []byte) {
	for at := 0; at < len(raw); {
		end := bytes.IndexByte(raw[at:], '\n')
		if end < 0 {
			return raw, nil
		}
		if line := bytes.TrimRight(raw[at:at+end], "\r"); len(line) == 0 {
			return raw[:at], raw[at+end+1:]
		}
		at += end + 1
	}
	return raw, nil
}

// Body returns a message without its header.
func Body(raw []byte) []byte {
	_, body := splitHeader(raw)
	return body
}

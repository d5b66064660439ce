package message_test

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"
	"time"

	"backoffice/internal/platform/mail/message"
)

func valid() message.Message {
	return message.Message{
		ID: "sem_1@example.com", Date: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC),
		From:    message.Address{Name: "Müller & Söhne, \"Acme\"", Email: "office@example.com"},
		To:      message.Address{Name: "Ann", Email: "ann@example.org"},
		ReplyTo: "reply+abc@in.example.com", Subject: "Rechnung über 12,50 €", Text: "Grüße", HTML: "<p>Grüße</p>",
		UnsubscribeURL: "https://api.example.com/u/1",
		Attachments: []message.Attachment{{Name: "Übersicht \"1\".pdf", MediaType: "application/pdf",
			Content: []byte("%PDF")}},
	}
}

// TestMailReadsBack composes a mail and reads it with the standard library.
func TestMailReadsBack(t *testing.T) {
	t.Parallel()
	composed, err := valid().Compose()
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := composed.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(&raw)
	if err != nil {
		t.Fatal(err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || from[0].Name != `Müller & Söhne, "Acme"` || from[0].Address != "office@example.com" {
		t.Errorf("From is %v, %v", from, err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "Rechnung über 12,50 €" {
		t.Errorf("Subject is %q, %v", subject, err)
	}
	for name, want := range map[string]string{
		"Message-ID": "<sem_1@example.com>", "Auto-Submitted": "auto-generated", "Date": "Mon, 30 Nov 2026 09:00:00 +0000",
		"List-Unsubscribe": "<https://api.example.com/u/1>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := contentTypes(t, m.Header.Get("Content-Type"), m.Body); got != "(text/plain text/html) application/pdf" {
		t.Errorf("the parts are %s", got)
	}
}

// contentTypes returns the media types of the parts of a multipart body, nested ones in
// parentheses.
func contentTypes(t *testing.T, contentType string, body io.Reader) string {
	t.Helper()
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for r := multipart.NewReader(body, params["boundary"]); ; {
		part, err := r.NextPart()
		if err == io.EOF {
			return strings.Join(types, " ")
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(part.Header.Get("Content-Type"), ";")
		if strings.HasPrefix(kind, "multipart/") {
			kind = "(" + contentTypes(t, part.Header.Get("Content-Type"), part) + ")"
		}
		types = append(types, kind)
	}
}

// TestHeaderCannotBeInjected puts a line break into each value of a header.
func TestHeaderCannotBeInjected(t *testing.T) {
	t.Parallel()
	const attack = "x\r\nBcc: victim@example.org"
	for name, set := range map[string]func(*message.Message){
		"Message-ID":      func(m *message.Message) { m.ID = attack },
		"sender name":     func(m *message.Message) { m.From.Name = attack },
		"sender":          func(m *message.Message) { m.From.Email = "a@example.com\r\nBcc: victim@example.org" },
		"recipient name":  func(m *message.Message) { m.To.Name = "Ann\nBcc: victim@example.org" },
		"recipient":       func(m *message.Message) { m.To.Email = "ann@example.org\nvictim@example.org" },
		"two recipients":  func(m *message.Message) { m.To.Email = "ann@example.org, victim@example.org" },
		"reply address":   func(m *message.Message) { m.ReplyTo = "a@example.com\r\nBcc: victim@example.org" },
		"subject":         func(m *message.Message) { m.Subject = attack },
		"line separator":  func(m *message.Message) { m.Subject = "a\u2028b" },
		"unsubscribe URL": func(m *message.Message) { m.UnsubscribeURL = "https://example.com/\r\nBcc: victim@example.org" },
		"plain http":      func(m *message.Message) { m.UnsubscribeURL = "http://example.com/" },
		"file name":       func(m *message.Message) { m.Attachments[0].Name = attack },
		"media type":      func(m *message.Message) { m.Attachments[0].MediaType = "text/plain\r\nX: y" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := valid()
			set(&m)
			if _, err := m.Compose(); err == nil {
				t.Error("the mail was composed")
			}
		})
	}
}

func TestAttachmentsAreLimited(t *testing.T) {
	t.Parallel()
	m := valid()
	half := message.Attachment{Name: "a.bin", MediaType: "application/octet-stream", Content: make([]byte,
		message.MaxAttachmentBytes/2)}
	m.Attachments = []message.Attachment{half, half}
	if _, err := m.Compose(); err != nil {
		t.Error(err)
	}
	m.Attachments = append(m.Attachments, message.Attachment{Name: "b", MediaType: "text/plain", Content: []byte("x")})
	if _, err := m.Compose(); err == nil {
		t.Error("composed a mail whose attachments are too large")
	}
}

func TestEmailIsChecked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ann@example.com":                        "ann@example.com",
		"Ann.B+tag@Example.COM":                  "Ann.B+tag@example.com",
		"ann@bücher.example":                     "ann@xn--bcher-kva.example",
		"":                                       "",
		"ann":                                    "",
		"ann@":                                   "",
		"@example.com":                           "",
		"Ann <ann@example.com>":                  "",
		"ann@example.com ":                       "",
		"ann@[127.0.0.1]":                        "",
		`"a b"@example.com`:                      "",
		"änn@example.com":                        "",
		"ann@-example.com":                       "",
		"a@b@example.com":                        "",
		strings.Repeat("a", 64) + "@example.com": strings.Repeat("a", 64) + "@example.com",
		strings.Repeat("a", 65) + "@example.com": "",
	} {
		if got, err := message.ParseEmail(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
}

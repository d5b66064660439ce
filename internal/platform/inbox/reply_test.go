package inbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
)

// TestMailFilesBecomeComments replies to a mail of the server with a mail of each common program.
func TestMailFilesBecomeComments(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, want := range map[string]struct{ text, files string }{
		"gmail_reply": {"Looks good to me, please send it.\n\nI added a note about the *second* shipment.", "[]"},
		"outlook_german": {"Hallo zusammen,\n\ndie Rechnung für Müller & Söhne ist geprüft – 1.234,50 € sind korrekt.\n\n" +
			"Viele Grüße\nAda", "[]"},
		"outlook_spanish":   {"De acuerdo, lo envío hoy.\n\nSaludos,\nAda", "[]"},
		"apple_mail_french": {"C’est noté, je m’en occupe demain.\n\nAda", "[]"},
		"thunderbird_inline": {"Der Betrag stimmt, ich habe ihn mit dem Lieferschein verglichen und nichts gefunden.\n\n" +
			"Das Datum ist falsch: richtig ist der 27.11.", "[]"},
		"iphone_photo": {"Here is the receipt.", "[IMG_0042.png]"},
		"html_only_windows_1252": {"Déjà payé – “merci”.\n\n- facture n° 12\n- avoir\n\n" +
			"Voir le document (https://supplier.example/doc).", "[]"},
		"japanese_iso_2022_jp": {"確認しました。\n請求書を送ってください。", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			sent := o.remind(t, o.task(t, o.adaID))
			m := o.received(t, sent.replyTo, o.sign(t, "acme.example", mailFile(t, name, sent.replyTo, sent.messageID)))
			if m.GetState() != pb.InboundMessage_FILED || m.GetHoldReason() != 0 || m.GetSource() != pb.InboundMessage_REPLY {
				t.Fatalf("the message is %s, held because of %s (%s)", m.GetState(), m.GetHoldReason(), m.GetAuthentication())
			}
			comments := o.commentsOn(t, sent.taskID)
			if len(comments) != 1 || comments[0].GetBodyMarkdown() != want.text || comments[0].GetAuthorId() != o.adaID ||
				comments[0].GetId() != m.GetCommentId() {
				t.Errorf("got the comments %v, want %q of %s", comments, want.text, o.adaID)
			}
			if got := fmt.Sprint(filesOn(t, o.ada, sent.taskID)); got != want.files {
				t.Errorf("the task has the files %s, want %s", got, want.files)
			}
		})
	}
}

// TestReplyIsKeptWhole compares the stored message with the delivered one, byte by byte.
func TestReplyIsKeptWhole(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sent := o.remind(t, o.task(t, o.adaID))
	raw := o.sign(t, "acme.example", mailFile(t, "gmail_reply", sent.replyTo, sent.messageID))
	m := o.received(t, sent.replyTo, raw)
	got := o.REST(t, http.MethodGet, "/v1/files/"+m.GetRawFileId()+":content", "")
	if string(got.Raw) != string(raw) || got.Header.Get("Content-Type") != "message/rfc822" {
		t.Errorf("got %d bytes of %s, want %d of message/rfc822", len(got.Raw), got.Header.Get("Content-Type"), len(raw))
	}
	if m.GetSentEmailId() == "" || m.GetSubjectId() != sent.taskID || m.GetSenderId() != o.adaID {
		t.Errorf("the message names the email %q, the record %q and the sender %q",
			m.GetSentEmailId(), m.GetSubjectId(), m.GetSenderId())
	}
}

// TestHeldReplies sends replies that must not become comments.
func TestHeldReplies(t *testing.T) {
	t.Parallel()
	gmail := func(o office, t *testing.T, sent sentMail) []byte {
		return mailFile(t, "gmail_reply", sent.replyTo, sent.messageID)
	}
	for name, c := range map[string]struct {
		mail   func(o office, t *testing.T, sent sentMail) []byte
		reason pb.InboundMessage_HoldReason
	}{
		"of an unsigned sender": {gmail, pb.InboundMessage_SENDER_UNVERIFIED},
		"signed by another domain": {func(o office, t *testing.T, sent sentMail) []byte {
			return o.sign(t, "supplier.example", gmail(o, t, sent))
		}, pb.InboundMessage_SENDER_UNVERIFIED},
		"changed after the signature": {func(o office, t *testing.T, sent sentMail) []byte {
			return []byte(strings.Replace(string(o.sign(t, "acme.example", gmail(o, t, sent))), "Looks good", "Looks bad", 1))
		}, pb.InboundMessage_SENDER_UNVERIFIED},
		"with a second sender": {func(o office, t *testing.T, sent sentMail) []byte {
			return append([]byte("From: Ben <ben@acme.example>\r\n"), o.sign(t, "acme.example", gmail(o, t, sent))...)
		}, pb.InboundMessage_SENDER_UNVERIFIED},
		"with results of another server": {func(o office, t *testing.T, sent sentMail) []byte {
			return append([]byte("Authentication-Results: evil.example; dmarc=pass header.from=acme.example\r\n"),
				gmail(o, t, sent)...)
		}, pb.InboundMessage_SENDER_UNVERIFIED},
		"with results below those of the provider": {func(o office, t *testing.T, sent sentMail) []byte {
			return append([]byte("Authentication-Results: mx.in.example; dmarc=fail header.from=acme.example\r\n"+
				"Authentication-Results: mx.in.example; dmarc=pass header.from=acme.example\r\n"), gmail(o, t, sent)...)
		}, pb.InboundMessage_SENDER_UNVERIFIED},
		"of a stranger": {func(o office, t *testing.T, sent sentMail) []byte {
			return o.sign(t, "supplier.example", []byte(strings.ReplaceAll(string(gmail(o, t, sent)),
				"ada@acme.example", "ann@supplier.example")))
		}, pb.InboundMessage_SENDER_UNKNOWN},
		"of a colleague who may not read the record": {func(o office, t *testing.T, sent sentMail) []byte {
			return o.sign(t, "acme.example", []byte(strings.ReplaceAll(string(gmail(o, t, sent)),
				"ada@acme.example", "ben@acme.example")))
		}, pb.InboundMessage_SENDER_CANNOT_COMMENT},
		"that was written to someone else": {func(o office, t *testing.T, sent sentMail) []byte {
			return o.sign(t, "acme.example", mailFile(t, "gmail_reply", "rival@elsewhere.example", sent.messageID))
		}, pb.InboundMessage_NOT_ADDRESSED},
		"of a program": {func(o office, t *testing.T, sent sentMail) []byte {
			return o.sign(t, "acme.example", mailFile(t, "auto_reply", sent.replyTo, sent.messageID))
		}, pb.InboundMessage_AUTOMATIC_MESSAGE},
		"without anything new": {func(o office, t *testing.T, sent sentMail) []byte {
			return o.sign(t, "acme.example", []byte("From: ada@acme.example\r\nTo: "+sent.replyTo+
				"\r\nSubject: Re: x\r\nDate: Mon, 30 Nov 2026 10:41:00 +0100\r\n\r\n> Please finish the report.\r\n"))
		}, pb.InboundMessage_EMPTY},
		"about a deleted record": {func(o office, t *testing.T, sent sentMail) []byte {
			if _, err := operationsv1.NewWorkServiceClient(o).DeleteTask(t.Context(),
				&operationsv1.DeleteTaskRequest{TaskId: sent.taskID}); err != nil {
				t.Fatal(err)
			}
			return o.sign(t, "acme.example", gmail(o, t, sent))
		}, pb.InboundMessage_SUBJECT_DELETED},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			sent := o.remind(t, o.task(t, o.adaID))
			m := o.received(t, sent.replyTo, c.mail(o, t, sent))
			if m.GetHoldReason() != c.reason {
				t.Errorf("held because of %s, want %s (%s)", m.GetHoldReason(), c.reason, m.GetAuthentication())
			}
			if m.GetState() != pb.InboundMessage_NEW || m.GetCommentId() != "" {
				t.Errorf("the message is %s with the comment %q", m.GetState(), m.GetCommentId())
			}
			if c.reason != pb.InboundMessage_SUBJECT_DELETED && len(o.commentsOn(t, sent.taskID)) != 0 {
				t.Error("the reply became a comment")
			}
		})
	}
}

// TestProviderResultsVerify accepts a reply that only the provider's results prove.
func TestProviderResultsVerify(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, results := range []string{
		"dmarc=pass header.from=acme.example", "dkim=pass header.d=mail.acme.example",
		"spf=pass smtp.mailfrom=ada@acme.example",
	} {
		sent := o.remind(t, o.task(t, o.adaID))
		m := o.received(t, sent.replyTo, append([]byte("Authentication-Results: mx.in.example; "+results+"\r\n"),
			mailFile(t, "gmail_reply", sent.replyTo, sent.messageID)...))
		if m.GetState() != pb.InboundMessage_FILED || !m.GetSenderVerified() {
			t.Errorf("%s: the message is %s, %s (%s)", results, m.GetState(), m.GetHoldReason(), m.GetAuthentication())
		}
	}
}

// TestReplyCannotMention checks that a reply notifies no one and shows no HTML.
func TestReplyCannotMention(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sent := o.remind(t, o.task(t, o.adaID))
	o.received(t, sent.replyTo, o.sign(t, "acme.example", []byte("From: ada@acme.example\r\nTo: "+sent.replyTo+
		"\r\nSubject: Re: x\r\nDate: Mon, 30 Nov 2026 10:41:00 +0100\r\n\r\nAsk @["+o.benID+"] if 1 <b>2</b> holds.\r\n")))
	c := o.commentsOn(t, sent.taskID)
	if len(c) != 1 || len(c[0].GetMentionedPersonIds()) != 0 ||
		!strings.Contains(c[0].GetBodyHtml(), "if 1 &lt;b&gt;2&lt;/b&gt; holds") {
		t.Errorf("got the comments %v", c)
	}
}

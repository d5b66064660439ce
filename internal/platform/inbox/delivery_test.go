package inbox_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/mail/signature"
)

// TestSameMessageIsReceivedOnce delivers a message repeatedly and concurrently, with other trace
// headers each time.
func TestSameMessageIsReceivedOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := o.address(t), o.address(t)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			trace := fmt.Appendf(nil, "Received: from hop%d.example\r\n", i)
			raw := slices.Concat(trace, mailFile(t, "gmail_reply", a.GetEmail(), ""))
			if got := o.deliver(t, a.GetEmail(), "ada@acme.example", raw); got.Code != http.StatusOK {
				t.Errorf("got %d %s", got.Code, got.Raw)
			}
		})
	}
	wait.Wait()
	// The same Message-ID with another text is another message, and so is the same at another address.
	changed := []byte(strings.Replace(string(mailFile(t, "gmail_reply", a.GetEmail(), "")), "Looks good", "Looks bad", 1))
	o.received(t, a.GetEmail(), changed)
	o.received(t, b.GetEmail(), mailFile(t, "gmail_reply", a.GetEmail(), ""))
	list, err := o.ListInboundMessages(t.Context(), &pb.ListInboundMessagesRequest{})
	if err != nil || len(list.GetInboundMessages()) != 3 {
		t.Errorf("got %d messages, %v, want 3", len(list.GetInboundMessages()), err)
	}
}

// TestUnknownRecipientsAreRefused delivers to addresses that receive nothing.
func TestUnknownRecipientsAreRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	revoked, rotated := o.address(t), o.address(t)
	if _, err := o.RevokeInboundAddress(t.Context(),
		&pb.RevokeInboundAddressRequest{InboundAddressId: revoked.GetId()}); err != nil {
		t.Fatal(err)
	}
	now, err := o.RotateInboundAddress(t.Context(), &pb.RotateInboundAddressRequest{InboundAddressId: rotated.GetId()})
	if err != nil || now.GetEmail() == rotated.GetEmail() || now.GetRotateTime() == nil {
		t.Fatalf("got %v, %v", now, err)
	}
	raw := mailFile(t, "gmail_reply", now.GetEmail(), "")
	local, _, _ := strings.Cut(now.GetEmail(), "@")
	for name, recipient := range map[string]string{
		"a revoked address": revoked.GetEmail(), "the address before it was rotated": rotated.GetEmail(),
		"another domain": local + "@other.example", "no address": "nobody", "an unknown name": "info@in.example",
		"a guessed secret":        local[:len(local)-1] + "0@in.example",
		"another organization":    "in-" + strings.Repeat("0", 25) + "1" + local[29:] + "@in.example",
		"a forged reply address":  "reply+" + strings.Repeat("a", 58) + "@in.example",
		"a shortened reply token": "reply+aaaa@in.example",
	} {
		got := o.deliver(t, recipient, "ada@acme.example", raw)
		if got.Code != http.StatusNotFound || got.Reason() != "INBOUND_ADDRESS_UNKNOWN" {
			t.Errorf("%s: got %d %s", name, got.Code, got.Raw)
		}
	}
	if got := o.deliver(t, strings.ToUpper(now.GetEmail()), "ada@acme.example", raw); got.Code != http.StatusOK {
		t.Errorf("the address in upper case: got %d %s", got.Code, got.Raw)
	}
}

// TestDeliveriesAreSigned delivers with signatures that are missing, wrong, or for something else.
func TestDeliveriesAreSigned(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := o.address(t), o.address(t)
	raw := mailFile(t, "gmail_reply", a.GetEmail(), "")
	signed := func(recipient, sender string, body []byte, at time.Time, secret []byte) func(http.Header) {
		return func(h http.Header) {
			signature.Sign(secret, h, "1", slices.Concat([]byte(recipient+"\n"+sender+"\n"), body), at)
		}
	}
	now := time.Now()
	for name, sign := range map[string]func(http.Header){
		"no signature":       func(http.Header) {},
		"another secret":     signed(a.GetEmail(), "", raw, now, make([]byte, 32)),
		"an old request":     signed(a.GetEmail(), "", raw, now.Add(-time.Hour), providerSecret),
		"another recipient":  signed(b.GetEmail(), "", raw, now, providerSecret),
		"another sender":     signed(a.GetEmail(), "x@y.example", raw, now, providerSecret),
		"another body":       signed(a.GetEmail(), "", raw[1:], now, providerSecret),
		"the credential key": func(h http.Header) { h.Set("Authorization", "Bearer "+o.Key) },
	} {
		got := o.deliverAs(t, a.GetEmail(), "", raw, sign)
		if got.Code != http.StatusUnauthorized || got.Reason() != "SIGNATURE_INVALID" {
			t.Errorf("%s: got %d %s", name, got.Code, got.Raw)
		}
	}
	if got := o.deliver(t, a.GetEmail(), "", nil); got.Code != http.StatusBadRequest || got.Reason() != "FILE_EMPTY" {
		t.Errorf("an empty message: got %d %s", got.Code, got.Raw)
	}
	if got := o.deliver(t, a.GetEmail(), "", make([]byte, 32<<20+1)); got.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a large message: got %d %s", got.Code, got.Raw)
	}
	_, err := o.DeliverInboundMail(t.Context(), &pb.DeliverInboundMailRequest{Recipient: a.GetEmail()})
	apptest.WantRefused(t, err, optionsv1.Reason_SIGNATURE_INVALID)
}

// TestBadMessagesAreKept delivers messages that cannot be read properly. Each makes a record, and
// the whole message remains.
func TestBadMessagesAreKept(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.address(t)
	for name, raw := range map[string][]byte{
		"malformed parts": mailFile(t, "malformed", a.GetEmail(), ""),
		"NUL bytes":       []byte("From: a\x00b@c.example\x00\r\nSubject: \x00\r\nMessage-ID: <\x00@x>\r\n\r\n\x00text\x00"),
		"no header":       []byte("\r\n\r\njust text"),
		"no line":         {0xff, 0xd8, 0xff, 0x00},
		"broken UTF-8":    []byte("Message-ID: <a\x8b@b>\r\nTo: \x8b\r\nContent-Type: text/x\x8b; name=\x8b\r\n\r\n\x8b\x8b"),
		"TNEF":            mailFile(t, "outlook_tnef", a.GetEmail(), ""),
		"a message in it": mailFile(t, "forwarded_message", a.GetEmail(), ""),
		"an invitation":   mailFile(t, "invitation", a.GetEmail(), ""),
	} {
		m := o.received(t, a.GetEmail(), raw)
		got := o.REST(t, http.MethodGet, "/v1/files/"+m.GetRawFileId()+":content", "")
		if string(got.Raw) != string(raw) || m.GetState() != pb.InboundMessage_NEW {
			t.Errorf("%s: got %d bytes of %d, and the state %s", name, len(got.Raw), len(raw), m.GetState())
		}
	}
}

// TestStalledNameServerDelaysNoMessage delivers a message whose signature names a domain with a
// name server that does not answer.
func TestStalledNameServerDelaysNoMessage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.address(t)
	o.keys["stalled.example"] = o.keys["acme.example"]
	began := time.Now()
	m := o.received(t, a.GetEmail(), o.sign(t, "stalled.example", mailFile(t, "gmail_reply", a.GetEmail(), "")))
	if m.GetSenderVerified() || !strings.Contains(m.GetAuthentication(), "dkim=temperror header.d=stalled.example") {
		t.Errorf("got %v, %s", m.GetSenderVerified(), m.GetAuthentication())
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("the message took %s", took)
	}
}

// TestBounceSuppressesTheRecipient delivers a report about an email of the server.
func TestBounceSuppressesTheRecipient(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change     func(string) string
		state      pb.SentEmail_State
		suppressed int
	}{
		"a report about another recipient": {func(s string) string {
			return strings.NewReplacer("rfc822; ada@acme.example", "rfc822; x@y.example", "rfc822;ada@acme.example",
				"rfc822;x@y.example").Replace(s)
		}, pb.SentEmail_SENT, 0},
		"a report about a delay": {func(s string) string {
			return strings.NewReplacer("Action: failed", "Action: delayed", "5.1.1", "4.4.1").Replace(s)
		}, pb.SentEmail_SENT, 0},
		"a report about an email of no one": {func(s string) string {
			return strings.ReplaceAll(s, "Message-ID: <org_", "Message-ID: <org_x")
		}, pb.SentEmail_SENT, 0},
		"a report": {func(s string) string { return s }, pb.SentEmail_BOUNCED, 1},
	} {
		o := newOffice(t)
		mails := pb.NewMailServiceClient(o)
		sent := o.remind(t, o.task(t, o.adaID))
		m := o.received(t, sent.replyTo, []byte(c.change(string(mailFile(t, "bounce", sent.replyTo, sent.messageID)))))
		if !m.GetBounce() || m.GetHoldReason() != pb.InboundMessage_AUTOMATIC_MESSAGE {
			t.Errorf("%s: bounce %v, held because of %s", name, m.GetBounce(), m.GetHoldReason())
		}
		// A report about no known email keeps the email of the reply address.
		e, err := mails.GetSentEmail(t.Context(), &pb.GetSentEmailRequest{SentEmailId: m.GetSentEmailId()})
		if err != nil || e.GetState() != c.state {
			t.Errorf("%s: the email is %s, %v, want %s", name, e.GetState(), err, c.state)
		}
		list, err := mails.ListEmailSuppressions(t.Context(), &pb.ListEmailSuppressionsRequest{})
		if err != nil || len(list.GetEmailSuppressions()) != c.suppressed {
			t.Errorf("%s: suppressed %v, %v, want %d", name, list, err, c.suppressed)
		}
	}
}

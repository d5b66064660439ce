package inbox_test

import (
	"crypto/rand"
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

// address creates an inbound address that Ada files.
func (o office) address(t testing.TB) *pb.InboundAddress {
	t.Helper()
	a, err := o.CreateInboundAddress(t.Context(), &pb.CreateInboundAddressRequest{
		InboundAddress: &pb.InboundAddress{DisplayName: "Bills", Purpose: "BILLS", OwnerId: o.adaID}})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestMessageWaitsInTheInbox delivers a supplier's mail with attachments to an address.
func TestMessageWaitsInTheInbox(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.address(t)
	m := o.received(t, a.GetEmail(), o.sign(t, "supplier.example", mailFile(t, "supplier_attachments", a.GetEmail(), "")))
	if m.GetState() != pb.InboundMessage_NEW || m.GetPurpose() != "BILLS" || m.GetOwnerId() != o.adaID ||
		m.GetInboundAddressId() != a.GetId() || m.GetSource() != pb.InboundMessage_ADDRESS {
		t.Errorf("got %v", m)
	}
	if m.GetFromEmail() != "billing@supplier.example" || m.GetSubject() != "Invoice 2026-117" || !m.GetSenderVerified() ||
		m.GetText() != "Please find our invoice attached." || m.GetMessageId() != "inv-117@supplier.example" {
		t.Errorf("got %v", m)
	}
	want := "[Rechnung Müller.pdf eviltxt.exe image.png message.eml passwd]"
	if got := fmt.Sprint(filesOn(t, o.ada, m.GetId())); got != want {
		t.Errorf("got the files %s, want %s", got, want)
	}
	if len(m.GetFileIds()) != 4 {
		t.Errorf("got %d attachments, want 4", len(m.GetFileIds()))
	}
}

// TestInboxIsReadByItsOwner checks who reads a message and its files.
func TestInboxIsReadByItsOwner(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.address(t)
	m := o.received(t, a.GetEmail(), mailFile(t, "supplier_attachments", a.GetEmail(), ""))
	for name, c := range map[string]struct {
		reader *apptest.Organization
		reads  bool
	}{
		"the owner of the address": {o.ada, true}, "a colleague": {o.ben, false},
		"an accountant": {o.WithRole(t, pb.ApiKey_ACCOUNTANT), true}, "an auditor": {o.WithRole(t, pb.ApiKey_AUDITOR), true},
	} {
		_, err := pb.NewInboxServiceClient(c.reader).GetInboundMessage(t.Context(),
			&pb.GetInboundMessageRequest{InboundMessageId: m.GetId()})
		_, fileErr := pb.NewFilesServiceClient(c.reader).GetFile(t.Context(), &pb.GetFileRequest{FileId: m.GetRawFileId()})
		if (err == nil) != c.reads || (fileErr == nil) != c.reads {
			t.Errorf("%s: got %v for the message and %v for its file", name, err, fileErr)
		}
	}
}

// TestMessageIsFiled files a message with a comment and one attachment, then tries again.
func TestMessageIsFiled(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, taskID := o.address(t), o.task(t, o.adaID)
	m := o.received(t, a.GetEmail(), mailFile(t, "supplier_attachments", a.GetEmail(), ""))
	ada := pb.NewInboxServiceClient(o.ada)
	filed, err := ada.FileInboundMessage(t.Context(), &pb.FileInboundMessageRequest{
		InboundMessageId: m.GetId(), SubjectId: taskID, AddComment: true, FileIds: m.GetFileIds()[1:2], AttachMessage: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if filed.GetState() != pb.InboundMessage_FILED || filed.GetSubjectId() != taskID || filed.GetFilerId() != o.adaID ||
		filed.GetFileTime() == nil {
		t.Errorf("got %v", filed)
	}
	comments := o.commentsOn(t, taskID)
	want := "**Harbor Supplies (billing@supplier.example):**\n\nPlease find our invoice attached."
	if len(comments) != 1 || comments[0].GetBodyMarkdown() != want || comments[0].GetAuthorId() != o.adaID ||
		comments[0].GetId() != filed.GetCommentId() {
		t.Errorf("got the comments %v", comments)
	}
	if got := fmt.Sprint(filesOn(t, o.ada, taskID)); got != "[Rechnung Müller.pdf message.eml]" {
		t.Errorf("the task has the files %s", got)
	}
	_, err = ada.FileInboundMessage(t.Context(), &pb.FileInboundMessageRequest{InboundMessageId: m.GetId(), SubjectId: taskID})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}

func TestFilingRefusals(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, own, others := o.address(t), o.task(t, o.adaID), o.task(t, o.benID)
	m := o.received(t, a.GetEmail(), mailFile(t, "gmail_reply", a.GetEmail(), ""))
	other := o.received(t, a.GetEmail(), mailFile(t, "supplier_attachments", a.GetEmail(), ""))
	ada := pb.NewInboxServiceClient(o.ada)
	for name, c := range map[string]struct {
		request *pb.FileInboundMessageRequest
		reason  optionsv1.Reason
		field   []string
	}{
		"without anything to file": {&pb.FileInboundMessageRequest{SubjectId: own},
			optionsv1.Reason_INBOUND_MESSAGE_NOTHING_TO_FILE, nil},
		"on a record beyond reach": {&pb.FileInboundMessageRequest{SubjectId: others, AddComment: true},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"subjectId"}},
		"with a file of another message": {
			&pb.FileInboundMessageRequest{SubjectId: own, FileIds: other.GetFileIds()[:1]},
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"fileIds[0]"}},
	} {
		c.request.InboundMessageId = m.GetId()
		_, err := ada.FileInboundMessage(t.Context(), c.request)
		if apptest.Reason(err) != c.reason || !slices.Equal(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v at %v", name, err, apptest.Fields(err))
		}
	}
	if len(o.commentsOn(t, own)) != 0 || o.message(t, m.GetId()).GetState() != pb.InboundMessage_NEW {
		t.Error("a refused filing left a comment or changed the message")
	}
}

func TestDiscardedMessageIsRestored(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.address(t)
	m := o.received(t, a.GetEmail(), mailFile(t, "newsletter", a.GetEmail(), ""))
	if !m.GetAutomatic() {
		t.Error("the newsletter is not marked as automatic")
	}
	ada := pb.NewInboxServiceClient(o.ada)
	discarded, err := ada.DiscardInboundMessage(t.Context(), &pb.DiscardInboundMessageRequest{InboundMessageId: m.GetId()})
	if err != nil || discarded.GetState() != pb.InboundMessage_DISCARDED || discarded.GetFilerId() != o.adaID {
		t.Errorf("got %v, %v", discarded, err)
	}
	restored, err := ada.RestoreInboundMessage(t.Context(), &pb.RestoreInboundMessageRequest{InboundMessageId: m.GetId()})
	if err != nil || restored.GetState() != pb.InboundMessage_NEW || restored.GetFilerId() != "" || restored.GetFileTime() != nil {
		t.Errorf("got %v, %v", restored, err)
	}
}

// TestSameMessageIsReceivedOnce delivers a message repeatedly and concurrently, with other trace
// headers each time.
func TestSameMessageIsReceivedOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := o.address(t), o.address(t)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			raw := append(fmt.Appendf(nil, "Received: from hop%d.example\r\n", i), mailFile(t, "gmail_reply", a.GetEmail(), "")...)
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
	if _, err := o.RevokeInboundAddress(t.Context(), &pb.RevokeInboundAddressRequest{InboundAddressId: revoked.GetId()}); err != nil {
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

// TestStalledNameServerDelaysNoMessage delivers a message whose signature names a domain with a name
// server that does not answer.
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

// TestImportedMessageIsFiled imports a file into the inbox, and onto a record.
func TestImportedMessageIsFiled(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	taskID := o.task(t, o.adaID)
	raw := mailFile(t, "supplier_attachments", "office@acme.example", "")
	ada := pb.NewInboxServiceClient(o.ada)
	m, err := ada.ImportInboundMessage(t.Context(), &pb.ImportInboundMessageRequest{Content: raw})
	if err != nil || m.GetState() != pb.InboundMessage_NEW || m.GetOwnerId() != o.adaID || m.GetSenderVerified() {
		t.Fatalf("got %v, %v", m, err)
	}
	again := o.ada.REST(t, http.MethodPost, "/v1/inboundMessages:import", string(raw), "Content-Type: message/rfc822")
	if again.Code != http.StatusOK || again.Body["id"] != m.GetId() {
		t.Errorf("again: got %d %s, want %s", again.Code, again.Raw, m.GetId())
	}
	filed := o.ada.REST(t, http.MethodPost, "/v1/inboundMessages:import?subjectId="+taskID, string(raw))
	if filed.Code != http.StatusOK || filed.Body["state"] != "FILED" || filed.Body["subjectId"] != taskID {
		t.Errorf("onto a record: got %d %s", filed.Code, filed.Raw)
	}
	if got := len(filesOn(t, o.ada, taskID)); got != 5 {
		t.Errorf("the task has %d files, want 5", got)
	}
	others := o.ada.REST(t, http.MethodPost, "/v1/inboundMessages:import?subjectId="+o.task(t, o.benID), string(raw))
	if others.Code != http.StatusBadRequest || others.Reason() != "REFERENCE_NOT_FOUND" {
		t.Errorf("onto another's record: got %d %s", others.Code, others.Raw)
	}
	key := "Idempotency-Key: " + rand.Text()
	first := o.ada.REST(t, http.MethodPost, "/v1/inboundMessages:import", "From: a@b.example\n\none", key)
	second := o.ada.REST(t, http.MethodPost, "/v1/inboundMessages:import", "From: a@b.example\n\ntwo", key)
	if first.Code != http.StatusOK || second.Reason() != "IDEMPOTENCY_KEY_REUSED" {
		t.Errorf("one key for two messages: got %d, then %d %s", first.Code, second.Code, second.Raw)
	}
}

func TestPurposeMustBeKnown(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, err := o.CreateInboundAddress(t.Context(), &pb.CreateInboundAddressRequest{
		InboundAddress: &pb.InboundAddress{DisplayName: "Fun", Purpose: "FUN"}})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "purpose")
	list, err := o.ListInboundPurposes(t.Context(), &pb.ListInboundPurposesRequest{})
	if err != nil || len(list.GetInboundPurposes()) != 2 || list.InboundPurposes[0].GetName() != "BILLS" {
		t.Errorf("got %v, %v", list, err)
	}
}

// TestMessagesAreHandedOver gives what Ada has to file to Ben. Until then, Ada cannot be archived.
func TestMessagesAreHandedOver(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.address(t)
	m := o.received(t, a.GetEmail(), mailFile(t, "gmail_reply", a.GetEmail(), ""))
	identity := pb.NewIdentityServiceClient(o)
	_, err := identity.ArchivePerson(t.Context(), &pb.ArchivePersonRequest{PersonId: o.adaID})
	apptest.WantRefused(t, err, optionsv1.Reason_PERSON_HAS_RESPONSIBILITIES)
	moved, err := pb.NewResponsibilitiesServiceClient(o).HandOverResponsibilities(t.Context(),
		&pb.HandOverResponsibilitiesRequest{PersonId: o.adaID, ToPersonIds: []string{o.benID}})
	if err != nil || len(moved.GetResponsibilities()) != 2 {
		t.Fatalf("got %v, %v", moved, err)
	}
	got, err := pb.NewInboxServiceClient(o.ben).GetInboundMessage(t.Context(),
		&pb.GetInboundMessageRequest{InboundMessageId: m.GetId()})
	if err != nil || got.GetOwnerId() != o.benID {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := identity.ArchivePerson(t.Context(), &pb.ArchivePersonRequest{PersonId: o.adaID}); err != nil {
		t.Error(err)
	}
}

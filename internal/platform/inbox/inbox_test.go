package inbox_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
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
	_, err = ada.FileInboundMessage(t.Context(),
		&pb.FileInboundMessageRequest{InboundMessageId: m.GetId(), SubjectId: taskID})
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
	isNew := restored.GetState() == pb.InboundMessage_NEW
	if err != nil || !isNew || restored.GetFilerId() != "" || restored.GetFileTime() != nil {
		t.Errorf("got %v, %v", restored, err)
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

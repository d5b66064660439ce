package mail_test

import (
	"io"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/mail"
)

func TestMailCarriesFiles(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	f, err := pb.NewFilesServiceClient(s.Organization).UploadFile(t.Context(),
		&pb.UploadFileRequest{FileName: "plan.txt", MediaType: "text/plain", Content: []byte("Build it.")})
	if err != nil {
		t.Fatal(err)
	}
	s.queue(t, "ann@example.org", func(m *mail.Message) { m.FileIDs = []string{f.GetId()} })
	s.deliver(t)
	wantState(t, s.only(t), pb.SentEmail_SENT, 1)
	m := s.server.Received(t)[0]
	body, err := io.ReadAll(m.Body)
	if err != nil || !strings.HasPrefix(m.Header.Get("Content-Type"), "multipart/mixed") {
		t.Fatalf("got %s, %v", m.Header.Get("Content-Type"), err)
	}
	for _, want := range []string{`attachment; filename="plan.txt"`, "QnVpbGQgaXQu", "Please finish the report."} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the mail lacks %q:\n%s", want, body)
		}
	}
}

// TestMailWithoutItsFileIsGivenUp deletes the file of a queued mail. The mail fails, and the others
// of the same batch are sent.
func TestMailWithoutItsFileIsGivenUp(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	files := pb.NewFilesServiceClient(s.Organization)
	f, err := files.UploadFile(t.Context(),
		&pb.UploadFileRequest{FileName: "plan.txt", MediaType: "text/plain", Content: []byte("Build it.")})
	if err != nil {
		t.Fatal(err)
	}
	s.queue(t, "ann@example.org", func(m *mail.Message) { m.FileIDs = []string{f.GetId()} })
	s.queue(t, "bob@example.org")
	list, err := files.ListAttachments(t.Context(), &pb.ListAttachmentsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.GetAttachments() {
		if _, err := files.DeleteAttachment(t.Context(), &pb.DeleteAttachmentRequest{AttachmentId: a.GetId()}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := files.DeleteFile(t.Context(), &pb.DeleteFileRequest{FileId: f.GetId()}); err != nil {
		t.Fatal(err)
	}
	s.deliver(t)
	for recipient, want := range map[string]pb.SentEmail_State{
		"ann@example.org": pb.SentEmail_FAILED, "bob@example.org": pb.SentEmail_SENT,
	} {
		found, err := s.ListSentEmails(t.Context(),
			&pb.ListSentEmailsRequest{Filter: `recipient_email = "` + recipient + `"`})
		if err != nil || len(found.GetSentEmails()) != 1 || found.GetSentEmails()[0].GetState() != want {
			t.Errorf("%s: got %v, %v, want %s", recipient, found.GetSentEmails(), err, want)
		}
		if reason := found.GetSentEmails()[0].GetLastError(); want == pb.SentEmail_FAILED &&
			reason != "The mail could not be prepared." {
			t.Errorf("the last error is %q", reason)
		}
	}
}

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

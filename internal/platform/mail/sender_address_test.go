package mail_test

import (
	"regexp"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/mail"
)

// addSender creates a sender address and returns it with the code that was sent to it.
func (s sender) addSender(t *testing.T, email string) (*pb.SenderAddress, string) {
	t.Helper()
	a, err := s.CreateSenderAddress(t.Context(), &pb.CreateSenderAddressRequest{
		SenderAddress: &pb.SenderAddress{Email: email, DisplayName: "Billing"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a, s.lastCode(t)
}

var code = regexp.MustCompile(`[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}`)

// lastCode returns the code in the last mail.
func (s sender) lastCode(t *testing.T) string {
	t.Helper()
	list := s.all(t)
	c, err := s.GetSentEmailContent(t.Context(),
		&pb.GetSentEmailContentRequest{SentEmailId: list[len(list)-1].GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return code.FindString(c.GetText())
}

func (s sender) verify(t *testing.T, a *pb.SenderAddress, code string) (*pb.SenderAddress, error) {
	t.Helper()
	return s.VerifySenderAddress(t.Context(), &pb.VerifySenderAddressRequest{SenderAddressId: a.GetId(), Code: code})
}

func TestMailComesFromTheVerifiedDefaultAddress(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	from := func() string {
		s.queue(t, "ann@example.org")
		s.deliver(t)
		got := s.server.Received(t)
		return got[len(got)-1].Header.Get("From")
	}
	first, firstCode := s.addSender(t, "billing@acme.example")
	if got := from(); got != `"Acme" <server@mail.example>` {
		t.Errorf("before verification, mail comes from %s", got)
	}
	_, err := s.MakeSenderAddressDefault(t.Context(), &pb.MakeSenderAddressDefaultRequest{SenderAddressId: first.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	first, err = s.verify(t, first, " "+firstCode+" ")
	if err != nil || first.GetState() != pb.SenderAddress_VERIFIED || !first.GetDefaultSender() ||
		first.GetVerifyTime() == nil {
		t.Fatalf("got %v, %v", first, err)
	}
	if got := from(); got != `"Billing" <billing@acme.example>` {
		t.Errorf("mail comes from %s", got)
	}
	second, secondCode := s.addSender(t, "sales@acme.example")
	if second, err = s.verify(t, second, secondCode); err != nil || second.GetDefaultSender() {
		t.Fatalf("got %v, %v", second, err)
	}
	second, err = s.MakeSenderAddressDefault(t.Context(),
		&pb.MakeSenderAddressDefaultRequest{SenderAddressId: second.GetId()})
	if err != nil || !second.GetDefaultSender() {
		t.Fatalf("got %v, %v", second, err)
	}
	if got := from(); got != `"Billing" <sales@acme.example>` {
		t.Errorf("mail comes from %s", got)
	}
}

func TestCodeProvesOneAddress(t *testing.T) {
	t.Parallel()
	s := newSender(t, func(r *pb.SignUpRequest) { r.Test = true })
	a, first := s.addSender(t, "a@acme.example")
	b, _ := s.addSender(t, "b@acme.example")
	_, err := s.verify(t, b, first)
	apptest.WantRefused(t, err, optionsv1.Reason_SENDER_CODE_WRONG, "code")

	send := func() error {
		_, err := s.SendSenderAddressCode(t.Context(), &pb.SendSenderAddressCodeRequest{SenderAddressId: a.GetId()})
		return err
	}
	apptest.WantRefused(t, send(), optionsv1.Reason_SENDER_CODE_TOO_SOON)
	advance(t, s, 2*time.Minute)
	if err := send(); err != nil {
		t.Fatal(err)
	}
	_, err = s.verify(t, a, first)
	apptest.WantRefused(t, err, optionsv1.Reason_SENDER_CODE_WRONG, "code")
	second := s.lastCode(t)
	advance(t, s, 25*time.Hour)
	_, err = s.verify(t, a, second)
	apptest.WantRefused(t, err, optionsv1.Reason_SENDER_CODE_WRONG, "code")
	if err := send(); err != nil {
		t.Fatal(err)
	}
	if a, err = s.verify(t, a, s.lastCode(t)); err != nil {
		t.Fatal(err)
	}
	apptest.WantRefused(t, send(), optionsv1.Reason_STATE_REFUSES_ACTION)
	_, err = s.CreateSenderAddress(t.Context(), &pb.CreateSenderAddressRequest{
		SenderAddress: &pb.SenderAddress{Email: "A@acme.example", DisplayName: "x"},
	})
	apptest.WantRefused(t, err, optionsv1.Reason_SENDER_ADDRESSES_EMAIL_TAKEN, "email")
}

// advance moves the clock of the test organization.
func advance(t *testing.T, s sender, by time.Duration) {
	t.Helper()
	_, err := pb.NewIdentityServiceClient(s.Organization).AdvanceClock(t.Context(),
		&pb.AdvanceClockRequest{ByDuration: durationpb.New(by)})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSenderNameIsOneLine(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	_, err := s.CreateSenderAddress(t.Context(), &pb.CreateSenderAddressRequest{
		SenderAddress: &pb.SenderAddress{Email: "a@acme.example", DisplayName: "A\r\nBcc: b@c.example"},
	})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "displayName")
}

func TestTemplateReplacesBuiltInTexts(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	r, err := s.CreateEmailTemplate(t.Context(), &pb.CreateEmailTemplateRequest{EmailTemplate: &pb.EmailTemplate{
		EmailKind: "test.reminder", LanguageCode: "fr", Subject: "Rappel", Text: "Terminez {{.task}}.",
		Html: "<b>{{.task}}</b>",
	}})
	if err != nil {
		t.Fatal(err)
	}
	subject := func(language string) string {
		s.queue(t, "ann@example.org", func(m *mail.Message) { m.Language = language })
		list := s.all(t)
		return list[len(list)-1].GetSubject()
	}
	for language, want := range map[string]string{
		"fr": "Rappel", "de": "Erinnerung: the report", "fr-CA": "Rappel", "en": "Reminder: the report",
		"xx": "Reminder: the report",
	} {
		if got := subject(language); got != want {
			t.Errorf("%s: got %q, want %q", language, got, want)
		}
	}
	if _, err := s.DeleteEmailTemplate(t.Context(),
		&pb.DeleteEmailTemplateRequest{EmailTemplateId: r.GetId()}); err != nil {
		t.Fatal(err)
	}
	if got := subject("fr"); got != "Reminder: the report" {
		t.Errorf("after the deletion, got %q", got)
	}
}

func TestInvalidTemplateIsRefused(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	valid := func(change func(*pb.EmailTemplate)) *pb.EmailTemplate {
		r := &pb.EmailTemplate{EmailKind: "test.reminder", LanguageCode: "en", Subject: "{{.task}}", Text: "{{.task}}"}
		change(r)
		return r
	}
	for name, c := range map[string]struct {
		change func(*pb.EmailTemplate)
		reason optionsv1.Reason
		field  string
	}{
		"rejects an unknown variable": {func(r *pb.EmailTemplate) { r.Text = "\n{{.nmae}}" },
			optionsv1.Reason_EMAIL_TEMPLATE_INVALID, "text"},
		"rejects a recursive template": {func(r *pb.EmailTemplate) { r.Text = `{{template "template"}}` },
			optionsv1.Reason_EMAIL_TEMPLATE_INVALID, "text"},
		"rejects an open attribute": {func(r *pb.EmailTemplate) { r.Html = `<a href="{{.task}}` },
			optionsv1.Reason_EMAIL_TEMPLATE_INVALID, "html"},
		"rejects an unknown kind": {func(r *pb.EmailTemplate) { r.EmailKind = "x" }, optionsv1.Reason_FIELDS_INVALID,
			"emailKind"},
		"rejects an unknown language": {func(r *pb.EmailTemplate) { r.LanguageCode = "de-at" },
			optionsv1.Reason_FIELDS_INVALID, "languageCode"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := s.CreateEmailTemplate(t.Context(), &pb.CreateEmailTemplateRequest{EmailTemplate: valid(c.change)})
			apptest.WantRefused(t, err, c.reason, c.field)
			_, err = s.PreviewEmailTemplate(t.Context(), &pb.PreviewEmailTemplateRequest{EmailTemplate: valid(c.change)})
			apptest.WantRefused(t, err, c.reason, "emailTemplate."+c.field)
		})
	}
	got, err := s.PreviewEmailTemplate(t.Context(), &pb.PreviewEmailTemplateRequest{
		EmailTemplate: valid(func(*pb.EmailTemplate) {}),
	})
	if err != nil || got.GetSubject() != "Example" {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestWhoMayReadAMail creates a mail about a person and one about nothing. An employee, who reads
// persons, finds only the first one.
func TestWhoMayReadAMail(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.queue(t, "ann@example.org", func(m *mail.Message) { m.SubjectID = s.Owner.GetId() })
	s.queue(t, "bob@example.org")
	about, other := s.all(t)[0], s.all(t)[1]
	p, err := pb.NewIdentityServiceClient(s.Organization).CreatePerson(t.Context(),
		&pb.CreatePersonRequest{Person: &pb.Person{DisplayName: "Eve"}})
	if err != nil {
		t.Fatal(err)
	}
	employee := pb.NewMailServiceClient(s.AsPerson(t, p.GetId(), pb.ApiKey_EMPLOYEE))
	list, err := employee.ListSentEmails(t.Context(), &pb.ListSentEmailsRequest{})
	if err != nil || len(list.GetSentEmails()) != 1 || list.GetSentEmails()[0].GetId() != about.GetId() {
		t.Errorf("the employee lists %v, %v", list, err)
	}
	if _, err := employee.GetSentEmailContent(t.Context(),
		&pb.GetSentEmailContentRequest{SentEmailId: about.GetId()}); err != nil {
		t.Error(err)
	}
	_, err = employee.GetSentEmail(t.Context(), &pb.GetSentEmailRequest{SentEmailId: other.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}

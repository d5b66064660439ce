package mail_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/template"
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

// lastCode delivers the last mail and returns the code in it, as its recipient reads it.
func (s sender) lastCode(t *testing.T) string {
	t.Helper()
	s.deliver(t)
	list := s.all(t)
	last := list[len(list)-1].GetMessageId()
	raw, err := os.ReadFile(filepath.Join(s.outbox, last+".eml"))
	for _, m := range s.server.Received(t) {
		if m.Header.Get("Message-ID") == "<"+last+">" {
			raw, err = io.ReadAll(m.Body)
		}
	}
	found := code.Find(raw)
	if err != nil || found == nil {
		t.Fatalf("the mail has no code: %v\n%s", err, raw)
	}
	return string(found)
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

// TestCodeIsShownToItsRecipientOnly searches the responses about a sender address for its code.
func TestCodeIsShownToItsRecipientOnly(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	a, secret := s.addSender(t, "billing@acme.example")
	e := s.only(t)
	for _, path := range []string{
		"/v1/sentEmails", "/v1/sentEmails/" + e.GetId(), "/v1/sentEmails/" + e.GetId() + ":content",
		"/v1/sentEmails:batchGet?ids=" + e.GetId(), "/v1/senderAddresses", "/v1/senderAddresses/" + a.GetId(), "/v1/events",
	} {
		got := s.REST(t, http.MethodGet, path, "")
		if got.Code != http.StatusOK || !strings.Contains(string(got.Raw), a.GetId()) &&
			!strings.Contains(string(got.Raw), a.GetEmail()) {
			t.Errorf("%s: got %d %s", path, got.Code, got.Raw)
		}
		for _, form := range []string{secret, strings.ReplaceAll(secret, "-", "")} {
			if strings.Contains(string(got.Raw), form) {
				t.Errorf("%s contains the code: %s", path, got.Raw)
			}
		}
	}
	if h := s.server.Received(t)[0].Header; h.Get("Reply-To") != "" {
		t.Errorf("replies, which may quote the code, go to %s", h.Get("Reply-To"))
	}
}

// TestSecretIsInTheTextOfSecurityMailsOnly declares kinds of mail, some of which would show a code
// in the API.
func TestSecretIsInTheTextOfSecurityMailsOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		source   template.Source
		security bool
		ok       bool
	}{
		"accepts it in the text about security":    {template.Source{Subject: "Code", Text: "{{.code}}"}, true, true},
		"rejects it in the subject about security": {template.Source{Subject: "{{.code}}", Text: "{{.code}}"}, true, false},
		"rejects it in another text":               {template.Source{Subject: "Code", Text: "{{.code}}"}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := mail.Kind{
				Name: "test.code", Security: c.security, Texts: map[string]template.Source{"en": c.source},
				Variables: []template.Variable{{Name: "code", Type: template.Text, Secret: true}},
			}
			if _, err := mail.New(nil, nil, mail.Options{}, []mail.Kind{k}, nil, nil); (err == nil) != c.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCodesOfADayAreLimited(t *testing.T) {
	t.Parallel()
	s := newSender(t, func(r *pb.SignUpRequest) { r.Test = true })
	create := func(i int) error {
		_, err := s.CreateSenderAddress(t.Context(), &pb.CreateSenderAddressRequest{
			SenderAddress: &pb.SenderAddress{Email: fmt.Sprintf("a%d@acme.example", i), DisplayName: "Billing"},
		})
		return err
	}
	for i := range 20 {
		if err := create(i); err != nil {
			t.Fatal(err)
		}
	}
	apptest.WantRefused(t, create(20), optionsv1.Reason_SENDER_CODE_LIMIT)
	first, err := s.ListSenderAddresses(t.Context(), &pb.ListSenderAddressesRequest{PageSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	advance(t, s, 2*time.Minute)
	_, err = s.SendSenderAddressCode(t.Context(),
		&pb.SendSenderAddressCodeRequest{SenderAddressId: first.GetSenderAddresses()[0].GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_SENDER_CODE_LIMIT)
	advance(t, s, 24*time.Hour)
	if err := create(20); err != nil {
		t.Error(err)
	}
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
		"rejects a text that cannot be rendered": {func(r *pb.EmailTemplate) { r.Text = "{{truncate .task .task}}" },
			optionsv1.Reason_EMAIL_TEMPLATE_INVALID, "text"},
		"rejects a kind about security": {func(r *pb.EmailTemplate) { r.EmailKind = "platform.senderAddressCode" },
			optionsv1.Reason_EMAIL_KIND_FIXED, "emailKind"},
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

package mail_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/mailtest"
	"backoffice/internal/platform/mail/signature"
)

// report sends a signed report of a mail provider and returns the response.
func (s sender) report(t *testing.T, messageID, event, detail string) apptest.Response {
	t.Helper()
	body := fmt.Sprintf(`{"events":[{"messageId":%q,"type":%q,"detail":%q}]}`, messageID, event, detail)
	return s.sendReport(t, body, eventsSecret)
}

func (s sender) sendReport(t *testing.T, body string, secret []byte) apptest.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/emailEvents", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	signature.Sign(secret, r.Header, "msg_1", []byte(body), time.Now())
	response := s.Send(t, r)
	return response
}

// suppressed returns the suppressed addresses with their reasons.
func (s sender) suppressed(t *testing.T) (out []string) {
	t.Helper()
	list, err := s.ListEmailSuppressions(t.Context(), &pb.ListEmailSuppressionsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list.GetEmailSuppressions() {
		out = append(out, r.GetEmail()+" "+r.GetReason().String())
	}
	return out
}

// sent sends a mail and returns it.
func (s sender) sent(t *testing.T, to string) *pb.SentEmail {
	t.Helper()
	s.queue(t, to)
	s.deliver(t)
	list := s.all(t)
	return list[len(list)-1]
}

func TestReportsMoveAMailOn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		events     []string
		state      pb.SentEmail_State
		suppressed string
	}{
		"delivered": {[]string{"DELIVERED"}, pb.SentEmail_DELIVERED, "[]"},
		"deferred":  {[]string{"DEFERRED"}, pb.SentEmail_SENT, "[]"},
		"bounced":   {[]string{"BOUNCED", "BOUNCED"}, pb.SentEmail_BOUNCED, "[ann@example.org BOUNCE]"},
		"complained after delivery": {[]string{"DELIVERED", "COMPLAINED"}, pb.SentEmail_COMPLAINED,
			"[ann@example.org COMPLAINT]"},
		"reports in the wrong order": {[]string{"COMPLAINED", "DELIVERED", "BOUNCED"}, pb.SentEmail_COMPLAINED,
			"[ann@example.org COMPLAINT]"},
		"bounced after delivery": {[]string{"DELIVERED", "BOUNCED", "DELIVERED"}, pb.SentEmail_BOUNCED,
			"[ann@example.org BOUNCE]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSender(t)
			e := s.sent(t, "ann@example.org")
			for _, event := range c.events {
				if got := s.report(t, "<"+e.GetMessageId()+">", event, "550 gone"); got.Code != http.StatusOK {
					t.Fatalf("got %d %s", got.Code, got.Raw)
				}
			}
			wantState(t, s.only(t), c.state, 1)
			if got := fmt.Sprint(s.suppressed(t)); got != c.suppressed {
				t.Errorf("the suppressed addresses are %s, want %s", got, c.suppressed)
			}
		})
	}
}

// TestUnknownMailsAreIgnored reports about mails that do not exist. The responses do not differ
// from those about mails that do.
func TestUnknownMailsAreIgnored(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	e := s.sent(t, "ann@example.org")
	known := s.report(t, e.GetMessageId(), "DEFERRED", "")
	local, _, _ := strings.Cut(e.GetMessageId(), "@")
	org, sem, _ := strings.Cut(local, ".")
	for _, unknown := range []string{
		"x@mail.example", local + "@other.example", org + ".sem_01m7ysjw7ge2zbdw95pa7835t1@mail.example",
		"org_01m7yrrt80emq8k9w39qsaekf4." + sem + "@mail.example", org + "@mail.example",
	} {
		if got := s.report(t, unknown, "BOUNCED", ""); got.Code != known.Code || string(got.Raw) != string(known.Raw) {
			t.Errorf("%s: got %d %s, want %d %s", unknown, got.Code, got.Raw, known.Code, known.Raw)
		}
	}
	wantState(t, s.only(t), pb.SentEmail_SENT, 1)
}

func TestReportsMustBeSigned(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	e := s.sent(t, "ann@example.org")
	body := fmt.Sprintf(`{"events":[{"messageId":%q,"type":"BOUNCED"}]}`, e.GetMessageId())
	if got := s.sendReport(t, body, []byte(strings.Repeat("x", 32))); got.Code != http.StatusUnauthorized ||
		got.Reason() != "SIGNATURE_INVALID" {
		t.Errorf("another secret: got %d %s", got.Code, got.Raw)
	}
	// The signature is checked before the body is parsed.
	if got := s.sendReport(t, "{", []byte(strings.Repeat("x", 32))); got.Code != http.StatusUnauthorized {
		t.Errorf("another secret, invalid body: got %d %s", got.Code, got.Raw)
	}
	if got := s.REST(t, http.MethodPost, "/v1/emailEvents", body); got.Reason() != "SIGNATURE_INVALID" {
		t.Errorf("no signature: got %d %s", got.Code, got.Raw)
	}
	_, err := s.ReportEmailEvents(t.Context(), &pb.ReportEmailEventsRequest{
		Events: []*pb.EmailEvent{{MessageId: e.GetMessageId(), Type: pb.EmailEvent_BOUNCED}},
	})
	apptest.WantRefused(t, err, optionsv1.Reason_SIGNATURE_INVALID)
	for _, invalid := range []string{"{", `{"events":[{"messageId":"a","type":"LOST"}]}`, `{"other":1}`} {
		if got := s.sendReport(t, invalid, eventsSecret); got.Code != http.StatusBadRequest {
			t.Errorf("%s: got %d %s", invalid, got.Code, got.Raw)
		}
	}
	wantState(t, s.only(t), pb.SentEmail_SENT, 1)
}

func TestOneClickUnsubscribes(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.sent(t, "ann@example.org")
	token := tokenOf(t, s.server.Received(t)[0].Header.Get("List-Unsubscribe"))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		"/v1/emailSuppressions:unsubscribe?token="+strings.ToUpper(token), strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if got := s.Send(t, r); got.Code != http.StatusOK {
		t.Fatalf("got %d %s", got.Code, got.Raw)
	}
	if got := fmt.Sprint(s.suppressed(t)); got != "[ann@example.org UNSUBSCRIBED]" {
		t.Errorf("the suppressed addresses are %s", got)
	}
	wantState(t, s.sent(t, "ANN@example.org"), pb.SentEmail_SUPPRESSED, 0)
	s.queue(t, "ann@example.org", func(m *mail.Message) { m.Kind.Security = true })
	s.deliver(t)
	wantState(t, s.all(t)[2], pb.SentEmail_SENT, 1)

	for _, invalid := range []string{"x", strings.Repeat("a", 58), token[:57] + "a", token[1:] + "a"} {
		if invalid == token {
			continue
		}
		_, err := s.UnsubscribeEmail(t.Context(), &pb.UnsubscribeEmailRequest{Token: invalid})
		apptest.WantRefused(t, err, optionsv1.Reason_UNSUBSCRIBE_TOKEN_INVALID, "token")
	}
}

// TestReplyTokenDoesNotUnsubscribe uses the token of the Reply-To address, which everyone who gets
// a copy of a mail sees.
func TestReplyTokenDoesNotUnsubscribe(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.queue(t, "ann@example.org", func(m *mail.Message) { m.SubjectID = s.Owner.GetId() })
	s.deliver(t)
	reply := s.server.Received(t)[0].Header.Get("Reply-To")
	_, token, _ := strings.Cut(reply, "reply+")
	token, _, _ = strings.Cut(token, "@")
	_, err := s.UnsubscribeEmail(t.Context(), &pb.UnsubscribeEmailRequest{Token: token})
	apptest.WantRefused(t, err, optionsv1.Reason_UNSUBSCRIBE_TOKEN_INVALID, "token")
}

func TestSuppressedAddressGetsNothing(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	r, err := s.CreateEmailSuppression(t.Context(), &pb.CreateEmailSuppressionRequest{
		EmailSuppression: &pb.EmailSuppression{Email: "Ann@Example.org"},
	})
	if err != nil || r.GetReason() != pb.EmailSuppression_MANUAL {
		t.Fatalf("got %v, %v", r, err)
	}
	s.queue(t, "bob@example.org") // suppressed after it is queued
	if _, err := s.CreateEmailSuppression(t.Context(), &pb.CreateEmailSuppressionRequest{
		EmailSuppression: &pb.EmailSuppression{Email: "bob@example.org"},
	}); err != nil {
		t.Fatal(err)
	}
	wantState(t, s.sent(t, "ann@example.org"), pb.SentEmail_SUPPRESSED, 0)
	wantState(t, s.all(t)[0], pb.SentEmail_SUPPRESSED, 0)
	if s.server.Attempts() != 0 {
		t.Error("a mail was sent to a suppressed address")
	}
	_, err = s.CreateEmailSuppression(t.Context(), &pb.CreateEmailSuppressionRequest{
		EmailSuppression: &pb.EmailSuppression{Email: "ann@EXAMPLE.org"},
	})
	apptest.WantRefused(t, err, optionsv1.Reason_EMAIL_SUPPRESSIONS_EMAIL_TAKEN, "email")
	if _, err := s.DeleteEmailSuppression(t.Context(),
		&pb.DeleteEmailSuppressionRequest{EmailSuppressionId: r.GetId()}); err != nil {
		t.Fatal(err)
	}
	wantState(t, s.sent(t, "ann@example.org"), pb.SentEmail_SENT, 1)
}

func TestBouncedAddressIsSuppressed(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.server.Behave(func(int, string) mailtest.Behavior { return mailtest.UnknownRecipient })
	s.sent(t, "ann@example.org")
	if got := fmt.Sprint(s.suppressed(t)); got != "[ann@example.org BOUNCE]" {
		t.Errorf("the suppressed addresses are %s", got)
	}
}

// TestSuppressedMailIsSentAfterTheSuppression retries a returned mail while its address is
// suppressed, and after.
func TestSuppressedMailIsSentAfterTheSuppression(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.server.Behave(func(int, string) mailtest.Behavior { return mailtest.UnknownRecipient })
	bounced, suppressed := s.sent(t, "ann@example.org"), s.sent(t, "Ann@example.org")
	wantState(t, bounced, pb.SentEmail_BOUNCED, 1)
	wantState(t, suppressed, pb.SentEmail_SUPPRESSED, 0)
	for _, e := range []*pb.SentEmail{bounced, suppressed} {
		_, err := s.RetrySentEmail(t.Context(), &pb.RetrySentEmailRequest{SentEmailId: e.GetId()})
		apptest.WantRefused(t, err, optionsv1.Reason_EMAIL_RECIPIENT_SUPPRESSED)
		got, err := s.GetSentEmail(t.Context(), &pb.GetSentEmailRequest{SentEmailId: e.GetId()})
		if err != nil || got.GetAllowedActions()[0].GetAllowed() {
			t.Errorf("got %v, %v, want that retry is not allowed", got, err)
		}
	}
	list, err := s.ListEmailSuppressions(t.Context(), &pb.ListEmailSuppressionsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.DeleteEmailSuppression(t.Context(),
		&pb.DeleteEmailSuppressionRequest{EmailSuppressionId: list.GetEmailSuppressions()[0].GetId()}); err != nil {
		t.Fatal(err)
	}
	s.server.Behave(func(int, string) mailtest.Behavior { return mailtest.Accept })
	for _, e := range []*pb.SentEmail{bounced, suppressed} {
		if _, err := s.RetrySentEmail(t.Context(), &pb.RetrySentEmailRequest{SentEmailId: e.GetId()}); err != nil {
			t.Error(err)
		}
	}
	s.deliver(t)
	wantState(t, s.all(t)[0], pb.SentEmail_SENT, 2)
	wantState(t, s.all(t)[1], pb.SentEmail_SENT, 1)
}

// TestReportBeforeTheAnswerIsKept lets the provider report while the mail server still accepts the
// mail.
func TestReportBeforeTheAnswerIsKept(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.server.Behave(func(int, string) mailtest.Behavior {
		if got := s.report(t, s.only(t).GetMessageId(), "BOUNCED", "550 gone"); got.Code != http.StatusOK {
			t.Errorf("got %d %s", got.Code, got.Raw)
		}
		return mailtest.Accept
	})
	s.queue(t, "ann@example.org")
	s.deliver(t)
	e := s.only(t)
	wantState(t, e, pb.SentEmail_BOUNCED, 1)
	if e.GetLastError() != "550 gone" || e.GetSendTime() == nil {
		t.Errorf("got %v", e)
	}
	if got := fmt.Sprint(s.suppressed(t)); got != "[ann@example.org BOUNCE]" {
		t.Errorf("the suppressed addresses are %s", got)
	}
}

// TestReportEndsTheAttempts reports the delivery of a mail whose acceptance got lost with the
// connection. It is not sent again. A report about a mail without an attempt changes nothing.
func TestReportEndsTheAttempts(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.server.Behave(func(int, string) mailtest.Behavior { return mailtest.DropAfterMail })
	s.queue(t, "ann@example.org")
	unsent := s.Organization.Organization.GetId() + "." + s.only(t).GetId() + "@mail.example"
	s.report(t, unsent, "DELIVERED", "")
	wantState(t, s.only(t), pb.SentEmail_QUEUED, 0)
	s.deliver(t)
	wantState(t, s.only(t), pb.SentEmail_QUEUED, 1)
	s.report(t, s.only(t).GetMessageId(), "DELIVERED", "")
	s.passTime(t, 0)
	s.deliver(t)
	wantState(t, s.only(t), pb.SentEmail_DELIVERED, 1)
	if s.server.Attempts() != 1 || s.only(t).GetSendTime() == nil {
		t.Errorf("the mail was tried %d times, and sent at %v", s.server.Attempts(), s.only(t).GetSendTime())
	}
}

// TestConcurrentReturnsOfAnAddress reports at once that several mails to an address were returned.
func TestConcurrentReturnsOfAnAddress(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	for range 5 {
		s.queue(t, "ann@example.org")
	}
	s.deliver(t)
	var reports sync.WaitGroup
	for _, e := range s.all(t) {
		reports.Go(func() {
			if got := s.report(t, e.GetMessageId(), "BOUNCED", "550 gone"); got.Code != http.StatusOK {
				t.Errorf("got %d %s", got.Code, got.Raw)
			}
		})
	}
	reports.Wait()
	if got := fmt.Sprint(s.suppressed(t)); got != "[ann@example.org BOUNCE]" {
		t.Errorf("the suppressed addresses are %s", got)
	}
}

package dunning_test

import (
	"fmt"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// content returns the only mail of a kind to an address.
func (l *lender) content(t *testing.T, kind string) *platformv1.EmailContent {
	t.Helper()
	list := must(l.mails.ListSentEmails(t.Context(), &platformv1.ListSentEmailsRequest{
		Filter: fmt.Sprintf("email_kind = %q", kind)}))(t).GetSentEmails()
	if len(list) != 1 {
		t.Fatalf("got %d mails of %s, want 1", len(list), kind)
	}
	return must(l.mails.GetSentEmailContent(t.Context(),
		&platformv1.GetSentEmailContentRequest{SentEmailId: list[0].GetId()}))(t)
}

// TestNoticeIsMailed mails a notice in the language of the customer, with its table. HTML in names
// is escaped.
func TestNoticeIsMailed(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	p := standard()
	p.SendEmails, p.Steps[1].Texts = true, []*pb.DunningPolicy_Text{
		{LanguageCode: "en", Subject: "Reminder", Body: "Hello"},
		{LanguageCode: "de", Subject: "Erinnerung {{.notice_number}}",
			Body: "Guten Tag {{.customer_name}},\n\n{{range .invoices}}{{.number}} seit {{.days_overdue}} Tagen{{end}}"},
	}
	l.newPolicy(t, p)
	customer := l.newCustomer(t, &pb.Customer{DisplayName: "<b>Müller</b>", LanguageCode: "de-AT",
		RecipientEmails: []string{"buchhaltung@mueller.example"}})
	i := l.invoice(t, customer, "2027-01-01", "2027-01-05", "1234.5")
	n := l.runOne(t, "")
	if n.GetEmailState() != pb.DunningNotice_QUEUED || n.GetSubject() != "Erinnerung "+n.GetNumber() ||
		!strings.Contains(n.GetBody(), i.GetNumber()+" seit 10 Tagen") {
		t.Errorf("got %v", n)
	}
	for range 2 {
		l.RunJobs(t)
	}
	mail := l.content(t, "finance.dunningNotice")
	if strings.Contains(mail.GetHtml(), "<b>") || !strings.Contains(mail.GetHtml(), "&lt;b&gt;Müller") ||
		!strings.Contains(mail.GetHtml(), "<td>"+i.GetNumber()+"</td>") || !strings.Contains(mail.GetText(), "Rechnung ") ||
		!strings.Contains(mail.GetText(), "1.234,50") || mail.GetSubject() != n.GetSubject() {
		t.Errorf("got %v", mail)
	}
	n = must(l.GetDunningNotice(t.Context(), &pb.GetDunningNoticeRequest{DunningNoticeId: n.GetId()}))(t)
	if n.GetEmailState() != pb.DunningNotice_SENT || n.GetSendTime() == nil || len(n.GetRecipientEmails()) != 1 {
		t.Errorf("got %v", n)
	}
	must(l.SendDunningNotice(t.Context(), &pb.SendDunningNoticeRequest{DunningNoticeId: n.GetId()}))(t)
	l.RunJobs(t)
	list := must(l.mails.ListSentEmails(t.Context(), &platformv1.ListSentEmailsRequest{}))(t).GetSentEmails()
	sent := 0
	for _, m := range list {
		if m.GetSubjectId() == n.GetId() {
			sent++
		}
	}
	if sent != 2 {
		t.Errorf("got %d mails of the notice, want 2", sent)
	}
}

// TestNoticeWithoutRecipients shows that it was not mailed.
func TestNoticeWithoutRecipients(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	p := standard()
	p.SendEmails = true
	l.newPolicy(t, p)
	l.invoice(t, l.customer, "2027-01-01", "2027-01-05", "100")
	n := l.runOne(t, "")
	l.RunJobs(t)
	n = must(l.GetDunningNotice(t.Context(), &pb.GetDunningNoticeRequest{DunningNoticeId: n.GetId()}))(t)
	if n.GetEmailState() != pb.DunningNotice_NO_RECIPIENTS || n.GetSendTime() != nil {
		t.Errorf("got %v", n)
	}
	_, err := l.SendDunningNotice(t.Context(), &pb.SendDunningNoticeRequest{DunningNoticeId: n.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_RECIPIENTS_MISSING)
}

// TestFailedMailDoesNotDelayOthers mails a notice to an address that the mail server would refuse.
// It is mailed once the address is corrected.
func TestFailedMailDoesNotDelayOthers(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	p := standard()
	p.SendEmails = true
	l.newPolicy(t, p)
	want := map[string]pb.DunningNotice_EmailState{}
	for email, state := range map[string]pb.DunningNotice_EmailState{
		"a@ab--cd.example": pb.DunningNotice_FAILED, "a@porto.example": pb.DunningNotice_SENT} {
		customer := l.newCustomer(t, &pb.Customer{DisplayName: email, RecipientEmails: []string{email}})
		want[customer] = state
		l.invoice(t, customer, "2027-01-01", "2027-01-05", "100")
	}
	l.run(t, "")
	l.RunJobs(t)
	for _, n := range l.notices(t) {
		hasFailed := n.GetEmailState() == pb.DunningNotice_FAILED
		if n.GetEmailState() != want[n.GetCustomerId()] || hasFailed != strings.Contains(n.GetEmailError(), "to[0]") {
			t.Errorf("got %s with %q of %s", n.GetEmailState(), n.GetEmailError(), n.GetCustomerName())
		}
		if !hasFailed {
			continue
		}
		must(l.customers.UpdateCustomer(t.Context(), &pb.UpdateCustomerRequest{CustomerId: n.GetCustomerId(),
			Customer: &pb.Customer{RecipientEmails: []string{"b@lisboa.example"}}, UpdateMask: mask("recipient_emails")}))(t)
		n = must(l.SendDunningNotice(t.Context(), &pb.SendDunningNoticeRequest{DunningNoticeId: n.GetId()}))(t)
		l.RunJobs(t)
		n = must(l.GetDunningNotice(t.Context(), &pb.GetDunningNoticeRequest{DunningNoticeId: n.GetId()}))(t)
		if n.GetEmailState() != pb.DunningNotice_SENT || n.GetEmailError() != "" {
			t.Errorf("got %v with the right address", n)
		}
	}
}

// TestReminderBeforeTheDueDate does not say that the payment is late, and lists no sums of zero. A
// notice with charges names each.
func TestReminderBeforeTheDueDate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		language, due  string
		contains, lack []string
	}{
		"before": {"en", "2027-01-18", []string{"remind you of USD 1,000.00", "Total: USD 1,000.00"},
			[]string{"has not reached", ": USD 0.00"}},
		"German": {"de", "2027-01-18", []string{"erinnern", "Gesamt: "}, []string{"noch nicht", ": 0,00"}},
		"overdue": {"en", "2027-01-08", []string{"has not reached", "Total: USD 1,000.00"},
			[]string{"Late fee", ": USD 0.00"}},
		"charged": {"en", "2026-12-25", []string{"Late fee: USD 15.00", "Interest: USD 5.47"},
			[]string{"Fixed sum", "Earlier", ": USD 0.00"}},
		"in French": {"fr", "2026-12-25", []string{"Frais de retard: 15,00", "Total: "}, []string{"Indemnité", ": 0,00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := openLender(t)
			p := standard()
			p.SendEmails = true
			l.newPolicy(t, p)
			customer := l.newCustomer(t, &pb.Customer{DisplayName: "Lisboa", LanguageCode: c.language,
				RecipientEmails: []string{"a@lisboa.example"}})
			l.invoice(t, customer, "2026-12-01", c.due, "1000")
			l.run(t, "")
			l.RunJobs(t)
			text := strings.ReplaceAll(l.content(t, "finance.dunningNotice").GetText(), "\u00a0", " ")
			for _, want := range c.contains {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing in %q", want, text)
				}
			}
			for _, other := range c.lack {
				if strings.Contains(text, other) {
					t.Errorf("got %q in %q", other, text)
				}
			}
		})
	}
}

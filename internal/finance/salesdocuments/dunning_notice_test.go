package salesdocuments_test

import (
	"encoding/json"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// remind issues two invoices that are late, and returns the notice of a policy with fee and
// interest.
func (s *shop) remind(t testing.TB, texts ...*pb.DunningPolicy_Text) *pb.DunningNotice {
	t.Helper()
	client := pb.NewDunningServiceClient(s)
	must(client.CreateDunningPolicy(t.Context(), &pb.CreateDunningPolicyRequest{DunningPolicy: &pb.DunningPolicy{
		DisplayName: "Standard", DefaultPolicy: true, SendEmails: true,
		InterestRates: []*pb.DunningPolicy_InterestRate{{Percent: "9.5"}},
		Steps: []*pb.DunningPolicy_Step{{Days: 3, DisplayName: "Zahlungserinnerung", Texts: texts},
			{Days: 14, DisplayName: "Mahnung", ChargeInterest: true, Texts: texts,
				Fees: []*typepb.Money{{Amount: "15.00", CurrencyCode: "EUR"}}}}}}))(t)
	s.issue(t, &pb.Invoice{IssueDate: "2026-12-10", DueDate: "2026-12-20"})
	s.issue(t, &pb.Invoice{IssueDate: "2027-01-02", DueDate: "2027-01-08"})
	run := must(client.RunDunning(t.Context(), &pb.RunDunningRequest{CustomerId: s.customer.GetId()}))(t)
	if len(run.GetNotices()) != 1 {
		t.Fatalf("got %v", run)
	}
	return run.GetNotices()[0]
}

// TestNoticeIsMailedWithItsFile runs the chore that mails notices: the PDF is attached. The link
// shows what was open, and what is open after a payment.
func TestNoticeIsMailedWithItsFile(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.describeSeller(t)
	n := s.remind(t)
	s.RunJobs(t)
	if names := s.attachments(t, n.GetId(), "ann@cafe.example"); len(names) != 1 ||
		names[0] != "Mahnung "+n.GetNumber()+".pdf" {
		t.Errorf("got the files %q", names)
	}
	token := s.link(t, n.GetId()).GetToken()
	var public struct {
		Kind, Status string
		TotalAmount  struct{ Amount string }
		OpenAmount   struct{ Amount string }
		Reminder     struct {
			Fee      struct{ Amount string }
			Invoices []struct {
				Number      string
				DaysOverdue int
			}
		}
	}
	s.pay(t, "119.00", n.GetLines()[0].GetDocumentId())
	got := s.visit(t, "/v1/public/documents/"+token)
	if err := json.Unmarshal(got.Raw, &public); err != nil || public.Kind != "DUNNING_NOTICE" ||
		public.Status != "OVERDUE" || public.TotalAmount.Amount != n.GetTotalAmount().GetAmount() ||
		len(public.Reminder.Invoices) != 2 || public.Reminder.Invoices[0].DaysOverdue != 26 ||
		public.Reminder.Fee.Amount != "15.00" {
		t.Errorf("got %d %s", got.Code, got.Raw)
	}
	// 119.00 for the other invoice, fee and interest.
	if want := "134.81"; public.OpenAmount.Amount != want {
		t.Errorf("got %s open, want %s", public.OpenAmount.Amount, want)
	}
	for _, secret := range []string{n.GetId(), n.GetReceivableId(), n.GetLines()[0].GetDocumentId(), "_0"} {
		if strings.Contains(string(got.Raw), secret) {
			t.Errorf("%q is shown", secret)
		}
	}
	must(pb.NewDunningServiceClient(s).VoidDunningNotice(t.Context(),
		&pb.VoidDunningNoticeRequest{DunningNoticeId: n.GetId(), Reason: "Wrong"}))(t)
	s.wantNothing(t, token)
}

// TestUnprintableNoticeIsMailedWithoutFile mails a notice whose text no font can print.
func TestUnprintableNoticeIsMailedWithoutFile(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	n := s.remind(t, &pb.DunningPolicy_Text{LanguageCode: "de", Subject: "Mahnung", Body: "ᏣᎳᎩ"})
	s.RunJobs(t)
	if names := s.attachments(t, n.GetId(), "ann@cafe.example"); len(names) != 0 {
		t.Errorf("got the files %q", names)
	}
	if content := s.contentOf(t, n.GetId(), "ann@cafe.example"); !strings.Contains(content.GetText(), "ᏣᎳᎩ") {
		t.Errorf("got %s", content.GetText())
	}
}

package salesdocuments_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// TestRecurringInvoicesAreMailed issues and mails a retainer each month. One for a customer without
// an address is issued and not mailed; the recurring invoice shows why.
func TestRecurringInvoicesAreMailed(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	client := pb.NewRecurringInvoicesServiceClient(s)
	silent := s.newCustomer(t, &pb.Customer{DisplayName: "No mail"})
	made := map[string]*pb.RecurringInvoice{}
	for _, customer := range []string{s.customer.GetId(), silent.GetId()} {
		made[customer] = must(client.CreateRecurringInvoice(t.Context(), &pb.CreateRecurringInvoiceRequest{
			RecurringInvoice: &pb.RecurringInvoice{DisplayName: "Retainer", CustomerId: customer,
				Mode:       pb.RecurringInvoice_ISSUE_AND_SEND,
				Recurrence: &typepb.Recurrence{Frequency: typepb.Recurrence_MONTHLY, StartDate: "2027-01-31"},
				Lines:      []*pb.RecurringInvoice_Line{{Description: "Retainer {month}", UnitPrice: "500"}}}}))(t)
	}
	s.advance(t, "2027-03-01")
	s.RunJobs(t)
	s.RunJobs(t) // sends nothing again
	for customer, r := range made {
		list := must(s.ListInvoices(t.Context(),
			&pb.ListInvoicesRequest{Filter: `recurring_invoice_id = "` + r.GetId() + `"`}))(t).GetInvoices()
		r = must(client.GetRecurringInvoice(t.Context(),
			&pb.GetRecurringInvoiceRequest{RecurringInvoiceId: r.GetId()}))(t)
		mails, skips := 2, 0
		if customer == silent.GetId() {
			mails, skips = 0, 2
		}
		if len(list) != 2 || len(r.GetSkips()) != skips ||
			skips > 0 && r.GetSkips()[0].GetReason() != "RECIPIENTS_MISSING" {
			t.Errorf("got %v, %v", list, r)
		}
		for _, i := range list {
			if got := s.mailsAbout(t, i.GetId()); i.GetState() != pb.Invoice_ISSUED || len(got) != mails {
				t.Errorf("got %s and %d mails, want %d", i.GetState(), len(got), mails)
			}
			if names := s.attachments(t, i.GetId(), "ann@cafe.example"); mails > 0 &&
				(len(names) != 1 || names[0] != "Rechnung "+i.GetNumber()+".pdf") {
				t.Errorf("got the files %q", names)
			}
		}
	}
}

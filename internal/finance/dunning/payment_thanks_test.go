package dunning_test

import (
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// TestPaymentIsThankedOnce settles invoices by payments. The policy of one customer sends no
// thanks.
func TestPaymentIsThankedOnce(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	p := standard()
	p.SendThanks = true
	l.newPolicy(t, p)
	silent := l.newPolicy(t, &pb.DunningPolicy{DisplayName: "Silent"})
	thanked := l.newCustomer(t, &pb.Customer{DisplayName: "Lisboa", RecipientEmails: []string{"a@lisboa.example"}})
	other := l.newCustomer(t, &pb.Customer{DisplayName: "Porto", RecipientEmails: []string{"a@porto.example"},
		DunningPolicyId: silent.GetId()})
	i := l.invoice(t, thanked, "2027-01-01", "2027-01-30", "100")
	l.pay(t, i, "2027-01-10", "40.00")
	l.RunJobs(t)
	l.pay(t, i, "2027-01-14", "60.00")
	l.pay(t, l.invoice(t, other, "2027-01-01", "2027-01-30", "100"), "2027-01-14", "100.00")
	for range 2 {
		l.RunJobs(t)
	}
	mail := l.content(t, "finance.paymentThanks")
	if !strings.Contains(mail.GetText(), i.GetNumber()) || !strings.Contains(mail.GetText(), "January 14, 2027") {
		t.Errorf("got %v", mail)
	}
}

// TestOnlyPaymentsAreThanked settles invoices in several ways. A customer is thanked if a payment
// settled the last amount.
func TestOnlyPaymentsAreThanked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settle func(*lender, *testing.T, *pb.Invoice)
		want   int
	}{
		"payment": {func(l *lender, t *testing.T, i *pb.Invoice) { l.pay(t, i, "2027-01-14", "100.00") }, 1},
		"two payments": {func(l *lender, t *testing.T, i *pb.Invoice) {
			l.pay(t, i, "2027-01-12", "40.00")
			l.pay(t, i, "2027-01-14", "60.00")
		}, 1},
		"payment that was allocated later": {func(l *lender, t *testing.T, i *pb.Invoice) {
			p := l.deposit(t, i.GetCustomerId(), "2027-01-12", "100.00")
			l.allocate(t, p, i, "2027-01-14")
		}, 1},
		"money from before the invoice": {func(l *lender, t *testing.T, i *pb.Invoice) {
			p := l.deposit(t, i.GetCustomerId(), "2026-12-12", "100.00")
			l.allocate(t, p, i, "2027-01-14")
		}, 0},
		"a part and a write-off": {func(l *lender, t *testing.T, i *pb.Invoice) {
			l.pay(t, i, "2027-01-14", "10.00")
			must(l.invoicing.WriteOffInvoice(t.Context(), &pb.WriteOffInvoiceRequest{InvoiceId: i.GetId(),
				Date: "2027-01-14", Reason: "Insolvent"}))(t)
		}, 0},
		"a part and a credit note": {func(l *lender, t *testing.T, i *pb.Invoice) {
			l.pay(t, i, "2027-01-12", "10.00")
			l.credit(t, i, "2027-01-14", "90.00")
		}, 0},
		"a credit note and the rest": {func(l *lender, t *testing.T, i *pb.Invoice) {
			l.credit(t, i, "2027-01-12", "90.00")
			l.pay(t, i, "2027-01-14", "10.00")
		}, 1},
		"a void payment": {func(l *lender, t *testing.T, i *pb.Invoice) {
			p := l.pay(t, i, "2027-01-14", "100.00")
			must(l.receivables.VoidPayment(t.Context(), &pb.VoidPaymentRequest{PaymentId: p.GetId(), Reason: "Bounced"}))(t)
		}, 0},
		"long ago": {func(l *lender, t *testing.T, i *pb.Invoice) { l.pay(t, i, "2027-01-02", "100.00") }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := openLender(t)
			p := standard()
			p.SendThanks = true
			l.newPolicy(t, p)
			customer := l.newCustomer(t, &pb.Customer{DisplayName: "Lisboa", RecipientEmails: []string{"a@lisboa.example"}})
			c.settle(l, t, l.invoice(t, customer, "2027-01-01", "2027-01-30", "100"))
			for range 2 {
				l.RunJobs(t)
			}
			sent := must(l.mails.ListSentEmails(t.Context(), &platformv1.ListSentEmailsRequest{
				Filter: `email_kind = "finance.paymentThanks"`}))(t).GetSentEmails()
			if len(sent) != c.want {
				t.Errorf("got %d mails, want %d", len(sent), c.want)
			}
		})
	}
}

// deposit records a payment that settles nothing.
func (l *lender) deposit(t testing.TB, customer, date, amount string) *pb.Payment {
	t.Helper()
	return must(l.receivables.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{
		CustomerId: customer, Date: date, Amount: dollars(amount), AccountId: l.accounts["1000"]}}))(t)
}

func (l *lender) allocate(t testing.TB, p *pb.Payment, i *pb.Invoice, date string) {
	t.Helper()
	must(l.receivables.CreateAllocation(t.Context(), &pb.CreateAllocationRequest{Allocation: &pb.Allocation{
		CustomerCreditId: p.GetId(), ReceivableId: i.GetId(), Date: date}}))(t)
}

// credit credits a part of an invoice on a day.
func (l *lender) credit(t testing.TB, i *pb.Invoice, date, amount string) {
	t.Helper()
	must(l.invoicing.CreateCreditNote(t.Context(), &pb.CreateCreditNoteRequest{CreditNote: &pb.CreditNote{
		InvoiceId: i.GetId(), IssueDate: date, Lines: []*pb.CreditNote_Line{{InvoiceLineId: i.GetLines()[0].GetId(),
			Amount: dollars(amount)}}}}))(t)
}

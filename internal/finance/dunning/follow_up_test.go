package dunning_test

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

func (l *lender) promise(t *testing.T, p *pb.PaymentPromise) *pb.PaymentPromise {
	t.Helper()
	return must(l.CreatePaymentPromise(t.Context(), &pb.CreatePaymentPromiseRequest{PaymentPromise: p}))(t)
}

// TestPromiseIsKeptByPayments compares the outcomes of promises with what was paid in time.
func TestPromiseIsKeptByPayments(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	want := map[string]pb.PaymentPromise_Outcome{}
	for n, c := range []struct {
		paid string
		date string
		want pb.PaymentPromise_Outcome
	}{
		{"", "", pb.PaymentPromise_BROKEN}, {"59.99", "2027-01-20", pb.PaymentPromise_BROKEN},
		{"60.00", "2027-01-20", pb.PaymentPromise_KEPT}, {"60.00", "2027-01-21", pb.PaymentPromise_BROKEN},
	} {
		i := l.invoice(t, l.customer, "2027-01-10", "2027-01-12", "100")
		p := l.promise(t, &pb.PaymentPromise{InvoiceId: i.GetId(), Amount: dollars("60"), PromiseDate: "2027-01-20",
			PromisedBy: fmt.Sprint("Person ", n)})
		if p.GetOutcome() != pb.PaymentPromise_PENDING || p.GetCustomerId() != l.customer || p.GetDate() != "2027-01-15" {
			t.Errorf("got %v", p)
		}
		if c.paid != "" {
			l.pay(t, i, c.date, c.paid)
		}
		want[p.GetId()] = c.want
	}
	l.advance(t, "2027-01-21")
	for _, p := range must(l.ListPaymentPromises(t.Context(), &pb.ListPaymentPromisesRequest{}))(t).GetPaymentPromises() {
		if p.GetOutcome() != want[p.GetId()] {
			t.Errorf("%s paid %s: got %s, want %s", p.GetPromisedBy(), p.GetPaidAmount(), p.GetOutcome(), want[p.GetId()])
		}
	}
}

// TestPromiseIsChecked makes promises that cannot be kept.
func TestPromiseIsChecked(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	i := l.invoice(t, l.customer, "2027-01-10", "2027-01-12", "100")
	p := l.promise(t, &pb.PaymentPromise{InvoiceId: i.GetId(), PromiseDate: "2027-01-20"})
	if p.GetAmount().GetAmount() != "100.00" {
		t.Errorf("got %v, want all that is open", p)
	}
	draft := must(l.invoicing.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: &pb.Invoice{
		CustomerId: l.customer, Lines: []*pb.DocumentLine{{Description: "Consulting", UnitPrice: "1"}}}}))(t)
	for _, c := range []struct {
		promise *pb.PaymentPromise
		reason  optionsv1.Reason
		field   string
	}{
		{&pb.PaymentPromise{InvoiceId: draft.GetId(), PromiseDate: "2027-01-20"}, optionsv1.Reason_INVOICE_NOT_OPEN, ""},
		{&pb.PaymentPromise{InvoiceId: i.GetId(), PromiseDate: "2027-01-14"}, optionsv1.Reason_FIELDS_INVALID,
			"promiseDate"},
		{&pb.PaymentPromise{InvoiceId: i.GetId(), PromiseDate: "2027-01-20", Amount: dollars("100.01")},
			optionsv1.Reason_FIELDS_INVALID, "amount.amount"},
		{&pb.PaymentPromise{InvoiceId: i.GetId(), PromiseDate: "2027-01-20", Date: "2027-01-09"},
			optionsv1.Reason_INVOICE_NOT_OPEN, ""},
	} {
		_, err := l.CreatePaymentPromise(t.Context(), &pb.CreatePaymentPromiseRequest{PaymentPromise: c.promise})
		if got := apptest.Fields(err); apptest.Reason(err) != c.reason || c.field != "" && !slices.Contains(got, c.field) {
			t.Errorf("got %v at %v, want %s at %q", err, got, c.reason, c.field)
		}
	}
}

// TestFollowUpSaysWhomToChaseNext orders overdue invoices by the reasons to chase them.
func TestFollowUpSaysWhomToChaseNext(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	old := l.invoice(t, l.customer, "2026-10-01", "2026-10-15", "100")
	large := l.invoice(t, l.customer, "2027-01-01", "2027-01-10", "12000")
	broken := l.invoice(t, l.customer, "2027-01-01", "2027-01-10", "100")
	call := l.invoice(t, l.customer, "2027-01-01", "2027-01-10", "50")
	disputed := l.invoice(t, l.customer, "2027-01-01", "2027-01-10", "100")
	l.invoice(t, l.customer, "2027-01-01", "2027-01-15", "100") // due today
	l.promise(t, &pb.PaymentPromise{InvoiceId: broken.GetId(), Date: "2027-01-11", PromiseDate: "2027-01-13"})
	must(l.invoicing.DisputeInvoice(t.Context(), &pb.DisputeInvoiceRequest{InvoiceId: disputed.GetId(), Reason: "No"}))(t)
	f := must(l.CreateFollowUp(t.Context(), &pb.CreateFollowUpRequest{FollowUp: &pb.FollowUp{InvoiceId: call.GetId(),
		Kind: pb.FollowUp_CALL, NextStep: "Call again", NextStepDate: "2027-01-15"}}))(t)
	if f.GetState() != pb.FollowUp_OPEN || f.GetCustomerId() != l.customer || f.GetDate() != "2027-01-15" {
		t.Errorf("got %v", f)
	}
	show := func(list []*pb.InvoiceToChase) (out []string) {
		names := map[string]string{old.GetId(): "old", large.GetId(): "large", broken.GetId(): "broken",
			call.GetId(): "call", disputed.GetId(): "disputed"}
		for _, i := range list {
			text := fmt.Sprint(names[i.GetDocumentId()], " ", i.GetScore())
			for _, r := range i.GetReasons() {
				text += fmt.Sprint(" ", r.GetCode(), " ", r.GetPoints())
			}
			out = append(out, text)
		}
		return out
	}
	list := must(l.FollowUpInvoices(t.Context(), &pb.FollowUpInvoicesRequest{}))(t)
	want := []string{"old 115 OVERDUE 90 NOT_CONTACTED 15 AMOUNT 10",
		"broken 70 BROKEN_PROMISE 40 NOT_CONTACTED 15 AMOUNT 10 OVERDUE 5", "call 65 NEXT_STEP_DUE 60 OVERDUE 5",
		"large 50 AMOUNT 30 NOT_CONTACTED 15 OVERDUE 5"}
	if got := show(list.GetInvoices()); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if s := list.GetStoppedInvoices(); len(s) != 1 || s[0].GetStop() != pb.DunningStop_DISPUTED ||
		s[0].GetDocumentId() != disputed.GetId() || list.GetTotalCount() != 4 || list.GetStoppedCount() != 1 {
		t.Errorf("got %v", list)
	}
	l.pay(t, large, "2027-01-15", "12000.00")
	past := must(l.FollowUpInvoices(t.Context(), &pb.FollowUpInvoicesRequest{AsOf: "2027-01-12", PageSize: 1}))(t)
	if past.GetTotalCount() != 4 || len(past.GetInvoices()) != 1 || past.GetStoppedCount() != 1 ||
		past.GetStoppedInvoices()[0].GetStop() != pb.DunningStop_PROMISED {
		t.Errorf("got %v as of a day before the payment and the dispute", past)
	}
	if today := must(l.FollowUpInvoices(t.Context(), &pb.FollowUpInvoicesRequest{CustomerId: l.customer}))(t); today.
		GetTotalCount() != 3 {
		t.Errorf("got %v after the payment", today)
	}
}

// TestFollowUpIsCompleted completes a next step; a new one opens the follow-up again.
func TestFollowUpIsCompleted(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	f := must(l.CreateFollowUp(t.Context(), &pb.CreateFollowUpRequest{FollowUp: &pb.FollowUp{CustomerId: l.customer,
		Kind: pb.FollowUp_NOTE, Note: "They moved."}}))(t)
	if f.GetState() != pb.FollowUp_DONE {
		t.Errorf("got %v without a next step", f)
	}
	_, err := l.CompleteFollowUp(t.Context(), &pb.CompleteFollowUpRequest{FollowUpId: f.GetId()})
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	f = must(l.UpdateFollowUp(t.Context(), &pb.UpdateFollowUpRequest{FollowUpId: f.GetId(),
		FollowUp:   &pb.FollowUp{NextStep: "Find the address"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"next_step"}}}))(t)
	if f.GetState() != pb.FollowUp_OPEN {
		t.Errorf("got %v with a next step", f)
	}
	f = must(l.CompleteFollowUp(t.Context(), &pb.CompleteFollowUpRequest{FollowUpId: f.GetId()}))(t)
	if f.GetState() != pb.FollowUp_DONE || f.GetCompleteTime() == nil {
		t.Errorf("got %v", f)
	}
	_, err = l.CreateFollowUp(t.Context(), &pb.CreateFollowUpRequest{FollowUp: &pb.FollowUp{Kind: pb.FollowUp_CALL}})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "customerId")
	_, err = l.CreateFollowUp(t.Context(), &pb.CreateFollowUpRequest{FollowUp: &pb.FollowUp{Kind: pb.FollowUp_CALL,
		CustomerId: l.customer, NextStepDate: "2027-02-01"}})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "nextStep")
}

// TestMergeMovesReminders merges a customer that was reminded.
func TestMergeMovesReminders(t *testing.T) {
	t.Parallel()
	l := openLender(t)
	l.newPolicy(t, standard())
	from := l.newCustomer(t, &pb.Customer{DisplayName: "Harbour Cafe"})
	i := l.invoice(t, from, "2027-01-01", "2027-01-05", "100")
	n := l.runOne(t, "")
	p := l.promise(t, &pb.PaymentPromise{InvoiceId: i.GetId(), PromiseDate: "2027-01-20"})
	must(l.customers.MergeCustomer(t.Context(), &pb.MergeCustomerRequest{CustomerId: from, IntoCustomerId: l.customer}))(t)
	n = must(l.GetDunningNotice(t.Context(), &pb.GetDunningNoticeRequest{DunningNoticeId: n.GetId()}))(t)
	p = must(l.GetPaymentPromise(t.Context(), &pb.GetPaymentPromiseRequest{PaymentPromiseId: p.GetId()}))(t)
	if n.GetCustomerId() != l.customer || p.GetCustomerId() != l.customer {
		t.Errorf("got the customers %s and %s", n.GetCustomerId(), p.GetCustomerId())
	}
}

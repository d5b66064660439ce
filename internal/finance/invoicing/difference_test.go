package invoicing_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestSmallDifferencesAreCleared pays a few cents less, more, or in another currency than an
// invoice of 119.00, and undoes it again.
func TestSmallDifferencesAreCleared(t *testing.T) {
	t.Parallel()
	euros := &pb.Payment_NewAllocation{Amount: usd("130.80"),
		SettledAmount: &typepb.Money{Amount: "118.90", CurrencyCode: "EUR"}}
	for name, c := range map[string]struct {
		allocation         *pb.Payment_NewAllocation
		currency, rate     string
		amount, difference string
		entry              []string
	}{
		"less": {&pb.Payment_NewAllocation{}, "", "", "118.97", "0.03",
			[]string{"2400 118.97", "6980 0.03", "1200 -119.00"}},
		"more": {&pb.Payment_NewAllocation{}, "", "", "119.04", "-0.04",
			[]string{"2400 119.04", "6980 -0.04", "1200 -119.00"}},
		"exact": {&pb.Payment_NewAllocation{}, "", "", "119.00", "",
			[]string{"2400 119.00", "1200 -119.00"}},
		"the most": {&pb.Payment_NewAllocation{}, "", "", "118.00", "1.00",
			[]string{"2400 118.00", "6980 1.00", "1200 -119.00"}},
		"euros, less": {euros, "EUR", "1.10", "130.80", "0.10", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openShop(t)
			i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05", CurrencyCode: c.currency, ExchangeRate: c.rate},
				s.line("100"))
			p := &pb.Payment{CustomerId: s.customer, Date: "2027-01-12", Amount: usd(c.amount), AccountId: s.accounts["1000"],
				Allocations: []*pb.Payment_NewAllocation{c.allocation}}
			c.allocation.ReceivableId, c.allocation.ClearDifference = i.GetId(), true
			p = must(s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: p}))(t)
			a := must(s.ListAllocations(t.Context(), &pb.ListAllocationsRequest{}))(t).GetAllocations()[0]
			if a.GetDifference().GetAmount() != c.difference || a.GetAmount().GetAmount() != c.amount {
				t.Errorf("got %v, want the difference %s of %s", a, c.difference, c.amount)
			}
			if got := s.entry(t, a.GetJournalEntryId()); c.entry != nil && !slices.Equal(got, c.entry) {
				t.Errorf("got the entry %q, want %q", got, c.entry)
			}
			i = s.invoice(t, i.GetId())
			if i.GetPaymentStatus() != pb.Invoice_PAID || p.GetOpenAmount().GetAmount() != "0.00" {
				t.Errorf("got %v, %v", i, p)
			}
			s.wantSound(t)
			must(s.UndoAllocation(t.Context(), &pb.UndoAllocationRequest{AllocationId: a.GetId()}))(t)
			p = must(s.GetPayment(t.Context(), &pb.GetPaymentRequest{PaymentId: p.GetId()}))(t)
			if i = s.invoice(t, i.GetId()); i.GetOpenAmount().GetAmount() != "119.00" ||
				p.GetOpenAmount().GetAmount() != p.GetAmount().GetAmount() {
				t.Errorf("undone, got %v, %v", i, p)
			}
			s.wantSound(t)
		})
	}
}

// TestLargeDifferencesAreNotCleared pays 1.01 less, and much more, than an invoice.
func TestLargeDifferencesAreNotCleared(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	i := s.issue(t, &pb.Invoice{IssueDate: "2027-01-05"}, s.line("100"))
	for _, amount := range []string{"117.99", "120.01", "500"} {
		_, err := s.CreatePayment(t.Context(), &pb.CreatePaymentRequest{Payment: &pb.Payment{CustomerId: s.customer,
			Date: "2027-01-12", Amount: usd(amount), AccountId: s.accounts["1000"],
			Allocations: []*pb.Payment_NewAllocation{{ReceivableId: i.GetId(), ClearDifference: true}}}})
		apptest.WantRefused(t, err, optionsv1.Reason_DIFFERENCE_TOO_LARGE, "allocations[0].clearDifference")
	}
	s.wantSound(t)
}

// TestIssuesWarn issues an invoice above a credit limit that only warns, and one dated before the
// previous number.
func TestIssuesWarn(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.customer = s.newCustomer(t, &pb.Customer{DisplayName: "Mill", CreditLimit: usd("150")})
	kinds := func(i *pb.Invoice) (all []pb.Invoice_Warning_Kind) {
		for _, w := range i.GetWarnings() {
			all = append(all, w.GetKind())
		}
		return all
	}
	if first := s.issue(t, &pb.Invoice{IssueDate: "2027-01-12"}, s.line("100")); len(kinds(first)) != 0 {
		t.Errorf("got %v", first.GetWarnings())
	}
	draft := s.draft(t, &pb.Invoice{IssueDate: "2027-01-11"}, s.line("100"))
	want := []pb.Invoice_Warning_Kind{pb.Invoice_Warning_CREDIT_LIMIT_EXCEEDED, pb.Invoice_Warning_DATE_BEFORE_PREVIOUS}
	shown := must(s.PreviewInvoice(t.Context(), &pb.PreviewInvoiceRequest{Invoice: &pb.Invoice{Id: draft.GetId()}}))(t)
	if got := kinds(shown.GetInvoice()); !slices.Equal(got, want) {
		t.Errorf("the preview has %v, want %v", got, want)
	}
	must(s.IssueInvoice(t.Context(), &pb.IssueInvoiceRequest{InvoiceId: draft.GetId()}))(t)
	if got := kinds(s.invoice(t, draft.GetId())); !slices.Equal(got, want) {
		t.Errorf("the invoice has %v, want %v", got, want)
	}
	if copied := must(s.DuplicateInvoice(t.Context(),
		&pb.DuplicateInvoiceRequest{InvoiceId: draft.GetId()}))(t); len(kinds(copied)) != 0 {
		t.Errorf("the copy has %v", copied.GetWarnings())
	}
}

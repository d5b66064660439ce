package app_test

import (
	"slices"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestPreviewHidesOtherTenants previews invoices with records of another organization.
func TestPreviewHidesOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	client := financev1.NewInvoicingServiceClient(ours)
	foreign := createFor(t, theirs, "inv")
	_, err := client.PreviewInvoice(t.Context(),
		&financev1.PreviewInvoiceRequest{Invoice: &financev1.Invoice{Id: foreign}})
	checkNotFound(t, err)
	for field, change := range map[string]func(*financev1.Invoice){
		"customerId":         func(i *financev1.Invoice) { i.CustomerId = createFor(t, theirs, "cus") },
		"paymentTermId":      func(i *financev1.Invoice) { i.PaymentTermId = createFor(t, theirs, "ptm") },
		"lines[0].itemId":    func(i *financev1.Invoice) { i.Lines[0].ItemId = createFor(t, theirs, "itm") },
		"lines[0].taxCodeId": func(i *financev1.Invoice) { i.Lines[0].TaxCodeId = createFor(t, theirs, "txk") },
		"lines[0].accountId": func(i *financev1.Invoice) { i.Lines[0].AccountId = createFor(t, theirs, "acc") },
	} {
		i := newInvoice(createFor(t, ours, "cus"))
		i.Lines[0].AccountId = createFor(t, ours, "acc")
		change(i)
		_, err := client.PreviewInvoice(t.Context(), &financev1.PreviewInvoiceRequest{Invoice: i})
		if apptest.Reason(err) != optionsv1.Reason_REFERENCE_NOT_FOUND || !slices.Contains(apptest.Fields(err), field) {
			t.Errorf("%s of another organization: got %v %v, want REFERENCE_NOT_FOUND", field, err, apptest.Fields(err))
		}
	}
}

// TestAgingHidesOtherTenants checks that the report has only what the caller's customers owe.
func TestAgingHidesOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	issued := issueInvoice(t, theirs)
	for _, o := range []struct {
		who      *apptest.Organization
		customer string
		want     int
	}{{theirs, "", 1}, {theirs, issued.GetCustomerId(), 1}, {ours, "", 0}, {ours, issued.GetCustomerId(), 0}} {
		aged, err := financev1.NewReceivablesServiceClient(o.who).GetAgedReceivables(t.Context(),
			&financev1.GetAgedReceivablesRequest{CustomerId: o.customer})
		if err != nil || len(aged.GetRows()) != o.want {
			t.Errorf("customer %q: got %v, %v, want %d rows", o.customer, aged, err, o.want)
		}
	}
}

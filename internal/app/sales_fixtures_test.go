package app_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// salesFixtures are the fixtures of what customers are billed and pay, by the message's full name.
var salesFixtures = map[string]fixture{
	"backoffice.finance.v1.Invoice": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message { return newInvoice(createFor(t, o, "cus")) },
		patch: &financev1.Invoice{Reference: "PO 4711", Lines: []*financev1.DocumentLine{
			{Description: "Training", UnitPrice: "80"},
		}}, fields: []string{"reference", "lines"},
	},
	"backoffice.finance.v1.CreditNote": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.CreditNote{InvoiceId: issueInvoice(t, o).GetId(), Reason: uniqueName("Returned")}
		},
		patch: &financev1.CreditNote{Metadata: map[string]string{"order": "4711"}}, fields: []string{"metadata"},
		immutable: &financev1.CreditNote{Reason: "Another one"},
	},
	"backoffice.finance.v1.Payment": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return newPayment(t, o, createFor(t, o, "cus"))
		},
		patch: &financev1.Payment{Metadata: map[string]string{"order": "4711"}}, fields: []string{"metadata"},
		immutable: &financev1.Payment{Reference: "Another one"},
	},
	"backoffice.finance.v1.Allocation": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			i := issueInvoice(t, o)
			return &financev1.Allocation{ReceivableId: "rcv" + strings.TrimPrefix(i.GetId(), "inv"),
				CustomerCreditId: creditOf(createPayment(t, o, i.GetCustomerId()))}
		},
		patch: &financev1.Allocation{Metadata: map[string]string{"order": "4711"}}, fields: []string{"metadata"},
		immutable: &financev1.Allocation{TakeDiscount: true},
	},
	"backoffice.finance.v1.Refund": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.Refund{CustomerCreditId: creditOf(createPayment(t, o, createFor(t, o, "cus"))),
				AccountId: entry(t, o, "1.00").Lines[1].AccountId, Reason: uniqueName("Canceled order")}
		},
		patch: &financev1.Refund{Metadata: map[string]string{"order": "4711"}}, fields: []string{"metadata"},
		immutable: &financev1.Refund{Reason: "Another one"},
	},
	"backoffice.finance.v1.Receivable": {
		create: func(t *testing.T, o *apptest.Organization) string {
			return "rcv" + strings.TrimPrefix(issueInvoice(t, o).GetId(), "inv")
		},
	},
	"backoffice.finance.v1.CustomerCredit": {
		create: func(t *testing.T, o *apptest.Organization) string {
			return creditOf(createPayment(t, o, createFor(t, o, "cus")))
		},
	},
}

// newInvoice returns a draft over 100 to a customer.
func newInvoice(customer string) *financev1.Invoice {
	return &financev1.Invoice{CustomerId: customer, Lines: []*financev1.DocumentLine{
		{Description: uniqueName("Consulting"), UnitPrice: "100"},
	}}
}

// issueInvoice issues an invoice to a new customer.
func issueInvoice(t *testing.T, o *apptest.Organization) *financev1.Invoice {
	t.Helper()
	client := financev1.NewInvoicingServiceClient(o)
	draft, err := client.CreateInvoice(t.Context(),
		&financev1.CreateInvoiceRequest{Invoice: newInvoice(createFor(t, o, "cus"))})
	if err != nil {
		t.Fatal(err)
	}
	issued, err := client.IssueInvoice(t.Context(), &financev1.IssueInvoiceRequest{InvoiceId: draft.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

// newPayment returns a payment of a customer, from which the bank deducted a fee.
func newPayment(t *testing.T, o *apptest.Organization, customer string) *financev1.Payment {
	t.Helper()
	lines := entry(t, o, "1.00").Lines
	return &financev1.Payment{CustomerId: customer, Amount: &typev1.Money{Amount: "150.00", CurrencyCode: "USD"},
		Reference: uniqueName("Check"), AccountId: lines[1].AccountId, FeeAccountId: lines[0].AccountId,
		Fee: &typev1.Money{Amount: "0.50"}}
}

// createPayment records a payment of a customer and returns its identifier.
func createPayment(t *testing.T, o *apptest.Organization, customer string) string {
	t.Helper()
	p, err := financev1.NewReceivablesServiceClient(o).CreatePayment(t.Context(),
		&financev1.CreatePaymentRequest{Payment: newPayment(t, o, customer)})
	if err != nil {
		t.Fatal(err)
	}
	return p.GetId()
}

// creditOf returns the identifier of the credit of a payment.
func creditOf(payment string) string { return "ccr" + strings.TrimPrefix(payment, "pay") }

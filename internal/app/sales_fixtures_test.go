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
	"backoffice.finance.v1.Quote": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message { return newQuote(createFor(t, o, "cus")) },
		patch: &financev1.Quote{Reference: "PO 4711", Lines: []*financev1.DocumentLine{
			{Description: "Training", UnitPrice: "80"},
		}}, fields: []string{"reference", "lines"},
	},
	"backoffice.finance.v1.DepositRequest": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			i := newInvoice(createFor(t, o, "cus"))
			return &financev1.DepositRequest{CustomerId: i.GetCustomerId(), Lines: i.GetLines()}
		},
		patch: &financev1.DepositRequest{Reference: "PO 4711", Lines: []*financev1.DocumentLine{
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
	"backoffice.finance.v1.DunningPolicy": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &financev1.DunningPolicy{DisplayName: uniqueName("Policy"), Steps: []*financev1.DunningPolicy_Step{
				{Days: 7, DisplayName: "Reminder", Fees: []*typev1.Money{{Amount: "5.00", CurrencyCode: "USD"}}},
			}}
		},
		patch: &financev1.DunningPolicy{SendThanks: true}, fields: []string{"send_thanks"},
	},
	"backoffice.finance.v1.DunningNotice": {
		create: func(t *testing.T, o *apptest.Organization) string { return createNotice(t, o) },
	},
	"backoffice.finance.v1.RecurringInvoice": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.RecurringInvoice{DisplayName: uniqueName("Retainer"), CustomerId: createFor(t, o, "cus"),
				ResponsibleId: createFor(t, o, "prs"),
				Recurrence:    &typev1.Recurrence{Frequency: typev1.Recurrence_MONTHLY, StartDate: "2199-01-31"},
				Lines:         []*financev1.RecurringInvoice_Line{{Description: "Retainer {month}", UnitPrice: "500"}}}
		},
		patch: &financev1.RecurringInvoice{Reference: "PO 4711"}, fields: []string{"reference"},
	},
	"backoffice.finance.v1.PaymentPromise": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.PaymentPromise{InvoiceId: issueInvoice(t, o).GetId(), PromiseDate: "2199-12-31",
				Note: uniqueName("Promise")}
		},
		patch: &financev1.PaymentPromise{Note: "Confirmed"}, fields: []string{"note"},
		immutable: &financev1.PaymentPromise{InvoiceId: "inv_01m7ys51c2h6v8k3q9x5r7t0na"},
	},
	"backoffice.finance.v1.FollowUp": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.FollowUp{CustomerId: createFor(t, o, "cus"), Kind: financev1.FollowUp_CALL,
				Note: uniqueName("Call"), NextStep: "Call again", ResponsibleId: createFor(t, o, "prs")}
		},
		patch: &financev1.FollowUp{Note: "Nobody answered"}, fields: []string{"note"},
	},
	"backoffice.finance.v1.DocumentLink": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.DocumentLink{DocumentId: issueInvoice(t, o).GetId()}
		},
		patch: &financev1.DocumentLink{ExpireDate: "2030-12-31"}, fields: []string{"expire_date"},
		immutable: &financev1.DocumentLink{DocumentId: "inv_01k9zzzzzzzzzzzzzzzzzzzzzz"},
	},
	"backoffice.finance.v1.TaxReturn": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.TaxReturn{TaxAgencyId: createFor(t, o, "txa"), StartDate: "2026-01-01",
				Note: uniqueName("Ask about the refund")}
		},
		patch: &financev1.TaxReturn{Note: "Ask about the second quarter"}, fields: []string{"note"},
		immutable: &financev1.TaxReturn{StartDate: "2026-02-01"},
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

// newQuote returns a draft of a quote over 100 to a customer.
func newQuote(customer string) *financev1.Quote {
	return &financev1.Quote{CustomerId: customer, Lines: newInvoice(customer).GetLines()}
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

// createNotice reminds a new customer of an invoice that is late, and returns the notice's
// identifier.
func createNotice(t *testing.T, o *apptest.Organization) string {
	t.Helper()
	client := financev1.NewDunningServiceClient(o)
	policy := createFor(t, o, "dup")
	customer, err := financev1.NewCustomersServiceClient(o).CreateCustomer(t.Context(), &financev1.CreateCustomerRequest{
		Customer: &financev1.Customer{DisplayName: uniqueName("Late payer"), DunningPolicyId: policy,
			RecipientEmails: []string{"office@example.com"}}})
	if err != nil {
		t.Fatal(err)
	}
	late := newInvoice(customer.GetId())
	late.IssueDate, late.DueDate = "2026-01-10", "2026-01-20"
	invoicing := financev1.NewInvoicingServiceClient(o)
	draft, err := invoicing.CreateInvoice(t.Context(), &financev1.CreateInvoiceRequest{Invoice: late})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := invoicing.IssueInvoice(t.Context(),
		&financev1.IssueInvoiceRequest{InvoiceId: draft.GetId()}); err != nil {
		t.Fatal(err)
	}
	run, err := client.RunDunning(t.Context(), &financev1.RunDunningRequest{CustomerId: customer.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	if len(run.GetNotices()) != 1 {
		t.Fatalf("got %v, want a notice", run)
	}
	return run.GetNotices()[0].GetId()
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

package app_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/app/apptest"
)

// onlinePaymentsFixtures are the fixtures of what payment providers do, by the message's full name.
var onlinePaymentsFixtures = map[string]fixture{
	"backoffice.finance.v1.PaymentProviderAccount": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message { return newProviderAccount(t, o) },
		patch:  &financev1.PaymentProviderAccount{Metadata: map[string]string{"order": "4711"}},
		fields: []string{"metadata"}, immutable: &financev1.PaymentProviderAccount{Provider: "CARDS"},
	},
	"backoffice.finance.v1.Checkout": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &financev1.Checkout{DocumentId: issueInvoice(t, o).GetId(),
				PaymentProviderAccountId: createFor(t, o, "ppa"), ReturnUrl: "https://shop.example/" + uniqueCode()}
		},
		patch: &financev1.Checkout{Metadata: map[string]string{"order": "4711"}}, fields: []string{"metadata"},
		immutable: &financev1.Checkout{DocumentId: "inv_01k9zzzzzzzzzzzzzzzzzzzzzz"},
	},
	"backoffice.finance.v1.PaymentProviderEvent": {
		create: func(t *testing.T, o *apptest.Organization) string {
			return simulate(t, o, createCheckout(t, o), financev1.PaymentProviderEvent_PAYMENT_FAILED).GetId()
		},
	},
	"backoffice.finance.v1.Payout": {
		create: func(t *testing.T, o *apptest.Organization) string {
			c := createCheckout(t, o)
			simulate(t, o, c, financev1.PaymentProviderEvent_PAYMENT_SUCCEEDED)
			return simulate(t, o, c, financev1.PaymentProviderEvent_PAYOUT_PAID).GetPayoutId()
		},
	},
}

// newProviderAccount returns an account at the provider for tests.
func newProviderAccount(t *testing.T, o *apptest.Organization) *financev1.PaymentProviderAccount {
	t.Helper()
	account := func(kind financev1.Account_Type, subtype financev1.Account_Subtype) string {
		a, err := financev1.NewLedgerServiceClient(o).CreateAccount(t.Context(), &financev1.CreateAccountRequest{
			Account: &financev1.Account{Code: uniqueCode(), DisplayName: uniqueName("Cards"), Type: kind, Subtype: subtype}})
		if err != nil {
			t.Fatal(err)
		}
		return a.GetId()
	}
	return &financev1.PaymentProviderAccount{Provider: "TEST", DisplayName: uniqueName("Cards"),
		ClearingAccountId: account(financev1.Account_ASSET, financev1.Account_OTHER_ASSET),
		FeeAccountId:      account(financev1.Account_EXPENSE, financev1.Account_OPERATING_EXPENSE),
		BankAccountId:     createBankAccount(t, o), SigningSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
}

// createCheckout creates a checkout of an invoice at a new account.
func createCheckout(t *testing.T, o *apptest.Organization) *financev1.Checkout {
	t.Helper()
	c, err := financev1.NewOnlinePaymentsServiceClient(o).GetCheckout(t.Context(),
		&financev1.GetCheckoutRequest{CheckoutId: createFor(t, o, "cho")})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// simulate sends an event of the provider for tests about a checkout.
func simulate(
	t *testing.T, o *apptest.Organization, c *financev1.Checkout, typ financev1.PaymentProviderEvent_Type,
) *financev1.PaymentProviderEvent {
	t.Helper()
	e, err := financev1.NewOnlinePaymentsServiceClient(o).SimulatePaymentProviderEvent(t.Context(),
		&financev1.SimulatePaymentProviderEventRequest{PaymentProviderAccountId: c.GetPaymentProviderAccountId(),
			Type: typ, CheckoutId: c.GetId()})
	if err != nil || e.GetState() != financev1.PaymentProviderEvent_PROCESSED {
		t.Fatalf("got %v, %v", e, err)
	}
	return e
}

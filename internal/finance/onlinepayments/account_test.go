package onlinepayments_test

import (
	"strings"
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestSecretsAreNeverShown creates an account and replaces its secret. No response contains it, and
// only the new one signs events.
func TestSecretsAreNeverShown(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	replaced := must(s.ReplacePaymentProviderSecrets(t.Context(), &pb.ReplacePaymentProviderSecretsRequest{
		PaymentProviderAccountId: s.account.GetId(), SigningSecret: otherSecret, ApiKey: "key-4711"}))(t)
	read := must(s.GetPaymentProviderAccount(t.Context(),
		&pb.GetPaymentProviderAccountRequest{PaymentProviderAccountId: s.account.GetId()}))(t)
	history := must(platformv1.NewHistoryServiceClient(s).ListEvents(t.Context(), &platformv1.ListEventsRequest{}))(t)
	for _, text := range []string{s.account.String(), replaced.String(), read.String(), history.String()} {
		for _, secret := range []string{signingSecret, otherSecret, "key-4711"} {
			if strings.Contains(text, strings.TrimPrefix(secret, "whsec_")) {
				t.Errorf("%s is in %s", secret, text)
			}
		}
	}
	if !read.GetTest() || read.GetEventToken() == "" {
		t.Errorf("got %v", read)
	}
	body := `{"id": "e1", "type": "customer.created"}`
	for secret, want := range map[string]int{signingSecret: 401, otherSecret: 200} {
		if got := s.post(t, s.account, secret, body, time.Now()); got.Code != want {
			t.Errorf("got %d %s, want %d", got.Code, got.Raw, want)
		}
	}
}

// TestAccountsAreChecked checks the refusals of accounts.
func TestAccountsAreChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for name, c := range map[string]struct {
		change func(*pb.PaymentProviderAccount)
		field  string
	}{
		"unknown provider": {func(a *pb.PaymentProviderAccount) { a.Provider = "CARDS" }, "provider"},
		"no secret":        {func(a *pb.PaymentProviderAccount) { a.SigningSecret = "" }, "signingSecret"},
		"short secret":     {func(a *pb.PaymentProviderAccount) { a.SigningSecret = "whsec_MTIz" }, "signingSecret"},
		"expense": {
			func(a *pb.PaymentProviderAccount) { a.ClearingAccountId = a.FeeAccountId }, "clearingAccountId",
		},
		"bank": {
			func(a *pb.PaymentProviderAccount) { a.ClearingAccountId = s.bank.GetLedgerAccountId() }, "clearingAccountId",
		},
		"asset": {func(a *pb.PaymentProviderAccount) { a.FeeAccountId = a.ClearingAccountId }, "feeAccountId"},
	} {
		a := &pb.PaymentProviderAccount{Provider: "TEST", DisplayName: name, SigningSecret: signingSecret,
			ClearingAccountId: s.account.GetClearingAccountId(), FeeAccountId: s.account.GetFeeAccountId(),
			BankAccountId: s.bank.GetId()}
		c.change(a)
		_, err := s.CreatePaymentProviderAccount(t.Context(),
			&pb.CreatePaymentProviderAccountRequest{PaymentProviderAccount: a})
		t.Log(name)
		apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, c.field)
	}
	live := apptest.SignUp(t, func(r *platformv1.SignUpRequest) { r.Test = false })
	o := &shop{Organization: live, ledger: pb.NewLedgerServiceClient(live), banking: pb.NewBankingServiceClient(live)}
	bank := o.newBank(t, "USD")
	_, err := pb.NewOnlinePaymentsServiceClient(live).CreatePaymentProviderAccount(t.Context(),
		&pb.CreatePaymentProviderAccountRequest{PaymentProviderAccount: &pb.PaymentProviderAccount{Provider: "TEST",
			DisplayName: "Cards", SigningSecret: signingSecret, BankAccountId: bank.GetId(),
			ClearingAccountId: o.newLedgerAccount(t, "C", pb.Account_ASSET, pb.Account_OTHER_ASSET),
			FeeAccountId:      o.newLedgerAccount(t, "F", pb.Account_EXPENSE, pb.Account_OPERATING_EXPENSE)}})
	apptest.WantRefused(t, err, optionsv1.Reason_PAYMENT_PROVIDER_TEST_ONLY)
}

// TestPublicCheckoutIsReused opens the checkout of a link twice, and again after a part was paid.
func TestPublicCheckoutIsReused(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sold := s.sell(t, "100")
	link := must(pb.NewSalesDocumentsServiceClient(s).CreateDocumentLink(t.Context(), &pb.CreateDocumentLinkRequest{
		DocumentLink: &pb.DocumentLink{DocumentId: sold.GetId()}}))(t)
	open := func() *pb.PublicCheckout {
		return must(s.CreatePublicCheckout(t.Context(), &pb.CreatePublicCheckoutRequest{Token: link.GetToken()}))(t)
	}
	first := open()
	if second := open(); second.GetUrl() != first.GetUrl() {
		t.Errorf("got %v and %v", first, second)
	}
	_, err := s.CreatePublicCheckout(t.Context(), &pb.CreatePublicCheckoutRequest{Token: "abc"})
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}

// TestTestPageCloses checks that a page of TEST is paid once, and that tokens for other things do
// not open it.
func TestTestPageCloses(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	c := s.checkout(t, s.sell(t, "100").GetId())
	token := c.GetUrl()[strings.LastIndex(c.GetUrl(), "/")+1:]
	pay := func(token string, o pb.PayTestCheckoutRequest_Outcome) (*pb.PayTestCheckoutResponse, error) {
		return s.PayTestCheckout(t.Context(), &pb.PayTestCheckoutRequest{Token: token, Outcome: o})
	}
	if got := must(pay(token, pb.PayTestCheckoutRequest_EXPIRED))(t); got.GetState() != pb.Checkout_EXPIRED {
		t.Errorf("got %v", got)
	}
	_, err := pay(token, pb.PayTestCheckoutRequest_SUCCEEDED)
	apptest.WantRefused(t, err, optionsv1.Reason_CHECKOUT_CLOSED)
	_, err = pay(s.account.GetEventToken(), pb.PayTestCheckoutRequest_SUCCEEDED)
	apptest.WantRefused(t, err, optionsv1.Reason_RECORD_NOT_FOUND)
}

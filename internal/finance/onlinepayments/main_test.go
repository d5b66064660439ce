package onlinepayments_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/deposits"
	"backoffice/internal/finance/dunning"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/onlinepayments"
	"backoffice/internal/finance/payables"
	"backoffice/internal/finance/quotes"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/recurring"
	"backoffice/internal/finance/salesdocuments"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/mail/signature"
	"backoffice/internal/platform/money"
)

func TestMain(m *testing.M) {
	hooks := []receivables.Hooks{invoicing.ReceivablesHooks(), deposits.ReceivablesHooks()}
	apptest.Main(m, ledger.NewModule(receivables.LedgerHooks(), banking.LedgerHooks()), tax.Module, catalog.Module,
		customers.NewModule(invoicing.CustomerHooks(), deposits.CustomerHooks(), onlinepayments.CustomerHooks()),
		receivables.NewModule(hooks...), invoicing.Module, deposits.Module, payables.Module, banking.NewModule(hooks...),
		quotes.Module, recurring.NewModule(salesdocuments.RecurringHooks), dunning.NewModule(salesdocuments.DunningHooks),
		salesdocuments.NewModule(onlinepayments.SalesDocumentsHooks()), onlinepayments.NewModule(hooks...))
}

// must returns v, and fails the test if err is not nil.
func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// The signing secrets of the tests.
const (
	signingSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	otherSecret   = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
)

// shop is an organization that is paid online. Its clock shows 2027-01-15.
type shop struct {
	*apptest.Organization
	pb.OnlinePaymentsServiceClient
	pb.InvoicingServiceClient
	credits  pb.ReceivablesServiceClient
	ledger   pb.LedgerServiceClient
	banking  pb.BankingServiceClient
	account  *pb.PaymentProviderAccount
	bank     *pb.BankAccount
	customer string
}

func openShop(t testing.TB) *shop {
	t.Helper()
	o := apptest.SignUp(t)
	apptest.SetClock(t, o, "2027-01-15T17:00:00Z")
	s := &shop{Organization: o, OnlinePaymentsServiceClient: pb.NewOnlinePaymentsServiceClient(o),
		InvoicingServiceClient: pb.NewInvoicingServiceClient(o), credits: pb.NewReceivablesServiceClient(o),
		ledger: pb.NewLedgerServiceClient(o), banking: pb.NewBankingServiceClient(o)}
	s.customer = s.newCustomer(t, "Harbor Cafe")
	s.bank = s.newBank(t, "USD")
	s.account = s.newAccount(t, "Cards", s.bank)
	t.Cleanup(func() { s.wantSound(t) })
	return s
}

func (s *shop) newCustomer(t testing.TB, name string) string {
	t.Helper()
	return must(pb.NewCustomersServiceClient(s).CreateCustomer(t.Context(),
		&pb.CreateCustomerRequest{Customer: &pb.Customer{DisplayName: name}}))(t).GetId()
}

func (s *shop) newBank(t testing.TB, currency string) *pb.BankAccount {
	t.Helper()
	return must(s.banking.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
		BankAccount: &pb.BankAccount{DisplayName: "Bank " + currency, CurrencyCode: currency}}))(t)
}

func (s *shop) newLedgerAccount(t testing.TB, name string, kind pb.Account_Type, subtype pb.Account_Subtype) string {
	t.Helper()
	return must(s.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: &pb.Account{Code: name,
		DisplayName: name, Type: kind, Subtype: subtype}}))(t).GetId()
}

// newAccount creates an account at TEST whose payouts arrive at a bank account.
func (s *shop) newAccount(t testing.TB, name string, bank *pb.BankAccount) *pb.PaymentProviderAccount {
	t.Helper()
	return must(s.CreatePaymentProviderAccount(t.Context(), &pb.CreatePaymentProviderAccountRequest{
		PaymentProviderAccount: &pb.PaymentProviderAccount{Provider: "TEST", DisplayName: name,
			ClearingAccountId: s.newLedgerAccount(t, name+" clearing", pb.Account_ASSET, pb.Account_OTHER_ASSET),
			FeeAccountId:      s.newLedgerAccount(t, name+" fees", pb.Account_EXPENSE, pb.Account_OPERATING_EXPENSE),
			BankAccountId:     bank.GetId(), SigningSecret: signingSecret}}))(t)
}

// sell issues an invoice on 2027-01-10.
func (s *shop) sell(t testing.TB, price string) *pb.Invoice {
	t.Helper()
	return s.issue(t, &pb.Invoice{CustomerId: s.customer,
		Lines: []*pb.DocumentLine{{Description: "Advice", UnitPrice: price}}})
}

func (s *shop) issue(t testing.TB, i *pb.Invoice) *pb.Invoice {
	t.Helper()
	draft := must(s.CreateInvoice(t.Context(), &pb.CreateInvoiceRequest{Invoice: i}))(t)
	return must(s.IssueInvoice(t.Context(),
		&pb.IssueInvoiceRequest{InvoiceId: draft.GetId(), IssueDate: "2027-01-10"}))(t)
}

// checkout creates a checkout of a document.
func (s *shop) checkout(t testing.TB, documentID string) *pb.Checkout {
	t.Helper()
	return must(s.CreateCheckout(t.Context(), &pb.CreateCheckoutRequest{
		Checkout: &pb.Checkout{DocumentId: documentID}}))(t)
}

// event is the body of an event of TEST.
type event map[string]any

// at returns the event with a day of January 2027.
func (e event) at(day int) event {
	e["time"] = time.Date(2027, 1, day, 15, 0, 0, 0, time.UTC)
	return e
}

// paid is the event that a checkout is paid with a fee, on 2027-01-12.
func paid(c *pb.Checkout, amount, fee string) event {
	return event{"id": "evt-" + c.GetId(), "type": "payment.succeeded", "checkoutId": c.GetProviderCheckoutId(),
		"paymentId": "tpy-" + c.GetId(), "amount": amount, "fee": fee,
		"currencyCode": c.GetAmount().GetCurrencyCode()}.at(12)
}

// returned is an event that money of a checkout's payment went back: a refund, or a dispute.
func returned(c *pb.Checkout, typ, object, amount, fee string) event {
	field := map[string]string{"payment.refunded": "refundId"}[typ]
	if field == "" {
		field = "disputeId"
	}
	return event{"id": "evt-" + typ + object, "type": typ, "paymentId": "tpy-" + c.GetId(), field: object,
		"amount": amount, "fee": fee, "currencyCode": c.GetAmount().GetCurrencyCode()}.at(14)
}

// send posts an event as the provider does. The headers replace those of its signature.
func (s *shop) send(t testing.TB, a *pb.PaymentProviderAccount, e event, headers ...string) apptest.Response {
	t.Helper()
	body := must(json.Marshal(e))(t)
	return s.post(t, a, signingSecret, string(body), time.Now(), headers...)
}

// post posts a body that is signed with a secret at a time.
func (s *shop) post(
	t testing.TB, a *pb.PaymentProviderAccount, secret, body string, signed time.Time, headers ...string,
) apptest.Response {
	t.Helper()
	h := http.Header{}
	signature.Sign(must(signature.ParseSecret(secret))(t), h, "msg-1", []byte(body), signed)
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/v1/public/paymentProviderEvents/"+a.GetEventToken(),
		strings.NewReader(body))
	r.Header = h
	r.Header.Set("Content-Type", "application/json")
	provider := *s.Organization
	provider.Key = ""
	return provider.Send(t, r, headers...)
}

// mustSend posts an event, and fails unless it is acknowledged and ends in a state.
func (s *shop) mustSend(t testing.TB, e event, want pb.PaymentProviderEvent_State) *pb.PaymentProviderEvent {
	t.Helper()
	got := s.send(t, s.account, e)
	if got.Code != 200 {
		t.Fatalf("got %d %s", got.Code, got.Raw)
	}
	stored := s.event(t, fmt.Sprint(got.Body["paymentProviderEventId"]))
	if stored.GetState() != want {
		t.Fatalf("got %v", stored)
	}
	return stored
}

func (s *shop) event(t testing.TB, key string) *pb.PaymentProviderEvent {
	t.Helper()
	return must(s.GetPaymentProviderEvent(t.Context(),
		&pb.GetPaymentProviderEventRequest{PaymentProviderEventId: key}))(t)
}

func (s *shop) invoice(t testing.TB, i *pb.Invoice) *pb.Invoice {
	t.Helper()
	return must(s.GetInvoice(t.Context(), &pb.GetInvoiceRequest{InvoiceId: i.GetId()}))(t)
}

// wantOpen checks what is open of an invoice.
func (s *shop) wantOpen(t testing.TB, i *pb.Invoice, want string) {
	t.Helper()
	if got := s.invoice(t, i).GetOpenAmount().GetAmount(); got != want {
		t.Errorf("%s is open with %s, want %s", i.GetNumber(), got, want)
	}
}

// wantBalances checks what is posted to the clearing, fee and bank accounts, in minor units.
func (s *shop) wantBalances(t testing.TB, want [3]int64) {
	t.Helper()
	var got [3]int64
	for n, account := range []string{s.account.GetClearingAccountId(), s.account.GetFeeAccountId(),
		s.bank.GetLedgerAccountId()} {
		for token := ""; ; {
			page := must(s.ledger.ListJournalLines(t.Context(), &pb.ListJournalLinesRequest{PageSize: 500, PageToken: token,
				Filter: `account_id = "` + account + `"`}))(t)
			for _, l := range page.GetJournalLines() {
				got[n] += minor(t, l.GetBaseAmount())
			}
			if token = page.GetNextPageToken(); token == "" {
				break
			}
		}
	}
	if got != want {
		t.Errorf("the clearing, fee and bank accounts have %v, want %v", got, want)
	}
}

// wantSound checks that the books agree with the receivables.
func (s *shop) wantSound(t testing.TB) {
	for _, c := range must(s.ledger.CheckIntegrity(contextOf(t), &pb.CheckIntegrityRequest{}))(t).GetChecks() {
		if c.GetBrokenCount() != 0 {
			t.Errorf("%s: %v", c.GetRule(), c)
		}
	}
}

func minor(t testing.TB, m *typepb.Money) int64 {
	t.Helper()
	if m == nil {
		return 0
	}
	return must(money.Parse(m.GetAmount(), m.GetCurrencyCode()))(t)
}

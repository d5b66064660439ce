package onlinepayments

import (
	"context"
	"errors"
	"net/url"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// newCheckout creates a checkout at the provider, and then stores it. Nothing is locked while the
// provider is asked. If storing fails, the page stays unknown to everyone and closes by itself.
func (s *Service) newCheckout(ctx context.Context, in *checkout, linkID string) (*checkout, error) {
	in = proto.CloneOf(in)
	if in == nil {
		in = &checkout{}
	}
	var page Page
	if in.Id == "" {
		in.Id = id.Format(checkoutPrefix, id.New())
	}
	if _, err := id.Parse(checkoutPrefix, in.Id); err == nil && !call.From(ctx).ValidateOnly {
		if page, err = s.requestPage(ctx, in); err != nil {
			return nil, err
		}
	}
	setPage := func(_ context.Context, _ *db.Tx, _, c *checkout) error {
		c.DocumentLinkId, c.Url, c.ProviderCheckoutId = linkID, page.URL, page.ProviderCheckoutID
		if !page.ExpireTime.IsZero() {
			c.ExpireTime = timestamppb.New(page.ExpireTime)
		}
		return nil
	}
	return checkouts.Create(ctx, s.db, in, s.prepareCheckout(nil), setPage)
}

// requestPage checks a new checkout and creates its page at the provider.
func (s *Service) requestPage(ctx context.Context, in *checkout) (Page, error) {
	var to connection
	r, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (r CheckoutRequest, err error) {
		c := checkouts.FromRequest(in)
		if err := checkouts.CheckNew(ctx, tx, c, s.prepareCheckout(&to)); err != nil {
			return r, err
		}
		o := tx.Call().Organization
		return CheckoutRequest{Organization: o.ID, CheckoutID: c.Id, Amount: c.Amount, DocumentNumber: c.DocumentNumber,
			SellerName: o.DisplayName, ReturnURL: c.ReturnUrl, Now: tx.Call().Now()}, nil
	})
	if err != nil {
		return Page{}, err
	}
	page, err := to.provider.CreateCheckout(ctx, to.credentials, r)
	if err != nil {
		return Page{}, providerFailed(err)
	}
	return page, nil
}

// providerFailed refuses a request that the provider did not accept.
func providerFailed(err error) error {
	failed := fault.Busy(optionsv1.Reason_PAYMENT_PROVIDER_FAILED,
		"The payment provider did not accept the request. Try again later.")
	failed.Cause = err
	return failed
}

// prepareCheckout returns the rule that sets what a new checkout shows, and refuses one that cannot
// be paid. If to is not nil, the rule sets it to the account.
func (s *Service) prepareCheckout(to *connection) resource.Rule[*checkout] {
	return func(ctx context.Context, tx *db.Tx, _, c *checkout) error {
		d, err := findPayable(ctx, tx, c.DocumentId)
		if err != nil {
			return err
		}
		var violations fault.List
		violations.MergeViolations("", setAmount(c, d))
		violations.MergeViolations("", checkReturnURL(tx.Call(), c.ReturnUrl))
		if err := violations.Err(); err != nil {
			return err
		}
		if c.PaymentProviderAccountId == "" {
			if c.PaymentProviderAccountId, err = defaultAccount(ctx, tx); err != nil {
				return err
			}
		}
		at, err := s.connect(ctx, tx, c.PaymentProviderAccountId)
		if err != nil {
			return err
		}
		if at.account.State != pb.PaymentProviderAccount_ACTIVE {
			return fault.InvalidFor(optionsv1.Reason_PAYMENT_PROVIDER_ACCOUNT_DISABLED,
				fault.At("paymentProviderAccountId", "names an account that is %s", at.account.State))
		}
		if to != nil {
			*to = at
		}
		c.CustomerId, c.DocumentNumber, c.State = d.customerID, d.number, pb.Checkout_OPEN
		return nil
	}
}

// setAmount sets the default of a checkout's amount, and refuses one that is more than what is
// open.
func setAmount(c *checkout, d payable) error {
	if c.Amount == nil {
		c.Amount = money.ToProto(d.minor, d.currency)
		return nil
	}
	if c.Amount.CurrencyCode == "" {
		c.Amount.CurrencyCode = d.currency
	}
	if c.Amount.CurrencyCode != d.currency {
		return fault.Invalid(fault.At("amount.currencyCode", "must be %s, that of the document", d.currency))
	}
	minor, err := money.Parse(c.Amount.Amount, d.currency)
	switch {
	case err != nil:
		return fault.Invalid(fault.At("amount.amount", "%s", err))
	case minor <= 0:
		return fault.Invalid(fault.At("amount.amount", "must be greater than zero"))
	case minor > d.minor:
		return fault.InvalidFor(optionsv1.Reason_CHECKOUT_EXCEEDS_OPEN,
			fault.At("amount", "is more than the %s %s that are open", money.Format(d.minor, d.currency), d.currency))
	}
	c.Amount = money.ToProto(minor, d.currency)
	return nil
}

// checkReturnURL refuses a URL to which a page must not lead.
func checkReturnURL(c *call.Call, text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !c.Organization.Test) {
		return fault.Invalid(fault.At("returnUrl", "must be an https URL without a user"))
	}
	return nil
}

// errNoAccount refuses a checkout of an organization without an account.
func errNoAccount() error {
	return fault.Refuse(optionsv1.Reason_PAYMENT_PROVIDER_ACCOUNT_MISSING,
		"No payment provider account is ACTIVE. Create or enable one.")
}

// selectActiveAccount selects the oldest account at which customers can pay.
const selectActiveAccount = `
select a.id
from finance.payment_provider_accounts a
where a.org_id = $1
and a.state = 'ACTIVE'
order by a.id
limit 1`

// defaultAccount returns the account of a checkout that names none.
func defaultAccount(ctx context.Context, tx *db.Tx) (string, error) {
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, selectActiveAccount, tx.Call().Organization.ID)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", errNoAccount()
	}
	return id.Format(accountPrefix, found[0]), nil
}

// paysOnline reports whether a customer can pay a document online.
func paysOnline(ctx context.Context, tx *db.Tx, documentID string) (bool, error) {
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, selectActiveAccount, tx.Call().Organization.ID)
	if err != nil || len(found) == 0 {
		return false, err
	}
	_, err = findPayable(ctx, tx, documentID)
	var refusal *fault.Error
	if errors.As(err, &refusal) && refusal.Cause == nil {
		return false, nil
	}
	return err == nil, err
}

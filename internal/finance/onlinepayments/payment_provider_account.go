package onlinepayments

import (
	"context"
	"maps"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/secret"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type account = pb.PaymentProviderAccount

// accountPrefix is the prefix of the identifiers of accounts.
const accountPrefix = "ppa"

// newAccounts returns the kind of accounts, whose URLs depend on the settings of the server.
func (s *Service) newAccounts() *resource.Kind[*account] {
	return resource.New(table.New("finance.payment_provider_accounts",
		table.Text("provider", func(a *account) *string { return &a.Provider }).Filter(),
		table.Text("display_name", func(a *account) *string { return &a.DisplayName }).
			Filter().Sort("payment_provider_accounts_by_display_name"),
		table.Ref("clearing_account_id", "acc", func(a *account) *string { return &a.ClearingAccountId }).Filter().Usable(),
		table.Ref("fee_account_id", "acc", func(a *account) *string { return &a.FeeAccountId }).Usable(),
		table.Ref("bank_account_id", "bac", func(a *account) *string { return &a.BankAccountId }).Filter().Usable(),
		table.Enum("state", func(a *account) *pb.PaymentProviderAccount_State { return &a.State }).Filter(),
	).Rank(db.RankDocument)).Open().Lifecycle(accountLifecycle).DeclareEvents("secretsReplaced").
		LoadComputed(s.setTokens)
}

var accountLifecycle = state.New(
	func(a *account) *pb.PaymentProviderAccount_State { return &a.State },
	[]state.Step[pb.PaymentProviderAccount_State]{
		{Verb: "disable", Event: "disabled", From: []pb.PaymentProviderAccount_State{pb.PaymentProviderAccount_ACTIVE},
			To: pb.PaymentProviderAccount_DISABLED},
		{Verb: "enable", Event: "enabled", From: []pb.PaymentProviderAccount_State{pb.PaymentProviderAccount_DISABLED},
			To: pb.PaymentProviderAccount_ACTIVE},
	},
)

// CreatePaymentProviderAccount creates a payment provider account.
func (s *Service) CreatePaymentProviderAccount(
	ctx context.Context, req *pb.CreatePaymentProviderAccountRequest,
) (*account, error) {
	c := Credentials{SigningSecret: req.GetPaymentProviderAccount().GetSigningSecret(),
		APIKey: req.GetPaymentProviderAccount().GetApiKey()}
	return s.accounts.CreateWith(ctx, s.db, req.GetPaymentProviderAccount(),
		func(ctx context.Context, tx *db.Tx, _, a *account) error {
			a.SigningSecret, a.ApiKey = "", ""
			a.State = pb.PaymentProviderAccount_ACTIVE
			if err := s.accounts.Insert(ctx, tx, a, s.checkProvider(c), checkAccounts); err != nil {
				return err
			}
			return storeCredentials(ctx, tx, a.Id, c)
		})
}

// GetPaymentProviderAccount returns a payment provider account.
func (s *Service) GetPaymentProviderAccount(
	ctx context.Context, req *pb.GetPaymentProviderAccountRequest,
) (*account, error) {
	return s.accounts.Get(ctx, s.db, req.GetPaymentProviderAccountId())
}

// BatchGetPaymentProviderAccounts returns several payment provider accounts.
func (s *Service) BatchGetPaymentProviderAccounts(
	ctx context.Context, req *pb.BatchGetPaymentProviderAccountsRequest,
) (*pb.BatchGetPaymentProviderAccountsResponse, error) {
	list, err := s.accounts.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetPaymentProviderAccountsResponse{PaymentProviderAccounts: list}, err
}

// ListPaymentProviderAccounts lists payment provider accounts.
func (s *Service) ListPaymentProviderAccounts(
	ctx context.Context, req *pb.ListPaymentProviderAccountsRequest,
) (*pb.ListPaymentProviderAccountsResponse, error) {
	page, err := s.accounts.List(ctx, s.db, req)
	return &pb.ListPaymentProviderAccountsResponse{PaymentProviderAccounts: page.Records, NextPageToken: page.Next,
		TotalSize: page.Total}, err
}

// UpdatePaymentProviderAccount updates a payment provider account.
func (s *Service) UpdatePaymentProviderAccount(
	ctx context.Context, req *pb.UpdatePaymentProviderAccountRequest,
) (*account, error) {
	return s.accounts.Update(ctx, s.db, req.GetPaymentProviderAccountId(), req.GetPaymentProviderAccount(),
		req.GetUpdateMask(), checkAccounts)
}

// DisablePaymentProviderAccount disables a payment provider account.
func (s *Service) DisablePaymentProviderAccount(
	ctx context.Context, req *pb.DisablePaymentProviderAccountRequest,
) (*account, error) {
	return s.accounts.Step(ctx, s.db, req.GetPaymentProviderAccountId(), "disable")
}

// EnablePaymentProviderAccount enables a payment provider account.
func (s *Service) EnablePaymentProviderAccount(
	ctx context.Context, req *pb.EnablePaymentProviderAccountRequest,
) (*account, error) {
	return s.accounts.Step(ctx, s.db, req.GetPaymentProviderAccountId(), "enable")
}

// checkProvider returns the rule that refuses a provider that the organization cannot use, or
// credentials with which it does not work.
func (s *Service) checkProvider(c Credentials) resource.Rule[*account] {
	return func(_ context.Context, tx *db.Tx, _, a *account) error {
		provider, known := s.providers[a.Provider]
		switch {
		case !known:
			return fault.Invalid(fault.At("provider", "must be one of %s",
				strings.Join(slices.Sorted(maps.Keys(s.providers)), ", ")))
		case provider.IsTest() && !tx.Call().Organization.Test:
			return testOnly("Only test organizations can use the provider %s.", a.Provider)
		}
		return provider.CheckCredentials(c)
	}
}

// testOnly refuses to use the provider for tests, or to treat another one like it.
func testOnly(format string, args ...any) error {
	return fault.Refuse(optionsv1.Reason_PAYMENT_PROVIDER_TEST_ONLY, format, args...)
}

// checkAccounts is the rule that refuses ledger accounts of the wrong types.
func checkAccounts(ctx context.Context, tx *db.Tx, _, a *account) error {
	var violations fault.List
	clearing, err := ledger.ResolveNonControlAccount(ctx, tx, "clearingAccountId", a.ClearingAccountId)
	if violations.Merge("", err) != nil {
		return err
	}
	fees, err := ledger.ResolveAccount(ctx, tx, "feeAccountId", a.FeeAccountId)
	if violations.Merge("", err) != nil {
		return err
	}
	if err := violations.Err(); err != nil {
		return err
	}
	bank, err := banking.FindAccount(ctx, tx, a.BankAccountId)
	if err != nil {
		return err
	}
	switch {
	case clearing.Type != pb.Account_ASSET && clearing.Type != pb.Account_LIABILITY:
		violations.Append(fault.At("clearingAccountId", "has type %s; money needs an account of type ASSET or LIABILITY",
			clearing.Type))
	case clearing.BankAccountId != "" || bank.LedgerAccountId == a.ClearingAccountId:
		violations.Append(fault.At("clearingAccountId", "is the account of a bank account"))
	case clearing.Subtype == pb.Account_CUSTOMER_DEPOSIT:
		violations.Append(fault.At("clearingAccountId", "holds the credits of customers"))
	}
	if fees.Type != pb.Account_EXPENSE {
		violations.Append(fault.At("feeAccountId", "has type %s; a fee needs an account of type EXPENSE", fees.Type))
	}
	return violations.Err()
}

// setTokens sets the tokens and URLs to which providers send events.
func (s *Service) setTokens(_ context.Context, tx *db.Tx, list []*account) error {
	for _, a := range list {
		key, err := s.accounts.Table().Key(a.Id)
		if err != nil {
			return err
		}
		a.EventToken = tx.Keys().Token(secret.ProviderEvents, tx.Call().Organization.ID, key)
		if s.publicURL != "" {
			a.EventUrl = s.publicURL + "/v1/public/paymentProviderEvents/" + a.EventToken
		}
		provider, known := s.providers[a.Provider]
		a.Test = known && provider.IsTest()
	}
	return nil
}

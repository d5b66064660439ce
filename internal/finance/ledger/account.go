package ledger

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var accounts = resource.New(table.New("finance.accounts",
	table.Text("code", func(a *pb.Account) *string { return &a.Code }).Filter().Sort("accounts_by_code"),
	table.Text(
		"display_name", func(a *pb.Account) *string { return &a.DisplayName },
	).Filter().Sort("accounts_by_display_name"),
	table.Enum("type", func(a *pb.Account) *pb.Account_Type { return &a.Type }).Filter(),
	table.Enum("subtype", func(a *pb.Account) *pb.Account_Subtype { return &a.Subtype }).Filter(),
	table.Text("currency_code", func(a *pb.Account) *string { return &a.CurrencyCode }),
	table.Ref("parent_account_id", "acc", func(a *pb.Account) *string { return &a.ParentAccountId }).Filter().Usable(),
	table.Enum("cash_flow_section", func(a *pb.Account) *pb.Account_CashFlowSection { return &a.CashFlowSection }),
	table.Enum("cash_flow_class", func(a *pb.Account) *pb.Account_CashFlowClass { return &a.CashFlowClass }),
	table.Enum(
		"balance_sheet_term", func(a *pb.Account) *pb.Account_BalanceSheetTerm { return &a.BalanceSheetTerm },
	),
	table.Messages("current_parts", func(a *pb.Account) *[]*pb.Account_CurrentPart { return &a.CurrentParts }),
	table.Bool("control", func(a *pb.Account) *bool { return &a.Control }),
	table.Ref(
		"closing_account_id", "acc", func(a *pb.Account) *string { return &a.ClosingAccountId },
	).Usable(OfType(pb.Account_EQUITY)),
	table.Ref("bank_account_id", "bac", func(a *pb.Account) *string { return &a.BankAccountId }),
	table.Lines("dimension_rules", "finance.account_dimension_rules", "account_id",
		func(a *pb.Account) *[]*pb.Account_DimensionRule { return &a.DimensionRules }, nil,
		table.Ref("dimension_id", "dim", func(r *pb.Account_DimensionRule) *string { return &r.DimensionId }).Usable(),
		table.Ref("default_value_id", "dmv", func(r *pb.Account_DimensionRule) *string { return &r.DefaultValueId }).Usable(),
		table.Bool("required", func(r *pb.Account_DimensionRule) *bool { return &r.Required }),
	),
	table.Text("description", func(a *pb.Account) *string { return &a.Description }),
	table.Ref("responsible_id", "prs", func(a *pb.Account) *string { return &a.ResponsibleId }).Filter().Usable(),
	table.Ref("deputy_id", "prs", func(a *pb.Account) *string { return &a.DeputyId }).Filter().Usable(),
).Rank(db.RankAccount)).Guard("archive", guardAccountUnused).Open().Shared().
	Responsible("responsible_id", "deputy_id").Searchable("code", "display_name", "description")

// AddAccount creates an account inside a transaction of another capability.
func AddAccount(ctx context.Context, tx *db.Tx, a *pb.Account) error {
	return accounts.Insert(
		ctx, tx, a, classifyAccount, setAccountCurrency, checkAccountParent, checkClosingAccount, checkCurrentParts,
		checkDimensionRules,
	)
}

// FindAccount returns an account inside a transaction. It fails with NOT_FOUND if the account does
// not exist.
func FindAccount(ctx context.Context, tx *db.Tx, id string) (*pb.Account, error) {
	return accounts.Find(ctx, tx, id)
}

// FindAccounts returns the accounts that exist, by id.
func FindAccounts(ctx context.Context, tx *db.Tx, ids []string) (map[string]*pb.Account, error) {
	return accounts.Table().GetExisting(ctx, tx, ids)
}

// ResolveAccount returns the account that a field of another capability's record refers to. It
// refuses an account that does not exist or is archived.
func ResolveAccount(ctx context.Context, tx *db.Tx, field, id string) (*pb.Account, error) {
	return accounts.Resolve(ctx, tx, field, id)
}

// ResolveNonControlAccount is ResolveAccount, but also refuses a control account, to which only its
// sub-ledger posts.
func ResolveNonControlAccount(ctx context.Context, tx *db.Tx, field, id string) (*pb.Account, error) {
	account, err := ResolveAccount(ctx, tx, field, id)
	if err == nil && account.Control {
		err = controlViolation(field)
	}
	return account, err
}

// controlViolation returns the error of a field that names a control account.
func controlViolation(field string) error {
	return fault.InvalidFor(optionsv1.Reason_ACCOUNT_IS_CONTROL,
		fault.At(field, "is a control account; only the records of its sub-ledger can post to it"))
}

// LockAccount waits for postings to an account that are in progress, and blocks further postings to
// it until the transaction ends.
func LockAccount(ctx context.Context, tx *db.Tx, id string) error {
	key, err := accounts.Table().Key(id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, tx.Locking(db.RankAccount, `
select
from finance.accounts
where org_id = $1
and id = $2
for update`), tx.Call().Organization.ID, key)
	return err
}

// CreateAccount creates an account.
func (s *Service) CreateAccount(ctx context.Context, req *pb.CreateAccountRequest) (*pb.Account, error) {
	return accounts.Create(
		ctx, s.db, req.GetAccount(), classifyAccount, setAccountCurrency, checkAccountParent, checkClosingAccount,
		checkCurrentParts, checkDimensionRules,
	)
}

// GetAccount returns an account.
func (s *Service) GetAccount(ctx context.Context, req *pb.GetAccountRequest) (*pb.Account, error) {
	return accounts.Get(ctx, s.db, req.GetAccountId())
}

// BatchGetAccounts returns several accounts.
func (s *Service) BatchGetAccounts(
	ctx context.Context, req *pb.BatchGetAccountsRequest,
) (*pb.BatchGetAccountsResponse, error) {
	list, err := accounts.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetAccountsResponse{Accounts: list}, err
}

// ListAccounts returns a page of accounts.
func (s *Service) ListAccounts(ctx context.Context, req *pb.ListAccountsRequest) (*pb.ListAccountsResponse, error) {
	page, err := accounts.List(ctx, s.db, req)
	return &pb.ListAccountsResponse{Accounts: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateAccount updates an account.
func (s *Service) UpdateAccount(ctx context.Context, req *pb.UpdateAccountRequest) (*pb.Account, error) {
	return accounts.Update(
		ctx, s.db, req.GetAccountId(), req.GetAccount(), req.GetUpdateMask(), classifyAccount, checkAccountParent,
		checkClosingAccount, checkCurrentParts, checkDimensionRules, checkRestatement,
	)
}

// ArchiveAccount archives an account. Entries can no longer be posted to it.
func (s *Service) ArchiveAccount(ctx context.Context, req *pb.ArchiveAccountRequest) (*pb.Account, error) {
	return accounts.Archive(ctx, s.db, req.GetAccountId())
}

// UnarchiveAccount unarchives an account.
func (s *Service) UnarchiveAccount(ctx context.Context, req *pb.UnarchiveAccountRequest) (*pb.Account, error) {
	return accounts.Unarchive(ctx, s.db, req.GetAccountId())
}

// DeleteAccount deletes an account that no other record refers to.
func (s *Service) DeleteAccount(ctx context.Context, req *pb.DeleteAccountRequest) (*emptypb.Empty, error) {
	return accounts.Delete(ctx, s.db, req.GetAccountId())
}

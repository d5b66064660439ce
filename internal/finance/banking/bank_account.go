package banking

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// bankAccountTable is declared separately from the kind bankAccounts to avoid an initialization
// cycle: the kind loads figures of statement lines, and statement lines lock their bank account
// first.
var bankAccountTable = table.New("finance.bank_accounts",
	table.Text("display_name", func(a *pb.BankAccount) *string { return &a.DisplayName }).Filter().
		Sort("bank_accounts_by_display_name"),
	table.Enum("kind", func(a *pb.BankAccount) *pb.BankAccount_Kind { return &a.Kind }).Filter(),
	table.Text("currency_code", func(a *pb.BankAccount) *string { return &a.CurrencyCode }).Filter(),
	table.Ref("ledger_account_id", "acc", func(a *pb.BankAccount) *string { return &a.LedgerAccountId }).Filter(),
	table.Text("bank_code", func(a *pb.BankAccount) *string { return &a.BankCode }),
	table.Text("account_number", func(a *pb.BankAccount) *string { return &a.AccountNumber }),
	table.Bool("for_customers", func(a *pb.BankAccount) *bool { return &a.ForCustomers }),
	table.Ref("responsible_id", "prs", func(a *pb.BankAccount) *string { return &a.ResponsibleId }).Filter().Usable(),
	table.Ref("deputy_id", "prs", func(a *pb.BankAccount) *string { return &a.DeputyId }).Filter().Usable(),
).Rank(db.RankBankAccount)

var bankAccounts = resource.New(bankAccountTable).LoadComputed(loadBalances).Open().
	Responsible("responsible_id", "deputy_id").Searchable("display_name")

// subtypeByKind is the subtype of the ledger account that is created for each kind of bank account.
var subtypeByKind = map[pb.BankAccount_Kind]pb.Account_Subtype{
	pb.BankAccount_CHECKING:     pb.Account_BANK,
	pb.BankAccount_SAVINGS:      pb.Account_BANK,
	pb.BankAccount_MONEY_MARKET: pb.Account_BANK,
	pb.BankAccount_CREDIT_CARD:  pb.Account_CREDIT_CARD,
	pb.BankAccount_CREDIT_LINE:  pb.Account_LOAN,
}

// typeBySubtype is the account type of each subtype that can belong to a bank account.
var typeBySubtype = map[pb.Account_Subtype]pb.Account_Type{
	pb.Account_BANK:        pb.Account_ASSET,
	pb.Account_CASH:        pb.Account_ASSET,
	pb.Account_CREDIT_CARD: pb.Account_LIABILITY,
	pb.Account_LOAN:        pb.Account_LIABILITY,
}

// CreateBankAccount creates a bank account. It also creates a ledger account for it if the request
// names none.
func (s *Service) CreateBankAccount(ctx context.Context, req *pb.CreateBankAccountRequest) (*pb.BankAccount, error) {
	return bankAccounts.Create(ctx, s.db, req.GetBankAccount(), linkLedgerAccount)
}

// GetBankAccount returns a bank account.
func (s *Service) GetBankAccount(ctx context.Context, req *pb.GetBankAccountRequest) (*pb.BankAccount, error) {
	return bankAccounts.Get(ctx, s.db, req.GetBankAccountId())
}

// BatchGetBankAccounts returns several bank accounts by their ids.
func (s *Service) BatchGetBankAccounts(
	ctx context.Context, req *pb.BatchGetBankAccountsRequest,
) (*pb.BatchGetBankAccountsResponse, error) {
	list, err := bankAccounts.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetBankAccountsResponse{BankAccounts: list}, err
}

// ListBankAccounts lists bank accounts.
func (s *Service) ListBankAccounts(
	ctx context.Context, req *pb.ListBankAccountsRequest,
) (*pb.ListBankAccountsResponse, error) {
	page, err := bankAccounts.List(ctx, s.db, req)
	return &pb.ListBankAccountsResponse{BankAccounts: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateBankAccount updates a bank account.
func (s *Service) UpdateBankAccount(ctx context.Context, req *pb.UpdateBankAccountRequest) (*pb.BankAccount, error) {
	return bankAccounts.Update(ctx, s.db, req.GetBankAccountId(), req.GetBankAccount(), req.GetUpdateMask())
}

// ArchiveBankAccount archives a bank account.
func (s *Service) ArchiveBankAccount(ctx context.Context, req *pb.ArchiveBankAccountRequest) (*pb.BankAccount, error) {
	return bankAccounts.Archive(ctx, s.db, req.GetBankAccountId(), unlinkLedgerAccount)
}

// UnarchiveBankAccount restores an archived bank account.
func (s *Service) UnarchiveBankAccount(
	ctx context.Context, req *pb.UnarchiveBankAccountRequest,
) (*pb.BankAccount, error) {
	return bankAccounts.Unarchive(ctx, s.db, req.GetBankAccountId(), relinkLedgerAccount)
}

// DeleteBankAccount deletes a bank account that has no statements.
func (s *Service) DeleteBankAccount(ctx context.Context, req *pb.DeleteBankAccountRequest) (*emptypb.Empty, error) {
	return bankAccounts.Delete(ctx, s.db, req.GetBankAccountId(), unlinkLedgerAccount)
}

// linkLedgerAccount checks the ledger account that a bank account names. If it names none, it
// creates one. Kind and currency default to CHECKING and the organization's currency.
func linkLedgerAccount(ctx context.Context, tx *db.Tx, _, a *pb.BankAccount) error {
	if a.Kind == pb.BankAccount_KIND_UNSPECIFIED {
		a.Kind = pb.BankAccount_CHECKING
	}
	if a.CurrencyCode == "" {
		a.CurrencyCode = tx.Call().Organization.CurrencyCode
	}
	if a.LedgerAccountId == "" {
		return createLedgerAccount(ctx, tx, a)
	}
	account, err := ledger.ResolveAccount(ctx, tx, "ledgerAccountId", a.LedgerAccountId)
	if err != nil {
		return err
	}
	if _, ok := typeBySubtype[account.Subtype]; !ok || account.Type != typeBySubtype[subtypeByKind[a.Kind]] {
		return fault.InvalidFor(optionsv1.Reason_LEDGER_ACCOUNT_NOT_BANK,
			fault.At("ledgerAccountId", "names an account of subtype %s, which cannot belong to a bank account of kind %s",
				account.Subtype, a.Kind))
	}
	if account.CurrencyCode != a.CurrencyCode {
		return fault.InvalidFor(optionsv1.Reason_ACCOUNT_IN_OTHER_CURRENCY,
			fault.At("ledgerAccountId", "names an account in %s, but the bank account is in %s",
				account.CurrencyCode, a.CurrencyCode))
	}
	return ledger.LinkBankAccount(ctx, tx, "ledgerAccountId", account.Id, a.Id)
}

// createLedgerAccount creates the ledger account of a bank account and links the two.
func createLedgerAccount(ctx context.Context, tx *db.Tx, a *pb.BankAccount) error {
	subtype := subtypeByKind[a.Kind]
	code, err := ledger.NextAccountCode(ctx, tx, subtype)
	if err != nil {
		return err
	}
	account := &pb.Account{
		Code: code, DisplayName: a.DisplayName, Type: typeBySubtype[subtype], Subtype: subtype, CurrencyCode: a.CurrencyCode,
		BankAccountId: a.Id,
	}
	err = ledger.AddAccount(ctx, tx, account)
	a.LedgerAccountId = account.Id
	return err
}

// relinkLedgerAccount is the rule that links the ledger account of a bank account again.
func relinkLedgerAccount(ctx context.Context, tx *db.Tx, _, a *pb.BankAccount) error {
	return ledger.LinkBankAccount(ctx, tx, "bankAccountId", a.LedgerAccountId, a.Id)
}

// unlinkLedgerAccount is the rule that leaves the ledger account of a deleted or archived bank
// account free.
func unlinkLedgerAccount(ctx context.Context, tx *db.Tx, _, a *pb.BankAccount) error {
	return ledger.UnlinkBankAccount(ctx, tx, a.LedgerAccountId)
}

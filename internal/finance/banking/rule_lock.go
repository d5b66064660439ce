package banking

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// selectOpenTransfers lists the open transfers between a bank account and others.
const selectOpenTransfers = `
select id
from finance.bank_transfers
where org_id = $1
and state = 'OPEN'
and (
  from_bank_account_id = $2 and to_bank_account_id = any($3)
  or from_bank_account_id = any($3) and to_bank_account_id = $2
)`

// lockForRules locks everything of this package that rules may change when they decide lines of
// a bank account: first the open transfers that the lines may complete, then the bank account
// together with those that rules transfer to. It returns the bank account.
func lockForRules(ctx context.Context, tx *db.Tx, account string) (*pb.BankAccount, error) {
	key, err := bankAccounts.Table().Key(account)
	if err != nil {
		return nil, err
	}
	rules, err := loadRules(ctx, tx)
	if err != nil {
		return nil, err
	}
	accounts := []string{account}
	var others []uuid.UUID
	for _, m := range rules {
		other, of := m.rule.TransferBankAccountId, m.rule.BankAccountId
		if other != "" && other != account && (of == "" || of == account) {
			accounts = append(accounts, other)
			to, err := bankAccounts.Table().Key(other)
			if err != nil {
				return nil, err
			}
			others = append(others, to)
		}
	}
	if len(others) > 0 {
		if err := lockOpenTransfers(ctx, tx, key, others); err != nil {
			return nil, err
		}
	}
	locked, err := bankAccounts.Table().LockMany(ctx, tx, accounts)
	for _, a := range locked {
		if a.Id == account {
			return a, nil
		}
	}
	return nil, err
}

// lockOpenTransfers locks the open transfers between a bank account and others.
func lockOpenTransfers(ctx context.Context, tx *db.Tx, account uuid.UUID, others []uuid.UUID) error {
	open, err := findOpenTransfers(ctx, tx, account, others)
	if err != nil {
		return err
	}
	_, err = bankTransfers.Table().LockMany(ctx, tx, open)
	return err
}

// findOpenTransfers returns the ids of the open transfers between a bank account and others.
func findOpenTransfers(ctx context.Context, tx *db.Tx, account uuid.UUID, others []uuid.UUID) ([]string, error) {
	found, err := db.CollectColumn[uuid.UUID](
		ctx, tx, selectOpenTransfers, tx.Call().Organization.ID, account, others,
	)
	open := make([]string, len(found))
	for i, transfer := range found {
		open[i] = id.Format("btr", transfer)
	}
	return open, err
}

// ruleMatch is a line and the first rule that matches it.
type ruleMatch struct {
	rule matcher
	line *pb.BankStatementLine
}

// lockForRuleMatches locks what the ledger needs to post the entries of lines that rules match.
// more are entries that are posted with them.
func lockForRuleMatches(
	ctx context.Context, tx *db.Tx, account *pb.BankAccount, matches []ruleMatch, more ...*pb.JournalEntry,
) error {
	owner := newOwnerLookup(ctx, tx)
	to := map[string]string{} // bank account id to ledger account id
	for _, d := range matches {
		e := &pb.JournalEntry{
			Date: d.line.BookedDate, CurrencyCode: account.CurrencyCode,
			Lines: []*pb.JournalLine{{AccountId: account.LedgerAccountId}},
		}
		add := func(account string, values ...string) {
			e.Lines = append(e.Lines, &pb.JournalLine{AccountId: account, DimensionValueIds: values})
		}
		r := d.rule.rule
		add(r.AccountId)
		for _, s := range r.Splits {
			add(s.AccountId, s.DimensionValueIds...)
		}
		for _, code := range taxCodesOf([]matcher{d.rule}) {
			e.Lines = append(e.Lines, &pb.JournalLine{TaxCodeId: code})
		}
		if other := r.TransferBankAccountId; other != "" {
			if to[other] == "" {
				a, err := bankAccounts.Table().Get(ctx, tx, other)
				if err != nil {
					return err
				}
				to[other] = a.LedgerAccountId
			}
			add(to[other])
		}
		if r.Personal {
			// A missing owner account is reported when the line is decided.
			account, _ := owner(d.line)
			add(account)
		}
		more = append(more, e)
	}
	return ledger.LockForPosting(ctx, tx, more...)
}

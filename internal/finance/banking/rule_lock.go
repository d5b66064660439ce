package banking

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

const selectOpenTransfers = `
select id
from finance.bank_transfers
where org_id = $1
and state = 'OPEN'
and (
  from_bank_account_id = $2 and to_bank_account_id = any($3)
  or from_bank_account_id = any($3) and to_bank_account_id = $2
)`

// lockForRules locks the bank account whose lines the rules decide, after the transfers that
// the lines may complete, and with the bank accounts that the money may go to.
func lockForRules(ctx context.Context, tx *db.Tx, account string) (*pb.BankAccount, error) {
	key, err := bankAccounts.Table().Key(account)
	if err != nil {
		return nil, err
	}
	rules, err := rulesInUse(ctx, tx)
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

func lockOpenTransfers(ctx context.Context, tx *db.Tx, account uuid.UUID, others []uuid.UUID) error {
	rows, err := tx.Query(ctx, selectOpenTransfers, tx.Call().Organization.ID, account, others)
	if err != nil {
		return err
	}
	var open []string
	var transfer uuid.UUID
	if _, err := pgx.ForEachRow(rows, []any{&transfer}, func() error {
		open = append(open, id.Format("btr", transfer))
		return nil
	}); err != nil {
		return err
	}
	_, err = bankTransfers.Table().LockMany(ctx, tx, open)
	return err
}

// ruled is a line with the rule that decides it.
type ruled struct {
	rule matcher
	line *pb.BankStatementLine
}

// lockForDecisions locks what posting the entries of decisions by rules takes, and more
// entries that are to be posted with them.
func lockForDecisions(
	ctx context.Context, tx *db.Tx, account *pb.BankAccount, decisions []ruled, more ...*pb.JournalEntry,
) error {
	owner := knownOwner(ctx, tx)
	to := map[string]string{} // the ledger accounts of other bank accounts
	for _, d := range decisions {
		e := &pb.JournalEntry{Date: d.line.BookedDate, Lines: []*pb.JournalLine{{AccountId: account.LedgerAccountId}}}
		add := func(account string, values ...string) {
			e.Lines = append(e.Lines, &pb.JournalLine{AccountId: account, DimensionValueIds: values})
		}
		r := d.rule.rule
		add(r.AccountId)
		for _, s := range r.Splits {
			add(s.AccountId, s.DimensionValueIds...)
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
			// Whether there is one is said when the line is decided.
			account, _ := owner(d.line)
			add(account)
		}
		more = append(more, e)
	}
	return ledger.LockForPosting(ctx, tx, more...)
}

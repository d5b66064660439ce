package tax

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// LedgerHooks returns what computes the taxes of journal lines and keeps them in the register.
func LedgerHooks() ledger.Hooks { return ledger.Hooks{LineTaxes: lineTaxes{}} }

// lineTaxes implements ledger.LineTaxes.
type lineTaxes struct{}

// journalTaxes are the entries to which a transaction added taxes.
type journalTaxes map[*pb.JournalEntry]registerEntry

// Add adds lines for the taxes to each entry.
func (lineTaxes) Add(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) ([]ledger.AddedTaxes, error) {
	var codeIDs, accountIDs []string
	for _, e := range entries {
		for _, l := range e.Lines {
			if l.TaxCodeId == "" {
				continue
			}
			codeIDs = append(codeIDs, l.TaxCodeId)
			if _, err := id.Parse("acc", l.AccountId); err == nil {
				accountIDs = append(accountIDs, l.AccountId)
			}
		}
	}
	codes, err := loadRatedCodes(ctx, tx, codeIDs, pb.TaxCode_SALES, pb.TaxCode_PURCHASES)
	if err != nil {
		return nil, err
	}
	accounts, err := ledger.FindAccounts(ctx, tx, unique(accountIDs))
	if err != nil {
		return nil, err
	}
	noted := db.TxLocal[journalTaxes](tx)
	if *noted == nil {
		*noted = journalTaxes{}
	}
	added := make([]ledger.AddedTaxes, len(entries))
	for i, e := range entries {
		on, err := calendar.ParseBusinessDate(e.Date)
		if err != nil {
			continue // the ledger refuses the date
		}
		r := lineReader{entry: e, on: on, base: tx.Call().Organization.CurrencyCode, codes: codes, accounts: accounts}
		lines, err := r.read()
		if err != nil {
			added[i].Refusal = err
			continue
		}
		t, err := addTaxes(e, lines)
		if err != nil {
			return nil, err
		}
		added[i], (*noted)[e] = t.added, t.rows
	}
	return added, nil
}

// Accounts returns the accounts to which taxes of codes are posted.
func (lineTaxes) Accounts(ctx context.Context, tx *db.Tx, codes []string) (accounts []string, err error) {
	found, err := loadRatedCodes(ctx, tx, codes, pb.TaxCode_SALES, pb.TaxCode_PURCHASES)
	for _, r := range found.rates {
		accounts = append(accounts, r.accountIDs...)
	}
	return unique(accounts), err
}

// Record adds the taxes of posted entries to the register.
func (lineTaxes) Record(ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry) error {
	noted := *db.TxLocal[journalTaxes](tx)
	var all []Amount
	for _, e := range entries {
		rows := noted[e]
		amounts, err := rows.amounts()
		if err != nil {
			return err
		}
		all = append(all, amounts...)
	}
	return Record(ctx, tx, all)
}

// Reverse undoes in the register what an entry posted.
func (lineTaxes) Reverse(ctx context.Context, tx *db.Tx, e, reversal *pb.JournalEntry) error {
	return reverseEntry(ctx, tx, e.Id, reversal.Date, reversal.Id)
}

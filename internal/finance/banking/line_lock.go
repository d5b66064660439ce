package banking

import (
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
)

// lockBankAccount locks the bank account of a line, so that it cannot be reconciled while one of
// its lines is decided.
func lockBankAccount(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) error {
	if bankAccountTable.HoldsLock(tx, l.BankAccountId) {
		return nil
	}
	_, err := bankAccountTable.Lock(ctx, tx, l.BankAccountId)
	return err
}

// lockReferencedLine locks the bank account of the line that a field names, and then the line.
func lockReferencedLine(ctx context.Context, tx *db.Tx, field, key string) (*pb.BankStatementLine, error) {
	l, err := bankStatementLines.Resolve(ctx, tx, field, key)
	if err != nil {
		return nil, err
	}
	if err := lockBankAccount(ctx, tx, l); err != nil {
		return nil, err
	}
	return bankStatementLines.Table().Lock(ctx, tx, key)
}

// lockAccountsAndLines locks bank accounts and then lines, each sorted by id. It returns the lines
// in that order, and ignores empty ids.
func lockAccountsAndLines(ctx context.Context, tx *db.Tx, accounts, lines []string) ([]*pb.BankStatementLine, error) {
	isEmpty := func(key string) bool { return key == "" }
	accounts, lines = slices.DeleteFunc(slices.Clone(accounts), isEmpty), slices.DeleteFunc(slices.Clone(lines), isEmpty)
	if _, err := bankAccounts.Table().LockMany(ctx, tx, accounts); err != nil {
		return nil, err
	}
	return bankStatementLines.Table().LockMany(ctx, tx, lines)
}

// lockForUndo locks the transfer or the matches that explain a line, with the payments that they
// recorded, then every bank account, line and entry that undoing them changes, and returns the line
// as it is after that.
func (s *Service) lockForUndo(ctx context.Context, tx *db.Tx, key string) (*pb.BankStatementLine, error) {
	seen, err := bankStatementLines.Find(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	accounts, lines, entries := []string{seen.BankAccountId}, []string{key}, []string{}
	if seen.BankTransferId != "" {
		t, err := bankTransfers.Table().Lock(ctx, tx, seen.BankTransferId)
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, t.FromBankAccountId, t.ToBankAccountId)
		lines = append(lines, t.OutgoingLineId, t.IncomingLineId)
	}
	matches, posted, err := s.lockMatches(ctx, tx, seen.BankMatchIds)
	if err != nil {
		return nil, err
	}
	entries = append(entries, posted...)
	for _, m := range matches {
		lines = append(lines, matchLineIDs(m)...)
	}
	if _, err := lockAccountsAndLines(ctx, tx, accounts, lines); err != nil {
		return nil, err
	}
	l, err := bankStatementLines.Find(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	if l.BankTransferId != seen.BankTransferId || !slices.Equal(l.BankMatchIds, seen.BankMatchIds) {
		return nil, db.RowsChanged("the decision about a statement line changed before it was locked")
	}
	recodings, err := ledger.RecodingsOf(ctx, tx, []string{l.JournalEntryId})
	if err != nil {
		return nil, err
	}
	if recoded := recodings[l.JournalEntryId]; len(recoded) > 0 {
		entries = slices.Concat(entries, recoded, []string{l.JournalEntryId})
	}
	return l, ledger.LockForReversal(ctx, tx, entries)
}

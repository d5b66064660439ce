package banking

import (
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
)

// lock locks the rows that the accepted suggestions change, by rank: what is paid, transfers, bank
// accounts, lines, matched entries, and what the ledger needs to post. It locks no bank account
// without a line that is decided or a transfer that is created. The transaction runs again if a
// line changed since it was read.
func (a acceptance) lock(ctx context.Context, tx *db.Tx) error {
	paid, err := a.lockPayments(ctx, tx)
	if err != nil {
		return err
	}
	if err := a.lockTransfers(ctx, tx); err != nil {
		return err
	}
	lines, err := a.allLines(ctx, tx)
	if err != nil {
		return err
	}
	var accounts []string
	for _, s := range a.chosen {
		accounts = append(accounts, s.GetBankTransfer().GetFromBankAccountId(), s.GetBankTransfer().GetToBankAccountId())
	}
	if err := lockLinesAsRead(ctx, tx, lines, accounts); err != nil {
		return err
	}
	if err := a.lockEntries(ctx, tx); err != nil {
		return err
	}
	postings := a.postings(ctx, tx, lines)
	if a.recordsPayments() {
		e, err := receivables.SettlementEntry(ctx, tx, lines[0].BookedDate, paid.Lines, paid.Receivables)
		if err != nil {
			return err
		}
		postings = append(postings, e)
	}
	return ledger.LockForPosting(ctx, tx, postings...)
}

// recordsPayments reports whether an accepted match records a payment.
func (a acceptance) recordsPayments() bool {
	return slices.ContainsFunc(a.chosen, func(s *suggestion) bool { return len(s.GetBankMatch().GetPayments()) > 0 })
}

// lockPayments locks what the accepted matches pay.
func (a acceptance) lockPayments(ctx context.Context, tx *db.Tx) (receivables.Paid, error) {
	matches := make([]*pb.BankMatch, len(a.chosen))
	for i, s := range a.chosen {
		matches[i] = s.GetBankMatch()
	}
	return a.service.lockPayments(ctx, tx, matches...)
}

// lockTransfers locks the transfers that lines are paired with, and the open transfers that rules
// may complete.
func (a acceptance) lockTransfers(ctx context.Context, tx *db.Tx) error {
	var transfers []string
	for i, s := range a.chosen {
		if s.BankTransferId != "" {
			transfers = append(transfers, s.BankTransferId)
		}
		if s.BankRuleId == "" || s.BankTransfer == nil {
			continue
		}
		open, err := openTransfersBetween(ctx, tx, a.lines[i].BankAccountId, otherAccount(s.BankTransfer, a.lines[i]))
		if err != nil {
			return err
		}
		transfers = append(transfers, open...)
	}
	_, err := bankTransfers.Table().LockMany(ctx, tx, transfers)
	return err
}

// openTransfersBetween returns the ids of the open transfers between two bank accounts.
func openTransfersBetween(ctx context.Context, tx *db.Tx, account, other string) ([]string, error) {
	key, err := bankAccounts.Table().Key(account)
	if err != nil {
		return nil, err
	}
	otherKey, err := bankAccounts.Table().Key(other)
	if err != nil {
		return nil, err
	}
	return findOpenTransfers(ctx, tx, key, []uuid.UUID{otherKey})
}

// otherAccount returns the bank account of a transfer that is not the line's.
func otherAccount(t *pb.BankTransfer, l *pb.BankStatementLine) string {
	if t.FromBankAccountId == l.BankAccountId {
		return t.ToBankAccountId
	}
	return t.FromBankAccountId
}

// allLines returns the lines of the acceptance and those that its matches and transfers decide with
// them.
func (a acceptance) allLines(ctx context.Context, tx *db.Tx) ([]*pb.BankStatementLine, error) {
	lines := slices.Clone(a.lines)
	known := map[string]bool{"": true}
	for _, l := range lines {
		known[l.Id] = true
	}
	var more []string
	add := func(key string) {
		if !known[key] {
			known[key], more = true, append(more, key)
		}
	}
	for _, s := range a.chosen {
		add(s.GetBankTransfer().GetOutgoingLineId())
		add(s.GetBankTransfer().GetIncomingLineId())
		for _, l := range s.GetBankMatch().GetLines() {
			add(l.BankStatementLineId)
		}
	}
	found, err := bankStatementLines.Table().GetExisting(ctx, tx, more)
	for _, l := range found {
		lines = append(lines, l)
	}
	return lines, err
}

// lockEntries locks the entries that are matched. Missing ones are reported by their matches.
func (a acceptance) lockEntries(ctx context.Context, tx *db.Tx) error {
	var entries []string
	for _, s := range a.chosen {
		for _, e := range s.GetBankMatch().GetEntries() {
			entries = append(entries, e.JournalEntryId)
		}
	}
	return ledger.LockEntries(ctx, tx, entries)
}

// postings returns entries with the dates, accounts and dimension values of those that the
// decisions post.
func (a acceptance) postings(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) (all []*pb.JournalEntry) {
	owner := newOwnerLookup(ctx, tx)
	for i, l := range a.lines {
		s := a.chosen[i]
		e := &pb.JournalEntry{Date: l.BookedDate, CurrencyCode: l.Amount.CurrencyCode}
		add := func(account string, values ...string) {
			e.Lines = append(e.Lines, &pb.JournalLine{AccountId: account, DimensionValueIds: values})
		}
		add(a.suggester.accounts[l.BankAccountId].GetLedgerAccountId())
		add(s.AccountId)
		for _, split := range s.Splits {
			add(split.AccountId, split.DimensionValueIds...)
			e.Lines = append(e.Lines, &pb.JournalLine{TaxCodeId: split.TaxCodeId})
		}
		if s.Personal && s.AccountId == "" {
			// A missing owner account is reported when the line is decided.
			account, _ := owner(l)
			add(account)
		}
		for _, matched := range s.GetBankMatch().GetEntries() {
			add(matched.AccountId)
		}
		all = append(all, e)
		if s.BankTransfer == nil {
			continue
		}
		for _, account := range []string{s.BankTransfer.FromBankAccountId, s.BankTransfer.ToBankAccountId} {
			add(a.suggester.accounts[account].GetLedgerAccountId())
		}
	}
	// Transfers and matches of several lines may be dated on the day of another line, and post on
	// the ledger accounts of other bank accounts.
	for _, l := range lines[len(a.lines):] {
		all = append(all, &pb.JournalEntry{
			Date: l.BookedDate, CurrencyCode: l.Amount.CurrencyCode,
			Lines: []*pb.JournalLine{{AccountId: a.suggester.accounts[l.BankAccountId].GetLedgerAccountId()}},
		})
	}
	return all
}

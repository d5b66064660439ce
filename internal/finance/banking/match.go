package banking

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// HoldBankStatementLine holds a line until somebody answers.
func (s *Service) HoldBankStatementLine(ctx context.Context, req *pb.HoldBankStatementLineRequest) (*pb.BankStatementLine, error) {
	return s.decide(ctx, req.GetBankStatementLineId(), "hold", "held", func(_ context.Context, _ *db.Tx, l *pb.BankStatementLine) error {
		l.HoldReason = req.GetReason()
		return nil
	})
}

// MatchBankStatementLine matches a line to an entry that is posted already.
func (s *Service) MatchBankStatementLine(ctx context.Context, req *pb.MatchBankStatementLineRequest) (*pb.BankStatementLine, error) {
	return s.decide(ctx, req.GetBankStatementLineId(), "match", "matched", func(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) error {
		return matchTo(ctx, tx, l, req.GetJournalEntryId())
	})
}

// matchTo ties a line to an entry that moves the line's amount on the bank account's
// ledger account. That it explains no other line of the account a unique index keeps.
func matchTo(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, entryID string) error {
	account, err := bankAccounts.Table().Get(ctx, tx, l.BankAccountId)
	if err != nil {
		return err
	}
	entry, err := ledger.PostedEntry(ctx, tx, "journalEntryId", entryID)
	if err != nil {
		return err
	}
	if entry.ReversedById != "" || entry.ReversesId != "" {
		return fault.Refuse(optionsv1.Reason_JOURNAL_ENTRY_REVERSED, "The entry is reversed, or reverses another.").About(entry.Id)
	}
	var moved int64
	for _, line := range entry.Lines {
		if line.AccountId != account.LedgerAccountId {
			continue
		}
		minor, err := money.Parse(line.Amount.Amount, line.Amount.CurrencyCode)
		if err != nil {
			return err
		}
		moved += minor
	}
	said, err := money.Parse(l.Amount.Amount, l.Amount.CurrencyCode)
	if err != nil {
		return err
	}
	if moved != said {
		return fault.Refuse(optionsv1.Reason_MATCH_AMOUNT_DIFFERS, "The entry moves %s %s on the account, and the line %s.",
			money.Format(moved, account.CurrencyCode), account.CurrencyCode, l.Amount.Amount).About(entry.Id)
	}
	l.JournalEntryId, l.ExistingEntry = entry.Id, true
	return nil
}

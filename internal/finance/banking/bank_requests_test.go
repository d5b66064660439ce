package banking_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// categorize splits a line among accounts.
func (b bank) categorize(
	t *testing.T, line string, splits ...*pb.BankStatementLine_Split,
) (*pb.BankStatementLine, error) {
	return b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: line, Splits: splits,
	})
}

func (b bank) exclude(t *testing.T, line, reason string) (*pb.BankStatementLine, error) {
	return b.ExcludeBankStatementLine(t.Context(), &pb.ExcludeBankStatementLineRequest{
		BankStatementLineId: line, Reason: reason,
	})
}

func (b bank) hold(t *testing.T, line, reason string) (*pb.BankStatementLine, error) {
	return b.HoldBankStatementLine(t.Context(), &pb.HoldBankStatementLineRequest{
		BankStatementLineId: line, Reason: reason,
	})
}

// matchLine matches a line to one journal entry.
func (b bank) matchLine(t *testing.T, line, entry string) (*pb.BankStatementLine, error) {
	return b.MatchBankStatementLine(t.Context(), &pb.MatchBankStatementLineRequest{
		BankStatementLineId: line, JournalEntryId: entry,
	})
}

// suggest lists the suggested matches of a line.
func (b bank) suggest(t *testing.T, line string) (*pb.SuggestMatchesResponse, error) {
	return b.SuggestMatches(t.Context(), &pb.SuggestMatchesRequest{BankStatementLineId: line})
}

func (b bank) undoLine(t *testing.T, line string) (*pb.BankStatementLine, error) {
	return b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{BankStatementLineId: line})
}

func (b bank) undoMatch(t *testing.T, match string) (*pb.BankMatch, error) {
	return b.UndoBankMatch(t.Context(), &pb.UndoBankMatchRequest{BankMatchId: match})
}

func (b bank) undoTransfer(t *testing.T, transfer string) (*pb.BankTransfer, error) {
	return b.UndoBankTransfer(t.Context(), &pb.UndoBankTransferRequest{BankTransferId: transfer})
}

func (b bank) undoImport(t *testing.T, statementImport string) (*pb.StatementImport, error) {
	return b.UndoStatementImport(t.Context(), &pb.UndoStatementImportRequest{StatementImportId: statementImport})
}

// pair adds the line of the missing side to a transfer.
func (b bank) pair(t *testing.T, transfer, line string) (*pb.BankTransfer, error) {
	return b.PairBankTransfer(t.Context(), &pb.PairBankTransferRequest{
		BankTransferId: transfer, BankStatementLineId: line,
	})
}

// complete completes a reconciliation.
func (b bank) complete(t *testing.T, reconciliation string) (*pb.Reconciliation, error) {
	return b.CompleteReconciliation(t.Context(), &pb.CompleteReconciliationRequest{ReconciliationId: reconciliation})
}

// reverse reverses a journal entry.
func (b bank) reverse(t *testing.T, entry string) (*pb.JournalEntry, error) {
	return b.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: entry})
}

package banking

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
)

// undecidedLines reports the statement lines of a period that are not decided. Their amounts are
// missing from the books.
func undecidedLines(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	return ledger.BlockersFromQuery(ctx, tx, &pb.CloseBlocker{
		Kind: pb.CloseBlocker_UNDECIDED_STATEMENT_LINES, Severity: pb.CloseBlocker_WARNING, Collection: "bankStatementLines",
		Filter: fmt.Sprintf(
			"(state = UNMATCHED OR state = HELD OR state = PARTIALLY_MATCHED) AND booked_date >= %q AND booked_date <= %q",
			p.StartDate, p.EndDate,
		),
		Message: "Bank statement lines wait for a decision: %d. Match, categorize or exclude them.",
	}, "bsl", `
select id
from finance.bank_statement_lines
where org_id = $1
and booked_date >= $2
and booked_date <= $3
and state in ('UNMATCHED', 'HELD', 'PARTIALLY_MATCHED')`, p.StartDate, p.EndDate)
}

// openTransfers reports the transfers between own accounts that have the statement line of one side
// only: the money is in transit, or a line is missing.
func openTransfers(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	return ledger.BlockersFromQuery(ctx, tx, &pb.CloseBlocker{
		Kind: pb.CloseBlocker_TRANSFER_UNMATCHED, Severity: pb.CloseBlocker_WARNING, Collection: "bankTransfers",
		Filter:  fmt.Sprintf("state = OPEN AND date >= %q AND date <= %q", p.StartDate, p.EndDate),
		Message: "Transfers between own accounts lack the statement line of one side: %d. Pair or undo them.",
	}, "btr", `
select id
from finance.bank_transfers
where org_id = $1
and date >= $2
and date <= $3
and state = 'OPEN'`, p.StartDate, p.EndDate)
}

// unreconciledAccounts reports the bank accounts that have statement lines up to the end of a
// period and are not reconciled up to that day.
func unreconciledAccounts(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	return ledger.BlockersFromQuery(ctx, tx, &pb.CloseBlocker{
		Kind: pb.CloseBlocker_BANK_ACCOUNT_UNRECONCILED, Severity: pb.CloseBlocker_WARNING, Collection: "bankAccounts",
		Message: "Bank accounts are not reconciled to " + p.EndDate + ": %d. Reconcile them with their statements.",
	}, "bac", `
select b.id
from finance.bank_accounts b
where b.org_id = $1
and b.archive_time is null
and exists (
  select
  from finance.bank_statement_lines l
  where l.org_id = $1
  and l.bank_account_id = b.id
  and l.booked_date <= $2
)
and not exists (
  select
  from finance.reconciliations r
  where r.org_id = $1
  and r.bank_account_id = b.id
  and r.state = 'COMPLETED'
  and r.statement_date >= $2
)`, p.EndDate)
}

package banking

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

// UndecidedLines finds the statement lines of a period that wait for a decision: what
// they moved is not in the books.
func UndecidedLines(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	var n int32
	err := tx.QueryRow(ctx, `
select count(*)
from finance.bank_statement_lines
where org_id = $1
and booked_date >= $2
and booked_date <= $3
and state in ('UNMATCHED', 'HELD', 'PARTIALLY_MATCHED')`, tx.Call().Organization.ID, p.StartDate, p.EndDate).Scan(&n)
	if err != nil || n == 0 {
		return nil, err
	}
	return []*pb.CloseBlocker{{
		Kind: pb.CloseBlocker_UNDECIDED_STATEMENT_LINES, Severity: pb.CloseBlocker_WARNING, Count: n, Collection: "bankStatementLines",
		Filter:  fmt.Sprintf("(state = UNMATCHED OR state = HELD OR state = PARTIALLY_MATCHED) AND booked_date >= %q AND booked_date <= %q", p.StartDate, p.EndDate),
		Message: fmt.Sprintf("Bank statement lines wait for a decision: %d. Match, categorize or exclude them.", n),
	}}, nil
}

// OpenTransfers finds the transfers between own accounts of which a bank has not reported
// one side: the money is on its way, or a line is missing.
func OpenTransfers(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error) {
	var n int32
	err := tx.QueryRow(ctx, `
select count(*)
from finance.bank_transfers
where org_id = $1
and date >= $2
and date <= $3
and state = 'OPEN'`, tx.Call().Organization.ID, p.StartDate, p.EndDate).Scan(&n)
	if err != nil || n == 0 {
		return nil, err
	}
	return []*pb.CloseBlocker{{
		Kind: pb.CloseBlocker_TRANSFER_UNMATCHED, Severity: pb.CloseBlocker_WARNING, Count: n, Collection: "bankTransfers",
		Filter:  fmt.Sprintf("state = OPEN AND date >= %q AND date <= %q", p.StartDate, p.EndDate),
		Message: fmt.Sprintf("Transfers between own accounts miss the line of one side: %d. Pair or undo them.", n),
	}}, nil
}

package banking

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

//go:embed outstanding_line.sql
var selectOutstanding string

// maxOutstanding is the maximum number of outstanding lines that a reconciliation may list, and of
// lines that are suggested.
const maxOutstanding = 500

// outstandingLine is a posted line of a bank account's ledger account that the bank has not booked
// by a day, or has booked in part only.
type outstandingLine struct {
	ID, Entry                    uuid.UUID
	Date, Description, Reference string
	// Minor is the amount of the line in minor units. Taken is the part of its whole entry that the
	// bank has booked.
	Minor, Taken int64
}

// SuggestOutstandingLines returns the journal lines that a reconciliation may list as outstanding.
func (s *Service) SuggestOutstandingLines(
	ctx context.Context, req *pb.SuggestOutstandingLinesRequest,
) (*pb.SuggestOutstandingLinesResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SuggestOutstandingLinesResponse, error) {
		r, err := reconciliations.Find(ctx, tx, req.GetReconciliationId())
		if err != nil {
			return nil, err
		}
		lines, err := findOutstanding(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		return outstandingResponse(r, openParts(lines)), nil
	})
}

// outstandingResponse returns lines as the API shows them, their total, and the difference that the
// reconciliation would have with all of them listed as outstanding.
func outstandingResponse(r *pb.Reconciliation, lines []outstandingLine) *pb.SuggestOutstandingLinesResponse {
	currency := r.StatementBalance.CurrencyCode
	out := &pb.SuggestOutstandingLinesResponse{Truncated: len(lines) > maxOutstanding}
	listed := map[string]bool{}
	for _, key := range r.OutstandingJournalLineIds {
		listed[key] = true
	}
	var total int64
	for _, l := range lines[:min(len(lines), maxOutstanding)] {
		total += l.Minor
		key := id.Format("jln", l.ID)
		out.Lines = append(out.Lines, &pb.SuggestOutstandingLinesResponse_Line{
			JournalLineId: key, JournalEntryId: id.Format("jrn", l.Entry), Date: l.Date, Description: l.Description,
			Reference: l.Reference,
			Amount:    money.ToProto(l.Minor, currency), Named: listed[key],
		})
	}
	statement, _ := money.Parse(r.StatementBalance.Amount, currency)
	book, _ := money.Parse(r.BookBalance.Amount, currency)
	later, _ := money.Parse(r.PostedLater.Amount, currency)
	out.Total, out.Difference = money.ToProto(total, currency), money.ToProto(statement-(book-total+later), currency)
	return out
}

// openParts returns the parts of lines that the bank has not booked, without lines that it has
// booked fully. The lines of an entry must be adjacent. The booked amount of an entry is deducted
// from its lines of the same sign in order, and the rest from its last line.
func openParts(lines []outstandingLine) (open []outstandingLine) {
	for from := 0; from < len(lines); {
		to := from + 1
		for to < len(lines) && lines[to].Entry == lines[from].Entry {
			to++
		}
		taken := lines[from].Taken
		for i, l := range lines[from:to] {
			part := taken
			if from+i < to-1 {
				part = clampToAmount(taken, l.Minor)
			}
			taken -= part
			if l.Minor -= part; l.Minor != 0 {
				open = append(open, l)
			}
		}
		from = to
	}
	return open
}

// clampToAmount limits taken to an amount. It returns 0 if the two have different signs.
func clampToAmount(taken, of int64) int64 {
	if (taken < 0) != (of < 0) {
		return 0
	}
	if taken < 0 {
		return max(taken, of)
	}
	return min(taken, of)
}

// findOutstanding returns the lines that the bank has not booked by the date of a reconciliation.
// It looks at what was posted since the previous completed reconciliation.
func findOutstanding(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) ([]outstandingLine, error) {
	before, err := previousReconciliation(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	if before == nil {
		return readOutstanding(ctx, tx, r, outstandingSince{})
	}
	since := outstandingSince{day: &before.StatementDate, completed: before.CompleteTime.AsTime()}
	if since.named, err = parseLineIDs(before.OutstandingJournalLineIds); err != nil {
		return nil, err
	}
	return readOutstanding(ctx, tx, r, since)
}

// outstandingSince is the previous reconciliation: its date, when it was completed, and the lines
// that it listed as outstanding. Without a date there is no previous reconciliation.
type outstandingSince struct {
	day       *string
	completed time.Time
	named     []uuid.UUID
}

// listedOutstanding returns the open parts of the lines that a reconciliation lists as outstanding,
// without lines that the bank has booked fully.
func listedOutstanding(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) ([]outstandingLine, error) {
	keys, err := parseLineIDs(r.OutstandingJournalLineIds)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	// Read the other lines of their entries too, because they share the booked amount.
	lines, err := readOutstanding(ctx, tx, r, outstandingSince{}, keys...)
	return slices.DeleteFunc(openParts(lines), func(l outstandingLine) bool {
		return !slices.Contains(keys, l.ID)
	}), err
}

// readOutstanding reads lines that the bank has not booked: those posted since a reconciliation or,
// if only is given, all lines of the entries of those lines.
func readOutstanding(
	ctx context.Context, tx *db.Tx, r *pb.Reconciliation, since outstandingSince, only ...uuid.UUID,
) ([]outstandingLine, error) {
	account, err := bankAccounts.Table().Key(r.BankAccountId)
	if err != nil {
		return nil, err
	}
	c := tx.Call().Organization
	return db.Collect[outstandingLine](
		ctx, tx, selectOutstanding, c.ID, account, r.StatementDate, c.CurrencyCode, only, since.day, since.completed,
		since.named,
	)
}

// parseLineIDs parses the ids of journal lines.
func parseLineIDs(ids []string) (keys []uuid.UUID, err error) {
	keys = make([]uuid.UUID, len(ids))
	for i, line := range ids {
		if keys[i], err = id.Parse("jln", line); err != nil {
			return nil, fault.Invalid(fault.At(fmt.Sprintf("outstandingJournalLineIds[%d]", i), "%s", err))
		}
	}
	return keys, nil
}

// previousReconciliation returns the last completed reconciliation before the date of another, or
// nil.
func previousReconciliation(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) (*pb.Reconciliation, error) {
	account, err := bankAccounts.Table().Key(r.BankAccountId)
	if err != nil {
		return nil, err
	}
	var before uuid.UUID
	err = tx.QueryRow(ctx, `
select id
from finance.reconciliations
where org_id = $1
and bank_account_id = $2
and statement_date < $3
and state = 'COMPLETED'
order by statement_date desc
limit 1`, tx.Call().Organization.ID, account, r.StatementDate).Scan(&before)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return reconciliations.Table().Get(ctx, tx, id.Format("rec", before))
}

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

//go:embed outstanding.sql
var selectOutstanding string

// maxOutstanding is how many lines a reconciliation may name, and how many are suggested.
const maxOutstanding = 500

// outstandingLine is a posted line of a bank account's ledger account that the bank has not
// booked by a day, or not whole.
type outstandingLine struct {
	ID, Entry                    uuid.UUID
	Date, Description, Reference string
	// Minor is the line's amount, Taken what the bank has booked of its entry.
	Minor, Taken int64
}

// SuggestOutstandingLines answers what a reconciliation may name as outstanding.
func (s *Service) SuggestOutstandingLines(ctx context.Context, req *pb.SuggestOutstandingLinesRequest) (*pb.SuggestOutstandingLinesResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SuggestOutstandingLinesResponse, error) {
		r, err := reconciliations.Find(ctx, tx, req.GetReconciliationId())
		if err != nil {
			return nil, err
		}
		lines, err := unbooked(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		return suggestedOutstanding(r, openParts(lines)), nil
	})
}

// suggestedOutstanding are lines as they are answered, and what naming all of them leaves.
func suggestedOutstanding(r *pb.Reconciliation, lines []outstandingLine) *pb.SuggestOutstandingLinesResponse {
	currency := r.StatementBalance.CurrencyCode
	out := &pb.SuggestOutstandingLinesResponse{Truncated: len(lines) > maxOutstanding}
	named := map[string]bool{}
	for _, key := range r.OutstandingJournalLineIds {
		named[key] = true
	}
	var total int64
	for _, l := range lines[:min(len(lines), maxOutstanding)] {
		total += l.Minor
		key := id.Format("jln", l.ID)
		out.Lines = append(out.Lines, &pb.SuggestOutstandingLinesResponse_Line{
			JournalLineId: key, JournalEntryId: id.Format("jrn", l.Entry), Date: l.Date, Description: l.Description, Reference: l.Reference,
			Amount: money.ToProto(l.Minor, currency), Named: named[key],
		})
	}
	said, _ := money.Parse(r.StatementBalance.Amount, currency)
	book, _ := money.Parse(r.BookBalance.Amount, currency)
	out.Total, out.Difference = money.ToProto(total, currency), money.ToProto(said-(book-total), currency)
	return out
}

// openParts are lines as far as the bank has not booked them, without those that it has
// booked whole. The lines of an entry stand together; what was booked of it is taken of the
// first that are on its side, and what is left of that, of the last.
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
				part = sameSide(taken, l.Minor)
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

// sameSide is what may be taken of an amount: no more than it, and nothing of the other side.
func sameSide(taken, of int64) int64 {
	if (taken < 0) != (of < 0) {
		return 0
	}
	if taken < 0 {
		return max(taken, of)
	}
	return min(taken, of)
}

// unbooked are the lines of entries that the bank has not booked by the day of a
// reconciliation, since the last one that is completed.
func unbooked(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) ([]outstandingLine, error) {
	before, err := completedBefore(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	if before == nil {
		return readOutstanding(ctx, tx, r, outstandingSince{})
	}
	since := outstandingSince{day: &before.StatementDate, completed: before.CompleteTime.AsTime()}
	if since.named, err = lineKeys(before.OutstandingJournalLineIds); err != nil {
		return nil, err
	}
	return readOutstanding(ctx, tx, r, since)
}

// outstandingSince is the reconciliation behind which lines are looked for: its day, when it
// was completed, and what it named. None when there is no day.
type outstandingSince struct {
	day       *string
	completed time.Time
	named     []uuid.UUID
}

// namedOutstanding are those of the lines that a reconciliation names which the bank has not
// booked, or not whole, and what of each.
func namedOutstanding(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) (map[uuid.UUID]int64, error) {
	keys, err := lineKeys(r.OutstandingJournalLineIds)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	// With the other lines of their entries, which share what was booked of those.
	lines, err := readOutstanding(ctx, tx, r, outstandingSince{}, keys...)
	open := map[uuid.UUID]int64{}
	for _, l := range openParts(lines) {
		if slices.Contains(keys, l.ID) {
			open[l.ID] = l.Minor
		}
	}
	return open, err
}

// readOutstanding reads lines that the bank has not booked: those behind a reconciliation, or
// those of the entries of some lines.
func readOutstanding(ctx context.Context, tx *db.Tx, r *pb.Reconciliation, since outstandingSince, only ...uuid.UUID) ([]outstandingLine, error) {
	account, err := bankAccounts.Table().Key(r.BankAccountId)
	if err != nil {
		return nil, err
	}
	c := tx.Call().Organization
	return db.Collect[outstandingLine](ctx, tx, selectOutstanding, c.ID, account, r.StatementDate, c.CurrencyCode, only, since.day, since.completed, since.named)
}

func lineKeys(ids []string) (keys []uuid.UUID, err error) {
	keys = make([]uuid.UUID, len(ids))
	for i, line := range ids {
		if keys[i], err = id.Parse("jln", line); err != nil {
			return nil, fault.Invalid(fault.At(fmt.Sprintf("outstandingJournalLineIds[%d]", i), "%s", err))
		}
	}
	return keys, nil
}

// completedBefore is the completed reconciliation before one, or nil.
func completedBefore(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) (*pb.Reconciliation, error) {
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

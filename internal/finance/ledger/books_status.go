package ledger

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/table"
)

// BankStatus answers how far each bank account is. The ledger knows none, so that it is
// passed in.
type BankStatus func(ctx context.Context, tx *db.Tx) ([]*pb.BooksStatus_BankAccountStatus, error)

// maxSchedules bounds the schedules that a status looks at.
const maxSchedules = 100

// GetBooksStatus answers how far the books are.
func (s *Service) GetBooksStatus(ctx context.Context, _ *pb.GetBooksStatusRequest) (*pb.BooksStatus, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (out *pb.BooksStatus, err error) {
		out = &pb.BooksStatus{Date: tx.Call().Today().String()}
		if s.hooks.BankStatus != nil {
			if out.BankAccounts, err = s.hooks.BankStatus(ctx, tx); err != nil {
				return nil, err
			}
		}
		for _, b := range out.BankAccounts {
			out.UncategorizedCount += b.UncategorizedCount
		}
		if err := countDrafts(ctx, tx, out); err != nil {
			return nil, err
		}
		if err := nextDays(ctx, tx, out); err != nil {
			return nil, err
		}
		out.Findings = statusFindings(out)
		return out, nil
	})
}

// countDrafts counts drafts, and finds the day up to which periods are closed.
func countDrafts(ctx context.Context, tx *db.Tx, out *pb.BooksStatus) error {
	var closed *calendar.Date
	b := &pgx.Batch{}
	b.Queue(`
select count(*)
from finance.journal_entries
where org_id = $1
and state = 'DRAFT'`, tx.Call().Organization.ID).QueryRow(func(row pgx.Row) error { return row.Scan(&out.DraftCount) })
	b.Queue(`
select max(end_date)
from finance.accounting_periods
where org_id = $1
and state <> 'OPEN'`, tx.Call().Organization.ID).QueryRow(func(row pgx.Row) error { return row.Scan(&closed) })
	if err := tx.Send(ctx, b); err != nil || closed == nil {
		return err
	}
	out.ClosedDate = closed.String()
	return nil
}

// nextDays reads which day of each schedule is next.
func nextDays(ctx context.Context, tx *db.Tx, out *pb.BooksStatus) error {
	schedules, _, err := bookkeepingSchedules.Table().Select(ctx, tx, table.Query{OrderBy: "next_date", Limit: maxSchedules})
	for _, b := range schedules {
		out.Schedules = append(out.Schedules, &pb.BooksStatus_ScheduleStatus{
			BookkeepingScheduleId: b.Id, DisplayName: b.DisplayName, OwnerId: b.OwnerId, NextDate: b.NextDate, MissedCount: missedDays(b, tx.Call().Today()),
		})
	}
	return err
}

// statusFindings are what somebody should look at in a status.
func statusFindings(s *pb.BooksStatus) (all []*pb.BooksStatus_Finding) {
	for _, b := range s.Schedules {
		if b.MissedCount > 0 {
			all = append(all, &pb.BooksStatus_Finding{
				Kind: pb.BooksStatus_Finding_BOOKKEEPING_DAY_MISSED, Count: b.MissedCount, Collection: "bookkeepingSchedules", SubjectId: b.BookkeepingScheduleId,
				Message: fmt.Sprintf("%s was due on %s. Bring the books up to date, and complete it.", b.DisplayName, b.NextDate),
			})
		}
	}
	if s.UncategorizedCount > 0 {
		all = append(all, &pb.BooksStatus_Finding{
			Kind: pb.BooksStatus_Finding_UNCATEGORIZED_LINES, Count: s.UncategorizedCount, Collection: "bankStatementLines", Filter: "state = UNMATCHED OR state = HELD OR state = PARTIALLY_MATCHED",
			Message: fmt.Sprintf("Bank statement lines wait for a decision: %d. Match, categorize or exclude them.", s.UncategorizedCount),
		})
	}
	if s.DraftCount > 0 {
		all = append(all, &pb.BooksStatus_Finding{
			Kind: pb.BooksStatus_Finding_DRAFT_ENTRIES, Count: s.DraftCount, Collection: "journalEntries", Filter: "state = DRAFT",
			Message: fmt.Sprintf("Entries are drafts: %d. Post or delete them.", s.DraftCount),
		})
	}
	return all
}

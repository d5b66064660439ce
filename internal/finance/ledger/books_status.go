package ledger

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/businessday"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/table"
)

// BankStatus returns how up to date each bank account is. The ledger has no bank accounts, so the
// banking package passes it in.
type BankStatus func(ctx context.Context, tx *db.Tx) ([]*pb.BooksStatus_BankAccountStatus, error)

// maxSchedules is the most schedules that a status lists.
const maxSchedules = 100

// GetBooksStatus returns how up to date the books are.
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
		if err := loadJournalStatus(ctx, tx, out); err != nil {
			return nil, err
		}
		if err := loadSchedules(ctx, tx, out); err != nil {
			return nil, err
		}
		out.Findings = statusFindings(out)
		return out, nil
	})
}

// loadJournalStatus sets the number of drafts and the day through which periods are closed.
func loadJournalStatus(ctx context.Context, tx *db.Tx, out *pb.BooksStatus) error {
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

// loadSchedules adds the schedules that are not archived, the next due first.
func loadSchedules(ctx context.Context, tx *db.Tx, out *pb.BooksStatus) error {
	schedules, _, err := bookkeepingSchedules.Table().Select(ctx, tx, table.Query{
		OrderBy: "next_date", Limit: maxSchedules,
	})
	if err != nil || len(schedules) == 0 {
		return err
	}
	setting, err := businessday.Setting(ctx, tx)
	if err != nil {
		return err
	}
	for _, b := range schedules {
		out.Schedules = append(out.Schedules, &pb.BooksStatus_ScheduleStatus{
			BookkeepingScheduleId: b.Id, DisplayName: b.DisplayName, OwnerId: b.OwnerId,
			NextDate: b.NextDate, MissedCount: countMissedDays(setting, b, tx.Call().Today()),
		})
	}
	return nil
}

// statusFindings returns what in a status needs attention: missed bookkeeping days, uncategorized
// statement lines and drafts.
func statusFindings(s *pb.BooksStatus) (all []*pb.BooksStatus_Finding) {
	for _, b := range s.Schedules {
		if b.MissedCount > 0 {
			all = append(all, &pb.BooksStatus_Finding{
				Kind: pb.BooksStatus_Finding_BOOKKEEPING_DAY_MISSED, Count: b.MissedCount,
				Collection: "bookkeepingSchedules", SubjectId: b.BookkeepingScheduleId,
				Message: fmt.Sprintf(
					"%s was due on %s. Bring the books up to date, then complete the schedule.", b.DisplayName, b.NextDate,
				),
			})
		}
	}
	if s.UncategorizedCount > 0 {
		all = append(all, &pb.BooksStatus_Finding{
			Kind: pb.BooksStatus_Finding_UNCATEGORIZED_LINES, Count: s.UncategorizedCount,
			Collection: "bankStatementLines", Filter: "state = UNMATCHED OR state = HELD OR state = PARTIALLY_MATCHED",
			Message: fmt.Sprintf(
				"Bank statement lines wait for a decision: %d. Match, categorize or exclude them.", s.UncategorizedCount,
			),
		})
	}
	if s.DraftCount > 0 {
		all = append(all, &pb.BooksStatus_Finding{
			Kind: pb.BooksStatus_Finding_DRAFT_ENTRIES, Count: s.DraftCount,
			Collection: "journalEntries", Filter: "state = DRAFT",
			Message: fmt.Sprintf("Journal entries are drafts: %d. Post or delete them.", s.DraftCount),
		})
	}
	return all
}

package ledger

import (
	"context"
	_ "embed"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/money"
)

// CloseFiscalYear closes a fiscal year: it carries the results to equity and locks the periods.
func (s *Service) CloseFiscalYear(
	ctx context.Context, req *pb.CloseFiscalYearRequest,
) (*pb.CloseFiscalYearResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.CloseFiscalYearResponse, error) {
		var entries []*pb.JournalEntry
		year, err := fiscalYears.StepByCaller(ctx, tx, req.GetFiscalYearId(), "close",
			func(ctx context.Context, tx *db.Tx, _, y *pb.FiscalYear) (err error) {
				entries, err = closeYear(ctx, tx, y)
				return err
			})
		return &pb.CloseFiscalYearResponse{FiscalYear: year, JournalEntries: entries}, err
	})
}

// ReopenFiscalYear reopens a fiscal year: it reverses the closing entries and unlocks the periods.
func (s *Service) ReopenFiscalYear(ctx context.Context, req *pb.ReopenFiscalYearRequest) (*pb.FiscalYear, error) {
	return fiscalYears.Step(ctx, s.db, req.GetFiscalYearId(), "reopen",
		func(ctx context.Context, tx *db.Tx, _, y *pb.FiscalYear) error {
			if err := setPeriodStates(ctx, tx, y, pb.AccountingPeriod_CLOSED, "unlocked"); err != nil {
				return err
			}
			for _, entry := range y.ClosingEntryIds {
				if _, err := Reverse(ctx, tx, entry, "", "Fiscal year reopened"); err != nil {
					return err
				}
			}
			y.ClosingEntryIds, y.NetIncome, y.CloseTime, y.ReopenReason = nil, nil, nil, req.GetReason()
			return nil
		})
}

// closeYear posts the closing entries of a fiscal year and locks its periods.
func closeYear(ctx context.Context, tx *db.Tx, y *pb.FiscalYear) ([]*pb.JournalEntry, error) {
	results, err := readResults(ctx, tx, y)
	if err != nil {
		return nil, err
	}
	retained, err := RoleAccount(ctx, tx, pb.AccountRole_RETAINED_EARNINGS)
	if err != nil {
		return nil, err
	}
	if err := assignClosingAccounts(retained, results); err != nil {
		return nil, err
	}
	currency := tx.Call().Organization.CurrencyCode
	entries := closingEntries(y, currency, results)
	for _, e := range entries {
		if err := journalEntries.Insert(ctx, tx, e, setPostedRule); err != nil {
			return nil, err
		}
		y.ClosingEntryIds = append(y.ClosingEntryIds, e.Id)
	}
	var profit int64
	for _, r := range results {
		profit -= r.minor
	}
	y.NetIncome = money.ToProto(profit, currency)
	y.CloseTime = timestamppb.New(tx.Call().Now())
	return entries, setPeriodStates(ctx, tx, y, pb.AccountingPeriod_LOCKED, "locked")
}

// assignClosingAccounts sets the closing account of results that have none to retained earnings. It
// fails if a closing account is archived.
func assignClosingAccounts(retained string, results []yearResult) error {
	for i, r := range results {
		if r.closing == "" {
			results[i].closing = retained
		}
		if r.archived {
			return fault.Refuse(optionsv1.Reason_ACCOUNT_ARCHIVED,
				"The closing account of an income or expense account is archived; unarchive it or choose another one.").
				WithSubject(r.closing)
		}
	}
	return nil
}

// lockYearPeriods waits for concurrent postings into the periods of a year by exception, so that
// their results are carried too, and makes later ones wait. It locks the periods before the
// organization, like closing a period does, and in the order in which postings lock them.
func lockYearPeriods(ctx context.Context, tx *db.Tx, y *pb.FiscalYear) error {
	key, err := id.Parse("fsy", y.Id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, tx.Locking(db.RankPeriod, `
select
from finance.accounting_periods
where org_id = $1
and fiscal_year_id = $2
order by end_date
for no key update`), tx.Call().Organization.ID, key)
	if err != nil {
		return err
	}
	return identity.LockOrganization(ctx, tx)
}

// setPeriodStates sets the state of all periods of a year and records the event of each.
func setPeriodStates(
	ctx context.Context, tx *db.Tx, y *pb.FiscalYear, to pb.AccountingPeriod_State, event string,
) error {
	key, err := fiscalYears.Table().Key(y.Id)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
update finance.accounting_periods
set state = $3,
  version = version + 1,
  update_time = $4
where org_id = $1
and fiscal_year_id = $2
returning id`, tx.Call().Organization.ID, key, to.String(), tx.Call().Now())
	if err != nil {
		return err
	}
	var period uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&period}, func() error {
		tx.Record(db.Event{Type: "finance.accountingPeriod." + event, SubjectID: id.Format("acp", period)})
		return nil
	})
	return err
}

// yearResult is the balance of an income or expense account in a fiscal year for one set of
// dimension values. minor is in minor units of the organization's currency, debits positive.
type yearResult struct {
	account, closing string // closing is the closing account
	archived         bool   // the closing account is archived
	values           []string
	minor            int64
}

//go:embed year_end.sql
var selectResults string

// readResults reads the results of a fiscal year, sorted by dimension values and closing account.
// The closing account is empty for results that close to retained earnings.
func readResults(ctx context.Context, tx *db.Tx, y *pb.FiscalYear) (out []yearResult, err error) {
	rows, err := tx.Query(ctx, selectResults, tx.Call().Organization.ID, y.StartDate, y.EndDate)
	if err != nil {
		return nil, err
	}
	var account uuid.UUID
	var closing uuid.NullUUID
	var archived bool
	var values []uuid.UUID
	var minor int64
	_, err = pgx.ForEachRow(rows, []any{&account, &closing, &archived, &values, &minor}, func() error {
		r := yearResult{account: id.Format("acc", account), archived: archived, minor: minor}
		if closing.Valid {
			r.closing = id.Format("acc", closing.UUID)
		}
		for _, v := range values {
			r.values = append(r.values, id.Format("dmv", v))
		}
		out = append(out, r)
		return nil
	})
	return out, err
}

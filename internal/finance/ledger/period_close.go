package ledger

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// CloseCheck returns the blockers that should keep a period from being closed. Packages above the
// ledger pass in their checks through Hooks.
type CloseCheck func(ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod) ([]*pb.CloseBlocker, error)

// GetCloseBlockers returns the blockers that should keep a period from being closed.
func (s *Service) GetCloseBlockers(
	ctx context.Context, req *pb.GetCloseBlockersRequest,
) (*pb.GetCloseBlockersResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.GetCloseBlockersResponse, error) {
		p, err := accountingPeriods.Find(ctx, tx, req.GetAccountingPeriodId())
		if err != nil {
			return nil, err
		}
		blockers, err := s.blockers(ctx, tx, p)
		return &pb.GetCloseBlockersResponse{Blockers: blockers}, err
	})
}

// CloseAccountingPeriod closes a period. It refuses errors, and warnings unless the request gives a
// reason. If include_earlier is set, it closes the open periods before it first.
func (s *Service) CloseAccountingPeriod(
	ctx context.Context, req *pb.CloseAccountingPeriodRequest,
) (*pb.AccountingPeriod, error) {
	closePeriod := s.closeRule(req.GetReason())
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.AccountingPeriod, error) {
		if req.GetIncludeEarlier() {
			if err := s.closeEarlier(ctx, tx, req.GetAccountingPeriodId(), closePeriod); err != nil {
				return nil, err
			}
		}
		return accountingPeriods.StepByCaller(ctx, tx, req.GetAccountingPeriodId(), "close", closePeriod)
	})
}

// closeRule returns the rule that closes a period. It refuses errors, and warnings unless there is
// a reason, which it keeps only if there are warnings. It also compares control accounts with their
// sub-ledgers. A guard does not, because the comparison reads all lines up to the period's end.
func (s *Service) closeRule(reason string) resource.Rule[*pb.AccountingPeriod] {
	return func(ctx context.Context, tx *db.Tx, _, p *pb.AccountingPeriod) error {
		blockers, err := s.blockers(ctx, tx, p)
		if err != nil {
			return err
		}
		blockers = withoutNotices(blockers)
		p.CloseTime, p.CloseReason = timestamppb.New(tx.Call().Now()), ""
		if len(blockers) > 0 {
			p.CloseReason = reason
		}
		return refuseBlockers(p, blockers, reason)
	}
}

// closeEarlier closes the open periods before a period, earliest first. It locks all of them and
// the period itself before the organization, ordered by date, as postings lock them.
func (s *Service) closeEarlier(
	ctx context.Context, tx *db.Tx, key string, closePeriod resource.Rule[*pb.AccountingPeriod],
) error {
	p, err := accountingPeriods.Find(ctx, tx, key)
	if err != nil {
		return err
	}
	found, err := lockPeriods(ctx, tx, "end_date < $2 and state = 'OPEN' or end_date = $2", p.EndDate)
	if err != nil {
		return err
	}
	for _, earlier := range found {
		if earlier != key {
			if _, err := accountingPeriods.StepIn(ctx, tx, earlier, "close", closePeriod); err != nil {
				return err
			}
		}
	}
	return nil
}

// LockPeriodsUntil locks the periods that begin until a day. Running postings in them finish first,
// and others wait until the transaction ends.
func LockPeriodsUntil(ctx context.Context, tx *db.Tx, day string) error {
	_, err := lockPeriods(ctx, tx, "start_date <= $2", day)
	return err
}

// lockPeriods locks the periods that meet a condition on the last day of a period, $2, and returns
// their ids by date.
func lockPeriods(ctx context.Context, tx *db.Tx, condition, endDate string) (ids []string, err error) {
	rows, err := tx.Query(ctx, tx.Locking(db.RankPeriod, `
select id
from finance.accounting_periods
where org_id = $1
and (`+condition+`)
order by end_date
for no key update`), tx.Call().Organization.ID, endDate)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	for _, period := range found {
		tx.NoteHeld(db.Row{Table: accountingPeriods.Table().Name(), Key: period})
		ids = append(ids, id.Format("acp", period))
	}
	return ids, err
}

// ReopenAccountingPeriod reopens the last closed period. If include_later is set, it reopens the
// closed periods after the given one first.
func (s *Service) ReopenAccountingPeriod(
	ctx context.Context, req *pb.ReopenAccountingPeriodRequest,
) (*pb.AccountingPeriod, error) {
	reopen := func(_ context.Context, _ *db.Tx, _, p *pb.AccountingPeriod) error {
		p.CloseTime, p.CloseReason, p.ReopenReason = nil, "", req.GetReason()
		return nil
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.AccountingPeriod, error) {
		if req.GetIncludeLater() {
			if err := s.reopenLater(ctx, tx, req.GetAccountingPeriodId(), reopen); err != nil {
				return nil, err
			}
		}
		return accountingPeriods.StepByCaller(ctx, tx, req.GetAccountingPeriodId(), "reopen", reopen)
	})
}

// reopenLater reopens the closed periods after a period, latest first. It locks them in the same
// order as closeEarlier. It refuses a period of a closed fiscal year.
func (s *Service) reopenLater(
	ctx context.Context, tx *db.Tx, key string, reopen resource.Rule[*pb.AccountingPeriod],
) error {
	p, err := accountingPeriods.Find(ctx, tx, key)
	if err != nil {
		return err
	}
	found, err := lockPeriods(ctx, tx, "end_date > $2 and state <> 'OPEN' or end_date = $2", p.EndDate)
	if err != nil {
		return err
	}
	for _, later := range slices.Backward(found) {
		if later != key {
			if _, err := accountingPeriods.StepIn(ctx, tx, later, "reopen", reopen); err != nil {
				return err
			}
		}
	}
	return nil
}

// blockers returns what should keep a period from being closed, errors first and notices last.
func (s *Service) blockers(
	ctx context.Context, tx *db.Tx, p *pb.AccountingPeriod,
) (all []*pb.CloseBlocker, err error) {
	own := []CloseCheck{
		findEarlierOpen, s.subLedgerBlockers, findDrafts, findSuspenseBalances, findUnvaluedBalances,
		findChangesSinceClose,
	}
	for _, check := range slices.Concat(own, s.hooks.CloseChecks) {
		found, err := check(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	order := []pb.CloseBlocker_Severity{pb.CloseBlocker_ERROR, pb.CloseBlocker_WARNING, pb.CloseBlocker_NOTICE}
	slices.SortStableFunc(all, func(a, b *pb.CloseBlocker) int {
		return cmp.Compare(slices.Index(order, a.Severity), slices.Index(order, b.Severity))
	})
	return all, nil
}

// withoutNotices returns the errors and warnings of blockers.
func withoutNotices(blockers []*pb.CloseBlocker) []*pb.CloseBlocker {
	return slices.DeleteFunc(blockers, func(b *pb.CloseBlocker) bool { return b.Severity == pb.CloseBlocker_NOTICE })
}

// refuseBlockers refuses to close a period that has errors, or warnings without a reason. Blockers
// are sorted with errors first.
func refuseBlockers(p *pb.AccountingPeriod, blockers []*pb.CloseBlocker, reason string) error {
	if len(blockers) == 0 || blockers[0].Severity == pb.CloseBlocker_WARNING && reason != "" {
		return nil
	}
	e := fault.Refuse(
		optionsv1.Reason_PERIOD_CLOSE_BLOCKED, "The period from %s cannot be closed: %s", p.StartDate, blockers[0].Message,
	).WithSubject(p.Id)
	if blockers[0].Severity == pb.CloseBlocker_WARNING {
		e.Message += " Give a reason to close it anyway."
	}
	for _, b := range blockers {
		e.Preconditions = append(e.Preconditions, fault.Precondition{
			Type: b.Kind.String(), Subject: b.Collection, Message: b.Message,
		})
	}
	return e
}

package banking

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// GetReconciliationReport returns the items between the statement and the books of a
// reconciliation.
func (s *Service) GetReconciliationReport(
	ctx context.Context, req *pb.GetReconciliationReportRequest,
) (*pb.ReconciliationReport, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ReconciliationReport, error) {
		r, err := reconciliations.Find(ctx, tx, req.GetReconciliationId())
		if err != nil {
			return nil, err
		}
		account, err := bankAccounts.Table().Get(ctx, tx, r.BankAccountId)
		if err != nil {
			return nil, err
		}
		out := newReconciliationReport(r, account)
		items, err := reportedItems(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		addItems(out, items)
		if r.State != pb.Reconciliation_COMPLETED {
			return out, nil
		}
		if err := addCompleter(ctx, tx, out); err != nil {
			return nil, err
		}
		return out, addPostedSince(ctx, tx, r, out)
	})
}

// newReconciliationReport returns the report without its items.
func newReconciliationReport(r *pb.Reconciliation, account *pb.BankAccount) *pb.ReconciliationReport {
	return &pb.ReconciliationReport{
		ReconciliationId: r.Id, State: r.State, BankAccountId: r.BankAccountId,
		BankAccountDisplayName: account.DisplayName, StatementDate: r.StatementDate,
		StatementBalance: r.StatementBalance, Outstanding: r.Outstanding,
		AdjustedStatementBalance: addAmounts(r.StatementBalance, r.Outstanding),
		BookBalance:              r.BookBalance, PostedLater: r.PostedLater,
		UndecidedCount: r.UndecidedCount, UndecidedAmount: r.UndecidedAmount,
		AdjustedBookBalance:   addAmounts(r.BookBalance, r.PostedLater, r.UndecidedAmount),
		UnexplainedDifference: addAmounts(r.Difference, negated(r.UndecidedAmount)),
		CompleteTime:          r.CompleteTime,
	}
}

// addAmounts adds stored amounts of one currency, which always parse.
func addAmounts(amounts ...*typepb.Money) *typepb.Money {
	var sum int64
	for _, a := range amounts {
		minor, _ := money.Parse(a.Amount, a.CurrencyCode)
		sum += minor
	}
	return money.ToProto(sum, amounts[0].CurrencyCode)
}

// negated returns a stored amount with the other sign.
func negated(a *typepb.Money) *typepb.Money {
	minor, _ := money.Parse(a.Amount, a.CurrencyCode)
	return money.ToProto(-minor, a.CurrencyCode)
}

// reportedItems returns the items of a reconciliation: those of its completion, or the current
// ones. One that an earlier version completed names outstanding lines but has no stored items, and
// shows the current ones.
func reportedItems(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) ([]reconciliationItem, error) {
	if r.State == pb.Reconciliation_COMPLETED {
		items, err := storedItems(ctx, tx, r)
		if err != nil || len(items) > 0 || len(r.OutstandingJournalLineIds) == 0 {
			return items, err
		}
		return currentItems(ctx, tx, r)
	}
	items, err := currentItems(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	undecided, err := undecidedItems(ctx, tx, r)
	return append(items, undecided...), err
}

// addItems adds the items to a report, each kind sorted by date.
func addItems(out *pb.ReconciliationReport, items []reconciliationItem) {
	slices.SortStableFunc(items, func(a, b reconciliationItem) int { return strings.Compare(a.Date, b.Date) })
	currency := out.StatementBalance.CurrencyCode
	for _, i := range items {
		switch i.Kind {
		case kindOutstanding:
			out.OutstandingItems = append(out.OutstandingItems, i.message(currency))
		case kindPostedLater:
			out.PostedLaterItems = append(out.PostedLaterItems, i.message(currency))
		default:
			out.UndecidedItems = append(out.UndecidedItems, i.message(currency))
		}
	}
}

// addCompleter adds the person who completed a reconciliation, as the event log has it.
func addCompleter(ctx context.Context, tx *db.Tx, out *pb.ReconciliationReport) error {
	var person *uuid.UUID
	err := tx.QueryRow(ctx, `
select e.actor_id, coalesce(p.display_name, '')
from platform.events e
left join platform.persons p on p.org_id = $1 and p.id = e.actor_id
where e.org_id = $1
and e.subject_id = $2
and e.type = 'finance.reconciliation.completed'
order by e.id desc
limit 1`, tx.Call().Organization.ID, out.ReconciliationId).Scan(&person, &out.CompletedByDisplayName)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err == nil && person != nil {
		out.CompletedById = id.Format("prs", *person)
	}
	return err
}

// addPostedSince adds what was posted to the days of a completed reconciliation since.
func addPostedSince(ctx context.Context, tx *db.Tx, r *pb.Reconciliation, out *pb.ReconciliationReport) error {
	now := proto.CloneOf(r)
	if err := compareReconciliation(ctx, tx, now); err != nil {
		return err
	}
	out.PostedSince = addAmounts(now.BookBalance, negated(r.BookBalance))
	return nil
}

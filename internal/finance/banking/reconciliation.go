package banking

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var reconciliations = resource.New(table.New("finance.reconciliations",
	table.Ref("bank_account_id", "bac", func(r *pb.Reconciliation) *string { return &r.BankAccountId }).Filter(),
	table.Date("statement_date", func(r *pb.Reconciliation) *string { return &r.StatementDate }).Filter().Sort(
		"reconciliations_by_statement_date",
	),
	table.Money("statement_balance", func(r *pb.Reconciliation) **typepb.Money { return &r.StatementBalance }),
	table.Refs(
		"outstanding_journal_line_ids", "jln",
		func(r *pb.Reconciliation) *[]string { return &r.OutstandingJournalLineIds },
	),
	table.Enum("state", func(r *pb.Reconciliation) *pb.Reconciliation_State { return &r.State }).Filter(),
	table.Timestamp("complete_time", func(r *pb.Reconciliation) **timestamppb.Timestamp { return &r.CompleteTime }),
	table.Ref("bank_statement_id", "bst", func(r *pb.Reconciliation) *string { return &r.BankStatementId }).Filter(),
	table.Money("book_balance", func(r *pb.Reconciliation) **typepb.Money { return &r.BookBalance }),
	table.Money("outstanding", func(r *pb.Reconciliation) **typepb.Money { return &r.Outstanding }),
	table.Money("posted_later", func(r *pb.Reconciliation) **typepb.Money { return &r.PostedLater }),
	table.Text("reopen_reason", func(r *pb.Reconciliation) *string { return &r.ReopenReason }),
).Rank(db.RankDocument)).Lifecycle(reconciliationLifecycle).LoadComputed(compareBooks).
	Prepare("complete", lockAndCompareBooks).GuardAll(guardReconciliationOrder, "complete", "reopen").
	GuardEach(refuseDifference, "complete").
	Prepare("reopen", lockReconciledAccount).Open()

var reconciliationLifecycle = state.New(
	func(r *pb.Reconciliation) *pb.Reconciliation_State { return &r.State },
	[]state.Step[pb.Reconciliation_State]{
		{
			Verb: "complete", Event: "completed", From: []pb.Reconciliation_State{pb.Reconciliation_OPEN},
			To: pb.Reconciliation_COMPLETED,
		},
		{
			Verb: "reopen", Event: "reopened", From: []pb.Reconciliation_State{pb.Reconciliation_COMPLETED},
			To: pb.Reconciliation_OPEN,
		},
	},
)

// CreateReconciliation creates a reconciliation.
func (s *Service) CreateReconciliation(
	ctx context.Context, req *pb.CreateReconciliationRequest,
) (*pb.Reconciliation, error) {
	return reconciliations.Create(ctx, s.db, req.GetReconciliation(), checkNewReconciliation)
}

// GetReconciliation returns a reconciliation.
func (s *Service) GetReconciliation(ctx context.Context, req *pb.GetReconciliationRequest) (*pb.Reconciliation, error) {
	return reconciliations.Get(ctx, s.db, req.GetReconciliationId())
}

// BatchGetReconciliations returns reconciliations in the order requested.
func (s *Service) BatchGetReconciliations(
	ctx context.Context, req *pb.BatchGetReconciliationsRequest,
) (*pb.BatchGetReconciliationsResponse, error) {
	list, err := reconciliations.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetReconciliationsResponse{Reconciliations: list}, err
}

// ListReconciliations returns a page of reconciliations.
func (s *Service) ListReconciliations(
	ctx context.Context, req *pb.ListReconciliationsRequest,
) (*pb.ListReconciliationsResponse, error) {
	page, err := reconciliations.List(ctx, s.db, req)
	return &pb.ListReconciliationsResponse{
		Reconciliations: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateReconciliation updates a reconciliation that is not completed.
func (s *Service) UpdateReconciliation(
	ctx context.Context, req *pb.UpdateReconciliationRequest,
) (*pb.Reconciliation, error) {
	return reconciliations.Update(
		ctx, s.db, req.GetReconciliationId(), req.GetReconciliation(), req.GetUpdateMask(), refuseCompleted,
		checkAddedOutstanding,
	)
}

// DeleteReconciliation deletes a reconciliation that is not completed.
func (s *Service) DeleteReconciliation(
	ctx context.Context, req *pb.DeleteReconciliationRequest,
) (*emptypb.Empty, error) {
	return reconciliations.Delete(ctx, s.db, req.GetReconciliationId(), refuseCompleted)
}

// CompleteReconciliation completes a reconciliation whose difference is zero.
func (s *Service) CompleteReconciliation(
	ctx context.Context, req *pb.CompleteReconciliationRequest,
) (*pb.Reconciliation, error) {
	return reconciliations.Step(ctx, s.db, req.GetReconciliationId(), "complete", func(
		ctx context.Context, tx *db.Tx, _, r *pb.Reconciliation,
	) error {
		r.CompleteTime = timestamppb.New(tx.Call().Now())
		return storeItems(ctx, tx, r)
	})
}

// lockAndCompareBooks locks the bank account and its ledger account and then compares the statement
// with the books. The locks make decisions about the account's lines and postings to its ledger
// account wait until the reconciliation is completed.
func lockAndCompareBooks(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) error {
	account, err := bankAccountTable.Lock(ctx, tx, r.BankAccountId)
	if err != nil {
		return err
	}
	if err := ledger.LockAccount(ctx, tx, account.LedgerAccountId); err != nil {
		return err
	}
	return compareReconciliation(ctx, tx, r)
}

// lockReconciledAccount locks the bank account, so that other reconciliations of it wait.
func lockReconciledAccount(ctx context.Context, tx *db.Tx, r *pb.Reconciliation) error {
	_, err := bankAccountTable.Lock(ctx, tx, r.BankAccountId)
	return err
}

// refuseDifference is the guard that refuses to complete a reconciliation if the statement and the
// books differ or lines are undecided. It lists each as a precondition.
func refuseDifference(_ *db.Tx, r *pb.Reconciliation) error {
	e := fault.Refuse(optionsv1.Reason_RECONCILIATION_DIFFERS, "The reconciliation cannot be completed.").WithSubject(r.Id)
	if minor, err := money.Parse(r.Difference.Amount, r.Difference.CurrencyCode); err != nil || minor != 0 {
		e.Preconditions = append(e.Preconditions, fault.Precondition{
			Type: "DIFFERENCE", Subject: r.Id, Message: "The statement and the books differ by " + r.Difference.Amount + ".",
		})
	}
	if r.UndecidedCount > 0 {
		e.Preconditions = append(e.Preconditions, fault.Precondition{
			Type: "UNDECIDED_STATEMENT_LINES", Subject: "bankStatementLines", Message: "Statement lines are undecided.",
		})
	}
	if len(e.Preconditions) == 0 {
		return nil
	}
	for _, p := range e.Preconditions {
		e.Message += " " + p.Message
	}
	return e
}

// ReopenReconciliation reopens the last completed reconciliation of a bank account.
func (s *Service) ReopenReconciliation(
	ctx context.Context, req *pb.ReopenReconciliationRequest,
) (*pb.Reconciliation, error) {
	return reconciliations.Step(ctx, s.db, req.GetReconciliationId(), "reopen", func(
		ctx context.Context, tx *db.Tx, _, r *pb.Reconciliation,
	) error {
		r.CompleteTime, r.BookBalance, r.Outstanding, r.PostedLater = nil, nil, nil, nil
		r.ReopenReason = req.GetReason()
		return deleteItems(ctx, tx, r)
	})
}

// checkNewReconciliation validates a new reconciliation. It must be dated after all completed ones
// of the bank account.
func checkNewReconciliation(ctx context.Context, tx *db.Tx, _, r *pb.Reconciliation) error {
	r.State = pb.Reconciliation_OPEN
	account, err := bankAccounts.Resolve(ctx, tx, "bankAccountId", r.BankAccountId)
	if err != nil {
		return err
	}
	if r.StatementBalance.CurrencyCode == "" {
		r.StatementBalance.CurrencyCode = account.CurrencyCode
	}
	if r.StatementBalance.CurrencyCode != account.CurrencyCode {
		return fault.Invalid(
			fault.At("statementBalance.currencyCode", "must be %s, the bank account's currency", account.CurrencyCode),
		)
	}
	if err := checkOutstandingLines(ctx, tx, r, nil); err != nil {
		return err
	}
	return checkReconciliationOrder(ctx, tx, r)
}

// checkAddedOutstanding validates the outstanding lines that an update adds.
func checkAddedOutstanding(ctx context.Context, tx *db.Tx, was, r *pb.Reconciliation) error {
	return checkOutstandingLines(ctx, tx, r, was.GetOutstandingJournalLineIds())
}

// refuseCompleted refuses to update or delete a completed reconciliation.
func refuseCompleted(_ context.Context, _ *db.Tx, _, r *pb.Reconciliation) error {
	if r.State == pb.Reconciliation_OPEN {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The reconciliation is %s; reopen it first.", r.State).
		WithSubject(r.Id)
}

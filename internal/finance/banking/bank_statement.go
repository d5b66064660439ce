package banking

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var bankStatements = resource.New(table.New("finance.bank_statements",
	table.Ref("bank_account_id", "bac", func(s *pb.BankStatement) *string { return &s.BankAccountId }).Filter(),
	table.Ref("statement_import_id", "sim", func(s *pb.BankStatement) *string { return &s.StatementImportId }).Filter(),
	table.Text("number", func(s *pb.BankStatement) *string { return &s.Number }).Raw().Filter(),
	table.Text("currency_code", func(s *pb.BankStatement) *string { return &s.CurrencyCode }).Filter(),
	table.Date("start_date", func(s *pb.BankStatement) *string { return &s.StartDate }).Filter(),
	table.Date("end_date", func(s *pb.BankStatement) *string { return &s.EndDate }).Filter().
		Sort("bank_statements_by_end_date"),
	table.Money("opening_balance", func(s *pb.BankStatement) **typepb.Money { return &s.OpeningBalance }),
	table.Money("closing_balance", func(s *pb.BankStatement) **typepb.Money { return &s.ClosingBalance }),
	table.Int32("line_count", func(s *pb.BankStatement) *int32 { return &s.LineCount }),
	table.Money("line_total", func(s *pb.BankStatement) **typepb.Money { return &s.LineTotal }),
	table.Int32("ordinal", func(s *pb.BankStatement) *int32 { return &s.Ordinal }),
)).LoadComputed(loadStatementWarnings).DeclareEvents("created", "deleted").Open().ReadBy(
	"finance.statementImports.read",
)

// GetBankStatement returns a bank statement.
func (s *Service) GetBankStatement(ctx context.Context, req *pb.GetBankStatementRequest) (*pb.BankStatement, error) {
	return bankStatements.Get(ctx, s.db, req.GetBankStatementId())
}

// BatchGetBankStatements returns several bank statements by their ids.
func (s *Service) BatchGetBankStatements(
	ctx context.Context, req *pb.BatchGetBankStatementsRequest,
) (*pb.BatchGetBankStatementsResponse, error) {
	list, err := bankStatements.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetBankStatementsResponse{BankStatements: list}, err
}

// ListBankStatements lists bank statements.
func (s *Service) ListBankStatements(
	ctx context.Context, req *pb.ListBankStatementsRequest,
) (*pb.ListBankStatementsResponse, error) {
	page, err := bankStatements.List(ctx, s.db, req)
	return &pb.ListBankStatementsResponse{
		BankStatements: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// ReconcileBankStatement starts a reconciliation to a statement's closing balance. It fails with
// STATE_REFUSES_ACTION if the statement has none.
func (s *Service) ReconcileBankStatement(
	ctx context.Context, req *pb.ReconcileBankStatementRequest,
) (*pb.Reconciliation, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Reconciliation, error) {
		statement, err := bankStatements.Table().Get(ctx, tx, req.GetBankStatementId())
		if err != nil {
			return nil, err
		}
		if statement.ClosingBalance == nil {
			return nil, fault.Refuse(
				optionsv1.Reason_STATE_REFUSES_ACTION, "The statement has no closing balance to reconcile to.",
			).WithSubject(statement.Id)
		}
		r := &pb.Reconciliation{
			BankAccountId: statement.BankAccountId, BankStatementId: statement.Id,
			StatementDate: statement.EndDate, StatementBalance: statement.ClosingBalance,
		}
		return r, reconciliations.Insert(ctx, tx, r, checkNewReconciliation)
	})
}

// storeStatements stores the statements of a file. It skips a statement that is stored already and
// has no new lines.
func storeStatements(ctx context.Context, tx *db.Tx, f *importPlan, i *pb.StatementImport) error {
	var fresh []*pb.BankStatement
	hasNewLines := map[int]bool{}
	for _, r := range f.rows {
		if r.outcome == pb.StatementImport_Row_NEW {
			hasNewLines[r.statement] = true
		}
	}
	for n, s := range f.statements {
		if f.isFeed && s.OpeningBalance == nil && s.LedgerBalance == nil {
			continue // lines alone are no statement
		}
		record := newBankStatement(s, tx.Call().Today())
		record.Ordinal, record.BankAccountId, record.StatementImportId = int32(n+1), i.BankAccountId, i.Id
		if !hasNewLines[n+1] {
			stored, err := isStatementStored(ctx, tx, record)
			if err != nil {
				return err
			}
			if stored {
				continue
			}
		}
		fresh = append(fresh, record)
	}
	return bankStatements.StoreMany(ctx, tx, fresh, func(int) string { return "content" })
}

// isStatementStored reports whether the account has a stored statement with the same number,
// period, balances and line count.
func isStatementStored(ctx context.Context, tx *db.Tx, s *pb.BankStatement) (stored bool, err error) {
	key, err := bankAccounts.Table().Key(s.BankAccountId)
	if err != nil {
		return false, err
	}
	opening, err := minorOrNil(s.OpeningBalance)
	if err != nil {
		return false, err
	}
	closing, err := minorOrNil(s.ClosingBalance)
	if err != nil {
		return false, err
	}
	return stored, tx.QueryRow(ctx, `
select exists (
  select
  from finance.bank_statements
  where org_id = $1
  and bank_account_id = $2
  and number = $3
  and start_date = $4
  and end_date = $5
  and opening_balance_minor is not distinct from $6
  and closing_balance_minor is not distinct from $7
  and line_count = $8
)`, tx.Call().Organization.ID, key, s.Number, s.StartDate, s.EndDate, opening, closing, s.LineCount).Scan(&stored)
}

// deleteStatements deletes the statements that an import stored.
func deleteStatements(ctx context.Context, tx *db.Tx, key uuid.UUID) error {
	rows, err := tx.Query(ctx, `
delete from finance.bank_statements
where org_id = $1
and statement_import_id = $2
returning id`, tx.Call().Organization.ID, key)
	return recordDeleted(ctx, tx, rows, err, "bst", "finance.bankStatement.deleted")
}

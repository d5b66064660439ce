package banking

import (
	"context"
	"crypto/sha256"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

var statementImports = resource.New(table.New("finance.statement_imports",
	table.Ref("bank_account_id", "bac", func(i *pb.StatementImport) *string { return &i.BankAccountId }).Filter(),
	table.Text("file_name", func(i *pb.StatementImport) *string { return &i.FileName }).Filter(),
	table.Enum("format", func(i *pb.StatementImport) *pb.StatementImport_Format { return &i.Format }),
	table.Enum("state", func(i *pb.StatementImport) *pb.StatementImport_State { return &i.State }).Filter(),
	table.Int32("row_count", func(i *pb.StatementImport) *int32 { return &i.RowCount }),
	table.Int32("new_count", func(i *pb.StatementImport) *int32 { return &i.NewCount }),
	table.Int32("duplicate_count", func(i *pb.StatementImport) *int32 { return &i.DuplicateCount }),
	table.Int32("invalid_count", func(i *pb.StatementImport) *int32 { return &i.InvalidCount }),
	table.Messages("statements", func(i *pb.StatementImport) *[]*pb.StatementImport_Statement { return &i.Statements }),
	table.Strings("warnings", func(i *pb.StatementImport) *[]string { return &i.Warnings }),
	table.Money("closing_balance", func(i *pb.StatementImport) **typepb.Money { return &i.ClosingBalance }),
	table.Ref("csv_profile_id", "csp", func(i *pb.StatementImport) *string { return &i.CsvProfileId }),
	table.Date("balance_date", func(i *pb.StatementImport) *string { return &i.BalanceDate }),
)).Derived(func(c *call.Call, i *pb.StatementImport) {
	i.AllowedActions = importLife.Actions(i.State, c.Allows("finance.statementImports.write"))
})

var importLife = state.Machine[pb.StatementImport_State]{
	{Verb: "undo", From: []pb.StatementImport_State{pb.StatementImport_IMPORTED}, To: pb.StatementImport_UNDONE},
}

// CreateStatementImport reads a file and stores the lines that are not here yet.
func (s *Service) CreateStatementImport(ctx context.Context, req *pb.CreateStatementImportRequest) (*pb.StatementImport, error) {
	return statementImports.CreateBy(ctx, s.db, req.GetStatementImport(), func(ctx context.Context, tx *db.Tx, i *pb.StatementImport) error {
		// Imports to one account wait for one another, so that each sees what the
		// other brought.
		account, err := bankAccounts.Table().Lock(ctx, tx, req.GetBankAccountId())
		if err != nil {
			return err
		}
		return bringIn(ctx, tx, account, i)
	})
}

// GetStatementImport answers one import.
func (s *Service) GetStatementImport(ctx context.Context, req *pb.GetStatementImportRequest) (*pb.StatementImport, error) {
	return statementImports.Get(ctx, s.db, req.GetStatementImportId())
}

// BatchGetStatementImports answers several imports.
func (s *Service) BatchGetStatementImports(ctx context.Context, req *pb.BatchGetStatementImportsRequest) (*pb.BatchGetStatementImportsResponse, error) {
	list, err := statementImports.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetStatementImportsResponse{StatementImports: list}, err
}

// ListStatementImports answers a page of imports.
func (s *Service) ListStatementImports(ctx context.Context, req *pb.ListStatementImportsRequest) (*pb.ListStatementImportsResponse, error) {
	page, err := statementImports.List(ctx, s.db, req)
	return &pb.ListStatementImportsResponse{StatementImports: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UndoStatementImport takes the lines of an import out again.
func (s *Service) UndoStatementImport(ctx context.Context, req *pb.UndoStatementImportRequest) (*pb.StatementImport, error) {
	return statementImports.Change(ctx, s.db, req.GetStatementImportId(), "undone", func(ctx context.Context, tx *db.Tx, i *pb.StatementImport) error {
		if err := importLife.Move("undo", &i.State); err != nil {
			return err
		}
		// No file is imported to the account meanwhile.
		if _, err := bankAccounts.Table().Lock(ctx, tx, i.BankAccountId); err != nil {
			return err
		}
		if err := notSeenAgain(ctx, tx, i); err != nil {
			return err
		}
		return takeOut(ctx, tx, i)
	})
}

// bringIn stores an import of a file with the lines that are new.
func bringIn(ctx context.Context, tx *db.Tx, account *pb.BankAccount, i *pb.StatementImport) error {
	if account.ArchiveTime != nil {
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The bank account is archived.").About(account.Id)
	}
	content := i.Content
	i.BankAccountId = account.Id
	var found *findings
	read := func(ctx context.Context, tx *db.Tx, i *pb.StatementImport) (err error) {
		if found, err = examine(ctx, tx, account, i); err != nil {
			return err
		}
		found.report(i)
		return nil
	}
	if err := statementImports.Insert(ctx, tx, i, read); err != nil {
		return err
	}
	if err := keepFile(ctx, tx, i, content); err != nil {
		return err
	}
	i.Rows = found.rows
	if err := bankStatementLines.InsertMany(ctx, tx, found.newLines(i), func(int) string { return "content" }); err != nil {
		return err
	}
	if err := keepSightings(ctx, tx, i); err != nil {
		return err
	}
	_, warnings, err := applyRules(ctx, tx, found.fresh)
	i.Warnings = append(i.Warnings, warnings...)
	return err
}

// keepFile keeps the bytes as they came.
func keepFile(ctx context.Context, tx *db.Tx, i *pb.StatementImport, content []byte) error {
	key, err := statementImports.Table().Key(i.Id)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(content)
	_, err = tx.Exec(ctx, `
insert into finance.statement_files (org_id, statement_import_id, sha256, content)
values ($1, $2, $3, $4)`, tx.Call().Organization.ID, key, digest[:], content)
	return err
}

// keepSightings notes which lines of other imports a file has again.
func keepSightings(ctx context.Context, tx *db.Tx, i *pb.StatementImport) error {
	var lines []uuid.UUID
	for _, row := range i.Rows {
		if row.Outcome != pb.StatementImport_Row_DUPLICATE {
			continue
		}
		line, err := bankStatementLines.Table().Key(row.BankStatementLineId)
		if err != nil {
			return err
		}
		lines = append(lines, line)
	}
	key, err := statementImports.Table().Key(i.Id)
	if err != nil || len(lines) == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `
insert into finance.statement_sightings (org_id, statement_import_id, bank_statement_line_id)
select distinct l.org_id, $2::uuid, l.id
from unnest($3::uuid[]) as s (id)
join finance.bank_statement_lines l on l.org_id = $1 and l.id = s.id
where l.statement_import_id <> $2`, tx.Call().Organization.ID, key, lines)
	return err
}

// notSeenAgain refuses to take out lines that a later import found here: it would
// speak of lines that are gone.
func notSeenAgain(ctx context.Context, tx *db.Tx, i *pb.StatementImport) error {
	key, err := statementImports.Table().Key(i.Id)
	if err != nil {
		return err
	}
	var again int
	err = tx.QueryRow(ctx, `
select count(distinct s.bank_statement_line_id)
from finance.bank_statement_lines l
join finance.statement_sightings s on s.org_id = l.org_id and s.bank_statement_line_id = l.id
where l.org_id = $1
and l.statement_import_id = $2`, tx.Call().Organization.ID, key).Scan(&again)
	if err != nil || again == 0 {
		return err
	}
	return fault.Refuse(optionsv1.Reason_STATEMENT_IMPORT_IN_USE, "Other imports saw %d of its lines again; undo those first.", again).About(i.Id)
}

// takeOut deletes the lines that an import brought, none of which may be decided.
func takeOut(ctx context.Context, tx *db.Tx, i *pb.StatementImport) error {
	key, err := statementImports.Table().Key(i.Id)
	if err != nil {
		return err
	}
	var settled int
	err = tx.QueryRow(ctx, `
select count(*) filter (where state <> 'UNMATCHED')
from (
  select state
  from finance.bank_statement_lines
  where org_id = $1
  and statement_import_id = $2
  for update
) l`, tx.Call().Organization.ID, key).Scan(&settled)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
delete from finance.statement_sightings
where org_id = $1
and statement_import_id = $2`, tx.Call().Organization.ID, key); err != nil {
		return err
	}
	if settled > 0 {
		return fault.Refuse(optionsv1.Reason_STATEMENT_IMPORT_IN_USE, "%d of its lines are decided; undo those first.", settled).About(i.Id)
	}
	rows, err := tx.Query(ctx, `
delete from finance.bank_statement_lines
where org_id = $1
and statement_import_id = $2
returning id`, tx.Call().Organization.ID, key)
	if err != nil {
		return err
	}
	var line uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&line}, func() error {
		tx.Record(db.Event{Type: "finance.bankStatementLine.deleted", SubjectID: id.Format("bsl", line)})
		return nil
	})
	return err
}

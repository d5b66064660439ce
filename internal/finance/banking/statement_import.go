package banking

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/longwork"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
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
	table.Message("csv_layout", func(i *pb.StatementImport) **pb.CsvLayout { return &i.CsvLayout }),
	table.Date("balance_date", func(i *pb.StatementImport) *string { return &i.BalanceDate }),
	table.Ref("file_id", "fil", func(i *pb.StatementImport) *string { return &i.FileId }).Filter(),
	table.Ref("operation_id", "opn", func(i *pb.StatementImport) *string { return &i.OperationId }).Filter(),
).Rank(db.RankWork)).Lifecycle(importLifecycle).Prepare("undo", lockImport).Guard("undo", guardUndoImports).
	DeclareEvents("warned", "imported", "canceled", "failed").Open()

var importLifecycle = state.New(
	func(r *pb.StatementImport) *pb.StatementImport_State { return &r.State },
	[]state.Step[pb.StatementImport_State]{
		{
			Verb: "undo", Event: "undone",
			From: []pb.StatementImport_State{
				pb.StatementImport_IMPORTED, pb.StatementImport_CANCELED, pb.StatementImport_FAILED,
			},
			To: pb.StatementImport_UNDONE,
		},
	},
)

// CreateStatementImport imports the lines of a file or a feed that the bank account does not have
// yet. Lines in the request are stored at once. Those of an uploaded file are stored by an
// operation.
func (s *Service) CreateStatementImport(
	ctx context.Context, req *pb.CreateStatementImportRequest,
) (*pb.StatementImport, error) {
	src, err := s.readImportFile(ctx, req.GetBankAccountId(), req.GetStatementImport())
	if err != nil {
		return nil, err
	}
	return statementImports.CreateWith(ctx, s.db, req.GetStatementImport(), func(
		ctx context.Context, tx *db.Tx, _, i *pb.StatementImport,
	) error {
		// Imports to one account wait for one another, so that each sees the lines of the
		// other.
		account, err := lockForRules(ctx, tx, req.GetBankAccountId())
		if err != nil {
			return err
		}
		if err := src.storeImport(ctx, tx, account, i); err != nil {
			return err
		}
		// Whether the import can be undone depends on its lines, which rules may have decided.
		created, err := statementImports.Find(ctx, tx, i.Id)
		i.AllowedActions = created.GetAllowedActions()
		return err
	})
}

// GetStatementImport returns an import.
func (s *Service) GetStatementImport(
	ctx context.Context, req *pb.GetStatementImportRequest,
) (*pb.StatementImport, error) {
	return statementImports.Get(ctx, s.db, req.GetStatementImportId())
}

// BatchGetStatementImports returns imports in the order requested.
func (s *Service) BatchGetStatementImports(
	ctx context.Context, req *pb.BatchGetStatementImportsRequest,
) (*pb.BatchGetStatementImportsResponse, error) {
	list, err := statementImports.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetStatementImportsResponse{StatementImports: list}, err
}

// ListStatementImports returns a page of imports.
func (s *Service) ListStatementImports(
	ctx context.Context, req *pb.ListStatementImportsRequest,
) (*pb.ListStatementImportsResponse, error) {
	page, err := statementImports.List(ctx, s.db, req)
	return &pb.ListStatementImportsResponse{
		StatementImports: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateStatementImport updates the metadata and the external id of a statement import.
func (s *Service) UpdateStatementImport(
	ctx context.Context, req *pb.UpdateStatementImportRequest,
) (*pb.StatementImport, error) {
	return statementImports.Update(ctx, s.db, req.GetStatementImportId(), req.GetStatementImport(), req.GetUpdateMask())
}

// UndoStatementImport deletes the lines and statements of an import.
func (s *Service) UndoStatementImport(
	ctx context.Context, req *pb.UndoStatementImportRequest,
) (*pb.StatementImport, error) {
	return statementImports.Step(ctx, s.db, req.GetStatementImportId(), "undo", deleteImported)
}

// storeImport stores the import of a file. It stores the lines of a file in the request, and starts
// the operation that stores those of an uploaded file.
func (src *importFile) storeImport(
	ctx context.Context, tx *db.Tx, account *pb.BankAccount, i *pb.StatementImport,
) error {
	if account.ArchiveTime != nil {
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The bank account is archived.").WithSubject(account.Id)
	}
	if err := refuseImportInProgress(ctx, tx, account); err != nil {
		return err
	}
	whole := i.FileId == ""
	found, err := src.insertImport(ctx, tx, account, i)
	if err != nil {
		return err
	}
	i.Rows = found.previewRows(maxPreviewRows)
	if whole {
		i.Rows = found.previewRows(len(found.rows))
		if err := storeFile(ctx, tx, i, src.content); err != nil {
			return err
		}
	} else if tx.Call().ValidateOnly {
		return nil // the outcome of each row is known
	}
	if err := storeStatements(ctx, tx, found, i); err != nil {
		return err
	}
	if err := found.storeRows(ctx, tx, i); err != nil || !whole {
		return err
	}
	warnings, err := storeLines(ctx, tx, account, i, 0, i.RowCount)
	i.Warnings = append(i.Warnings, warnings...)
	return err
}

// maxPreviewRows is the number of rows that a response contains for an uploaded file.
const maxPreviewRows = 500

// insertImport stores the import's record with the findings of its file.
func (src *importFile) insertImport(
	ctx context.Context, tx *db.Tx, account *pb.BankAccount, i *pb.StatementImport,
) (found *importPlan, err error) {
	i.BankAccountId = account.Id
	err = statementImports.Insert(ctx, tx, i, func(ctx context.Context, tx *db.Tx, _, i *pb.StatementImport) error {
		src.describe(i)
		if found, err = planImport(ctx, tx, account, src.file, i.CsvProfileId, i.SkipInvalidRows); err != nil {
			return err
		}
		i.State = pb.StatementImport_IMPORTED
		if i.FileId != "" {
			operation, err := longwork.Start(ctx, tx, i.Id, len(found.rows))
			if err != nil {
				return err
			}
			i.State, i.OperationId = pb.StatementImport_IMPORTING, operation.Id
		}
		found.report(i)
		return nil
	})
	if err == nil && i.FileId != "" {
		err = files.Attach(ctx, tx, i.FileId, i.Id)
	}
	return found, err
}

// refuseImportInProgress refuses if an import to the bank account is in progress, since the lines
// that it found in the account must stay the same until it ends.
func refuseImportInProgress(ctx context.Context, tx *db.Tx, account *pb.BankAccount) error {
	key, err := bankAccounts.Table().Key(account.Id)
	if err != nil {
		return err
	}
	var underWay bool
	err = tx.QueryRow(ctx, `
select exists (
  select
  from finance.statement_imports
  where org_id = $1
  and bank_account_id = $2
  and state = 'IMPORTING'
)`, tx.Call().Organization.ID, key).Scan(&underWay)
	if err != nil || !underWay {
		return err
	}
	return importInProgress(account.Id)
}

// importInProgress returns the error for a bank account with an import in progress.
func importInProgress(account string) error {
	return fault.Taken(optionsv1.Reason_STATEMENT_IMPORT_UNDER_WAY,
		"A file is being imported to the bank account; wait for its operation or cancel it.").WithSubject(account)
}

// storeFile stores the file's bytes unchanged.
func storeFile(ctx context.Context, tx *db.Tx, i *pb.StatementImport, content []byte) error {
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

// deleteImported deletes the lines and statements that an import stored.
func deleteImported(ctx context.Context, tx *db.Tx, _, i *pb.StatementImport) error {
	key, err := statementImports.Table().Key(i.Id)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
delete from finance.repeated_imports
where org_id = $1
and later_import_id = $2`, tx.Call().Organization.ID, key); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
update finance.statement_rows
set bank_statement_line_id = null
where org_id = $1
and statement_import_id = $2
and outcome = 'NEW'`, tx.Call().Organization.ID, key); err != nil {
		return err
	}
	if err := clearTransferLines(ctx, tx, key); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
delete from platform.custom_values
where org_id = $1
and subject_key in (
  select l.id
  from finance.bank_statement_lines l
  where l.org_id = $1
  and l.statement_import_id = $2
  and l.custom_fields is not null
)`, tx.Call().Organization.ID, key); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
delete from finance.bank_statement_lines
where org_id = $1
and statement_import_id = $2
returning id`, tx.Call().Organization.ID, key)
	if err := recordDeleted(ctx, tx, rows, err, "bsl", "finance.bankStatementLine.deleted"); err != nil {
		return err
	}
	return deleteStatements(ctx, tx, key)
}

// clearTransferLines clears the references of transfers to the lines of an import. Such
// transfers are undone: lines of other transfers are decided, and their import cannot be undone.
func clearTransferLines(ctx context.Context, tx *db.Tx, importKey uuid.UUID) error {
	for _, column := range []string{"outgoing_line_id", "incoming_line_id"} {
		_, err := tx.Exec(ctx, fmt.Sprintf(`
update finance.bank_transfers
set %[1]s = null
where org_id = $1
and %[1]s in (
  select l.id
  from finance.bank_statement_lines l
  where l.org_id = $1
  and l.statement_import_id = $2
)`, column), tx.Call().Organization.ID, importKey)
		if err != nil {
			return err
		}
	}
	return nil
}

// recordDeleted records an event for each id that a SQL statement returned as deleted, and deletes
// what is on those records.
func recordDeleted(ctx context.Context, tx *db.Tx, rows pgx.Rows, err error, prefix, event string) error {
	if err != nil {
		return err
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return err
	}
	for _, key := range keys {
		tx.Record(db.Event{Type: event, SubjectID: id.Format(prefix, key)})
	}
	return tx.Kinds().Deleted(ctx, tx, prefix, keys...)
}

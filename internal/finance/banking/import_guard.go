package banking

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// lockImport locks the bank account of an import, so that no file is imported to it until the
// transaction ends, and the lines that the import stored.
func lockImport(ctx context.Context, tx *db.Tx, i *pb.StatementImport) error {
	if _, err := bankAccountTable.Lock(ctx, tx, i.BankAccountId); err != nil {
		return err
	}
	key, err := id.Parse("sim", i.Id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, tx.Locking(db.RankStatementLine, `
select
from finance.bank_statement_lines
where org_id = $1
and statement_import_id = $2
order by id
for update`), tx.Call().Organization.ID, key)
	return err
}

// selectImportUse reads what uses each import, or an empty string. The conditions are tried in
// order.
const selectImportUse = `
select
  i.id,
  case
  when exists (
    select
    from finance.statement_imports o
    where o.org_id = $1
    and o.bank_account_id = i.bank_account_id
    and o.state = 'IMPORTING'
  ) then 'IMPORTING'
  when exists (
    select
    from finance.bank_statement_lines l
    where l.org_id = $1
    and l.statement_import_id = i.id
    and l.state <> 'UNMATCHED'
  ) then 'NOT_UNMATCHED'
  when exists (
    select
    from finance.reconciliations r
    join finance.bank_statements s on s.org_id = $1 and s.id = r.bank_statement_id
    where r.org_id = $1
    and s.statement_import_id = i.id
  ) then 'RECONCILED'
  when exists (
    select
    from finance.repeated_imports p
    where p.org_id = $1
    and p.earlier_import_id = i.id
  ) then 'REPEATED'
  else ''
  end
from finance.statement_imports i
where i.org_id = $1
and i.id = any($2)`

// guardUndoImports refuses to undo imports whose lines or statements are in use.
func guardUndoImports(ctx context.Context, tx *db.Tx, imports []*pb.StatementImport) ([]error, error) {
	keys, err := id.ParseEach("sim", imports, (*pb.StatementImport).GetId)
	if err != nil {
		return nil, err
	}
	uses, err := db.CollectMap[uuid.UUID, string](ctx, tx, selectImportUse, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(imports))
	for i, made := range imports {
		refusals[i] = refuseImportUse(made, uses[keys[i]])
	}
	return refusals, nil
}

// refuseImportUse returns the refusal to undo an import that is in use, or nil if use is "".
func refuseImportUse(i *pb.StatementImport, use string) error {
	why := ""
	switch use {
	case "IMPORTING":
		return importInProgress(i.BankAccountId)
	case "NOT_UNMATCHED":
		why = "Lines of the import are not UNMATCHED; undo their decisions first."
	case "RECONCILED":
		why = "Reconciliations use statements of the import; delete those first."
	case "REPEATED":
		// The later import would refer to deleted lines.
		why = "Later imports contain lines of this import; undo those imports first."
	default:
		return nil
	}
	return fault.Refuse(optionsv1.Reason_STATEMENT_IMPORT_IN_USE, "%s", why).WithSubject(i.Id)
}

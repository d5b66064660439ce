package banking

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformpb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/longwork"
)

// rowsPerStep is how many rows a step of an import stores.
const rowsPerStep = 1000

// maxWarnings is the maximum number of warnings of rules that an import keeps.
const maxWarnings = 100

// importHandler returns the handler that imports large files step by step.
func importHandler() longwork.Handler {
	return longwork.Handler{
		Method: pb.BankingService_CreateStatementImport_FullMethodName[1:],
		Step:   importStep,
		End:    endImport,
	}
}

// importStep stores the lines of the next rows of an import.
func importStep(ctx context.Context, tx *db.Tx, o *platformpb.Operation) error {
	i, err := statementImports.Table().Lock(ctx, tx, o.ResultId)
	if err != nil {
		return err
	}
	account, err := lockForRules(ctx, tx, i.BankAccountId)
	if err != nil {
		return err
	}
	to := min(o.DoneCount+rowsPerStep, o.TotalCount)
	warnings, err := storeLines(ctx, tx, account, i, o.DoneCount, to)
	if err != nil {
		return err
	}
	o.DoneCount = to
	if len(warnings) == 0 || len(i.Warnings) >= maxWarnings {
		return nil
	}
	warn := func(_ context.Context, _ *db.Tx, _, i *pb.StatementImport) error {
		i.Warnings = append(i.Warnings, warnings...)
		i.Warnings = i.Warnings[:min(len(i.Warnings), maxWarnings)]
		return nil
	}
	_, err = statementImports.Modify(ctx, tx, i.Id, "warned", warn)
	return err
}

// storeLines stores the lines of the rows after position from up to position to, applies the bank
// rules to them, and records the imports whose lines the rows repeat. It returns the warnings of
// the rules.
func storeLines(
	ctx context.Context, tx *db.Tx, account *pb.BankAccount, i *pb.StatementImport, from, to int32,
) (warnings []string, err error) {
	key, err := statementImports.Table().Key(i.Id)
	if err != nil {
		return nil, err
	}
	lines, suspected, err := newLines(ctx, tx, account, i, key, from, to)
	if err != nil {
		return nil, err
	}
	decisions, err := decideNewLines(ctx, tx, account, lines, suspected)
	if err != nil {
		return nil, err
	}
	if err := bankStatementLines.StoreMany(ctx, tx, lines, func(int) string { return "content" }); err != nil {
		return nil, err
	}
	for _, l := range decisions.decided {
		tx.Record(db.Event{Type: "finance.bankStatementLine.decidedByRule", SubjectID: l.Id})
	}
	if err := decisions.bookTransfers(ctx, tx); err != nil {
		return nil, err
	}
	if err := recordSuspectedLines(ctx, tx, key, from, to); err != nil {
		return nil, err
	}
	return decisions.messages(), recordRepeatedImports(ctx, tx, key, from, to)
}

// recordRepeatedImports records the other imports that stored lines of an import's rows.
func recordRepeatedImports(ctx context.Context, tx *db.Tx, key uuid.UUID, from, to int32) error {
	_, err := tx.ExecReplanned(ctx, `
insert into finance.repeated_imports (org_id, earlier_import_id, later_import_id)
select distinct r.org_id, l.statement_import_id, r.statement_import_id
from finance.statement_rows r
join finance.bank_statement_lines l
  on l.org_id = $1
  and l.id = r.bank_statement_line_id
  and l.statement_import_id <> $2
where r.org_id = $1
and r.statement_import_id = $2
and r.position > $3
and r.position <= $4
and r.outcome = 'DUPLICATE'
on conflict do nothing`, tx.Call().Organization.ID, key, from, to)
	return err
}

// importEnd returns the state of an import whose operation ended in the given state, and the name
// of the event.
func importEnd(s platformpb.Operation_State) (pb.StatementImport_State, string) {
	switch s {
	case platformpb.Operation_SUCCEEDED:
		return pb.StatementImport_IMPORTED, "imported"
	case platformpb.Operation_CANCELED:
		return pb.StatementImport_CANCELED, "canceled"
	}
	return pb.StatementImport_FAILED, "failed"
}

// endImport sets the final state of an import. Lines that were stored stay. Rows that were not
// processed are marked NOT_REACHED.
func endImport(ctx context.Context, tx *db.Tx, o *platformpb.Operation) error {
	key, err := statementImports.Table().Key(o.ResultId)
	if err != nil {
		return err
	}
	state, event := importEnd(o.State)
	end := func(ctx context.Context, tx *db.Tx, _, i *pb.StatementImport) error {
		i.State = state
		if o.State == platformpb.Operation_SUCCEEDED {
			return nil
		}
		if _, err := tx.Exec(ctx, `
update finance.statement_rows
set outcome = 'NOT_REACHED',
  bank_statement_line_id = null
where org_id = $1
and statement_import_id = $2
and position > $3
and outcome in ('NEW', 'DUPLICATE')`, tx.Call().Organization.ID, key, o.DoneCount); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `
select count(*) filter (where outcome = 'NEW'), count(*) filter (where outcome = 'DUPLICATE')
from finance.statement_rows
where org_id = $1
and statement_import_id = $2`, tx.Call().Organization.ID, key).Scan(&i.NewCount, &i.DuplicateCount)
	}
	_, err = statementImports.Modify(ctx, tx, o.ResultId, event, end)
	return err
}

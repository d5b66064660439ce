package banking

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// rowBatchSize is the number of rows that one SQL statement stores.
const rowBatchSize = 5000

// insertRows stores rows given as one array for each column.
const insertRows = `
insert into finance.statement_rows (
  org_id, statement_import_id, position, line_number, outcome, problem, bank_statement_line_id, statement_number,
  booked_date, amount_minor, description, counterparty_name, counterparty_account, bank_reference, check_number,
  transaction_type, deduplication_key, details, corrected_reference, suspected_line_ids
)
select o.org_id, $2, r.position, r.line_number, r.outcome, r.problem, r.line_id, r.statement_number,
  r.booked_date::date, r.amount_minor, r.description, r.counterparty_name, r.counterparty_account, r.bank_reference,
  r.check_number, r.transaction_type, r.deduplication_key, r.details, r.corrected_reference,
  coalesce(string_to_array(nullif(r.suspected_line_ids, ''), ',')::uuid[], '{}')
from platform.organizations o
cross join unnest(
  $3::integer[], $4::integer[], $5::text[], $6::text[], $7::uuid[], $8::integer[], $9::text[], $10::bigint[],
  $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
  $18::text[], $19::text[], $20::text[]
)
  as r (
    position, line_number, outcome, problem, line_id, statement_number, booked_date, amount_minor,
    description, counterparty_name, counterparty_account, bank_reference, check_number, transaction_type,
    deduplication_key, details, corrected_reference, suspected_line_ids
  )
where o.org_id = $1`

// storeRows stores the rows of the file with their outcomes. The statement lines are then stored
// from these rows, in steps.
func (f *importPlan) storeRows(ctx context.Context, tx *db.Tx, i *pb.StatementImport) error {
	key, err := statementImports.Table().Key(i.Id)
	if err != nil {
		return err
	}
	for from := 0; from < len(f.rows); from += rowBatchSize {
		to := min(from+rowBatchSize, len(f.rows))
		args := append([]any{tx.Call().Organization.ID, key}, f.columns(from, to)...)
		stored, err := tx.Exec(ctx, insertRows, args...)
		if err != nil {
			return err
		}
		if n := stored.RowsAffected(); n != int64(to-from) {
			return fmt.Errorf("banking: %d of %d rows were stored", n, to-from)
		}
	}
	return nil
}

// columns returns the rows from index from up to index to as one array for each column of
// insertRows.
func (f *importPlan) columns(from, to int) []any {
	n := to - from
	positions, numbers, statements := make([]int32, n), make([]int32, n), make([]int32, n)
	ids, dates, amounts := make([]*uuid.UUID, n), make([]*string, n), make([]*int64, n)
	var textColumns [12][]string
	for k := range textColumns {
		textColumns[k] = make([]string, n)
	}
	for k := range n {
		r := f.rows[from+k]
		positions[k], numbers[k] = int32(from+k+1), int32(r.number)
		textColumns[0][k], textColumns[1][k] = r.outcome.String(), r.problem
		if r.line < 0 {
			continue
		}
		l := f.lines[r.line]
		date := l.Date.String()
		dates[k], amounts[k], statements[k] = &date, &l.Amount, int32(r.statement)
		if r.id != uuid.Nil {
			ids[k] = &r.id
		}
		for j, text := range []string{
			l.Description, l.CounterpartyName, l.CounterpartyAccount, l.BankReference, l.CheckNumber, l.Kind,
			f.keys[r.line], l.Details, l.CorrectedReference, joinKeys(r.suspected),
		} {
			textColumns[2+j][k] = text
		}
	}
	out := []any{positions, numbers, textColumns[0], textColumns[1], ids, statements, dates, amounts}
	for _, column := range textColumns[2:] {
		out = append(out, column)
	}
	return out
}

// joinKeys returns keys separated by commas.
func joinKeys(keys []uuid.UUID) string {
	texts := make([]string, len(keys))
	for i, key := range keys {
		texts[i] = key.String()
	}
	return strings.Join(texts, ",")
}

// selectLines returns the new rows of an import in a range of positions.
const selectLines = `
select r.bank_statement_line_id, r.booked_date::text, r.amount_minor, r.description, r.counterparty_name,
  r.counterparty_account, r.bank_reference, r.check_number, r.transaction_type, r.deduplication_key,
  r.details, r.corrected_reference, r.suspected_line_ids <> '{}', r.statement_number
from finance.statement_rows r
where r.org_id = $1
and r.statement_import_id = $2
and r.position > $3
and r.position <= $4
and r.outcome = 'NEW'
order by r.position`

// newLines returns the statement lines to store for the new rows after position from, up to
// position to. suspected are the ids of those that may repeat other lines.
func newLines(
	ctx context.Context, tx *db.Tx, account *pb.BankAccount, i *pb.StatementImport, key uuid.UUID, from, to int32,
) (lines []*pb.BankStatementLine, suspected map[string]bool, err error) {
	rows, err := tx.Query(ctx, selectLines, tx.Call().Organization.ID, key, from, to)
	if err != nil {
		return nil, nil, err
	}
	suspected = map[string]bool{}
	var ordinals []int32 // of the statement of each line
	lines, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (*pb.BankStatementLine, error) {
		l := &pb.BankStatementLine{BankAccountId: account.Id, StatementImportId: i.Id, State: pb.BankStatementLine_UNMATCHED}
		var line uuid.UUID
		var minor int64
		var isSuspected bool
		var ordinal int32
		err := row.Scan(
			&line, &l.BookedDate, &minor, &l.Description, &l.CounterpartyName, &l.CounterpartyAccount, &l.BankReference,
			&l.CheckNumber, &l.TransactionType, &l.DeduplicationKey, &l.Details, &l.CorrectedReference, &isSuspected,
			&ordinal,
		)
		l.Id, l.Amount = id.Format("bsl", line), money.ToProto(minor, account.CurrencyCode)
		setPayee(l)
		if isSuspected {
			suspected[l.Id] = true
		}
		ordinals = append(ordinals, ordinal)
		return l, err
	})
	if err != nil {
		return nil, nil, err
	}
	return lines, suspected, setStatements(ctx, tx, key, lines, ordinals)
}

// setStatements sets the statement of each line. ordinals are the places of the statements in the
// file.
func setStatements(
	ctx context.Context, tx *db.Tx, key uuid.UUID, lines []*pb.BankStatementLine, ordinals []int32,
) error {
	statements, err := db.CollectMap[int32, uuid.UUID](ctx, tx, `
select ordinal, id
from finance.bank_statements
where org_id = $1
and statement_import_id = $2`, tx.Call().Organization.ID, key)
	for n, l := range lines {
		if statement, stored := statements[ordinals[n]]; stored {
			l.BankStatementId = id.Format("bst", statement)
		}
	}
	return err
}

// selectRowsPage returns the rows of an import after a position, optionally with one outcome.
const selectRowsPage = `
select r.position, r.line_number, r.outcome, r.problem, r.bank_statement_line_id,
  coalesce(r.booked_date::text, ''), r.amount_minor,
  coalesce(nullif(r.description, ''), r.counterparty_name), r.suspected_line_ids
from finance.statement_rows r
where r.org_id = $1
and r.statement_import_id = $2
and r.position > $3
and ($4 = '' or r.outcome = $4)
order by r.position
limit $5`

// ListStatementImportRows returns a page of the rows of an import with their outcomes.
func (s *Service) ListStatementImportRows(
	ctx context.Context, req *pb.ListStatementImportRowsRequest,
) (*pb.ListStatementImportRowsResponse, error) {
	paging, err := resource.NewPaging(
		s.db.Keys(), call.From(ctx), req, req.GetStatementImportId(), req.GetOutcome().String(),
	)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ListStatementImportRowsResponse, error) {
		i, err := statementImports.Table().Get(ctx, tx, req.GetStatementImportId())
		if err != nil {
			return nil, err
		}
		var from int32
		if paging.After != nil {
			from = int32(binary.BigEndian.Uint32(paging.After))
		}
		out := &pb.ListStatementImportRowsResponse{}
		var last int32
		if out.Rows, last, err = rowsAfter(ctx, tx, i, from, paging.Size, req.GetOutcome()); err == nil &&
			len(out.Rows) == paging.Size {
			out.NextPageToken = paging.Next(binary.BigEndian.AppendUint32(nil, uint32(last)))
		}
		return out, err
	})
}

// rowsAfter returns the rows after position from, with the given outcome if it is set, and the
// position of the last one.
func rowsAfter(
	ctx context.Context, tx *db.Tx, i *pb.StatementImport, from int32, size int, outcome pb.StatementImport_Row_Outcome,
) (list []*pb.StatementImport_Row, last int32, err error) {
	account, err := bankAccounts.Table().Get(ctx, tx, i.BankAccountId)
	if err != nil {
		return nil, 0, err
	}
	key, err := statementImports.Table().Key(i.Id)
	if err != nil {
		return nil, 0, err
	}
	only := ""
	if outcome != pb.StatementImport_Row_OUTCOME_UNSPECIFIED {
		only = outcome.String()
	}
	rows, err := tx.Query(ctx, selectRowsPage, tx.Call().Organization.ID, key, from, only, size)
	if err != nil {
		return nil, 0, err
	}
	list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (*pb.StatementImport_Row, error) {
		r := &pb.StatementImport_Row{}
		var result string
		var line *uuid.UUID
		var minor *int64
		var suspected []uuid.UUID
		err := row.Scan(&last, &r.LineNumber, &result, &r.Problem, &line, &r.BookedDate, &minor, &r.Description, &suspected)
		r.Outcome = pb.StatementImport_Row_Outcome(pb.StatementImport_Row_Outcome_value[result])
		if line != nil {
			r.BankStatementLineId = id.Format("bsl", *line)
		}
		r.SuspectedLineIds = formatLineIDs(suspected)
		if minor != nil {
			r.Amount = money.ToProto(*minor, account.CurrencyCode)
		}
		return r, err
	})
	return list, last, err
}

package workimport

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// rowBatchSize is the number of rows that one SQL statement stores.
const rowBatchSize = 2000

// insertRows stores rows given as one array for each column. Problems are JSON, since arrays of
// arrays have one length.
const insertRows = `
insert into operations.work_import_rows (
  org_id, work_import_id, position, line_number, path, title, external_id, outcome, problems, record_kind, content
)
select o.org_id, $2, r.position, r.line_number, r.path, r.title, r.external_id, r.outcome,
  array(select jsonb_array_elements_text(r.problems::jsonb)), r.record_kind, nullif(r.content, '')::jsonb
from platform.organizations o
cross join unnest($3::integer[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
  $11::text[])
  as r (position, line_number, path, title, external_id, outcome, problems, record_kind, content)
where o.org_id = $1`

// storeRows stores the rows of a file.
func storeRows(ctx context.Context, tx *db.Tx, importID string, rows []*row) error {
	key, err := workImports.Table().Key(importID)
	if err != nil {
		return err
	}
	for from := 0; from < len(rows); from += rowBatchSize {
		batch := rows[from:min(from+rowBatchSize, len(rows))]
		columns, err := rowColumns(batch)
		if err != nil {
			return err
		}
		args := append([]any{tx.Call().Organization.ID, key}, columns...)
		stored, err := tx.Exec(ctx, insertRows, args...)
		if err != nil {
			return err
		}
		if n := stored.RowsAffected(); n != int64(len(batch)) {
			return fmt.Errorf("workimport: %d of %d rows were stored", n, len(batch))
		}
	}
	return nil
}

// rowColumns returns rows as one array for each column of insertRows.
func rowColumns(rows []*row) ([]any, error) {
	positions, lines := make([]int32, len(rows)), make([]int32, len(rows))
	var texts [7][]string
	for i, r := range rows {
		positions[i], lines[i] = r.position, r.line
		problems, err := encodeProblems(r.problems)
		if err != nil {
			return nil, err
		}
		kind, content, err := r.encode()
		if err != nil {
			return nil, err
		}
		for j, text := range []string{r.path, r.title, r.externalID, r.outcome.String(), problems, kind, content} {
			texts[j] = append(texts[j], text)
		}
	}
	out := []any{positions, lines}
	for _, column := range texts {
		out = append(out, column)
	}
	return out, nil
}

// encodeProblems returns problems as a JSON array.
func encodeProblems(problems []string) (string, error) {
	encoded, err := json.Marshal(append([]string{}, problems...))
	return string(encoded), err
}

// encode returns the prefix of the record of a row, and the content of the row as JSON. Both are
// empty if the row was skipped.
func (r *row) encode() (kind, content string, err error) {
	var value any
	switch {
	case r.outcome == skipped:
		return "", "", nil
	case r.task != nil:
		kind, value = "tsk", r.task
	default:
		kind, value = "tim", r.time
	}
	encoded, err := json.Marshal(value)
	return kind, string(encoded), err
}

// loadRows returns the rows of an import after a position, up to a position.
func loadRows(ctx context.Context, tx *db.Tx, importID string, from, to int32) ([]*row, error) {
	key, err := workImports.Table().Key(importID)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
select r.position, r.line_number, r.path, r.title, r.external_id, r.outcome, r.problems, r.record_kind, r.record_key,
  r.content
from operations.work_import_rows r
where r.org_id = $1
and r.work_import_id = $2
and r.position > $3
and r.position <= $4
order by r.position`, tx.Call().Organization.ID, key, from, to)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanRow)
}

// scanRow reads a row with its content.
func scanRow(in pgx.CollectableRow) (*row, error) {
	r := &row{}
	var outcome, kind string
	var record *uuid.UUID
	var content []byte
	if err := in.Scan(&r.position, &r.line, &r.path, &r.title, &r.externalID, &outcome, &r.problems, &kind, &record,
		&content); err != nil {
		return nil, err
	}
	r.outcome = pb.WorkImport_Row_Outcome(pb.WorkImport_Row_Outcome_value[outcome])
	if record != nil {
		r.recordID = id.Format(kind, *record)
	}
	switch {
	case len(content) == 0:
		return r, nil
	case kind == "tsk":
		r.task = &taskRow{}
		return r, json.Unmarshal(content, r.task)
	}
	r.time = &timeRow{}
	return r, json.Unmarshal(content, r.time)
}

// saveOutcomes stores the outcomes of rows, with their problems and records.
func saveOutcomes(ctx context.Context, tx *db.Tx, importID string, rows []*row) error {
	key, err := workImports.Table().Key(importID)
	if err != nil || len(rows) == 0 {
		return err
	}
	positions, records := make([]int32, len(rows)), make([]*uuid.UUID, len(rows))
	outcomes, problems := make([]string, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		positions[i], outcomes[i] = r.position, r.outcome.String()
		if problems[i], err = encodeProblems(r.problems); err != nil {
			return err
		}
		if r.recordID == "" {
			continue
		}
		record, err := id.Parse(r.kind(), r.recordID)
		if err != nil {
			return err
		}
		records[i] = &record
	}
	_, err = tx.ExecReplanned(ctx, `
update operations.work_import_rows r
set outcome = n.outcome,
  problems = array(select jsonb_array_elements_text(n.problems::jsonb)),
  record_key = n.record_key
from unnest($3::integer[], $4::text[], $5::text[], $6::uuid[]) as n (position, outcome, problems, record_key)
where r.org_id = $1
and r.work_import_id = $2
and r.position = n.position`, tx.Call().Organization.ID, key, positions, outcomes, problems, records)
	return err
}

// kind returns the prefix of the record of a row.
func (r *row) kind() string {
	if r.task != nil {
		return "tsk"
	}
	return "tim"
}

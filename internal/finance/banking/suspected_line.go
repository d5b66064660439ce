package banking

import (
	"context"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

// maxSuspected is how many lines a row of an import is suspected to repeat. More do not help a
// person.
const maxSuspected = 5

// suspectRows finds the lines that each new row may repeat: the bank changed the text, the date or
// the amount, or corrected the line. A line that the file contains too is another payment.
func (f *importPlan) suspectRows(ctx context.Context, tx *db.Tx, accountKey uuid.UUID, layout fileLayout) error {
	search := newSimilarSearch(f, layout)
	if err := search.run(ctx, tx, accountKey); err != nil {
		return err
	}
	f.suspectCorrectedRows()
	f.warnOfSuspected()
	return nil
}

// suspectCorrectedRows suspects the new rows that correct another row of the file.
func (f *importPlan) suspectCorrectedRows() {
	byReference := map[string]*importRow{}
	for k := range f.rows {
		if r := &f.rows[k]; r.id != uuid.Nil && f.lines[r.line].HasReference() {
			byReference[f.lines[r.line].BankReference] = r
		}
	}
	for k := range f.rows {
		r := &f.rows[k]
		if r.outcome != pb.StatementImport_Row_NEW {
			continue
		}
		other := byReference[f.lines[r.line].CorrectedReference]
		if other == nil || other == r {
			continue
		}
		r.suspect(other.id)
		if other.outcome == pb.StatementImport_Row_NEW {
			other.suspect(r.id)
		}
	}
}

// suspect records a line that the row may repeat.
func (r *importRow) suspect(line uuid.UUID) {
	if len(r.suspected) < maxSuspected && !slices.Contains(r.suspected, line) {
		r.suspected = append(r.suspected, line)
	}
}

// warnOfSuspected warns of the rows that may repeat lines.
func (f *importPlan) warnOfSuspected() {
	count := 0
	for _, r := range f.rows {
		if len(r.suspected) > 0 {
			count++
		}
	}
	if count > 0 {
		f.warn("New lines that may already be in the account, with another text, date or amount: %d. "+
			"Rules do not decide them; review the suspected duplicates.", count)
	}
}

// recordSuspectedLines records the pairs of the rows after position from, up to position to.
func recordSuspectedLines(ctx context.Context, tx *db.Tx, key uuid.UUID, from, to int32) error {
	_, err := tx.ExecReplanned(ctx, `
insert into finance.suspected_statement_lines (org_id, first_line_id, second_line_id)
select distinct r.org_id, a.id, r.bank_statement_line_id
from finance.statement_rows r
cross join lateral unnest(r.suspected_line_ids) as s (line_id)
join finance.bank_statement_lines a
  on a.org_id = $1
  and a.id = s.line_id
where r.org_id = $1
and r.statement_import_id = $2
and r.position > $3
and r.position <= $4
and r.outcome = 'NEW'
and r.suspected_line_ids <> '{}'
on conflict do nothing`, tx.Call().Organization.ID, key, from, to)
	return err
}

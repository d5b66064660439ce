package banking

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// importRow is the outcome of one row of the file. It is kept small, since a file may have very
// many rows.
type importRow struct {
	number    int // in the file, from 1
	outcome   pb.StatementImport_Row_Outcome
	problem   string
	line      int         // index into the plan's lines; -1 for a row that could not be read
	statement int         // number of its statement, from 1
	id        uuid.UUID   // its line; Nil if the row is INVALID
	suspected []uuid.UUID // lines that a new row may repeat
}

// buildRows makes a row for each line and each unreadable row, and sorts them by their number in
// the file.
func (f *importPlan) buildRows() {
	f.rows = make([]importRow, 0, len(f.lines)+len(f.problems))
	unreadable := invalidRows(f.problems)
	moved, refused := 0, map[int]bool{}
	for i, l := range f.lines {
		r := importRow{
			number: l.Number, line: i, statement: f.statementIndex[i] + 1, outcome: pb.StatementImport_Row_DUPLICATE,
		}
		stored, again := f.stored[f.keys[i]]
		switch {
		case !again:
			stored = storedLine{id.New(), l.Amount, l.Date}
			f.stored[f.keys[i]], r.outcome = stored, pb.StatementImport_Row_NEW
		case stored.amount != l.Amount:
			f.rows, refused[r.number] = append(f.rows, f.refuseRow(r, stored)), true
			continue
		case stored.date != l.Date:
			moved++
		}
		r.id = stored.id
		f.rows = append(f.rows, r)
	}
	f.dropRefusedLines(refused)
	if moved > 0 {
		f.warn("Lines imported before with another date: %d. Their earlier date stays.", moved)
	}
	f.rows = append(f.rows, unreadable...)
	slices.SortStableFunc(f.rows, func(a, b importRow) int { return cmp.Compare(a.number, b.number) })
}

// dropRefusedLines removes lines from their statements, which no longer add up without them. So
// their balances prove nothing.
func (f *importPlan) dropRefusedLines(refused map[int]bool) {
	isRefused := func(l statement.Line) bool { return refused[l.Number] }
	f.statements = slices.Clone(f.statements) // the file may be planned again
	for n, s := range f.statements {
		if slices.ContainsFunc(s.Lines, isRefused) {
			f.statements[n].Lines, f.proven[n] = slices.DeleteFunc(slices.Clone(s.Lines), isRefused), false
		}
	}
}

// refuseRow returns the row as INVALID: its line was stored before with another amount. Only the
// lines of a feed are recognized without their amount.
func (f *importPlan) refuseRow(r importRow, stored storedLine) importRow {
	problem := statement.Problem{
		Line: r.number, Field: "amount", Value: money.Format(f.lines[r.line].Amount, f.currency),
		Message: fmt.Sprintf("differs from %s, the amount of the line that has this externalId; send a changed line with "+
			"a new externalId, and this one as its replacedExternalId", money.Format(stored.amount, f.currency)),
	}
	f.problems = append(f.problems, problem)
	r.outcome, r.problem = pb.StatementImport_Row_INVALID, describeProblem(problem)
	return r
}

// invalidRows returns the rows that could not be read. A row with several problems is returned
// once, with all of them.
func invalidRows(problems []statement.Problem) (rows []importRow) {
	places := map[int]int{}
	for _, p := range problems {
		if at, again := places[p.Line]; again {
			rows[at].problem += "; " + describeProblem(p)
			continue
		}
		places[p.Line] = len(rows)
		rows = append(
			rows, importRow{number: p.Line, line: -1, outcome: pb.StatementImport_Row_INVALID, problem: describeProblem(p)},
		)
	}
	return rows
}

// previewRows returns the first rows, at most the given number, as the API shows them.
func (f *importPlan) previewRows(limit int) []*pb.StatementImport_Row {
	out := make([]*pb.StatementImport_Row, min(limit, len(f.rows)))
	for i := range out {
		r := f.rows[i]
		out[i] = &pb.StatementImport_Row{LineNumber: int32(r.number), Outcome: r.outcome, Problem: r.problem}
		if r.line >= 0 {
			l := f.lines[r.line]
			out[i].BookedDate, out[i].Amount = l.Date.String(), money.ToProto(l.Amount, f.currency)
			out[i].Description = cmp.Or(l.Description, l.CounterpartyName)
			out[i].BankStatementLineId = formatLineID(r.id)
			out[i].SuspectedLineIds = formatLineIDs(r.suspected)
		}
	}
	return out
}

// formatLineID returns the id of a line as the API shows it, "" for Nil.
func formatLineID(key uuid.UUID) string {
	if key == uuid.Nil {
		return ""
	}
	return id.Format("bsl", key)
}

// formatLineIDs returns the ids of lines as the API shows them.
func formatLineIDs(keys []uuid.UUID) (ids []string) {
	for _, key := range keys {
		ids = append(ids, id.Format("bsl", key))
	}
	return ids
}

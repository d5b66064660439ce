package banking

import (
	"context"
	_ "embed"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

//go:embed suspected_line.sql
var selectSimilar string

// maxSuspected is how many lines a row of an import is suspected to repeat. More do not help a person.
const maxSuspected = 5

// similarLine is a stored line that has the amount or the reference of a new one.
type similarLine struct {
	Position         int // index of the new line
	ID               uuid.UUID
	BookedDate       string
	AmountMinor      int64
	Description      string
	CounterpartyName string
	BankReference    string
	Format           string
	CsvProfileID     *uuid.UUID
	StartDate        string // period of its statement; "" if it has none
	EndDate          string
	OpeningMinor     int64 // balances of its statement, if Proven
	ClosingMinor     int64
	Proven           bool // its statement adds up
}

// suspectRows finds the lines that each new row may repeat: the bank changed the text, the date or the
// amount, or corrected the line. A line that the file contains too is another payment.
func (f *importPlan) suspectRows(ctx context.Context, tx *db.Tx, accountKey uuid.UUID, layout fileLayout) error {
	byLine := map[int]*importRow{}
	contained := map[uuid.UUID]bool{}
	byReference := map[string]*importRow{}
	for k := range f.rows {
		r := &f.rows[k]
		switch r.outcome {
		case pb.StatementImport_Row_NEW:
			byLine[r.line] = r
		case pb.StatementImport_Row_DUPLICATE:
			contained[r.id] = true
		}
		if r.line >= 0 && f.lines[r.line].HasReference() {
			byReference[f.lines[r.line].BankReference] = r
		}
	}
	similar, err := f.findSimilarLines(ctx, tx, accountKey, byLine)
	if err != nil {
		return err
	}
	for _, s := range similar {
		r := byLine[s.Position]
		l := f.lines[s.Position]
		if s.isCorrectedBy(l) || !contained[s.ID] && s.mayRepeat(l, layout) && !f.isProvenDistinct(r, s) {
			r.suspect(s.ID)
		}
	}
	for _, r := range byLine {
		if other := byReference[f.lines[r.line].CorrectedReference]; other != nil && other != r {
			r.suspect(other.id)
			if other.outcome == pb.StatementImport_Row_NEW {
				other.suspect(r.id)
			}
		}
	}
	f.warnOfSuspected()
	return nil
}

// suspect records a line that the row may repeat.
func (r *importRow) suspect(line uuid.UUID) {
	if len(r.suspected) < maxSuspected && !slices.Contains(r.suspected, line) {
		r.suspected = append(r.suspected, line)
	}
}

// findSimilarLines returns the stored lines that have the amount, at most three days apart, or the
// reference of a new line.
func (f *importPlan) findSimilarLines(
	ctx context.Context, tx *db.Tx, accountKey uuid.UUID, byLine map[int]*importRow,
) ([]similarLine, error) {
	if len(byLine) == 0 {
		return nil, nil
	}
	var positions []int32
	var amounts []int64
	var dates, references, corrected []string
	for n, l := range f.lines {
		if byLine[n] == nil {
			continue
		}
		reference := ""
		if l.HasReference() {
			reference = l.BankReference
		}
		positions, amounts = append(positions, int32(n)), append(amounts, l.Amount)
		dates = append(dates, l.Date.String())
		references, corrected = append(references, reference), append(corrected, l.CorrectedReference)
	}
	return db.Collect[similarLine](
		ctx, tx, selectSimilar, tx.Call().Organization.ID, accountKey, positions, amounts, dates, references, corrected)
}

// isCorrectedBy reports whether a new line says that it replaces or cancels this one.
func (s similarLine) isCorrectedBy(l statement.Line) bool {
	return l.CorrectedReference != "" && l.CorrectedReference == s.BankReference
}

// mayRepeat reports whether a new line may be the same payment: it has the reference, or it has the
// amount and comes from a file of another layout, is of the same day or says the same.
func (s similarLine) mayRepeat(l statement.Line, layout fileLayout) bool {
	if l.HasReference() && l.BankReference == s.BankReference {
		return true
	}
	if s.AmountMinor != l.Amount || daysBetween(s.BookedDate, l.Date.String()) > 3 {
		return false
	}
	if s.layout() != layout || s.BookedDate == l.Date.String() {
		return true
	}
	written, stored := comparedText(l.CounterpartyName, l.Description), comparedText(s.CounterpartyName, s.Description)
	return written == stored || sharedWord(stored, written) != ""
}

// fileLayout is what determines how a bank words the lines of a file.
type fileLayout struct{ format, csvProfileID string }

func (s similarLine) layout() fileLayout {
	layout := fileLayout{format: s.Format}
	if s.CsvProfileID != nil {
		layout.csvProfileID = id.Format("csp", *s.CsvProfileID)
	}
	return layout
}

// comparedText returns the beginning of a line's texts in lower case. Longer texts have a word in common
// by chance.
func comparedText(name, description string) string {
	const longest = 400
	text := name + " " + description
	return strings.ToLower(text[:min(len(text), longest)])
}

// isProvenDistinct reports whether the balances prove that two lines are two payments: their statements
// add up, and do not overlap. If longer statements share a day, one must continue from the balance of the
// other. Several statements may be of one day, with others between them.
func (f *importPlan) isProvenDistinct(r *importRow, s similarLine) bool {
	n := r.statement - 1
	if !s.Proven || !f.proven[n] {
		return false
	}
	file := f.statements[n]
	start, end := periodOf(file, f.lines[r.line].Date)
	first, last := start.String(), end.String()
	switch {
	case s.EndDate > first && last > s.StartDate:
		return false
	case s.EndDate < first, last < s.StartDate, s.StartDate == s.EndDate, first == last:
		return true
	}
	return s.EndDate == first && s.ClosingMinor == file.OpeningBalance.Amount ||
		last == s.StartDate && file.LedgerBalance.Amount == s.OpeningMinor
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
	_, err := tx.Exec(ctx, `
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

package banking

import (
	"context"
	_ "embed"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

//go:embed similar_line.sql
var selectSimilar string

const (
	// similarDays is how many days apart a bank may date a payment in two files.
	similarDays = 3
	// maxCompared is how many stored lines a row is compared with. It bounds the work for a file
	// whose lines all have one amount.
	maxCompared = 50
)

// similarLine is a stored line that has the amount or the reference of a new line.
type similarLine struct {
	ID               uuid.UUID
	BookedDate       calendar.Date
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

// similarSearch compares the new rows of a plan with the stored lines that have their amount, at
// most three days apart, or their reference. It reads each stored line once, however many rows have
// its amount.
type similarSearch struct {
	plan       *importPlan
	layout     fileLayout
	contained  map[uuid.UUID]bool // stored lines that the file contains
	byAmount   map[amountOfDay][]*comparedRow
	references map[string][]*comparedRow // by the row's own reference, and by the one that it corrects
}

// amountOfDay is an amount in minor units and the day on which it was booked.
type amountOfDay struct {
	amount int64
	day    calendar.Date
}

// comparedRow is a new row with the number of lines that it was compared with.
type comparedRow struct {
	*importRow
	compared int
}

// newSimilarSearch indexes the new rows of a plan.
func newSimilarSearch(f *importPlan, layout fileLayout) *similarSearch {
	q := &similarSearch{
		plan: f, layout: layout, contained: map[uuid.UUID]bool{}, byAmount: map[amountOfDay][]*comparedRow{},
		references: map[string][]*comparedRow{},
	}
	for k := range f.rows {
		r := &f.rows[k]
		switch r.outcome {
		case pb.StatementImport_Row_NEW:
			q.add(&comparedRow{importRow: r}, f.lines[r.line])
		case pb.StatementImport_Row_DUPLICATE:
			q.contained[r.id] = true
		}
	}
	return q
}

// add indexes a new row.
func (q *similarSearch) add(r *comparedRow, l statement.Line) {
	at := amountOfDay{l.Amount, l.Date}
	q.byAmount[at] = append(q.byAmount[at], r)
	if l.HasReference() {
		q.references[l.BankReference] = append(q.references[l.BankReference], r)
	}
	if l.CorrectedReference != "" {
		q.references[l.CorrectedReference] = append(q.references[l.CorrectedReference], r)
	}
}

// run reads the similar lines and adds them to the rows that may repeat them.
func (q *similarSearch) run(ctx context.Context, tx *db.Tx, accountKey uuid.UUID) error {
	if len(q.byAmount) == 0 {
		return nil
	}
	amounts, days := map[int64]bool{}, map[calendar.Date]bool{}
	for at := range q.byAmount {
		amounts[at.amount] = true
		for n := -similarDays; n <= similarDays; n++ {
			days[at.day.AddDays(n)] = true
		}
	}
	rows, err := tx.QueryReplanned(ctx, selectSimilar, tx.Call().Organization.ID, accountKey,
		midnights(days), slices.Collect(maps.Keys(amounts)), slices.Collect(maps.Keys(q.references)))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		s, err := pgx.RowToStructByName[similarLine](rows)
		if err != nil {
			return err
		}
		q.compare(s)
	}
	return rows.Err()
}

// midnights returns days as the parameter of a query.
func midnights(days map[calendar.Date]bool) (times []time.Time) {
	for day := range days {
		times = append(times, day.Midnight(time.UTC))
	}
	return times
}

// compare compares a stored line with the new rows that have its amount or its reference.
func (q *similarSearch) compare(s similarLine) {
	for days := -similarDays; days <= similarDays && !q.contained[s.ID]; days++ {
		at := amountOfDay{s.AmountMinor, s.BookedDate.AddDays(days)}
		if rows := q.byAmount[at]; len(rows) > 0 {
			q.byAmount[at] = q.suspect(rows, s)
		}
	}
	if rows := q.references[s.BankReference]; len(rows) > 0 {
		q.references[s.BankReference] = q.suspect(rows, s)
	}
}

// suspect adds a stored line to the rows that may repeat it. It returns the rows that are to be
// compared with further lines.
func (q *similarSearch) suspect(rows []*comparedRow, s similarLine) []*comparedRow {
	return slices.DeleteFunc(rows, func(r *comparedRow) bool {
		l := q.plan.lines[r.line]
		mayRepeat := !q.contained[s.ID] && s.mayRepeat(l, q.layout) && !q.plan.isProvenDistinct(r.importRow, s)
		if s.isCorrectedBy(l) || mayRepeat {
			r.suspect(s.ID)
		}
		r.compared++
		return r.compared >= maxCompared || len(r.suspected) >= maxSuspected
	})
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
	if s.AmountMinor != l.Amount || s.BookedDate.AddDays(-similarDays).After(l.Date) ||
		l.Date.After(s.BookedDate.AddDays(similarDays)) {
		return false
	}
	if s.layout() != layout || s.BookedDate == l.Date {
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

// comparedText returns the beginning of a line's texts in lower case. Longer texts have a word in
// common by chance.
func comparedText(name, description string) string {
	const longest = 400
	text := name + " " + description
	return strings.ToLower(text[:min(len(text), longest)])
}

// isProvenDistinct reports whether the balances prove that two lines are two payments: their
// statements add up, and do not overlap. If longer statements share a day, one must continue from
// the balance of the other. Several statements may be of one day, with others between them.
func (f *importPlan) isProvenDistinct(r *importRow, s similarLine) bool {
	n := r.statement - 1
	if !s.Proven || !f.proven[n] {
		return false
	}
	file := f.statements[n]
	start, end := file.Period(f.lines[r.line].Date)
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

package csvfile

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/sheet"
)

// reasonToLeaveOut returns why a row is no line: it is not booked, or it states a balance or a sum.
// It returns "" for other rows.
func (r *reader) reasonToLeaveOut(row sheet.Row) string {
	for _, use := range []ColumnUse{StatusColumn, DateColumn} {
		word := row.Cell(r.columns.at(use))
		if isBooked, known := r.status[normalizeWord(word)]; known && !isBooked && word != "" {
			return fmt.Sprintf("not booked (%s)", word)
		}
	}
	hasAmount := false
	for _, use := range []ColumnUse{AmountColumn, DebitColumn, CreditColumn} {
		hasAmount = hasAmount || row.Cell(r.columns.at(use)) != ""
	}
	isDate := datetext.IsDate(row.Cell(r.columns.at(DateColumn)))
	if (!hasAmount || !isDate) && slices.ContainsFunc(r.summaryTexts(row, isDate), isSummary) {
		return "a balance or a total"
	}
	return ""
}

// summaryTexts returns the texts of a row that may say that it is a sum: its description or,
// without a date, its first cell.
func (r *reader) summaryTexts(row sheet.Row, isDate bool) (texts []string) {
	for _, at := range r.columns[DescriptionColumn] {
		texts = append(texts, row.Cell(at))
	}
	for at := range row.Cells {
		if text := row.Cell(at); text != "" && !isDate {
			return append(texts, text)
		}
	}
	return append(texts, row.Cell(r.columns.at(CounterpartyColumn)), row.Cell(r.columns.at(KindColumn)))
}

// warnOfLeftOutRows warns of the rows that were left out, by reason.
func (r *reader) warnOfLeftOutRows() {
	reasons := make([]string, 0, len(r.leftOut))
	for reason := range r.leftOut {
		reasons = append(reasons, reason)
	}
	slices.Sort(reasons)
	const mostReasons = 10
	for i, reason := range reasons {
		if i == mostReasons {
			r.warn("Rows were left out for %d other reasons.", len(reasons)-mostReasons)
			return
		}
		r.warn("Rows left out: %d, %s.", r.leftOut[reason], sheet.Excerpt(reason))
	}
}

// rowProblems collects the problems of a row.
type rowProblems struct {
	reader *reader
	number int
	row    sheet.Row
}

// add adds a problem with a column to the file.
func (p rowProblems) add(at int, field, message string) {
	p.reader.file.Problems = append(p.reader.file.Problems, statement.Problem{
		Line: p.number, TextLine: p.row.Line, Field: field, Value: sheet.Excerpt(p.row.Cell(at)), Message: message,
	})
}

// readRow reads a line. It adds all problems of the row to the file, and returns false if there are
// any.
func (r *reader) readRow(number int, row sheet.Row, s *statement.Statement) (statement.Line, bool) {
	before := len(r.file.Problems)
	problems := rowProblems{r, number, row}
	at := r.columns.at(DateColumn)
	date, err := datetext.Parse(row.Cell(at), r.found.DateOrder)
	if err != nil {
		problems.add(at, "date", err.Error())
	}
	r.checkStatus(problems)
	r.checkCurrency(problems, s)
	amount := r.readAmount(problems, s.CurrencyCode)
	line := statement.Line{
		Number: number, Date: date, Amount: amount, Description: r.joinCells(row, DescriptionColumn, " "),
		CounterpartyName: row.Cell(r.columns.at(CounterpartyColumn)), Kind: row.Cell(r.columns.at(KindColumn)),
		CounterpartyAccount: row.Cell(r.columns.at(CounterpartyAccountColumn)),
		BankReference:       row.Cell(r.columns.at(ReferenceColumn)), CheckNumber: row.Cell(r.columns.at(CheckColumn)),
		Details: r.joinCells(row, DetailColumn, "\n"),
	}
	if line.Description == "" {
		line.Description = firstNonEmptyCell(row, r.columns.at(CounterpartyColumn), r.columns.at(KindColumn))
	}
	return line, len(r.file.Problems) == before
}

// joinCells joins the cells of the columns with a use. Details have the column's name before them.
func (r *reader) joinCells(row sheet.Row, use ColumnUse, separator string) string {
	var texts []string
	for _, at := range r.columns[use] {
		text := row.Cell(at)
		if name := sheet.CleanText(r.header.names[at]); text != "" && use == DetailColumn && name != "" {
			text = name + ": " + text
		}
		if text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, separator)
}

// checkStatus adds a problem if it is not known whether the row is booked.
func (r *reader) checkStatus(problems rowProblems) {
	at := r.columns.at(StatusColumn)
	if word := problems.row.Cell(at); word != "" {
		if _, known := r.status[normalizeWord(word)]; !known {
			problems.add(at, "status", "is not known to be booked or not; set the words of the status column in a profile")
		}
	}
}

// checkCurrency adds a problem if the amount of a row is not in the statement's currency. The first
// row sets the currency, if it is not known yet.
func (r *reader) checkCurrency(problems rowProblems, s *statement.Statement) {
	at := r.columns.at(CurrencyColumn)
	code := strings.ToUpper(problems.row.Cell(at))
	switch {
	case code == "" || s.CurrencyCode != "" && sheet.MayBeCurrency(code, s.CurrencyCode):
	case s.CurrencyCode == "" && isCurrencyCode(code):
		s.CurrencyCode = code
	default:
		problems.add(at, "currency", "the amount is not in the currency of the account")
	}
}

// isCurrencyCode reports whether text is written like a currency code (ISO 4217).
func isCurrencyCode(text string) bool {
	return len(text) == 3 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// hasControl reports whether a cell has control characters inside, such as zeros of another
// charset. What they stood for is lost.
func hasControl(cell string) bool {
	return strings.ContainsFunc(strings.TrimSpace(cell), func(r rune) bool {
		return unicode.IsControl(r) && r != '\t' || r == unicode.ReplacementChar
	})
}

// firstNonEmptyCell returns the first text in the given columns that is not empty.
func firstNonEmptyCell(row sheet.Row, places ...int) string {
	for _, at := range places {
		if text := row.Cell(at); text != "" {
			return text
		}
	}
	return ""
}

package csvfile

import (
	"context"
	"errors"
	"fmt"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/sheet"
)

// Layout describes the CSV files of a bank. Fields left empty are detected from the file.
type Layout struct {
	// Bank is the name of a bank with a built-in layout, which gives what the other fields do not
	// set. "" recognizes the bank by the header.
	Bank string
	// Delimiter separates the cells: `,`, `;`, a tab or `|`.
	Delimiter string
	// Charset is the file's character set, such as `windows-1252`.
	Charset string
	// SkipRows is the number of rows before the header, or before the first line without a header.
	SkipRows int
	// NoHeader is true if the file has no header. Columns are then given by number.
	NoHeader bool
	// DateOrder is the order of year, month and day.
	DateOrder datetext.Order
	// DecimalMark is `.` or `,`.
	DecimalMark string
	// Columns are names from the header, in any case, or numbers from 1.
	Columns Columns
	// MoneyOutPositive is true if positive amounts are money out, as on card statements.
	MoneyOutPositive bool
	// MoneyOutWords and MoneyInWords are words of the direction column beside the known ones.
	MoneyOutWords, MoneyInWords []string
	// BookedWords and LeftOutWords are words of the status column beside the known ones. Rows with a
	// word of the latter are left out, because they are pending or reverted.
	BookedWords, LeftOutWords []string
	// IsTold is true if a person described the file, so that its sign is certain.
	IsTold bool
	// columnCount is the number of columns in a file without a header; 0 if it is not known.
	columnCount int
	// isComplete is true if no other columns have a use that only their names suggest.
	isComplete bool
}

// Columns assigns columns to uses. The amount is in AmountColumn, or in DebitColumn and
// CreditColumn.
type Columns map[ColumnUse][]string

// ColumnUse is what a column is read as.
type ColumnUse int

// The uses of columns.
const (
	DateColumn                ColumnUse = iota // booking date
	AmountColumn                               // signed amount, or an amount with its side in DirectionColumn
	DebitColumn                                // money out
	CreditColumn                               // money in
	DirectionColumn                            // word or letter that says whether money goes out or comes in
	StatusColumn                               // word that says whether the row is booked
	DescriptionColumn                          // text of the line; may be several columns
	CounterpartyColumn                         // name of the other side
	CounterpartyAccountColumn                  // IBAN or number of the other account
	ReferenceColumn                            // the bank's identifier of the line
	BalanceColumn                              // balance after the line
	CurrencyColumn                             // currency of the amount
	CheckColumn                                // number of a check
	KindColumn                                 // the bank's type of transaction
	FeeColumn                                  // fee that the bank charges on top of the amount
	DetailColumn                               // other text, which is added to the details
	AccountColumn                              // number of the account that the row is of
	columnUses
)

// String returns the use as the API names it.
func (u ColumnUse) String() string {
	return [columnUses]string{
		"DATE", "AMOUNT", "DEBIT", "CREDIT", "DIRECTION", "STATUS", "DESCRIPTION", "COUNTERPARTY", "COUNTERPARTY_ACCOUNT",
		"REFERENCE", "BALANCE", "CURRENCY", "CHECK_NUMBER", "TRANSACTION_TYPE", "FEE", "DETAIL", "ACCOUNT",
	}[u]
}

// Basis says how sure a convention of a file is.
type Basis string

// The bases of a convention, from the surest.
const (
	Told    Basis = "TOLD"    // a profile or the request sets it
	Known   Basis = "KNOWN"   // the bank is known by the file's header
	Shown   Basis = "SHOWN"   // the file allows no other reading
	Assumed Basis = "ASSUMED" // nothing in the file shows it
)

// FoundLayout says how a CSV file was read.
type FoundLayout struct {
	Bank             string // name of the bank whose layout was used; "" if it is not known
	Delimiter        string
	Charset          string
	HeaderLine       int            // text line of the header; 0 without a header
	DateOrder        datetext.Order // "" if the dates need none
	DecimalMark      string         // "" if no amount shows one
	MoneyOutPositive bool
	// The bases of the conventions above.
	CharsetBasis, DateOrderBasis, DecimalMarkBasis, SignBasis Basis
	Columns                                                   []FoundColumn
	BalanceCheck                                              BalanceCheck
	LeftOutRows                                               int // rows that are no lines: not booked, or sums
}

// FoundColumn is a column of a file.
type FoundColumn struct {
	Name string      // its heading; "" without a header
	Uses []ColumnUse // what it is read as; empty if it was left unread
}

// BalanceCheck is the result of comparing the balances after each line with the amounts.
type BalanceCheck string

// The results.
const (
	BalancesUnchecked    BalanceCheck = ""             // no two balances to compare
	BalancesConsistent   BalanceCheck = "CONSISTENT"   // each balance follows from the one before
	BalancesOpposite     BalanceCheck = "OPPOSITE"     // the balances follow if all signs are reversed
	BalancesContradicted BalanceCheck = "CONTRADICTED" // some balances do not follow
)

// findConventions finds the order of dates, the decimal mark and the signs that all rows share,
// unless the layout sets them.
func (r *reader) findConventions(context.Context) error {
	if err := r.findDateOrder(); err != nil {
		return err
	}
	var amounts []string
	for _, use := range []ColumnUse{AmountColumn, DebitColumn, CreditColumn, BalanceColumn} {
		amounts = append(amounts, r.cells(r.columns.at(use))...)
	}
	r.decimalMark = sheet.DetectDecimalMark(amounts)
	r.found.DecimalMarkBasis = Shown
	if r.layout.DecimalMark != "" {
		r.decimalMark, r.found.DecimalMarkBasis = r.layout.DecimalMark[0], r.layoutBasis()
	}
	if r.decimalMark != 0 {
		r.found.DecimalMark = string(rune(r.decimalMark))
	}
	return r.findSigns()
}

// findDateOrder finds the order of dates. The order of a profile goes before that of the request,
// and both before what the dates show. The order that a bank is known for goes before an
// assumption.
func (r *reader) findDateOrder() error {
	told := r.options.DateOrder
	if r.layout.IsTold && r.layout.DateOrder != "" || r.found.Bank == "" && told == "" {
		told = r.layout.DateOrder
	}
	if r.found.DateOrder, r.found.DateOrderBasis = told, Told; told != "" {
		return nil
	}
	order, isShown, err := datetext.DetectOrder(r.cells(r.columns.at(DateColumn)), r.options.Today)
	basis := Assumed
	if isShown {
		basis = Shown
	}
	if r.layout.DateOrder != "" && basis != Shown && !errors.Is(err, datetext.ErrBothOrders) {
		order, basis, err = r.layout.DateOrder, Known, nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", statement.ErrAmbiguous, err)
	}
	r.found.DateOrder, r.found.DateOrderBasis = order, basis
	return nil
}

// layoutBasis returns the basis of what the layout sets.
func (r *reader) layoutBasis() Basis {
	if r.layout.IsTold || r.found.Bank == "" {
		return Told
	}
	return Known
}

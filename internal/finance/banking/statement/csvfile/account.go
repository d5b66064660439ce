package csvfile

import (
	"slices"
	"strings"
	"unicode"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/sheet"
)

// ownAccountNames are names of the column with the number of the account that the row is of,
// normalized by sheet.NormalizeName. Names that some banks give to the other side's account, such
// as "Account" and "IBAN", are not among them.
var ownAccountNames = []string{
	"accountnumber", "accountno", "accountiban", "ownaccount", "ownaccountnumber", "owniban", "myaccount",
	"auftragskonto", "ibanauftragskonto", "eigeneskonto", "eigeneiban", "eigenekontonummer",
	"rekening", "rekeningnummer", "eigenrekening", "ibanbban", "numerocompte", "numerodecompte", "comptenum",
}

// account is the statement of one account in a file, with the balances after its lines.
type account struct {
	statement statement.Statement
	balances  []rowBalance
}

// findAccount returns the column with the number of the row's own account: one with a known name
// and a number in each row, of few accounts.
func (r *reader) findAccount() []int {
	for at, name := range r.header.plain {
		if slices.Contains(ownAccountNames, name) && len(r.columns.uses(at)) == 0 && r.hasAccounts(at) {
			return []int{at}
		}
	}
	return nil
}

// hasAccounts reports whether the cells of a column are numbers of few accounts. A column with
// another number in most rows names the other side.
func (r *reader) hasAccounts(at int) bool {
	const fewRows = 3
	cells := r.cells(at)
	numbers := map[string]bool{}
	for _, cell := range cells {
		if !isAccountNumber(cell) {
			return false
		}
		numbers[statement.CompactNumber(cell)] = true
	}
	return len(cells) == len(r.rows) && (len(numbers) == 1 || len(r.rows) <= fewRows || 2*len(numbers) <= len(r.rows))
}

// isAccountNumber reports whether a cell is written like an account number: digits, letters as in
// an IBAN, and marks that group or mask them.
func isAccountNumber(cell string) bool {
	const fewestDigits = 4
	digits, letters := 0, 0
	for _, c := range cell {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case unicode.IsLetter(c):
			letters++
		case !strings.ContainsRune(" -./*•", c):
			return false
		}
	}
	return digits >= fewestDigits && letters <= digits
}

// accountOf returns the account of a row.
func (r *reader) accountOf(row sheet.Row) *account {
	number := row.Cell(r.columns.at(AccountColumn))
	key := statement.CompactNumber(number)
	a := r.byNumber[key]
	if a == nil {
		a = &account{statement: statement.Statement{AccountNumber: number, CurrencyCode: r.currency}}
		r.byNumber[key], r.accounts = a, append(r.accounts, a)
	}
	return a
}

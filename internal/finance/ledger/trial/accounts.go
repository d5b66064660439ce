package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"backoffice/internal/platform/sheet"
)

// Accounts is a chart of accounts read from a file.
type Accounts struct {
	Rows []Account
	// Skipped are the rows that were skipped, each with the cause.
	Skipped  []SkippedRow
	Problems []Problem
	// UnknownColumns are the names of unknown columns.
	UnknownColumns []string
}

// Account is a row of a chart of accounts. Its texts are as written in the file.
type Account struct {
	Line                                                     int
	Code, Name, Type, Subtype, Parent, Currency, Description string
}

// maxAccounts is the maximum number of accounts in a file.
const maxAccounts = 2000

// errNoAccounts is returned for a file whose columns are not those of a chart of accounts.
var errNoAccounts = errors.New(
	"no row names a column of account names and one of codes or types, such as Code, Name and Type",
)

// chartNames are the usual names of the columns of a chart of accounts, besides those of a trial
// balance.
var chartNames = struct{ code, name, kind, detail, parent, description []string }{
	code: append([]string{"accnt", "accountcodes"}, names.code...),
	name: []string{
		"fullname", "accountfullname", "accountname", "nominalname", "ledgeraccount", "displayname", "name", "account",
		"accounts", "kontobezeichnung", "kontoname", "bezeichnung", "libelle", "intitule", "nombre",
	},
	kind:   []string{"accounttype", "type", "kontoart", "category"},
	detail: []string{"accountsubtype", "subtype", "detailtype"},
	parent: []string{"parentaccount", "parent", "parentaccountcode", "parentcode", "parentaccountname", "subaccountof"},
	description: []string{
		"description", "accountdescription", "descripcion", "omschrijving", "beschreibung",
	},
}

// chartColumns are the columns of a chart of accounts, -1 for those that a file does not have.
type chartColumns struct {
	code, name, kind, detail, parent, currency, description int
	unknown                                                 []string
}

func findChartColumns(row sheet.Row) chartColumns {
	h := readHeader(row)
	c := chartColumns{
		kind: h.find(chartNames.kind), detail: h.find(chartNames.detail), parent: h.find(chartNames.parent),
		currency: h.find(names.currency), code: h.find(chartNames.code), name: h.find(chartNames.name),
		description: h.find(chartNames.description),
	}
	if c.code < 0 {
		c.code = h.find([]string{"account"}) // such as "Account #" beside "Account name"
	}
	if c.name < 0 {
		c.name, c.description = c.description, -1
	}
	c.unknown = h.unknown(row)
	return c
}

// isUsable reports whether the columns are those of a chart of accounts.
func (c chartColumns) isUsable() bool {
	return c.name >= 0 && (c.code >= 0 || c.kind >= 0 || c.detail >= 0)
}

// ReadAccounts reads a chart of accounts from CSV or a workbook, as exported by Xero, QuickBooks
// and others. Columns are found by their headers. It skips totals, and rows that have nothing but a
// name.
func ReadAccounts(ctx context.Context, content []byte) (out Accounts, err error) {
	rows, err := sheet.Read(ctx, content, maxRows)
	if err != nil {
		return out, err
	}
	var c chartColumns
	header := slices.IndexFunc(rows[:min(len(rows), maxPreamble)], func(row sheet.Row) bool {
		c = findChartColumns(row)
		return c.isUsable()
	})
	if header < 0 {
		return out, errNoAccounts
	}
	out.UnknownColumns = c.unknown
	for _, row := range rows[header+1:] {
		c.read(row, &out)
		if len(out.Rows) > maxAccounts {
			return out, fmt.Errorf("%w: more than %d accounts", sheet.ErrLimit, maxAccounts)
		}
	}
	if len(out.Rows) == 0 && len(out.Problems) == 0 {
		return out, errors.New("it has no row with an account")
	}
	return out, nil
}

// read adds a row.
func (c chartColumns) read(row sheet.Row, out *Accounts) {
	a := Account{
		Line: row.Line, Code: row.Cell(c.code), Name: row.Cell(c.name), Type: row.Cell(c.kind),
		Subtype: row.Cell(c.detail), Parent: row.Cell(c.parent), Currency: row.Cell(c.currency),
		Description: row.Cell(c.description),
	}
	skip := func(cause string) {
		out.Skipped = append(out.Skipped, SkippedRow{Line: row.Line, Name: sheet.Excerpt(a.Name), Cause: cause})
	}
	switch {
	case row.IsBlank():
	case isTotal(a.Code, a.Name):
		skip("it is a total")
	case a.Name != "" && a.Code == "" && a.Type == "" && a.Subtype == "" && countFilled(row) == 1:
		skip("it has nothing but a name")
	case sheet.NormalizeName(a.Type) == "nonposting":
		skip("it accepts no postings")
	case a.Name == "":
		out.Problems = append(out.Problems, Problem{Line: row.Line, Message: "has no account name"})
	default:
		out.Rows = append(out.Rows, a)
	}
}

// countFilled returns the number of cells with text.
func countFilled(row sheet.Row) (n int) {
	for i := range row.Cells {
		if row.Cell(i) != "" {
			n++
		}
	}
	return n
}

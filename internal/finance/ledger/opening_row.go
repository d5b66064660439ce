package ledger

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger/trial"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// openingRow is a row of the trial balance with the account and dimension values that it names.
type openingRow struct {
	balance trial.Row
	account *indexedAccount
	values  []string
	// foreign is the balance in minor units of the account's currency, if that is not the file's
	// currency.
	foreign int64
}

// line returns the line of the entry for the row.
func (r openingRow) line(currency string) *pb.JournalLine {
	amount := money.ToProto(r.balance.Minor, currency)
	line := &pb.JournalLine{AccountId: r.account.id, DimensionValueIds: r.values, Amount: amount}
	if r.account.currency != currency && r.foreign != 0 {
		line.BaseAmount = amount
		line.Amount = money.ToProto(r.foreign, r.account.currency)
	}
	return line
}

// resolveRow finds the account and the dimension values of a row. It returns all problems of the
// row.
func (o *opening) resolveRow(tx *db.Tx, b trial.Row) (row openingRow, problems []string) {
	row = openingRow{balance: b}
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	account, problem := o.resolveAccount(tx, b)
	if problem != "" {
		wrong("%s", problem)
	}
	for _, dimension := range slices.Sorted(maps.Keys(b.Values)) {
		key, problem := o.chart.findValue(dimension, b.Values[dimension])
		if problem != "" {
			wrong("%s", problem)
		}
		row.values = append(row.values, key)
	}
	slices.Sort(row.values)
	if row.account = account; account == nil {
		return row, problems
	}
	if account.archived {
		wrong("names an archived account, %s", account)
	}
	base := tx.Call().Organization.CurrencyCode
	if account.currency != base && account.currency != o.currency {
		minor, ok, err := b.ForeignBalance(account.currency)
		switch {
		case o.currency != base || !ok:
			wrong("has the currency %s; add a column Foreign balance with its balance in that currency, "+
				"beside the one in %s", account.currency, base)
		case b.Currency != "" && !strings.EqualFold(b.Currency, account.currency):
			wrong("has the currency %s, but the file says %s", account.currency, b.Currency)
		case err != nil:
			wrong("foreign balance: %s", err)
		}
		row.foreign = minor
	}
	use := account.id + " " + strings.Join(row.values, " ")
	if first, again := o.chart.firstLines[use]; again {
		wrong("names %s again, after line %d", account, first)
	}
	o.chart.firstLines[use] = b.Line
	return row, problems
}

// resolveAccount returns the account of a row: the caller's choice, else the one with its code,
// else the one with its name, else a new account if createAccounts is set.
func (o *opening) resolveAccount(tx *db.Tx, b trial.Row) (*indexedAccount, string) {
	choice := accountChoices(o.req.GetAccountChoices()).of(b.Line)
	if chosen := choice.GetAccountId(); chosen != "" {
		return o.chart.byID[chosen], ""
	}
	account, problem := o.chart.find(b.Code, b.Name)
	if account != nil || problem != "" {
		o.warnIfNameDiffers(b, account)
		return account, problem
	}
	if !o.req.GetCreateAccounts() {
		return nil, fmt.Sprintf("%q is not in the chart; choose an account for it, or set createAccounts", rowText(b))
	}
	code, name := nameParts(b.Code, b.Name)
	subtype := importedSubtype(choice, name, b.Kind)
	if subtype == pb.Account_SUBTYPE_UNSPECIFIED {
		return nil, fmt.Sprintf("%q is new; choose its type, or add a column Type to the file", rowText(b))
	}
	fresh := &pb.Account{Id: id.Format("acc", id.New()), Code: code, DisplayName: name, Type: typeOfSubtype(subtype),
		Subtype: subtype}
	if typ := fresh.Type; b.Currency != "" && (typ == pb.Account_ASSET || typ == pb.Account_LIABILITY) {
		fresh.CurrencyCode = strings.ToUpper(b.Currency)
	}
	o.newAccounts = append(o.newAccounts, fresh)
	return o.chart.add(fresh, tx.Call().Organization.CurrencyCode), ""
}

// warnIfNameDiffers warns about an account that has the row's code but another name.
func (o *opening) warnIfNameDiffers(b trial.Row, account *indexedAccount) {
	if account != nil && b.Code != "" && b.Name != "" && normalized(b.Code) == normalized(account.code) &&
		normalized(b.Name) != normalized(account.name) {
		o.warn("Line %d, %s, is posted to %s, which has the same code.", b.Line, rowText(b), account)
	}
}

func (o *opening) warn(format string, args ...any) {
	o.response.Warnings = append(o.response.Warnings, fmt.Sprintf(format, args...))
}

// rowText returns the code and the name in a row.
func rowText(b trial.Row) string { return strings.TrimSpace(b.Code + " " + b.Name) }

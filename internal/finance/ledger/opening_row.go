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

// openingRow is a row with the records that it means.
type openingRow struct {
	balance trial.Row
	account *openingAccount
	values  []string
	// foreign is the balance in the account's own currency, where that is another.
	foreign int64
}

// line is the row on the entry.
func (r openingRow) line(currency string) *pb.JournalLine {
	amount := money.ToProto(r.balance.Minor, currency)
	line := &pb.JournalLine{AccountId: r.account.id, DimensionValueIds: r.values, Amount: amount}
	if r.account.currency != currency && r.foreign != 0 {
		line.BaseAmount = amount
		line.Amount = money.ToProto(r.foreign, r.account.currency)
	}
	return line
}

// resolveRow finds what a row means, and says all that is wrong with it.
func (o *opening) resolveRow(tx *db.Tx, b trial.Row) (row openingRow, problems []string) {
	row = openingRow{balance: b}
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	account, problem := o.accountOf(tx, b)
	if problem != "" {
		wrong("%s", problem)
	}
	for _, dimension := range slices.Sorted(maps.Keys(b.Values)) {
		key, problem := o.chart.valueOf(dimension, b.Values[dimension])
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
		minor, ok, err := b.Foreign(account.currency)
		switch {
		case o.currency != base || !ok:
			wrong("is kept in %s; say its balance there in a column Foreign balance, beside the one in %s", account.currency, base)
		case b.Currency != "" && !strings.EqualFold(b.Currency, account.currency):
			wrong("is kept in %s, and the file says %s", account.currency, b.Currency)
		case err != nil:
			wrong("its foreign balance %s", err)
		}
		row.foreign = minor
	}
	use := account.id + " " + strings.Join(row.values, " ")
	if first, again := o.chart.used[use]; again {
		wrong("names %s again, after line %d", account, first)
	}
	o.chart.used[use] = b.Line
	return row, problems
}

// accountOf is the account of a row: the caller's choice, or found by its code, else by
// its name, or made.
func (o *opening) accountOf(tx *db.Tx, b trial.Row) (*openingAccount, string) {
	choice := o.choice(b.Line)
	if chosen := choice.GetAccountId(); chosen != "" {
		return o.chart.byID[chosen], ""
	}
	account, problem := o.chart.find(b.Code, b.Name)
	if account != nil || problem != "" {
		o.doubt(b, account)
		return account, problem
	}
	if !o.req.GetCreateAccounts() {
		return nil, fmt.Sprintf("%q is not in the chart; choose another account, or let it be created", textOf(b))
	}
	subtype := subtypeChosen(choice)
	if subtype == pb.Account_SUBTYPE_UNSPECIFIED {
		subtype = subtypeOfWords(b.Kind)
	}
	if subtype == pb.Account_SUBTYPE_UNSPECIFIED {
		return nil, fmt.Sprintf("%q is new; choose its type, or name it in a column Type", textOf(b))
	}
	code, name := nameParts(b.Code, b.Name)
	fresh := &pb.Account{Id: id.Format("acc", id.New()), Code: code, DisplayName: name, Type: typeOf(subtype), Subtype: subtype}
	if typ := fresh.Type; b.Currency != "" && (typ == pb.Account_ASSET || typ == pb.Account_LIABILITY) {
		fresh.CurrencyCode = strings.ToUpper(b.Currency)
	}
	o.fresh = append(o.fresh, fresh)
	return o.chart.add(fresh, tx.Call().Organization.CurrencyCode), ""
}

// doubt warns of an account that has the row's code and another name.
func (o *opening) doubt(b trial.Row, account *openingAccount) {
	if account != nil && b.Code != "" && b.Name != "" && folded(b.Code) == folded(account.code) && folded(b.Name) != folded(account.name) {
		o.warn("Line %d, %s, is booked to %s, which has its code.", b.Line, textOf(b), account)
	}
}

func (o *opening) warn(format string, args ...any) {
	o.answer.Warnings = append(o.answer.Warnings, fmt.Sprintf(format, args...))
}

func textOf(b trial.Row) string { return strings.TrimSpace(b.Code + " " + b.Name) }

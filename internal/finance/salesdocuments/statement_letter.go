package salesdocuments

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/paper/letter"
)

// statementSource returns the source of the statement that a request describes. Its document is the
// customer.
func statementSource(req statementRequest) source {
	return source{
		mail: statementMail,
		read: func(ctx context.Context, tx *db.Tx, customerID string) (*document, error) {
			p, err := readPeriod(tx.Call(), req)
			if err != nil {
				return nil, err
			}
			d := &document{id: customerID}
			if d.setting, err = newSetting(ctx, tx, customerID); err != nil {
				return nil, err
			}
			statement, err := d.readStatement(ctx, tx, p)
			if err != nil {
				return nil, err
			}
			d.describeStatement(statement, p)
			if err := d.askForBalance(ctx, tx, statement); err != nil {
				return nil, err
			}
			d.values = template.Values{"date": p.end, "balance": d.balances(statement)}
			return d, nil
		},
	}
}

// describeStatement fills in a statement. A statement in several currencies names them in each row.
func (d *document) describeStatement(s *pb.CustomerStatement, p statementPeriod) {
	w, l := d.words, &d.letter
	d.fileName, l.Title = w.statement+" "+s.AsOf, w.statement
	l.Recipient = d.recipient(d.customerName(), d.customer.GetBillingAddress())
	l.Facts = facts(letter.Fact{Label: w.date, Value: d.language.Date(p.end)})
	if !p.start.IsZero() {
		l.Facts = facts(letter.Fact{Label: w.period, Value: d.language.Date(p.start) + " – " + d.language.Date(p.end)})
		l.Table = d.activityTable(s)
	} else {
		l.Table = d.openTable(s)
	}
	l.Summary = letter.Table{Columns: []letter.Column{{Label: w.overdueDays}, {Label: w.amount, Number: true}}}
	for _, part := range s.Parts {
		l.Totals = append(l.Totals, letter.Total{Label: format(w.balance, part.CurrencyCode),
			Amount: part.ClosingBalance.GetAmount(), Kind: letter.Result})
		for i, amount := range part.Aging {
			if i == 0 || isZero(amount) { // what is not due needs no row
				continue
			}
			l.Summary.Rows = append(l.Summary.Rows, []letter.Cell{
				{Text: agingLabels[i] + " (" + part.CurrencyCode + ")"}, {Text: amount.GetAmount()},
			})
		}
	}
	if len(l.Table.Rows) == 0 {
		l.Table, l.Closing = letter.Table{}, w.nothingOpen
	}
}

// agingLabels are the days of the buckets.
var agingLabels = []string{"0", "1–30", "31–60", "61–90", "> 90"}

// openTable returns the open items of a statement.
func (s setting) openTable(statement *pb.CustomerStatement) letter.Table {
	w := s.words
	t := letter.Table{Columns: []letter.Column{
		{Label: w.document}, {Label: w.issueDate}, {Label: w.dueDate}, {Label: w.amount, Number: true},
		{Label: w.openAmount, Number: true},
	}}
	for _, part := range statement.Parts {
		for _, item := range part.Items {
			name := item.Number
			if strings.HasPrefix(item.DocumentId, "pay_") { // the number is its reference
				name = strings.TrimSpace(w.entries[pb.CustomerStatement_Entry_PAYMENT] + " " + name)
			}
			t.Rows = append(t.Rows, []letter.Cell{
				{Text: name, Detail: currencyOf(statement, part)}, {Text: s.date(item.Date)}, {Text: s.date(item.DueDate)},
				{Text: item.TotalAmount.GetAmount()}, {Text: item.OpenAmount.GetAmount()},
			})
		}
	}
	return t
}

// activityTable returns the changes of a statement, between the balances before and after them.
func (s setting) activityTable(statement *pb.CustomerStatement) letter.Table {
	w := s.words
	t := letter.Table{Columns: []letter.Column{
		{Label: w.document}, {Label: w.date}, {Label: w.amount, Number: true}, {Label: w.running, Number: true},
	}}
	for _, part := range statement.Parts {
		t.Rows = append(t.Rows, []letter.Cell{
			{Text: w.opening, Detail: currencyOf(statement, part)}, {Text: s.date(statement.StartDate)}, {},
			{Text: part.OpeningBalance.GetAmount()},
		})
		for _, e := range part.Entries {
			name := w.entries[e.Kind]
			if e.Number != "" {
				name += " " + e.Number
			}
			t.Rows = append(t.Rows, []letter.Cell{
				{Text: name}, {Text: s.date(e.Date)}, {Text: e.Amount.GetAmount()}, {Text: e.Balance.GetAmount()},
			})
		}
	}
	return t
}

// currencyOf returns the currency of a part, or "" if the statement has only one.
func currencyOf(s *pb.CustomerStatement, part *pb.CustomerStatement_Part) string {
	if len(s.Parts) < 2 {
		return ""
	}
	return part.CurrencyCode
}

// askForBalance adds how to pay the balance, if it is owed in one currency.
func (d *document) askForBalance(ctx context.Context, tx *db.Tx, s *pb.CustomerStatement) error {
	if len(s.Parts) != 1 || minor(s.Parts[0].ClosingBalance) <= 0 {
		return nil
	}
	part := s.Parts[0]
	account, err := banking.AccountForCustomers(ctx, tx, part.CurrencyCode)
	if err != nil || account == nil {
		return err
	}
	d.letter.Payment = d.paymentTo(account, "", part.ClosingBalance, d.customerName())
	return nil
}

// balances returns the balances of a statement as text, such as 1.234,50 EUR.
func (s setting) balances(statement *pb.CustomerStatement) string {
	out := ""
	for _, part := range statement.Parts {
		if out != "" {
			out += ", "
		}
		out += s.language.Money(part.ClosingBalance)
	}
	return out
}

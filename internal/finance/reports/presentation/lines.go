package presentation

import (
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper"
)

// GeneralLedger lays out the lines of accounts, grouped by account. The debits and credits of the
// period are added up below the lines of each account. sumOutOfRange is returned if they exceed the
// range of an amount.
func (l Layout) GeneralLedger(lines []*pb.GeneralLedgerLine, sumOutOfRange error) (paper.Table, error) {
	t := paper.Table{
		Columns: join([]paper.Column{{Label: "Account", Group: true}, {Label: "Date", Kind: paper.Date}},
			columns(paper.Text, "Description", "Reference"), columns(paper.Amount, "Debit", "Credit", "Balance")),
		Empty: emptyPeriod,
	}
	for start := 0; start < len(lines); {
		end := start
		for end < len(lines) && lines[end].AccountId == lines[start].AccountId {
			end++
		}
		if !addAccount(&t, lines[start:end], start) {
			return t, sumOutOfRange
		}
		start = end
	}
	return t, nil
}

// addAccount adds the lines of an account, with their total after the last posted line. It reports
// whether the total is in the range of an amount.
func addAccount(t *paper.Table, lines []*pb.GeneralLedgerLine, group int) bool {
	name := accountName(lines[0].AccountCode, lines[0].AccountDisplayName)
	var debits, credits int64
	var adds []int
	for i, line := range lines {
		row := paper.Row{Group: group, Cells: []string{
			name, line.Date, lineText(line.Description, line.Memo), line.Reference, line.GetDebit().GetAmount(),
			line.GetCredit().GetAmount(), line.GetBalance().GetAmount(),
		}}
		switch line.Kind {
		case pb.GeneralLedgerLine_OPENING_BALANCE:
			row.Cells[2] = "Opening balance"
		case pb.GeneralLedgerLine_CLOSING_BALANCE:
			row.Cells[2] = "Closing balance"
		default:
			debits, credits = debits+minor(line.Debit), credits+minor(line.Credit)
			if debits < 0 || credits < 0 {
				return false
			}
			adds = append(adds, len(t.Rows))
		}
		if i > 0 && line.Kind != pb.GeneralLedgerLine_POSTED_LINE {
			row.Kind = paper.Subtotal
		}
		t.Rows = append(t.Rows, row)
		isLast := i+1 == len(lines) || lines[i+1].Kind != pb.GeneralLedgerLine_POSTED_LINE
		if line.Kind == pb.GeneralLedgerLine_POSTED_LINE && isLast {
			currency := line.GetBalance().GetCurrencyCode()
			t.Rows = append(t.Rows, paper.Row{Kind: paper.Subtotal, Adds: adds, Group: group, Cells: []string{
				name, "", "Total", "", money.Format(debits, currency), money.Format(credits, currency), "",
			}})
		}
	}
	return true
}

// minor returns an amount in minor units, 0 if it is absent.
func minor(a *typepb.Money) int64 {
	if a == nil {
		return 0
	}
	value, _ := money.Parse(a.Amount, a.CurrencyCode)
	return value
}

// lineText joins the description of an entry and the memo of its line, unless they are equal.
func lineText(description, memo string) string {
	switch {
	case memo == "" || memo == description:
		return description
	case description == "":
		return memo
	}
	return description + ": " + memo
}

// NewJournal returns the table of a journal without entries, grouped by entry.
func NewJournal() paper.Table {
	return paper.Table{
		Columns: join([]paper.Column{
			{Label: "Date", Kind: paper.Date, Group: true}, {Label: "Reference", Group: true},
			{Label: "Description", Group: true},
		}, columns(paper.Text, "Account", "Memo"), columns(paper.Amount, "Debit", "Credit")),
		Empty: emptyPeriod,
	}
}

// AddJournalEntry adds the lines of an entry to a journal.
func AddJournalEntry(t *paper.Table, e *pb.JournalReport_Entry) {
	group := len(t.Rows)
	for _, line := range e.Lines {
		t.Rows = append(t.Rows, paper.Row{Group: group, Cells: []string{
			e.Date, e.Reference, e.Description, accountName(line.AccountCode, line.AccountDisplayName), line.Memo,
			line.GetDebit().GetAmount(), line.GetCredit().GetAmount(),
		}})
	}
}

// AddJournalTotal adds the total of the debits and credits to a journal that has entries.
func AddJournalTotal(t *paper.Table, total string) {
	if n := len(t.Rows); n > 0 {
		t.AddTotal(0, "", "", "", "Total", "", total, total)
		t.Rows[n].Group = n
	}
}

// RealizedGains lays out the exchange gains of a period.
func (l Layout) RealizedGains(r *pb.RealizedGains) paper.Table {
	t := paper.Table{
		Columns: join(columns(paper.Date, "Date"), columns(paper.Text, "Description", "Currency"),
			columns(paper.Amount, "Gain")),
		Empty: "No exchange gains in this period.",
	}
	for _, g := range r.GetGains() {
		t.AddEntry(0, g.Date, g.Description, g.CurrencyCode, g.GetGain().GetAmount())
	}
	if len(t.Rows) > 0 {
		t.AddTotal(0, "", "Total", "", r.GetTotal().GetAmount())
	}
	return t
}

// UnrealizedGains lays out the exchange gains of foreign balances. names are the names of the
// accounts by ID.
func (l Layout) UnrealizedGains(r *pb.UnrealizedGains, names map[string]string) paper.Table {
	t := paper.Table{
		Columns: join(columns(paper.Text, "Account", "Currency"),
			columns(paper.Amount, "Balance", "Exchange Rate", "Book Value", "Market Value", "Gain")),
		Empty: "No balances in foreign currencies on this day.",
	}
	for _, v := range r.GetValuations() {
		t.AddEntry(0, names[v.AccountId], v.GetBalance().GetCurrencyCode(), v.GetBalance().GetAmount(), v.ExchangeRate,
			v.GetBookValue().GetAmount(), v.GetMarketValue().GetAmount(), v.GetGain().GetAmount())
	}
	if len(t.Rows) > 0 {
		t.AddTotal(0, "Total", "", "", "", "", "", r.GetTotal().GetAmount())
	}
	return t
}

// ChangesSinceClose lays out the entries posted since the close, and below them their effect on
// each account. zone is the organization's time zone.
func (l Layout) ChangesSinceClose(r *pb.ChangesSinceClose, zone *time.Location) paper.Table {
	t := paper.Table{
		Columns: join(columns(paper.Text, "Description"), columns(paper.Date, "Date", "Posted"),
			columns(paper.Text, "By", "Reason"), columns(paper.Amount, "Debit", "Credit")),
		Empty: "No changes since the close.",
	}
	for _, e := range r.GetEntries() {
		reason := e.LockExceptionReason
		switch e.Kind {
		case pb.ChangesSinceClose_Entry_AFTER_REOPENING:
			reason = "After reopening"
		case pb.ChangesSinceClose_Entry_YEAR_END:
			reason = "Year-end"
		}
		t.AddEntry(0, e.Description, e.Date, e.PostTime.AsTime().In(zone).Format(time.DateOnly), e.PostedByDisplayName,
			reason, e.Amount.Amount, e.Amount.Amount)
	}
	if len(t.Rows) == 0 {
		return t
	}
	t.AddHeading(0, "Effect on accounts, without year-end entries")
	for _, e := range r.GetEffects() {
		if isZero(e.Debit.GetAmount()) && isZero(e.Credit.GetAmount()) {
			continue // year-end entries only
		}
		t.AddEntry(1, accountName(e.AccountCode, e.AccountDisplayName), "", "", "", "", e.Debit.Amount, e.Credit.Amount)
	}
	t.Rows = append(t.Rows, paper.Row{
		Cells: []string{"Change of net income", "", "", "", "", "", r.NetIncomeChange.GetAmount()}, Kind: paper.Total,
	})
	return t
}

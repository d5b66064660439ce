package presentation

import (
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/paper"
)

// Statement lays out a profit and loss, a cash-flow statement or a profit versus cash.
func (l Layout) Statement(columns []*pb.ReportColumn, rows []*pb.ReportRow) paper.Table {
	return l.statement(emptyPeriod, columns, rows)
}

// BalanceSheet lays out a balance sheet.
func (l Layout) BalanceSheet(r *pb.BalanceSheet) paper.Table {
	return l.statement(emptyDay, r.GetColumns(), r.GetRows())
}

// CashFlow lays out a cash-flow statement, with the transactions without cash below it.
func (l Layout) CashFlow(r *pb.CashFlowStatement) paper.Table {
	t := l.Statement(r.GetColumns(), r.GetRows())
	for i, n := range r.GetNonCashTransactions() {
		if i == 0 {
			t.AddHeading(0, "Investing and financing without cash")
		}
		t.AddEntry(1, append([]string{n.Label, ""}, texts(n.Amounts)...)...)
	}
	return t
}

// TrialBalance lays out a trial balance. An account is empty on the side on which it has no
// balance.
func (l Layout) TrialBalance(r *pb.TrialBalance) paper.Table {
	t := paper.Table{Columns: l.amountColumns(r.GetColumns(), false), Empty: emptyDay}
	for _, row := range r.GetRows() {
		amounts := texts(row.Amounts)
		if areZero(amounts) && !l.IncludeZeroRows {
			continue
		}
		blankEmptySides(amounts)
		t.AddEntry(0, append([]string{row.Label, row.AccountCode}, amounts...)...)
	}
	if len(t.Rows) > 0 {
		t.AddTotal(0, append([]string{"Total", ""}, texts(r.GetTotals())...)...)
	}
	return t
}

// blankEmptySides clears the sides without a balance. An account without any balance keeps the
// first zero.
func blankEmptySides(amounts []string) {
	for i := range amounts {
		if isZero(amounts[i]) && (i > 0 || !areZero(amounts)) {
			amounts[i] = ""
		}
	}
}

// AccountBalances lays out the balances of accounts.
func (l Layout) AccountBalances(r *pb.AccountBalances) paper.Table {
	t := paper.Table{
		Columns: join(columns(paper.Text, "Account", "Code", "Currency"),
			columns(paper.Amount, "Own Balance", "Balance", "Total")),
		Empty: emptyDay,
	}
	for _, b := range r.GetBalances() {
		amounts := texts([]*typepb.Money{b.OwnBalance, b.Balance, b.Total})
		if !areZero(amounts) || l.IncludeZeroRows {
			t.AddEntry(int(b.Level), append([]string{b.DisplayName, b.Code, b.OwnBalance.GetCurrencyCode()}, amounts...)...)
		}
	}
	return t
}

// statement lays out rows with their parts. The total of a heading follows its rows.
func (l Layout) statement(empty string, columns []*pb.ReportColumn, rows []*pb.ReportRow) paper.Table {
	percent := slices.ContainsFunc(rows, func(r *pb.ReportRow) bool { return len(r.Percentages) > 0 })
	t := paper.Table{Columns: l.amountColumns(columns, percent), Empty: empty}
	if l.IncludeZeroRows || slices.ContainsFunc(rows, hasAmounts) {
		l.addRows(&t, rows, 0)
	}
	return t
}

// hasAmounts reports whether an amount of a row, or of a row under it, is not zero.
func hasAmounts(r *pb.ReportRow) bool {
	return !areZero(texts(r.Amounts)) || slices.ContainsFunc(r.Rows, hasAmounts)
}

// addRows adds rows at a level, and returns the indexes of those that add up to the row above them.
func (l Layout) addRows(t *paper.Table, rows []*pb.ReportRow, level int) (parts []int) {
	for _, r := range rows {
		// The results of the report are shown even if they are zero.
		if r.Kind != pb.ReportRow_TOTAL && !hasAmounts(r) && !l.IncludeZeroRows {
			continue
		}
		row := paper.Row{Cells: rowCells(r), Level: level, Kind: rowKind(r, level)}
		if len(r.Rows) > 0 {
			t.AddHeading(level, r.Label)
			row.Adds = l.addRows(t, r.Rows, level+1)
			row.Cells[0], row.Kind = totalLabel(r), sumKind(r)
		}
		parts = append(parts, len(t.Rows))
		t.Rows = append(t.Rows, row)
	}
	return parts
}

// totalLabel returns the label of the total of a row with parts, such as Total current assets.
func totalLabel(r *pb.ReportRow) string {
	if r.Kind == pb.ReportRow_SECTION {
		return "Total " + strings.ToLower(r.Label[:1]) + r.Label[1:]
	}
	return "Total " + r.Label
}

// sumKind returns the kind of a sum. Total assets are ruled off like what they equal, total
// liabilities and equity.
func sumKind(r *pb.ReportRow) paper.RowKind {
	if r.Key == "assets" {
		return paper.Total
	}
	return paper.Subtotal
}

// rowKind returns the kind of a row without parts. The change in cash is not ruled off, because it
// only leads to the cash at the end.
func rowKind(r *pb.ReportRow, level int) paper.RowKind {
	switch {
	case r.Kind == pb.ReportRow_TOTAL && r.Key != "netChange":
		return paper.Total
	case r.Key == "netChange" || r.Kind == pb.ReportRow_SECTION || r.Kind == pb.ReportRow_SUBTOTAL && level == 0:
		return paper.Subtotal
	}
	return paper.Entry
}

// rowCells returns the label, the account code and the amounts of a row, each with its percentage.
func rowCells(r *pb.ReportRow) []string {
	out := []string{r.Label, r.AccountCode}
	for i, a := range r.Amounts {
		out = append(out, a.Amount)
		if len(r.Percentages) > 0 {
			out = append(out, r.Percentages[i])
		}
	}
	return out
}

// amountColumns returns the columns of a report, with a column of percentages beside each if they
// are shown.
func (l Layout) amountColumns(amounts []*pb.ReportColumn, percent bool) []paper.Column {
	out := columns(paper.Text, "Account", "Code")
	for _, c := range amounts {
		out = append(out, paper.Column{Label: l.columnLabel(c), Kind: paper.Amount})
		if percent {
			out = append(out, paper.Column{Label: "% of Sales", Kind: paper.Amount})
		}
	}
	return out
}

// columnLabel returns the label of a column: its dates, unless it has a name such as that of a
// dimension value. On a trial balance, the side follows.
func (l Layout) columnLabel(c *pb.ReportColumn) string {
	name, side := c.GetLabel(), ""
	for _, s := range []string{"debit", "credit"} {
		if rest, has := strings.CutSuffix(name, s); has && c.GetDimensionValueId() == "" {
			name, side = strings.TrimSpace(rest), " "+titleCase(s)
		}
	}
	switch {
	case name == "" && side != "":
		return side[1:]
	case c.GetDimensionValueId() != "":
		return name + side
	case name != "amount" && !isDate(name):
		return titleCase(name) + side
	case c.GetAsOf() != "":
		return l.dayLabel(c.GetAsOf()) + side
	}
	return l.periodLabel(c.GetStartDate(), c.GetEndDate()) + side
}

// isDate reports whether the label of a column is a month, a day or a period, such as 2026-11.
func isDate(label string) bool {
	return len(label) >= len("2026-11") && label[4] == '-' &&
		strings.Trim(label, "0123456789- –") == ""
}

// titleCase returns a label of the API as the label of a column, such as Year to Date.
func titleCase(label string) string {
	words := strings.Fields(label)
	for i, word := range words {
		if word != "to" {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, " ")
}

// texts returns the decimal numbers of amounts.
func texts(amounts []*typepb.Money) []string {
	out := make([]string, len(amounts))
	for i, a := range amounts {
		out[i] = a.GetAmount()
	}
	return out
}

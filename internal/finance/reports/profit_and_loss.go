package reports

import (
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// resultPart is a section of the profit and loss, and the side on which its accounts increase.
type resultPart struct {
	key, label string
	shown      side
}

// Sections of the profit and loss. Operating profit contains the first three, and by IFRS 18 also
// other income and expenses and exchange gains. The others are shown below it.
var (
	salesPart         = resultPart{"sales", "Sales", credit}
	costPart          = resultPart{"costOfSales", "Cost of sales", debit}
	operatingPart     = resultPart{"operatingExpenses", "Operating expenses", debit}
	otherIncomePart   = resultPart{"otherIncome", "Other income", credit}
	otherExpensesPart = resultPart{"otherExpenses", "Other expenses", debit}
	interestPart      = resultPart{"interest", "Interest", debit}
	exchangePart      = resultPart{"exchangeGains", "Exchange gains", credit}
	taxPart           = resultPart{"incomeTax", "Income tax", debit}
)

// resultPart returns the section of an income or expense account.
func (b balance) resultPart() resultPart {
	switch pb.Account_Subtype(pb.Account_Subtype_value[b.Subtype]) {
	case pb.Account_SALES:
		return salesPart
	case pb.Account_COST_OF_SALES:
		return costPart
	case pb.Account_PAYROLL_EXPENSE, pb.Account_OPERATING_EXPENSE, pb.Account_DEPRECIATION:
		return operatingPart
	case pb.Account_INTEREST:
		return interestPart
	case pb.Account_REALIZED_EXCHANGE_GAIN, pb.Account_UNREALIZED_EXCHANGE_GAIN:
		return exchangePart
	case pb.Account_TAX_EXPENSE:
		return taxPart
	}
	if b.is(pb.Account_INCOME) {
		return otherIncomePart
	}
	return otherExpensesPart
}

// part returns a section of the profit and loss and its contribution to net income.
func (s statement) part(p resultPart) (*pb.ReportRow, amounts) {
	partOf := balance.resultPart
	if s.ifrs18 {
		partOf = balance.categoryPart
	}
	row, sum := s.section(p.key, p.label, p.shown, func(b balance) bool { return b.isResult() && partOf(b) == p })
	return row, sum.times(int64(p.shown) * int64(credit))
}

// addParts adds the sections that have rows, and their contributions to a profit.
func (s statement) addParts(rows *[]*pb.ReportRow, profit amounts, parts ...resultPart) amounts {
	for _, p := range parts {
		row, sum := s.part(p)
		if len(row.Rows) > 0 {
			*rows, profit = append(*rows, row), profit.plus(sum)
		}
	}
	return profit
}

// profitAndLoss shows income and expenses. The totals outside the rows are those of the asked
// column.
func profitAndLoss(s statement) *pb.ProfitAndLoss {
	salesRow, sales := s.part(salesPart)
	costRow, cost := s.part(costPart)
	gross := sales.plus(cost)
	operatingRow, expenses := s.part(operatingPart)
	rows := []*pb.ReportRow{salesRow, costRow, s.subtotal("grossProfit", "Gross profit", gross), operatingRow}
	operating, beforeTax := s.addProfits(&rows, gross.plus(expenses))
	net := s.addParts(&rows, beforeTax, taxPart)
	income := s.sum(credit, ofType(pb.Account_INCOME))
	spent := s.sum(debit, ofType(pb.Account_EXPENSE))
	asked := s.columns[s.asked()]
	return &pb.ProfitAndLoss{
		StartDate:        asked.start.String(),
		EndDate:          asked.end.String(),
		Columns:          s.headings(),
		Rows:             append(rows, s.total("netIncome", "Net income", net)),
		TotalIncome:      s.figure(income),
		TotalCostOfSales: s.figure(cost.times(-1)),
		GrossProfit:      s.figure(gross),
		GrossMargin:      percentage(gross[s.asked()], sales[s.asked()]),
		OperatingProfit:  s.figure(operating),
		ProfitBeforeTax:  s.figure(beforeTax),
		TotalExpenses:    s.figure(spent.plus(cost)),
		NetIncome:        s.figure(net),
		Ifrs18:           s.ifrs18,
		Series: []*pb.ReportSeries{
			s.series("Income", income), s.series("Expenses", spent), s.series("Net income", net),
		},
	}
}

// addProfits adds the rows between the operating expenses and income tax, with the subtotals of
// operating profit and of profit before tax. By IFRS 18.69 another subtotal stands before
// financing.
func (s statement) addProfits(rows *[]*pb.ReportRow, profit amounts) (operating, beforeTax amounts) {
	subtotal := func(key, label string) { *rows = append(*rows, s.subtotal(key, label, profit)) }
	if s.ifrs18 {
		profit = s.addParts(rows, profit, otherIncomePart, otherExpensesPart, exchangePart)
	}
	operating = profit
	subtotal("operatingProfit", "Operating profit")
	if s.ifrs18 {
		profit = s.addParts(rows, profit, investingPart)
		subtotal("profitBeforeFinancing", "Profit before financing and income tax")
		profit = s.addParts(rows, profit, financingPart)
	} else {
		profit = s.addParts(rows, profit, otherIncomePart, otherExpensesPart, interestPart, exchangePart)
	}
	subtotal("profitBeforeTax", "Profit before tax")
	return operating, profit
}

// percentage returns a part of a whole in percent with two decimals, or "" if the whole is zero.
func percentage(part, whole int64) string {
	if whole == 0 {
		return ""
	}
	return decimal.NewFromInt(part).Mul(decimal.NewFromInt(100)).DivRound(decimal.NewFromInt(whole), 2).StringFixed(2)
}

// addPercentages adds the percentages of sales to rows and those under them.
func addPercentages(rows []*pb.ReportRow, sales amounts) {
	for _, r := range rows {
		for i, a := range r.Amounts {
			minor, _ := money.Parse(a.Amount, a.CurrencyCode)
			r.Percentages = append(r.Percentages, percentage(minor, sales[i]))
		}
		addPercentages(r.Rows, sales)
	}
}

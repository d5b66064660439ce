package reports

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
)

// profitAndLoss shows income and expenses. The totals outside the rows are those of the asked
// column.
func profitAndLoss(s statement) *pb.ProfitAndLoss {
	salesRows, sales := s.section("sales", "Sales", credit, balance.isSales)
	costRows, cost := s.section("costOfSales", "Cost of sales", debit, balance.isCostOfSales)
	otherRows, other := s.section("otherIncome", "Other income", credit, func(b balance) bool {
		return b.is(pb.Account_INCOME) && !b.isSales()
	})
	expenseRows, expenses := s.section("expenses", "Expenses", debit, func(b balance) bool {
		return b.is(pb.Account_EXPENSE) && !b.isCostOfSales()
	})
	gross := sales.minus(cost)
	net := gross.plus(other).minus(expenses)
	asked := s.columns[s.asked()]
	return &pb.ProfitAndLoss{
		StartDate: asked.start.String(),
		EndDate:   asked.end.String(),
		Columns:   s.headings(),
		Rows: []*pb.ReportRow{
			salesRows, costRows, s.subtotal("grossProfit", "Gross profit", gross), otherRows, expenseRows,
			s.total("netIncome", "Net income", net),
		},
		TotalIncome:      s.figure(sales.plus(other)),
		TotalCostOfSales: s.figure(cost),
		GrossProfit:      s.figure(gross),
		TotalExpenses:    s.figure(expenses),
		NetIncome:        s.figure(net),
		Series: []*pb.ReportSeries{
			s.series("Income", sales.plus(other)), s.series("Expenses", cost.plus(expenses)), s.series("Net income",
				net),
		},
	}
}

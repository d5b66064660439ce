package reports

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
)

// profitAndLoss shows income and expenses. The totals outside the rows are those of the first
// column.
func profitAndLoss(s statement) *pb.ProfitAndLoss {
	salesRows, sales := s.section("Sales", credit, balance.isSales)
	costRows, cost := s.section("Cost of sales", debit, balance.isCostOfSales)
	otherRows, other := s.section("Other income", credit, func(b balance) bool {
		return b.is(pb.Account_INCOME) && !b.isSales()
	})
	expenseRows, expenses := s.section("Expenses", debit, func(b balance) bool {
		return b.is(pb.Account_EXPENSE) && !b.isCostOfSales()
	})
	gross := sales.minus(cost)
	net := gross.plus(other).minus(expenses)
	first := s.columns[0]
	return &pb.ProfitAndLoss{
		StartDate: first.start.String(),
		EndDate:   first.end.String(),
		Columns:   s.labels(),
		Rows: []*pb.ReportRow{
			salesRows, costRows, s.row("Gross profit", gross), otherRows, expenseRows, s.row("Net income", net),
		},
		TotalIncome:      s.money(sales.plus(other)[0]),
		TotalCostOfSales: s.money(cost[0]),
		GrossProfit:      s.money(gross[0]),
		TotalExpenses:    s.money(expenses[0]),
		NetIncome:        s.money(net[0]),
		Series: []*pb.ReportSeries{
			s.series("Income", sales.plus(other)), s.series("Expenses", cost.plus(expenses)), s.series("Net income",
				net),
		},
	}
}

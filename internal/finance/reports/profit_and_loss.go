package reports

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
)

// profitAndLoss sets income against what was spent to earn it.
func profitAndLoss(currency string, p period, all []balance) *pb.ProfitAndLoss {
	s := statement{currency: currency, period: p, all: all}
	salesRows, sales := s.section("Sales", credit, balance.isSales)
	costRows, cost := s.section("Cost of sales", debit, balance.isCostOfSales)
	otherRows, other := s.section("Other income", credit, func(b balance) bool {
		return b.is(pb.Account_INCOME) && !b.isSales()
	})
	expenseRows, expenses := s.section("Expenses", debit, func(b balance) bool {
		return b.is(pb.Account_EXPENSE) && !b.isCostOfSales()
	})
	gross := sales - cost
	net := gross + other - expenses
	return &pb.ProfitAndLoss{
		StartDate: p.start.String(),
		EndDate:   p.end.String(),
		Columns:   []string{"amount"},
		Rows: []*pb.ReportRow{
			salesRows, costRows, s.row("Gross profit", gross), otherRows, expenseRows, s.row("Net income", net),
		},
		TotalIncome:      s.money(sales + other),
		TotalCostOfSales: s.money(cost),
		GrossProfit:      s.money(gross),
		TotalExpenses:    s.money(expenses),
		NetIncome:        s.money(net),
	}
}

package reports

import (
	"context"
	_ "embed"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

var (
	//go:embed cash_flow.sql
	selectCounterparts string
	//go:embed cash_flow_exchange.sql
	selectExchangeEffect string
)

// GetCashFlowStatement answers where money came from and where it went in a period.
func (s *Service) GetCashFlowStatement(ctx context.Context, req *pb.GetCashFlowStatementRequest) (*pb.CashFlowStatement, error) {
	spec, err := s.periodSpec(ctx, req)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.CashFlowStatement, error) {
		st, err := spec.statement(ctx, tx)
		if err != nil {
			return nil, err
		}
		opening := make([]column, len(st.columns))
		for i, c := range st.columns {
			opening[i] = c
			opening[i].start, opening[i].end = opening[i].start.AddDays(-1), opening[i].start.AddDays(-1)
			opening[i].start = zeroDate
		}
		before, err := balances(ctx, tx, opening)
		if err != nil {
			return nil, err
		}
		exchange, err := exchangeEffect(ctx, tx, st.columns)
		if err != nil {
			return nil, err
		}
		if req.GetMethod() != pb.CashFlowStatement_DIRECT {
			return cashFlow(st, st.indirect(exchange), cashOf(before), exchange), nil
		}
		direct, err := counterparts(ctx, tx, st)
		return cashFlow(st, direct.direct(), cashOf(before), exchange), err
	})
}

// activities are the sections of a cash-flow statement with their sums.
type activities struct {
	rows []*pb.ReportRow
	sum  amounts
}

// cashFlow adds the activities and the effect of exchange rates up to the change in
// cash, which is that of the cash accounts: nothing is made to fit.
func cashFlow(s statement, a activities, opening, exchange amounts) *pb.CashFlowStatement {
	change := a.sum.plus(exchange)
	closing := opening.plus(change)
	first := s.columns[0]
	return &pb.CashFlowStatement{
		StartDate: first.start.String(),
		EndDate:   first.end.String(),
		Columns:   s.labels(),
		Rows: append(a.rows,
			s.row("Effect of exchange rates on cash", exchange),
			s.row("Change in cash", change),
			s.row("Cash at the beginning", opening),
			s.row("Cash at the end", closing)),
		OpeningCash: s.money(opening[0]),
		NetChange:   s.money(change[0]),
		ClosingCash: s.money(closing[0]),
		Series:      []*pb.ReportSeries{s.series("Change in cash", change), s.series("Cash at the end", closing)},
	}
}

// indirect begins with the net income and takes off what moved no cash: the change of
// every account that is neither cash nor a result, in its section (ASC 230-10-45-28,
// IAS 7.20). Since all accounts change by zero together, that is the change in cash.
func (s statement) indirect(exchange amounts) activities {
	net := s.earnings()
	operatingRows, operating := s.section("Changes in operating accounts", credit, inSection(pb.Account_OPERATING))
	investingRows, investing := s.section("Investing activities", credit, inSection(pb.Account_INVESTING))
	financingRows, financing := s.section("Financing activities", credit, inSection(pb.Account_FINANCING))
	sum := net.plus(operating).minus(exchange)
	return activities{
		rows: []*pb.ReportRow{
			s.row("Operating activities", sum,
				s.row("Net income", net), operatingRows, s.row("Exchange gains on cash", exchange.times(-1))),
			investingRows, financingRows,
		},
		sum: sum.plus(investing).plus(financing),
	}
}

// inSection tells accounts of a section that are no results; what is neither investing
// nor financing is operating.
func inSection(section pb.Account_CashFlowSection) func(balance) bool {
	return func(b balance) bool {
		if b.isCash() || b.isResult() {
			return false
		}
		outer := b.CashFlowSection == pb.Account_INVESTING.String() || b.CashFlowSection == pb.Account_FINANCING.String()
		return b.CashFlowSection == section.String() || section == pb.Account_OPERATING && !outer
	}
}

// direct lists what cash was received from and paid for, by the other accounts of the
// entries that moved cash (ASC 230-10-45-25, IAS 7.18a). An entry's other lines add up
// to what it moved; transfers between cash accounts have none.
func (s statement) direct() activities {
	rows := []*pb.ReportRow{}
	sum := s.none()
	for _, section := range []struct {
		label string
		of    pb.Account_CashFlowSection
	}{{"Operating activities", pb.Account_OPERATING}, {"Investing activities", pb.Account_INVESTING}, {"Financing activities", pb.Account_FINANCING}} {
		row, total := s.section(section.label, debit, func(b balance) bool {
			return b.isResult() && section.of == pb.Account_OPERATING || inSection(section.of)(b)
		})
		rows, sum = append(rows, row), sum.plus(total)
	}
	return activities{rows, sum}
}

// counterparts is a statement of what cash was received from and paid for, received
// positive.
func counterparts(ctx context.Context, tx *db.Tx, s statement) (statement, error) {
	all := slices.Clone(s.all)
	accounts := accountsOf(all, len(s.columns))
	for i, c := range s.columns {
		rows, err := tx.Query(ctx, selectCounterparts, tx.Call().Organization.ID, c.start.String(), c.end.String(), c.known())
		if err != nil {
			return s, err
		}
		if err := accounts.take(rows, i); err != nil {
			return s, err
		}
	}
	s.all = all
	s.columns = slices.Clone(s.columns)
	for i := range s.columns {
		s.columns[i].cashEntries = true
	}
	return s, addable(all, len(s.columns))
}

// exchangeEffect is what revaluations added to the value of cash.
func exchangeEffect(ctx context.Context, tx *db.Tx, columns []column) (amounts, error) {
	out := make(amounts, len(columns))
	for i, c := range columns {
		if err := tx.QueryRow(ctx, selectExchangeEffect, tx.Call().Organization.ID, c.start.String(), c.end.String(), c.known()).Scan(&out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// cashOf is what the cash accounts hold.
func cashOf(all []balance) (sum amounts) {
	for _, b := range all {
		if b.isCash() {
			sum = sum.plus(b.Minor)
		}
	}
	return sum
}

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
	//go:embed revalued_cash.sql
	selectRevaluedCash string
)

// GetCashFlowStatement answers where money came from and where it went in a period.
func (s *Service) GetCashFlowStatement(ctx context.Context, req *pb.GetCashFlowStatementRequest) (*pb.CashFlowStatement, error) {
	spec, err := s.flowSpec(ctx, req)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.CashFlowStatement, error) {
		st, err := spec.statement(ctx, tx)
		if err != nil {
			return nil, err
		}
		held, err := st.cashHeld(ctx, tx)
		if err != nil {
			return nil, err
		}
		revalued, err := st.revaluedCash(ctx, tx)
		if err != nil {
			return nil, err
		}
		if req.GetMethod() != pb.CashFlowStatement_DIRECT {
			return cashFlow(st, st.indirect(revalued), held, revalued), nil
		}
		direct, err := st.counterparts(ctx, tx)
		return cashFlow(st, direct.direct(), held, revalued), err
	})
}

// activities are the sections of a cash-flow statement with their sums.
type activities struct {
	rows []*pb.ReportRow
	sum  amounts
}

// cashFlow adds the activities and the effect of exchange rates, of revaluations and of
// presenting the books in another currency, up to the change in cash, which is that of
// the cash accounts: nothing is made to fit. In another currency what rounding each
// amount left over is said in a row of its own.
func cashFlow(s statement, a activities, held cashHeld, revalued amounts) *pb.CashFlowStatement {
	effect := revalued.plus(held.translation)
	change := a.sum.plus(effect)
	rows := append(a.rows, s.row("Effect of exchange rates on cash", effect))
	if s.translated {
		rounding := held.change().minus(change)
		rows, change = append(rows, s.row("Rounding", rounding)), held.change()
	}
	closing := held.opening.plus(change)
	first := s.columns[0]
	return &pb.CashFlowStatement{
		StartDate: first.start.String(),
		EndDate:   first.end.String(),
		Columns:   s.labels(),
		Rows: append(rows,
			s.row("Change in cash", change),
			s.row("Cash at the beginning", held.opening),
			s.row("Cash at the end", closing)),
		OpeningCash: s.money(held.opening[0]),
		NetChange:   s.money(change[0]),
		ClosingCash: s.money(closing[0]),
		Series:      []*pb.ReportSeries{s.series("Change in cash", change), s.series("Cash at the end", closing)},
	}
}

// indirect begins with the net income and takes off what moved no cash: the change of
// every account that is neither cash nor a result, in its section (ASC 230-10-45-28,
// IAS 7.20). Since all accounts change by zero together, that is the change in cash.
func (s statement) indirect(revalued amounts) activities {
	net := s.earnings()
	operatingRows, operating := s.section("Changes in operating accounts", credit, inSection(pb.Account_OPERATING))
	investingRows, investing := s.section("Investing activities", credit, inSection(pb.Account_INVESTING))
	financingRows, financing := s.section("Financing activities", credit, inSection(pb.Account_FINANCING))
	sum := net.plus(operating).minus(revalued)
	return activities{
		rows: []*pb.ReportRow{
			s.row("Operating activities", sum,
				s.row("Net income", net), operatingRows, s.row("Exchange gains on cash", revalued.times(-1))),
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
func (s statement) counterparts(ctx context.Context, tx *db.Tx) (statement, error) {
	moved, err := s.moved(ctx, tx, selectCounterparts)
	if err != nil {
		return s, err
	}
	s.all = slices.Clone(s.all)
	if err := accountsOf(s.all, len(s.columns)).value(ctx, tx, moved, s.currency); err != nil {
		return s, err
	}
	s.columns = slices.Clone(s.columns)
	for i := range s.columns {
		s.columns[i].cashEntries = true
	}
	return s, addable(s.all, len(s.columns))
}

// revaluedCash is what revaluations added to the cash accounts.
func (s statement) revaluedCash(ctx context.Context, tx *db.Tx) (amounts, error) {
	moved, err := s.moved(ctx, tx, selectRevaluedCash)
	if err != nil {
		return nil, err
	}
	sums, err := valued(ctx, tx, moved, s.currency)
	if err != nil {
		return nil, err
	}
	out := s.none()
	for i, column := range sums {
		for _, minor := range column {
			out[i] += minor
		}
	}
	return out, nil
}

// moved reads the movements of all columns by one statement.
func (s statement) moved(ctx context.Context, tx *db.Tx, sql string) ([][]movement, error) {
	whole := s.columns[0]
	for _, c := range s.columns {
		whole.period = whole.period.and(c.period)
	}
	all, err := readMovements(ctx, tx, sql, tx.Call().Organization.ID, whole.start.String(), whole.end.String(), whole.known())
	out := make([][]movement, len(s.columns))
	for i, c := range s.columns {
		for _, m := range all {
			if c.has(m.day) {
				out[i] = append(out[i], m)
			}
		}
	}
	return out, err
}

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

// GetCashFlowStatement returns the sources and uses of cash in a period.
func (s *Service) GetCashFlowStatement(
	ctx context.Context, req *pb.GetCashFlowStatementRequest,
) (*pb.CashFlowStatement, error) {
	spec, err := s.flowSpec(ctx, req)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.CashFlowStatement, error) {
		st, err := spec.statement(ctx, tx)
		if err != nil {
			return nil, err
		}
		held, err := st.readCashHeld(ctx, tx)
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
		direct, err := st.withCounterparts(ctx, tx)
		return cashFlow(st, direct.direct(), held, revalued), err
	})
}

// activities are the sections of a cash-flow statement, with their total.
type activities struct {
	rows []*pb.ReportRow
	sum  amounts
}

// cashFlow adds the effect of exchange rates to the activities: of revaluations, and of
// translation to another currency. In the base currency, the result equals the change of the
// cash accounts without any balancing item. In another currency, the remainder from rounding
// each amount gets a row.
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

// indirect starts from net income and subtracts what moved no cash: the change of every account
// that is neither cash nor income or expense, in its section (ASC 230-10-45-28, IAS 7.20).
// Since the changes of all accounts add up to zero, the result is the change in cash.
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

// inSection returns a predicate for the balance sheet accounts of a section, other than cash.
// Accounts that are neither investing nor financing are operating.
func inSection(section pb.Account_CashFlowSection) func(balance) bool {
	return func(b balance) bool {
		if b.isCash() || b.isResult() {
			return false
		}
		outer := b.CashFlowSection == pb.Account_INVESTING.String() ||
			b.CashFlowSection == pb.Account_FINANCING.String()
		return b.CashFlowSection == section.String() || section == pb.Account_OPERATING && !outer
	}
}

// direct lists cash receipts and payments by the counterpart accounts of the entries that moved
// cash (ASC 230-10-45-25, IAS 7.18a). The counterpart lines of an entry add up to the cash it
// moved. Transfers between cash accounts have no counterparts.
func (s statement) direct() activities {
	rows := []*pb.ReportRow{}
	sum := s.zeros()
	for _, section := range []struct {
		label string
		of    pb.Account_CashFlowSection
	}{
		{"Operating activities", pb.Account_OPERATING}, {"Investing activities", pb.Account_INVESTING},
		{"Financing activities", pb.Account_FINANCING},
	} {
		row, total := s.section(section.label, debit, func(b balance) bool {
			return b.isResult() && section.of == pb.Account_OPERATING || inSection(section.of)(b)
		})
		rows, sum = append(rows, row), sum.plus(total)
	}
	return activities{rows, sum}
}

// withCounterparts returns the statement with the counterpart lines of cash movements, receipts
// positive.
func (s statement) withCounterparts(ctx context.Context, tx *db.Tx) (statement, error) {
	moved, err := s.movementsByColumn(ctx, tx, selectCounterparts)
	if err != nil {
		return s, err
	}
	s.balances = slices.Clone(s.balances)
	if err := newAccounts(s.balances, len(s.columns)).fillInCurrency(ctx, tx, moved, s.currency); err != nil {
		return s, err
	}
	s.columns = slices.Clone(s.columns)
	for i := range s.columns {
		s.columns[i].cashEntries = true
	}
	return s, checkOverflow(s.balances, len(s.columns))
}

// revaluedCash returns what revaluations added to the cash accounts.
func (s statement) revaluedCash(ctx context.Context, tx *db.Tx) (amounts, error) {
	moved, err := s.movementsByColumn(ctx, tx, selectRevaluedCash)
	if err != nil {
		return nil, err
	}
	sums, err := sumInCurrency(ctx, tx, moved, s.currency)
	if err != nil {
		return nil, err
	}
	out := s.zeros()
	for i, column := range sums {
		for _, minor := range column {
			out[i] += minor
		}
	}
	return out, nil
}

// movementsByColumn runs one query and divides the movements among the columns.
func (s statement) movementsByColumn(ctx context.Context, tx *db.Tx, sql string) ([][]movement, error) {
	whole := s.columns[0]
	for _, c := range s.columns {
		whole.period = whole.period.union(c.period)
	}
	all, err := readMovements(ctx, tx, sql, tx.Call().Organization.ID, whole.start.String(), whole.end.String(),
		whole.knownAtArg())
	out := make([][]movement, len(s.columns))
	for i, c := range s.columns {
		for _, m := range all {
			if c.contains(m.day) {
				out[i] = append(out[i], m)
			}
		}
	}
	return out, err
}

package reports

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
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
		isDirect := req.GetMethod() == pb.CashFlowStatement_DIRECT
		flows, err := st.readCashFlows(ctx, tx, isDirect || st.translated)
		if err != nil {
			return nil, err
		}
		parts, err := flows.parts()
		if err != nil {
			return nil, err
		}
		out := cashFlow(st, parts, held, isDirect)
		out.NonCashTransactions, err = flows.transactions()
		return out, err
	})
}

// cashParts are the attributed cash flows of a statement in its currency.
type cashParts struct {
	// classes are the operating flows, by class.
	classes map[pb.Account_CashFlowClass]statement
	// investing and financing are the flows of these sections, excluded the movements of operating
	// accounts that are not operating cash.
	investing, financing, excluded statement
	// effect is what exchange rates added to cash.
	effect amounts
}

// parts returns the flows in the currency of the statement.
func (f *cashFlows) parts() (out cashParts, err error) {
	out.classes = map[pb.Account_CashFlowClass]statement{}
	for place, sums := range f.places {
		if place.section == pb.Account_OPERATING {
			if out.classes[place.class], err = f.statementOf(sums); err != nil {
				return out, err
			}
		}
	}
	for _, part := range []struct {
		of   *statement
		sums flowSums
	}{
		{&out.investing, sumsAt(f.statement, f.places, flowPlace{section: pb.Account_INVESTING})},
		{&out.financing, sumsAt(f.statement, f.places, flowPlace{section: pb.Account_FINANCING})},
		{&out.excluded, f.excluded},
	} {
		if *part.of, err = f.statementOf(part.sums); err != nil {
			return out, err
		}
	}
	// What is excluded did not move cash, or not as part of operating activities.
	out.excluded.columns = f.statement.columns
	out.effect, err = f.total(f.effect)
	return out, err
}

// cashFlow shows the activities, the effect of exchange rates and the cash held. In the base
// currency, the result equals the change of the cash accounts without any balancing item. In
// another currency, the remainder from rounding each amount gets a row.
func cashFlow(s statement, parts cashParts, held cashHeld, isDirect bool) *pb.CashFlowStatement {
	operatingRow, operating := s.indirectOperatingRow(parts)
	switch {
	case isDirect:
		operatingRow, operating = s.directOperatingRow(parts)
	case s.translated:
		// The sum of each account is rounded. Both methods show the same operating cash.
		_, direct := s.directOperatingRow(parts)
		rounding := s.subtotal("operating/rounding", "Rounding", direct.minus(operating))
		operatingRow, operating = s.heading("operating", operatingRow.Label, direct,
			append(operatingRow.Rows, rounding)...), direct
	}
	all := func(balance) bool { return true }
	investingRow, investing := parts.investing.section("investing", "Investing activities", debit, all)
	financingRow, financing := parts.financing.section("financing", "Financing activities", debit, all)
	effect := parts.effect.plus(held.translation)
	change := operating.plus(investing).plus(financing).plus(effect)
	rows := []*pb.ReportRow{
		operatingRow, investingRow, financingRow,
		s.subtotal("exchangeEffect", "Effect of exchange rates on cash", effect),
	}
	if s.translated {
		rounding := held.change().minus(change)
		rows, change = append(rows, s.subtotal("rounding", "Rounding", rounding)), held.change()
	}
	closing := held.opening.plus(change)
	asked := s.columns[s.asked()]
	return &pb.CashFlowStatement{
		StartDate: asked.start.String(),
		EndDate:   asked.end.String(),
		Columns:   s.headings(),
		Rows: append(rows,
			s.total("netChange", "Change in cash", change),
			s.subtotal("openingCash", "Cash at the beginning", held.opening),
			s.total("closingCash", "Cash at the end", closing)),
		Ifrs18:      s.ifrs18,
		OpeningCash: s.figure(held.opening),
		NetChange:   s.figure(change),
		ClosingCash: s.figure(closing),
		Series:      []*pb.ReportSeries{s.series("Change in cash", change), s.series("Cash at the end", closing)},
	}
}

// indirectOperatingRow starts from net income (IAS 7.20, ASC 230-10-45-28), or from the operating
// profit by IFRS 18 (IAS 7.18b as amended). It removes the income and expenses that are no
// operating cash, such as depreciation and the gain on a disposal, and adds the changes of
// operating accounts without the parts that belong to investing or financing.
func (s statement) indirectOperatingRow(parts cashParts) (*pb.ReportRow, amounts) {
	profit, first := s.earnings(), [2]string{"operating/netIncome", "Net income"}
	adjusted, label := parts.excluded, "Income and expenses without operating cash"
	if s.ifrs18 {
		profit, first = s.sum(credit, balance.isOperatingResult), [2]string{"operating/profit", "Operating profit"}
		adjusted, label = s.withOtherResults(parts.excluded), "Income tax, and items without operating cash"
	}
	items, removed := adjusted.section("operating/adjustments", label, credit, balance.isResult)
	changesRow, changes := s.minusBalances(parts.excluded).section("operating/changes", "Changes in operating accounts",
		credit, func(b balance) bool { return !b.isResult() && b.ID != noAccount && b.flowAccount().IsOperating() })
	sum := profit.plus(removed).plus(changes)
	return s.heading("operating", "Operating activities", sum,
		s.subtotal(first[0], first[1], profit), items, changesRow), sum
}

// minusBalances returns the statement with changes of accounts, credits positive, subtracted.
func (s statement) minusBalances(credits statement) statement {
	all := make([]balance, len(s.balances))
	for i, b := range s.balances {
		b.Minor = b.Minor.plus(credits.balances[i].Minor)
		all[i] = b
	}
	s.balances = all
	return s
}

// directClasses are the classes of operating cash flows, in the order shown (IAS 7.18a,
// ASC 230-10-45-25).
var directClasses = []struct {
	of         pb.Account_CashFlowClass
	key, label string
}{
	{pb.Account_CUSTOMERS, "operating/customers", "Received from customers"},
	{pb.Account_SUPPLIERS, "operating/suppliers", "Paid to suppliers"},
	{pb.Account_EMPLOYEES, "operating/employees", "Paid to employees"},
	{pb.Account_INTEREST_PAID, "operating/interest", "Interest paid"},
	{pb.Account_TAXES, "operating/taxes", "Taxes paid"},
	{pb.Account_OTHER_OPERATING, "operating/other", "Other operating receipts and payments"},
}

// directOperatingRow shows operating receipts and payments by class.
func (s statement) directOperatingRow(parts cashParts) (*pb.ReportRow, amounts) {
	var rows []*pb.ReportRow
	sum := s.zeros()
	for _, c := range directClasses {
		row, total := s.heading(c.key, c.label, s.zeros()), s.zeros()
		if part, moved := parts.classes[c.of]; moved {
			row, total = part.section(c.key, c.label, debit, func(balance) bool { return true })
		}
		row.Kind = pb.ReportRow_SUBTOTAL
		rows, sum = append(rows, row), sum.plus(total)
	}
	return s.heading("operating", "Operating activities", sum, rows...), sum
}

// cashHeld is the cash before and at the end of each column, and the effect of translating it
// to another currency (IAS 7.28). The cash is worth more or less at closing rates than at the
// rates of the days on which it moved. In the base currency, translation is zero.
type cashHeld struct{ opening, closing, translation amounts }

func (h cashHeld) change() amounts { return h.closing.minus(h.opening) }

// readCashHeld reads the opening and closing cash of a statement over periods.
func (s statement) readCashHeld(ctx context.Context, tx *db.Tx) (cashHeld, error) {
	var dates []column
	places := map[calendar.Date]int{}
	for _, c := range s.columns {
		for _, day := range []calendar.Date{c.start.AddDays(-1), c.end} {
			// One month ends where the next begins.
			if _, again := places[day]; !again {
				places[day] = len(dates)
				c.period = period{end: day}
				dates = append(dates, c)
			}
		}
	}
	all, err := balances(ctx, tx, dates)
	if err != nil {
		return cashHeld{}, err
	}
	moved := make([][]movement, len(dates))
	for i, c := range dates {
		for _, b := range all {
			if b.isCash() && b.Minor[i] != 0 {
				moved[i] = append(moved[i], movement{b.ID, c.end, b.Minor[i]})
			}
		}
	}
	if err := newAccounts(all, len(dates)).fillInCurrency(ctx, tx, moved, s.currency); err != nil {
		return cashHeld{}, err
	}
	cash := cashTotal(all, len(dates))
	out := cashHeld{opening: s.zeros(), closing: s.zeros()}
	for i, c := range s.columns {
		out.opening[i], out.closing[i] = cash[places[c.start.AddDays(-1)]], cash[places[c.end]]
	}
	out.translation = out.change().minus(cashTotal(s.balances, len(s.columns)))
	return out, checkOverflow(all, len(dates))
}

// cashTotal returns the total of the cash accounts in each column.
func cashTotal(all []balance, columns int) amounts {
	sum := make(amounts, columns)
	for _, b := range all {
		if b.isCash() {
			sum = sum.plus(b.Minor)
		}
	}
	return sum
}

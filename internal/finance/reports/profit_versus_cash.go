package reports

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

// GetProfitVersusCash explains the difference between net income and the change in cash.
func (s *Service) GetProfitVersusCash(
	ctx context.Context, req *pb.GetProfitVersusCashRequest,
) (*pb.ProfitVersusCash, error) {
	spec, err := s.flowSpec(ctx, req)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ProfitVersusCash, error) {
		st, err := spec.statement(ctx, tx)
		if err != nil {
			return nil, err
		}
		held, err := st.readCashHeld(ctx, tx)
		if err != nil {
			return nil, err
		}
		flows, err := st.readCashFlows(ctx, tx, false)
		if err != nil {
			return nil, err
		}
		parts, err := flows.parts()
		return profitVersusCash(st, parts, held), err
	})
}

// cashReason is why cash can move differently from net income: the subtype of the accounts, and
// what an increase of cash from them means.
type cashReason struct {
	subtype    pb.Account_Subtype
	key, label string
}

// incomeReasons are reasons on income and expense accounts, in the order shown.
var incomeReasons = []cashReason{
	{pb.Account_DEPRECIATION, "depreciation", "Depreciation, which uses no cash"},
	{pb.Account_REALIZED_EXCHANGE_GAIN, "realizedGains", "Realized exchange gains without cash"},
	{pb.Account_UNREALIZED_EXCHANGE_GAIN, "unrealizedGains", "Unrealized exchange gains, which bring no cash"},
}

// operatingReasons are reasons on operating accounts, in the order shown.
var operatingReasons = []cashReason{
	{pb.Account_ACCOUNTS_RECEIVABLE, "receivables", "Customer payments for earlier sales, less sales not yet paid"},
	{pb.Account_CUSTOMER_DEPOSIT, "deposits", "Advance payments from customers"},
	{pb.Account_INVENTORY, "inventory", "Inventory used, less inventory bought"},
	{pb.Account_PREPAID_EXPENSE, "prepaid", "Prepaid expenses used, less new prepayments"},
	{pb.Account_ACCOUNTS_PAYABLE, "payables", "Vendor bills not yet paid, less payments of earlier bills"},
	{pb.Account_CREDIT_CARD, "creditCards", "Credit card purchases, less payments to the card"},
	{pb.Account_TAX_PAYABLE, "taxes", "Taxes not yet paid, less payments of earlier taxes"},
	{
		pb.Account_PAYROLL_LIABILITY, "payroll",
		"Pay and payroll taxes not yet paid, less payments of earlier ones",
	},
	{pb.Account_SUSPENSE, "suspense", "Not yet categorized"},
}

// cashOnlyReasons are reasons of investing and financing, in the order shown. They count the cash
// that moved.
var cashOnlyReasons = []cashReason{
	{pb.Account_FIXED_ASSET, "fixedAssets", "Equipment sold, less equipment bought"},
	{pb.Account_LOAN, "loans", "Money borrowed, less loan repayments"},
	{pb.Account_OWNER_EQUITY, "contributions", "Put in by the owners"},
	{pb.Account_OWNER_DRAW, "withdrawals", "Taken out by the owners"},
	{pb.Account_OPENING_BALANCE, "openingBalances", "Opening balances"},
}

// profitVersusCash starts from net income and adds what the cash-flow statement shows between net
// income and the change in cash. The reasons add up to the change of the cash accounts without any
// balancing item. In another currency, cash also changes with its rate, and each amount is rounded.
func profitVersusCash(s statement, parts cashParts, held cashHeld) *pb.ProfitVersusCash {
	net, change := s.earnings(), held.change()
	w := &reasonRows{rows: []*pb.ReportRow{s.subtotal("netIncome", "Net income", net)}, sum: net}
	w.add(parts.excluded, incomeReasons, credit, balance.isResult, []typeReason{
		{pb.Account_INCOME, "otherIncome", "Income that brings no operating cash"},
		{pb.Account_EXPENSE, "otherExpenses", "Expenses that use no operating cash"},
	})
	w.add(s.minusBalances(parts.excluded), operatingReasons, credit, func(b balance) bool {
		return !b.isResult() && b.flowAccount().IsOperating()
	}, []typeReason{
		{pb.Account_ASSET, "otherAssets", "Other assets: decreases, less increases"},
		{pb.Account_LIABILITY, "otherLiabilities", "Other liabilities: increases, less decreases"},
		{pb.Account_EQUITY, "otherEquity", "Other equity: contributions, less withdrawals"},
	})
	for _, part := range []struct {
		of    statement
		key   string
		label string
	}{
		{parts.investing, "otherInvesting", "Other investing: proceeds, less payments"},
		{parts.financing, "otherFinancing", "Other financing: proceeds, less payments"},
	} {
		w.add(part.of, cashOnlyReasons, debit, func(balance) bool { return true },
			[]typeReason{{0, part.key, part.label}})
	}
	effect := parts.effect.plus(held.translation)
	if s.translated || !effect.isZero() {
		w.rows = append(w.rows, s.subtotal("exchangeEffect", "Effect of exchange rates on cash", effect))
		w.sum = w.sum.plus(effect)
	}
	if s.translated {
		w.rows = append(w.rows, s.subtotal("rounding", "Rounding", change.minus(w.sum)))
	}
	asked := s.columns[s.asked()]
	return &pb.ProfitVersusCash{
		StartDate: asked.start.String(), EndDate: asked.end.String(), Columns: s.headings(), Rows: append(w.rows,
			s.total("changeInCash", "Change in cash", change)),
		NetIncome: s.figure(net), ChangeInCash: s.figure(change),
		Series: []*pb.ReportSeries{s.series("Net income", net), s.series("Change in cash", change)},
	}
}

// typeReason is a reason for the accounts of a type whose subtype has none. Without a type, it is
// for all accounts that have none.
type typeReason struct {
	of         pb.Account_Type
	key, label string
}

// reasonRows collects the rows of the reasons and their sum.
type reasonRows struct {
	rows []*pb.ReportRow
	sum  amounts
}

// add adds the reasons of the accounts for which belongs returns true, and then those of the rest.
func (w *reasonRows) add(
	s statement, reasons []cashReason, shown side, belongs func(balance) bool, rest []typeReason,
) {
	listed := map[string]bool{}
	for _, r := range reasons {
		listed[r.subtype.String()] = true
		w.addRow(s, r.key, r.label, shown, func(b balance) bool { return belongs(b) && b.Subtype == r.subtype.String() })
	}
	for _, r := range rest {
		w.addRow(s, r.key, r.label, shown, func(b balance) bool {
			return belongs(b) && !listed[b.Subtype] && (r.of == 0 || b.is(r.of))
		})
	}
}

// addRow adds a reason if one of its accounts moved.
func (w *reasonRows) addRow(s statement, key, label string, shown side, belongs func(balance) bool) {
	row, sum := s.section(key, label, shown, belongs)
	if len(row.Rows) > 0 {
		w.rows, w.sum = append(w.rows, row), w.sum.plus(sum)
	}
}

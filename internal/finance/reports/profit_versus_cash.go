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
		return profitVersusCash(st, held), err
	})
}

// cashReasons lists, in the order shown, why cash can move differently from net income: the
// subtype of the accounts, and what an increase of cash from them means.
var cashReasons = []struct {
	subtype pb.Account_Subtype
	label   string
}{
	{pb.Account_ACCOUNTS_RECEIVABLE, "Customer payments for earlier sales, less sales not yet paid"},
	{pb.Account_CUSTOMER_DEPOSIT, "Advance payments from customers"},
	{pb.Account_INVENTORY, "Inventory used, less inventory bought"},
	{pb.Account_PREPAID_EXPENSE, "Prepaid expenses used, less new prepayments"},
	{pb.Account_ACCOUNTS_PAYABLE, "Vendor bills not yet paid, less payments of earlier bills"},
	{pb.Account_CREDIT_CARD, "Credit card purchases, less payments to the card"},
	{pb.Account_TAX_PAYABLE, "Taxes not yet paid, less payments of earlier taxes"},
	{pb.Account_PAYROLL_LIABILITY, "Pay and payroll taxes not yet paid, less payments of earlier ones"},
	{pb.Account_ACCUMULATED_DEPRECIATION, "Depreciation, which uses no cash"},
	{pb.Account_FIXED_ASSET, "Equipment sold, less equipment bought"},
	{pb.Account_LOAN, "Money borrowed, less loan repayments"},
	{pb.Account_OWNER_EQUITY, "Contributions by the owners"},
	{pb.Account_OWNER_DRAW, "Withdrawals by the owners"},
	{pb.Account_OPENING_BALANCE, "Opening balances"},
	{pb.Account_SUSPENSE, "Not yet categorized"},
}

// profitVersusCash starts from net income and adds the change of every other account with its
// sign reversed. Since the changes of all accounts add up to zero, the reasons add up to the
// change of the cash accounts without any balancing item. In another currency, cash also
// changes with its rate, and each amount is rounded.
func profitVersusCash(s statement, held cashHeld) *pb.ProfitVersusCash {
	net, change := s.earnings(), held.change()
	rows := []*pb.ReportRow{s.row("Net income", net)}
	listed := map[string]bool{}
	addRow := func(label string, belongs func(balance) bool) {
		row, _ := s.section(label, credit, func(b balance) bool { return !b.isCash() && !b.isResult() && belongs(b) })
		if len(row.Rows) > 0 {
			rows = append(rows, row)
		}
	}
	for _, r := range cashReasons {
		listed[r.subtype.String()] = true
		addRow(r.label, func(b balance) bool { return b.Subtype == r.subtype.String() })
	}
	for _, rest := range []struct {
		of    pb.Account_Type
		label string
	}{
		{pb.Account_ASSET, "Other assets: decreases, less increases"},
		{pb.Account_LIABILITY, "Other liabilities: increases, less decreases"},
		{pb.Account_EQUITY, "Other equity: contributions, less withdrawals"},
	} {
		addRow(rest.label, func(b balance) bool { return b.is(rest.of) && !listed[b.Subtype] })
	}
	if s.translated {
		rows = append(rows, s.row("Effect of exchange rates on cash", held.translation),
			s.row("Rounding", s.translationDifference()))
	}
	first := s.columns[0]
	return &pb.ProfitVersusCash{
		StartDate: first.start.String(), EndDate: first.end.String(), Columns: s.labels(), Rows: append(rows,
			s.row("Change in cash", change)),
		NetIncome: s.money(net[0]), ChangeInCash: s.money(change[0]),
		Series: []*pb.ReportSeries{s.series("Net income", net), s.series("Change in cash", change)},
	}
}

package reports

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

// GetProfitVersusCash answers why net income and the change in cash differ.
func (s *Service) GetProfitVersusCash(ctx context.Context, req *pb.GetProfitVersusCashRequest) (*pb.ProfitVersusCash, error) {
	spec, err := s.flowSpec(ctx, req)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ProfitVersusCash, error) {
		st, err := spec.statement(ctx, tx)
		if err != nil {
			return nil, err
		}
		held, err := st.cashHeld(ctx, tx)
		return profitVersusCash(st, held), err
	})
}

// reasons are why cash moved otherwise than net income did, in the order in which they are
// told: the accounts of a subtype, and what a rise of cash by them means.
var reasons = []struct {
	subtype pb.Account_Subtype
	label   string
}{
	{pb.Account_ACCOUNTS_RECEIVABLE, "Sold earlier and paid by customers now, less sold and not yet paid"},
	{pb.Account_CUSTOMER_DEPOSIT, "Paid by customers in advance"},
	{pb.Account_INVENTORY, "Stock used up, less stock bought"},
	{pb.Account_PREPAID_EXPENSE, "Used of what was paid in advance, less paid in advance"},
	{pb.Account_ACCOUNTS_PAYABLE, "Billed by vendors and not yet paid, less paid of earlier bills"},
	{pb.Account_CREDIT_CARD, "Bought by credit card, less paid to it"},
	{pb.Account_TAX_PAYABLE, "Taxes owed and not yet paid, less paid of earlier ones"},
	{pb.Account_PAYROLL_LIABILITY, "Pay and payroll taxes not yet paid, less paid of earlier ones"},
	{pb.Account_ACCUMULATED_DEPRECIATION, "Wear of equipment, which costs no cash"},
	{pb.Account_FIXED_ASSET, "Equipment sold, less equipment bought"},
	{pb.Account_LOAN, "Borrowed, less paid back"},
	{pb.Account_OWNER_EQUITY, "Put in by the owners"},
	{pb.Account_OWNER_DRAW, "Taken out by the owners"},
	{pb.Account_OPENING_BALANCE, "Opening balances"},
	{pb.Account_SUSPENSE, "Not yet explained"},
}

// profitVersusCash begins with net income. What any other account changes by, cash changes
// by too, the other way round, since all accounts change by zero together: so the reasons
// add up to the change in the cash accounts, and none is made to fit. In another currency
// cash also changes by its rate, and each amount is rounded.
func profitVersusCash(s statement, held cashHeld) *pb.ProfitVersusCash {
	net, change := s.earnings(), held.change()
	rows := []*pb.ReportRow{s.row("Net income", net)}
	told := map[string]bool{}
	tell := func(label string, belongs func(balance) bool) {
		row, _ := s.section(label, credit, func(b balance) bool { return !b.isCash() && !b.isResult() && belongs(b) })
		if len(row.Rows) > 0 {
			rows = append(rows, row)
		}
	}
	for _, r := range reasons {
		told[r.subtype.String()] = true
		tell(r.label, func(b balance) bool { return b.Subtype == r.subtype.String() })
	}
	for _, rest := range []struct {
		of    pb.Account_Type
		label string
	}{
		{pb.Account_ASSET, "Other things owned: less of them, less more of them"},
		{pb.Account_LIABILITY, "Other debts: taken on, less paid back"},
		{pb.Account_EQUITY, "Other equity: put in, less taken out"},
	} {
		tell(rest.label, func(b balance) bool { return b.is(rest.of) && !told[b.Subtype] })
	}
	if s.translated {
		rows = append(rows, s.row("What exchange rates added to the cash held", held.translation), s.row("Rounding", s.difference()))
	}
	first := s.columns[0]
	return &pb.ProfitVersusCash{
		StartDate: first.start.String(), EndDate: first.end.String(), Columns: s.labels(), Rows: append(rows, s.row("Change in cash", change)),
		NetIncome: s.money(net[0]), ChangeInCash: s.money(change[0]),
		Series: []*pb.ReportSeries{s.series("Net income", net), s.series("Change in cash", change)},
	}
}

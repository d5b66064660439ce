package ledger

import (
	"cmp"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
)

// report says what became of each row, and what is worth a look.
func (o *opening) report(e *pb.JournalEntry) {
	amount := func(minor int64) *typepb.Money {
		return money.ToProto(minor, o.currency)
	}
	o.answer.JournalEntry, o.answer.Accounts = e, o.fresh
	o.answer.DebitTotal, o.answer.CreditTotal = amount(o.debits), amount(o.credits)
	made := map[string]bool{}
	for _, a := range o.fresh {
		made[a.Id] = true
	}
	for _, r := range o.rows {
		row := &pb.ImportOpeningBalancesResponse_Row{
			LineNumber: int32(r.balance.Line), Outcome: pb.ImportOpeningBalancesResponse_Row_BOOKED, AccountText: textOf(r.balance),
			AccountId: r.account.id, Amount: amount(r.balance.Minor),
		}
		if made[r.account.id] {
			row.Outcome = pb.ImportOpeningBalancesResponse_Row_BOOKED_TO_NEW_ACCOUNT
		}
		o.answer.Rows = append(o.answer.Rows, row)
	}
	for _, p := range o.file.Skipped {
		o.answer.Rows = append(o.answer.Rows, &pb.ImportOpeningBalancesResponse_Row{
			LineNumber: int32(p.Line), Outcome: pb.ImportOpeningBalancesResponse_Row_PASSED_OVER, AccountText: p.Name, Note: p.Cause,
		})
	}
	slices.SortStableFunc(o.answer.Rows, func(a, b *pb.ImportOpeningBalancesResponse_Row) int {
		return cmp.Compare(a.LineNumber, b.LineNumber)
	})
	o.warnOfAccounts()
}

// warnOfAccounts says which balances are more than a number on an account.
func (o *opening) warnOfAccounts() {
	var control []string
	results := 0
	for _, r := range o.rows {
		if r.account.control {
			control = append(control, r.account.String())
		}
		if r.account.kind == pb.Account_INCOME || r.account.kind == pb.Account_EXPENSE {
			results++
		}
	}
	if len(control) > 0 {
		o.warn("The documents behind these balances are not in the file, and are still to be entered: %s.", strings.Join(control, ", "))
	}
	if results > 0 {
		o.warn("Balances of income and expenses count as the result of the year of %s: %d.", o.req.GetDate(), results)
	}
	if len(o.file.UnknownColumns) > 0 {
		o.warn("Columns that mean nothing here were passed over: %s.", strings.Join(o.file.UnknownColumns, ", "))
	}
}

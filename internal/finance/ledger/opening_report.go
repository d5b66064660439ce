package ledger

import (
	"cmp"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
)

// report fills in the response: the outcome of each row, the totals and the warnings.
func (o *opening) report(e *pb.JournalEntry) {
	amount := func(minor int64) *typepb.Money {
		return money.ToProto(minor, o.currency)
	}
	o.response.JournalEntry, o.response.Accounts = e, o.newAccounts
	o.response.DebitTotal, o.response.CreditTotal = amount(o.debits), amount(o.credits)
	made := map[string]bool{}
	for _, a := range o.newAccounts {
		made[a.Id] = true
	}
	for _, r := range o.rows {
		row := &pb.ImportOpeningBalancesResponse_Row{
			LineNumber: int32(r.balance.Line), Outcome: pb.ImportOpeningBalancesResponse_Row_BOOKED,
			AccountText: rowText(r.balance),
			AccountId:   r.account.id, Amount: amount(r.balance.Minor),
		}
		if made[r.account.id] {
			row.Outcome = pb.ImportOpeningBalancesResponse_Row_BOOKED_TO_NEW_ACCOUNT
		}
		o.response.Rows = append(o.response.Rows, row)
	}
	for _, p := range o.file.Skipped {
		o.response.Rows = append(o.response.Rows, &pb.ImportOpeningBalancesResponse_Row{
			LineNumber: int32(p.Line), Outcome: pb.ImportOpeningBalancesResponse_Row_PASSED_OVER, AccountText: p.Name,
			Note: p.Cause,
		})
	}
	slices.SortStableFunc(o.response.Rows, func(a, b *pb.ImportOpeningBalancesResponse_Row) int {
		return cmp.Compare(a.LineNumber, b.LineNumber)
	})
	o.addWarnings()
}

// addWarnings warns about balances that need more than the entry, and about ignored columns.
func (o *opening) addWarnings() {
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
		o.warn("The file does not contain the documents behind these balances. Enter them separately: %s.",
			strings.Join(control, ", "))
	}
	if results > 0 {
		o.warn("Balances of income and expense accounts count toward the result of the year of %s: %d.",
			o.req.GetDate(), results)
	}
	if len(o.file.UnknownColumns) > 0 {
		o.warn("Unknown columns were ignored: %s.", strings.Join(o.file.UnknownColumns, ", "))
	}
}

package reports

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
)

// trialBalance puts the balance of each account that ever moved on its side.
func trialBalance(currency string, p period, all []balance) *pb.TrialBalance {
	s := statement{currency: currency, period: p, all: all}
	out := &pb.TrialBalance{AsOf: p.end.String(), Columns: []string{"debit", "credit"}}
	var debits, credits int64
	for _, b := range all {
		if !b.Moved {
			continue
		}
		onDebit, onCredit := max(b.Minor, 0), max(-b.Minor, 0)
		debits += onDebit
		credits += onCredit
		out.Rows = append(out.Rows, s.account(b, s.money(onDebit), s.money(onCredit)))
	}
	out.TotalDebit, out.TotalCredit = s.money(debits), s.money(credits)
	return out
}

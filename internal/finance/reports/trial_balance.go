package reports

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// trialBalance shows each account that has lines on the side of its balance, in two columns per
// date.
func trialBalance(s statement) *pb.TrialBalance {
	out := &pb.TrialBalance{AsOf: s.columns[s.asked()].end.String()}
	for _, c := range s.columns {
		out.Columns = append(out.Columns,
			c.heading(columnName(c.label, "debit")), c.heading(columnName(c.label, "credit")))
	}
	debits, credits := s.zeros(), s.zeros()
	sides := func(a amounts) (shown []*typepb.Money) {
		for i, minor := range a {
			onDebit, onCredit := max(minor, 0), max(-minor, 0)
			debits[i] += onDebit
			credits[i] += onCredit
			shown = append(shown, s.money(onDebit), s.money(onCredit))
		}
		return shown
	}
	for _, b := range s.balances {
		if b.Moved {
			out.Rows = append(out.Rows, s.accountRow("accounts", b, sides(b.Minor)...))
		}
	}
	if s.translated {
		out.Rows = append(out.Rows, &pb.ReportRow{
			Kind: pb.ReportRow_SUBTOTAL, Key: "translationDifference", Label: "Translation difference",
			Amounts: sides(s.translationDifference().times(-1)),
		})
	}
	if due := s.dueFromRest(); !due.isZero() {
		out.Rows = append(out.Rows, &pb.ReportRow{
			Kind: pb.ReportRow_SUBTOTAL, Key: "dueFromRest", Label: "Due from or to the rest of the organization",
			Amounts: sides(due),
		})
	}
	for i := range s.columns {
		out.Totals = append(out.Totals, s.money(debits[i]), s.money(credits[i]))
	}
	out.TotalDebit, out.TotalCredit = s.figure(debits), s.figure(credits)
	return out
}

// columnName returns the name of a column, prefixed with the date if there are several.
func columnName(label, name string) string {
	if label == onlyColumn {
		return name
	}
	return label + " " + name
}

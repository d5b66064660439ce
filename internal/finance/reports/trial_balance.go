package reports

import (
	"context"
	_ "embed"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
)

//go:embed turnover.sql
var selectTurnover string

// trialBalance shows each account that has lines on the side of its balance, in two columns per
// date. A column of a period shows the debits and the credits of its lines, from turnover.
func trialBalance(s statement, turnover map[uuid.UUID][2]int64) *pb.TrialBalance {
	out := &pb.TrialBalance{AsOf: s.columns[s.asked()].end.String()}
	for _, c := range s.columns {
		out.Columns = append(out.Columns,
			c.heading(columnName(c.label, "debit")), c.heading(columnName(c.label, "credit")))
	}
	debits, credits := s.zeros(), s.zeros()
	sides := func(account uuid.UUID, a amounts) (shown []*typepb.Money) {
		for i, minor := range a {
			onDebit, onCredit := max(minor, 0), max(-minor, 0)
			if both, known := turnover[account]; known && !s.columns[i].start.IsZero() {
				onDebit, onCredit = both[0], both[1]
			}
			debits[i] += onDebit
			credits[i] += onCredit
			shown = append(shown, s.money(onDebit), s.money(onCredit))
		}
		return shown
	}
	for _, b := range s.balances {
		if b.Moved {
			out.Rows = append(out.Rows, s.accountRow("accounts", b, sides(b.ID, b.Minor)...))
		}
	}
	if s.translated {
		out.Rows = append(out.Rows, &pb.ReportRow{
			Kind: pb.ReportRow_SUBTOTAL, Key: "translationDifference", Label: "Translation difference",
			Amounts: sides(noAccount, s.translationDifference().times(-1)),
		})
	}
	if due := s.dueFromRest(); !due.isZero() {
		out.Rows = append(out.Rows, &pb.ReportRow{
			Kind: pb.ReportRow_SUBTOTAL, Key: "dueFromRest", Label: "Due from or to the rest of the organization",
			Amounts: sides(noAccount, due),
		})
	}
	for i := range s.columns {
		out.Totals = append(out.Totals, s.money(debits[i]), s.money(credits[i]))
	}
	out.TotalDebit, out.TotalCredit = s.figure(debits), s.figure(credits)
	return out
}

// turnover adds the debits and credits of each account in the column of a period, which a trial
// balance shows between its opening and closing balances.
func (s statement) turnover(ctx context.Context, tx *db.Tx, c column) (map[uuid.UUID][2]int64, error) {
	rows, err := tx.Query(ctx, selectTurnover, tx.Call().Organization.ID, c.startArg(), c.end.String(), c.withinArg(),
		c.knownAtArg())
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID][2]int64{}
	var account uuid.UUID
	var debits, credits int64
	_, err = pgx.ForEachRow(rows, []any{&account, &debits, &credits}, func() error {
		out[account] = [2]int64{debits, credits}
		return nil
	})
	return out, err
}

// columnName returns the name of a column, prefixed with the date if there are several.
func columnName(label, name string) string {
	if label == onlyColumn {
		return name
	}
	return label + " " + name
}

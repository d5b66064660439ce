package profitability_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/money"
)

// TestFiguresAddUpLikeLedger posts random entries, partly rolled up, and compares each figure of
// each project with sums in Go, with its explanation and with the profit and loss.
func TestFiguresAddUpLikeLedger(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		list := []*pb.Project{s.project(t, fmt.Sprint("A ", n)), s.project(t, fmt.Sprint("B ", n))}
		kinds := []financev1.Account_Subtype{financev1.Account_SALES, financev1.Account_COST_OF_SALES,
			financev1.Account_PAYROLL_EXPENSE, financev1.Account_OPERATING_EXPENSE}
		start, end := "2025-02-10", "2025-04-20"
		sums := map[string]int64{}
		for range rapid.IntRange(1, 8).Draw(r, "entries") {
			p := list[rapid.IntRange(0, 1).Draw(r, "project")]
			kind := rapid.SampledFrom(kinds).Draw(r, "account")
			amount := rapid.Int64Range(-100000, 100000).Filter(func(a int64) bool { return a != 0 }).Draw(r, "amount")
			date := rapid.SampledFrom([]string{"2025-02-09", "2025-02-10", "2025-03-15", "2025-04-20", "2025-04-21"}).
				Draw(r, "date")
			s.post(t, p, date, kind, money.Format(amount, "USD"))
			if date < start || date > end {
				continue
			}
			if kind == financev1.Account_SALES {
				amount = -amount
			}
			sums[p.GetId()+kind.String()] += amount
			if rapid.Bool().Draw(r, "roll up") {
				s.RunJobs(t)
			}
		}
		report := s.report(t, func(q *pb.GetProjectProfitabilityRequest) {
			q.StartDate, q.EndDate, q.ProjectIds = start, end, []string{list[0].GetId(), list[1].GetId()}
		})
		total := int64(0)
		for _, row := range report.GetRows() {
			f := row.GetFigures()
			of := func(k financev1.Account_Subtype) int64 { return sums[row.GetProjectId()+k.String()] }
			costs := of(financev1.Account_COST_OF_SALES) + of(financev1.Account_OPERATING_EXPENSE)
			total += of(financev1.Account_SALES) - costs
			if minor(t, f.GetIncome()) != of(financev1.Account_SALES) || minor(t, f.GetOtherCosts()) != costs ||
				minor(t, f.GetExcludedPayroll()) != of(financev1.Account_PAYROLL_EXPENSE) {
				r.Fatalf("got %s, want %v", text(f), sums)
			}
		}
		if minor(t, report.GetTotal().GetMargin()) != total {
			r.Fatalf("got %v, want %d", report.GetTotal(), total)
		}
		for _, p := range list {
			s.checkLedger(t, p, start, end, financev1.AccountingBasis_ACCRUAL)
		}
	})
}

package banking_test

import (
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestInvalidLinesOfPushAreReportedTogether pushes lines with a problem each, and imports the rest
// on request.
func TestInvalidLinesOfPushAreReportedTogether(t *testing.T) {
	t.Parallel()
	overEachWire(t, func(t *testing.T, b bank) {
		euro := feedLine("txn_4", "2026-11-02", "1.00", "Euro")
		euro.Amount.CurrencyCode = "EUR"
		feed := &pb.StatementImport_Feed{Lines: []*pb.StatementImport_Feed_Line{
			feedLine("", "2026-11-02", "1.00", "No identifier"), feedLine("txn_1", "02.11.2026", "1.00", "Date"),
			feedLine("txn_2", "2026-11-02", "1.005", "Amount"), {ExternalId: "txn_3", BookedDate: ""}, euro,
			feedLine("txn_5", "2026-11-02", "1.00", "Valid"), feedLine("txn_6", "2026-12-01", "1.00", "Late"),
		}, EndDate: "2026-11-30"}
		_, err := b.push(t, feed)
		apptest.WantRefused(t, err, optionsv1.Reason_STATEMENT_ROWS_INVALID,
			"feed.lines[0].externalId", "feed.lines[1].bookedDate", "feed.lines[2].amount.amount",
			"feed.lines[3].bookedDate", "feed.lines[3].amount", "feed.lines[4].amount.currencyCode",
			"feed.lines[6].bookedDate")
		if n := b.total(t, ""); n != 0 {
			t.Errorf("got %d lines of a refused push", n)
		}
		made, err := b.push(t, feed, skipInvalid)
		if err != nil || counts(made) != [4]int32{7, 1, 0, 6} {
			t.Fatalf("got %v, %v, want one new line", made, err)
		}
		if p := made.GetRows()[3].GetProblem(); !strings.Contains(p, "bookedDate") || !strings.Contains(p, "amount") {
			t.Errorf("got the problem %q, want both", p)
		}
	})
}

// TestPushRefusesFieldsOfFiles pushes lines with fields that do not fit them.
func TestPushRefusesFieldsOfFiles(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	line := feedLine("txn_1", "2026-11-02", "1.00", "")
	for name, c := range map[string]struct {
		change func(i *pb.StatementImport)
		fields []string
	}{
		"content":  {func(i *pb.StatementImport) { i.Content = []byte("Date") }, []string{"content"}},
		"no lines": {func(i *pb.StatementImport) { i.Feed.Lines = nil }, []string{"feed.lines"}},
		"format, profile and order": {func(i *pb.StatementImport) {
			i.Format, i.CsvProfileId, i.DateOrder = pb.StatementImport_CSV, "csp_1", pb.DateOrder_DMY
		}, []string{"csvProfileId", "dateOrder", "format"}},
		"balances and period": {func(i *pb.StatementImport) {
			i.Feed.OpeningBalance = &typepb.Money{Amount: "1", CurrencyCode: "EUR"}
			i.Feed.ClosingBalance = &typepb.Money{Amount: "one"}
			i.Feed.StartDate, i.Feed.EndDate = "2026-11-31", "2026-11-30"
		}, []string{"feed.closingBalance.amount", "feed.openingBalance.currencyCode", "feed.startDate"}},
		"reversed period": {func(i *pb.StatementImport) {
			i.Feed.StartDate, i.Feed.EndDate = "2026-11-30", "2026-11-01"
		}, []string{"feed.endDate"}},
	} {
		t.Run(name, func(t *testing.T) {
			i := &pb.StatementImport{Feed: &pb.StatementImport_Feed{Lines: []*pb.StatementImport_Feed_Line{line}}}
			c.change(i)
			_, err := b.CreateStatementImport(t.Context(), &pb.CreateStatementImportRequest{
				BankAccountId: b.account.GetId(), StatementImport: i,
			})
			if got := slices.Sorted(slices.Values(apptest.Fields(err))); !slices.Equal(got, c.fields) {
				t.Errorf("got %v, %v, want violations of %v", got, err, c.fields)
			}
		})
	}
}

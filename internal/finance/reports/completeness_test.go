package reports_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
)

// postGainsToAccounts creates bank accounts and posts one gain per entry to each of them in
// turn.
func (c company) postGainsToAccounts(t *testing.T, accounts, entries int) {
	t.Helper()
	var ids []string
	for n := range accounts {
		ids = append(ids, c.createBankAccount(t, &pb.Account{
			DisplayName: fmt.Sprintf("Bank %d", n), Code: fmt.Sprintf("9%03d", n),
		}))
	}
	for first := 0; first < entries; first += 1000 {
		batch := &pb.BatchCreateJournalEntriesRequest{}
		for n := first; n < min(first+1000, entries); n++ {
			batch.Requests = append(batch.Requests, &pb.CreateJournalEntryRequest{
				JournalEntry: &pb.JournalEntry{Date: "2026-05-01", Lines: []*pb.JournalLine{
					{AccountId: ids[n%accounts], Amount: &typepb.Money{Amount: "1.00"}},
					{AccountId: c.codes["4850"], Amount: &typepb.Money{Amount: "-1.00"}},
				}}})
		}
		if _, err := c.ledger.BatchCreateJournalEntries(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReportsAreComplete reads reports over more accounts and lines than fit on a page
// elsewhere. They must contain all of them, or say that they are truncated.
func TestReportsAreComplete(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	const accounts, entries = 120, 1001
	c.postGainsToAccounts(t, accounts, entries)
	whole := money.Format(entries*100, "USD")
	trial, err := c.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{AsOf: "2026-12-31"})
	if err != nil || len(trial.GetRows()) != accounts+1 || trial.GetTotalDebit().GetAmount() != whole {
		t.Errorf("trial balance: got %d rows and a total of %v, %v", len(trial.GetRows()), trial.GetTotalDebit(), err)
	}
	sheet, err := c.reports.GetBalanceSheet(t.Context(), &pb.GetBalanceSheetRequest{AsOf: "2026-12-31"})
	if err != nil || len(sheet.GetRows()[0].GetRows()[0].GetRows()) != accounts ||
		sheet.GetTotalAssets().GetAmount() != whole {
		t.Errorf("balance sheet: got %d rows and assets of %v, %v",
			len(sheet.GetRows()[0].GetRows()[0].GetRows()), sheet.GetTotalAssets(), err)
	}
	if held := c.accountBalances(t, &pb.GetAccountBalancesRequest{
		AsOf: "2026-12-31",
	}); len(held) != len(c.codes)+accounts {
		t.Errorf("got balances of %d accounts, want %d", len(held), len(c.codes)+accounts)
	}
	lines, listed, token := 0, 0, ""
	for pages := 0; pages == 0 || token != ""; pages++ {
		page, err := c.reports.GetGeneralLedger(t.Context(), &pb.GetGeneralLedgerRequest{
			StartDate: "2026-01-01", EndDate: "2026-12-31", PageSize: 500, PageToken: token,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range page.GetLines() {
			if l.GetJournalEntryId() != "" {
				lines++
			}
		}
		token = page.GetNextPageToken()
	}
	for pages := 0; pages == 0 || token != ""; pages++ {
		page, err := c.reports.GetJournal(t.Context(), &pb.GetJournalRequest{
			StartDate: "2026-01-01", EndDate: "2026-12-31", PageToken: token,
		})
		if err != nil {
			t.Fatal(err)
		}
		listed += len(page.GetEntries())
		token = page.GetNextPageToken()
	}
	if lines != 2*entries || listed != entries {
		t.Errorf("got %d general ledger lines and %d journal entries, want %d entries", lines, listed, entries)
	}
	gains, err := c.reports.GetRealizedGains(t.Context(), &pb.GetRealizedGainsRequest{
		StartDate: "2026-01-01", EndDate: "2026-12-31",
	})
	if err != nil || len(gains.GetGains()) != 1000 || !gains.GetTruncated() || gains.GetTotal().GetAmount() != whole {
		t.Errorf("got %d gains, truncated: %t, a total of %v, %v",
			len(gains.GetGains()), gains.GetTruncated(), gains.GetTotal(), err)
	}
	for report, rows := range map[pb.DownloadReportRequest_Report]int{
		pb.DownloadReportRequest_GENERAL_LEDGER: 2 * entries, pb.DownloadReportRequest_JOURNAL: 2 * entries,
		pb.DownloadReportRequest_REALIZED_GAINS: entries,
	} {
		file, err := c.reports.DownloadReport(t.Context(), &pb.DownloadReportRequest{
			Report: report, Format: pb.DownloadReportRequest_CSV, StartDate: "2026-01-01", EndDate: "2026-12-31",
		})
		if err != nil {
			t.Fatal(err)
		}
		table, err := csv.NewReader(bytes.NewReader(file.GetData())).ReadAll()
		dated := 0
		for _, row := range table {
			if slices.Contains(row, "2026-05-01") {
				dated++
			}
		}
		if err != nil || dated != rows {
			t.Errorf("file of %s: got %d rows, want %d, %v", report, dated, rows, err)
		}
	}
}

// TestEveryReportFiltersByDimension filters each report by a project.
func TestEveryReportFiltersByDimension(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	project, err := c.ledger.CreateDimension(t.Context(), &pb.CreateDimensionRequest{
		Dimension: &pb.Dimension{DisplayName: "Client"},
	})
	if err != nil {
		t.Fatal(err)
	}
	value, err := c.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
		DimensionValue: &pb.DimensionValue{DimensionId: project.GetId(), DisplayName: "Website"},
	})
	if err != nil {
		t.Fatal(err)
	}
	gain := c.entry("2026-03-01", "1000", "4850", "7.00")
	for _, l := range gain.JournalEntry.Lines {
		l.DimensionValueIds = []string{value.GetId()}
	}
	ours, err := c.ledger.CreateJournalEntry(t.Context(), gain)
	if err != nil {
		t.Fatal(err)
	}
	c.post(t, "2026-03-01", "1000", "4850", "5.00")
	c.post(t, "2026-03-02", "1000", "4000", "3.00")
	within, start, end := []string{value.GetId()}, "2026-01-01", "2026-12-31"
	trial, err := c.reports.GetTrialBalance(t.Context(),
		&pb.GetTrialBalanceRequest{AsOf: end, DimensionValueIds: within})
	if err != nil || trial.GetTotalDebit().GetAmount() != "7.00" {
		t.Errorf("trial balance: got %v, %v", trial, err)
	}
	profit, err := c.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
		StartDate: start, EndDate: end, DimensionValueIds: within,
	})
	if err != nil || profit.GetNetIncome().GetAmount() != "7.00" {
		t.Errorf("profit and loss: got %v, %v", profit, err)
	}
	sheet, err := c.reports.GetBalanceSheet(t.Context(),
		&pb.GetBalanceSheetRequest{AsOf: end, DimensionValueIds: within})
	if err != nil || sheet.GetTotalAssets().GetAmount() != "7.00" {
		t.Errorf("balance sheet: got %v, %v", sheet, err)
	}
	ledger, err := c.reports.GetGeneralLedger(t.Context(), &pb.GetGeneralLedgerRequest{
		StartDate: start, EndDate: end, AccountId: c.codes["1000"], DimensionValueIds: within,
	})
	if err != nil || ledger.GetLines()[len(ledger.GetLines())-1].GetBalance().GetAmount() != "7.00" {
		t.Errorf("general ledger: got %v, %v", ledger, err)
	}
	journal, err := c.reports.GetJournal(t.Context(), &pb.GetJournalRequest{
		StartDate: start, EndDate: end, DimensionValueIds: within,
	})
	if err != nil || len(journal.GetEntries()) != 1 || journal.GetEntries()[0].GetJournalEntryId() != ours.GetId() ||
		len(journal.GetEntries()[0].GetLines()) != 2 {
		t.Errorf("journal: got %v, %v", journal, err)
	}
	gains := &pb.GetRealizedGainsRequest{StartDate: start, EndDate: end, DimensionValueIds: within}
	if got, err := c.reports.GetRealizedGains(t.Context(), gains); err != nil || got.GetTotal().GetAmount() != "7.00" {
		t.Errorf("gains: got %v, %v", got, err)
	}
	gains = &pb.GetRealizedGainsRequest{StartDate: start, EndDate: end, KnownAt: ours.GetPostTime()}
	if got, err := c.reports.GetRealizedGains(t.Context(), gains); err != nil || got.GetTotal().GetAmount() != "7.00" {
		t.Errorf("gains as known before: got %v, %v", got, err)
	}
	for report, last := range map[pb.DownloadReportRequest_Report]string{
		pb.DownloadReportRequest_JOURNAL:        ",,,Total,,7.00,7.00\n",
		pb.DownloadReportRequest_REALIZED_GAINS: ",Total,,7.00\n",
	} {
		file, err := c.reports.DownloadReport(t.Context(), &pb.DownloadReportRequest{
			Report: report, Format: pb.DownloadReportRequest_CSV, StartDate: start, EndDate: end,
			DimensionValueIds: within,
		})
		if err != nil || !bytes.HasSuffix(file.GetData(), []byte(last)) {
			t.Errorf("file: got %s, %v", file.GetData(), err)
		}
	}
}

package main

import (
	"context"
	"fmt"
	"io"
	"time"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
)

// baselineLines is the size of the small books that the large books are compared with.
const baselineLines = 10_000

// reportCalls is the number of requests for each report.
const reportCalls = 31

// compareReports fills the books of two organizations over three years, with ten thousand lines
// and with the given number, and prints the latencies of their reports.
func compareReports(ctx context.Context, s *server, lines int, out io.Writer) error {
	conn, err := s.dial()
	if err != nil {
		return err
	}
	defer conn.Close()
	fmt.Fprintf(out, "\n%-24s%14s%14s%14s\n", "median of a report, ms", "trial balance", "P&L", "balance sheet")
	for _, n := range []int{baselineLines, lines} {
		c, err := signUp(ctx, s, fmt.Sprintf("lines%d", n))
		if err != nil {
			return err
		}
		announce("reports", fmt.Sprintf("posting %d lines", n))
		if err := c.postLines(c.withKey(ctx), financev1.NewLedgerServiceClient(conn), n); err != nil {
			return err
		}
		fmt.Fprintf(out, "%-24s", fmt.Sprintf("%d lines", n))
		reports := financev1.NewReportsServiceClient(conn)
		for _, ask := range []func(context.Context) error{
			func(ctx context.Context) error {
				_, err := reports.GetTrialBalance(ctx, &financev1.GetTrialBalanceRequest{AsOf: c.today})
				return err
			},
			func(ctx context.Context) error {
				_, err := reports.GetProfitAndLoss(ctx, &financev1.GetProfitAndLossRequest{EndDate: c.today})
				return err
			},
			func(ctx context.Context) error {
				_, err := reports.GetBalanceSheet(ctx, &financev1.GetBalanceSheetRequest{AsOf: c.today})
				return err
			},
		} {
			m, err := measureCalls(c.withKey(ctx), reportCalls, ask)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "%14.1f", float64(m.percentile(50).Microseconds())/1000)
		}
		fmt.Fprintln(out)
	}
	return nil
}

// measureCalls measures calls that are made one after another.
func measureCalls(ctx context.Context, calls int, ask func(context.Context) error) (measurement, error) {
	var latencies []time.Duration
	begun := time.Now()
	for range calls {
		begin := time.Now()
		if err := ask(ctx); err != nil {
			return measurement{}, err
		}
		latencies = append(latencies, time.Since(begin))
	}
	return newMeasurement(latencies, 1, time.Since(begun)), nil
}

// postLines posts lines over the last three years, and waits for the server to roll them up.
func (c *company) postLines(ctx context.Context, ledger financev1.LedgerServiceClient, lines int) error {
	today, err := calendar.ParseDate(c.today)
	if err != nil {
		return err
	}
	const maxBatch = 1000 // entries per batch
	for posted := 0; posted < lines/2; posted += maxBatch {
		req := &financev1.BatchCreateJournalEntriesRequest{}
		for n := range maxBatch {
			at := posted + n
			amount := fmt.Sprintf("%d.%02d", 1+at%900, at%100)
			req.Requests = append(req.Requests, &financev1.CreateJournalEntryRequest{
				JournalEntry: &financev1.JournalEntry{
					Date: today.AddDays(-at % 1095).String(), Description: "Bench", Lines: []*financev1.JournalLine{
						{AccountId: c.accounts[at%hotAccounts], Amount: &typev1.Money{Amount: amount}},
						{AccountId: c.accounts[(at+1)%hotAccounts], Amount: &typev1.Money{Amount: "-" + amount}},
					},
				}})
		}
		if _, err := ledger.BatchCreateJournalEntries(ctx, req); err != nil {
			return err
		}
	}
	// The relay polls five times a second, and the rollup follows.
	time.Sleep(3*time.Second + time.Duration(lines/100_000)*time.Second)
	return nil
}

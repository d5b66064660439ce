package ledger_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// importAccounts imports a chart of accounts from CSV.
func (b books) importAccounts(
	t *testing.T, csv string, changes ...func(*pb.ImportAccountsRequest),
) (*pb.ImportAccountsResponse, error) {
	t.Helper()
	req := &pb.ImportAccountsRequest{Content: []byte(csv)}
	for _, change := range changes {
		change(req)
	}
	return b.ImportAccounts(t.Context(), req)
}

func updateExisting(r *pb.ImportAccountsRequest) {
	r.ExistingAccounts = pb.ImportAccountsRequest_UPDATE
}
func preview(r *pb.ImportAccountsRequest) { r.ValidateOnly = true }

// outcomes returns the line and the outcome of each row.
func outcomes(r *pb.ImportAccountsResponse) string {
	var out []string
	for _, row := range r.GetRows() {
		out = append(out, fmt.Sprint(row.GetLineNumber(), " ", row.GetOutcome()))
	}
	return strings.Join(out, ", ")
}

// chart returns the accounts by code, or by name if they have none.
func (b books) chart(t *testing.T) map[string]*pb.Account {
	t.Helper()
	out, token := map[string]*pb.Account{}, ""
	for {
		list, err := b.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range list.GetAccounts() {
			key := a.GetCode()
			if key == "" {
				key = a.GetDisplayName()
			}
			out[key] = a
		}
		if token = list.GetNextPageToken(); token == "" {
			return out
		}
	}
}

// quickBooksChart is an account list of QuickBooks Online, xeroChart a chart of accounts of Xero.
const (
	quickBooksChart = "Sample Co,,,,\nAccount List,,,,\n,,,,\nFull name,Type,Detail type,Description,Total balance\n" +
		"Nordbank,Bank,Checking,Main account,\"1,200.00\"\n" +
		"Machines,Fixed Assets,Machinery & Equipment,,\n" +
		"Machines:Accumulated wear,Fixed Assets,Accumulated Depreciation,,\n" +
		"Machines:Lathe: big,Fixed Assets,Machinery & Equipment,,\n" +
		"Card,Credit Card,Credit Card,,\nConsulting,Income,Service/Fee Income,,\n" +
		"Freight,Cost of Goods Sold,Shipping,,\nAdverts,Expenses,Advertising/Promotional,,\n" +
		"Estimates,Non-Posting,,,\n\"Thursday, Nov 30, 2026 04:17 PM GMT-5\",,,,\n"
	xeroChart = "*Code,*Name,*Type,*Tax Code,Description,Dashboard\n" +
		"0090,Business Bank Account,Bank,Tax Exempt,,Yes\n0200,Consulting,Revenue,Tax on Sales,Days at clients,No\n" +
		"0310,Freight,Direct Costs,,,No\n0400,Adverts,Overhead,,,No\n0711,Less wear on machines,Fixed Asset,,,No\n" +
		"0825,Employee tax,Current Liability,,,No\n0860,Rounding,Rounding,,,No\n0900,Owner Drawings,Equity,,,No\n"
)

// TestChartsOfProgramsAreImported imports the files of QuickBooks and Xero. A preview says the same
// as the import, and a second import keeps everything.
func TestChartsOfProgramsAreImported(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, outcomes, want string }{
		"QuickBooks": {quickBooksChart,
			"5 CREATED, 6 CREATED, 7 CREATED, 8 CREATED, 9 CREATED, 10 CREATED, 11 CREATED, 12 CREATED, 13 PASSED_OVER, " +
				"14 PASSED_OVER",
			"Nordbank BANK, Machines FIXED_ASSET, Accumulated wear ACCUMULATED_DEPRECIATION, Lathe: big FIXED_ASSET, " +
				"Card CREDIT_CARD, Consulting SALES, Freight COST_OF_SALES, Adverts OPERATING_EXPENSE"},
		"Xero": {xeroChart,
			"2 CREATED, 3 CREATED, 4 CREATED, 5 CREATED, 6 CREATED, 7 CREATED, 8 CREATED, 9 CREATED",
			"Business Bank Account BANK, Consulting SALES, Freight COST_OF_SALES, Adverts OPERATING_EXPENSE, " +
				"Less wear on machines FIXED_ASSET, Employee tax OTHER_LIABILITY, Rounding ROUNDING, Owner Drawings OTHER_EQUITY"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			before := b.chart(t)
			seen, err := b.importAccounts(t, c.file, preview)
			if err != nil {
				t.Fatal(err)
			}
			if after := b.chart(t); len(after) != len(before) {
				t.Errorf("a preview created %d accounts", len(after)-len(before))
			}
			got, err := b.importAccounts(t, c.file)
			if err != nil || outcomes(got) != c.outcomes || outcomes(seen) != c.outcomes {
				t.Fatalf("got %s, %v; previewed %s", outcomes(got), err, outcomes(seen))
			}
			var made []string
			for _, a := range got.GetAccounts() {
				made = append(made, a.GetDisplayName()+" "+a.GetSubtype().String())
			}
			if strings.Join(made, ", ") != c.want {
				t.Errorf("got %s, want %s", strings.Join(made, ", "), c.want)
			}
			if len(got.GetWarnings()) != 1 {
				t.Errorf("got warnings %v, want one about columns", got.GetWarnings())
			}
			for _, change := range []func(*pb.ImportAccountsRequest){preview, updateExisting} {
				again, err := b.importAccounts(t, c.file, change)
				if err != nil || len(again.GetAccounts()) > 0 {
					t.Errorf("again: got %s, %v", outcomes(again), err)
				}
			}
		})
	}
}

// TestImportedAccountsHaveParents imports nested accounts in any order.
func TestImportedAccountsHaveParents(t *testing.T) {
	t.Parallel()
	b := open(t)
	got, err := b.importAccounts(t, "Code,Name,Type,Parent\nA3,Leaf,ASSET,A2\nA2,Middle,ASSET,Top of all\n"+
		"A1,Top of all,ASSET,\nA4,Under existing,ASSET,1000\nA5,Checking: Bonn,ASSET,\nA6,Checking:Kiel,ASSET,\n")
	if err != nil || outcomes(got) != "2 CREATED, 3 CREATED, 4 CREATED, 5 CREATED, 6 CREATED, 7 CREATED" {
		t.Fatalf("got %v, %v", got, err)
	}
	chart := b.chart(t)
	for child, parent := range map[string]string{"A3": "A2", "A2": "A1", "A4": "1000", "A5": "", "A6": "1000"} {
		if chart[child].GetParentAccountId() != chart[parent].GetId() {
			t.Errorf("got %v, want it under %s", chart[child], parent)
		}
	}
	if chart["A5"].GetDisplayName() != "Checking: Bonn" || chart["A6"].GetDisplayName() != "Kiel" {
		t.Errorf("got %v and %v", chart["A5"], chart["A6"])
	}
}

// TestExistingAccountsStayOrAreUpdated imports rows that match accounts by code and by name.
func TestExistingAccountsStayOrAreUpdated(t *testing.T) {
	t.Parallel()
	b := open(t)
	renamed := b.create(t, &pb.Account{Code: "X1", DisplayName: "Old name", Type: pb.Account_EXPENSE})
	named := b.create(t, &pb.Account{DisplayName: "Web hosting", Type: pb.Account_EXPENSE})
	file := "Number,Name,Description,Type,Parent\nx1,New name,,Expenses,\nX2,Web Hosting,Servers,Expenses,x1\n"
	kept, err := b.importAccounts(t, file)
	if err != nil || outcomes(kept) != "2 KEPT, 3 KEPT" || kept.GetRows()[0].GetAccountId() != renamed.GetId() ||
		!strings.Contains(kept.GetRows()[0].GetNote(), "Old name") || !strings.Contains(kept.GetRows()[1].GetNote(), "code") {
		t.Fatalf("got %v, %v", kept, err)
	}
	if chart := b.chart(t); !proto.Equal(chart["X1"], renamed) || !proto.Equal(chart["Web hosting"], named) {
		t.Errorf("got %v and %v, want them unchanged", chart["X1"], chart["Web hosting"])
	}
	got, err := b.importAccounts(t, file, updateExisting)
	if err != nil || outcomes(got) != "2 UPDATED, 3 UPDATED" || len(got.GetAccounts()) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}
	chart := b.chart(t)
	if a := chart["x1"]; a.GetId() != renamed.GetId() || a.GetDisplayName() != "New name" {
		t.Errorf("got %v", a)
	}
	if a := chart["X2"]; a.GetId() != named.GetId() || a.GetDescription() != "Servers" ||
		a.GetParentAccountId() != renamed.GetId() {
		t.Errorf("got %v", a)
	}
	events, err := platformv1.NewHistoryServiceClient(b.Organization).ListEvents(t.Context(),
		&platformv1.ListEventsRequest{Filter: `type = "finance.account.updated"`})
	if err != nil || len(events.GetEvents()) != 2 {
		t.Errorf("got %v, %v, want two events", events, err)
	}
}

// TestChoicesDecideAboutRows chooses a type for a row, and an existing account for another one.
func TestChoicesDecideAboutRows(t *testing.T) {
	t.Parallel()
	b := open(t)
	file := "Code,Name,Type\nC1,Something,\nC2,Cash at bank,\n"
	choose := func(choices ...*pb.ImportOpeningBalancesRequest_AccountChoice) func(*pb.ImportAccountsRequest) {
		return func(r *pb.ImportAccountsRequest) { r.AccountChoices = choices }
	}
	got, err := b.importAccounts(t, file, choose(
		&pb.ImportOpeningBalancesRequest_AccountChoice{LineNumber: 2, Subtype: pb.Account_INVENTORY},
		&pb.ImportOpeningBalancesRequest_AccountChoice{LineNumber: 3, AccountId: b.codes["1000"]},
	))
	if err != nil || outcomes(got) != "2 CREATED, 3 KEPT" || got.GetAccounts()[0].GetSubtype() != pb.Account_INVENTORY ||
		got.GetRows()[1].GetAccountId() != b.codes["1000"] {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = b.importAccounts(t, file, choose(&pb.ImportOpeningBalancesRequest_AccountChoice{
		LineNumber: 9, AccountId: open(t).codes["1000"],
	}))
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "accountChoices[0].lineNumber", "accountChoices[0].accountId")
}

// TestUploadedChartIsImported imports an uploaded file, and refuses that of another organization.
func TestUploadedChartIsImported(t *testing.T) {
	t.Parallel()
	b, stranger := open(t), open(t)
	upload := func(b books) string {
		r := b.REST(t, "POST", "/v1/files?fileName=chart.csv", xeroChart, "Content-Type: text/csv")
		if r.Code != 200 {
			t.Fatalf("got %d %v", r.Code, r.Body)
		}
		return fmt.Sprint(r.Body["id"])
	}
	use := func(file string) *pb.ImportAccountsRequest { return &pb.ImportAccountsRequest{FileId: file} }
	got, err := b.ImportAccounts(t.Context(), use(upload(b)))
	if err != nil || len(got.GetAccounts()) != 8 {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = b.ImportAccounts(t.Context(), use(upload(stranger)))
	wantReason(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "fileId")
}

// TestConcurrentImportsCreateAccountsOnce imports one file several times at once, with and without
// updates, while entries are posted.
func TestConcurrentImportsCreateAccountsOnce(t *testing.T) {
	t.Parallel()
	b := open(t)
	before := len(b.chart(t))
	var all sync.WaitGroup
	for n := range 6 {
		all.Go(func() {
			req := &pb.ImportAccountsRequest{Content: []byte(quickBooksChart)}
			if n%2 == 0 {
				updateExisting(req)
			}
			if _, err := b.ImportAccounts(context.Background(), req); err != nil {
				t.Error(err)
			}
			if _, err := b.CreateJournalEntry(context.Background(), &pb.CreateJournalEntryRequest{
				JournalEntry: b.entryOn("2026-01-10", "6100", "1000", "5"),
			}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := len(b.chart(t)) - before; got != 8 {
		t.Errorf("got %d new accounts, want 8", got)
	}
}

// TestLargeChartIsImportedQuickly imports 2,000 nested accounts.
func TestLargeChartIsImportedQuickly(t *testing.T) {
	t.Parallel()
	b := open(t)
	file := bytes.NewBufferString("Code,Name,Type,Parent\n")
	for n := range 2000 {
		parent := ""
		if n%10 > 0 {
			parent = fmt.Sprintf("K%d", n-1)
		}
		fmt.Fprintf(file, "K%d,Account %d,Expenses,%s\n", n, n, parent)
	}
	got, err := b.importAccounts(t, file.String())
	if err != nil || len(got.GetAccounts()) != 2000 {
		t.Fatalf("got %d accounts, %v", len(got.GetAccounts()), err)
	}
}

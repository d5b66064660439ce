package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"google.golang.org/grpc/status"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

func (b books) importOpening(
	t *testing.T, req *pb.ImportOpeningBalancesRequest,
) (*pb.ImportOpeningBalancesResponse, error) {
	t.Helper()
	if req.Date == "" {
		req.Date = "2025-12-31"
	}
	return b.ImportOpeningBalances(t.Context(), req)
}

// balances formats the lines of an entry as account code and base amount.
func (b books) balances(t *testing.T, e *pb.JournalEntry) string {
	t.Helper()
	list, err := b.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	for _, a := range list.GetAccounts() {
		codes[a.GetId()] = a.GetCode()
	}
	var out []string
	for _, l := range e.GetLines() {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s", codes[l.GetAccountId()],
			l.GetBaseAmount().GetAmount())))
	}
	return strings.Join(out, "; ")
}

const fromXero = "Trial Balance\nAcme\nAs at 31 December 2025\n\n" +
	"Account Code,Account,Account Type,Debit - Year to date,Credit - Year to date\n" +
	"090,Checking,Bank,\"1,250.00\",\n" +
	"610,Accounts Receivable,Accounts Receivable,100.00,\n" +
	"710,Office Equipment,Fixed Asset,400.00,\n" +
	"960,Retained Earnings,Retained Earnings,,\"1,750.00\"\n" +
	",Total,,\"1,750.00\",\"1,750.00\"\n"

// TestOpeningBalancesAreImportedOnceOrReplaced imports an export of Xero, after a preview with the
// same result. The import creates the missing account with the type in the file.
func TestOpeningBalancesAreImportedOnceOrReplaced(t *testing.T) {
	t.Parallel()
	b := open(t)
	req := &pb.ImportOpeningBalancesRequest{FileName: "tb.csv", Content: []byte(fromXero), CreateAccounts: true,
		ValidateOnly: true}
	preview, err := b.importOpening(t, req)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(b.lines(t, "")); n != 0 {
		t.Fatalf("the preview posted %d lines, want 0", n)
	}
	req.ValidateOnly = false
	done, err := b.importOpening(t, req)
	if err != nil {
		t.Fatal(err)
	}
	e := done.GetJournalEntry()
	if e.GetSource() != pb.JournalEntry_OPENING_BALANCE_IMPORT || e.GetState() != pb.JournalEntry_POSTED ||
		e.GetDate() != "2025-12-31" || e.GetReference() != "tb.csv" {
		t.Errorf("got %v", e)
	}
	if got := b.balances(t, e); got != "1000 1250.00; 1200 100.00; 710 400.00; 3200 -1750.00" {
		t.Errorf("got %s", got)
	}
	if len(done.GetAccounts()) != 1 || done.GetAccounts()[0].GetSubtype() != pb.Account_FIXED_ASSET ||
		done.GetAccounts()[0].GetDisplayName() != "Office Equipment" {
		t.Errorf("got new accounts %v", done.GetAccounts())
	}
	var outcomes []string
	for i, r := range done.GetRows() {
		outcomes = append(outcomes,
			fmt.Sprintf("%d %s %s", r.GetLineNumber(), r.GetOutcome(), r.GetAmount().GetAmount()))
		if p := preview.GetRows()[i]; p.GetOutcome() != r.GetOutcome() ||
			p.GetAmount().GetAmount() != r.GetAmount().GetAmount() {
			t.Errorf("got row %v, but the preview returned %v", r, p)
		}
	}
	const want = "6 BOOKED 1250.00; 7 BOOKED 100.00; 8 BOOKED_TO_NEW_ACCOUNT 400.00; 9 BOOKED -1750.00; 10 PASSED_OVER "
	if got := strings.Join(outcomes, "; "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if done.GetDebitTotal().GetAmount() != "1750.00" || done.GetDifference() != nil || len(done.GetWarnings()) != 1 {
		t.Errorf("got %v", done)
	}

	// A second import replaces the first or is refused.
	_, err = b.importOpening(t,
		&pb.ImportOpeningBalancesRequest{Content: []byte("Account,Balance\nChecking,5.00\nRetained Earnings,-5.00\n")})
	wantReason(t, err, optionsv1.Reason_OPENING_BALANCES_IMPORTED)
	again, err := b.importOpening(t,
		&pb.ImportOpeningBalancesRequest{Content: []byte("Account,Balance\nChecking,5.00\nRetained Earnings,-5.00\n"),
			Replace: true, Date: "2026-01-31"})
	if err != nil {
		t.Fatal(err)
	}
	undone, err := b.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: e.GetId()})
	if err != nil || undone.GetReversedById() != again.GetReversalJournalEntryId() ||
		again.GetReversalJournalEntryId() == "" {
		t.Errorf("got %v, %v", undone, err)
	}
	// After a manual reversal they can be imported again.
	if _, err := b.ReverseJournalEntry(t.Context(),
		&pb.ReverseJournalEntryRequest{JournalEntryId: again.GetJournalEntry().GetId()}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.importOpening(t,
		&pb.ImportOpeningBalancesRequest{Content: []byte("Konto;Soll;Haben\n1000;5,00;\n3200;;5,00\n")}); err != nil {
		t.Error(err)
	}
}

// TestOpeningDifferenceIsPostedOnRequest checks that an unbalanced file is refused unless
// post_difference is set.
func TestOpeningDifferenceIsPostedOnRequest(t *testing.T) {
	t.Parallel()
	b := open(t)
	file := []byte("Account,Debit,Credit\n1000 Checking,100.00,\n3000 · Owner's Equity,,99.00\n")
	_, err := b.importOpening(t, &pb.ImportOpeningBalancesRequest{Content: file})
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED, "content")
	if !strings.Contains(status.Convert(err).Message(), "differ by 1.00 USD") {
		t.Errorf("got %v", err)
	}
	done, err := b.importOpening(t, &pb.ImportOpeningBalancesRequest{Content: file, PostDifference: true})
	if err != nil || done.GetDifference().GetAmount() != "-1.00" ||
		b.balances(t, done.GetJournalEntry()) != "1000 100.00; 3000 -99.00; 3900 -1.00" {
		t.Errorf("got %v, %v", done, err)
	}
}

// TestOpeningWorkbookHasDimensionsAndForeignBalances reads a workbook with dimension values, and
// with the balance of a foreign-currency account beside its base amount.
func TestOpeningWorkbookHasDimensionsAndForeignBalances(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.create(t, &pb.Account{Code: "1020", DisplayName: "Euro Account", Type: pb.Account_ASSET,
		Subtype: pb.Account_BANK, CurrencyCode: "EUR"})
	d, err := b.CreateDimension(t.Context(),
		&pb.CreateDimensionRequest{Dimension: &pb.Dimension{DisplayName: "Client"}})
	if err != nil {
		t.Fatal(err)
	}
	value, err := b.CreateDimensionValue(t.Context(),
		&pb.CreateDimensionValueRequest{DimensionValue: &pb.DimensionValue{DimensionId: d.GetId(),
			DisplayName: "Apollo", Code: "AP"}})
	if err != nil {
		t.Fatal(err)
	}
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range [][]any{
		{"Account Code", "Client", "Currency", "Foreign Balance", "Balance"},
		{1020, nil, "EUR", 100, 110}, {1000, "ap", nil, nil, 0.1 + 0.2}, {1000, nil, nil, nil, 1},
		{3000, nil, nil, nil, -111.3},
	} {
		_ = f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row)
	}
	file, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	done, err := b.importOpening(t, &pb.ImportOpeningBalancesRequest{FileName: "tb.xlsx", Content: file.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	lines := done.GetJournalEntry().GetLines()
	if lines[0].GetAmount().GetAmount() != "100.00" || lines[0].GetAmount().GetCurrencyCode() != "EUR" ||
		lines[0].GetBaseAmount().GetAmount() != "110.00" || lines[0].GetExchangeRate() != "1.1" {
		t.Errorf("got %v", lines[0])
	}
	if lines[1].GetBaseAmount().GetAmount() != "0.30" || len(lines[1].GetDimensionValueIds()) != 1 ||
		lines[1].GetDimensionValueIds()[0] != value.GetId() || len(lines[2].GetDimensionValueIds()) != 0 {
		t.Errorf("got %v", lines)
	}
}

// TestOpeningFileInForeignCurrencyBalances converts a file in a foreign currency at one rate, so
// that the entry balances in both currencies.
func TestOpeningFileInForeignCurrencyBalances(t *testing.T) {
	t.Parallel()
	b := open(t)
	file := []byte("Code;Saldo\n1000;0,33\n1010;0,33\n3000;-0,66\n")
	_, err := b.importOpening(t, &pb.ImportOpeningBalancesRequest{Content: file, CurrencyCode: "EUR"})
	wantReason(t, err, optionsv1.Reason_EXCHANGE_RATE_MISSING, "exchangeRate")
	done, err := b.importOpening(t,
		&pb.ImportOpeningBalancesRequest{Content: file, CurrencyCode: "EUR", ExchangeRate: "1.1"})
	if err != nil || b.balances(t, done.GetJournalEntry()) != "1000 0.37; 1010 0.36; 3000 -0.73" {
		t.Errorf("got %v, %v", done, err)
	}
}

// TestOpeningImportReportsAllProblemsByLine checks that one error names every problem of a file.
func TestOpeningImportReportsAllProblemsByLine(t *testing.T) {
	t.Parallel()
	b := open(t)
	elsewhere := open(t)
	b.create(t, &pb.Account{DisplayName: "Twin", Type: pb.Account_EXPENSE})
	b.create(t, &pb.Account{DisplayName: "Twin", Type: pb.Account_EXPENSE})
	if _, err := b.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: b.codes["6600"]}); err != nil {
		t.Fatal(err)
	}
	_, err := b.importOpening(t, &pb.ImportOpeningBalancesRequest{Content: []byte(
		"Account,Debit,Credit\nNowhere,1.00,\nTwin,1.00,\n6600,1.00,\n1000,1.00,\nChecking,1.00,\n3000,,nine\n")})
	wantReason(t, err, optionsv1.Reason_OPENING_BALANCES_ROWS_INVALID, "content", "content", "content", "content",
		"content")
	for _, want := range []string{"line 7: is not an amount", `line 2: "Nowhere" is not in the chart`,
		`line 3: "Twin" names 2 accounts`, "line 4: names an archived account, 6600",
		"line 6: names 1000 Checking again, after line 5"} {
		if !strings.Contains(status.Convert(err).Message(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	balanced := []byte("Code,Balance\n1000,1.00\n3000,-1.00\n")
	type choice = pb.ImportOpeningBalancesRequest_AccountChoice
	for name, c := range map[string]struct {
		req    *pb.ImportOpeningBalancesRequest
		reason optionsv1.Reason
		fields []string
	}{
		"a file without a table": {
			&pb.ImportOpeningBalancesRequest{Content: []byte("hello")},
			optionsv1.Reason_OPENING_BALANCES_UNREADABLE, []string{"content"},
		},
		"a workbook that unpacks to too much": {
			&pb.ImportOpeningBalancesRequest{Content: zipBomb(t)},
			optionsv1.Reason_OPENING_BALANCES_UNREADABLE, []string{"content"},
		},
		"no file": {
			&pb.ImportOpeningBalancesRequest{},
			optionsv1.Reason_FIELDS_INVALID, []string{"content"},
		},
		"an invalid date": {
			&pb.ImportOpeningBalancesRequest{Content: balanced, Date: "tomorrow"},
			optionsv1.Reason_FIELDS_INVALID, []string{"date"},
		},
		"an unknown currency": {
			&pb.ImportOpeningBalancesRequest{Content: balanced, CurrencyCode: "XXQ"},
			optionsv1.Reason_FIELDS_INVALID, []string{"currencyCode"},
		},
		"a new account without a type": {
			&pb.ImportOpeningBalancesRequest{
				Content: []byte("Code,Balance\n7777,1.00\n3000,-1.00\n"), CreateAccounts: true,
			},
			optionsv1.Reason_OPENING_BALANCES_ROWS_INVALID, []string{"content"},
		},
		"a single row": {
			&pb.ImportOpeningBalancesRequest{Content: []byte("Code,Debit,Credit\n1000,1.00,\n")},
			optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED, []string{"content"},
		},
		"an account of another organization": {
			&pb.ImportOpeningBalancesRequest{Content: balanced, AccountChoices: []*choice{
				{LineNumber: 2, AccountId: elsewhere.codes["1000"]}, {LineNumber: 9, AccountId: b.codes["1000"]},
			}},
			optionsv1.Reason_FIELDS_INVALID, []string{"accountChoices[0].accountId", "accountChoices[1].lineNumber"},
		},
		"a subtype of another type": {
			&pb.ImportOpeningBalancesRequest{Content: balanced, AccountChoices: []*choice{
				{LineNumber: 2, Type: pb.Account_EXPENSE, Subtype: pb.Account_BANK},
			}},
			optionsv1.Reason_FIELDS_INVALID, []string{"accountChoices[0].subtype"},
		},
	} {
		_, err := b.importOpening(t, c.req)
		if apptest.Reason(err) != c.reason {
			t.Errorf("%s: got %v, want %s", name, err, c.reason)
		}
		wantReason(t, err, c.reason, c.fields...)
	}
	if n := len(b.lines(t, "")); n != 0 {
		t.Errorf("got %d posted lines, want 0", n)
	}
	b.postOn(t, "2026-01-10", "6100", "1000", "1")
	b.closeThrough(t, "2026-01-01", "2026-01-01")
	_, err = b.importOpening(t,
		&pb.ImportOpeningBalancesRequest{Content: []byte("Code,Balance\n1000,1.00\nX,1.00\n3000,-2.00\n"),
			Date: "2026-01-31"})
	wantReason(t, err, optionsv1.Reason_OPENING_BALANCES_ROWS_INVALID, "date", "content")
}

// TestOpeningRowsFollowAccountChoices imports rows with a chosen account and a chosen subtype.
func TestOpeningRowsFollowAccountChoices(t *testing.T) {
	t.Parallel()
	b := open(t)
	file := []byte("Code,Account,Balance\n1200,Inventory,5.00\n8000,Van,7.00\n9000,Capital,-12.00\n")
	done, err := b.importOpening(t,
		&pb.ImportOpeningBalancesRequest{Content: file, CreateAccounts: true,
			AccountChoices: []*pb.ImportOpeningBalancesRequest_AccountChoice{
				{LineNumber: 3, Subtype: pb.Account_FIXED_ASSET}, {LineNumber: 4, AccountId: b.codes["3000"]},
			}})
	if err != nil || b.balances(t, done.GetJournalEntry()) != "1200 5.00; 8000 7.00; 3000 -12.00" {
		t.Fatalf("got %v, %v", done, err)
	}
	if len(done.GetWarnings()) != 2 ||
		!strings.Contains(done.GetWarnings()[0], "1200 Inventory, is posted to 1200 Accounts Receivable") {
		t.Errorf("got %q", done.GetWarnings())
	}
}

// zipBomb returns a small workbook that unpacks to a large one.
func zipBomb(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	row := make([]any, 20)
	for i := range row {
		row[i] = 1
	}
	for n := 1; n <= 5500; n++ {
		if err := w.SetRow(fmt.Sprintf("A%d", n), row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

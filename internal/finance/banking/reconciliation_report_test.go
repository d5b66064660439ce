package banking_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// reconciliationReport returns the report of a reconciliation.
func (b bank) reconciliationReport(t *testing.T, r *pb.Reconciliation) *pb.ReconciliationReport {
	t.Helper()
	got, err := b.GetReconciliationReport(t.Context(), &pb.GetReconciliationReportRequest{ReconciliationId: r.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// itemTexts returns the descriptions and amounts of items.
func itemTexts(items []*pb.ReconciliationReport_Item) string {
	var out []string
	for _, i := range items {
		text := i.GetDate() + " " + i.GetDescription() + " " + i.GetAmount().GetAmount() + " " + i.GetPostingDate()
		out = append(out, strings.TrimSpace(text))
	}
	return strings.Join(out, "; ")
}

// marchReconciliation returns an open reconciliation with an uncashed check, a line posted later
// and an undecided line. It lacks 5.00 that no item explains.
func (b bank) marchReconciliation(t *testing.T) (r *pb.Reconciliation, check *pb.JournalEntry, undecided string) {
	t.Helper()
	said := b.importLines(t, b.account.GetId(),
		"2026-03-01,Deposit,1000.00\n2026-03-05,Stationery,-100.00\n2026-03-06,=cmd|calc,-7.50\n")
	for i, date := range []string{"", "2026-04-01"} {
		if _, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
			BankStatementLineId: said[i].GetId(), PostingDate: date,
			Splits: []*pb.BankStatementLine_Split{b.split("OWNER_EQUITY", "")},
		}); err != nil {
			t.Fatal(err)
		}
	}
	described := func(e *pb.JournalEntry) { e.Description, e.Reference = "Check 12", "CHK-12" }
	check = b.post(t, "2026-03-30", b.codes["OTHER_EXPENSE"], b.account.GetLedgerAccountId(), "40", described)
	return b.createReconciliation(t, "2026-03-31", "897.50", check.GetLines()[1].GetId()), check, said[2].GetId()
}

// TestReconciliationReportExplainsDifference reports an open reconciliation, decides its last line,
// completes it, and changes the books since. The report of its completion stays.
func TestReconciliationReportExplainsDifference(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	r, check, undecided := b.marchReconciliation(t)
	open := b.reconciliationReport(t, r)
	for what, c := range map[string][2]string{
		"outstanding items": {itemTexts(open.GetOutstandingItems()), "2026-03-30 Check 12 -40.00"},
		"later items":       {itemTexts(open.GetPostedLaterItems()), "2026-03-05 Stationery -100.00 2026-04-01"},
		"undecided items":   {itemTexts(open.GetUndecidedItems()), "2026-03-06 =cmd|calc -7.50"},
		"statement":         {open.GetStatementBalance().GetAmount(), "897.50"},
		"adjusted":          {open.GetAdjustedStatementBalance().GetAmount(), "857.50"},
		"books":             {open.GetBookBalance().GetAmount(), "960.00"},
		"adjusted books":    {open.GetAdjustedBookBalance().GetAmount(), "852.50"},
		"unexplained":       {open.GetUnexplainedDifference().GetAmount(), "5.00"},
		"completed":         {open.GetCompletedById(), ""},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: got %q, want %q", what, c[0], c[1])
		}
	}
	if open.GetPostedSince() != nil || open.GetCompleteTime() != nil || open.GetUndecidedCount() != 1 {
		t.Errorf("got %v", open)
	}
	if _, err := b.categorize(t, undecided, b.split("OTHER_EXPENSE", "")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.UpdateReconciliation(t.Context(), &pb.UpdateReconciliationRequest{
		ReconciliationId: r.GetId(), UpdateMask: mask("statement_balance"),
		Reconciliation: &pb.Reconciliation{StatementBalance: &typepb.Money{Amount: "892.50", CurrencyCode: "USD"}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.complete(t, r.GetId()); err != nil {
		t.Fatal(err)
	}
	done := b.reconciliationReport(t, r)
	if done.GetUnexplainedDifference().GetAmount() != "0.00" || done.GetCompletedById() == "" ||
		done.GetCompletedByDisplayName() == "" || done.GetPostedSince().GetAmount() != "0.00" ||
		itemTexts(done.GetOutstandingItems()) != "2026-03-30 Check 12 -40.00" {
		t.Errorf("got %v", done)
	}
	if err := b.reverseEntry(t, check, ""); err != nil { // a lost check
		t.Fatal(err)
	}
	b.post(t, "2026-03-31", b.codes["OTHER_EXPENSE"], b.account.GetLedgerAccountId(), "3")
	since := b.reconciliationReport(t, r)
	if since.GetPostedSince().GetAmount() != "37.00" {
		t.Errorf("posted since: got %v, want 37.00", since.GetPostedSince())
	}
	since.PostedSince = done.GetPostedSince()
	if !proto.Equal(since, done) {
		t.Errorf("got %v after postings, want %v", since, done)
	}
	if _, err := b.ReopenReconciliation(t.Context(), &pb.ReopenReconciliationRequest{
		ReconciliationId: r.GetId(), Reason: "The check is lost",
	}); err != nil {
		t.Fatal(err)
	}
	if again := b.reconciliationReport(t, r); len(again.GetOutstandingItems()) != 0 ||
		again.GetUnexplainedDifference().GetAmount() != "3.00" || again.GetCompletedById() != "" {
		t.Errorf("after it was reopened: got %v", again)
	}
}

// TestReconciliationReportIsDownloaded downloads the report in each format. Text that begins with
// an equals sign is no formula.
func TestReconciliationReportIsDownloaded(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	r, _, _ := b.marchReconciliation(t)
	download := func(format pb.DownloadReportRequest_Format) []byte {
		t.Helper()
		file, err := b.DownloadReconciliationReport(t.Context(), &pb.DownloadReconciliationReportRequest{
			ReconciliationId: r.GetId(), Format: format,
		})
		if err != nil || len(file.GetData()) == 0 {
			t.Fatalf("%s: got %v, %v", format, file, err)
		}
		return file.GetData()
	}
	rows, err := csv.NewReader(bytes.NewReader(download(pb.DownloadReportRequest_CSV))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows[1:] {
		got = append(got, strings.Join(row, "|"))
	}
	want := []string{
		"Bank Reconciliation||||", "As of March 31, 2026||||", "Main account. Amounts in USD.||||", "||||",
		"Item|Date|Reference|Posted|Amount",
		"Balance of the statement||||897.50", "Outstanding: in the books, not on the statement||||",
		"Check 12|2026-03-30|CHK-12||-40.00", "Total||||-40.00", "Adjusted balance of the statement||||857.50",
		"Balance of the books||||960.00", "Posted later: on the statement, not yet in the books||||",
		"Stationery|2026-03-05||2026-04-01|-100.00", "Total||||-100.00",
		"Undecided: on the statement, not in the books||||", "'=cmd|calc|2026-03-06|||-7.50", "Total||||-7.50",
		"Adjusted balance of the books||||852.50", "Unexplained difference||||5.00",
		"Not completed||||",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if pdf := download(pb.DownloadReportRequest_PDF); !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("got %q", pdf[:20])
	}
	if xlsx := download(pb.DownloadReportRequest_XLSX); !bytes.HasPrefix(xlsx, []byte("PK")) {
		t.Errorf("got %q", xlsx[:20])
	}
	_, err = b.DownloadReconciliationReport(t.Context(), &pb.DownloadReconciliationReportRequest{
		ReconciliationId: r.GetId(),
	})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID)
	response := b.o.REST(t, "GET", "/v1/reconciliations/"+r.GetId()+":downloadReport?format=PDF", "")
	if name := response.Header.Get("Content-Disposition"); response.Code != 200 ||
		!strings.Contains(name, "Bank Reconciliation - Main account, 2026-03-31.pdf") {
		t.Errorf("got %d, %q", response.Code, name)
	}
}

// TestReconciliationReportIsForReaders returns no report to a stranger or to a role without the
// permission.
func TestReconciliationReportIsForReaders(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	r, _, _ := b.marchReconciliation(t)
	for who, c := range map[string]struct {
		o    *apptest.Organization
		want optionsv1.Reason
	}{
		"stranger": {apptest.SignUp(t), optionsv1.Reason_RECORD_NOT_FOUND},
		"employee": {b.o.WithRole(t, platformv1.ApiKey_EMPLOYEE), optionsv1.Reason_PERMISSION_MISSING},
	} {
		client := pb.NewBankingServiceClient(c.o)
		_, err := client.GetReconciliationReport(t.Context(), &pb.GetReconciliationReportRequest{ReconciliationId: r.GetId()})
		if apptest.Reason(err) != c.want {
			t.Errorf("%s: got %v, want %s", who, err, c.want)
		}
		_, err = client.DownloadReconciliationReport(t.Context(), &pb.DownloadReconciliationReportRequest{
			ReconciliationId: r.GetId(), Format: pb.DownloadReportRequest_CSV,
		})
		if apptest.Reason(err) != c.want {
			t.Errorf("%s: got %v, want %s", who, err, c.want)
		}
	}
}

package chaos_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// importedRows is the number of rows of the imported file. A step stores a thousand.
const importedRows = 6000

// TestImportResumesAfterServerIsKilled kills the server during an import. The next server
// resumes it. Every row of the file must become one line with one entry.
func TestImportResumesAfterServerIsKilled(t *testing.T) {
	t.Parallel()
	m := startMachine(t)
	made := m.startImport()
	for range time.Tick(20 * time.Millisecond) {
		if o := m.operation(made); o.GetDoneCount() > 0 || o.GetState() != platformv1.Operation_RUNNING {
			break
		}
	}
	m.killServer()
	m.restart()
	before := m.operation(made)
	if before.GetState() != platformv1.Operation_RUNNING || before.GetDoneCount() == 0 ||
		before.GetDoneCount() >= importedRows {
		t.Fatalf("after the kill: got operation %v", before)
	}
	for range time.Tick(100 * time.Millisecond) {
		if m.operation(made).GetState() != platformv1.Operation_RUNNING {
			break
		}
	}
	m.checkImport(made)
	m.checkBooks()
	t.Logf("killed with %d of %d rows stored", before.GetDoneCount(), importedRows)
}

// importedRow returns a row of the file. Each row occurs twice.
func importedRow(n int) (date, text, amount string) {
	if n%100 == 1 {
		n--
	}
	return fmt.Sprintf("2026-01-%02d", n%28+1), fmt.Sprintf("Shop %d", n/100*100+n%100), fmt.Sprintf("-%d.%02d",
		n%900+1, n%100)
}

// startImport uploads a file and starts its import, with a rule that books each line.
func (m *machine) startImport() *financev1.StatementImport {
	m.t.Helper()
	banking := financev1.NewBankingServiceClient(m.conn)
	account, err := banking.CreateBankAccount(m.withKey(""), &financev1.CreateBankAccountRequest{
		BankAccount: &financev1.BankAccount{DisplayName: "Busy"},
	})
	if err != nil {
		m.t.Fatal(err)
	}
	if _, err := banking.CreateBankRule(m.withKey(""), &financev1.CreateBankRuleRequest{
		BankRule: &financev1.BankRule{DisplayName: "All", Texts: []string{"shop"}, AccountId: m.accounts[1]},
	}); err != nil {
		m.t.Fatal(err)
	}
	var content strings.Builder
	content.WriteString("Date,Description,Amount\n")
	for n := range importedRows {
		date, text, amount := importedRow(n)
		fmt.Fprintf(&content, "%s,%s,%s\n", date, text, amount)
	}
	file, err := platformv1.NewFilesServiceClient(m.conn).UploadFile(m.withKey(""), &platformv1.UploadFileRequest{
		FileName: "busy.csv", Content: []byte(content.String()),
	})
	if err != nil {
		m.t.Fatal(err)
	}
	made, err := banking.CreateStatementImport(m.withKey(""), &financev1.CreateStatementImportRequest{
		BankAccountId: account.GetId(), StatementImport: &financev1.StatementImport{FileId: file.GetId()},
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return made
}

func (m *machine) operation(i *financev1.StatementImport) *platformv1.Operation {
	m.t.Helper()
	o, err := platformv1.NewOperationsServiceClient(m.conn).GetOperation(m.withKey(""),
		&platformv1.GetOperationRequest{OperationId: i.GetOperationId()})
	if err != nil {
		m.t.Fatal(err)
	}
	return o
}

// checkImport checks that the lines are the rows of the file, each as often as in the file, and
// that each line has its own entry.
func (m *machine) checkImport(made *financev1.StatementImport) {
	m.t.Helper()
	banking := financev1.NewBankingServiceClient(m.conn)
	done, err := banking.GetStatementImport(m.withKey(""),
		&financev1.GetStatementImportRequest{StatementImportId: made.GetId()})
	if err != nil || done.GetState() != financev1.StatementImport_IMPORTED || done.GetNewCount() != importedRows ||
		done.GetDuplicateCount() != 0 {
		m.t.Errorf("got %v, %v", done, err)
	}
	missing := map[string]int{}
	for n := range importedRows {
		date, text, amount := importedRow(n)
		missing[date+text+amount]++
	}
	entries := map[string]bool{}
	for token := ""; ; {
		page, err := banking.ListBankStatementLines(m.withKey(""),
			&financev1.ListBankStatementLinesRequest{PageSize: 500, PageToken: token})
		if err != nil {
			m.t.Fatal(err)
		}
		for _, l := range page.GetBankStatementLines() {
			missing[l.GetBookedDate()+l.GetDescription()+l.GetAmount().GetAmount()]--
			if l.GetState() != financev1.BankStatementLine_MATCHED || entries[l.GetJournalEntryId()] {
				m.t.Errorf("%v: got no separate entry", l)
			}
			entries[l.GetJournalEntryId()] = true
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	for row, n := range missing {
		if n != 0 {
			m.t.Errorf("row %s: got %d lines too few", row, n)
		}
	}
	m.checkEntryCount(len(entries))
}

// checkEntryCount checks that there are no other entries.
func (m *machine) checkEntryCount(want int) {
	m.t.Helper()
	ledger, got := financev1.NewLedgerServiceClient(m.conn), 0
	for token := ""; ; {
		page, err := ledger.ListJournalEntries(m.withKey(""),
			&financev1.ListJournalEntriesRequest{PageSize: 500, PageToken: token})
		if err != nil {
			m.t.Fatal(err)
		}
		got += len(page.GetJournalEntries())
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	if got != want {
		m.t.Errorf("got %d entries, want %d", got, want)
	}
}

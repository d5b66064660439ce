package chaos_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// Rows of the file that is imported, of which a step stores a thousand.
const importedRows = 6000

// TestKilledImport kills the server in the middle of an import. The next one goes on with it,
// and every row of the file is a line once, and booked once.
func TestKilledImport(t *testing.T) {
	t.Parallel()
	m := start(t)
	made := m.beginImport()
	for range time.Tick(20 * time.Millisecond) {
		if o := m.operation(made); o.GetDoneCount() > 0 || o.GetState() != platformv1.Operation_RUNNING {
			break
		}
	}
	m.killServer()
	m.restart()
	before := m.operation(made)
	if before.GetState() != platformv1.Operation_RUNNING || before.GetDoneCount() == 0 || before.GetDoneCount() >= importedRows {
		t.Fatalf("killed, it is %v", before)
	}
	for range time.Tick(100 * time.Millisecond) {
		if m.operation(made).GetState() != platformv1.Operation_RUNNING {
			break
		}
	}
	m.checkImport(made)
	m.sound()
	t.Logf("killed with %d of %d rows stored", before.GetDoneCount(), importedRows)
}

// importedRow is a row of the file: a line of the bank's. Equal ones come twice.
func importedRow(n int) (date, text, amount string) {
	if n%100 == 1 {
		n--
	}
	return fmt.Sprintf("2026-01-%02d", n%28+1), fmt.Sprintf("Shop %d", n/100*100+n%100), fmt.Sprintf("-%d.%02d", n%900+1, n%100)
}

// beginImport sends a file up and begins its import, under a rule that books each line.
func (m *machine) beginImport() *financev1.StatementImport {
	m.t.Helper()
	banking := financev1.NewBankingServiceClient(m.conn)
	account, err := banking.CreateBankAccount(m.ctx(""), &financev1.CreateBankAccountRequest{BankAccount: &financev1.BankAccount{DisplayName: "Busy"}})
	if err != nil {
		m.t.Fatal(err)
	}
	if _, err := banking.CreateBankRule(m.ctx(""), &financev1.CreateBankRuleRequest{BankRule: &financev1.BankRule{DisplayName: "All", Texts: []string{"shop"}, AccountId: m.accounts[1]}}); err != nil {
		m.t.Fatal(err)
	}
	var content strings.Builder
	content.WriteString("Date,Description,Amount\n")
	for n := range importedRows {
		date, text, amount := importedRow(n)
		fmt.Fprintf(&content, "%s,%s,%s\n", date, text, amount)
	}
	file, err := platformv1.NewFilesServiceClient(m.conn).UploadFile(m.ctx(""), &platformv1.UploadFileRequest{FileName: "busy.csv", Content: []byte(content.String())})
	if err != nil {
		m.t.Fatal(err)
	}
	made, err := banking.CreateStatementImport(m.ctx(""), &financev1.CreateStatementImportRequest{
		BankAccountId: account.GetId(), StatementImport: &financev1.StatementImport{FileId: file.GetId()},
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return made
}

func (m *machine) operation(i *financev1.StatementImport) *platformv1.Operation {
	m.t.Helper()
	o, err := platformv1.NewOperationsServiceClient(m.conn).GetOperation(m.ctx(""), &platformv1.GetOperationRequest{OperationId: i.GetOperationId()})
	if err != nil {
		m.t.Fatal(err)
	}
	return o
}

// checkImport holds the lines to be the file's rows, each as often as it is there, and each
// booked by an entry of its own.
func (m *machine) checkImport(made *financev1.StatementImport) {
	m.t.Helper()
	banking := financev1.NewBankingServiceClient(m.conn)
	done, err := banking.GetStatementImport(m.ctx(""), &financev1.GetStatementImportRequest{StatementImportId: made.GetId()})
	if err != nil || done.GetState() != financev1.StatementImport_IMPORTED || done.GetNewCount() != importedRows || done.GetDuplicateCount() != 0 {
		m.t.Errorf("got %v, %v", done, err)
	}
	missing := map[string]int{}
	for n := range importedRows {
		date, text, amount := importedRow(n)
		missing[date+text+amount]++
	}
	entries := map[string]bool{}
	for token := ""; ; {
		page, err := banking.ListBankStatementLines(m.ctx(""), &financev1.ListBankStatementLinesRequest{PageSize: 500, PageToken: token})
		if err != nil {
			m.t.Fatal(err)
		}
		for _, l := range page.GetBankStatementLines() {
			missing[l.GetBookedDate()+l.GetDescription()+l.GetAmount().GetAmount()]--
			if l.GetState() != financev1.BankStatementLine_MATCHED || entries[l.GetJournalEntryId()] {
				m.t.Errorf("%v is not booked by an entry of its own", l)
			}
			entries[l.GetJournalEntryId()] = true
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	for row, n := range missing {
		if n != 0 {
			m.t.Errorf("%s is there %d times too few", row, n)
		}
	}
	m.countEntries(len(entries))
}

// countEntries holds no other entries to be there.
func (m *machine) countEntries(want int) {
	m.t.Helper()
	ledger, got := financev1.NewLedgerServiceClient(m.conn), 0
	for token := ""; ; {
		page, err := ledger.ListJournalEntries(m.ctx(""), &financev1.ListJournalEntriesRequest{PageSize: 500, PageToken: token})
		if err != nil {
			m.t.Fatal(err)
		}
		got += len(page.GetJournalEntries())
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	if got != want {
		m.t.Errorf("%d entries are there for %d lines", got, want)
	}
}

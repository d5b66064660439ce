package banking_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// bank is an organization with a bank account. codes are the ids of its ledger accounts by subtype.
type bank struct {
	pb.BankingServiceClient
	ledger  pb.LedgerServiceClient
	reports pb.ReportsServiceClient
	history platformv1.HistoryServiceClient
	persons platformv1.IdentityServiceClient
	account *pb.BankAccount
	codes   map[string]string
	o       *apptest.Organization
}

// open signs up an organization in a currency and creates a bank account for it.
func open(t *testing.T, currency string) bank {
	t.Helper()
	return openFor(t, apptest.SignUp(t, func(r *platformv1.SignUpRequest) { r.CurrencyCode = currency }))
}

// openFor creates a bank account for an organization, and checks its books when the test ends.
func openFor(t *testing.T, o *apptest.Organization) bank {
	t.Helper()
	b := bank{pb.NewBankingServiceClient(o), pb.NewLedgerServiceClient(o), pb.NewReportsServiceClient(o), platformv1.NewHistoryServiceClient(o), platformv1.NewIdentityServiceClient(o), nil, map[string]string{}, o}
	list, err := b.ledger.ListAccounts(t.Context(), &pb.ListAccountsRequest{PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.GetAccounts() {
		b.codes[a.GetSubtype().String()] = a.GetId()
	}
	t.Cleanup(func() { b.sound(t) })
	if b.account, err = b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: &pb.BankAccount{DisplayName: "Main account"}}); err != nil {
		t.Fatal(err)
	}
	return b
}

// sound checks that the books pass every integrity check.
func (b bank) sound(t *testing.T) {
	t.Helper()
	resp, err := b.ledger.CheckIntegrity(context.WithoutCancel(t.Context()), &pb.CheckIntegrityRequest{})
	if err != nil {
		t.Error(err)
	}
	for _, c := range resp.GetChecks() {
		if !c.GetPassed() {
			t.Errorf("integrity check failed at the end of the test: %v", c)
		}
	}
}

func file(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("statement/testdata/ofx", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func (b bank) bring(t *testing.T, content []byte, changes ...func(*pb.CreateStatementImportRequest)) (*pb.StatementImport, error) {
	req := &pb.CreateStatementImportRequest{BankAccountId: b.account.GetId(), StatementImport: &pb.StatementImport{FileName: "statement.ofx", Content: content}}
	for _, change := range changes {
		change(req)
	}
	return b.CreateStatementImport(t.Context(), req)
}

func (b bank) must(t *testing.T, content []byte, changes ...func(*pb.CreateStatementImportRequest)) *pb.StatementImport {
	t.Helper()
	made, err := b.bring(t, content, changes...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (b bank) lines(t *testing.T, filter string) []*pb.BankStatementLine {
	t.Helper()
	list, err := b.ListBankStatementLines(t.Context(), &pb.ListBankStatementLinesRequest{Filter: filter, OrderBy: "booked_date", PageSize: 500})
	if err != nil {
		t.Fatal(err)
	}
	return list.GetBankStatementLines()
}

func counts(i *pb.StatementImport) [4]int32 {
	return [4]int32{i.GetRowCount(), i.GetNewCount(), i.GetDuplicateCount(), i.GetInvalidCount()}
}

// TestImportOfSampleFiles imports real files and checks their amounts and balances.
func TestImportOfSampleFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		currency, balance string
		amounts           []string
	}{
		"checking.ofx":    {"USD", "100.99", []string{"0.01", "-34.51", "-25.00"}},
		"bank_medium.ofx": {"CAD", "382.34", nil},
		"suncorp.ofx":     {"AUD", "", []string{"-16.85"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, c.currency)
			made := b.must(t, file(t, name))
			if made.GetNewCount() != made.GetRowCount() || made.GetNewCount() == 0 || made.GetContent() != nil {
				t.Errorf("got %v", made)
			}
			if c.balance != "" && made.GetClosingBalance().GetAmount() != c.balance {
				t.Errorf("closing balance: got %v, want %s", made.GetClosingBalance(), c.balance)
			}
			var amounts []string
			for _, row := range made.GetRows() {
				amounts = append(amounts, row.GetAmount().GetAmount())
			}
			if c.amounts != nil && !slices.Equal(amounts, c.amounts) {
				t.Errorf("amounts: got %v, want %v", amounts, c.amounts)
			}
			account, err := b.GetBankAccount(t.Context(), &pb.GetBankAccountRequest{BankAccountId: b.account.GetId()})
			if err != nil || account.GetUnmatchedCount() != made.GetNewCount() || account.GetStatementBalance().GetAmount() != made.GetClosingBalance().GetAmount() {
				t.Errorf("bank account: got %v, %v", account, err)
			}
		})
	}
}

// TestPreviewEqualsImport checks that validate_only returns what the import then does, and stores nothing.
func TestPreviewEqualsImport(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	dry := b.must(t, file(t, "checking.ofx"), func(r *pb.CreateStatementImportRequest) { r.ValidateOnly = true })
	if n := len(b.lines(t, "")); n != 0 {
		t.Errorf("a preview stored %d lines, want none", n)
	}
	made := b.must(t, file(t, "checking.ofx"))
	if counts(dry) != counts(made) || len(dry.GetRows()) != len(made.GetRows()) {
		t.Errorf("preview: got %v, want %v as imported", counts(dry), counts(made))
	}
}

// TestRepeatedFileIsStoredOnce imports a file several times, also concurrently and after an undo. Its lines
// are stored once.
func TestRepeatedFileIsStoredOnce(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if _, err := b.bring(t, file(t, "checking.ofx")); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := len(b.lines(t, "")); n != 3 {
		t.Fatalf("four imports of three lines stored %d lines, want 3", n)
	}
	again := b.must(t, file(t, "checking.ofx"))
	if counts(again) != [4]int32{3, 0, 3, 0} || again.GetRows()[0].GetBankStatementLineId() == "" {
		t.Errorf("fifth import: got %v, want 3 duplicates", again)
	}
	first := b.lines(t, "")[0].GetStatementImportId()
	if _, err := b.UndoStatementImport(t.Context(), &pb.UndoStatementImportRequest{StatementImportId: first}); apptest.Reason(err) != optionsv1.Reason_STATEMENT_IMPORT_IN_USE {
		t.Errorf("undoing an import whose lines later imports repeat: got %v, want STATEMENT_IMPORT_IN_USE", err)
	}
	later, err := b.ListStatementImports(t.Context(), &pb.ListStatementImportsRequest{OrderBy: "create_time desc"})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range later.GetStatementImports() {
		if i.GetId() == first {
			continue
		}
		if _, err := b.UndoStatementImport(t.Context(), &pb.UndoStatementImportRequest{StatementImportId: i.GetId()}); err != nil {
			t.Error(err)
		}
	}
	if _, err := b.UndoStatementImport(t.Context(), &pb.UndoStatementImportRequest{StatementImportId: first}); err != nil {
		t.Fatal(err)
	}
	if n := len(b.lines(t, "")); n != 0 {
		t.Errorf("after the undo: got %d lines, want none", n)
	}
	gone, err := b.history.ListEvents(t.Context(), &platformv1.ListEventsRequest{Filter: `type = "finance.bankStatementLine.deleted"`})
	if err != nil || len(gone.GetEvents()) != 3 {
		t.Errorf("events of deleted lines: got %v, %v, want 3", gone.GetEvents(), err)
	}
	if _, err := b.UndoStatementImport(t.Context(), &pb.UndoStatementImportRequest{StatementImportId: first}); apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
		t.Errorf("undoing twice: got %v, want STATE_REFUSES_ACTION", err)
	}
	if made := b.must(t, file(t, "checking.ofx")); made.GetNewCount() != 3 {
		t.Errorf("import after the undo: got %v, want 3 new lines", made)
	}
}

// TestInvalidFileIsRefused checks the reason of each refusal, and that nothing is stored.
func TestInvalidFileIsRefused(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	good := file(t, "checking.ofx")
	for name, c := range map[string]struct {
		content []byte
		change  func(*pb.CreateStatementImportRequest)
		reason  optionsv1.Reason
	}{
		"rejects an empty file":                   {content: nil, reason: optionsv1.Reason_FIELDS_INVALID},
		"rejects a blank file":                    {content: []byte(" \n\t "), reason: optionsv1.Reason_STATEMENT_FILE_UNREADABLE},
		"rejects a file that is no statement":     {content: []byte("%PDF-1.7 …"), reason: optionsv1.Reason_STATEMENT_FILE_UNREADABLE},
		"rejects a truncated file":                {content: good[:len(good)*2/3], reason: optionsv1.Reason_STATEMENT_FILE_UNREADABLE},
		"rejects an oversized file":               {content: append(slices.Clone(good), make([]byte, 700<<10)...), reason: optionsv1.Reason_FIELDS_INVALID},
		"rejects a statement in another currency": {content: file(t, "bank_medium.ofx"), reason: optionsv1.Reason_STATEMENT_CURRENCY_DIFFERS},
		"rejects unreadable rows":                 {content: bytes.ReplaceAll(good, []byte("-34.51"), []byte("$34.51x")), reason: optionsv1.Reason_STATEMENT_ROWS_INVALID},
		"rejects an unknown format":               {content: good, change: func(r *pb.CreateStatementImportRequest) { r.StatementImport.Format = 99 }, reason: optionsv1.Reason_FIELDS_INVALID},
	} {
		t.Run(name, func(t *testing.T) {
			change := c.change
			if change == nil {
				change = func(*pb.CreateStatementImportRequest) {}
			}
			_, err := b.bring(t, c.content, change)
			if apptest.Reason(err) != c.reason || len(apptest.Fields(err)) == 0 {
				t.Errorf("got %v at %v, want %s", err, apptest.Fields(err), c.reason)
			}
		})
	}
	if n := len(b.lines(t, "")); n != 0 {
		t.Errorf("refused files stored %d lines, want none", n)
	}
	list, err := b.ListStatementImports(t.Context(), &pb.ListStatementImportsRequest{})
	if err != nil || len(list.GetStatementImports()) != 0 {
		t.Errorf("imports of refused files: got %v, %v, want none", list, err)
	}
}

// TestFileOfAnotherAccountIsRefused refuses a file whose account number is not the bank account's.
func TestFileOfAnotherAccountIsRefused(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	for number, want := range map[string]optionsv1.Reason{"999": optionsv1.Reason_STATEMENT_ACCOUNT_AMBIGUOUS, "1452687~7": 0} {
		account, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: &pb.BankAccount{DisplayName: "Numbered", AccountNumber: number}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.bring(t, file(t, "checking.ofx"), func(r *pb.CreateStatementImportRequest) { r.BankAccountId = account.GetId() })
		if apptest.Reason(err) != want {
			t.Errorf("bank account with the number %s: got %v, want %s", number, err, want)
		}
	}
}

// TestInvalidRowsAreSkippedOnRequest stores the valid rows of a file if skip_invalid_rows is set.
func TestInvalidRowsAreSkippedOnRequest(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	bad := bytes.ReplaceAll(file(t, "checking.ofx"), []byte("-34.51"), []byte("$34.51x"))
	made := b.must(t, bad, func(r *pb.CreateStatementImportRequest) { r.StatementImport.SkipInvalidRows = true })
	if counts(made) != [4]int32{3, 2, 0, 1} {
		t.Fatalf("got %v", counts(made))
	}
	if row := made.GetRows()[1]; row.GetOutcome() != pb.StatementImport_Row_INVALID || !strings.Contains(row.GetProblem(), "34.51x") || row.GetLineNumber() != 2 {
		t.Errorf("invalid row: got %v", row)
	}
}

func (b bank) split(code, amount string) *pb.BankStatementLine_Split {
	s := &pb.BankStatementLine_Split{AccountId: b.codes[code]}
	if amount != "" {
		s.Amount = &typepb.Money{Amount: amount}
	}
	return s
}

// TestLineDecisionsAreBooked categorizes, undoes, excludes and marks a line personal, and checks the books
// after each step.
func TestLineDecisionsAreBooked(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	b.must(t, file(t, "checking.ofx"))
	line := b.lines(t, `amount < "-30"`)[0]

	done, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: line.GetId(), Etag: line.GetEtag(),
		Splits: []*pb.BankStatementLine_Split{b.split("OPERATING_EXPENSE", "30.00"), b.split("COST_OF_SALES", "4.51")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if done.GetState() != pb.BankStatementLine_MATCHED || done.GetSplits()[1].GetAmount().GetAmount() != "-4.51" || done.GetJournalEntryId() == "" {
		t.Errorf("got %v", done)
	}
	b.net(t, "-34.51")
	entry, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: done.GetJournalEntryId()})
	if err != nil || entry.GetSource() != pb.JournalEntry_BANK || entry.GetSourceId() != line.GetId() || entry.GetDate() != line.GetBookedDate() || len(entry.GetLines()) != 3 {
		t.Errorf("entry: got %v, %v", entry, err)
	}
	if _, err := b.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: entry.GetId()}); apptest.Reason(err) != optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE {
		t.Errorf("reversing the entry of a line: got %v, want JOURNAL_ENTRY_HAS_SOURCE", err)
	}
	if _, err := b.UndoStatementImport(t.Context(), &pb.UndoStatementImportRequest{StatementImportId: line.GetStatementImportId()}); apptest.Reason(err) != optionsv1.Reason_STATEMENT_IMPORT_IN_USE {
		t.Errorf("undoing an import in use: got %v, want STATEMENT_IMPORT_IN_USE", err)
	}
	b.refusedTwice(t, line.GetId())

	undone, err := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{BankStatementLineId: line.GetId()})
	if err != nil || undone.GetState() != pb.BankStatementLine_UNMATCHED || undone.GetJournalEntryId() != "" || len(undone.GetSplits()) != 0 {
		t.Errorf("undone line: got %v, %v", undone, err)
	}
	b.net(t, "0.00")

	excluded, err := b.ExcludeBankStatementLine(t.Context(), &pb.ExcludeBankStatementLineRequest{BankStatementLineId: line.GetId(), Reason: "Twice"})
	if err != nil || excluded.GetExcludeReason() != "Twice" {
		t.Errorf("excluded line: got %v, %v", excluded, err)
	}
	b.refusedTwice(t, line.GetId())
	if _, err := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{BankStatementLineId: line.GetId()}); err != nil {
		t.Error(err)
	}
	personal, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{BankStatementLineId: line.GetId()})
	if err != nil || !personal.GetPersonal() || personal.GetSplits()[0].GetAccountId() != b.codes["OWNER_DRAW"] {
		t.Errorf("personal line: got %v, %v", personal, err)
	}
	b.net(t, "0.00")
	if got := b.lines(t, "personal = true AND state = MATCHED"); len(got) != 1 {
		t.Errorf("personal lines: got %v, want one", got)
	}
}

// net checks the net income of all periods.
func (b bank) net(t *testing.T, want string) {
	t.Helper()
	pl, err := b.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{StartDate: "2000-01-01", EndDate: "2030-12-31"})
	if err != nil || pl.GetNetIncome().GetAmount() != want {
		t.Errorf("net income: got %v, %v, want %s", pl.GetNetIncome(), err, want)
	}
}

// refusedTwice checks that every further decision about a decided line is refused.
func (b bank) refusedTwice(t *testing.T, id string) {
	t.Helper()
	_, categorized := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{BankStatementLineId: id, Splits: []*pb.BankStatementLine_Split{b.split("SALES", "")}})
	_, excluded := b.ExcludeBankStatementLine(t.Context(), &pb.ExcludeBankStatementLineRequest{BankStatementLineId: id, Reason: "x"})
	_, personal := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{BankStatementLineId: id})
	for _, err := range []error{categorized, excluded, personal} {
		if apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
			t.Errorf("deciding a decided line: got %v, want STATE_REFUSES_ACTION", err)
		}
	}
}

// TestInvalidSplitsAreRefused checks the reason and the field of each refusal.
func TestInvalidSplitsAreRefused(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	b.must(t, file(t, "checking.ofx"))
	line := b.lines(t, `amount < "-30"`)[0]
	for name, c := range map[string]struct {
		splits []*pb.BankStatementLine_Split
		reason optionsv1.Reason
		field  string
	}{
		"rejects no splits":                             {nil, optionsv1.Reason_FIELDS_INVALID, "splits"},
		"rejects splits that do not add up":             {[]*pb.BankStatementLine_Split{b.split("SALES", "1")}, optionsv1.Reason_SPLITS_DO_NOT_ADD_UP, "splits"},
		"rejects an unknown account":                    {[]*pb.BankStatementLine_Split{{AccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"}}, optionsv1.Reason_REFERENCE_NOT_FOUND, "splits[0].accountId"},
		"rejects a control account":                     {[]*pb.BankStatementLine_Split{b.split("OPERATING_EXPENSE", "30"), b.split("ACCOUNTS_PAYABLE", "4.51")}, optionsv1.Reason_ACCOUNT_IS_CONTROL, "splits[1].accountId"},
		"rejects the bank account's own ledger account": {[]*pb.BankStatementLine_Split{{AccountId: b.account.GetLedgerAccountId()}}, optionsv1.Reason_FIELDS_INVALID, "splits[0].accountId"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{BankStatementLineId: line.GetId(), Splits: c.splits})
			if apptest.Reason(err) != c.reason || !slices.Contains(apptest.Fields(err), c.field) {
				t.Errorf("got %v at %v, want %s at %s", err, apptest.Fields(err), c.reason, c.field)
			}
		})
	}
	b.net(t, "0.00")
}

// TestLineIsCategorizedOnce lets several callers categorize one line at once. One of them succeeds.
func TestLineIsCategorizedOnce(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	b.must(t, file(t, "checking.ofx"))
	line := b.lines(t, `amount < "-30"`)[0]
	accepted := make(chan bool, 6)
	for range cap(accepted) {
		go func() {
			_, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
				BankStatementLineId: line.GetId(), Splits: []*pb.BankStatementLine_Split{b.split("OPERATING_EXPENSE", "")},
			})
			if err != nil && apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
				t.Errorf("a later caller: got %v, want STATE_REFUSES_ACTION", err)
			}
			accepted <- err == nil
		}()
	}
	count := 0
	for range cap(accepted) {
		if <-accepted {
			count++
		}
	}
	if count != 1 {
		t.Errorf("%d callers categorized one line, want 1", count)
	}
	b.net(t, "-34.51")
}

// TestBankAccountNeedsOwnLedgerAccount creates or checks the ledger account of a bank account: it must fit
// the kind of bank account and belong to no other.
func TestBankAccountNeedsOwnLedgerAccount(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	made, err := b.ledger.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: b.account.GetLedgerAccountId()})
	if err != nil || made.GetSubtype() != pb.Account_BANK || made.GetType() != pb.Account_ASSET || made.GetCode() == "" {
		t.Errorf("ledger account of a checking account: got %v, %v", made, err)
	}
	card, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: &pb.BankAccount{DisplayName: "Card", Kind: pb.BankAccount_CREDIT_CARD}})
	if err != nil {
		t.Fatal(err)
	}
	owed, err := b.ledger.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: card.GetLedgerAccountId()})
	if err != nil || owed.GetType() != pb.Account_LIABILITY {
		t.Errorf("ledger account of a credit card: got %v, %v, want a liability", owed, err)
	}
	for name, c := range map[string]struct {
		account *pb.BankAccount
		reason  optionsv1.Reason
	}{
		"rejects an expense account":                         {&pb.BankAccount{DisplayName: "X", LedgerAccountId: b.codes["OPERATING_EXPENSE"]}, optionsv1.Reason_LEDGER_ACCOUNT_NOT_BANK},
		"rejects the ledger account of another bank account": {&pb.BankAccount{DisplayName: "X", LedgerAccountId: b.account.GetLedgerAccountId()}, optionsv1.Reason_BANK_ACCOUNTS_LEDGER_ACCOUNT_TAKEN},
		"rejects an unknown currency":                        {&pb.BankAccount{DisplayName: "X", CurrencyCode: "XXQ"}, optionsv1.Reason_FIELDS_INVALID},
	} {
		_, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: c.account})
		if apptest.Reason(err) != c.reason {
			t.Errorf("%s: got %v, want %s", name, err, c.reason)
		}
	}
	b.must(t, file(t, "checking.ofx"))
	if _, err := b.DeleteBankAccount(t.Context(), &pb.DeleteBankAccountRequest{BankAccountId: b.account.GetId()}); apptest.Reason(err) != optionsv1.Reason_BANK_ACCOUNTS_IN_USE {
		t.Errorf("deleting a bank account with statements: got %v, want BANK_ACCOUNTS_IN_USE", err)
	}
}

// TestConcurrentBankAccountsGetDistinctCodes creates several bank accounts at once, each of which needs a
// free account code.
func TestConcurrentBankAccountsGetDistinctCodes(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			if _, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: &pb.BankAccount{DisplayName: "Reserve"}}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// TestRepeatedStatementInFileIsDuplicate imports a file that contains the same statement twice.
func TestRepeatedStatementInFileIsDuplicate(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	good := string(file(t, "checking.ofx"))
	begin, end := strings.Index(good, "<STMTTRNRS>"), strings.Index(good, "</STMTTRNRS>")+len("</STMTTRNRS>")
	made := b.must(t, []byte(good[:end]+"\n"+good[begin:end]+good[end:]))
	// The one warning concerns the dates, which are in 2011.
	if counts(made) != [4]int32{6, 3, 3, 0} || len(b.lines(t, "")) != 3 || len(made.GetWarnings()) != 1 {
		t.Errorf("got %v and %v", counts(made), made.GetWarnings())
	}
}

// TestFirstFileSetsAccountNumber refuses a file of another account than the first imported file, for a bank
// account without a number.
func TestFirstFileSetsAccountNumber(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	good := file(t, "checking.ofx")
	b.must(t, good)
	_, err := b.bring(t, bytes.ReplaceAll(good, []byte("1452687~7"), []byte("777")))
	if apptest.Reason(err) != optionsv1.Reason_STATEMENT_ACCOUNT_AMBIGUOUS {
		t.Errorf("a file of another account: got %v, want STATEMENT_ACCOUNT_AMBIGUOUS", err)
	}
}

// TestZeroLineIsOnlyExcludedOrHeld offers and accepts no booking of a line whose amount is zero.
func TestZeroLineIsOnlyExcludedOrHeld(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	b.must(t, bytes.ReplaceAll(file(t, "checking.ofx"), []byte("-34.51"), []byte("0.00")))
	line := b.lines(t, `amount = "0"`)[0]
	for _, a := range line.GetAllowedActions() {
		if a.GetAllowed() != (a.GetVerb() == "exclude" || a.GetVerb() == "hold") {
			t.Errorf("allowed actions: got %v", a)
		}
	}
	_, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: line.GetId(), Splits: []*pb.BankStatementLine_Split{b.split("SALES", "")},
	})
	if apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
		t.Errorf("categorizing a line of zero: got %v, want STATE_REFUSES_ACTION", err)
	}
}

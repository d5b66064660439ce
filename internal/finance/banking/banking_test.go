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

// bank is a caller with a bank account, and the chart's accounts by code.
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

func open(t *testing.T, currency string) bank {
	t.Helper()
	return openFor(t, apptest.SignUp(t, func(r *platformv1.SignUpRequest) { r.CurrencyCode = currency }))
}

// openFor opens a bank account for an organization that has signed up.
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

// sound holds the books to be whole at the end, whatever a test did.
func (b bank) sound(t *testing.T) {
	t.Helper()
	answer, err := b.ledger.CheckIntegrity(context.WithoutCancel(t.Context()), &pb.CheckIntegrityRequest{})
	if err != nil {
		t.Error(err)
	}
	for _, c := range answer.GetChecks() {
		if !c.GetPassed() {
			t.Errorf("the books are not sound at the end: %v", c)
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

// TestSamples imports real files and finds what their authors say is in them.
func TestSamples(t *testing.T) {
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
				t.Errorf("the balance is %v, want %s", made.GetClosingBalance(), c.balance)
			}
			var amounts []string
			for _, row := range made.GetRows() {
				amounts = append(amounts, row.GetAmount().GetAmount())
			}
			if c.amounts != nil && !slices.Equal(amounts, c.amounts) {
				t.Errorf("amounts are %v, want %v", amounts, c.amounts)
			}
			account, err := b.GetBankAccount(t.Context(), &pb.GetBankAccountRequest{BankAccountId: b.account.GetId()})
			if err != nil || account.GetUnmatchedCount() != made.GetNewCount() || account.GetStatementBalance().GetAmount() != made.GetClosingBalance().GetAmount() {
				t.Errorf("the account says %v, %v", account, err)
			}
		})
	}
}

// TestPreviewIsCommit holds a dry run to say what the import then does, and to store
// nothing.
func TestPreviewIsCommit(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	dry := b.must(t, file(t, "checking.ofx"), func(r *pb.CreateStatementImportRequest) { r.ValidateOnly = true })
	if n := len(b.lines(t, "")); n != 0 {
		t.Errorf("a preview stored %d lines", n)
	}
	made := b.must(t, file(t, "checking.ofx"))
	if counts(dry) != counts(made) || len(dry.GetRows()) != len(made.GetRows()) {
		t.Errorf("previewed %v and did %v", counts(dry), counts(made))
	}
}

// TestTheSameFileTwice holds a file to be stored once, however often and by however
// many at once it is imported, also after an undo.
func TestTheSameFileTwice(t *testing.T) {
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
		t.Fatalf("four imports of three lines stored %d", n)
	}
	again := b.must(t, file(t, "checking.ofx"))
	if counts(again) != [4]int32{3, 0, 3, 0} || again.GetRows()[0].GetBankStatementLineId() == "" {
		t.Errorf("once more gives %v", again)
	}
	first := b.lines(t, "")[0].GetStatementImportId()
	if _, err := b.UndoStatementImport(t.Context(), &pb.UndoStatementImportRequest{StatementImportId: first}); apptest.Reason(err) != optionsv1.Reason_STATEMENT_IMPORT_IN_USE {
		t.Errorf("undoing what later imports found here is answered by %v", err)
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
		t.Errorf("%d lines are left of an undone import", n)
	}
	gone, err := b.history.ListEvents(t.Context(), &platformv1.ListEventsRequest{Filter: `type = "finance.bankStatementLine.deleted"`})
	if err != nil || len(gone.GetEvents()) != 3 {
		t.Errorf("the history has %v, %v of the lines that went", gone.GetEvents(), err)
	}
	if _, err := b.UndoStatementImport(t.Context(), &pb.UndoStatementImportRequest{StatementImportId: first}); apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
		t.Errorf("undoing twice is answered by %v", err)
	}
	if made := b.must(t, file(t, "checking.ofx")); made.GetNewCount() != 3 {
		t.Errorf("after the undo the file gives %v", made)
	}
}

// TestFilesThatAreRefused holds each bad file to a reason, and to store nothing.
func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	good := file(t, "checking.ofx")
	for name, c := range map[string]struct {
		content []byte
		change  func(*pb.CreateStatementImportRequest)
		reason  optionsv1.Reason
	}{
		"empty":            {content: nil, reason: optionsv1.Reason_FIELDS_INVALID},
		"blank":            {content: []byte(" \n\t "), reason: optionsv1.Reason_STATEMENT_FILE_UNREADABLE},
		"no statement":     {content: []byte("%PDF-1.7 …"), reason: optionsv1.Reason_STATEMENT_FILE_UNREADABLE},
		"cut off":          {content: good[:len(good)*2/3], reason: optionsv1.Reason_STATEMENT_FILE_UNREADABLE},
		"oversized":        {content: append(slices.Clone(good), make([]byte, 700<<10)...), reason: optionsv1.Reason_FIELDS_INVALID},
		"another currency": {content: file(t, "bank_medium.ofx"), reason: optionsv1.Reason_STATEMENT_CURRENCY_DIFFERS},
		"unreadable rows":  {content: bytes.ReplaceAll(good, []byte("-34.51"), []byte("$34.51x")), reason: optionsv1.Reason_STATEMENT_ROWS_INVALID},
		"no such format":   {content: good, change: func(r *pb.CreateStatementImportRequest) { r.StatementImport.Format = 99 }, reason: optionsv1.Reason_FIELDS_INVALID},
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
		t.Errorf("refused files stored %d lines", n)
	}
	list, err := b.ListStatementImports(t.Context(), &pb.ListStatementImportsRequest{})
	if err != nil || len(list.GetStatementImports()) != 0 {
		t.Errorf("refused files left %v, %v", list, err)
	}
}

// TestAnotherAccountsFile refuses a file of another account than the one named.
func TestAnotherAccountsFile(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	for number, want := range map[string]optionsv1.Reason{"999": optionsv1.Reason_STATEMENT_ACCOUNT_AMBIGUOUS, "1452687~7": 0} {
		account, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: &pb.BankAccount{DisplayName: "Numbered", AccountNumber: number}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.bring(t, file(t, "checking.ofx"), func(r *pb.CreateStatementImportRequest) { r.BankAccountId = account.GetId() })
		if apptest.Reason(err) != want {
			t.Errorf("to an account with the number %s: %v", number, err)
		}
	}
}

// TestRowsThatMayBeLeftOut stores the good rows of a file when the caller accepts it.
func TestRowsThatMayBeLeftOut(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	bad := bytes.ReplaceAll(file(t, "checking.ofx"), []byte("-34.51"), []byte("$34.51x"))
	made := b.must(t, bad, func(r *pb.CreateStatementImportRequest) { r.StatementImport.SkipInvalidRows = true })
	if counts(made) != [4]int32{3, 2, 0, 1} {
		t.Fatalf("got %v", counts(made))
	}
	if row := made.GetRows()[1]; row.GetOutcome() != pb.StatementImport_Row_INVALID || !strings.Contains(row.GetProblem(), "34.51x") || row.GetLineNumber() != 2 {
		t.Errorf("the bad row is %v", row)
	}
}

func (b bank) split(code, amount string) *pb.BankStatementLine_Split {
	s := &pb.BankStatementLine_Split{AccountId: b.codes[code]}
	if amount != "" {
		s.Amount = &typepb.Money{Amount: amount}
	}
	return s
}

// TestLifeOfALine categorizes, undoes, excludes and marks lines, and finds each step
// in the books.
func TestLifeOfALine(t *testing.T) {
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
		t.Errorf("the entry is %v, %v", entry, err)
	}
	if _, err := b.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{JournalEntryId: entry.GetId()}); apptest.Reason(err) != optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE {
		t.Errorf("reversing a line's entry is answered by %v", err)
	}
	if _, err := b.UndoStatementImport(t.Context(), &pb.UndoStatementImportRequest{StatementImportId: line.GetStatementImportId()}); apptest.Reason(err) != optionsv1.Reason_STATEMENT_IMPORT_IN_USE {
		t.Errorf("undoing an import in use is answered by %v", err)
	}
	b.refusedTwice(t, line.GetId())

	undone, err := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{BankStatementLineId: line.GetId()})
	if err != nil || undone.GetState() != pb.BankStatementLine_UNMATCHED || undone.GetJournalEntryId() != "" || len(undone.GetSplits()) != 0 {
		t.Errorf("undone is %v, %v", undone, err)
	}
	b.net(t, "0.00")

	excluded, err := b.ExcludeBankStatementLine(t.Context(), &pb.ExcludeBankStatementLineRequest{BankStatementLineId: line.GetId(), Reason: "Twice"})
	if err != nil || excluded.GetExcludeReason() != "Twice" {
		t.Errorf("excluded is %v, %v", excluded, err)
	}
	b.refusedTwice(t, line.GetId())
	if _, err := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{BankStatementLineId: line.GetId()}); err != nil {
		t.Error(err)
	}
	personal, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{BankStatementLineId: line.GetId()})
	if err != nil || !personal.GetPersonal() || personal.GetSplits()[0].GetAccountId() != b.codes["OWNER_DRAW"] {
		t.Errorf("personal is %v, %v", personal, err)
	}
	b.net(t, "0.00")
	if got := b.lines(t, "personal = true AND state = MATCHED"); len(got) != 1 {
		t.Errorf("personal lines are %v", got)
	}
}

func (b bank) net(t *testing.T, want string) {
	t.Helper()
	pl, err := b.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{StartDate: "2000-01-01", EndDate: "2030-12-31"})
	if err != nil || pl.GetNetIncome().GetAmount() != want {
		t.Errorf("net income is %v, %v; want %s", pl.GetNetIncome(), err, want)
	}
}

// refusedTwice holds every decision about a decided line to be refused.
func (b bank) refusedTwice(t *testing.T, id string) {
	t.Helper()
	_, categorized := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{BankStatementLineId: id, Splits: []*pb.BankStatementLine_Split{b.split("SALES", "")}})
	_, excluded := b.ExcludeBankStatementLine(t.Context(), &pb.ExcludeBankStatementLineRequest{BankStatementLineId: id, Reason: "x"})
	_, personal := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{BankStatementLineId: id})
	for _, err := range []error{categorized, excluded, personal} {
		if apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
			t.Errorf("deciding a decided line is answered by %v", err)
		}
	}
}

// TestSplitsThatAreRefused holds each bad explanation to a reason and a field.
func TestSplitsThatAreRefused(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	b.must(t, file(t, "checking.ofx"))
	line := b.lines(t, `amount < "-30"`)[0]
	for name, c := range map[string]struct {
		splits []*pb.BankStatementLine_Split
		reason optionsv1.Reason
		field  string
	}{
		"no splits":          {nil, optionsv1.Reason_FIELDS_INVALID, "splits"},
		"too little":         {[]*pb.BankStatementLine_Split{b.split("SALES", "1")}, optionsv1.Reason_SPLITS_DO_NOT_ADD_UP, "splits"},
		"no such account":    {[]*pb.BankStatementLine_Split{{AccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"}}, optionsv1.Reason_REFERENCE_NOT_FOUND, "splits[0].accountId"},
		"a control account":  {[]*pb.BankStatementLine_Split{b.split("OPERATING_EXPENSE", "30"), b.split("ACCOUNTS_PAYABLE", "4.51")}, optionsv1.Reason_ACCOUNT_IS_CONTROL, "splits[1].accountId"},
		"the account itself": {[]*pb.BankStatementLine_Split{{AccountId: b.account.GetLedgerAccountId()}}, optionsv1.Reason_FIELDS_INVALID, "splits[0].accountId"},
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

// TestOneOfManyWins lets several callers categorize one line at once.
func TestOneOfManyWins(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	b.must(t, file(t, "checking.ofx"))
	line := b.lines(t, `amount < "-30"`)[0]
	won := make(chan bool, 6)
	for range cap(won) {
		go func() {
			_, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
				BankStatementLineId: line.GetId(), Splits: []*pb.BankStatementLine_Split{b.split("OPERATING_EXPENSE", "")},
			})
			if err != nil && apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
				t.Errorf("a loser is answered by %v", err)
			}
			won <- err == nil
		}()
	}
	winners := 0
	for range cap(won) {
		if <-won {
			winners++
		}
	}
	if winners != 1 {
		t.Errorf("%d callers categorized one line", winners)
	}
	b.net(t, "-34.51")
}

// TestLedgerAccounts holds bank accounts to ledger accounts that hold money, one each.
func TestLedgerAccounts(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	made, err := b.ledger.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: b.account.GetLedgerAccountId()})
	if err != nil || made.GetSubtype() != pb.Account_BANK || made.GetType() != pb.Account_ASSET || made.GetCode() == "" {
		t.Errorf("the account made is %v, %v", made, err)
	}
	card, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: &pb.BankAccount{DisplayName: "Card", Kind: pb.BankAccount_CREDIT_CARD}})
	if err != nil {
		t.Fatal(err)
	}
	owed, err := b.ledger.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: card.GetLedgerAccountId()})
	if err != nil || owed.GetType() != pb.Account_LIABILITY {
		t.Errorf("a card's account is %v, %v", owed, err)
	}
	for name, c := range map[string]struct {
		account *pb.BankAccount
		reason  optionsv1.Reason
	}{
		"an expense account": {&pb.BankAccount{DisplayName: "X", LedgerAccountId: b.codes["OPERATING_EXPENSE"]}, optionsv1.Reason_LEDGER_ACCOUNT_NOT_BANK},
		"a taken account":    {&pb.BankAccount{DisplayName: "X", LedgerAccountId: b.account.GetLedgerAccountId()}, optionsv1.Reason_BANK_ACCOUNTS_LEDGER_ACCOUNT_TAKEN},
		"no such currency":   {&pb.BankAccount{DisplayName: "X", CurrencyCode: "XXQ"}, optionsv1.Reason_FIELDS_INVALID},
	} {
		_, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: c.account})
		if apptest.Reason(err) != c.reason {
			t.Errorf("%s is answered by %v", name, err)
		}
	}
	b.must(t, file(t, "checking.ofx"))
	if _, err := b.DeleteBankAccount(t.Context(), &pb.DeleteBankAccountRequest{BankAccountId: b.account.GetId()}); apptest.Reason(err) != optionsv1.Reason_BANK_ACCOUNTS_IN_USE {
		t.Errorf("deleting an account with statements is answered by %v", err)
	}
}

// TestRivalAccounts lets several bank accounts look for a code at once.
func TestRivalAccounts(t *testing.T) {
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

// TestOverlappingStatements imports a file with the same statement twice in it.
func TestOverlappingStatements(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	good := string(file(t, "checking.ofx"))
	begin, end := strings.Index(good, "<STMTTRNRS>"), strings.Index(good, "</STMTTRNRS>")+len("</STMTTRNRS>")
	made := b.must(t, []byte(good[:end]+"\n"+good[begin:end]+good[end:]))
	// The one warning is of the dates, which are of 2011.
	if counts(made) != [4]int32{6, 3, 3, 0} || len(b.lines(t, "")) != 3 || len(made.GetWarnings()) != 1 {
		t.Errorf("got %v and %v", counts(made), made.GetWarnings())
	}
}

// TestAccountsKeepTheirNumber holds an account without a number to that of its first
// file.
func TestAccountsKeepTheirNumber(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	good := file(t, "checking.ofx")
	b.must(t, good)
	_, err := b.bring(t, bytes.ReplaceAll(good, []byte("1452687~7"), []byte("777")))
	if apptest.Reason(err) != optionsv1.Reason_STATEMENT_ACCOUNT_AMBIGUOUS {
		t.Errorf("a file of another account is answered by %v", err)
	}
}

// TestALineOfZero holds a line that moves nothing to be excluded, or held until then.
func TestALineOfZero(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	b.must(t, bytes.ReplaceAll(file(t, "checking.ofx"), []byte("-34.51"), []byte("0.00")))
	line := b.lines(t, `amount = "0"`)[0]
	for _, a := range line.GetAllowedActions() {
		if a.GetAllowed() != (a.GetVerb() == "exclude" || a.GetVerb() == "hold") {
			t.Errorf("%v is offered", a)
		}
	}
	_, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: line.GetId(), Splits: []*pb.BankStatementLine_Split{b.split("SALES", "")},
	})
	if apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
		t.Errorf("categorizing it is answered by %v", err)
	}
}

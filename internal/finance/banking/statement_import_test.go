package banking_test

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestImportsSampleFiles imports real files and checks their amounts and balances.
func TestImportsSampleFiles(t *testing.T) {
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
			b := openBank(t, c.currency)
			made := b.mustImport(t, file(t, name))
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
			if err != nil || account.GetUnmatchedCount() != made.GetNewCount() || account.GetStatementBalance().
				GetAmount() != made.GetClosingBalance().GetAmount() {
				t.Errorf("bank account: got %v, %v", account, err)
			}
		})
	}
}

// TestPreviewEqualsImport checks that validate_only returns what the import then does, and stores
// nothing.
func TestPreviewEqualsImport(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	dry := b.mustImport(t, file(t, "checking.ofx"), func(r *pb.CreateStatementImportRequest) { r.ValidateOnly = true })
	if n := len(b.listLines(t, "")); n != 0 {
		t.Errorf("a preview stored %d lines, want none", n)
	}
	made := b.mustImport(t, file(t, "checking.ofx"))
	if counts(dry) != counts(made) || len(dry.GetRows()) != len(made.GetRows()) {
		t.Errorf("preview: got %v, want %v as imported", counts(dry), counts(made))
	}
}

// TestRepeatedFileIsStoredOnce imports a file several times, also concurrently and after an undo.
// Its lines are stored once.
func TestRepeatedFileIsStoredOnce(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if _, err := b.createImport(t, file(t, "checking.ofx")); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := len(b.listLines(t, "")); n != 3 {
		t.Fatalf("four imports of three lines stored %d lines, want 3", n)
	}
	again := b.mustImport(t, file(t, "checking.ofx"))
	if counts(again) != [4]int32{3, 0, 3, 0} || again.GetRows()[0].GetBankStatementLineId() == "" {
		t.Errorf("fifth import: got %v, want 3 duplicates", again)
	}
	first := b.listLines(t, "")[0].GetStatementImportId()
	b.undoImportsAfter(t, first)
	if _, err := b.undoImport(t, first); err != nil {
		t.Fatal(err)
	}
	if n := len(b.listLines(t, "")); n != 0 {
		t.Errorf("after the undo: got %d lines, want none", n)
	}
	gone, err := b.history.ListEvents(t.Context(), &platformv1.ListEventsRequest{
		Filter: `type = "finance.bankStatementLine.deleted"`,
	})
	if err != nil || len(gone.GetEvents()) != 3 {
		t.Errorf("events of deleted lines: got %v, %v, want 3", gone.GetEvents(), err)
	}
	if _, err := b.undoImport(t, first); apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
		t.Errorf("undoing twice: got %v, want STATE_REFUSES_ACTION", err)
	}
	if made := b.mustImport(t, file(t, "checking.ofx")); made.GetNewCount() != 3 {
		t.Errorf("import after the undo: got %v, want 3 new lines", made)
	}
}

// undoImportsAfter checks that the first import cannot be undone, and undoes all later ones, newest
// first.
func (b bank) undoImportsAfter(t *testing.T, first string) {
	t.Helper()
	if _, err := b.undoImport(t, first); apptest.Reason(err) != optionsv1.Reason_STATEMENT_IMPORT_IN_USE {
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
		if _, err := b.undoImport(t, i.GetId()); err != nil {
			t.Error(err)
		}
	}
}

// TestInvalidFileIsRefused checks the reason of each refusal, and that nothing is stored.
func TestInvalidFileIsRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	good := file(t, "checking.ofx")
	for name, c := range map[string]struct {
		content []byte
		change  func(*pb.CreateStatementImportRequest)
		reason  optionsv1.Reason
	}{
		"rejects an empty file": {content: nil, reason: optionsv1.Reason_FIELDS_INVALID},
		"rejects a blank file": {
			content: []byte(" \n\t "), reason: optionsv1.Reason_STATEMENT_FILE_UNREADABLE,
		},
		"rejects a file that is no statement": {
			content: []byte("%PDF-1.7 …"), reason: optionsv1.Reason_STATEMENT_FILE_UNREADABLE,
		},
		"rejects a truncated file": {
			content: good[:len(good)*2/3], reason: optionsv1.Reason_STATEMENT_FILE_UNREADABLE,
		},
		"rejects an oversized file": {
			content: append(slices.Clone(good), make([]byte, 2800<<10)...), reason: optionsv1.Reason_FIELDS_INVALID,
		},
		"rejects a statement in another currency": {
			content: file(t, "bank_medium.ofx"), reason: optionsv1.Reason_STATEMENT_CURRENCY_DIFFERS,
		},
		"rejects unreadable rows": {
			content: bytes.ReplaceAll(good, []byte("-34.51"), []byte("$34.51x")),
			reason:  optionsv1.Reason_STATEMENT_ROWS_INVALID,
		},
		"rejects an unknown format": {
			content: good, change: func(r *pb.CreateStatementImportRequest) { r.StatementImport.Format = 99 },
			reason: optionsv1.Reason_FIELDS_INVALID,
		},
	} {
		t.Run(name, func(t *testing.T) {
			change := c.change
			if change == nil {
				change = func(*pb.CreateStatementImportRequest) {}
			}
			_, err := b.createImport(t, c.content, change)
			if apptest.Reason(err) != c.reason || len(apptest.Fields(err)) == 0 {
				t.Errorf("got %v at %v, want %s", err, apptest.Fields(err), c.reason)
			}
		})
	}
	b.checkNothingImported(t)
}

// checkNothingImported checks that there are no lines and no imports.
func (b bank) checkNothingImported(t *testing.T) {
	t.Helper()
	if n := len(b.listLines(t, "")); n != 0 {
		t.Errorf("refused files stored %d lines, want none", n)
	}
	list, err := b.ListStatementImports(t.Context(), &pb.ListStatementImportsRequest{})
	if err != nil || len(list.GetStatementImports()) != 0 {
		t.Errorf("imports of refused files: got %v, %v, want none", list, err)
	}
}

// TestRefusesFileOfAnotherBankAccount checks that a file is refused if its account number is not
// the bank account's.
func TestRefusesFileOfAnotherBankAccount(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	for number, want := range map[string]optionsv1.Reason{
		"999": optionsv1.Reason_STATEMENT_ACCOUNT_AMBIGUOUS, "1452687~7": 0,
	} {
		account, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
			BankAccount: &pb.BankAccount{DisplayName: "Numbered", AccountNumber: number},
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.createImport(
			t, file(t, "checking.ofx"), func(r *pb.CreateStatementImportRequest) { r.BankAccountId = account.GetId() },
		)
		if apptest.Reason(err) != want {
			t.Errorf("bank account with the number %s: got %v, want %s", number, err, want)
		}
	}
}

// TestInvalidRowsAreSkippedOnRequest stores the valid rows of a file if skip_invalid_rows is set.
func TestInvalidRowsAreSkippedOnRequest(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	bad := bytes.ReplaceAll(file(t, "checking.ofx"), []byte("-34.51"), []byte("$34.51x"))
	made := b.mustImport(t, bad, func(r *pb.CreateStatementImportRequest) { r.StatementImport.SkipInvalidRows = true })
	if counts(made) != [4]int32{3, 2, 0, 1} {
		t.Fatalf("got %v", counts(made))
	}
	if row := made.GetRows()[1]; row.GetOutcome() != pb.StatementImport_Row_INVALID ||
		!strings.Contains(row.GetProblem(), "34.51x") || row.GetLineNumber() != 2 {
		t.Errorf("invalid row: got %v", row)
	}
}

// TestRepeatedStatementInFileIsDuplicate imports a file that contains the same statement twice.
func TestRepeatedStatementInFileIsDuplicate(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	good := string(file(t, "checking.ofx"))
	begin, end := strings.Index(good, "<STMTTRNRS>"), strings.Index(good, "</STMTTRNRS>")+len("</STMTTRNRS>")
	made := b.mustImport(t, []byte(good[:end]+"\n"+good[begin:end]+good[end:]))
	// The one warning concerns the dates, which are in 2011.
	if counts(made) != [4]int32{6, 3, 3, 0} || len(b.listLines(t, "")) != 3 || len(made.GetWarnings()) != 1 {
		t.Errorf("got %v and %v", counts(made), made.GetWarnings())
	}
}

// TestFirstFileSetsAccountNumber checks that a bank account without a number refuses a file of
// another account than the first imported file.
func TestFirstFileSetsAccountNumber(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	good := file(t, "checking.ofx")
	b.mustImport(t, good)
	_, err := b.createImport(t, bytes.ReplaceAll(good, []byte("1452687~7"), []byte("777")))
	if apptest.Reason(err) != optionsv1.Reason_STATEMENT_ACCOUNT_AMBIGUOUS {
		t.Errorf("a file of another account: got %v, want STATEMENT_ACCOUNT_AMBIGUOUS", err)
	}
}

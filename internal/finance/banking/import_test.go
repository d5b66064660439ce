package banking_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// ofx returns an OFX file of one account in US dollars with the given transactions and, unless it
// is "", a closing balance.
func ofx(account, balance, asOf string, transactions ...string) []byte {
	ledger := ""
	if balance != "" {
		ledger = "<LEDGERBAL><BALAMT>" + balance + "<DTASOF>" + asOf + "</LEDGERBAL>"
	}
	return []byte("OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD" +
		"<BANKACCTFROM><ACCTID>" + account + "</BANKACCTFROM><BANKTRANLIST>" + strings.Join(
		transactions, "\n",
	) + "</BANKTRANLIST>" +
		ledger + "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>")
}

// ofxTransaction returns an OFX transaction.
func ofxTransaction(date, amount, reference string) string {
	return "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>" + date + "<TRNAMT>" + amount +
		"<FITID>" + reference + "<NAME>Shop</STMTTRN>"
}

// TestEqualLinesAreKept stores every line of a file once, also lines that are equal or share a
// reference.
func TestEqualLinesAreKept(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{
		"keeps two equal lines": {ofxTransaction("20260105", "-3.00", ""), ofxTransaction("20260105", "-3.00", "")},
		"keeps two equal lines with one FITID": {
			ofxTransaction("20260105", "-3.00", "SAME0001"), ofxTransaction("20260105", "-3.00", "SAME0001"),
		},
		"keeps three lines that share a FITID": {ofxTransaction(
			"20260105", "-3.00", "SAME0001",
		), ofxTransaction("20260105", "-4.00", "SAME0001"), ofxTransaction("20260105", "-5.00", "SAME0001")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBank(t, "USD")
			n := int32(len(lines))
			if got := counts(b.mustImport(t, ofx("1", "", "", lines...))); got != [4]int32{n, n, 0, 0} {
				t.Errorf("first import: got %v, want %d new lines", got, n)
			}
			if got := counts(b.mustImport(t, ofx("1", "", "", lines...))); got != [4]int32{n, 0, n, 0} {
				t.Errorf("second import: got %v, want %d duplicates", got, n)
			}
		})
	}
}

// TestDuplicatesAreFoundPerAccount stores a line with the same reference on two bank accounts.
func TestDuplicatesAreFoundPerAccount(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	content := ofx("1", "", "", ofxTransaction("20260105", "-3.00", "SAME0001"))
	b.mustImport(t, content)
	other, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
		BankAccount: &pb.BankAccount{DisplayName: "Other"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if made := b.mustImport(
		t, content, func(r *pb.CreateStatementImportRequest) { r.BankAccountId = other.GetId() },
	); made.GetNewCount() != 1 {
		t.Errorf("got %v", counts(made))
	}
}

// TestFileWithOnlyInvalidRow imports a sample file whose only row has no date and no amount.
func TestFileWithOnlyInvalidRow(t *testing.T) {
	t.Parallel()
	b := openBank(t, "CAD")
	_, err := b.createImport(t, file(t, "decimal_error.ofx"))
	if apptest.Reason(err) != optionsv1.Reason_STATEMENT_ROWS_INVALID ||
		!slices.Equal(apptest.Fields(err), []string{"content", "content"}) {
		t.Errorf("got %v at %v", err, apptest.Fields(err))
	}
	made := b.mustImport(t, file(
		t, "decimal_error.ofx",
	), func(r *pb.CreateStatementImportRequest) { r.StatementImport.SkipInvalidRows = true })
	if counts(made) != [4]int32{1, 0, 0, 1} {
		t.Errorf("import without the row: got %v", counts(made))
	}
}

// TestAccountNumberIgnoresGrouping compares account numbers without spaces or hyphens.
func TestAccountNumberIgnoresGrouping(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	for typed, want := range map[string]optionsv1.Reason{
		"DE89 3704 0044 0532 0130 00": 0, "DE89-3704-0044-0532-0130-01": optionsv1.Reason_STATEMENT_ACCOUNT_AMBIGUOUS,
	} {
		account, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
			BankAccount: &pb.BankAccount{DisplayName: "Typed", AccountNumber: typed},
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.createImport(t, ofx(
			"DE89370400440532013000", "", "",
		), func(r *pb.CreateStatementImportRequest) { r.BankAccountId = account.GetId() })
		if apptest.Reason(err) != want {
			t.Errorf("bank account %s: got %v, want %s", typed, err, want)
		}
	}
}

// TestBalanceGapIsWarned checks that an import warns if the lines between two balances do not add
// up, even if their sum exceeds the largest amount.
func TestBalanceGapIsWarned(t *testing.T) {
	t.Parallel()
	largest := make([]string, 1100)
	for i := range largest {
		largest[i] = ofxTransaction("20260105", "90071992547409.91", fmt.Sprintf("LARGE%04d", i))
	}
	for name, c := range map[string]struct {
		between []string
		warning string
	}{
		"accepts balances that add up": {[]string{ofxTransaction("20260105", "5.00", "FIVE0001")}, ""},
		"warns of a missing amount": {
			[]string{ofxTransaction("20260105", "4.00", "FOUR0001")}, "lead to 15.00, but the file says 16.00",
		},
		"warns of a sum beyond an int64": {largest, "lead to 99079191802150912.00, but the file says 16.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBank(t, "USD")
			b.mustImport(t, ofx("1", "10.00", "20260101"))
			b.mustImport(t, ofx("1", "", "", c.between...))
			warnings := b.mustImport(
				t, ofx("1", "16.00", "20260120", ofxTransaction("20260110", "1.00", "LAST0001")),
			).GetWarnings()
			if c.warning == "" && len(warnings) > 0 || c.warning != "" &&
				!strings.Contains(strings.Join(warnings, "\n"), c.warning) {
				t.Errorf("got warnings %q, want %q", warnings, c.warning)
			}
		})
	}
}

// TestPersonalLineOnOwnAccountIsRefused checks that the server refuses to book a personal line on
// the bank account's own ledger account, and names the field of the request.
func TestPersonalLineOnOwnAccountIsRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	var err error
	if b.account, err = b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{
		BankAccount: &pb.BankAccount{DisplayName: "Line", Kind: pb.BankAccount_CREDIT_LINE},
	}); err != nil {
		t.Fatal(err)
	}
	b.mustImport(t, ofx("1", "", "", ofxTransaction("20260105", "-3.00", "LINE0001")))
	_, err = b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
		BankStatementLineId: b.listLines(t, "")[0].GetId(), AccountId: b.account.GetLedgerAccountId(),
	})
	if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID ||
		!slices.Equal(apptest.Fields(err), []string{"accountId"}) {
		t.Errorf("got %v at %v", err, apptest.Fields(err))
	}
}

// TestImportNeedsExactlyOneFile checks that the server refuses a request with two files or none,
// and a file that does not exist.
func TestImportNeedsExactlyOneFile(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	file := b.uploadFile(t, csvOf(3))
	for name, c := range map[string]struct {
		source *pb.StatementImport
		reason optionsv1.Reason
		field  string
	}{
		"rejects a request without a file": {&pb.StatementImport{}, optionsv1.Reason_FIELDS_INVALID, "content"},
		"rejects content and a file id": {
			&pb.StatementImport{Content: []byte("a"), FileId: file}, optionsv1.Reason_FIELDS_INVALID, "content",
		},
		"rejects an unknown file": {
			&pb.StatementImport{FileId: "fil_01k9zzzzzzzzzzzzzzzzzzzzzz"}, optionsv1.Reason_REFERENCE_NOT_FOUND, "fileId",
		},
		"rejects a malformed file id": {
			&pb.StatementImport{FileId: "x"}, optionsv1.Reason_REFERENCE_NOT_FOUND, "fileId",
		},
	} {
		_, err := b.createImport(t, nil, func(r *pb.CreateStatementImportRequest) { r.StatementImport = c.source })
		if apptest.Reason(err) != c.reason || !slices.Equal(apptest.Fields(err), []string{c.field}) {
			t.Errorf("%s: got %v at %v, want %s at %s", name, err, apptest.Fields(err), c.reason, c.field)
		}
	}
	b.beginImport(t, file)
	b.o.RunJobs(t)
	if _, err := platformv1.NewFilesServiceClient(b.o).DeleteFile(
		t.Context(), &platformv1.DeleteFileRequest{FileId: file},
	); apptest.Reason(err) != optionsv1.Reason_FILES_IN_USE {
		t.Errorf("deleting the file of an import: got %v, want FILES_IN_USE", err)
	}
}

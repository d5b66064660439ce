package banking_test

import (
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// ofxNamed returns an OFX transaction with a name and further fields.
func ofxNamed(date, amount, reference, name string) string {
	return "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>" + date + "<TRNAMT>" + amount + "<FITID>" + reference + "<NAME>" + name +
		"</STMTTRN>"
}

// TestChangedLinesAreSuspected imports a line, and then a file in which the bank has changed it.
// The new line is shown as suspected, and no rule decides it.
func TestChangedLinesAreSuspected(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]string{
		"another text":            ofxNamed("20260305", "-4.00", "FIT0002", "CARD 77"),
		"another date":            ofxNamed("20260307", "-4.00", "FIT0002", "Tea house"),
		"another date and amount": ofxNamed("20260309", "-4.80", "FIT0001", "Tea house"),
		"pending, then posted":    ofxNamed("20260307", "-4.00", "FIT0002", "TEA HOUSE BERLIN"),
		"corrected":               ofxNamed("20260320", "-9.00", "FIT0002<CORRECTFITID>FIT0001", "Tea house"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBank(t, "USD")
			first := b.mustImport(t, ofx("1", "", "", ofxNamed("20260305", "-4.00", "FIT0001", "Tea house")))
			b.rule(t, &pb.BankRule{DisplayName: "All", Position: 1, Pattern: ".", AccountId: b.codes["OPERATING_EXPENSE"]})
			made := b.mustImport(t, ofx("1", "", "", second, ofxNamed("20260328", "-7.00", "FIT0009", "Books")))
			rows := made.GetRows()
			if len(rows) != 2 || len(rows[0].GetSuspectedLineIds()) != 1 || len(rows[1].GetSuspectedLineIds()) != 0 ||
				rows[0].GetSuspectedLineIds()[0] != first.GetRows()[0].GetBankStatementLineId() ||
				!strings.Contains(strings.Join(made.GetWarnings(), "\n"), "may already be in the account") {
				t.Fatalf("got %v", made)
			}
			for _, l := range b.listLines(t, "") {
				decided := l.GetState() == pb.BankStatementLine_MATCHED
				if want := l.GetId() == rows[1].GetBankStatementLineId(); decided != want {
					t.Errorf("got %v, want it decided: %v", l, want)
				}
			}
			pairs, err := b.SuspectDuplicateLines(t.Context(), &pb.SuspectDuplicateLinesRequest{})
			if err != nil || len(pairs.GetPairs()) != 1 ||
				pairs.GetPairs()[0].GetSecondLine().GetId() != rows[0].GetBankStatementLineId() {
				t.Errorf("got %v, %v, want one pair", pairs, err)
			}
		})
	}
}

// TestLinesOfOneFileAreNotSuspected imports a file that contains the earlier line too: the bank
// knows both as separate payments.
func TestLinesOfOneFileAreNotSuspected(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	first := ofxNamed("20260305", "-4.00", "FIT0001", "Tea house")
	b.mustImport(t, ofx("1", "", "", first))
	made := b.mustImport(t, ofx("1", "", "", first, ofxNamed("20260306", "-4.00", "FIT0002", "Tea house")))
	if made.GetNewCount() != 1 || isSuspected(made.GetRows()[1]) {
		t.Errorf("got %v", made)
	}
}

// TestCorrectionInOneFileIsSuspected imports a line and its correction in one file.
func TestCorrectionInOneFileIsSuspected(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	made := b.mustImport(t, ofx("1", "", "", ofxNamed("20260305", "-4.00", "FIT0001", "Tea house"),
		ofxNamed("20260305", "-9.00", "FIT0002<CORRECTFITID>FIT0001", "Tea house")))
	if made.GetNewCount() != 2 || !isSuspected(made.GetRows()[0]) || !isSuspected(made.GetRows()[1]) {
		t.Errorf("got %v", made)
	}
}

// TestAccountNumberInAnotherNotation imports a file with the national form of the bank account's
// IBAN. A warning says so.
func TestAccountNumberInAnotherNotation(t *testing.T) {
	t.Parallel()
	b := openBank(t, "EUR")
	account, err := b.CreateBankAccount(t.Context(), &pb.CreateBankAccountRequest{BankAccount: &pb.BankAccount{
		DisplayName: "Second", AccountNumber: "DE89370400440532013000",
	}})
	if err != nil {
		t.Fatal(err)
	}
	file := mt940File(mt940Part{"1", "260301", "20,00", "16,00", 1})
	made := b.mustImportTo(t, account.GetId(), &pb.StatementImport{Content: file})
	if made.GetNewCount() != 1 || len(made.GetWarnings()) != 1 ||
		!strings.Contains(made.GetWarnings()[0], "DE89370400440532013000") {
		t.Errorf("got %v", made)
	}
}

package banking_test

import (
	"bytes"
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestCategorizedLineIsBooked categorizes a line, checks its entry, and refuses further decisions.
func TestCategorizedLineIsBooked(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.mustImport(t, file(t, "checking.ofx"))
	line := b.listLines(t, `amount < "-30"`)[0]

	done, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: line.GetId(), Etag: line.GetEtag(),
		Splits: []*pb.BankStatementLine_Split{b.split("OPERATING_EXPENSE", "30.00"), b.split("COST_OF_SALES", "4.51")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if done.GetState() != pb.BankStatementLine_MATCHED || done.GetSplits()[1].GetAmount().GetAmount() != "-4.51" ||
		done.GetJournalEntryId() == "" {
		t.Errorf("got %v", done)
	}
	b.checkNetIncome(t, "-34.51")
	entry, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{
		JournalEntryId: done.GetJournalEntryId(),
	})
	if err != nil || entry.GetSource() != pb.JournalEntry_BANK || entry.GetSourceId() != line.GetId() ||
		entry.GetDate() != line.GetBookedDate() || len(entry.GetLines()) != 3 {
		t.Errorf("entry: got %v, %v", entry, err)
	}
	if _, err := b.reverse(t, entry.GetId()); apptest.Reason(err) != optionsv1.Reason_JOURNAL_ENTRY_HAS_SOURCE {
		t.Errorf("reversing the entry of a line: got %v, want JOURNAL_ENTRY_HAS_SOURCE", err)
	}
	if _, err := b.undoImport(
		t, line.GetStatementImportId(),
	); apptest.Reason(err) != optionsv1.Reason_STATEMENT_IMPORT_IN_USE {
		t.Errorf("undoing an import in use: got %v, want STATEMENT_IMPORT_IN_USE", err)
	}
	b.checkDecisionsRefused(t, line.GetId())
}

// TestUndoneLineIsDecidedAgain undoes a categorization, then excludes the line, undoes that, and
// marks the line personal.
func TestUndoneLineIsDecidedAgain(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.mustImport(t, file(t, "checking.ofx"))
	line := b.listLines(t, `amount < "-30"`)[0]
	if _, err := b.categorize(t, line.GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
		t.Fatal(err)
	}
	undone, err := b.undoLine(t, line.GetId())
	if err != nil || undone.GetState() != pb.BankStatementLine_UNMATCHED || undone.GetJournalEntryId() != "" ||
		len(undone.GetSplits()) != 0 {
		t.Errorf("undone line: got %v, %v", undone, err)
	}
	b.checkNetIncome(t, "0.00")

	excluded, err := b.exclude(t, line.GetId(), "Twice")
	if err != nil || excluded.GetExcludeReason() != "Twice" {
		t.Errorf("excluded line: got %v, %v", excluded, err)
	}
	b.checkDecisionsRefused(t, line.GetId())
	if _, err := b.undoLine(t, line.GetId()); err != nil {
		t.Error(err)
	}
	personal, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
		BankStatementLineId: line.GetId(),
	})
	if err != nil || !personal.GetPersonal() || personal.GetSplits()[0].GetAccountId() != b.codes["OWNER_DRAW"] {
		t.Errorf("personal line: got %v, %v", personal, err)
	}
	b.checkNetIncome(t, "0.00")
	if got := b.listLines(t, "personal = true AND state = MATCHED"); len(got) != 1 {
		t.Errorf("personal lines: got %v, want one", got)
	}
}

// checkDecisionsRefused checks that every further decision about a decided line is refused.
func (b bank) checkDecisionsRefused(t *testing.T, id string) {
	t.Helper()
	_, categorized := b.categorize(t, id, b.split("SALES", ""))
	_, excluded := b.exclude(t, id, "x")
	_, personal := b.MarkPersonalBankStatementLine(
		t.Context(), &pb.MarkPersonalBankStatementLineRequest{BankStatementLineId: id},
	)
	for _, err := range []error{categorized, excluded, personal} {
		if apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
			t.Errorf("deciding a decided line: got %v, want STATE_REFUSES_ACTION", err)
		}
	}
}

// TestInvalidSplitsAreRefused checks the reason and the field of each refusal.
func TestInvalidSplitsAreRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.mustImport(t, file(t, "checking.ofx"))
	line := b.listLines(t, `amount < "-30"`)[0]
	for name, c := range map[string]struct {
		splits []*pb.BankStatementLine_Split
		reason optionsv1.Reason
		field  string
	}{
		"rejects no splits": {nil, optionsv1.Reason_FIELDS_INVALID, "splits"},
		"rejects splits that do not add up": {
			[]*pb.BankStatementLine_Split{b.split("SALES", "1")}, optionsv1.Reason_SPLITS_DO_NOT_ADD_UP, "splits",
		},
		"rejects an unknown account": {[]*pb.BankStatementLine_Split{
			{AccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"},
		}, optionsv1.Reason_REFERENCE_NOT_FOUND, "splits[0].accountId"},
		"rejects a control account": {[]*pb.BankStatementLine_Split{
			b.split("OPERATING_EXPENSE", "30"), b.split("ACCOUNTS_PAYABLE", "4.51"),
		}, optionsv1.Reason_ACCOUNT_IS_CONTROL, "splits[1].accountId"},
		"rejects the bank account's own ledger account": {[]*pb.BankStatementLine_Split{
			{AccountId: b.account.GetLedgerAccountId()},
		}, optionsv1.Reason_FIELDS_INVALID, "splits[0].accountId"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.categorize(t, line.GetId(), c.splits...)
			if apptest.Reason(err) != c.reason || !slices.Contains(apptest.Fields(err), c.field) {
				t.Errorf("got %v at %v, want %s at %s", err, apptest.Fields(err), c.reason, c.field)
			}
		})
	}
	b.checkNetIncome(t, "0.00")
}

// TestLineIsCategorizedOnce lets several callers categorize one line at once. One of them succeeds.
func TestLineIsCategorizedOnce(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.mustImport(t, file(t, "checking.ofx"))
	line := b.listLines(t, `amount < "-30"`)[0]
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
	b.checkNetIncome(t, "-34.51")
}

// TestZeroAmountLineCanOnlyBeExcludedOrHeld checks that the server offers and accepts no booking of
// a line whose amount is zero.
func TestZeroAmountLineCanOnlyBeExcludedOrHeld(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.mustImport(t, bytes.ReplaceAll(file(t, "checking.ofx"), []byte("-34.51"), []byte("0.00")))
	line := b.listLines(t, `amount = "0"`)[0]
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

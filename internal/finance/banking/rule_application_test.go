package banking_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

func (b bank) findLines(t *testing.T, filter string) []*pb.BankStatementLine {
	t.Helper()
	list, err := b.ListBankStatementLines(t.Context(), &pb.ListBankStatementLinesRequest{
		Filter: filter, OrderBy: "booked_date", PageSize: 500,
	})
	if err != nil {
		t.Fatal(err)
	}
	return list.GetBankStatementLines()
}

func (b bank) rule(t *testing.T, r *pb.BankRule) *pb.BankRule {
	t.Helper()
	made, err := b.CreateBankRule(t.Context(), &pb.CreateBankRuleRequest{BankRule: r})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// wantReason checks that an error has a reason.
func wantReason(t *testing.T, err error, reason optionsv1.Reason) {
	t.Helper()
	if apptest.Reason(err) != reason {
		t.Errorf("got %v, want %s", err, reason)
	}
}

const january = "Date,Payee,Description,Amount\n" +
	"2026-01-05,Landlord,Rent January,-900.00\n2026-01-06,Cafe Roma,Lunch,-12.50\n" +
	"2026-01-07,Northern Toys,Lego,-49.00\n2026-01-08,Bank,Correction,-1.00\n2026-01-09,Customer,Invoice 7,1000.00\n"

// TestBankRulesDecideLines imports lines, which the first rule that matches decides. A line whose
// rule fails stays undecided. Applying the rules again decides it once the rule is fixed.
func TestBankRulesDecideLines(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	rent, stale := b.januaryRules(t)
	made := b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{Content: []byte(january)})
	if len(made.GetWarnings()) != 1 || !strings.Contains(made.GetWarnings()[0], `"Lunch"`) {
		t.Errorf("got %q", made.GetWarnings())
	}
	states := ""
	for _, l := range b.findLines(t, "") {
		states += l.GetState().String() + " "
	}
	if states != "MATCHED UNMATCHED MATCHED EXCLUDED UNMATCHED " {
		t.Errorf("got %s", states)
	}
	if first := b.findLines(t, "")[0]; first.GetBankRuleId() != rent.GetId() ||
		first.GetSplits()[0].GetMemo() != "By rule" {
		t.Errorf("got %v", first)
	}
	if personal := b.findLines(t, "personal = true"); len(personal) != 1 ||
		personal[0].GetSplits()[0].GetAccountId() != b.codes["OWNER_DRAW"] {
		t.Errorf("got %v", personal)
	}
	large := &pb.BankRule{DisplayName: "x", MinAmount: &typepb.Money{
		Amount: "40", CurrencyCode: "USD",
	}, Direction: pb.BankRule_OUT, Personal: true}
	test, err := b.TestBankRule(t.Context(), &pb.TestBankRuleRequest{BankRule: large})
	if err != nil || test.GetTestedCount() != 5 || len(test.GetBankStatementLines()) != 2 {
		t.Errorf("got %v, %v", test, err)
	}
	if _, err := b.UpdateBankRule(t.Context(), &pb.UpdateBankRuleRequest{
		BankRuleId: stale.GetId(), BankRule: &pb.BankRule{AccountId: b.codes["OPERATING_EXPENSE"]},
		UpdateMask: mask("account_id"),
	}); err != nil {
		t.Fatal(err)
	}
	applied, err := b.ApplyBankRules(t.Context(), &pb.ApplyBankRulesRequest{BankAccountId: b.account.GetId()})
	if err != nil || applied.GetDecidedCount() != 1 || applied.GetWaitingCount() != 1 {
		t.Errorf("got %v, %v", applied, err)
	}
	_, err = b.DeleteBankRule(t.Context(), &pb.DeleteBankRuleRequest{BankRuleId: rent.GetId()})
	wantReason(t, err, optionsv1.Reason_BANK_RULES_IN_USE)
}

// januaryRules creates rules for the lines of january. It archives the account of the rule stale.
func (b bank) januaryRules(t *testing.T) (rent, stale *pb.BankRule) {
	t.Helper()
	rent = b.rule(t, &pb.BankRule{
		DisplayName: "Rent", Position: 1, Texts: []string{"LANDLORD"}, Direction: pb.BankRule_OUT,
		AccountId: b.codes["OPERATING_EXPENSE"], Memo: "By rule",
	})
	b.rule(t, &pb.BankRule{
		DisplayName: "Second rule for the landlord", Position: 2, Texts: []string{"landlord"}, ExcludeReason: "Never reached",
	})
	b.rule(t, &pb.BankRule{
		DisplayName: "Toys", Position: 3, Pattern: `\blego\b`, MaxAmount: &typepb.Money{Amount: "50"}, Personal: true,
	})
	b.rule(t, &pb.BankRule{
		DisplayName: "Corrections", Position: 4, Texts: []string{"correction"}, ExcludeReason: "The bank's own",
	})
	stale = b.rule(t, &pb.BankRule{
		DisplayName: "Lunch", Position: 5, Texts: []string{"lunch"}, AccountId: b.codes["INTEREST"],
	})
	if _, err := b.ledger.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{
		AccountId: b.codes["INTEREST"],
	}); err != nil {
		t.Fatal(err)
	}
	return rent, stale
}

// TestInvalidBankRuleIsRefused checks that the server refuses rules without an effect, with two
// effects, and with a bad pattern.
func TestInvalidBankRuleIsRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	for _, r := range []*pb.BankRule{{DisplayName: "Nothing"}, {DisplayName: "Two", Personal: true, ExcludeReason: "x"}} {
		_, err := b.CreateBankRule(t.Context(), &pb.CreateBankRuleRequest{BankRule: r})
		wantReason(t, err, optionsv1.Reason_BANK_RULE_EFFECT_UNCLEAR)
	}
	_, err := b.CreateBankRule(t.Context(), &pb.CreateBankRuleRequest{
		BankRule: &pb.BankRule{DisplayName: "Broken", Pattern: "(", Personal: true},
	})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID)
}

// TestMatchLineToEntry matches both sides of a transfer between own accounts to one entry, which
// undoing a match does not reverse.
func TestMatchLineToEntry(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	savings := b.addBankAccount(t, "USD")
	of := b.importLines(t, b.account.GetId(), "2026-01-05,To savings,-500.00\n2026-01-06,Unknown,-7.00\n")
	in := b.importLines(t, savings, "2026-01-06,From checking transfer,500.00\n")[0]
	out, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: of[0].GetId(), Splits: []*pb.BankStatementLine_Split{{AccountId: b.ledgerAccountOf(t, savings)}},
		Description: "Monthly transfer",
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.suggest(t, in.GetId())
	if err != nil || len(got.GetSuggestions()) != 1 ||
		got.GetSuggestions()[0].GetJournalEntryId() != out.GetJournalEntryId() || got.GetSuggestions()[0].GetScore() != 84 ||
		len(got.GetSuggestions()[0].GetReasons()) != 3 {
		t.Fatalf("got %v, %v", got, err)
	}
	_, err = b.matchLine(t, of[1].GetId(), out.GetJournalEntryId())
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_MATCHED)
	matched, err := b.matchLine(t, in.GetId(), out.GetJournalEntryId())
	if err != nil || matched.GetState() != pb.BankStatementLine_MATCHED || !matched.GetExistingEntry() {
		t.Fatalf("got %v, %v", matched, err)
	}
	// The entry explains both lines, so it must not be reversed while the second is matched to it.
	_, err = b.undoLine(t, out.GetId())
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_MATCHED)
	second := b.importLines(t, savings, "2026-01-07,From checking again,500.00\n")[0]
	_, err = b.matchLine(t, second.GetId(), out.GetJournalEntryId())
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_MATCHED)
	if _, err := b.undoLine(t, in.GetId()); err != nil {
		t.Fatal(err)
	}
	if entry, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{
		JournalEntryId: out.GetJournalEntryId(),
	}); err != nil || entry.GetReversedById() != "" {
		t.Errorf("entry after undoing its match: got %v, %v, want it not reversed", entry, err)
	}
}

// TestDecisionIsSuggestedForSimilarLine holds a line, releases it and categorizes it. The account
// is then suggested for a line with the same text.
func TestDecisionIsSuggestedForSimilarLine(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	unknown := b.importLines(t, b.account.GetId(), "2026-01-06,Unknown,-7.00\n")[0]
	held, err := b.hold(t, unknown.GetId(), "Ask Ann")
	if err != nil || held.GetState() != pb.BankStatementLine_HELD || held.GetHoldReason() != "Ask Ann" {
		t.Errorf("got %v, %v", held, err)
	}
	released, err := b.undoLine(t, unknown.GetId())
	if err != nil || released.GetState() != pb.BankStatementLine_UNMATCHED || released.GetHoldReason() != "" {
		t.Errorf("got %v, %v", released, err)
	}
	if _, err := b.categorize(t, unknown.GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
		t.Fatal(err)
	}
	b.mustImportTo(
		t, b.account.GetId(), &pb.StatementImport{Content: []byte("Date,Text,Amount\n2026-02-06,Unknown,-8.00\n")},
	)
	again := b.findLines(t, `booked_date = "2026-02-06"`)[0]
	if got, err := b.suggest(t, again.GetId()); err != nil || len(got.GetSuggestions()) != 1 ||
		got.GetSuggestions()[0].GetAccountId() != b.codes["OPERATING_EXPENSE"] {
		t.Errorf("suggestions for a similar line: got %v, %v, want the account of the first", got, err)
	}
}

// TestCompletedReconciliationProtectsDecisions completes a reconciliation without a difference,
// with an outstanding check listed. Decisions about its lines cannot be undone until it is
// reopened.
func TestCompletedReconciliationProtectsDecisions(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{
		Content: []byte("Date,Text,Amount\n2026-01-05,Sale,500.00\n2026-02-05,Sale,70.00\n"),
	})
	check := b.post(t, "2026-01-30", b.codes["OPERATING_EXPENSE"], b.account.GetLedgerAccountId(), "40")
	r, err := b.CreateReconciliation(t.Context(), &pb.CreateReconciliationRequest{Reconciliation: &pb.Reconciliation{
		BankAccountId: b.account.GetId(), StatementDate: "2026-01-31", StatementBalance: &typepb.Money{Amount: "500.00"},
	}})
	if err != nil || r.GetBookBalance().GetAmount() != "-40.00" || r.GetDifference().GetAmount() != "540.00" ||
		r.GetUndecidedCount() != 1 {
		t.Fatalf("got %v, %v", r, err)
	}
	_, err = b.complete(t, r.GetId())
	wantReason(t, err, optionsv1.Reason_RECONCILIATION_DIFFERS)
	sale := b.findLines(t, `booked_date = "2026-01-05"`)[0]
	if _, err := b.categorize(t, sale.GetId(), b.split("OTHER_INCOME", "")); err != nil {
		t.Fatal(err)
	}
	_, err = b.complete(t, r.GetId())
	wantReason(t, err, optionsv1.Reason_RECONCILIATION_DIFFERS)
	if _, err := b.UpdateReconciliation(t.Context(), &pb.UpdateReconciliationRequest{
		ReconciliationId: r.GetId(), UpdateMask: mask("outstanding_journal_line_ids"),
		Reconciliation: &pb.Reconciliation{OutstandingJournalLineIds: []string{check.GetLines()[1].GetId()}},
	}); err != nil {
		t.Fatal(err)
	}
	b.checkMatchedEntryKept(t)
	done, err := b.complete(t, r.GetId())
	if err != nil || done.GetState() != pb.Reconciliation_COMPLETED ||
		done.GetDifference().GetAmount() != "0.00" || done.GetOutstanding().GetAmount() != "-40.00" {
		t.Fatalf("got %v, %v", done, err)
	}
	_, err = b.undoLine(t, sale.GetId())
	wantReason(t, err, optionsv1.Reason_BANK_STATEMENT_LINE_RECONCILED)
	b.checkReconciliationKept(t, r.GetId())
	if _, err := b.ReopenReconciliation(t.Context(), &pb.ReopenReconciliationRequest{
		ReconciliationId: r.GetId(), Reason: "A check bounced",
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.undoLine(t, sale.GetId()); err != nil {
		t.Error(err)
	}
}

// checkMatchedEntryKept matches the line of February to an entry, which then cannot be reversed.
func (b bank) checkMatchedEntryKept(t *testing.T) {
	t.Helper()
	manual := b.post(t, "2026-02-05", b.account.GetLedgerAccountId(), b.codes["OTHER_INCOME"], "70")
	if _, err := b.matchLine(t, b.findLines(t, `booked_date = "2026-02-05"`)[0].GetId(), manual.GetId()); err != nil {
		t.Fatal(err)
	}
	_, err := b.reverse(t, manual.GetId())
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_MATCHED)
}

// checkReconciliationKept refuses a reconciliation before a completed one, and the deletion of that
// one.
func (b bank) checkReconciliationKept(t *testing.T, completed string) {
	t.Helper()
	_, err := b.CreateReconciliation(t.Context(), &pb.CreateReconciliationRequest{Reconciliation: &pb.Reconciliation{
		BankAccountId: b.account.GetId(), StatementDate: "2026-01-15", StatementBalance: &typepb.Money{Amount: "500.00"},
	}})
	wantReason(t, err, optionsv1.Reason_RECONCILIATION_OUT_OF_ORDER)
	_, err = b.DeleteReconciliation(t.Context(), &pb.DeleteReconciliationRequest{ReconciliationId: completed})
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}

// mask returns a field mask.
func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

package banking_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// createReconciliation creates a reconciliation of the bank account.
func (b bank) createReconciliation(t *testing.T, date, balance string, outstanding ...string) *pb.Reconciliation {
	t.Helper()
	r, err := b.CreateReconciliation(t.Context(), &pb.CreateReconciliationRequest{Reconciliation: &pb.Reconciliation{
		BankAccountId: b.account.GetId(), StatementDate: date, StatementBalance: &typepb.Money{Amount: balance},
		OutstandingJournalLineIds: outstanding,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// suggestOutstanding returns the amounts and ids of the lines that are suggested for a
// reconciliation.
func (b bank) suggestOutstanding(
	t *testing.T, r *pb.Reconciliation,
) (amounts string, ids []string, all *pb.SuggestOutstandingLinesResponse) {
	t.Helper()
	all, err := b.SuggestOutstandingLines(t.Context(), &pb.SuggestOutstandingLinesRequest{ReconciliationId: r.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all.GetLines() {
		amounts += l.GetAmount().GetAmount() + " "
		ids = append(ids, l.GetJournalLineId())
	}
	return amounts, ids, all
}

// TestOutstandingLines checks that the server suggests the lines that the bank has not booked by
// the date of a reconciliation, with the open part of partly booked ones. With them the statement
// and the books agree. Lines that are still not booked are suggested for the next reconciliation.
func TestOutstandingLines(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	savings, own, expense := b.addBankAccount(t, "USD"), b.account.GetLedgerAccountId(), b.codes["OPERATING_EXPENSE"]
	account, err := b.ledger.GetAccount(t.Context(), &pb.GetAccountRequest{AccountId: own})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.ledger.ImportOpeningBalances(t.Context(), &pb.ImportOpeningBalancesRequest{
		Date: "2025-12-31", Content: []byte(
			"Account,Balance\n" + account.GetDisplayName() + ",1000.00\nRetained Earnings,-1000.00\n",
		),
	}); err != nil {
		t.Fatal(err)
	}
	first := b.importLines(t, b.account.GetId(), "2026-01-05,Sale,500.00\n2026-01-16,Check in part,-60.00\n")
	if _, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: first[0].GetId(), Splits: []*pb.BankStatementLine_Split{{AccountId: b.codes["OTHER_INCOME"]}},
	}); err != nil {
		t.Fatal(err)
	}
	inParts := b.post(t, "2026-01-15", expense, own, "100.00")
	if _, err := b.createMatch(t, &pb.BankMatch{Lines: lines(first[1]), Entries: entries(inParts, "-60.00")}); err != nil {
		t.Fatal(err)
	}
	b.post(t, "2026-01-30", expense, own, "40.00")
	deposit := b.post(t, "2026-01-31", own, b.codes["OTHER_INCOME"], "25.00")
	mistake := b.post(t, "2026-01-20", expense, own, "9.00")
	if _, err := b.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{
		JournalEntryId: mistake.GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	late := b.post(t, "2026-02-01", own, b.codes["OTHER_INCOME"], "3.00")
	sent := b.importLines(t, savings, "2026-01-31,To checking,-5.00\n")[0]
	if _, err := b.createTransfer(t, &pb.BankTransfer{
		OutgoingLineId: sent.GetId(), ToBankAccountId: b.account.GetId(),
	}); err != nil {
		t.Fatal(err)
	}

	january := b.createReconciliation(t, "2026-01-31", "1440.00")
	amounts, ids, all := b.suggestOutstanding(t, january)
	if amounts != "-40.00 -40.00 25.00 5.00 " || all.GetTotal().GetAmount() != "-50.00" ||
		all.GetDifference().GetAmount() != "0.00" || all.GetTruncated() {
		t.Fatalf("got %v", all)
	}
	if january.GetBookBalance().GetAmount() != "1390.00" || january.GetDifference().GetAmount() != "50.00" {
		t.Errorf("got %v", january)
	}
	january, err = b.UpdateReconciliation(t.Context(), &pb.UpdateReconciliationRequest{
		ReconciliationId: january.GetId(), Reconciliation: &pb.Reconciliation{
			OutstandingJournalLineIds: ids,
		}, UpdateMask: mask("outstanding_journal_line_ids"),
	})
	if err != nil || january.GetOutstanding().GetAmount() != "-50.00" || january.GetDifference().GetAmount() != "0.00" {
		t.Fatalf("got %v, %v", january, err)
	}
	if _, _, all := b.suggestOutstanding(t, january); !all.GetLines()[0].GetNamed() {
		t.Errorf("got %v", all)
	}
	if _, err := b.CompleteReconciliation(t.Context(), &pb.CompleteReconciliationRequest{
		ReconciliationId: january.GetId(),
	}); err != nil {
		t.Fatal(err)
	}

	second := b.importLines(
		t, b.account.GetId(), "2026-02-02,Deposit,25.00\n2026-02-03,Rest of the check,-40.00\n2026-02-04,Unknown,-1.50\n",
	)
	for i, entry := range []*pb.JournalEntry{deposit, inParts} {
		if _, err := b.createMatch(t, &pb.BankMatch{Lines: lines(second[i]), Entries: entries(entry)}); err != nil {
			t.Fatal(err)
		}
	}
	february := b.createReconciliation(t, "2026-02-28", "1423.50")
	amounts, ids, all = b.suggestOutstanding(t, february)
	if amounts != "-40.00 5.00 3.00 " || !slices.Contains(ids, late.GetLines()[0].GetId()) ||
		all.GetDifference().GetAmount() != "-1.50" {
		t.Errorf("got %v", all)
	}
	if february.GetUndecidedCount() != 1 || february.GetUndecidedAmount().GetAmount() != "-1.50" {
		t.Errorf("got %v", february)
	}
	read, err := b.GetReconciliation(t.Context(), &pb.GetReconciliationRequest{ReconciliationId: january.GetId()})
	if err != nil || read.GetOutstanding().GetAmount() != "-50.00" || read.GetDifference().GetAmount() != "0.00" {
		t.Errorf("January after later postings: got %v, %v", read, err)
	}
}

// TestLineThatIsNotOutstandingIsRefused checks the reason and field of each refused line.
func TestLineThatIsNotOutstandingIsRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	own, expense := b.account.GetLedgerAccountId(), b.codes["OPERATING_EXPENSE"]
	said := b.importLines(t, b.account.GetId(), "2026-01-05,Bought,-7.00\n")[0]
	done, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: said.GetId(), Splits: []*pb.BankStatementLine_Split{{AccountId: expense}},
	})
	if err != nil {
		t.Fatal(err)
	}
	explained, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{
		JournalEntryId: done.GetJournalEntryId(),
	})
	if err != nil {
		t.Fatal(err)
	}
	check, later, reversed := b.post(
		t, "2026-01-30", expense, own, "40.00",
	), b.post(t, "2026-02-01", expense, own, "3.00"), b.post(t, "2026-01-20", expense, own, "2.00")
	if _, err := b.ledger.ReverseJournalEntry(t.Context(), &pb.ReverseJournalEntryRequest{
		JournalEntryId: reversed.GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		named  []string
		reason optionsv1.Reason
		field  string
	}{
		"a line of another account": {
			[]string{check.GetLines()[0].GetId()}, optionsv1.Reason_RECONCILIATION_LINE_NOT_OUTSTANDING,
			"outstandingJournalLineIds[0]",
		},
		"a line of a later day": {
			[]string{later.GetLines()[1].GetId()}, optionsv1.Reason_RECONCILIATION_LINE_NOT_OUTSTANDING,
			"outstandingJournalLineIds[0]",
		},
		"a reversed entry": {
			[]string{reversed.GetLines()[1].GetId()}, optionsv1.Reason_RECONCILIATION_LINE_NOT_OUTSTANDING,
			"outstandingJournalLineIds[0]",
		},
		"a line that the bank has booked": {
			[]string{explained.GetLines()[1].GetId()}, optionsv1.Reason_RECONCILIATION_LINE_NOT_OUTSTANDING,
			"outstandingJournalLineIds[0]",
		},
		"an unknown line": {
			[]string{"jln_01k9zzzzzzzzzzzzzzzzzzzzzz"}, optionsv1.Reason_REFERENCE_NOT_FOUND, "outstandingJournalLineIds[0]",
		},
		"the id of an entry": {[]string{check.GetId()}, optionsv1.Reason_FIELDS_INVALID, "outstandingJournalLineIds[0]"},
	} {
		r := &pb.Reconciliation{
			BankAccountId: b.account.GetId(), StatementDate: "2026-01-31", StatementBalance: &typepb.Money{Amount: "-7.00"},
			OutstandingJournalLineIds: c.named,
		}
		_, err := b.CreateReconciliation(t.Context(), &pb.CreateReconciliationRequest{Reconciliation: r})
		if apptest.Reason(err) != c.reason || !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v at %v, want %s at %s", name, err, apptest.Fields(err), c.reason, c.field)
		}
	}
	// A line that the bank books later stays in the list, but is no longer outstanding.
	r := b.createReconciliation(t, "2026-01-31", "-7.00", check.GetLines()[1].GetId())
	booked := b.importLines(t, b.account.GetId(), "2026-01-31,Check,-40.00\n")[0]
	if _, err := b.createMatch(t, &pb.BankMatch{Lines: lines(booked), Entries: entries(check)}); err != nil {
		t.Fatal(err)
	}
	r, err = b.UpdateReconciliation(t.Context(), &pb.UpdateReconciliationRequest{
		ReconciliationId: r.GetId(), Reconciliation: &pb.Reconciliation{
			StatementBalance: &typepb.Money{Amount: "-47.00", CurrencyCode: "USD"},
		}, UpdateMask: mask("statement_balance"),
	})
	if err != nil || r.GetOutstanding().GetAmount() != "0.00" || r.GetDifference().GetAmount() != "0.00" {
		t.Errorf("got %v, %v", r, err)
	}
	_, err = b.UpdateReconciliation(t.Context(), &pb.UpdateReconciliationRequest{
		ReconciliationId: r.GetId(), Reconciliation: &pb.Reconciliation{
			OutstandingJournalLineIds: []string{later.GetLines()[1].GetId()},
		}, UpdateMask: mask("outstanding_journal_line_ids"),
	})
	wantReason(t, err, optionsv1.Reason_RECONCILIATION_LINE_NOT_OUTSTANDING)
}

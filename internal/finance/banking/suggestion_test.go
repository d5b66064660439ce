package banking_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// suggestMatches returns the suggestions for a line, and checks that they are the same the second
// time.
func (b bank) suggestMatches(t *testing.T, line *pb.BankStatementLine) *pb.SuggestMatchesResponse {
	t.Helper()
	got, err := b.SuggestMatches(t.Context(), &pb.SuggestMatchesRequest{BankStatementLineId: line.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.SuggestMatches(t.Context(), &pb.SuggestMatchesRequest{BankStatementLineId: line.GetId()})
	if err != nil || !proto.Equal(got, again) {
		t.Errorf("second request: got %v, %v; want %v", again, err, got)
	}
	return got
}

// TestCombinationsAreSuggested checks that the server suggests entries that add up to a line, and
// lines that add up to an entry, as matches that can be created unchanged.
func TestCombinationsAreSuggested(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	own, sales := b.account.GetLedgerAccountId(), b.codes["OTHER_INCOME"]
	b.post(t, "2026-01-03", own, sales, "60")
	b.post(t, "2026-01-04", own, sales, "40")
	b.post(t, "2026-01-04", own, sales, "33")
	check := b.post(t, "2026-01-10", b.codes["OTHER_EXPENSE"], own, "75")
	said := b.importLines(
		t, b.account.GetId(),
		"2026-01-05,Card sales,100.00\n2026-01-11,Part one,-50.00\n2026-01-12,Part two,-25.00\n2026-01-12,Unlike,-26.00\n",
	)
	got := b.suggestMatches(t, said[0])
	if len(got.GetSuggestions()) != 1 || len(got.GetSuggestions()[0].GetBankMatch().GetEntries()) != 2 ||
		got.GetTruncated() {
		t.Fatalf("got %v", got)
	}
	if _, err := b.createMatch(t, got.GetSuggestions()[0].GetBankMatch()); err != nil {
		t.Error(err)
	}
	got = b.suggestMatches(t, said[2])
	if len(got.GetSuggestions()) != 1 || len(got.GetSuggestions()[0].GetBankMatch().GetLines()) != 2 ||
		got.GetSuggestions()[0].GetBankMatch().GetEntries()[0].GetJournalEntryId() != check.GetId() {
		t.Fatalf("got %v", got)
	}
	if _, err := b.createMatch(t, got.GetSuggestions()[0].GetBankMatch()); err != nil {
		t.Error(err)
	}
}

// TestSettlementsAndTransfersAreSuggested checks that the server suggests to settle a payable, to
// create a transfer, and to pair an open transfer.
func TestSettlementsAndTransfersAreSuggested(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	savings := b.addBankAccount(t, "USD")
	b.post(
		t, "2026-01-03", b.codes["OTHER_EXPENSE"], b.codes["LOAN"], "80",
		func(e *pb.JournalEntry) { e.Description, e.Reference = "Dr. Miller", "INV-77" },
	)
	said := b.importLines(
		t, b.account.GetId(),
		"2026-01-05,Dr. Miller INV-77,-80.00\n2026-01-06,To savings,-500.00\n2026-01-20,To savings again,-600.00\n",
	)
	in := b.importLines(t, savings, "2026-01-07,Transfer,500.00\n2026-01-21,Transfer,600.00\n")
	claim := b.suggestMatches(t, said[0]).GetSuggestions()
	if len(claim) != 1 || claim[0].GetScore() != 93 ||
		claim[0].GetBankMatch().GetEntries()[0].GetAccountId() != b.codes["LOAN"] {
		t.Fatalf("got %v", claim)
	}
	if _, err := b.createMatch(t, claim[0].GetBankMatch()); err != nil {
		t.Error(err)
	}
	both := b.suggestMatches(t, in[0]).GetSuggestions()
	if len(both) != 1 || both[0].GetBankTransfer().GetOutgoingLineId() != said[1].GetId() {
		t.Fatalf("got %v", both)
	}
	if _, err := b.createTransfer(t, both[0].GetBankTransfer()); err != nil {
		t.Error(err)
	}
	made, err := b.createTransfer(t, &pb.BankTransfer{OutgoingLineId: said[2].GetId(), ToBankAccountId: savings})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.suggestMatches(t, in[1]).GetSuggestions(); len(got) != 1 || got[0].GetBankTransferId() != made.GetId() {
		t.Errorf("got %v", got)
	}
}

// TestRestOfDebtIsSuggested pays a part of a debt. A line of the rest is then suggested to settle
// it, and a line of the whole amount is not.
func TestRestOfDebtIsSuggested(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	debt := b.post(t, "2026-01-03", b.codes["OTHER_EXPENSE"], b.codes["LOAN"], "80")
	l := b.importLines(
		t, b.account.GetId(), "2026-01-05,First part,-30.00\n2026-01-06,Rest,-50.00\n2026-01-07,Whole,-80.00\n",
	)
	if _, err := b.createMatch(t, &pb.BankMatch{
		Lines: []*pb.BankMatch_Line{{BankStatementLineId: l[0].GetId()}},
		Entries: []*pb.BankMatch_Entry{{
			JournalEntryId: debt.GetId(), AccountId: b.codes["LOAN"], Amount: &typepb.Money{Amount: "-30"},
		}},
	}); err != nil {
		t.Fatal(err)
	}
	got := b.suggestMatches(t, l[1]).GetSuggestions()
	if len(got) != 1 || got[0].GetBankMatch().GetEntries()[0].GetJournalEntryId() != debt.GetId() {
		t.Errorf("got %v", got)
	}
	if got := b.suggestMatches(t, l[2]).GetSuggestions(); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

// TestSuggestionsLearnFromDecisions checks that accounts of earlier lines are suggested again.
// Rejected ones have a lower score, and are not suggested for the same line.
func TestSuggestionsLearnFromDecisions(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	csv := "Date,Payee,Description,Amount\n"
	made := b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{
		Content: []byte(
			csv + "2026-01-05,Corner Cafe,Lunch,-9.00\n2026-02-05,Corner Cafe,Lunch,-8.00\n" +
				"2026-03-05,Corner Cafe,Dinner,-30.00\n2026-03-06,Corner Cafe,Lunch,-7.00\n" +
				"2026-03-07,Toy Town,Lego,-49.00\n2026-04-07,Toy Town,Lego,-39.00\n",
		),
	})
	l := b.findLines(t, `statement_import_id = "`+made.GetId()+`"`)
	categorize := func(line *pb.BankStatementLine, code string) {
		t.Helper()
		if _, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
			BankStatementLineId: line.GetId(), Splits: []*pb.BankStatementLine_Split{b.split(code, "")},
		}); err != nil {
			t.Fatal(err)
		}
	}
	categorize(l[0], "OPERATING_EXPENSE")
	categorize(l[1], "OPERATING_EXPENSE")
	otherAmount := b.suggestMatches(t, l[2]).GetSuggestions()
	sameAmount := b.suggestMatches(t, l[3]).GetSuggestions()
	if len(otherAmount) != 1 || otherAmount[0].GetScore() != 58 ||
		len(sameAmount) != 1 || sameAmount[0].GetScore() != 75 ||
		sameAmount[0].GetAccountId() != b.codes["OPERATING_EXPENSE"] {
		t.Fatalf("got %v and %v", otherAmount, sameAmount)
	}
	reject := func(s *pb.SuggestMatchesResponse_Suggestion) error {
		_, err := b.RejectSuggestion(t.Context(), &pb.RejectSuggestionRequest{
			BankStatementLineId: l[2].GetId(), Suggestion: s,
		})
		return err
	}
	for range 2 {
		if err := reject(otherAmount[0]); err != nil {
			t.Fatal(err)
		}
	}
	wantReason(t, reject(&pb.SuggestMatchesResponse_Suggestion{Score: 3}), optionsv1.Reason_FIELDS_INVALID)
	if got := b.suggestMatches(t, l[2]).GetSuggestions(); len(got) != 0 {
		t.Errorf("after rejection: got %v, want no suggestion", got)
	}
	if got := b.suggestMatches(t, l[3]).GetSuggestions(); len(got) != 1 || got[0].GetScore() != 55 ||
		len(got[0].GetReasons()) != 2 {
		t.Errorf("after rejection: got %v, want a score of 55", got)
	}
	if _, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
		BankStatementLineId: l[4].GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	if got := b.suggestMatches(t, l[5]).GetSuggestions(); len(got) != 1 || !got[0].GetPersonal() {
		t.Errorf("got %v", got)
	}
	b.rule(t, &pb.BankRule{
		DisplayName: "Toys", Texts: []string{"toy town"}, MinAmount: &typepb.Money{Amount: "1"}, Personal: true,
	})
	if got := b.suggestMatches(t, l[5]).GetSuggestions(); len(got) != 2 || got[0].GetBankRuleId() == "" ||
		got[0].GetScore() != 100 {
		t.Errorf("got %v", got)
	}
}

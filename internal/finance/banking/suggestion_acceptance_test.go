package banking_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

type (
	suggestion = pb.SuggestMatchesResponse_Suggestion
	acceptItem = pb.BatchAcceptSuggestionsRequest_Item
)

// accept accepts a suggestion for a line, or the most likely one if s is nil.
func (b bank) accept(t *testing.T, line *pb.BankStatementLine, s *suggestion) (*pb.BankStatementLine, error) {
	t.Helper()
	return b.AcceptSuggestion(t.Context(), &pb.AcceptSuggestionRequest{
		BankStatementLineId: line.GetId(), Suggestion: s, Etag: line.GetEtag(),
	})
}

// learn imports lines of a payee, one a month of 2025, and categorizes them to an account.
func (b bank) learn(t *testing.T, months int, text, amount, code string) {
	t.Helper()
	rows := ""
	for month := range months {
		rows += fmt.Sprintf("2025-%02d-05,%s,%s\n", month+1, text, amount)
	}
	var items []*categorizeItem
	for _, l := range b.importLines(t, b.account.GetId(), rows) {
		items = append(items, &categorizeItem{BankStatementLineId: l.GetId(), Splits: b.splits(code, "")})
	}
	if _, err := b.batchCategorize(t, items...); err != nil {
		t.Fatal(err)
	}
}

// TestSureSuggestionIsAcceptedUnseen checks that the most likely suggestion is accepted without a
// body if its score is above 90, and refused otherwise.
func TestSureSuggestionIsAcceptedUnseen(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.learn(t, 4, "STAPLES 00112233 BOISE ID", "-40.00", "OPERATING_EXPENSE")
	b.learn(t, 1, "SHELL OIL 4711 RENO NV", "-50.00", "COST_OF_SALES")
	l := b.importLines(
		t, b.account.GetId(),
		"2026-01-05,POS PURCHASE STAPLES 00998877 TAMPA FL,-41.00\n2026-01-06,SHELL OIL 4712,-51.00\n2026-01-07,New,-1.00\n",
	)
	done, err := b.accept(t, l[0], nil)
	if err != nil || done.GetState() != pb.BankStatementLine_MATCHED ||
		done.GetSplits()[0].GetAccountId() != b.codes["OPERATING_EXPENSE"] {
		t.Fatalf("got %v, %v", done, err)
	}
	for _, line := range l[1:] {
		_, err = b.accept(t, line, nil)
		apptest.WantRefused(t, err, optionsv1.Reason_SUGGESTION_UNCERTAIN, "suggestion")
	}
	_, err = b.AcceptSuggestion(t.Context(), &pb.AcceptSuggestionRequest{BankStatementLineId: l[0].GetId()})
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	_, err = b.AcceptSuggestion(t.Context(), &pb.AcceptSuggestionRequest{BankStatementLineId: l[1].GetId(), Etag: "99"})
	wantReason(t, err, optionsv1.Reason_ETAG_MISMATCH)
}

// TestShownSuggestionIsAccepted checks that a suggestion is accepted as it was shown, and refused
// once it is no longer made: because another decision or a rejection changed what is suggested, or
// it was altered.
func TestShownSuggestionIsAccepted(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.learn(t, 1, "SHELL OIL 4711 RENO NV", "-50.00", "COST_OF_SALES")
	l := b.importLines(
		t, b.account.GetId(), "2026-01-05,SHELL OIL 1,-51.00\n2026-01-06,SHELL OIL 2,-52.00\n2026-01-07,SHELL OIL 3,-53.00\n",
	)
	shown := b.suggestMatches(t, l[0]).GetSuggestions()[0]
	altered := proto.CloneOf(shown)
	altered.VendorId = "ven_01k9zzzzzzzzzzzzzzzzzzzzzz"
	other := proto.CloneOf(shown)
	other.AccountId = b.codes["OPERATING_EXPENSE"]
	for _, s := range []*suggestion{altered, other, {Score: 99}, {Personal: true}} {
		_, err := b.accept(t, l[0], s)
		apptest.WantRefused(t, err, optionsv1.Reason_SUGGESTION_OUTDATED, "suggestion")
	}
	done, err := b.accept(t, l[0], shown)
	if err != nil || done.GetSplits()[0].GetAccountId() != b.codes["COST_OF_SALES"] {
		t.Fatalf("got %v, %v", done, err)
	}
	// The score has changed since, but not what is suggested.
	if _, err := b.accept(t, l[1], shown); err != nil {
		t.Error(err)
	}
	if _, err := b.RejectSuggestion(t.Context(), &pb.RejectSuggestionRequest{
		BankStatementLineId: l[2].GetId(), Suggestion: shown,
	}); err != nil {
		t.Fatal(err)
	}
	_, err = b.accept(t, l[2], shown)
	apptest.WantRefused(t, err, optionsv1.Reason_SUGGESTION_OUTDATED, "suggestion")
}

// TestArchivedAccountIsNotSuggested checks that earlier decisions about an archived account are not
// repeated.
func TestArchivedAccountIsNotSuggested(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.learn(t, 4, "STAPLES 00112233 BOISE ID", "-40.00", "OTHER_EXPENSE")
	l := b.importLines(t, b.account.GetId(), "2026-01-05,STAPLES 00998877,-41.00\n")[0]
	shown := b.suggestMatches(t, l).GetSuggestions()[0]
	if _, err := b.ledger.ArchiveAccount(
		t.Context(), &pb.ArchiveAccountRequest{AccountId: b.codes["OTHER_EXPENSE"]},
	); err != nil {
		t.Fatal(err)
	}
	if got := b.suggestMatches(t, l).GetSuggestions(); len(got) != 0 {
		t.Errorf("got %v, want no suggestion of an archived account", got)
	}
	_, err := b.accept(t, l, shown)
	apptest.WantRefused(t, err, optionsv1.Reason_SUGGESTION_OUTDATED, "suggestion")
}

// TestHistoryOfOtherOrganizationIsNotUsed checks that decisions of another organization suggest
// nothing.
func TestHistoryOfOtherOrganizationIsNotUsed(t *testing.T) {
	t.Parallel()
	b, other := openBank(t, "USD"), openBank(t, "USD")
	other.learn(t, 4, "STAPLES 00112233 BOISE ID", "-40.00", "OPERATING_EXPENSE")
	l := b.importLines(t, b.account.GetId(), "2026-01-05,STAPLES 00998877,-41.00\n")[0]
	if got := b.suggestMatches(t, l).GetSuggestions(); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

// TestSplitsVendorAndValuesAreSuggested checks that the splits, the vendor and the dimension values
// of the last decision are suggested again: in the same amounts, or in the same proportion.
func TestSplitsVendorAndValuesAreSuggested(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	_, value := b.createDimensionValue(t, "Shop")
	vendor, err := pb.NewPayablesServiceClient(b.o).CreateVendor(t.Context(), &pb.CreateVendorRequest{
		Vendor: &pb.Vendor{DisplayName: "Birch Property"},
	})
	if err != nil {
		t.Fatal(err)
	}
	l := b.importLines(
		t, b.account.GetId(),
		"2025-11-01,BIRCH PROPERTY RENT 11,-900.00\n2025-12-01,BIRCH PROPERTY RENT 12,-900.00\n"+
			"2026-01-01,BIRCH PROPERTY RENT 1,-600.00\n",
	)
	splits := append(b.splits("OPERATING_EXPENSE", "600"), b.split("OTHER_EXPENSE", "300"))
	splits[0].DimensionValueIds = []string{value}
	if _, err := b.batchCategorize(t, &categorizeItem{
		BankStatementLineId: l[0].GetId(), Splits: splits, VendorId: vendor.GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ first, second string }{{"-600.00", "-300.00"}, {"-400.00", "-200.00"}} {
		s := b.suggestMatches(t, l[i+1]).GetSuggestions()[0]
		if s.GetVendorId() != vendor.GetId() || len(s.GetSplits()) != 2 ||
			s.GetSplits()[0].GetAmount().GetAmount() != want.first ||
			s.GetSplits()[1].GetAmount().GetAmount() != want.second ||
			!slices.Equal(s.GetSplits()[0].GetDimensionValueIds(), []string{value}) {
			t.Fatalf("got %v, want splits of %s and %s", s, want.first, want.second)
		}
		if i == 1 && s.GetScore() > 60 {
			t.Errorf("got a score of %d for another amount, want at most 60", s.GetScore())
		}
		done, err := b.accept(t, l[i+1], s)
		if err != nil || done.GetVendorId() != vendor.GetId() || len(done.GetSplits()) != 2 {
			t.Errorf("got %v, %v", done, err)
		}
	}
}

// acceptable imports lines with suggestions of every kind: an account, personal spending, a rule,
// an entry, two lines for an entry, and a transfer.
func (b bank) acceptable(t *testing.T) (lines []*pb.BankStatementLine) {
	t.Helper()
	second := b.addBankAccount(t, "USD")
	b.learn(t, 4, "STAPLES 00112233 BOISE ID", "-40.00", "OPERATING_EXPENSE")
	past := b.importLines(t, b.account.GetId(), "2025-11-05,LEGO STORE 12,-49.00\n")[0]
	if _, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
		BankStatementLineId: past.GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	b.post(t, "2026-01-08", b.codes["OTHER_EXPENSE"], b.account.GetLedgerAccountId(), "70")
	b.post(t, "2026-01-09", b.codes["OTHER_EXPENSE"], b.account.GetLedgerAccountId(), "31")
	lines = b.importLines(
		t, b.account.GetId(),
		"2026-01-05,STAPLES 00998877,-41.00\n2026-01-06,LEGO STORE 77,-48.00\n2026-01-07,ROUNDING FEE,-3.00\n"+
			"2026-01-08,CHECK 17,-70.00\n2026-01-09,PART ONE,-21.00\n2026-01-09,PART TWO,-10.00\n"+
			"2026-01-10,TRANSFER TO USD ACCOUNT,-500.00\n",
	)
	in := b.importLines(t, second, "2026-01-10,TRANSFER,500.00\n")
	b.rule(t, &pb.BankRule{DisplayName: "Fees", Texts: []string{"rounding fee"}, AccountId: b.codes["OTHER_EXPENSE"]})
	return append(lines, in...)
}

// best returns the most likely suggestions for lines, as items to accept.
func (b bank) best(t *testing.T, lines []*pb.BankStatementLine) (items []*acceptItem) {
	t.Helper()
	for _, l := range lines {
		items = append(items, &acceptItem{
			BankStatementLineId: l.GetId(), Suggestion: b.suggestMatches(t, l).GetSuggestions()[0], Etag: l.GetEtag(),
		})
	}
	return items
}

// TestSuggestionsOfAllKindsAreAcceptedTogether accepts suggestions of every kind in one request.
func TestSuggestionsOfAllKindsAreAcceptedTogether(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	lines := b.acceptable(t)
	got, err := b.BatchAcceptSuggestions(t.Context(), &pb.BatchAcceptSuggestionsRequest{Items: b.best(t, lines)})
	if err != nil {
		t.Fatal(err)
	}
	done := got.GetBankStatementLines()
	for i, l := range done {
		if l.GetId() != lines[i].GetId() || l.GetState() != pb.BankStatementLine_MATCHED {
			t.Errorf("line %d: got %v", i, l)
		}
	}
	if done[0].GetSplits()[0].GetAccountId() != b.codes["OPERATING_EXPENSE"] || !done[1].GetPersonal() ||
		done[2].GetBankRuleId() == "" || !done[3].GetExistingEntry() || len(done[4].GetBankMatchIds()) != 1 ||
		done[5].GetBankMatchIds()[0] != done[4].GetBankMatchIds()[0] || done[6].GetBankTransferId() == "" ||
		done[7].GetBankTransferId() != done[6].GetBankTransferId() {
		t.Errorf("got %v", done)
	}
}

// TestBatchAcceptIsAtomic checks that one refused suggestion refuses the whole batch, and that the
// error names all of them.
func TestBatchAcceptIsAtomic(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	lines := b.acceptable(t)
	items := b.best(t, lines)
	items[1].Suggestion = &suggestion{AccountId: b.codes["OTHER_EXPENSE"]}
	items[5].Suggestion = nil
	_, err := b.BatchAcceptSuggestions(t.Context(), &pb.BatchAcceptSuggestionsRequest{Items: items})
	if got := apptest.Fields(err); !slices.Equal(got, []string{"items[1].suggestion", "items[5].suggestion"}) {
		t.Errorf("got %q in %v", got, err)
	}
	if got := b.findLines(t, "state = UNMATCHED"); len(got) != len(lines) {
		t.Errorf("got %d undecided lines, want %d", len(got), len(lines))
	}
	stale := b.best(t, lines)
	stale[2].Etag = "99"
	_, err = b.BatchAcceptSuggestions(t.Context(), &pb.BatchAcceptSuggestionsRequest{Items: stale})
	wantReason(t, err, optionsv1.Reason_ETAG_MISMATCH)
}

// TestConcurrentDecisionsDecideOnce accepts a suggestion while the line is excluded and
// categorized. One of the decisions succeeds.
func TestConcurrentDecisionsDecideOnce(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.learn(t, 4, "STAPLES 00112233 BOISE ID", "-40.00", "OPERATING_EXPENSE")
	l := b.importLines(t, b.account.GetId(), "2026-01-05,STAPLES 00998877,-41.00\n")[0]
	var wait sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wait.Go(func() {
			switch i % 3 {
			case 0:
				_, errs[i] = b.accept(t, &pb.BankStatementLine{Id: l.GetId()}, nil)
			case 1:
				_, errs[i] = b.exclude(t, l.GetId(), "Test")
			default:
				_, errs[i] = b.batchExclude(t, &excludeItem{BankStatementLineId: l.GetId(), Reason: "Test"})
			}
		})
	}
	wait.Wait()
	succeeded := 0
	for _, err := range errs {
		if err == nil {
			succeeded++
		} else if apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
			t.Errorf("got %v, want STATE_REFUSES_ACTION", err)
		}
	}
	if succeeded != 1 {
		t.Errorf("%d decisions succeeded, want 1", succeeded)
	}
}

// TestAcceptIsIdempotent checks that a retry with the same idempotency key returns the decided
// line.
func TestAcceptIsIdempotent(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.learn(t, 4, "STAPLES 00112233 BOISE ID", "-40.00", "OPERATING_EXPENSE")
	l := b.importLines(t, b.account.GetId(), "2026-01-05,STAPLES 00998877,-41.00\n")[0]
	ctx := metadata.AppendToOutgoingContext(t.Context(), "idempotency-key", "accept-1")
	req := &pb.BatchAcceptSuggestionsRequest{Items: []*acceptItem{{BankStatementLineId: l.GetId()}}}
	first, err := b.BatchAcceptSuggestions(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.BatchAcceptSuggestions(ctx, req)
	if err != nil || !proto.Equal(first, again) {
		t.Errorf("got %v, %v, want %v", again, err, first)
	}
}

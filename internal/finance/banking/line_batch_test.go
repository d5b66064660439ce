package banking_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

type (
	categorizeItem = pb.BatchCategorizeBankStatementLinesRequest_Item
	excludeItem    = pb.BatchExcludeBankStatementLinesRequest_Item
)

// batchCategorize categorizes lines together.
func (b bank) batchCategorize(t *testing.T, items ...*categorizeItem) ([]*pb.BankStatementLine, error) {
	t.Helper()
	got, err := b.BatchCategorizeBankStatementLines(t.Context(), &pb.BatchCategorizeBankStatementLinesRequest{
		Items: items,
	})
	return got.GetBankStatementLines(), err
}

// batchExclude excludes lines together.
func (b bank) batchExclude(t *testing.T, items ...*excludeItem) ([]*pb.BankStatementLine, error) {
	t.Helper()
	got, err := b.BatchExcludeBankStatementLines(t.Context(), &pb.BatchExcludeBankStatementLinesRequest{Items: items})
	return got.GetBankStatementLines(), err
}

// TestBatchCategorizePostsAllLines checks that lines of two bank accounts are categorized together,
// in the order requested, each with its entry and event.
func TestBatchCategorizePostsAllLines(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	second := b.addBankAccount(t, "USD")
	l := b.importLines(t, b.account.GetId(), "2026-01-05,Paper Mill,-60.00\n2026-01-06,Sale,100.00\n")
	other := b.importLines(t, second, "2026-01-07,Rent,-500.00\n")[0]
	done, err := b.batchCategorize(t,
		&categorizeItem{BankStatementLineId: other.GetId(), Splits: b.splits("OPERATING_EXPENSE", "")},
		&categorizeItem{
			BankStatementLineId: l[0].GetId(), Etag: l[0].GetEtag(), Description: "Paper",
			Splits: append(b.splits("OPERATING_EXPENSE", "20"), b.split("COST_OF_SALES", "40")),
		},
		&categorizeItem{
			BankStatementLineId: l[1].GetId(), PostingDate: "2026-01-31", Splits: b.splits("OTHER_INCOME", ""),
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ id, description, date string }{
		{other.GetId(), "Rent", "2026-01-07"}, {l[0].GetId(), "Paper", "2026-01-05"}, {l[1].GetId(), "Sale", "2026-01-31"},
	} {
		entry, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{
			JournalEntryId: done[i].GetJournalEntryId(),
		})
		if err != nil || done[i].GetId() != want.id || done[i].GetState() != pb.BankStatementLine_MATCHED ||
			entry.GetSourceId() != want.id || entry.GetDescription() != want.description || entry.GetDate() != want.date {
			t.Errorf("item %d: got %v with %v, %v", i, done[i], entry, err)
		}
	}
	b.checkNetIncome(t, "-460.00")
	read := b.findLines(t, "state = MATCHED")
	if len(read) != 3 || read[0].GetEtag() != done[1].GetEtag() {
		t.Errorf("got %v", read)
	}
}

// TestBatchCategorizeReportsAllProblems checks that one refused item refuses the whole batch, and
// that the error names the problems of all items.
func TestBatchCategorizeReportsAllProblems(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	l := b.importLines(
		t, b.account.GetId(),
		"2026-01-05,One,-10.00\n2026-01-06,Two,-20.00\n2026-01-07,Three,-30.00\n"+
			"2026-01-08,Zero,0.00\n2026-01-09,Five,-50.00\n",
	)
	if _, err := b.exclude(t, l[4].GetId(), "Twice"); err != nil {
		t.Fatal(err)
	}
	item := func(line *pb.BankStatementLine, splits ...*pb.BankStatementLine_Split) *categorizeItem {
		return &categorizeItem{BankStatementLineId: line.GetId(), Splits: splits}
	}
	_, err := b.batchCategorize(t,
		item(l[0], b.split("OPERATING_EXPENSE", "")), item(l[1], b.split("OPERATING_EXPENSE", "19")),
		item(l[2], b.split("ACCOUNTS_PAYABLE", "")), item(l[3], b.split("OPERATING_EXPENSE", "")),
		item(l[4], b.split("OPERATING_EXPENSE", "")),
	)
	want := []string{
		"items[1].splits", "items[2].splits[0].accountId", "items[3].bankStatementLineId", "items[4].bankStatementLineId",
	}
	if got := apptest.Fields(err); !slices.Equal(got, want) {
		t.Errorf("got %q in %v, want %q", got, err, want)
	}
	if got := b.findLines(t, "state = UNMATCHED"); len(got) != 4 {
		t.Errorf("got %d undecided lines after a refusal, want 4", len(got))
	}
	ok := b.split("OPERATING_EXPENSE", "")
	_, err = b.batchCategorize(t, item(l[0], ok), item(l[0], ok), item(&pb.BankStatementLine{Id: "bsl_1"}, ok))
	wantReason(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND)
	if got := apptest.Fields(err); !slices.Equal(got, []string{
		"items[1].bankStatementLineId", "items[2].bankStatementLineId",
	}) {
		t.Errorf("got %q", got)
	}
	stale := item(l[1], ok)
	stale.Etag = "99"
	_, err = b.batchCategorize(t, item(l[0], ok), stale)
	wantReason(t, err, optionsv1.Reason_ETAG_MISMATCH)
	vendorless := item(l[0], ok)
	vendorless.VendorId = "ven_01k9zzzzzzzzzzzzzzzzzzzzzz"
	_, err = b.batchCategorize(t, vendorless)
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "items[0].vendorId")
}

// TestBatchRefusesForeignLines checks that lines of another organization do not exist for a batch.
func TestBatchRefusesForeignLines(t *testing.T) {
	t.Parallel()
	b, foreign := openBank(t, "USD"), openBank(t, "USD")
	theirs := foreign.importLines(t, foreign.account.GetId(), "2026-01-05,One,-10.00\n")[0].GetId()
	_, errCategorize := b.batchCategorize(t, &categorizeItem{
		BankStatementLineId: theirs, Splits: b.splits("OPERATING_EXPENSE", ""),
	})
	_, errExclude := b.batchExclude(t, &excludeItem{BankStatementLineId: theirs, Reason: "Test"})
	_, errAccept := b.BatchAcceptSuggestions(t.Context(), &pb.BatchAcceptSuggestionsRequest{
		Items: []*acceptItem{{BankStatementLineId: theirs}},
	})
	for _, err := range []error{errCategorize, errExclude, errAccept} {
		apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "items[0].bankStatementLineId")
	}
}

// TestBatchExcludeIsAtomic excludes lines together, each with its reason, and refuses a batch with
// a line that is excluded already.
func TestBatchExcludeIsAtomic(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	l := b.importLines(t, b.account.GetId(), "2026-01-05,One,-10.00\n2026-01-06,Two,-20.00\n2026-01-07,Three,-30.00\n")
	done, err := b.batchExclude(t,
		&excludeItem{BankStatementLineId: l[1].GetId(), Reason: "Twice"},
		&excludeItem{BankStatementLineId: l[0].GetId(), Reason: "Test", Etag: l[0].GetEtag()},
	)
	if err != nil || done[0].GetExcludeReason() != "Twice" || done[1].GetExcludeReason() != "Test" ||
		done[1].GetState() != pb.BankStatementLine_EXCLUDED {
		t.Fatalf("got %v, %v", done, err)
	}
	_, err = b.batchExclude(t,
		&excludeItem{BankStatementLineId: l[2].GetId(), Reason: "Test"},
		&excludeItem{BankStatementLineId: l[0].GetId(), Reason: "Test"},
	)
	apptest.WantRefused(t, err, optionsv1.Reason_STATE_REFUSES_ACTION, "items[1].bankStatementLineId")
	if got := b.findLines(t, "state = UNMATCHED"); len(got) != 1 {
		t.Errorf("got %v, want the third line", got)
	}
}

// TestBatchIsValidatedOnly checks that validate_only returns the decided lines and saves nothing.
func TestBatchIsValidatedOnly(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	l := b.importLines(t, b.account.GetId(), "2026-01-05,One,-10.00\n")[0]
	got, err := b.BatchCategorizeBankStatementLines(t.Context(), &pb.BatchCategorizeBankStatementLinesRequest{
		Items:        []*categorizeItem{{BankStatementLineId: l.GetId(), Splits: b.splits("OPERATING_EXPENSE", "")}},
		ValidateOnly: true,
	})
	if err != nil || got.GetBankStatementLines()[0].GetState() != pb.BankStatementLine_MATCHED {
		t.Errorf("got %v, %v", got, err)
	}
	if again := b.findLines(t, "state = UNMATCHED"); len(again) != 1 {
		t.Errorf("got %v", again)
	}
	b.checkNetIncome(t, "0.00")
}

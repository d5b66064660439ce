package banking_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// TestDuplicatesAcrossFormatsAreSuspected checks that the server finds the same transaction in an
// OFX and a CSV file, until one line is excluded or the two are distinguished.
func TestDuplicatesAcrossFormatsAreSuspected(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.mustImport(
		t, ofx("1", "", "", ofxTransaction("20260105", "-3.00", "FIT0001"), ofxTransaction("20260109", "-8.00", "FIT0002"),
			ofxTransaction("20260120", "-9.00", "FIT0003")),
	)
	b.importLines(t, b.account.GetId(),
		"2026-01-06,Card payment SHOP 4711,-3.00\n2026-01-09,Something else,-8.00\n2026-01-28,Shop,-9.00\n")
	list := func() []*pb.SuspectDuplicateLinesResponse_Pair {
		t.Helper()
		got, err := b.SuspectDuplicateLines(t.Context(), &pb.SuspectDuplicateLinesRequest{BankAccountId: b.account.GetId()})
		if err != nil || got.GetTruncated() {
			t.Fatalf("got %v, %v", got, err)
		}
		return got.GetPairs()
	}
	pairs := list()
	if len(pairs) != 2 || pairs[0].GetScore() != 90 || pairs[1].GetScore() != 80 || len(pairs[0].GetReasons()) != 4 ||
		pairs[0].GetFirstLine().GetBankReference() != "FIT0001" {
		t.Fatalf("got %v", pairs)
	}
	if _, err := b.exclude(t, pairs[0].GetSecondLine().GetId(), "The card's file has it too"); err != nil {
		t.Fatal(err)
	}
	differ := func(other string) error {
		_, err := b.DistinguishBankStatementLine(t.Context(), &pb.DistinguishBankStatementLineRequest{
			BankStatementLineId: pairs[1].GetSecondLine().GetId(), OtherLineId: other,
		})
		return err
	}
	for range 2 {
		if err := differ(pairs[1].GetFirstLine().GetId()); err != nil {
			t.Fatal(err)
		}
	}
	if left := list(); len(left) != 0 {
		t.Errorf("resolved pairs: got %v, want none", left)
	}
	wantReason(t, differ(pairs[1].GetSecondLine().GetId()), optionsv1.Reason_FIELDS_INVALID)
	wantReason(
		t, differ(b.importLines(t, b.addBankAccount(t, "USD"), "2026-01-06,Elsewhere,-3.00\n")[0].GetId()),
		optionsv1.Reason_FIELDS_INVALID,
	)
	wantReason(t, differ("bsl_01k9zzzzzzzzzzzzzzzzzzzzzz"), optionsv1.Reason_REFERENCE_NOT_FOUND)
	if all, err := b.SuspectDuplicateLines(t.Context(), &pb.SuspectDuplicateLinesRequest{}); err != nil ||
		len(all.GetPairs()) != 0 {
		t.Errorf("got %v, %v", all, err)
	}
}

package banking_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// TestPossibleRepetitionIsNotAcceptedUnseen imports a line, and the same payment again with another
// text. A rule matches both. The review shows that they may be the same; neither is accepted unseen
// until they are distinguished.
func TestPossibleRepetitionIsNotAcceptedUnseen(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.mustImport(t, ofx("1", "", "", ofxNamed("20260305", "-4.00", "FIT0001", "Tea house")))
	b.mustImport(t, ofx("1", "", "", ofxNamed("20260307", "-4.00", "FIT0002", "TEA HOUSE BERLIN")))
	b.rule(t, &pb.BankRule{DisplayName: "Tea", Texts: []string{"tea"}, AccountId: b.codes["OPERATING_EXPENSE"]})
	list := b.listReviews(t, "")
	lines := list.GetBankStatementLines()
	for i, r := range list.GetReviews() {
		if !slices.Equal(r.GetSuspectedLineIds(), []string{lines[1-i].GetId()}) || r.GetSuggestion().GetScore() > 90 ||
			r.GetSuggestion().GetBankRuleId() == "" ||
			!slices.Contains(r.GetSuggestion().GetReasons(), "It may repeat another line.") {
			t.Errorf("got %v", r)
		}
		_, err := b.accept(t, lines[i], nil)
		apptest.WantRefused(t, err, optionsv1.Reason_SUGGESTION_UNCERTAIN, "suggestion")
	}
	if _, err := b.accept(t, lines[0], list.GetReviews()[0].GetSuggestion()); err != nil {
		t.Errorf("a suggestion that was seen: got %v", err)
	}
	if _, err := b.DistinguishBankStatementLine(t.Context(), &pb.DistinguishBankStatementLineRequest{
		BankStatementLineId: lines[0].GetId(), OtherLineId: lines[1].GetId(),
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.accept(t, lines[1], nil); err != nil {
		t.Errorf("a distinguished line: got %v", err)
	}
}

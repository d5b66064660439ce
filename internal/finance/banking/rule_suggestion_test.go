package banking_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// suggestRule returns the rule that a decided line suggests.
func (b bank) suggestRule(t *testing.T, line *pb.BankStatementLine) (*pb.SuggestBankRuleResponse, error) {
	t.Helper()
	return b.SuggestBankRule(t.Context(), &pb.SuggestBankRuleRequest{BankStatementLineId: line.GetId()})
}

// TestDecisionSuggestsRule checks the rule that a decision suggests, and how many lines it is
// reported to match. The rule can be created as it is, and decides the undecided lines.
func TestDecisionSuggestsRule(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	l := b.importLines(
		t, b.account.GetId(),
		"2026-01-05,SQ *BLUE BOTTLE COFFEE San Jose CA,-9.00\n2026-01-06,TST* Blue Bottle Coffee - Reno NV,-8.00\n"+
			"2026-01-07,BLUE BOTTLE COFFEE 1234,-7.00\n2026-01-08,BLUE BOTTLE COFFEE refund,9.00\n"+
			"2026-01-09,STAPLES 12,-10.00\n2026-01-10,SQ *BLUE BOTTLE COFFEE Tampa FL,-6.00\n",
	)
	for _, c := range []struct {
		line *pb.BankStatementLine
		code string
	}{{l[0], "OPERATING_EXPENSE"}, {l[1], "OPERATING_EXPENSE"}, {l[2], "OTHER_EXPENSE"}} {
		if _, err := b.categorize(t, c.line.GetId(), b.split(c.code, "")); err != nil {
			t.Fatal(err)
		}
	}
	got, err := b.suggestRule(t, l[0])
	if err != nil {
		t.Fatal(err)
	}
	rule := got.GetBankRule()
	if rule.GetDisplayName() != "Blue Bottle Coffee" || !slices.Equal(rule.GetTexts(), []string{"blue bottle coffee"}) ||
		rule.GetDirection() != pb.BankRule_OUT || rule.GetAccountId() != b.codes["OPERATING_EXPENSE"] {
		t.Errorf("got %v", rule)
	}
	if got.GetUndecidedCount() != 1 || got.GetAgreeingCount() != 2 || got.GetDisagreeingCount() != 1 ||
		got.GetTestedCount() != 6 {
		t.Errorf("got %v", got)
	}
	b.rule(t, rule)
	applied, err := b.ApplyBankRules(t.Context(), &pb.ApplyBankRulesRequest{BankAccountId: b.account.GetId()})
	if err != nil || applied.GetDecidedCount() != 1 {
		t.Errorf("got %v, %v", applied, err)
	}
	again, err := b.suggestRule(t, l[0])
	if err != nil || again.GetBankRule().GetDisplayName() != "Blue Bottle Coffee 2" {
		t.Errorf("got %v, %v, want a name that is not taken", again, err)
	}
}

// TestSingleWordIsMatchedAsWhole checks that the rule for a name of one word does not match other
// words that contain it, and has a name that no archived rule has either.
func TestSingleWordIsMatchedAsWhole(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	l := b.importLines(
		t, b.account.GetId(),
		"2026-01-05,BP 1234 RENO NV,-9.00\n2026-01-06,BPOST PARCEL 77,-8.00\n2026-01-07,SUBPRIME LENDING,-7.00\n"+
			"2026-01-08,bp99887766 Boise ID,-6.00\n",
	)
	taken := b.rule(t, &pb.BankRule{DisplayName: "BP", Texts: []string{"never"}, AccountId: b.codes["OTHER_EXPENSE"]})
	if _, err := b.ArchiveBankRule(t.Context(), &pb.ArchiveBankRuleRequest{BankRuleId: taken.GetId()}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.categorize(t, l[0].GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
		t.Fatal(err)
	}
	got, err := b.suggestRule(t, l[0])
	if err != nil || got.GetUndecidedCount() != 1 || got.GetAgreeingCount() != 1 ||
		got.GetBankRule().GetDisplayName() != "Bp 2" {
		t.Fatalf("got %v, %v", got, err)
	}
	b.rule(t, got.GetBankRule())
}

// TestLineWithoutWordsSuggestsNoRule checks that a line whose text names no payee suggests no rule,
// which would match lines of any payee.
func TestLineWithoutWordsSuggestsNoRule(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	l := b.importLines(t, b.account.GetId(), "2026-01-05,4711 2209,-9.00\n")[0]
	if _, err := b.categorize(t, l.GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
		t.Fatal(err)
	}
	_, err := b.suggestRule(t, l)
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
}

// TestEveryDecisionSuggestsItsRule checks the effect of the rule for each kind of decision. A line
// that is undecided, matched or partly personal suggests none.
func TestEveryDecisionSuggestsItsRule(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	second := b.addBankAccount(t, "USD")
	l := b.importLines(
		t, b.account.GetId(),
		"2026-01-05,Landlord,-90.00\n2026-01-06,Lego,-80.00\n2026-01-07,To savings,-70.00\n2026-01-08,Twice,-60.00\n"+
			"2026-01-09,Mixed,-50.00\n2026-01-10,Check 7,-40.00\n2026-01-11,New,-30.00\n",
	)
	posted := b.post(t, "2026-01-10", b.codes["OTHER_EXPENSE"], b.account.GetLedgerAccountId(), "40")
	mark := func(line *pb.BankStatementLine, business ...*pb.BankStatementLine_Split) error {
		_, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
			BankStatementLineId: line.GetId(), BusinessSplits: business,
		})
		return err
	}
	_, errSplit := b.categorize(
		t, l[0].GetId(), b.split("OPERATING_EXPENSE", "60"), b.split("OTHER_EXPENSE", "30"),
	)
	_, errTransfer := b.createTransfer(t, &pb.BankTransfer{OutgoingLineId: l[2].GetId(), ToBankAccountId: second})
	_, errExclude := b.exclude(t, l[3].GetId(), "Reported twice")
	_, errMatch := b.matchLine(t, l[5].GetId(), posted.GetId())
	for _, err := range []error{
		errSplit, mark(l[1]), errTransfer, errExclude, mark(l[4], b.split("OTHER_EXPENSE", "20")), errMatch,
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var rules []*pb.BankRule
	for i, line := range l {
		got, err := b.suggestRule(t, line)
		if i >= 4 {
			wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, got.GetBankRule())
		b.rule(t, got.GetBankRule())
	}
	if splits := rules[0].GetSplits(); len(splits) != 2 || splits[0].GetPercent() != "66.6667" ||
		splits[1].GetPercent() != "" {
		t.Errorf("got %v", rules[0])
	}
	if !rules[1].GetPersonal() || rules[2].GetTransferBankAccountId() != second ||
		rules[2].GetBankAccountId() != b.account.GetId() || rules[3].GetExcludeReason() != "Reported twice" {
		t.Errorf("got %v", rules)
	}
}

package banking_test

import (
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// createDimensionValue creates a dimension with one value.
func (b bank) createDimensionValue(t *testing.T, name string) (dimension, value string) {
	t.Helper()
	d, err := b.ledger.CreateDimension(t.Context(), &pb.CreateDimensionRequest{
		Dimension: &pb.Dimension{DisplayName: name},
	})
	if err != nil {
		t.Fatal(err)
	}
	v, err := b.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
		DimensionValue: &pb.DimensionValue{DimensionId: d.GetId(), DisplayName: "The first"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d.GetId(), v.GetId()
}

const phoneBills = "Date,Payee,Counterparty IBAN,Description,Amount\n" +
	"2026-01-05,Acme Telecom,DE89 3704 0044 0532 0130 00,January,-100.01\n" +
	"2026-01-06,Acme Hardware,DE02120300000000202051,Nails,-7.00\n" +
	"2026-01-07,ACME TELECOM GMBH,de89370400440532013000,February,-100.01\n" +
	"2026-01-08,Reseller,,Acme Telecom through a reseller,-30.00\n" +
	"2026-01-09,Acme Telecom,DE89370400440532013000,Credit,3.00\n"

// TestRuleMatchesCounterparty checks that a rule matches the counterparty's name and account
// number, ignoring case and spaces, and not the description.
func TestRuleMatchesCounterparty(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{Content: []byte(phoneBills)})
	if first := b.findLines(t, `counterparty_account = "DE02120300000000202051"`); len(first) != 1 ||
		first[0].GetDescription() != "Nails" {
		t.Errorf("got %v", first)
	}
	for name, c := range map[string]struct {
		rule *pb.BankRule
		want string
	}{
		"a name": {
			&pb.BankRule{CounterpartyNames: []string{"acme telecom", "unknown"}}, "Credit February January ",
		},
		"a part of names": {&pb.BankRule{CounterpartyNames: []string{"ACME"}}, "Credit February Nails January "},
		"an account": {
			&pb.BankRule{CounterpartyAccounts: []string{"DE89-3704-0044-0532-0130-00"}}, "Credit February January ",
		},
		"a part of an account": {&pb.BankRule{CounterpartyAccounts: []string{"DE89"}}, ""},
		"a name and an account": {
			&pb.BankRule{CounterpartyNames: []string{"hardware"}, CounterpartyAccounts: []string{"DE89370400440532013000"}},
			"",
		},
		"a name and a direction": {
			&pb.BankRule{CounterpartyNames: []string{"acme telecom"}, Direction: pb.BankRule_OUT}, "February January ",
		},
		"a pattern at the start": {&pb.BankRule{Pattern: "^jan"}, "January "},
		"a name that ends so":    {&pb.BankRule{Pattern: "hardware$"}, "Nails "},
		"a name and a word":      {&pb.BankRule{CounterpartyNames: []string{"acme"}, Texts: []string{"nails"}}, "Nails "},
	} {
		c.rule.DisplayName, c.rule.Personal = name, true
		tried, err := b.TestBankRule(t.Context(), &pb.TestBankRuleRequest{BankRule: c.rule})
		got := ""
		for _, l := range tried.GetBankStatementLines() {
			got += l.GetDescription() + " "
		}
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, c.want)
		}
	}
}

// TestRuleWithSplits tests a rule on past lines, divides the lines of an import by it with memos
// and dimension values, and leaves lines undecided that are less than its fixed amounts.
func TestRuleWithSplits(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	_, office := b.createDimensionValue(t, "Place")
	b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{Content: []byte(phoneBills)})
	rule := &pb.BankRule{DisplayName: "Telephone", CounterpartyNames: []string{"acme"}, Memo: "Divided"}
	rule.Splits = []*pb.BankRule_Split{
		{AccountId: b.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: "5"}, Memo: "Basic fee"},
		{AccountId: b.codes["OPERATING_EXPENSE"], DimensionValueIds: []string{office}},
		{AccountId: b.codes["OWNER_DRAW"], Percent: "50"},
	}
	tried, err := b.TestBankRule(t.Context(), &pb.TestBankRuleRequest{BankRule: rule})
	if err != nil || len(tried.GetDecisions()) != 4 || tried.GetDecisions()[0].GetProblem() == "" ||
		amountsOf(tried.GetDecisions()[3].GetSplits()) != "-5.00 -47.51 -47.50 " {
		t.Fatalf("got %v, %v", tried, err)
	}
	if undecided := b.findLines(t, "state = UNMATCHED"); len(undecided) != 5 {
		t.Errorf("after testing the rule: got %v, want 5 undecided lines", undecided)
	}
	made := b.rule(t, rule)
	if got := made.GetSplits()[0].GetAmount(); got.GetAmount() != "5.00" || got.GetCurrencyCode() != "USD" {
		t.Errorf("got %v, want 5.00 USD", got)
	}
	suggested := b.suggestMatches(t, b.findLines(t, `description = "January"`)[0])
	if first := suggested.GetSuggestions()[0]; first.GetBankRuleId() != made.GetId() ||
		amountsOf(first.GetSplits()) != "-5.00 -47.51 -47.50 " {
		t.Errorf("got %v", first)
	}
	applied, err := b.ApplyBankRules(t.Context(), &pb.ApplyBankRulesRequest{BankAccountId: b.account.GetId()})
	if err != nil || applied.GetDecidedCount() != 3 || len(applied.GetWarnings()) != 1 ||
		!strings.Contains(applied.GetWarnings()[0], "less than the rule's fixed amounts") {
		t.Errorf("got %v, %v", applied, err)
	}
	brought := b.mustImportTo(t, b.account.GetId(), &pb.StatementImport{
		Content: []byte(
			"Date,Payee,Description,Amount\n2026-03-05,Acme Telecom,March,-25.00\n" +
				"2026-03-06,Acme Telecom,Deposit,-5.00\n2026-03-07,Acme Telecom,Refund,1.00\n",
		),
	})
	if len(brought.GetWarnings()) != 1 {
		t.Errorf("got %v", brought.GetWarnings())
	}
	march := b.findLines(t, `description = "March"`)[0]
	if march.GetBankRuleId() != made.GetId() || amountsOf(march.GetSplits()) != "-5.00 -10.00 -10.00 " ||
		march.GetSplits()[0].GetMemo() != "Basic fee" || march.GetSplits()[1].GetMemo() != "Divided" {
		t.Errorf("got %v", march)
	}
	if deposit := b.findLines(t, `description = "Deposit"`)[0]; amountsOf(deposit.GetSplits()) != "-5.00 " {
		t.Errorf("got %v", deposit)
	}
	entry, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{
		JournalEntryId: march.GetJournalEntryId(),
	})
	if err != nil || len(entry.GetLines()) != 4 ||
		!slices.Equal(entry.GetLines()[1].GetDimensionValueIds(), []string{office}) {
		t.Errorf("got %v, %v", entry, err)
	}
}

// amountsOf returns the amounts of splits, each followed by a space.
func amountsOf(splits []*pb.BankStatementLine_Split) (out string) {
	for _, s := range splits {
		out += s.GetAmount().GetAmount() + " "
	}
	return out
}

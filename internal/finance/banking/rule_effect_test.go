package banking_test

import (
	"slices"
	"strings"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// dimensionValue creates a dimension with one value.
func (b bank) dimensionValue(t *testing.T, name string) (dimension, value string) {
	t.Helper()
	d, err := b.ledger.CreateDimension(t.Context(), &pb.CreateDimensionRequest{Dimension: &pb.Dimension{DisplayName: name}})
	if err != nil {
		t.Fatal(err)
	}
	v, err := b.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{DimensionValue: &pb.DimensionValue{DimensionId: d.GetId(), DisplayName: "The first"}})
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

// TestRuleMatchesCounterparty matches the counterparty's name and account number, ignoring case and
// spaces, and not the description.
func TestRuleMatchesCounterparty(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	b.imported(t, b.account.GetId(), &pb.StatementImport{Content: []byte(phoneBills)})
	if first := b.booked(t, `counterparty_account = "DE02120300000000202051"`); len(first) != 1 || first[0].GetDescription() != "Nails" {
		t.Errorf("got %v", first)
	}
	for name, c := range map[string]struct {
		rule *pb.BankRule
		want string
	}{
		"a name":                 {&pb.BankRule{CounterpartyNames: []string{"acme telecom", "unknown"}}, "Credit February January "},
		"a part of names":        {&pb.BankRule{CounterpartyNames: []string{"ACME"}}, "Credit February Nails January "},
		"an account":             {&pb.BankRule{CounterpartyAccounts: []string{"DE89-3704-0044-0532-0130-00"}}, "Credit February January "},
		"a part of an account":   {&pb.BankRule{CounterpartyAccounts: []string{"DE89"}}, ""},
		"a name and an account":  {&pb.BankRule{CounterpartyNames: []string{"hardware"}, CounterpartyAccounts: []string{"DE89370400440532013000"}}, ""},
		"a name and a direction": {&pb.BankRule{CounterpartyNames: []string{"acme telecom"}, Direction: pb.BankRule_OUT}, "February January "},
		"a text that begins so":  {&pb.BankRule{Pattern: "^jan"}, "January "},
		"a name that ends so":    {&pb.BankRule{Pattern: "hardware$"}, "Nails "},
		"a name and a text":      {&pb.BankRule{CounterpartyNames: []string{"acme"}, Texts: []string{"nails"}}, "Nails "},
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

// TestRuleWithSplits tests a rule on past lines, divides the lines of an import by it with memos and
// dimension values, and leaves lines undecided that are less than its fixed amounts.
func TestRuleWithSplits(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	_, office := b.dimensionValue(t, "Place")
	b.imported(t, b.account.GetId(), &pb.StatementImport{Content: []byte(phoneBills)})
	rule := &pb.BankRule{DisplayName: "Telephone", CounterpartyNames: []string{"acme"}, Memo: "Divided", Splits: []*pb.BankRule_Split{
		{AccountId: b.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: "5"}, Memo: "Basic fee"},
		{AccountId: b.codes["OPERATING_EXPENSE"], DimensionValueIds: []string{office}},
		{AccountId: b.codes["OWNER_DRAW"], Percent: "50"},
	}}
	tried, err := b.TestBankRule(t.Context(), &pb.TestBankRuleRequest{BankRule: rule})
	if err != nil || len(tried.GetDecisions()) != 4 || tried.GetDecisions()[0].GetProblem() == "" || amountsOf(tried.GetDecisions()[3].GetSplits()) != "-5.00 -47.51 -47.50 " {
		t.Fatalf("got %v, %v", tried, err)
	}
	if undecided := b.booked(t, "state = UNMATCHED"); len(undecided) != 5 {
		t.Errorf("after testing the rule: got %v, want 5 undecided lines", undecided)
	}
	made := b.rule(t, rule)
	if got := made.GetSplits()[0].GetAmount(); got.GetAmount() != "5.00" || got.GetCurrencyCode() != "USD" {
		t.Errorf("got %v, want 5.00 USD", got)
	}
	suggested := b.suggested(t, b.booked(t, `description = "January"`)[0])
	if first := suggested.GetSuggestions()[0]; first.GetBankRuleId() != made.GetId() || amountsOf(first.GetSplits()) != "-5.00 -47.51 -47.50 " {
		t.Errorf("got %v", first)
	}
	applied, err := b.ApplyBankRules(t.Context(), &pb.ApplyBankRulesRequest{BankAccountId: b.account.GetId()})
	if err != nil || applied.GetDecidedCount() != 3 || len(applied.GetWarnings()) != 1 || !strings.Contains(applied.GetWarnings()[0], "less than the rule's fixed amounts") {
		t.Errorf("got %v, %v", applied, err)
	}
	brought := b.imported(t, b.account.GetId(), &pb.StatementImport{Content: []byte("Date,Payee,Description,Amount\n2026-03-05,Acme Telecom,March,-25.00\n2026-03-06,Acme Telecom,Deposit,-5.00\n2026-03-07,Acme Telecom,Refund,1.00\n")})
	if len(brought.GetWarnings()) != 1 {
		t.Errorf("got %v", brought.GetWarnings())
	}
	march := b.booked(t, `description = "March"`)[0]
	if march.GetBankRuleId() != made.GetId() || amountsOf(march.GetSplits()) != "-5.00 -10.00 -10.00 " || march.GetSplits()[0].GetMemo() != "Basic fee" || march.GetSplits()[1].GetMemo() != "Divided" {
		t.Errorf("got %v", march)
	}
	if deposit := b.booked(t, `description = "Deposit"`)[0]; amountsOf(deposit.GetSplits()) != "-5.00 " {
		t.Errorf("got %v", deposit)
	}
	entry, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: march.GetJournalEntryId()})
	if err != nil || len(entry.GetLines()) != 4 || !slices.Equal(entry.GetLines()[1].GetDimensionValueIds(), []string{office}) {
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

// TestRuleBooksTransfer decides a line as one side of a new transfer, and the other bank account's
// line as its missing side, in either order.
func TestRuleBooksTransfer(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	savings := b.another(t, "USD")
	out := b.rule(t, &pb.BankRule{DisplayName: "To savings", BankAccountId: b.account.GetId(), Texts: []string{"savings"}, TransferBankAccountId: savings, Memo: "Put aside"})
	back := b.rule(t, &pb.BankRule{DisplayName: "From checking", Texts: []string{"checking"}, TransferBankAccountId: b.account.GetId()})
	if got := b.imported(t, b.account.GetId(), &pb.StatementImport{Content: []byte("Date,Text,Amount\n2026-01-05,Savings plan,-500.00\n2026-01-20,Savings plan,-500.00\n2026-01-25,From savings,70.00\n2026-01-26,To checking itself,-1.00\n")}); len(got.GetWarnings()) != 0 {
		t.Errorf("got %v", got.GetWarnings())
	}
	mine := b.booked(t, `bank_account_id = "`+b.account.GetId()+`"`)
	if mine[0].GetState() != pb.BankStatementLine_MATCHED || mine[0].GetBankRuleId() != out.GetId() || mine[0].GetBankTransferId() == "" || mine[3].GetState() != pb.BankStatementLine_UNMATCHED {
		t.Fatalf("got %v", mine)
	}
	if got := b.balance(t, b.ledgerOf(t, savings)); got != "930.00/0.00" {
		t.Errorf("savings are %s", got)
	}
	b.imported(t, savings, &pb.StatementImport{Content: []byte("Date,Text,Amount\n2026-01-06,Checking,500.00\n2026-01-19,Checking,500.00\n2026-01-26,Checking,-70.00\n2026-01-30,Checking,500.00\n")})
	theirs := b.booked(t, `bank_account_id = "`+savings+`"`)
	for i, want := range []string{mine[0].GetBankTransferId(), mine[1].GetBankTransferId(), mine[2].GetBankTransferId()} {
		if theirs[i].GetBankTransferId() != want || theirs[i].GetBankRuleId() != back.GetId() {
			t.Errorf("line %d: got %v, want a side of %s", i, theirs[i], want)
		}
	}
	if fourth := theirs[3]; fourth.GetBankTransferId() == "" || fourth.GetBankTransferId() == mine[1].GetBankTransferId() {
		t.Errorf("got %v, want a side of a new transfer", fourth)
	}
	states := map[pb.BankTransfer_State]int{}
	list, err := b.ListBankTransfers(t.Context(), &pb.ListBankTransfersRequest{})
	for _, m := range list.GetBankTransfers() {
		states[m.GetState()]++
	}
	if err != nil || states[pb.BankTransfer_PAIRED] != 3 || states[pb.BankTransfer_OPEN] != 1 {
		t.Errorf("got %v, %v", states, err)
	}
	if got := b.balance(t, b.ledgerOf(t, savings)); got != "1430.00/0.00" {
		t.Errorf("savings are %s", got)
	}
	undone, err := b.UndoBankStatementLine(t.Context(), &pb.UndoBankStatementLineRequest{BankStatementLineId: mine[0].GetId()})
	if err != nil || undone.GetState() != pb.BankStatementLine_UNMATCHED || undone.GetBankRuleId() != "" || undone.GetBankTransferId() != "" {
		t.Errorf("got %v, %v", undone, err)
	}
	tried, err := b.TestBankRule(t.Context(), &pb.TestBankRuleRequest{BankRule: out})
	if err != nil || len(tried.GetDecisions()) != 3 {
		t.Fatalf("got %v, %v", tried, err)
	}
	if first := tried.GetDecisions()[2].GetBankTransfer(); first.GetOutgoingLineId() != mine[0].GetId() || first.GetToBankAccountId() != savings {
		t.Errorf("got %v", first)
	}
	applied, err := b.ApplyBankRules(t.Context(), &pb.ApplyBankRulesRequest{BankAccountId: b.account.GetId()})
	if err != nil || applied.GetDecidedCount() != 1 || applied.GetWaitingCount() != 1 {
		t.Errorf("got %v, %v", applied, err)
	}
}

// TestRuleDoesNotTransferBetweenCurrencies leaves lines undecided if the rule's transfer would be
// between currencies, and posts nothing.
func TestRuleDoesNotTransferBetweenCurrencies(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	abroad := b.another(t, "EUR")
	b.rule(t, &pb.BankRule{DisplayName: "Abroad", Texts: []string{"abroad"}, TransferBankAccountId: abroad})
	got := b.imported(t, b.account.GetId(), &pb.StatementImport{Content: []byte("Date,Text,Amount\n2026-01-05,Abroad,-500.00\n2026-01-06,Abroad,-400.00\n")})
	if len(got.GetWarnings()) != 1 || !strings.Contains(got.GetWarnings()[0], "2 lines") {
		t.Errorf("got %v", got.GetWarnings())
	}
	if undecided := b.booked(t, "state = UNMATCHED"); len(undecided) != 2 {
		t.Errorf("got %v", undecided)
	}
	if entries, err := b.ledger.ListJournalEntries(t.Context(), &pb.ListJournalEntriesRequest{}); err != nil || len(entries.GetJournalEntries()) != 0 {
		t.Errorf("got %v, %v", entries, err)
	}
}

// TestInvalidRuleIsRefused checks the reason and field of each invalid rule, when it is created and
// when it is tested.
func TestInvalidRuleIsRefused(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	savings, abroad, closed := b.another(t, "USD"), b.another(t, "EUR"), b.another(t, "USD")
	if _, err := b.ArchiveBankAccount(t.Context(), &pb.ArchiveBankAccountRequest{BankAccountId: closed}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ledger.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: b.codes["INTEREST"]}); err != nil {
		t.Fatal(err)
	}
	dimension, value := b.dimensionValue(t, "Place")
	second, err := b.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{DimensionValue: &pb.DimensionValue{DimensionId: dimension, DisplayName: "The second"}})
	if err != nil {
		t.Fatal(err)
	}
	expense := b.codes["OPERATING_EXPENSE"]
	split := func(splits ...*pb.BankRule_Split) *pb.BankRule { return &pb.BankRule{Splits: splits} }
	for name, c := range map[string]struct {
		rule   *pb.BankRule
		reason optionsv1.Reason
		field  string
	}{
		"no effect":                              {&pb.BankRule{}, optionsv1.Reason_BANK_RULE_EFFECT_UNCLEAR, "accountId"},
		"a split and a transfer":                 {&pb.BankRule{TransferBankAccountId: savings, Splits: []*pb.BankRule_Split{{AccountId: expense}}}, optionsv1.Reason_BANK_RULE_EFFECT_UNCLEAR, "accountId"},
		"splits over 100 percent":                {split(&pb.BankRule_Split{AccountId: expense, Percent: "60"}, &pb.BankRule_Split{AccountId: expense, Percent: "40.0001"}), optionsv1.Reason_BANK_RULE_SPLITS_INCOMPLETE, "splits"},
		"splits under 100 percent":               {split(&pb.BankRule_Split{AccountId: expense, Percent: "60"}), optionsv1.Reason_BANK_RULE_SPLITS_INCOMPLETE, "splits"},
		"two splits without a share":             {split(&pb.BankRule_Split{AccountId: expense}, &pb.BankRule_Split{AccountId: expense}), optionsv1.Reason_BANK_RULE_SPLITS_INCOMPLETE, "splits[1]"},
		"a percentage that is no number":         {split(&pb.BankRule_Split{AccountId: expense, Percent: "a half"}), optionsv1.Reason_FIELDS_INVALID, "splits[0].percent"},
		"a split to a control account":           {split(&pb.BankRule_Split{AccountId: expense, Percent: "50"}, &pb.BankRule_Split{AccountId: b.codes["ACCOUNTS_PAYABLE"]}), optionsv1.Reason_ACCOUNT_IS_CONTROL, "splits[1].accountId"},
		"a split to an archived account":         {split(&pb.BankRule_Split{AccountId: b.codes["INTEREST"]}), optionsv1.Reason_REFERENCE_ARCHIVED, "splits[0].accountId"},
		"a split to an unknown account":          {split(&pb.BankRule_Split{AccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"}), optionsv1.Reason_REFERENCE_NOT_FOUND, "splits[0].accountId"},
		"two values of one dimension":            {split(&pb.BankRule_Split{AccountId: expense, DimensionValueIds: []string{value, second.GetId()}}), optionsv1.Reason_DIMENSION_REPEATED, "splits[0].dimensionValueIds[1]"},
		"an unknown dimension value":             {split(&pb.BankRule_Split{AccountId: expense, DimensionValueIds: []string{"dmv_01k9zzzzzzzzzzzzzzzzzzzzzz"}}), optionsv1.Reason_REFERENCE_NOT_FOUND, "splits[0].dimensionValueIds[0]"},
		"a control account":                      {&pb.BankRule{AccountId: b.codes["ACCOUNTS_RECEIVABLE"]}, optionsv1.Reason_ACCOUNT_IS_CONTROL, "accountId"},
		"an archived account":                    {&pb.BankRule{AccountId: b.codes["INTEREST"]}, optionsv1.Reason_REFERENCE_ARCHIVED, "accountId"},
		"the bank account's own ledger account":  {&pb.BankRule{BankAccountId: b.account.GetId(), AccountId: b.account.GetLedgerAccountId()}, optionsv1.Reason_FIELDS_INVALID, "accountId"},
		"a transfer to the same bank account":    {&pb.BankRule{BankAccountId: savings, TransferBankAccountId: savings}, optionsv1.Reason_TRANSFER_SIDES_WRONG, "transferBankAccountId"},
		"a transfer between currencies":          {&pb.BankRule{BankAccountId: savings, TransferBankAccountId: abroad}, optionsv1.Reason_TRANSFER_SIDES_WRONG, "transferBankAccountId"},
		"a transfer to an archived bank account": {&pb.BankRule{TransferBankAccountId: closed}, optionsv1.Reason_REFERENCE_ARCHIVED, "transferBankAccountId"},
		"a transfer to an unknown bank account":  {&pb.BankRule{TransferBankAccountId: "bac_01k9zzzzzzzzzzzzzzzzzzzzzz"}, optionsv1.Reason_REFERENCE_NOT_FOUND, "transferBankAccountId"},
		"an account number without digits":       {&pb.BankRule{Personal: true, CounterpartyAccounts: []string{" - "}}, optionsv1.Reason_FIELDS_INVALID, "counterpartyAccounts[0]"},
		"an archived bank account":               {&pb.BankRule{BankAccountId: closed, Personal: true}, optionsv1.Reason_REFERENCE_ARCHIVED, "bankAccountId"},
	} {
		c.rule.DisplayName = name
		_, err := b.CreateBankRule(t.Context(), &pb.CreateBankRuleRequest{BankRule: c.rule})
		if apptest.Reason(err) != c.reason || !slices.Contains(apptest.Fields(err), c.field) {
			t.Errorf("%s: got %v at %v, want %s at %s", name, err, apptest.Fields(err), c.reason, c.field)
		}
		_, err = b.TestBankRule(t.Context(), &pb.TestBankRuleRequest{BankRule: c.rule})
		if apptest.Reason(err) != c.reason || !slices.Contains(apptest.Fields(err), "bankRule."+c.field) {
			t.Errorf("%s, tested: got %v at %v, want %s at %s", name, err, apptest.Fields(err), c.reason, c.field)
		}
	}
}

// TestReferencesOfRuleAreNotDeleted refuses to delete the accounts and dimension values of a rule's
// splits until the rule no longer refers to them.
func TestReferencesOfRuleAreNotDeleted(t *testing.T) {
	t.Parallel()
	b := open(t, "USD")
	_, value := b.dimensionValue(t, "Project")
	spare, err := b.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: &pb.Account{Code: "6999", DisplayName: "Spare", Type: pb.Account_EXPENSE, Subtype: pb.Account_OPERATING_EXPENSE}})
	if err != nil {
		t.Fatal(err)
	}
	splits := []*pb.BankRule_Split{
		{AccountId: spare.GetId(), Amount: &typepb.Money{Amount: "5", CurrencyCode: "USD"}, Memo: "Fixed", DimensionValueIds: []string{value}},
		{AccountId: b.codes["OTHER_EXPENSE"], Percent: "33.3"}, {AccountId: b.codes["OPERATING_EXPENSE"]},
	}
	made := b.rule(t, &pb.BankRule{DisplayName: "Divided", Texts: []string{"x"}, Splits: splits})
	read, err := b.GetBankRule(t.Context(), &pb.GetBankRuleRequest{BankRuleId: made.GetId()})
	if err != nil || len(read.GetSplits()) != 3 || read.GetSplits()[0].GetAmount().GetAmount() != "5.00" || read.GetSplits()[0].GetMemo() != "Fixed" ||
		!slices.Equal(read.GetSplits()[0].GetDimensionValueIds(), []string{value}) || read.GetSplits()[1].GetPercent() != "33.3" || read.GetSplits()[2].GetAmount() != nil {
		t.Errorf("got %v, %v", read, err)
	}
	remove := func() (account, dimension error) {
		_, account = b.ledger.DeleteAccount(t.Context(), &pb.DeleteAccountRequest{AccountId: spare.GetId()})
		_, dimension = b.ledger.DeleteDimensionValue(t.Context(), &pb.DeleteDimensionValueRequest{DimensionValueId: value})
		return account, dimension
	}
	account, dimension := remove()
	refusedFor(t, account, optionsv1.Reason_ACCOUNTS_IN_USE)
	refusedFor(t, dimension, optionsv1.Reason_DIMENSION_VALUES_IN_USE)
	if _, err := b.UpdateBankRule(t.Context(), &pb.UpdateBankRuleRequest{
		BankRuleId: made.GetId(), BankRule: &pb.BankRule{Splits: splits[2:]}, UpdateMask: mask("splits"),
	}); err != nil {
		t.Fatal(err)
	}
	if account, dimension := remove(); account != nil || dimension != nil {
		t.Errorf("got %v, %v", account, dimension)
	}
	if _, err := b.DeleteBankRule(t.Context(), &pb.DeleteBankRuleRequest{BankRuleId: made.GetId()}); err != nil {
		t.Errorf("deleting a rule with splits: %v", err)
	}
}

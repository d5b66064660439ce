package banking_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestInvalidRuleIsRefused checks the reason and field of each invalid rule, when it is created and
// when it is tested.
func TestInvalidRuleIsRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	savings, abroad, closed := b.addBankAccount(t, "USD"), b.addBankAccount(t, "EUR"), b.addBankAccount(t, "USD")
	if _, err := b.ArchiveBankAccount(t.Context(), &pb.ArchiveBankAccountRequest{BankAccountId: closed}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ledger.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{
		AccountId: b.codes["INTEREST"],
	}); err != nil {
		t.Fatal(err)
	}
	dimension, value := b.createDimensionValue(t, "Place")
	second, err := b.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
		DimensionValue: &pb.DimensionValue{DimensionId: dimension, DisplayName: "The second"},
	})
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
		"no effect": {&pb.BankRule{}, optionsv1.Reason_BANK_RULE_EFFECT_UNCLEAR, "accountId"},
		"a split and a transfer": {
			&pb.BankRule{TransferBankAccountId: savings, Splits: []*pb.BankRule_Split{{AccountId: expense}}},
			optionsv1.Reason_BANK_RULE_EFFECT_UNCLEAR, "accountId",
		},
		"splits over 100 percent": {
			split(&pb.BankRule_Split{AccountId: expense, Percent: "60"}, &pb.BankRule_Split{
				AccountId: expense, Percent: "40.0001",
			}),
			optionsv1.Reason_BANK_RULE_SPLITS_INCOMPLETE, "splits",
		},
		"splits under 100 percent": {
			split(&pb.BankRule_Split{AccountId: expense, Percent: "60"}), optionsv1.Reason_BANK_RULE_SPLITS_INCOMPLETE,
			"splits",
		},
		"two splits without a share": {
			split(&pb.BankRule_Split{AccountId: expense}, &pb.BankRule_Split{AccountId: expense}),
			optionsv1.Reason_BANK_RULE_SPLITS_INCOMPLETE, "splits[1]",
		},
		"a percentage that is no number": {
			split(&pb.BankRule_Split{AccountId: expense, Percent: "a half"}), optionsv1.Reason_FIELDS_INVALID,
			"splits[0].percent",
		},
		"a split to a control account": {
			split(&pb.BankRule_Split{AccountId: expense, Percent: "50"}, &pb.BankRule_Split{
				AccountId: b.codes["ACCOUNTS_PAYABLE"],
			}),
			optionsv1.Reason_ACCOUNT_IS_CONTROL, "splits[1].accountId",
		},
		"a split to an archived account": {
			split(&pb.BankRule_Split{AccountId: b.codes["INTEREST"]}), optionsv1.Reason_REFERENCE_ARCHIVED,
			"splits[0].accountId",
		},
		"a split to an unknown account": {
			split(&pb.BankRule_Split{AccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"}), optionsv1.Reason_REFERENCE_NOT_FOUND,
			"splits[0].accountId",
		},
		"two values of one dimension": {
			split(&pb.BankRule_Split{AccountId: expense, DimensionValueIds: []string{value, second.GetId()}}),
			optionsv1.Reason_DIMENSION_REPEATED, "splits[0].dimensionValueIds[1]",
		},
		"an unknown dimension value": {
			split(&pb.BankRule_Split{AccountId: expense, DimensionValueIds: []string{"dmv_01k9zzzzzzzzzzzzzzzzzzzzzz"}}),
			optionsv1.Reason_REFERENCE_NOT_FOUND, "splits[0].dimensionValueIds[0]",
		},
		"a control account": {
			&pb.BankRule{AccountId: b.codes["ACCOUNTS_RECEIVABLE"]}, optionsv1.Reason_ACCOUNT_IS_CONTROL, "accountId",
		},
		"an archived account": {
			&pb.BankRule{AccountId: b.codes["INTEREST"]}, optionsv1.Reason_REFERENCE_ARCHIVED, "accountId",
		},
		"the bank account's own ledger account": {
			&pb.BankRule{BankAccountId: b.account.GetId(), AccountId: b.account.GetLedgerAccountId()},
			optionsv1.Reason_FIELDS_INVALID, "accountId",
		},
		"a transfer to the same bank account": {
			&pb.BankRule{BankAccountId: savings, TransferBankAccountId: savings}, optionsv1.Reason_TRANSFER_SIDES_WRONG,
			"transferBankAccountId",
		},
		"a transfer between currencies": {
			&pb.BankRule{BankAccountId: savings, TransferBankAccountId: abroad}, optionsv1.Reason_TRANSFER_SIDES_WRONG,
			"transferBankAccountId",
		},
		"a transfer to an archived bank account": {
			&pb.BankRule{TransferBankAccountId: closed}, optionsv1.Reason_REFERENCE_ARCHIVED, "transferBankAccountId",
		},
		"a transfer to an unknown bank account": {
			&pb.BankRule{TransferBankAccountId: "bac_01k9zzzzzzzzzzzzzzzzzzzzzz"}, optionsv1.Reason_REFERENCE_NOT_FOUND,
			"transferBankAccountId",
		},
		"an account number without digits": {
			&pb.BankRule{Personal: true, CounterpartyAccounts: []string{" - "}}, optionsv1.Reason_FIELDS_INVALID,
			"counterpartyAccounts[0]",
		},
		"an archived bank account": {
			&pb.BankRule{BankAccountId: closed, Personal: true}, optionsv1.Reason_REFERENCE_ARCHIVED, "bankAccountId",
		},
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

// TestRecordsUsedByRuleCannotBeDeleted checks that the accounts and dimension values of a rule's
// splits cannot be deleted until the rule no longer refers to them.
func TestRecordsUsedByRuleCannotBeDeleted(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	_, value := b.createDimensionValue(t, "Client")
	spare, err := b.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{
		Account: &pb.Account{
			Code: "6999", DisplayName: "Spare", Type: pb.Account_EXPENSE, Subtype: pb.Account_OPERATING_EXPENSE,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	splits := []*pb.BankRule_Split{
		{
			AccountId: spare.GetId(), Amount: &typepb.Money{Amount: "5", CurrencyCode: "USD"}, Memo: "Fixed",
			DimensionValueIds: []string{value},
		},
		{AccountId: b.codes["OTHER_EXPENSE"], Percent: "33.3"}, {AccountId: b.codes["OPERATING_EXPENSE"]},
	}
	made := b.rule(t, &pb.BankRule{DisplayName: "Divided", Texts: []string{"x"}, Splits: splits})
	read, err := b.GetBankRule(t.Context(), &pb.GetBankRuleRequest{BankRuleId: made.GetId()})
	if err != nil || len(read.GetSplits()) != 3 || read.GetSplits()[0].GetAmount().GetAmount() != "5.00" ||
		read.GetSplits()[0].GetMemo() != "Fixed" ||
		!slices.Equal(read.GetSplits()[0].GetDimensionValueIds(), []string{value}) ||
		read.GetSplits()[1].GetPercent() != "33.3" || read.GetSplits()[2].GetAmount() != nil {
		t.Errorf("got %v, %v", read, err)
	}
	remove := func() (account, dimension error) {
		_, account = b.ledger.DeleteAccount(t.Context(), &pb.DeleteAccountRequest{AccountId: spare.GetId()})
		_, dimension = b.ledger.DeleteDimensionValue(t.Context(), &pb.DeleteDimensionValueRequest{DimensionValueId: value})
		return account, dimension
	}
	account, dimension := remove()
	wantReason(t, account, optionsv1.Reason_ACCOUNTS_IN_USE)
	wantReason(t, dimension, optionsv1.Reason_DIMENSION_VALUES_IN_USE)
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

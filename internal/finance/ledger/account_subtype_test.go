package ledger

import (
	"context"
	"errors"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

func TestEverySubtypeHasTypeAndCashFlowSection(t *testing.T) {
	for number, name := range pb.Account_Subtype_name {
		if number == 0 {
			continue
		}
		if typeOfSubtype(pb.Account_Subtype(number)) == pb.Account_TYPE_UNSPECIFIED {
			t.Errorf("%s has no type", name)
		}
		if cashFlowSection(pb.Account_Subtype(number)) == pb.Account_CASH_FLOW_SECTION_UNSPECIFIED {
			t.Errorf("%s has no cash-flow section", name)
		}
	}
	for number, name := range pb.Account_Type_name {
		if number != 0 && typeOfSubtype(otherSubtype(pb.Account_Type(number))) != pb.Account_Type(number) {
			t.Errorf("the general subtype of %s has another type", name)
		}
	}
}

func TestAccountDefaultsFollowSubtype(t *testing.T) {
	for name, c := range map[string]struct {
		given   *pb.Account
		subtype pb.Account_Subtype
		section pb.Account_CashFlowSection
		control bool
	}{
		"only a type": {&pb.Account{Type: pb.Account_EXPENSE}, pb.Account_OTHER_EXPENSE, pb.Account_OPERATING,
			false},
		"a bank": {&pb.Account{Type: pb.Account_ASSET, Subtype: pb.Account_BANK}, pb.Account_BANK,
			pb.Account_CASH_AND_EQUIVALENTS, false},
		"receivables": {&pb.Account{Type: pb.Account_ASSET, Subtype: pb.Account_ACCOUNTS_RECEIVABLE},
			pb.Account_ACCOUNTS_RECEIVABLE, pb.Account_OPERATING, true},
		"payables": {&pb.Account{Type: pb.Account_LIABILITY, Subtype: pb.Account_ACCOUNTS_PAYABLE},
			pb.Account_ACCOUNTS_PAYABLE, pb.Account_OPERATING, true},
		"control is output-only": {&pb.Account{Type: pb.Account_EQUITY, Control: true}, pb.Account_OTHER_EQUITY,
			pb.Account_FINANCING, false},
		"own section": {&pb.Account{Type: pb.Account_ASSET, CashFlowSection: pb.Account_INVESTING},
			pb.Account_OTHER_ASSET, pb.Account_INVESTING, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := classifyAccount(context.Background(), nil, new(pb.Account), c.given); err != nil {
				t.Fatal(err)
			}
			if c.given.Subtype != c.subtype || c.given.CashFlowSection != c.section || c.given.Control != c.control {
				t.Errorf("got %v", c.given)
			}
		})
	}
	var refusal *fault.Error
	err := classifyAccount(context.Background(), nil, new(pb.Account),
		&pb.Account{Type: pb.Account_ASSET, Subtype: pb.Account_LOAN})
	if !errors.As(err, &refusal) || refusal.Reason != optionsv1.Reason_ACCOUNT_SUBTYPE_OF_OTHER_TYPE ||
		refusal.Fields[0].Path != "subtype" {
		t.Errorf("got %v for an asset of subtype LOAN", err)
	}
}

package ledger

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// TestTemplatesHaveRequiredSubtypes checks that each chart template is complete, sorted by code,
// and has an account of every subtype that other packages look up.
func TestTemplatesHaveRequiredSubtypes(t *testing.T) {
	needed := []pb.Account_Subtype{
		pb.Account_BANK, pb.Account_ACCOUNTS_RECEIVABLE, pb.Account_ACCOUNTS_PAYABLE, pb.Account_TAX_PAYABLE,
		pb.Account_PAYROLL_LIABILITY, pb.Account_CUSTOMER_DEPOSIT, pb.Account_LOAN, pb.Account_OWNER_EQUITY,
		pb.Account_OWNER_DRAW, pb.Account_RETAINED_EARNINGS, pb.Account_OPENING_BALANCE, pb.Account_SALES,
		pb.Account_COST_OF_SALES, pb.Account_OPERATING_EXPENSE, pb.Account_PAYROLL_EXPENSE, pb.Account_DEPRECIATION,
		pb.Account_INTEREST, pb.Account_TAX_EXPENSE, pb.Account_CASH, pb.Account_CREDIT_CARD, pb.Account_SUSPENSE,
		pb.Account_PREPAID_EXPENSE, pb.Account_FIXED_ASSET, pb.Account_ACCUMULATED_DEPRECIATION, pb.Account_OTHER_INCOME,
		pb.Account_OTHER_EXPENSE, pb.Account_REALIZED_EXCHANGE_GAIN, pb.Account_UNREALIZED_EXCHANGE_GAIN,
	}
	for name, chart := range templates {
		for i, a := range chart.chart {
			if typeOfSubtype(a.subtype) == pb.Account_TYPE_UNSPECIFIED || a.name == "" || a.code == "" {
				t.Errorf("%s: %v is incomplete", name, a)
			}
			if i > 0 && chart.chart[i-1].code >= a.code {
				t.Errorf("%s: got code %s after %s, want ascending codes", name, a.code, chart.chart[i-1].code)
			}
		}
		for _, subtype := range needed {
			hasSubtype := func(a *pb.Account) bool { return a.Subtype == subtype }
			if !slices.ContainsFunc(chart.missingAccounts(map[string]string{}), hasSubtype) {
				t.Errorf("%s has no account of subtype %s", name, subtype)
			}
		}
	}
}

func TestMissingAccountsSkipsTakenCodes(t *testing.T) {
	created := templates["service-firm"].missingAccounts(map[string]string{"1000": "", "6990": ""})
	if len(created) != len(templates["service-firm"].chart)-2 || created[0].Code != "1010" ||
		created[0].Type != pb.Account_ASSET {
		t.Errorf("got %d accounts, first %v", len(created), created[0])
	}
	if templates["retailer"].missingAccounts(map[string]string{"1000": ""})[0].Code == "1000" {
		t.Error("got a new account with the taken code 1000")
	}
}

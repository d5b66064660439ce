package table_test

import (
	"slices"
	"testing"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/table"
)

// rules is a table whose records hold references in their own fields, in lines, and in lists in
// lines.
var rules = table.New("trial.rules",
	table.Ref("vendor_id", "ven", func(r *financev1.BankRule) *string { return &r.VendorId }).Usable(),
	table.Ref("account_id", "acc", func(r *financev1.BankRule) *string { return &r.AccountId }).
		Usable().When(func(r *financev1.BankRule) bool { return !r.Personal }),
	table.Ref("bank_account_id", "bac", func(r *financev1.BankRule) *string { return &r.BankAccountId }),
	table.Lines("splits", "trial.rule_splits", "rule_id",
		func(r *financev1.BankRule) *[]*financev1.BankRule_Split { return &r.Splits }, nil,
		table.Ref("account_id", "acc", func(s *financev1.BankRule_Split) *string { return &s.AccountId }).Usable(),
		table.Refs("dimension_value_ids", "dmv",
			func(s *financev1.BankRule_Split) *[]string { return &s.DimensionValueIds }).Usable(),
	),
)

func split(account string, values ...string) *financev1.BankRule_Split {
	return &financev1.BankRule_Split{AccountId: account, DimensionValueIds: values}
}

// TestNewReferencesOmitsExistingOnes checks that NewReferences returns only references that the
// stored record does not have.
func TestNewReferencesOmitsExistingOnes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		was, is *financev1.BankRule
		want    []string
	}{
		"returns all of a new record": {
			&financev1.BankRule{},
			&financev1.BankRule{VendorId: "v", AccountId: "a", BankAccountId: "b"},
			[]string{"vendorId ven v", "accountId acc a"},
		},
		"omits unchanged fields": {
			&financev1.BankRule{VendorId: "v", Splits: []*financev1.BankRule_Split{split("a", "x")}},
			&financev1.BankRule{VendorId: "v", Splits: []*financev1.BankRule_Split{split("a", "x")}}, nil,
		},
		"omits a cleared field": {&financev1.BankRule{VendorId: "v"}, &financev1.BankRule{}, nil},
		"omits a column that does not apply": {
			&financev1.BankRule{}, &financev1.BankRule{AccountId: "a", Personal: true}, nil,
		},
		"omits moved lines and returns a new one": {
			&financev1.BankRule{Splits: []*financev1.BankRule_Split{split("a"), split("b")}},
			&financev1.BankRule{Splits: []*financev1.BankRule_Split{split("b"), split("c"), split("a")}},
			[]string{"splits[1].accountId acc c"},
		},
		"returns a new element of a list in a line": {
			&financev1.BankRule{Splits: []*financev1.BankRule_Split{split("a", "x")}},
			&financev1.BankRule{Splits: []*financev1.BankRule_Split{split("a", "x", "y")}},
			[]string{"splits[0].dimensionValueIds[1] dmv y"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, r := range rules.NewReferences(c.was, c.is) {
				got = append(got, r.Field+" "+r.Prefix+" "+r.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

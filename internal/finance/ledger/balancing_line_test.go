package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/money"
)

// balance makes a dimension self-balancing with an account.
func (b books) balance(t *testing.T, dimension, account string) error {
	t.Helper()
	_, err := b.UpdateDimension(t.Context(), &pb.UpdateDimensionRequest{
		DimensionId: dimension, Dimension: &pb.Dimension{BalancingAccountId: account},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"balancing_account_id"}},
	})
	return err
}

// baseSums returns the sums of an entry's base amounts in minor units, by dimension value and ""
// for lines with none of the values.
func baseSums(t *testing.T, e *pb.JournalEntry, values ...string) map[string]int64 {
	t.Helper()
	sums := map[string]int64{}
	for _, l := range e.GetLines() {
		minor, err := money.Parse(l.GetBaseAmount().GetAmount(), "USD")
		if err != nil {
			t.Fatal(err)
		}
		at := ""
		for _, v := range l.GetDimensionValueIds() {
			for _, value := range values {
				if v == value {
					at = v
				}
			}
		}
		sums[at] += minor
	}
	return sums
}

// TestEntriesBalanceForEachFund posts random entries with values of two self-balancing dimensions,
// in two currencies, and checks that each adds up to zero for every value.
func TestEntriesBalanceForEachFund(t *testing.T) {
	t.Parallel()
	b := open(t)
	random := rand.New(rand.NewPCG(3, 14))
	due := b.create(t, &pb.Account{DisplayName: "Due to and from other funds", Type: pb.Account_LIABILITY}).GetId()
	fund, place := b.createDimension(t, "Fund"), b.createDimension(t, "Place")
	var funds, places []string
	for n := range 3 {
		funds = append(funds, b.createDimensionValue(t, fund, fmt.Sprint("Fund ", n)))
		places = append(places, b.createDimensionValue(t, place, fmt.Sprint("Place ", n)))
	}
	for _, dimension := range []string{fund, place} {
		if err := b.balance(t, dimension, due); err != nil {
			t.Fatal(err)
		}
	}
	for range 40 {
		e := b.entry()
		if random.IntN(2) == 0 {
			e.CurrencyCode, e.ExchangeRate = "EUR", "1.0837"
		}
		rest := int64(0)
		for range 1 + random.IntN(4) {
			minor := 1 + random.Int64N(90000)
			rest -= minor
			l := b.line("6100", money.Format(minor, "USD"))
			if n := random.IntN(4); n < 3 {
				l.DimensionValueIds = append(l.DimensionValueIds, funds[n])
			}
			if n := random.IntN(4); n < 3 {
				l.DimensionValueIds = append(l.DimensionValueIds, places[n])
			}
			e.Lines = append(e.Lines, l)
		}
		e.Lines = append(e.Lines, b.line("3000", money.Format(rest, "USD")))
		posted, err := b.tryPost(t, e)
		if err != nil {
			t.Fatal(err)
		}
		for _, values := range [][]string{funds, places} {
			for value, sum := range baseSums(t, posted, values...) {
				if sum != 0 {
					t.Fatalf("the lines with value %q add up to %d: %v", value, sum, posted.GetLines())
				}
			}
		}
	}
	b.checkIntegrity(t)
}

// TestBalancedEntryGetsNoLines checks entries that add up to zero for each fund already, such as a
// reversal.
func TestBalancedEntryGetsNoLines(t *testing.T) {
	t.Parallel()
	b := open(t)
	fund := b.createDimension(t, "Fund")
	park := b.createDimensionValue(t, fund, "Park")
	due := b.create(t, &pb.Account{DisplayName: "Due to and from other funds", Type: pb.Account_LIABILITY}).GetId()
	if err := b.balance(t, fund, due); err != nil {
		t.Fatal(err)
	}
	whole := b.entry(b.line("6100", "10"), b.line("1000", "-10"))
	for _, l := range whole.Lines {
		l.DimensionValueIds = []string{park}
	}
	posted, err := b.tryPost(t, whole)
	if err != nil || len(posted.GetLines()) != 2 {
		t.Errorf("got %v, %v, want two lines", posted, err)
	}
	part := b.entry(b.line("6100", "10"), b.line("1000", "-10"))
	part.Lines[0].DimensionValueIds = []string{park}
	posted, err = b.tryPost(t, part)
	if err != nil || len(posted.GetLines()) != 4 {
		t.Fatalf("got %v, %v, want four lines", posted, err)
	}
	reversal, err := b.reverse(t, posted, "")
	if err != nil || len(reversal.GetLines()) != 4 {
		t.Errorf("got %v, %v, want four lines", reversal, err)
	}
}

// TestBalancingLinesCountAsLines refuses an entry that would have too many lines with those that
// balance its funds.
func TestBalancingLinesCountAsLines(t *testing.T) {
	t.Parallel()
	b := open(t)
	fund := b.createDimension(t, "Fund")
	park := b.createDimensionValue(t, fund, "Park")
	due := b.create(t, &pb.Account{DisplayName: "Due to and from other funds", Type: pb.Account_LIABILITY}).GetId()
	if err := b.balance(t, fund, due); err != nil {
		t.Fatal(err)
	}
	e := b.entry(b.line("1000", "-999"))
	for range 999 {
		e.Lines = append(e.Lines, b.line("6100", "1"))
	}
	e.Lines[1].DimensionValueIds = []string{park}
	_, err := b.tryPost(t, e)
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID, "lines")
}

func TestBalancingAccountIsValidated(t *testing.T) {
	t.Parallel()
	b := open(t)
	fund := b.createDimension(t, "Fund")
	b.foreignAccount(t, "euro", "EUR", pb.Account_OTHER_LIABILITY, pb.Account_LIABILITY)
	for name, code := range map[string]string{
		"an expense account": "6100", "a control account": "1200", "a foreign account": "euro",
	} {
		t.Run("rejects "+name, func(t *testing.T) {
			wantReason(t, b.balance(t, fund, b.codes[code]), optionsv1.Reason_FIELDS_INVALID, "balancingAccountId")
		})
	}
	due := b.create(t, &pb.Account{DisplayName: "Due to and from other funds", Type: pb.Account_LIABILITY})
	if err := b.balance(t, fund, due.GetId()); err != nil {
		t.Fatal(err)
	}
	_, err := b.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: due.GetId()})
	wantReason(t, err, optionsv1.Reason_ACCOUNTS_IN_USE)
}

// TestBuiltInDimensionsAreProtected checks that callers cannot remove the dimensions of projects
// and departments, nor add values to them.
func TestBuiltInDimensionsAreProtected(t *testing.T) {
	t.Parallel()
	b := open(t)
	list, err := b.ListDimensions(t.Context(), &pb.ListDimensionsRequest{Filter: `kind != "CUSTOM"`})
	if err != nil || len(list.GetDimensions()) != 2 {
		t.Fatalf("got %v, %v, want two dimensions", list, err)
	}
	for _, d := range list.GetDimensions() {
		_, err := b.ArchiveDimension(t.Context(), &pb.ArchiveDimensionRequest{DimensionId: d.GetId()})
		wantReason(t, err, optionsv1.Reason_DIMENSION_BUILT_IN)
		_, err = b.DeleteDimension(t.Context(), &pb.DeleteDimensionRequest{DimensionId: d.GetId()})
		wantReason(t, err, optionsv1.Reason_DIMENSION_BUILT_IN)
		_, err = b.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
			DimensionValue: &pb.DimensionValue{DimensionId: d.GetId(), DisplayName: "Website"},
		})
		wantReason(t, err, optionsv1.Reason_DIMENSION_BUILT_IN)
	}
}

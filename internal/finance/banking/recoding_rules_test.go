package banking_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// setRules sets the dimension rules of the account for operating expenses.
func (b bank) setRules(t *testing.T, rules ...*pb.Account_DimensionRule) {
	t.Helper()
	if _, err := b.ledger.UpdateAccount(t.Context(), &pb.UpdateAccountRequest{
		AccountId: b.codes["OPERATING_EXPENSE"], Account: &pb.Account{DimensionRules: rules},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"dimension_rules"}},
	}); err != nil {
		t.Fatal(err)
	}
}

// TestRecodingUndoesLinesAsPosted recodes lines after their dimension value was archived and after
// the account got rules that would change or refuse them today.
func TestRecodingUndoesLinesAsPosted(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	place, north := b.createDimensionValue(t, "Place")
	client, acme := b.createDimensionValue(t, "Client")
	said := b.importLines(t, b.account.GetId(), "2026-01-05,With,-10.00\n2026-01-06,Without,-20.00\n")
	with := b.split("OPERATING_EXPENSE", "")
	with.DimensionValueIds = []string{north}
	for i, split := range []*pb.BankStatementLine_Split{with, b.split("OPERATING_EXPENSE", "")} {
		if _, err := b.categorize(t, said[i].GetId(), split); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.ledger.ArchiveDimensionValue(t.Context(), &pb.ArchiveDimensionValueRequest{
		DimensionValueId: north,
	}); err != nil {
		t.Fatal(err)
	}
	b.setRules(t, &pb.Account_DimensionRule{DimensionId: place, Required: true},
		&pb.Account_DimensionRule{DimensionId: client, DefaultValueId: acme})
	clearPlace := func(r *pb.RecodeBankStatementLinesRequest) { r.ClearedDimensionIds = []string{place} }
	for _, r := range b.mustRecode(t, "OPERATING_EXPENSE", "COST_OF_SALES", 2, 2, clearPlace) {
		if got := r.GetBankStatementLine().GetSplits()[0].GetDimensionValueIds(); len(got) != 0 {
			t.Errorf("got values %v, want none", got)
		}
	}
	for _, value := range []string{north, acme} {
		r, err := b.reports.GetTrialBalance(t.Context(), &pb.GetTrialBalanceRequest{
			AsOf: "2026-12-31", DimensionValueIds: []string{value},
		})
		if err != nil || len(r.GetRows()) != 0 && r.GetRows()[0].GetAmounts()[0].GetAmount() != "0.00" {
			t.Errorf("got %v, %v with the value, want nothing left", r.GetRows(), err)
		}
	}
}

// TestClearedDefaultIsAProblem clears a value that the account's default would set again.
func TestClearedDefaultIsAProblem(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	client, acme := b.createDimensionValue(t, "Client")
	b.setRules(t, &pb.Account_DimensionRule{DimensionId: client, DefaultValueId: acme})
	said := b.importLines(t, b.account.GetId(), "2026-01-05,Shop,-10.00\n")
	if _, err := b.categorize(t, said[0].GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
		t.Fatal(err)
	}
	clearClient := func(r *pb.RecodeBankStatementLinesRequest) { r.ClearedDimensionIds = []string{client} }
	if got := b.mustRecode(t, "OPERATING_EXPENSE", "", 0, 1, clearClient); got[0].GetProblem() == "" {
		t.Errorf("got %v, want a problem", got[0])
	}
}

// TestRecodingKeepsBankBalance refuses the bank account's own ledger account, and recodes to petty
// cash and back, which moves the payment out of the cash flows and back.
func TestRecodingKeepsBankBalance(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.codes["OWN"] = b.account.GetLedgerAccountId()
	said := b.importLines(t, b.account.GetId(), "2026-01-05,Withdrawal,-10.00\n")
	if _, err := b.categorize(t, said[0].GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
		t.Fatal(err)
	}
	if got := b.mustRecode(t, "OPERATING_EXPENSE", "OWN", 0, 1); got[0].GetProblem() == "" {
		t.Errorf("got %v, want a problem", got[0])
	}
	check := func(when, suppliers, change string) {
		t.Helper()
		if got := b.cashFlows(t); got["operating/suppliers"] != suppliers || got["netChange"] != change {
			t.Errorf("%s: got %s to suppliers of %s, want %s of %s", when, got["operating/suppliers"], got["netChange"],
				suppliers, change)
		}
	}
	check("before", "-10.00", "-10.00")
	b.mustRecode(t, "OPERATING_EXPENSE", "CASH", 1, 1)
	check("in petty cash", "0.00", "0.00")
	b.mustRecode(t, "CASH", "OPERATING_EXPENSE", 1, 1)
	check("spent", "-10.00", "-10.00")
}

// TestRecodingOfManyLines gives more lines than one request recodes another value. Requests go on
// where the others ended.
func TestRecodingOfManyLines(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	_, north := b.createDimensionValue(t, "Place")
	b.rule(t, &pb.BankRule{DisplayName: "All", Texts: []string{"shop"}, AccountId: b.codes["OPERATING_EXPENSE"]})
	rows := &strings.Builder{}
	for i := range 501 {
		fmt.Fprintf(rows, "2026-01-%02d,Shop %d,-1.00\n", 1+i/20, i)
	}
	b.importLines(t, b.account.GetId(), rows.String())
	for i, want := range []int32{500, 1, 0} {
		got, err := b.recode(t, "OPERATING_EXPENSE", "", func(r *pb.RecodeBankStatementLinesRequest) {
			r.DimensionValueIds = []string{north}
		})
		if err != nil || got.GetRecodedCount() != want || len(got.GetRecodings()) != int(want) ||
			got.GetTruncated() != (i == 0) {
			t.Fatalf("request %d: got %d recoded, truncated %t, %v, want %d", i, got.GetRecodedCount(), got.GetTruncated(),
				err, want)
		}
	}
}

// TestUnchangedLineHasNoProblem recodes a line of a closed month that has the value already, on a
// posting date before its own.
func TestUnchangedLineHasNoProblem(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	_, north := b.createDimensionValue(t, "Place")
	said := b.importLines(t, b.account.GetId(), "2026-01-20,Shop,-10.00\n")
	split := b.split("OPERATING_EXPENSE", "")
	split.DimensionValueIds = []string{north}
	if _, err := b.categorize(t, said[0].GetId(), split); err != nil {
		t.Fatal(err)
	}
	b.closeMonths(t, "2026-01-31")
	b.mustRecode(t, "OPERATING_EXPENSE", "", 0, 0, func(r *pb.RecodeBankStatementLinesRequest) {
		r.DimensionValueIds, r.PostingDate = []string{north}, "2026-01-03"
	})
}

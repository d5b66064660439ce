package banking_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// TestListReturnsLinesInEveryState lists and reads lines in every state, over gRPC and REST.
func TestListReturnsLinesInEveryState(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	said := b.importLines(t, b.account.GetId(), "2026-01-05,Unmatched,-1.00\n2026-01-06,Held,-2.00\n"+
		"2026-01-07,Excluded,-3.00\n2026-01-08,Booked,-4.00\n2026-01-09,In part,-5.00\n")
	if _, err := b.hold(t, said[1].GetId(), "Ask Ann"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.exclude(t, said[2].GetId(), "Not ours"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
		BankStatementLineId: said[3].GetId(),
		Splits:              []*pb.BankStatementLine_Split{{AccountId: b.codes["OPERATING_EXPENSE"]}},
	}); err != nil {
		t.Fatal(err)
	}
	part := b.post(t, "2026-01-09", b.codes["OPERATING_EXPENSE"], b.account.GetLedgerAccountId(), "2")
	if _, err := b.createMatch(t, &pb.BankMatch{Lines: lines(said[4], "-2"), Entries: entries(part)}); err != nil {
		t.Fatal(err)
	}
	for i, state := range []string{"UNMATCHED", "HELD", "EXCLUDED", "MATCHED", "PARTIALLY_MATCHED"} {
		resp := b.o.REST(t, "GET", "/v1/bankStatementLines?filter=state%20%3D%20"+state, "")
		var page struct{ BankStatementLines []struct{ ID, State string } }
		if err := json.Unmarshal(resp.Raw, &page); err != nil || len(page.BankStatementLines) != 1 ||
			page.BankStatementLines[0].ID != said[i].GetId() {
			t.Errorf("%s: got %s, %v", state, resp.Raw, err)
		}
		if got, err := b.GetBankStatementLine(t.Context(), &pb.GetBankStatementLineRequest{
			BankStatementLineId: said[i].GetId(),
		}); err != nil || got.GetState().String() != state {
			t.Errorf("got %v, %v", got, err)
		}
	}
	if all := b.findLines(t, ""); len(all) != len(said) {
		t.Errorf("got %d lines, want %d", len(all), len(said))
	}
}

// TestRepeatedImportAddsNoLines imports random files, with equal lines among them, then each file
// and its halves again. Each line of the file is stored once.
func TestRepeatedImportAddsNoLines(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	row := rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("2026-01-%02d,%s,%d.00\n", rapid.IntRange(1, 3).Draw(t, "day"), rapid.SampledFrom(
			[]string{"Shop", "Rent", "shop"},
		).Draw(t, "text"), rapid.IntRange(-2, -1).Draw(t, "amount"))
	})
	files := rapid.SliceOfN(row, 1, 12)
	for seed := range 8 {
		rows, account := files.Example(seed), b.addBankAccount(t, "USD")
		bring := func(rows []string) *pb.StatementImport {
			return b.mustImportTo(
				t, account, &pb.StatementImport{Content: []byte("Date,Text,Amount\n" + strings.Join(rows, ""))},
			)
		}
		first := bring(rows)
		if counts(first) != [4]int32{int32(len(rows)), int32(len(rows)), 0, 0} {
			t.Errorf("%q: got %v", rows, counts(first))
		}
		before := b.findLines(t, fmt.Sprintf("bank_account_id = %q", account))
		for _, again := range [][]string{rows, rows[:len(rows)/2+1], rows[len(rows)/2:]} {
			if got := bring(again); got.GetNewCount() != 0 || got.GetDuplicateCount() != int32(len(again)) {
				t.Errorf("%q after %q: got %v, want duplicates only", again, rows, counts(got))
			}
		}
		after := b.findLines(t, fmt.Sprintf("bank_account_id = %q", account))
		if fmt.Sprint(after) != fmt.Sprint(before) || len(after) != len(rows) {
			t.Errorf("%q: got lines %v, want %v", rows, after, before)
		}
	}
}

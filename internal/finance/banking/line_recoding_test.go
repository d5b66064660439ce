package banking_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// recode recodes lines that have a split on an account.
func (b bank) recode(
	t *testing.T, from, to string, changes ...func(*pb.RecodeBankStatementLinesRequest),
) (*pb.RecodeBankStatementLinesResponse, error) {
	t.Helper()
	req := &pb.RecodeBankStatementLinesRequest{AccountId: b.codes[from], NewAccountId: b.codes[to]}
	for _, change := range changes {
		change(req)
	}
	return b.RecodeBankStatementLines(t.Context(), req)
}

// mustRecode recodes lines and checks the number of those that were recoded and of those found.
func (b bank) mustRecode(
	t *testing.T, from, to string, recoded, found int, changes ...func(*pb.RecodeBankStatementLinesRequest),
) []*pb.RecodeBankStatementLinesResponse_Recoding {
	t.Helper()
	got, err := b.recode(t, from, to, changes...)
	if err != nil || int(got.GetRecodedCount()) != recoded || len(got.GetRecodings()) != found {
		t.Fatalf("got %v, %v, want %d of %d lines recoded", got, err, recoded, found)
	}
	return got.GetRecodings()
}

// cashFlows returns the first amount of each row of the direct cash-flow statement of 2026, by key.
func (b bank) cashFlows(t *testing.T) map[string]string {
	t.Helper()
	r, err := b.reports.GetCashFlowStatement(t.Context(), &pb.GetCashFlowStatementRequest{
		StartDate: "2026-01-01", EndDate: "2026-12-31", Method: pb.CashFlowStatement_DIRECT,
	})
	if err != nil {
		t.Fatal(err)
	}
	amounts := map[string]string{"netChange": r.GetNetChange().GetAmount()}
	var add func(rows []*pb.ReportRow)
	add = func(rows []*pb.ReportRow) {
		for _, row := range rows {
			amounts[row.GetKey()] = row.GetAmounts()[0].GetAmount()
			add(row.GetRows())
		}
	}
	add(r.GetRows())
	return amounts
}

// TestRecodingMovesSplits recodes the lines of one counterparty, after a preview that changes
// nothing.
func TestRecodingMovesSplits(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	said := b.importLines(
		t, b.account.GetId(), "2026-01-05,Hosting,-10.00\n2026-02-05,Hosting,-20.00\n2026-02-06,Desk,-400.00\n",
	)
	for _, l := range said {
		if _, err := b.categorize(t, l.GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
			t.Fatal(err)
		}
	}
	hosting := func(r *pb.RecodeBankStatementLinesRequest) { r.Filter = `description = "Hosting"` }
	preview := func(r *pb.RecodeBankStatementLinesRequest) { r.ValidateOnly = true }
	b.mustRecode(t, "OPERATING_EXPENSE", "COST_OF_SALES", 2, 2, hosting, preview)
	if got := b.balance(t, b.codes["OPERATING_EXPENSE"]); got != "430.00/0.00" {
		t.Errorf("after the preview: got %s, want 430.00/0.00", got)
	}
	got := b.mustRecode(t, "OPERATING_EXPENSE", "COST_OF_SALES", 2, 2, hosting)
	line := got[1].GetBankStatementLine()
	if line.GetBookedDate() != "2026-02-05" || line.GetSplits()[0].GetAccountId() != b.codes["COST_OF_SALES"] ||
		got[1].GetFormerSplits()[0].GetAccountId() != b.codes["OPERATING_EXPENSE"] {
		t.Errorf("got %v, want the line of February recoded", got[1])
	}
	entry, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{
		JournalEntryId: got[1].GetJournalEntryId(),
	})
	if err != nil || entry.GetRecodesId() != line.GetJournalEntryId() || entry.GetDate() != "2026-02-05" ||
		entry.GetDescription() != "Recoding of Hosting" || len(entry.GetLines()) != 2 {
		t.Errorf("got %v, %v", entry, err)
	}
	if got := b.balance(t, b.codes["COST_OF_SALES"]); got != "30.00/0.00" {
		t.Errorf("got %s, want 30.00/0.00", got)
	}
	b.mustRecode(t, "OPERATING_EXPENSE", "COST_OF_SALES", 0, 0, hosting)
	if got := b.listLines(t, `splits.account_id:"`+b.codes["COST_OF_SALES"]+`"`); len(got) != 2 {
		t.Errorf("got %v, want the two lines by their account", got)
	}
	b.mustRecode(t, "COST_OF_SALES", "OTHER_EXPENSE", 2, 2)
	if got := b.balance(t, b.codes["OTHER_EXPENSE"]); got != "30.00/0.00" {
		t.Errorf("recoded again: got %s, want 30.00/0.00", got)
	}
	b.checkNetIncome(t, "-430.00")
}

// TestRecodingMovesCash recodes a purchase to equipment and wages, and undoes the decision. The
// cash of the payment moves along, and back.
func TestRecodingMovesCash(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	said := b.importLines(t, b.account.GetId(), "2026-02-06,Machine,-400.00\n2026-02-07,Temp,-70.00\n")
	for _, l := range said {
		if _, err := b.categorize(t, l.GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
			t.Fatal(err)
		}
	}
	check := func(when, suppliers, employees, investing string) {
		t.Helper()
		got := b.cashFlows(t)
		for key, want := range map[string]string{
			"operating/suppliers": suppliers, "operating/employees": employees, "investing": investing,
			"netChange": "-470.00",
		} {
			if got[key] != want {
				t.Errorf("%s, %s: got %q, want %q", when, key, got[key], want)
			}
		}
	}
	check("before", "-470.00", "0.00", "0.00")
	one := func(text string) func(*pb.RecodeBankStatementLinesRequest) {
		return func(r *pb.RecodeBankStatementLinesRequest) { r.Filter = `description = "` + text + `"` }
	}
	b.mustRecode(t, "OPERATING_EXPENSE", "FIXED_ASSET", 1, 1, one("Machine"))
	b.mustRecode(t, "OPERATING_EXPENSE", "PAYROLL_EXPENSE", 1, 1, one("Temp"))
	check("recoded", "0.00", "-70.00", "-400.00")
	for _, l := range said {
		if _, err := b.undoLine(t, l.GetId()); err != nil {
			t.Fatal(err)
		}
	}
	b.checkNetIncome(t, "0.00")
	if got := b.balance(t, b.codes["FIXED_ASSET"]); got != "" && got != "0.00/0.00" {
		t.Errorf("equipment after undo: got %s, want nothing", got)
	}
}

// TestReconciledLineIsRecoded recodes a line within a completed reconciliation, whose figures stay.
func TestReconciledLineIsRecoded(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	said := b.importLines(t, b.account.GetId(), "2026-01-05,Hosting,-10.00\n")
	if _, err := b.categorize(t, said[0].GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
		t.Fatal(err)
	}
	r := b.completeReconciliation(t, "2026-01-31", "-10.00")
	b.mustRecode(t, "OPERATING_EXPENSE", "COST_OF_SALES", 1, 1)
	b.checkFigures(t, r, "-10.00", "0.00")
	if got, _, _ := b.suggestOutstanding(t, b.createReconciliation(t, "2026-02-28", "-10.00")); got != "" {
		t.Errorf("got outstanding lines of %s, want none", got)
	}
}

// TestRecodingOfClosedPeriodNeedsPostingDate recodes lines of a closed and an open month.
func TestRecodingOfClosedPeriodNeedsPostingDate(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	said := b.importLines(t, b.account.GetId(), "2026-01-05,Old,-10.00\n2026-02-05,New,-20.00\n")
	for _, l := range said {
		if _, err := b.categorize(t, l.GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
			t.Fatal(err)
		}
	}
	b.closeMonths(t, "2026-01-31")
	got := b.mustRecode(t, "OPERATING_EXPENSE", "COST_OF_SALES", 1, 2)
	if got[0].GetProblem() == "" || got[0].GetJournalEntryId() != "" ||
		got[0].GetBankStatementLine().GetSplits()[0].GetAccountId() != b.codes["OPERATING_EXPENSE"] {
		t.Errorf("got %v, want a problem", got[0])
	}
	on := func(date string) func(*pb.RecodeBankStatementLinesRequest) {
		return func(r *pb.RecodeBankStatementLinesRequest) { r.PostingDate = date }
	}
	b.mustRecode(t, "OPERATING_EXPENSE", "COST_OF_SALES", 0, 1, on("2026-01-04"))
	b.mustRecode(t, "OPERATING_EXPENSE", "COST_OF_SALES", 0, 1, on("2026-01-31"))
	got = b.mustRecode(t, "OPERATING_EXPENSE", "COST_OF_SALES", 1, 1, on("2026-02-01"))
	if got[0].GetPostingDate() != "2026-02-01" {
		t.Errorf("got %v, want it posted on 2026-02-01", got[0])
	}
	b.checkNetIncomeOf(t, "2026-01-01", "2026-01-31", "-10.00")
	b.checkNetIncomeOf(t, "2026-02-01", "2026-02-28", "-20.00")
}

// TestRecodingChangesDimensionValues replaces one value of splits, keeps another and clears it
// later.
func TestRecodingChangesDimensionValues(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	place, north := b.createDimensionValue(t, "Place")
	client, acme := b.createDimensionValue(t, "Client")
	v, err := b.ledger.CreateDimensionValue(t.Context(), &pb.CreateDimensionValueRequest{
		DimensionValue: &pb.DimensionValue{DimensionId: place, DisplayName: "South"},
	})
	if err != nil {
		t.Fatal(err)
	}
	said := b.importLines(t, b.account.GetId(), "2026-01-05,Shop,-10.00\n")
	split := b.split("OPERATING_EXPENSE", "")
	split.DimensionValueIds = []string{north, acme}
	if _, err := b.categorize(t, said[0].GetId(), split); err != nil {
		t.Fatal(err)
	}
	want := func(got []*pb.RecodeBankStatementLinesResponse_Recoding, values ...string) {
		t.Helper()
		slices.Sort(values)
		if have := got[0].GetBankStatementLine().GetSplits()[0].GetDimensionValueIds(); !slices.Equal(have, values) {
			t.Errorf("got values %v, want %v", have, values)
		}
	}
	south := func(r *pb.RecodeBankStatementLinesRequest) { r.DimensionValueIds = []string{v.GetId()} }
	want(b.mustRecode(t, "OPERATING_EXPENSE", "", 1, 1, south), v.GetId(), acme)
	b.mustRecode(t, "OPERATING_EXPENSE", "", 0, 0, south)
	clearClient := func(r *pb.RecodeBankStatementLinesRequest) { r.ClearedDimensionIds = []string{client} }
	want(b.mustRecode(t, "OPERATING_EXPENSE", "COST_OF_SALES", 1, 1, clearClient), v.GetId())
	repeated := func(r *pb.RecodeBankStatementLinesRequest) { r.DimensionValueIds = []string{north, v.GetId()} }
	_, err = b.recode(t, "COST_OF_SALES", "", repeated)
	apptest.WantRefused(t, err, optionsv1.Reason_DIMENSION_REPEATED, "dimensionValueIds[1]")
}

// TestRecodingKeepsOwnersPart recodes the business part of a personal line, but not the owner's.
func TestRecodingKeepsOwnersPart(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	said := b.importLines(t, b.account.GetId(), "2026-01-05,Shop,-10.00\n")
	if _, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
		BankStatementLineId: said[0].GetId(), BusinessSplits: b.splits("OPERATING_EXPENSE", "4.00"),
	}); err != nil {
		t.Fatal(err)
	}
	b.mustRecode(t, "OPERATING_EXPENSE", "COST_OF_SALES", 1, 1)
	if got := b.mustRecode(t, "OWNER_DRAW", "COST_OF_SALES", 0, 1); got[0].GetProblem() == "" {
		t.Errorf("got %v, want a problem", got[0])
	}
	_, acme := b.createDimensionValue(t, "Client")
	forAcme := func(r *pb.RecodeBankStatementLinesRequest) { r.DimensionValueIds = []string{acme} }
	if got := b.mustRecode(t, "COST_OF_SALES", "", 1, 1, forAcme); got[0].GetProblem() != "" {
		t.Errorf("got %v, want no problem", got[0])
	}
	b.checkNetIncome(t, "-4.00")
}

// TestForeignLineIsRecodedAtItsBaseAmount recodes a line in euros after the rate changed.
func TestForeignLineIsRecodedAtItsBaseAmount(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	account := b.addBankAccount(t, "EUR")
	rate := func(date, rate string) {
		t.Helper()
		if _, err := b.ledger.CreateExchangeRate(t.Context(), &pb.CreateExchangeRateRequest{
			ExchangeRate: &pb.ExchangeRate{Date: date, FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Rate: rate},
		}); err != nil {
			t.Fatal(err)
		}
	}
	rate("2026-01-01", "1.10")
	said := b.importLines(t, account, "2026-01-05,Sale,100.00\n2026-01-06,Shop,-33.33\n")
	for i, code := range []string{"SALES", "OPERATING_EXPENSE"} {
		if _, err := b.categorize(t, said[i].GetId(), b.split(code, "")); err != nil {
			t.Fatal(err)
		}
	}
	rate("2026-01-02", "1.25")
	before := b.balance(t, b.codes["OPERATING_EXPENSE"])
	b.mustRecode(t, "OPERATING_EXPENSE", "COST_OF_SALES", 1, 1)
	if got := b.balance(t, b.codes["COST_OF_SALES"]); got != before {
		t.Errorf("got %s, want %s as before", got, before)
	}
}

// TestInvalidRecodingIsRefused checks the reason and the field of each refusal.
func TestInvalidRecodingIsRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	other := openBank(t, "USD")
	said := b.importLines(t, b.account.GetId(), "2026-01-05,Shop,-10.00\n")
	if _, err := b.categorize(t, said[0].GetId(), b.split("OPERATING_EXPENSE", "")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*pb.RecodeBankStatementLinesRequest)
		reason optionsv1.Reason
		field  string
	}{
		"rejects the same account": {func(r *pb.RecodeBankStatementLinesRequest) {
			r.NewAccountId = r.AccountId
		}, optionsv1.Reason_FIELDS_INVALID, "newAccountId"},
		"rejects no change": {func(r *pb.RecodeBankStatementLinesRequest) {
			r.NewAccountId = ""
		}, optionsv1.Reason_FIELDS_INVALID, "newAccountId"},
		"rejects an account of another organization": {func(r *pb.RecodeBankStatementLinesRequest) {
			r.NewAccountId = other.codes["COST_OF_SALES"]
		}, optionsv1.Reason_REFERENCE_NOT_FOUND, "newAccountId"},
		"rejects to move from an account of another organization": {func(r *pb.RecodeBankStatementLinesRequest) {
			r.AccountId = other.codes["COST_OF_SALES"]
		}, optionsv1.Reason_REFERENCE_NOT_FOUND, "accountId"},
		"rejects an unknown dimension value": {func(r *pb.RecodeBankStatementLinesRequest) {
			r.DimensionValueIds = []string{"dmv_01k9zzzzzzzzzzzzzzzzzzzzzz"}
		}, optionsv1.Reason_REFERENCE_NOT_FOUND, "dimensionValueIds[0]"},
		"rejects an unknown dimension": {func(r *pb.RecodeBankStatementLinesRequest) {
			r.ClearedDimensionIds = []string{"dim_01k9zzzzzzzzzzzzzzzzzzzzzz"}
		}, optionsv1.Reason_REFERENCE_NOT_FOUND, "clearedDimensionIds[0]"},
		"rejects a filter that closes its parentheses": {func(r *pb.RecodeBankStatementLinesRequest) {
			r.Filter = `personal = true) OR (personal = false`
		}, optionsv1.Reason_FILTER_INVALID, "filter"},
		"rejects a malformed posting date": {func(r *pb.RecodeBankStatementLinesRequest) {
			r.PostingDate = "soon"
		}, optionsv1.Reason_FIELDS_INVALID, "postingDate"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.recode(t, "OPERATING_EXPENSE", "COST_OF_SALES", c.change)
			apptest.WantRefused(t, err, c.reason, c.field)
		})
	}
	control := b.mustRecode(t, "OPERATING_EXPENSE", "ACCOUNTS_RECEIVABLE", 0, 1)
	if control[0].GetProblem() == "" {
		t.Errorf("got %v, want the control account refused", control[0])
	}
}

package banking_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestLineOfClosedPeriodIsPostedLater decides lines of a closed month with a posting date in an
// open one. The closed month does not change.
func TestLineOfClosedPeriodIsPostedLater(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.post(t, "2026-02-28", b.account.GetLedgerAccountId(), b.codes["OWNER_EQUITY"], "5000")
	said := b.importLines(t, b.account.GetId(), "2026-03-05,Stationery,-100.00\n2026-03-06,Cash,-40.00\n")
	b.closeMonths(t, "2026-03-31")
	categorize := func(date string) error {
		_, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
			BankStatementLineId: said[0].GetId(), PostingDate: date,
			Splits: []*pb.BankStatementLine_Split{b.split("OPERATING_EXPENSE", "-100")},
		})
		return err
	}
	for date, want := range map[string]optionsv1.Reason{
		"": optionsv1.Reason_PERIOD_CLOSED, "2026-03-31": optionsv1.Reason_PERIOD_CLOSED,
		"2026-03-04": optionsv1.Reason_FIELDS_INVALID, "soon": optionsv1.Reason_FIELDS_INVALID,
	} {
		if err := categorize(date); apptest.Reason(err) != want || apptest.Fields(err)[0] != "postingDate" {
			t.Errorf("posting date %q: got %v, want %s at postingDate", date, err, want)
		}
	}
	if err := categorize("2026-04-01"); err != nil {
		t.Fatal(err)
	}
	drawn, err := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
		BankStatementLineId: said[1].GetId(), PostingDate: "2026-04-02",
	})
	if err != nil {
		t.Fatal(err)
	}
	entry, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{
		JournalEntryId: drawn.GetJournalEntryId(),
	})
	if err != nil || entry.GetDate() != "2026-04-02" {
		t.Errorf("got %v, %v, want an entry of 2026-04-02", entry, err)
	}
	for end, want := range map[string]string{"2026-03-31": "0.00", "2026-04-30": "-100.00"} {
		r, err := b.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{
			StartDate: "2026-03-01", EndDate: end,
		})
		if err != nil || r.GetNetIncome().GetAmount() != want {
			t.Errorf("net income until %s: got %v, %v, want %s", end, r.GetNetIncome(), err, want)
		}
	}
}

// closeMonths closes the accounting period that ends on a date, and those before it.
func (b bank) closeMonths(t *testing.T, end string) {
	t.Helper()
	list, err := b.ledger.ListAccountingPeriods(t.Context(), &pb.ListAccountingPeriodsRequest{
		Filter: `end_date = "` + end + `"`,
	})
	if err != nil || len(list.GetAccountingPeriods()) != 1 {
		t.Fatalf("got %v, %v, want one period", list, err)
	}
	if _, err := b.ledger.CloseAccountingPeriod(t.Context(), &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: list.GetAccountingPeriods()[0].GetId(), Reason: "For the test", IncludeEarlier: true,
	}); err != nil {
		t.Fatal(err)
	}
}

// TestMatchOfClosedPeriodIsPostedLater matches lines of a closed month. The fee and the exchange
// loss are posted on the posting date in an open month, and undoing the match reverses them there.
func TestMatchOfClosedPeriodIsPostedLater(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	prepaid := b.codes["PREPAID_EXPENSE"]
	receivable := b.post(t, "2026-01-02", prepaid, b.codes["OTHER_INCOME"], "100", euros("1.10"))
	own := b.post(t, "2026-01-03", b.account.GetLedgerAccountId(), b.codes["OTHER_INCOME"], "50")
	said := b.importLines(t, b.account.GetId(), "2026-03-05,Customer,106.00\n2026-03-04,Sale,50.00\n")
	b.closeMonths(t, "2026-03-31")
	fee := []*pb.BankMatch_Fee{{AccountId: b.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: "2"}}}
	match := func(date string, m *pb.BankMatch) (*pb.BankMatch, error) {
		return b.CreateBankMatch(t.Context(), &pb.CreateBankMatchRequest{PostingDate: date, BankMatch: m})
	}
	settle := &pb.BankMatch{
		Lines: lines(said[1]), Entries: onAccount(prepaid, entries(receivable)), Fees: fee, ExchangeDifference: true,
	}
	for date, want := range map[string]optionsv1.Reason{
		"": optionsv1.Reason_PERIOD_CLOSED, "2026-03-31": optionsv1.Reason_PERIOD_CLOSED,
		"2026-03-04": optionsv1.Reason_FIELDS_INVALID, "soon": optionsv1.Reason_FIELDS_INVALID,
		"2062-04-01": optionsv1.Reason_FIELDS_INVALID, "2026-02-30": optionsv1.Reason_FIELDS_INVALID,
		"2026-4-1": optionsv1.Reason_FIELDS_INVALID,
	} {
		if _, err := match(date, settle); apptest.Reason(err) != want || apptest.Fields(err)[0] != "postingDate" {
			t.Errorf("posting date %q: got %v, want %s at postingDate", date, err, want)
		}
	}
	settled, err := match("2026-04-01", settle)
	if err != nil || settled.GetExchangeGain().GetAmount() != "-2.00" {
		t.Fatalf("got %v, %v", settled, err)
	}
	b.checkEntryDate(t, settled.GetJournalEntryId(), "2026-04-01")
	plain, err := match("2026-04-01", &pb.BankMatch{Lines: lines(said[0]), Entries: entries(own)})
	if err != nil || plain.GetJournalEntryId() != "" {
		t.Errorf("a match that posts nothing: got %v, %v", plain, err)
	}
	b.checkNetIncomeOf(t, "2026-03-01", "2026-03-31", "0.00")
	b.checkNetIncomeOf(t, "2026-04-01", "2026-04-30", "-4.00")
	if _, err := b.undoMatch(t, settled.GetId()); err != nil {
		t.Fatal(err)
	}
	b.checkNetIncomeOf(t, "2026-03-01", "2026-04-30", "0.00")
	r := b.o.REST(t, "POST", "/v1/bankMatches?postingDate=2026-04-02", `{"lines": [{"bankStatementLineId": "`+
		said[1].GetId()+`"}], "entries": [{"journalEntryId": "`+receivable.GetId()+`", "accountId": "`+prepaid+
		`"}], "exchangeDifference": true}`)
	posted, _ := r.Body["journalEntryId"].(string)
	if r.Code != 200 {
		t.Fatalf("got %d %v", r.Code, r.Body)
	}
	b.checkEntryDate(t, posted, "2026-04-02")
}

// TestTransferOfClosedPeriodIsPostedLater transfers between accounts with lines of a closed month.
func TestTransferOfClosedPeriodIsPostedLater(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.post(t, "2026-02-28", b.account.GetLedgerAccountId(), b.codes["OWNER_EQUITY"], "5000")
	savings := b.addBankAccount(t, "USD")
	out := b.importLines(t, b.account.GetId(), "2026-03-30,To savings,-40.00\n")[0]
	in := b.importLines(t, savings, "2026-04-02,From checking,40.00\n")[0]
	b.closeMonths(t, "2026-03-31")
	transfer := func(date string) (*pb.BankTransfer, error) {
		return b.CreateBankTransfer(t.Context(), &pb.CreateBankTransferRequest{
			PostingDate: date, BankTransfer: &pb.BankTransfer{OutgoingLineId: out.GetId(), IncomingLineId: in.GetId()},
		})
	}
	for date, want := range map[string]optionsv1.Reason{
		"": optionsv1.Reason_PERIOD_CLOSED, "2026-03-30": optionsv1.Reason_PERIOD_CLOSED,
		"2026-03-29": optionsv1.Reason_FIELDS_INVALID, "2106-04-01": optionsv1.Reason_FIELDS_INVALID,
	} {
		if _, err := transfer(date); apptest.Reason(err) != want || apptest.Fields(err)[0] != "postingDate" {
			t.Errorf("posting date %q: got %v, want %s at postingDate", date, err, want)
		}
	}
	made, err := transfer("2026-04-01")
	if err != nil || made.GetDate() != "2026-04-01" || made.GetState() != pb.BankTransfer_PAIRED {
		t.Fatalf("got %v, %v", made, err)
	}
	b.checkEntryDate(t, made.GetJournalEntryId(), "2026-04-01")
}

// checkEntryDate checks the date of a journal entry.
func (b bank) checkEntryDate(t *testing.T, entry, want string) {
	t.Helper()
	e, err := b.ledger.GetJournalEntry(t.Context(), &pb.GetJournalEntryRequest{JournalEntryId: entry})
	if err != nil || e.GetDate() != want {
		t.Errorf("got %v, %v, want an entry of %s", e, err, want)
	}
}

// checkNetIncomeOf checks the net income of a period.
func (b bank) checkNetIncomeOf(t *testing.T, start, end, want string) {
	t.Helper()
	r, err := b.reports.GetProfitAndLoss(t.Context(), &pb.GetProfitAndLossRequest{StartDate: start, EndDate: end})
	if err != nil || r.GetNetIncome().GetAmount() != want {
		t.Errorf("net income from %s to %s: got %v, %v, want %s", start, end, r.GetNetIncome(), err, want)
	}
}

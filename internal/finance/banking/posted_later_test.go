package banking_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// checkTiming checks the figures of a new reconciliation after its outstanding lines are named: it
// has no difference.
func (b bank) checkTiming(t *testing.T, account, date, balance, outstanding, later string) *pb.Reconciliation {
	t.Helper()
	of, err := b.GetBankAccount(t.Context(), &pb.GetBankAccountRequest{BankAccountId: account})
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.CreateReconciliation(t.Context(), &pb.CreateReconciliationRequest{Reconciliation: &pb.Reconciliation{
		BankAccountId: account, StatementDate: date,
		StatementBalance: &typepb.Money{Amount: balance, CurrencyCode: of.GetCurrencyCode()},
	}})
	if err != nil {
		t.Fatal(err)
	}
	_, ids, suggested := b.suggestOutstanding(t, r)
	r, err = b.UpdateReconciliation(t.Context(), &pb.UpdateReconciliationRequest{
		ReconciliationId: r.GetId(), Reconciliation: &pb.Reconciliation{OutstandingJournalLineIds: ids},
		UpdateMask: mask("outstanding_journal_line_ids"),
	})
	if err != nil || r.GetPostedLater().GetAmount() != later || r.GetOutstanding().GetAmount() != outstanding ||
		r.GetDifference().GetAmount() != "0.00" || suggested.GetDifference().GetAmount() != "0.00" {
		t.Errorf("%s: got %v, %v; suggested %v", date, r, err, suggested)
	}
	return r
}

// TestLinesPostedLaterAreTimingItems categorizes lines of March in April. The reconciliation of
// March shows them, and can be completed. Its figures stay, and April adds up without them.
func TestLinesPostedLaterAreTimingItems(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	start := b.importLines(t, b.account.GetId(), "2026-02-28,Deposit,5000.00\n")[0]
	if _, err := b.categorize(t, start.GetId(), b.split("OWNER_EQUITY", "")); err != nil {
		t.Fatal(err)
	}
	said := b.importLines(t, b.account.GetId(),
		"2026-03-05,Stationery,-100.00\n2026-03-06,Sale,30.00\n2026-03-07,Cash,-2.00\n2026-04-08,Cash,-1.00\n")
	b.closeMonths(t, "2026-03-31")
	for i, date := range []string{"2026-04-10", "2026-04-01", "", ""} {
		if i == 2 {
			b.checkTiming(t, b.account.GetId(), "2026-03-31", "4930.00", "0.00", "-70.00")
			date = "2026-05-02"
		}
		if _, err := b.CategorizeBankStatementLine(t.Context(), &pb.CategorizeBankStatementLineRequest{
			BankStatementLineId: said[i].GetId(), PostingDate: date,
			Splits: []*pb.BankStatementLine_Split{{AccountId: b.codes["OTHER_EXPENSE"]}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	march := b.checkTiming(t, b.account.GetId(), "2026-03-31", "4928.00", "0.00", "-72.00")
	if _, err := b.complete(t, march.GetId()); err != nil {
		t.Fatal(err)
	}
	b.checkTiming(t, b.account.GetId(), "2026-04-05", "4928.00", "0.00", "-102.00")
	april := b.checkTiming(t, b.account.GetId(), "2026-04-30", "4927.00", "0.00", "-2.00")
	if _, err := b.complete(t, april.GetId()); err != nil {
		t.Fatal(err)
	}
	_, err := b.undoLine(t, said[0].GetId())
	wantReason(t, err, optionsv1.Reason_BANK_STATEMENT_LINE_RECONCILED)
	kept, err := b.GetReconciliation(t.Context(), &pb.GetReconciliationRequest{ReconciliationId: march.GetId()})
	if err != nil || kept.GetPostedLater().GetAmount() != "-72.00" || kept.GetBookBalance().GetAmount() != "5000.00" {
		t.Errorf("got %v, %v", kept, err)
	}
	reopened, err := b.ReopenReconciliation(t.Context(), &pb.ReopenReconciliationRequest{
		ReconciliationId: april.GetId(), Reason: "To undo a line",
	})
	if err != nil || reopened.GetPostedLater().GetAmount() != "-2.00" {
		t.Errorf("got %v, %v", reopened, err)
	}
	b.checkTiming(t, b.account.GetId(), "2026-05-31", "4927.00", "0.00", "0.00")
}

// TestPartsOfMatchesPostedLater reconciles within matches: some of their lines are booked and some
// of their entries are dated by then. The shares add up to the cent.
func TestPartsOfMatchesPostedLater(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	own, expense := b.account.GetLedgerAccountId(), b.codes["OTHER_EXPENSE"]
	match := func(date string, m *pb.BankMatch) {
		t.Helper()
		if _, err := b.CreateBankMatch(t.Context(), &pb.CreateBankMatchRequest{
			BankMatch: m, PostingDate: date,
		}); err != nil {
			t.Fatal(err)
		}
	}
	said := b.importLines(t, b.account.GetId(), "2026-03-30,Part,-60.00\n2026-04-02,Rest,-40.00\n")
	match("", &pb.BankMatch{Lines: lines(said[0], said[1]), Entries: entries(
		b.post(t, "2026-03-31", expense, own, "70.00"), b.post(t, "2026-04-03", expense, own, "30.00"))})
	b.checkTiming(t, b.account.GetId(), "2026-03-31", "-60.00", "-28.00", "-18.00")

	said = b.importLines(t, b.account.GetId(), "2026-03-29,A third,-1.00\n2026-04-04,The rest,-2.00\n")
	match("", &pb.BankMatch{Lines: lines(said[0], said[1]), Entries: entries(
		b.post(t, "2026-03-28", expense, own, "1.00"), b.post(t, "2026-03-31", expense, own, "1.00"),
		b.post(t, "2026-04-01", expense, own, "1.00"))})
	b.checkTiming(t, b.account.GetId(), "2026-03-31", "-61.00", "-29.34", "-18.34")

	// The match settles a debt and posts a fee in April, and takes an entry of March.
	owed := b.codes["PAYROLL_LIABILITY"]
	said = b.importLines(t, b.account.GetId(), "2026-03-27,Payment,-50.00\n")
	match("2026-04-02", &pb.BankMatch{
		Lines: lines(said[0]), Entries: append(
			onAccount(owed, entries(b.post(t, "2026-03-02", expense, owed, "20.00"))),
			entries(b.post(t, "2026-03-20", expense, own, "27.00"))...),
		Fees: []*pb.BankMatch_Fee{{AccountId: expense, Amount: &typepb.Money{Amount: "3"}}},
	})
	b.checkTiming(t, b.account.GetId(), "2026-03-31", "-111.00", "-29.34", "-41.34")
	b.checkTiming(t, b.account.GetId(), "2026-03-28", "-50.00", "-1.00", "-23.00")
	b.checkTiming(t, b.account.GetId(), "2026-04-30", "-153.00", "0.00", "0.00")
}

// TestTransferPostedLaterIsTimingItem reconciles both sides of a transfer of a closed month.
func TestTransferPostedLaterIsTimingItem(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	euros, more := b.addBankAccount(t, "EUR"), b.addBankAccount(t, "EUR")
	out := b.importLines(t, euros, "2026-03-30,To savings,-40.00\n")[0]
	in := b.importLines(t, more, "2026-04-02,From checking,40.00\n")[0]
	if _, err := b.CreateBankTransfer(t.Context(), &pb.CreateBankTransferRequest{
		PostingDate: "2026-04-05", BankTransfer: &pb.BankTransfer{
			OutgoingLineId: out.GetId(), IncomingLineId: in.GetId(), ExchangeRate: "1.1",
		},
	}); err != nil {
		t.Fatal(err)
	}
	b.checkTiming(t, euros, "2026-03-31", "-40.00", "0.00", "-40.00")
	b.checkTiming(t, more, "2026-03-31", "0.00", "0.00", "0.00")
	b.checkTiming(t, euros, "2026-04-03", "-40.00", "0.00", "-40.00")
	b.checkTiming(t, more, "2026-04-03", "40.00", "0.00", "40.00")
	b.checkTiming(t, euros, "2026-04-05", "-40.00", "0.00", "0.00")
	b.checkTiming(t, more, "2026-04-05", "40.00", "0.00", "0.00")
}

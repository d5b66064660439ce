package banking_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

func (b bank) createTransfer(t *testing.T, m *pb.BankTransfer) (*pb.BankTransfer, error) {
	return b.CreateBankTransfer(t.Context(), &pb.CreateBankTransferRequest{BankTransfer: m})
}

func (b bank) ledgerAccountOf(t *testing.T, account string) string {
	t.Helper()
	a, err := b.GetBankAccount(t.Context(), &pb.GetBankAccountRequest{BankAccountId: account})
	if err != nil {
		t.Fatal(err)
	}
	return a.GetLedgerAccountId()
}

// TestFindCreateAndUndoTransfer covers a transfer whose sides are days apart and that has a fee.
func TestFindCreateAndUndoTransfer(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	savings := b.addBankAccount(t, "USD")
	out := b.importLines(t, b.account.GetId(), "2026-01-05,Transfer to savings,-500.00\n2026-01-05,Rent,-70.00\n")
	in := b.importLines(t, savings, "2026-01-08,Deposit,498.00\n")[0]
	b.checkFoundTransfer(t, savings, out[0].GetId(), in.GetId())
	whole := &pb.BankTransfer{OutgoingLineId: out[0].GetId(), IncomingLineId: in.GetId()}
	_, err := b.createTransfer(t, whole)
	wantReason(t, err, optionsv1.Reason_TRANSFER_AMOUNT_DIFFERS)
	whole.Fee = &pb.BankMatch_Fee{AccountId: b.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: "2"}}
	made, err := b.createTransfer(t, whole)
	if err != nil || made.GetState() != pb.BankTransfer_PAIRED || made.GetDate() != "2026-01-05" ||
		made.GetSentAmount().GetAmount() != "500.00" || made.GetReceivedAmount().GetAmount() != "498.00" {
		t.Fatalf("got %v, %v", made, err)
	}
	b.checkNetIncome(t, "-2.00")
	for _, l := range b.findLines(t, "state = MATCHED") {
		if l.GetBankTransferId() != made.GetId() || l.GetJournalEntryId() != made.GetJournalEntryId() {
			t.Errorf("got %v", l)
		}
	}
	_, err = b.createTransfer(t, whole)
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	_, err = b.pair(t, made.GetId(), in.GetId())
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	if l, err := b.undoLine(t, in.GetId()); err != nil || l.GetState() != pb.BankStatementLine_UNMATCHED ||
		l.GetBankTransferId() != "" {
		t.Fatalf("got %v, %v", l, err)
	}
	if undone, err := b.GetBankTransfer(
		t.Context(), &pb.GetBankTransferRequest{BankTransferId: made.GetId()},
	); err != nil || undone.GetState() != pb.BankTransfer_UNDONE {
		t.Errorf("got %v, %v", undone, err)
	}
	if waiting := b.findLines(t, "state = UNMATCHED"); len(waiting) != 3 {
		t.Errorf("got %v", waiting)
	}
	b.checkNetIncome(t, "0.00")
	_, err = b.undoTransfer(t, made.GetId())
	wantReason(t, err, optionsv1.Reason_STATE_REFUSES_ACTION)
	if _, err := b.undoImport(t, in.GetStatementImportId()); err != nil {
		t.Errorf("undoing the import of a line of an undone transfer: %v", err)
	}
}

// checkFoundTransfer checks that one pair of lines is found, with a fee of 2.00 and three days
// apart.
func (b bank) checkFoundTransfer(t *testing.T, account, outgoing, incoming string) {
	t.Helper()
	found, err := b.FindBankTransfers(t.Context(), &pb.FindBankTransfersRequest{
		BankAccountId: account, StartDate: "2026-01-01", EndDate: "2026-01-31",
	})
	if err != nil || len(found.GetPairs()) != 1 || found.GetTruncated() {
		t.Fatalf("got %v, %v", found, err)
	}
	pair := found.GetPairs()[0]
	if pair.GetOutgoingLine().GetId() != outgoing || pair.GetIncomingLine().GetId() != incoming ||
		pair.GetFee().GetAmount() != "2.00" || pair.GetScore() == 0 || len(pair.GetReasons()) < 3 {
		t.Errorf("got %v", pair)
	}
	if near, err := b.FindBankTransfers(t.Context(), &pb.FindBankTransfersRequest{MaxDays: 1}); err != nil ||
		len(near.GetPairs()) != 0 {
		t.Errorf("got %v, %v", near, err)
	}
	_, err = b.FindBankTransfers(t.Context(), &pb.FindBankTransfersRequest{StartDate: "January"})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID)
}

// TestOneSidedTransferBlocksClose checks that a transfer with one side is reported as a close
// blocker, and is paired when the line of the other side is imported.
func TestOneSidedTransferBlocksClose(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	savings := b.addBankAccount(t, "USD")
	out := b.importLines(t, b.account.GetId(), "2026-01-30,To savings,-500.00\n")[0]
	_, err := b.createTransfer(t, &pb.BankTransfer{OutgoingLineId: out.GetId()})
	wantReason(t, err, optionsv1.Reason_FIELDS_INVALID)
	made, err := b.createTransfer(t, &pb.BankTransfer{OutgoingLineId: out.GetId(), ToBankAccountId: savings})
	if err != nil || made.GetState() != pb.BankTransfer_OPEN {
		t.Fatalf("got %v, %v", made, err)
	}
	blocker := b.transferBlocker(t)
	if blocker.GetCount() != 1 {
		t.Fatalf("got %v", blocker)
	}
	if listed, err := b.ListBankTransfers(
		t.Context(), &pb.ListBankTransfersRequest{Filter: blocker.GetFilter()},
	); err != nil || len(listed.GetBankTransfers()) != 1 {
		t.Errorf("%s: got %v, %v, want one transfer", blocker.GetFilter(), listed, err)
	}
	in := b.importLines(
		t, savings, "2026-02-02,Deposit,500.00\n2026-02-03,Deposit,499.00\n2026-02-03,Deposit again,500.00\n",
	)
	pair := func(line *pb.BankStatementLine) error {
		_, err := b.pair(t, made.GetId(), line.GetId())
		return err
	}
	wantReason(t, pair(out), optionsv1.Reason_TRANSFER_SIDES_WRONG)
	wantReason(t, pair(in[1]), optionsv1.Reason_TRANSFER_AMOUNT_DIFFERS)
	_, err = b.createMatch(t, &pb.BankMatch{
		Lines: lines(in[0]), Entries: []*pb.BankMatch_Entry{{JournalEntryId: made.GetJournalEntryId()}},
	})
	wantReason(t, err, optionsv1.Reason_JOURNAL_ENTRY_OF_TRANSFER)
	matched, err := b.matchLine(t, in[0].GetId(), made.GetJournalEntryId())
	if err != nil || matched.GetBankTransferId() != made.GetId() || matched.GetState() != pb.BankStatementLine_MATCHED {
		t.Fatalf("got %v, %v", matched, err)
	}
	if blocker := b.transferBlocker(t); blocker != nil {
		t.Errorf("got %v", blocker)
	}
	wantReason(t, pair(in[2]), optionsv1.Reason_STATE_REFUSES_ACTION)
}

// transferBlocker returns the close blocker of January for transfers with one side, or nil.
func (b bank) transferBlocker(t *testing.T) *pb.CloseBlocker {
	t.Helper()
	got, err := b.ledger.GetCloseBlockers(t.Context(), &pb.GetCloseBlockersRequest{AccountingPeriodId: b.januaryPeriod(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, blocker := range got.GetBlockers() {
		if blocker.GetKind() == pb.CloseBlocker_TRANSFER_UNMATCHED {
			return blocker
		}
	}
	return nil
}

// TestTransferBetweenCurrencies checks that both amounts of a transfer are booked at a value in the
// base currency.
func TestTransferBetweenCurrencies(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	abroad, pounds := b.addBankAccount(t, "EUR"), b.addBankAccount(t, "GBP")
	out := b.importLines(t, b.account.GetId(), "2026-01-05,Exchange,-1101.00\n")[0]
	in := b.importLines(t, abroad, "2026-01-06,Exchange,1000.00\n2026-01-07,To London,-100.00\n")
	arrived := b.importLines(t, pounds, "2026-01-08,From Berlin,85.00\n")[0]
	_, err := b.createTransfer(t, &pb.BankTransfer{OutgoingLineId: out.GetId(), ToBankAccountId: abroad})
	wantReason(t, err, optionsv1.Reason_TRANSFER_SIDES_WRONG)
	made, err := b.createTransfer(t, &pb.BankTransfer{
		OutgoingLineId: out.GetId(), IncomingLineId: in[0].GetId(),
		Fee: &pb.BankMatch_Fee{AccountId: b.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: "1.00"}},
	})
	if err != nil || made.GetReceivedAmount().GetCurrencyCode() != "EUR" {
		t.Fatalf("got %v, %v", made, err)
	}
	if got := b.balance(t, b.ledgerAccountOf(t, abroad)); got != "1100.00/0.00" {
		t.Errorf("value of the euros: got %s, want 1100.00/0.00", got)
	}
	foreign := &pb.BankTransfer{OutgoingLineId: in[1].GetId(), IncomingLineId: arrived.GetId()}
	_, err = b.createTransfer(t, foreign)
	wantReason(t, err, optionsv1.Reason_EXCHANGE_RATE_MISSING)
	foreign.ExchangeRate = "1.1"
	if _, err := b.createTransfer(t, foreign); err != nil {
		t.Fatal(err)
	}
	if got := b.balance(t, b.ledgerAccountOf(t, pounds)); got != "110.00/0.00" {
		t.Errorf("value of the pounds: got %s, want 110.00/0.00", got)
	}
}

// TestInvalidTransferIsRefused checks the reason of each refusal.
func TestInvalidTransferIsRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	savings, third := b.addBankAccount(t, "USD"), b.addBankAccount(t, "USD")
	own := b.importLines(t, b.account.GetId(), "2026-01-05,Out,-5.00\n2026-01-05,In,5.00\n")
	there := b.importLines(t, savings, "2026-01-05,In,5.00\n")[0]
	for name, c := range map[string]struct {
		transfer *pb.BankTransfer
		reason   optionsv1.Reason
	}{
		"rejects a transfer without lines": {
			&pb.BankTransfer{FromBankAccountId: savings, ToBankAccountId: third}, optionsv1.Reason_FIELDS_INVALID,
		},
		"rejects two lines of one account": {&pb.BankTransfer{
			OutgoingLineId: own[0].GetId(), IncomingLineId: own[1].GetId(),
		}, optionsv1.Reason_TRANSFER_SIDES_WRONG},
		"rejects two lines of money in": {&pb.BankTransfer{
			OutgoingLineId: own[1].GetId(), IncomingLineId: there.GetId(),
		}, optionsv1.Reason_TRANSFER_SIDES_WRONG},
		"rejects money out as the incoming line": {
			&pb.BankTransfer{IncomingLineId: own[0].GetId(), FromBankAccountId: savings}, optionsv1.Reason_TRANSFER_SIDES_WRONG,
		},
		"rejects an account that is not the line's": {&pb.BankTransfer{
			OutgoingLineId: own[0].GetId(), IncomingLineId: there.GetId(), ToBankAccountId: third,
		}, optionsv1.Reason_TRANSFER_SIDES_WRONG},
		"rejects an unknown line": {&pb.BankTransfer{
			OutgoingLineId: "bsl_01k9zzzzzzzzzzzzzzzzzzzzzz", ToBankAccountId: third,
		}, optionsv1.Reason_REFERENCE_NOT_FOUND},
		"rejects a rate within one currency": {&pb.BankTransfer{
			OutgoingLineId: own[0].GetId(), IncomingLineId: there.GetId(), ExchangeRate: "2",
		}, optionsv1.Reason_FIELDS_INVALID},
		"rejects a fee on the bank account itself": {&pb.BankTransfer{
			OutgoingLineId: own[0].GetId(), IncomingLineId: there.GetId(),
			Fee: &pb.BankMatch_Fee{AccountId: b.account.GetLedgerAccountId(), Amount: &typepb.Money{Amount: "1"}},
		}, optionsv1.Reason_FIELDS_INVALID},
	} {
		_, err := b.createTransfer(t, c.transfer)
		if apptest.Reason(err) != c.reason {
			t.Errorf("%s: got %v, want %s", name, err, c.reason)
		}
	}
}

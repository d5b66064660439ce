package banking_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// checkUndecided checks that a line is unmatched and fully open.
func (b bank) checkUndecided(t *testing.T, l *pb.BankStatementLine) {
	t.Helper()
	if got := b.findLines(t, `id = "`+l.GetId()+`"`)[0]; got.GetState() != pb.BankStatementLine_UNMATCHED ||
		got.GetJournalEntryId() != "" || got.GetOpenAmount().GetAmount() != l.GetAmount().GetAmount() {
		t.Errorf("line after a refused decision: got %v, want it unmatched", got)
	}
}

// TestExchangeGainAddsMissingAccount posts an exchange loss although the chart's account for it is
// archived.
func TestExchangeGainAddsMissingAccount(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	prepaid, gains := b.codes["PREPAID_EXPENSE"], b.codes["REALIZED_EXCHANGE_GAIN"]
	if _, err := b.ledger.ArchiveAccount(t.Context(), &pb.ArchiveAccountRequest{AccountId: gains}); err != nil {
		t.Fatal(err)
	}
	receivable := b.post(t, "2026-01-02", prepaid, b.codes["OTHER_INCOME"], "100", euros("1.10"))
	said := b.importLines(t, b.account.GetId(), "2026-02-05,Customer,108.00\n")
	if m, err := b.createMatch(t, &pb.BankMatch{
		Lines: lines(said[0]), Entries: onAccount(prepaid, entries(receivable)), ExchangeDifference: true,
	}); err != nil || m.GetExchangeGain().GetAmount() != "-2.00" {
		t.Errorf("got %v, %v", m, err)
	}
	if held := b.balance(t, gains); held != "" && held != "0.00/0.00" {
		t.Errorf("the archived account has a balance of %s", held)
	}
}

// TestReconciledDecisionsAreNotUndone checks that the server refuses to undo a match and a transfer
// that a completed reconciliation of either account includes, by the match or transfer and by each
// line.
func TestReconciledDecisionsAreNotUndone(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	savings, own := b.addBankAccount(t, "USD"), b.account.GetLedgerAccountId()
	mine := b.importLines(t, b.account.GetId(), "2026-01-05,Sale,100.00\n2026-01-06,To savings,-30.00\n")
	theirs := b.importLines(t, savings, "2026-02-02,From checking,30.00\n")[0]
	matched, err := b.createMatch(t, &pb.BankMatch{
		Lines: lines(mine[0]), Entries: entries(b.post(t, "2026-01-03", own, b.codes["OTHER_INCOME"], "100")),
	})
	if err != nil {
		t.Fatal(err)
	}
	moved, err := b.createTransfer(t, &pb.BankTransfer{OutgoingLineId: mine[1].GetId(), IncomingLineId: theirs.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	r := b.createReconciliation(t, "2026-01-31", "70.00")
	if _, err := b.complete(t, r.GetId()); err != nil {
		t.Fatal(err)
	}
	undo := b.undoCalls(t, matched.GetId(), moved.GetId(), map[string]*pb.BankStatementLine{
		"the matched line": mine[0], "its side of the transfer": mine[1], "the other side": theirs,
	})
	for name, try := range undo {
		if err := try(); apptest.Reason(err) != optionsv1.Reason_BANK_STATEMENT_LINE_RECONCILED {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for _, l := range b.findLines(t, "") {
		if l.GetState() != pb.BankStatementLine_MATCHED {
			t.Errorf("line after a refused undo: got %v, want it matched", l)
		}
	}
	if got := b.balance(t, own); got != "70.00/0.00" {
		t.Errorf("balance of the account: got %s, want 70.00/0.00", got)
	}
	if _, err := b.ReopenReconciliation(t.Context(), &pb.ReopenReconciliationRequest{
		ReconciliationId: r.GetId(), Reason: "Wrong",
	}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"the match", "the other side"} {
		if err := undo[name](); err != nil {
			t.Errorf("undoing %s after the reopening: %v", name, err)
		}
	}
}

// undoCalls returns the calls that undo a match, a transfer and the decisions about lines, by name.
func (b bank) undoCalls(
	t *testing.T, match, transfer string, lines map[string]*pb.BankStatementLine,
) map[string]func() error {
	undo := map[string]func() error{
		"the match": func() error {
			_, err := b.undoMatch(t, match)
			return err
		},
		"the transfer": func() error {
			_, err := b.undoTransfer(t, transfer)
			return err
		},
	}
	for name, l := range lines {
		undo[name] = func() error {
			_, err := b.undoLine(t, l.GetId())
			return err
		}
	}
	return undo
}

// TestControlAccountsAreRefused checks that every decision about a line refuses the control
// accounts of invoices and bills.
func TestControlAccountsAreRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	said := b.importLines(t, b.account.GetId(), "2026-01-05,Customer,100.00\n2026-01-06,Supplier,-30.00\n")
	paid := b.post(t, "2026-01-03", b.account.GetLedgerAccountId(), b.codes["OTHER_INCOME"], "90")
	for _, control := range []string{"ACCOUNTS_RECEIVABLE", "ACCOUNTS_PAYABLE"} {
		for i, l := range said {
			_, whole := b.categorize(t, l.GetId(), b.split(control, ""))
			_, part := b.categorize(t, l.GetId(),
				b.split("OTHER_EXPENSE", []string{"60", "20"}[i]), b.split(control, []string{"40", "10"}[i]))
			_, beside := b.MarkPersonalBankStatementLine(t.Context(), &pb.MarkPersonalBankStatementLineRequest{
				BankStatementLineId: l.GetId(), BusinessSplits: []*pb.BankStatementLine_Split{b.split(control, "5")},
			})
			for field, err := range map[string]error{
				"splits[0].accountId": whole, "splits[1].accountId": part, "businessSplits[0].accountId": beside,
			} {
				if apptest.Reason(err) != optionsv1.Reason_ACCOUNT_IS_CONTROL || !slices.Contains(apptest.Fields(err), field) {
					t.Errorf("%s at %s: got %v at %v", control, field, err, apptest.Fields(err))
				}
			}
		}
		_, err := b.createMatch(t, &pb.BankMatch{Lines: lines(said[0]), Entries: entries(paid), Fees: []*pb.BankMatch_Fee{
			{AccountId: b.codes[control], Amount: &typepb.Money{Amount: "-10"}},
		}})
		wantReason(t, err, optionsv1.Reason_ACCOUNT_IS_CONTROL)
	}
	b.checkUndecided(t, said[0])
	b.checkUndecided(t, said[1])
}

// TestEntryInSeveralCurrenciesIsRefused checks that the server refuses to match an entry with two
// currencies on one account.
func TestEntryInSeveralCurrenciesIsRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	prepaid := b.codes["PREPAID_EXPENSE"]
	line := b.importLines(t, b.account.GetId(), "2026-01-05,Customer,160.00\n")[0]
	both := func(e *pb.JournalEntry) {
		e.Lines = []*pb.JournalLine{
			{AccountId: prepaid, Amount: &typepb.Money{Amount: "50.00", CurrencyCode: "USD"}},
			{AccountId: prepaid, Amount: &typepb.Money{Amount: "100.00", CurrencyCode: "EUR"}, ExchangeRate: "1.10"},
			{AccountId: b.codes["OTHER_INCOME"], Amount: &typepb.Money{Amount: "-160.00", CurrencyCode: "USD"}},
		}
	}
	entry := b.post(t, "2026-01-03", prepaid, b.codes["OTHER_INCOME"], "160", both)
	_, err := b.createMatch(t, &pb.BankMatch{
		Lines: lines(line), Entries: onAccount(prepaid, entries(entry)), ExchangeDifference: true,
	})
	wantReason(t, err, optionsv1.Reason_MATCH_MOVES_NOTHING)
	_, err = b.matchLine(t, line.GetId(), b.post(t, "2026-01-03", prepaid, b.codes["OTHER_INCOME"], "160").GetId())
	wantReason(t, err, optionsv1.Reason_MATCH_MOVES_NOTHING)
	b.checkUndecided(t, line)
}

// TestInvalidMatchIsRefused checks the reason of each refusal.
func TestInvalidMatchIsRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	own, savings := b.account.GetLedgerAccountId(), b.addBankAccount(t, "USD")
	paid := b.post(t, "2026-01-03", own, b.codes["OTHER_INCOME"], "100")
	reversed := b.post(t, "2026-01-03", own, b.codes["OTHER_INCOME"], "100")
	if _, err := b.reverse(t, reversed.GetId()); err != nil {
		t.Fatal(err)
	}
	line := b.importLines(t, b.account.GetId(), "2026-01-05,Sale,100.00\n")[0]
	there := b.importLines(t, savings, "2026-01-05,Interest,1.00\n")[0]
	b.checkMatchesRefused(t, line, map[string]matchCase{
		"rejects an empty match": {&pb.BankMatch{}, optionsv1.Reason_FIELDS_INVALID},
		"rejects a line twice": {
			&pb.BankMatch{Lines: lines(line, "50", line, "50"), Entries: entries(paid)}, optionsv1.Reason_FIELDS_INVALID,
		},
		"rejects an entry twice": {
			&pb.BankMatch{Lines: lines(line), Entries: entries(paid, "50", paid, "50")}, optionsv1.Reason_FIELDS_INVALID,
		},
		"rejects an unknown line": {&pb.BankMatch{
			Lines: []*pb.BankMatch_Line{{BankStatementLineId: "bsl_01k9zzzzzzzzzzzzzzzzzzzzzz"}}, Entries: entries(paid),
		}, optionsv1.Reason_REFERENCE_NOT_FOUND},
		"rejects an unknown entry": {&pb.BankMatch{
			Lines: lines(line), Entries: []*pb.BankMatch_Entry{{JournalEntryId: "jrn_01k9zzzzzzzzzzzzzzzzzzzzzz"}},
		}, optionsv1.Reason_REFERENCE_NOT_FOUND},
		"rejects lines of two bank accounts": {
			&pb.BankMatch{Lines: lines(line, there), Entries: entries(paid)}, optionsv1.Reason_MATCH_ACROSS_ACCOUNTS,
		},
		"rejects a reversed entry": {
			&pb.BankMatch{Lines: lines(line), Entries: entries(reversed)}, optionsv1.Reason_JOURNAL_ENTRY_REVERSED,
		},
		"rejects an entry without lines on the account": {
			&pb.BankMatch{Lines: lines(there), Entries: entries(paid)}, optionsv1.Reason_MATCH_MOVES_NOTHING,
		},
		"rejects an income account": {&pb.BankMatch{
			Lines: lines(line), Entries: onAccount(b.codes["OTHER_INCOME"], entries(paid)),
		}, optionsv1.Reason_MATCH_ACCOUNT_REFUSED},
		"rejects the ledger account of another bank account": {&pb.BankMatch{
			Lines: lines(line), Entries: onAccount(b.ledgerAccountOf(t, savings), entries(paid)),
		}, optionsv1.Reason_MATCH_ACCOUNT_REFUSED},
	})
}

// TestInvalidMatchAmountIsRefused checks the reason of each refusal of amounts, rates and fees.
func TestInvalidMatchAmountIsRefused(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	paid := b.post(t, "2026-01-03", b.account.GetLedgerAccountId(), b.codes["OTHER_INCOME"], "100")
	line := b.importLines(t, b.account.GetId(), "2026-01-05,Sale,100.00\n")[0]
	b.checkMatchesRefused(t, line, map[string]matchCase{
		"rejects an exchange difference within one currency": {&pb.BankMatch{
			Lines: lines(line), Entries: entries(paid), ExchangeDifference: true,
		}, optionsv1.Reason_MATCH_WITHOUT_EXCHANGE},
		"rejects a rate within one currency": {
			&pb.BankMatch{Lines: lines(line), Entries: entries(paid), ExchangeRate: "1.1"}, optionsv1.Reason_FIELDS_INVALID,
		},
		"rejects a fee on a control account": {&pb.BankMatch{
			Lines: lines(line), Entries: entries(paid, "99"),
			Fees: []*pb.BankMatch_Fee{{AccountId: b.codes["ACCOUNTS_PAYABLE"], Amount: &typepb.Money{Amount: "-1"}}},
		}, optionsv1.Reason_ACCOUNT_IS_CONTROL},
		"rejects a fee of zero": {&pb.BankMatch{
			Lines: lines(line), Entries: entries(paid),
			Fees: []*pb.BankMatch_Fee{{AccountId: b.codes["OTHER_EXPENSE"], Amount: &typepb.Money{Amount: "0"}}},
		}, optionsv1.Reason_FIELDS_INVALID},
		"rejects more than the open amount": {
			&pb.BankMatch{Lines: lines(line, "120"), Entries: entries(paid)}, optionsv1.Reason_MATCH_EXCEEDS_OPEN,
		},
	})
}

// matchCase is a match that is refused, with the reason.
type matchCase struct {
	match  *pb.BankMatch
	reason optionsv1.Reason
}

// checkMatchesRefused checks that matches are refused, and that the line is unmatched after that.
func (b bank) checkMatchesRefused(t *testing.T, line *pb.BankStatementLine, cases map[string]matchCase) {
	t.Helper()
	for name, c := range cases {
		_, err := b.createMatch(t, c.match)
		if apptest.Reason(err) != c.reason {
			t.Errorf("%s: got %v, want %s", name, err, c.reason)
		}
	}
	if l := b.findLines(t, `id = "`+line.GetId()+`"`)[0]; l.GetState() != pb.BankStatementLine_UNMATCHED {
		t.Errorf("line after refused matches: got %v, want it unmatched", l)
	}
}

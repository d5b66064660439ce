package banking_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
)

// stressVerb is a call that a stress test repeats. The side, 0 or 1, lets the two sides of a pair
// work on different records.
type stressVerb struct {
	name string
	do   func(ctx context.Context, side int) error
}

// world is the set of records that the verbs of a stress test compete for.
type world struct {
	bank
	tally
	savings          string
	rent, sent, shop string // lines of money out of the main account
	received         string // the line of the savings account that is the other side of sent
	refund           string
	expense, other   string // accounts
	parents          [2]string
	paid, receivable string // entries that lines are matched to
	december, year   string
	imports          atomic.Int64
}

func newWorld(t *testing.T, b bank) *world {
	t.Helper()
	w := &world{bank: b, tally: tally{byVerb: map[string]*outcomes{}}, savings: b.addBankAccount(t, "USD")}
	w.expense, w.other = b.codes["OPERATING_EXPENSE"], b.codes["OTHER_EXPENSE"]
	out := b.importLines(
		t, b.account.GetId(), "2025-12-10,Rent,-10.00\n2026-01-10,To savings,-20.00\n2026-01-11,Shop,-30.00\n",
	)
	in := b.importLines(t, w.savings, "2026-01-10,From checking,20.00\n2026-01-11,Refund,30.00\n")
	w.rent, w.sent, w.shop = out[0].GetId(), out[1].GetId(), out[2].GetId()
	w.received, w.refund = in[0].GetId(), in[1].GetId()
	w.paid = b.post(t, "2026-01-11", w.expense, b.account.GetLedgerAccountId(), "30.00").GetId()
	w.receivable = b.post(t, "2026-01-11", b.codes["PREPAID_EXPENSE"], b.codes["OTHER_INCOME"], "30.00").GetId()
	for i, name := range []string{"Upper", "Lower"} {
		account := &pb.Account{DisplayName: name, Type: pb.Account_EXPENSE}
		a, err := b.ledger.CreateAccount(t.Context(), &pb.CreateAccountRequest{Account: account})
		if err != nil {
			t.Fatal(err)
		}
		w.parents[i] = a.GetId()
	}
	b.rule(t, &pb.BankRule{DisplayName: "Rent", Pattern: "Rent", AccountId: w.parents[0]})
	main := b.account.GetId()
	b.rule(t, &pb.BankRule{
		DisplayName: "Out", Pattern: "To savings", BankAccountId: main, TransferBankAccountId: w.savings,
	})
	b.rule(t, &pb.BankRule{
		DisplayName: "In", Pattern: "From check", BankAccountId: w.savings, TransferBankAccountId: main,
	})
	if err := w.openBalances(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.findDecember(t)
	return w
}

func (w *world) findDecember(t *testing.T) {
	t.Helper()
	last := &pb.ListAccountingPeriodsRequest{Filter: `end_date = "2025-12-31"`}
	list, err := w.ledger.ListAccountingPeriods(t.Context(), last)
	if err != nil || len(list.GetAccountingPeriods()) != 1 {
		t.Fatalf("got %v, %v", list, err)
	}
	w.december, w.year = list.GetAccountingPeriods()[0].GetId(), list.GetAccountingPeriods()[0].GetFiscalYearId()
}

// verbs returns all verbs that a stress test runs against each other.
func (w *world) verbs() []stressVerb {
	return slices.Concat(w.decisionVerbs(), w.lineVerbs(), w.batchVerbs(), w.matchVerbs(), w.transferVerbs(),
		w.importVerbs(), w.accountVerbs(), w.ledgerVerbs(), w.closeVerbs())
}

// pickLine returns the line that a side decides: on every other call, both sides decide the same
// line.
func (w *world) pickLine(side int) string {
	if w.calls.Load()%2 == 0 {
		return w.rent
	}
	return []string{w.rent, w.shop}[side]
}

func (w *world) undoLine(ctx context.Context, line string) error {
	_, err := w.UndoBankStatementLine(ctx, &pb.UndoBankStatementLineRequest{BankStatementLineId: line})
	return err
}

// decideAnew decides a line. If the line is already decided, it undoes that decision and tries
// again.
func (w *world) decideAnew(ctx context.Context, line string, decide func() error) error {
	if decide() == nil {
		return nil
	}
	if err := w.undoLine(ctx, line); err != nil {
		return err
	}
	return decide()
}

func (w *world) decisionVerbs() []stressVerb {
	decision := func(name string, decide func(ctx context.Context, line string) error) stressVerb {
		return stressVerb{name, func(ctx context.Context, side int) error {
			line := w.pickLine(side)
			return w.decideAnew(ctx, line, func() error { return decide(ctx, line) })
		}}
	}
	return []stressVerb{
		decision("categorize", func(ctx context.Context, line string) error {
			_, err := w.CategorizeBankStatementLine(ctx, &pb.CategorizeBankStatementLineRequest{
				BankStatementLineId: line, Splits: []*pb.BankStatementLine_Split{{AccountId: w.expense}},
			})
			return err
		}),
		decision("markPersonal", func(ctx context.Context, line string) error {
			_, err := w.MarkPersonalBankStatementLine(ctx, &pb.MarkPersonalBankStatementLineRequest{BankStatementLineId: line})
			return err
		}),
		decision("exclude", func(ctx context.Context, line string) error {
			_, err := w.ExcludeBankStatementLine(ctx, &pb.ExcludeBankStatementLineRequest{
				BankStatementLineId: line, Reason: "Twice",
			})
			return err
		}),
		decision("hold", func(ctx context.Context, line string) error {
			_, err := w.HoldBankStatementLine(ctx, &pb.HoldBankStatementLineRequest{BankStatementLineId: line, Reason: "Whose?"})
			return err
		}),
	}
}

func (w *world) lineVerbs() []stressVerb {
	return []stressVerb{
		{"undo", func(ctx context.Context, side int) error {
			return w.undoLine(ctx, []string{w.rent, w.sent, w.received, w.shop}[int(w.calls.Load())%4])
		}},
		{"match", func(ctx context.Context, _ int) error {
			return w.decideAnew(ctx, w.shop, func() error {
				_, err := w.MatchBankStatementLine(ctx, &pb.MatchBankStatementLineRequest{
					BankStatementLineId: w.shop, JournalEntryId: w.paid,
				})
				return err
			})
		}},
		{"applyRules", func(ctx context.Context, side int) error {
			account := []string{w.account.GetId(), w.savings}[side]
			_, err := w.ApplyBankRules(ctx, &pb.ApplyBankRulesRequest{BankAccountId: account})
			if err == nil {
				_ = w.undoLine(ctx, []string{w.rent, w.received}[side])
			}
			return err
		}},
	}
}

// matchParts matches a part of the refund, so that the line has several matches.
func (w *world) matchParts(ctx context.Context) (*pb.BankMatch, error) {
	return w.CreateBankMatch(ctx, &pb.CreateBankMatchRequest{BankMatch: &pb.BankMatch{
		Lines: []*pb.BankMatch_Line{{BankStatementLineId: w.refund, Amount: &typepb.Money{Amount: "1.00"}}},
		Entries: []*pb.BankMatch_Entry{{
			JournalEntryId: w.receivable, AccountId: w.codes["PREPAID_EXPENSE"], Amount: &typepb.Money{Amount: "1.00"},
		}},
	}})
}

// createTransfer creates a transfer from a line.
func (w *world) createTransfer(
	ctx context.Context, t *pb.BankTransfer, line string,
) (made *pb.BankTransfer, err error) {
	err = w.decideAnew(ctx, line, func() (refused error) {
		made, refused = w.CreateBankTransfer(ctx, &pb.CreateBankTransferRequest{BankTransfer: t})
		return refused
	})
	return made, err
}

func (w *world) matchVerbs() []stressVerb {
	return []stressVerb{
		{"createBankMatch", func(ctx context.Context, _ int) error {
			_, err := w.matchParts(ctx)
			if err != nil || w.calls.Load()%4 == 0 {
				_ = w.undoLine(ctx, w.refund)
			}
			return err
		}},
		{"undoBankMatch", func(ctx context.Context, _ int) error {
			made, err := w.matchParts(ctx)
			if err != nil {
				_ = w.undoLine(ctx, w.refund)
				return err
			}
			_, err = w.UndoBankMatch(ctx, &pb.UndoBankMatchRequest{BankMatchId: made.GetId()})
			return err
		}},
		{"payPrivately", func(ctx context.Context, _ int) error {
			made, err := w.CreatePrivateExpense(ctx, &pb.CreatePrivateExpenseRequest{PrivateExpense: &pb.PrivateExpense{
				Date: "2026-01-12", Payer: pb.PrivateExpense_OWNER,
				Splits: []*pb.BankStatementLine_Split{w.split("OPERATING_EXPENSE", "3")},
			}})
			if err == nil {
				_, err = w.UndoPrivateExpense(ctx, &pb.UndoPrivateExpenseRequest{PrivateExpenseId: made.GetId()})
			}
			return err
		}},
	}
}

func (w *world) transferVerbs() []stressVerb {
	return []stressVerb{
		{"createBankTransfer", func(ctx context.Context, side int) error {
			t := []*pb.BankTransfer{
				{OutgoingLineId: w.sent, IncomingLineId: w.received}, {OutgoingLineId: w.sent, ToBankAccountId: w.savings},
			}[side]
			_, err := w.createTransfer(ctx, t, w.sent)
			return err
		}},
		{"pairBankTransfer", func(ctx context.Context, _ int) error {
			made, err := w.createTransfer(ctx, &pb.BankTransfer{OutgoingLineId: w.sent, ToBankAccountId: w.savings}, w.sent)
			if err != nil {
				return err
			}
			return w.decideAnew(ctx, w.received, func() error {
				_, err = w.PairBankTransfer(ctx, &pb.PairBankTransferRequest{
					BankTransferId: made.GetId(), BankStatementLineId: w.received,
				})
				return err
			})
		}},
		{"undoBankTransfer", func(ctx context.Context, _ int) error {
			t := &pb.BankTransfer{IncomingLineId: w.received, FromBankAccountId: w.account.GetId()}
			made, err := w.createTransfer(ctx, t, w.received)
			if err != nil {
				return err
			}
			_, err = w.UndoBankTransfer(ctx, &pb.UndoBankTransferRequest{BankTransferId: made.GetId()})
			return err
		}},
	}
}

// importFile imports a file to one of the accounts. If ruled, bank rules decide some of its lines.
func (w *world) importFile(ctx context.Context, side int, ruled bool) (*pb.StatementImport, error) {
	n := w.imports.Add(1)
	rows := fmt.Sprintf("2026-01-20,Plain %d,-1.00\n", n)
	if ruled {
		rows += []string{
			fmt.Sprintf("2026-01-20,To savings %d,-2.00\n2025-12-20,Rent %d,-4.00\n", n, n),
			fmt.Sprintf("2026-01-20,From checking %d,2.00\n", n),
		}[side]
	}
	return w.CreateStatementImport(ctx, &pb.CreateStatementImportRequest{
		BankAccountId:   []string{w.account.GetId(), w.savings}[side],
		StatementImport: &pb.StatementImport{Content: []byte("Date,Text,Amount\n" + rows)},
	})
}

// createEarlyReconciliation creates a reconciliation that is dated before all lines.
func (w *world) createEarlyReconciliation(ctx context.Context) (*pb.Reconciliation, error) {
	return w.CreateReconciliation(ctx, &pb.CreateReconciliationRequest{Reconciliation: &pb.Reconciliation{
		BankAccountId: w.account.GetId(), StatementDate: "2025-11-30", StatementBalance: &typepb.Money{Amount: "0.00"},
	}})
}

func (w *world) importVerbs() []stressVerb {
	return []stressVerb{
		{"import", func(ctx context.Context, side int) error {
			_, err := w.importFile(ctx, side, true)
			return err
		}},
		{"undoImport", func(ctx context.Context, side int) error {
			made, err := w.importFile(ctx, side, false)
			if err == nil {
				_, err = w.UndoStatementImport(ctx, &pb.UndoStatementImportRequest{StatementImportId: made.GetId()})
			}
			return err
		}},
		{"archiveBankAccount", func(ctx context.Context, _ int) error {
			_, err := w.ArchiveBankAccount(ctx, &pb.ArchiveBankAccountRequest{BankAccountId: w.savings})
			if err == nil {
				_, err = w.UnarchiveBankAccount(ctx, &pb.UnarchiveBankAccountRequest{BankAccountId: w.savings})
			}
			return err
		}},
	}
}

func (w *world) accountVerbs() []stressVerb {
	return []stressVerb{
		{"reconcile", func(ctx context.Context, _ int) error {
			r, err := w.createEarlyReconciliation(ctx)
			if err != nil {
				return err
			}
			_, err = w.CompleteReconciliation(ctx, &pb.CompleteReconciliationRequest{ReconciliationId: r.GetId()})
			if err != nil {
				return err
			}
			_, err = w.ReopenReconciliation(ctx, &pb.ReopenReconciliationRequest{ReconciliationId: r.GetId(), Reason: "Again"})
			return err
		}},
		{"updateReconciliation", func(ctx context.Context, _ int) error {
			r, err := w.createEarlyReconciliation(ctx)
			if err != nil {
				return err
			}
			if _, err := w.UpdateReconciliation(ctx, &pb.UpdateReconciliationRequest{
				ReconciliationId: r.GetId(), UpdateMask: mask("statement_balance"),
				Reconciliation: &pb.Reconciliation{StatementBalance: &typepb.Money{Amount: "1.00", CurrencyCode: "USD"}},
			}); err != nil {
				return err
			}
			_, err = w.DeleteReconciliation(ctx, &pb.DeleteReconciliationRequest{ReconciliationId: r.GetId()})
			return err
		}},
		{"deleteBankAccount", func(ctx context.Context, _ int) error {
			_, refused := w.DeleteBankAccount(ctx, &pb.DeleteBankAccountRequest{BankAccountId: w.savings})
			short := &pb.BankAccount{DisplayName: "Short-lived"}
			a, err := w.CreateBankAccount(ctx, &pb.CreateBankAccountRequest{BankAccount: short})
			if err != nil || refused == nil {
				return err
			}
			_, err = w.DeleteBankAccount(ctx, &pb.DeleteBankAccountRequest{BankAccountId: a.GetId()})
			return err
		}},
	}
}

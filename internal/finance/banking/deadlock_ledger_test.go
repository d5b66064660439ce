package banking_test

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

func (w *world) openBalances(ctx context.Context) error {
	_, err := w.ledger.ImportOpeningBalances(ctx, &pb.ImportOpeningBalancesRequest{
		Date: "2025-12-31", Replace: true,
		Content: []byte("Account,Balance\nPrepaid Expenses,7.00\nRetained Earnings,-7.00\n"),
	})
	return err
}

func (w *world) closeDecember(ctx context.Context) error {
	_, err := w.ledger.CloseAccountingPeriod(ctx, &pb.CloseAccountingPeriodRequest{
		AccountingPeriodId: w.december, IncludeEarlier: true, Reason: "A test",
	})
	return err
}

func (w *world) reopenDecember(ctx context.Context) error {
	_, err := w.ledger.ReopenAccountingPeriod(ctx, &pb.ReopenAccountingPeriodRequest{
		AccountingPeriodId: w.december, Reason: "A test",
	})
	return err
}

func (w *world) ledgerVerbs() []stressVerb {
	return []stressVerb{
		{"reverse", func(ctx context.Context, side int) error {
			e, err := w.ledger.CreateJournalEntry(ctx, &pb.CreateJournalEntryRequest{JournalEntry: &pb.JournalEntry{
				Date: []string{"2025-12-15", "2026-01-15"}[side],
				Lines: []*pb.JournalLine{
					{AccountId: w.other, Amount: &typepb.Money{Amount: "1.00"}},
					{AccountId: w.account.GetLedgerAccountId(), Amount: &typepb.Money{Amount: "-1.00"}},
				},
			}})
			if err == nil {
				_, err = w.ledger.ReverseJournalEntry(ctx, &pb.ReverseJournalEntryRequest{JournalEntryId: e.GetId()})
			}
			return err
		}},
		{"moveAccount", func(ctx context.Context, side int) error {
			move := func(child, parent string) error {
				_, err := w.ledger.UpdateAccount(ctx, &pb.UpdateAccountRequest{
					AccountId: child, Account: &pb.Account{ParentAccountId: parent}, UpdateMask: mask("parent_account_id"),
				})
				return err
			}
			if err := move(w.parents[side], w.parents[1-side]); err != nil {
				return err
			}
			return move(w.parents[side], "")
		}},
	}
}

func (w *world) closeVerbs() []stressVerb {
	return []stressVerb{
		{"closePeriod", func(ctx context.Context, _ int) error {
			err := w.closeDecember(ctx)
			if apptest.Reason(w.reopenDecember(ctx)) == 0 {
				return nil
			}
			return err
		}},
		{"closeYear", func(ctx context.Context, _ int) error {
			_ = w.closeDecember(ctx)
			_, err := w.ledger.CloseFiscalYear(ctx, &pb.CloseFiscalYearRequest{FiscalYearId: w.year})
			_, reopened := w.ledger.ReopenFiscalYear(ctx, &pb.ReopenFiscalYearRequest{FiscalYearId: w.year, Reason: "A test"})
			_ = w.reopenDecember(ctx)
			if err == nil {
				err = reopened
			}
			return err
		}},
		{"openBalances", func(ctx context.Context, _ int) error { return w.openBalances(ctx) }},
	}
}

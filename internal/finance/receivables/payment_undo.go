package receivables

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
)

// NewPayment is a payment that a package above is about to record, with what it settles and the
// deposit request that it pays, if any.
type NewPayment struct {
	CustomerID       string
	Allocations      []*pb.Payment_NewAllocation
	DepositRequestID string
}

// Paid is what payments that a package above is about to record will settle: locked receivables,
// and lines with the accounts to which the taxes of deposits will be posted.
type Paid struct {
	Receivables []*pb.Receivable
	Lines       []*pb.JournalLine
}

// LockPaid locks the receivables that payments will settle, their documents, the deposit requests
// that they pay, and the customers who pay.
func (s *Service) LockPaid(ctx context.Context, tx *db.Tx, list []NewPayment) (paid Paid, err error) {
	var allocated []*pb.Payment_NewAllocation
	var payers, requests []string
	for _, p := range list {
		allocated, payers = append(allocated, p.Allocations...), append(payers, p.CustomerID)
		if p.DepositRequestID != "" {
			requests = append(requests, p.DepositRequestID)
		}
	}
	if paid.Receivables, err = s.lockAllocated(ctx, tx, allocated); err != nil {
		return paid, err
	}
	taxes, err := s.lockDeposits(ctx, tx, requests)
	if err != nil {
		return paid, err
	}
	if err := customers.LockShared(ctx, tx, payers); err != nil {
		return paid, err
	}
	paid.Lines, err = accountsOfTaxes(ctx, tx, taxes)
	return paid, err
}

// lockDeposits locks the deposit requests that payments will pay, and returns their taxes. Without
// a package that owns them, the payments are refused later.
func (s *Service) lockDeposits(ctx context.Context, tx *db.Tx, ids []string) ([]*pb.CustomerCredit_Tax, error) {
	for _, h := range s.hooks {
		if h.LockDeposits != nil && len(ids) > 0 {
			return h.LockDeposits(ctx, tx, ids)
		}
	}
	return nil, nil
}

// accountsOfTaxes returns lines with the accounts to which taxes of deposits will be posted.
func accountsOfTaxes(
	ctx context.Context, tx *db.Tx, taxes []*pb.CustomerCredit_Tax,
) (lines []*pb.JournalLine, err error) {
	for _, t := range taxes {
		if !isPosted(t) || t.AccountId == "" {
			continue
		}
		account, err := ledger.RoleAccount(ctx, tx, pb.AccountRole_TAX_ON_DEPOSITS)
		if err != nil {
			return nil, err
		}
		lines = append(lines, &pb.JournalLine{AccountId: account}, &pb.JournalLine{AccountId: t.AccountId})
	}
	return lines, nil
}

// LockForUndo locks payments that a caller is about to undo, with their allocations, credits and
// receivables. It returns the entries that are then reversed. Void payments are left out.
func (s *Service) LockForUndo(ctx context.Context, tx *db.Tx, paymentIDs []string) (entries []string, err error) {
	locked, err := payments.Table().LockMany(ctx, tx, paymentIDs)
	if err != nil {
		return nil, err
	}
	var credits []string
	for _, p := range locked {
		if p.State == pb.Payment_RECORDED {
			credits, entries = append(credits, CreditID(p.Id)), append(entries, p.JournalEntryId)
		}
	}
	active, err := s.lockActiveAllocations(ctx, tx, credits)
	for _, a := range active {
		entries = append(entries, a.JournalEntryId)
	}
	return entries, err
}

// UndoPayment voids a payment on its day, because the record that created it is undone. The caller
// holds the locks of LockForUndo and of the reversal. A void payment stays as it is.
func (s *Service) UndoPayment(ctx context.Context, tx *db.Tx, paymentID, reason string) error {
	p, err := payments.Table().Get(ctx, tx, paymentID)
	if err != nil || p.State == pb.Payment_VOID {
		return err
	}
	_, err = payments.StepIn(ctx, tx, paymentID, "void", func(ctx context.Context, tx *db.Tx, _, p *pb.Payment) error {
		return s.undoPayment(ctx, tx, p, "", reason, nil)
	})
	return err
}

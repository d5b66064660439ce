package receivables

import (
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// Return is money of a payment that a payment provider gave back to the customer, all of it or a
// part.
type Return struct {
	Date string
	// Minor is the amount in the currency of the payment, in minor units.
	Minor int64
	// AccountID is the account from which the money went, and Reference and Reason those of the
	// refunds.
	AccountID, Reference, Reason string
	// CreditIDs are further credits of the customer from which the amount may be taken, such as that
	// of a credit note for the paid invoice.
	CreditIDs []string
	// Lines are those of an entry of the same date that the caller posts afterward.
	Lines []*pb.JournalLine
}

// ReturnPayment records that money of a payment went back to the customer. It takes the amount from
// what is left of the payment, then from the further credits. For the rest it undoes allocations of
// the payment, the latest first, so that what they settled is open again.
func (s *Service) ReturnPayment(ctx context.Context, tx *db.Tx, paymentID string, r Return) ([]*pb.Refund, error) {
	p, err := payments.Table().Lock(ctx, tx, paymentID)
	if err != nil {
		return nil, err
	}
	creditIDs := append([]string{CreditID(p.Id)}, r.CreditIDs...)
	active, err := s.lockActiveAllocations(ctx, tx, creditIDs)
	if err != nil {
		return nil, err
	}
	left, err := customerCredits.Table().GetExisting(ctx, tx, creditIDs)
	if err != nil {
		return nil, err
	}
	plan, err := planReturn(p, left, active, r)
	if err != nil {
		return nil, err
	}
	if err := lockReturn(ctx, tx, plan, left, r); err != nil {
		return nil, err
	}
	if err := s.reopen(ctx, tx, plan, r); err != nil {
		return nil, err
	}
	refunded := make([]*pb.Refund, 0, len(plan.takes))
	for _, t := range plan.takes {
		refund := &pb.Refund{CustomerCreditId: t.credit.Id, Date: r.Date, AccountId: r.AccountID, Reference: r.Reference,
			Amount: money.ToProto(t.minor, p.Amount.CurrencyCode), Reason: r.Reason}
		if err := refunds.Insert(ctx, tx, refund, s.recordRefund); err != nil {
			return nil, err
		}
		refunded = append(refunded, refund)
	}
	return refunded, nil
}

// returnPlan is what returning money takes of credits, and which allocations it undoes for that.
type returnPlan struct {
	takes  []creditTake
	undone []*pb.Allocation
	// kept is what the last undone allocation still settles, in minor units.
	kept int64
}

type creditTake struct {
	credit *pb.CustomerCredit
	minor  int64
}

// planReturn decides from what a returned amount is taken.
func planReturn(
	p *pb.Payment, credits map[string]*pb.CustomerCredit, active []*pb.Allocation, r Return,
) (plan returnPlan, err error) {
	own, rest := CreditID(p.Id), r.Minor
	for _, key := range append([]string{own}, r.CreditIDs...) {
		c := credits[key]
		if c == nil || c.State != pb.CustomerCredit_OPEN || c.CustomerId != p.CustomerId ||
			c.TotalAmount.CurrencyCode != p.Amount.CurrencyCode {
			continue
		}
		open, err := openOfCredit(c)
		if err != nil {
			return plan, err
		}
		if minor := min(rest, open.minor); minor > 0 {
			plan.takes, rest = append(plan.takes, creditTake{c, minor}), rest-minor
		}
	}
	needed := rest
	for _, a := range slices.Backward(active) {
		if a.CustomerCreditId != own || rest == 0 {
			continue
		}
		used, err := readPosition(a.Amount, a.BaseAmount)
		if err != nil {
			return plan, err
		}
		plan.undone, plan.kept = append(plan.undone, a), max(used.minor-rest, 0)
		rest -= min(rest, used.minor)
	}
	if rest > 0 {
		return plan, fault.Invalid(fault.At("amount", "is more than what is left of the payment"))
	}
	if needed > 0 {
		plan.add(credits[own], needed)
	}
	return plan, nil
}

// add takes a further amount of a credit.
func (p *returnPlan) add(c *pb.CustomerCredit, minor int64) {
	for i, t := range p.takes {
		if t.credit.Id == c.Id {
			p.takes[i].minor += minor
			return
		}
	}
	p.takes = append(p.takes, creditTake{c, minor})
}

// lockReturn locks what the postings of a return will lock.
func lockReturn(
	ctx context.Context, tx *db.Tx, plan returnPlan, credits map[string]*pb.CustomerCredit, r Return,
) error {
	var entries, reopened []string
	var taxes []*pb.CustomerCredit_Tax
	for _, a := range plan.undone {
		entries, reopened = append(entries, a.JournalEntryId), append(reopened, a.ReceivableId)
		taxes = append(taxes, a.ReleasedTaxes...)
	}
	for _, c := range credits {
		taxes = append(taxes, c.OpenTaxes...)
	}
	taxLines, err := depositTaxLines(ctx, tx, taxes, 1)
	if err != nil {
		return err
	}
	list, err := receivables.FindMany(ctx, tx, reopened)
	if err != nil {
		return err
	}
	if err := ledger.LockForReversal(ctx, tx, entries); err != nil {
		return err
	}
	lines := append(append([]*pb.JournalLine{{AccountId: r.AccountID}}, taxLines...), r.Lines...)
	return LockForSettlement(ctx, tx, r.Date, lines, list)
}

// reopen undoes the allocations of a plan, and allocates again what the last of them keeps.
func (s *Service) reopen(ctx context.Context, tx *db.Tx, plan returnPlan, r Return) error {
	for i, a := range plan.undone {
		on := max(r.Date, a.Date)
		if _, err := allocations.StepIn(ctx, tx, a.Id, "undo", s.undoAllocation(on)); err != nil {
			return err
		}
		if i < len(plan.undone)-1 || plan.kept == 0 || a.Amount.CurrencyCode != a.SettledAmount.CurrencyCode {
			continue
		}
		again := &pb.Allocation{CustomerCreditId: a.CustomerCreditId, ReceivableId: a.ReceivableId, Date: on,
			Amount: money.ToProto(plan.kept, a.Amount.CurrencyCode)}
		if err := allocations.Insert(ctx, tx, again, s.allocate); err != nil {
			return err
		}
	}
	return nil
}

// ReversePayment voids a payment on a day, for a chargeback. lines are those of an entry of the
// same date that the caller posts afterward. It returns the reversal of its entry.
func (s *Service) ReversePayment(
	ctx context.Context, tx *db.Tx, paymentID, date, reason string, lines []*pb.JournalLine,
) (entryID string, err error) {
	entries, err := s.LockForUndo(ctx, tx, []string{paymentID})
	if err != nil {
		return "", err
	}
	if err := ledger.LockForReversal(ctx, tx, entries); err != nil {
		return "", err
	}
	if err := ledger.LockForPosting(ctx, tx, &pb.JournalEntry{Date: date, Lines: lines}); err != nil {
		return "", err
	}
	p, err := payments.StepIn(ctx, tx, paymentID, "void", s.voidPayment(date, reason))
	if err != nil {
		return "", err
	}
	found, err := ledger.FindEntries(ctx, tx, []string{p.JournalEntryId})
	return found[p.JournalEntryId].GetReversedById(), err
}

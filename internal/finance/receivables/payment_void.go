package receivables

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
)

// voidPayment returns the rule that voids a payment on a day: it undoes its allocations, reverses
// its entry, by default on its day, and closes its credit. If the entry is matched to the bank,
// such as that of a check that bounced later, the bank also shows the return of the money. Then the
// return is an entry that can be matched too, by default of today.
func (s *Service) voidPayment(date, reason string) resource.Rule[*pb.Payment] {
	return func(ctx context.Context, tx *db.Tx, _, p *pb.Payment) error {
		if err := checkLater(date, p.Date, "payment"); err != nil {
			return err
		}
		returned, err := returnOfMatched(ctx, tx, p.JournalEntryId, p.Date, date)
		if err != nil {
			return err
		}
		if returned != nil {
			date = returned.Date
		}
		return s.undoPayment(ctx, tx, p, date, reason, returned)
	}
}

// undoPayment undoes the allocations of a payment, reverses its entry on a day, or posts the return
// of its money, and closes its credit.
func (s *Service) undoPayment(
	ctx context.Context, tx *db.Tx, p *pb.Payment, date, reason string, returned *pb.JournalEntry,
) error {
	if err := s.UndoAllocationsOf(ctx, tx, CreditID(p.Id), date, p.JournalEntryId, returned); err != nil {
		return err
	}
	returned, err := takeBack(ctx, tx, returned, p.JournalEntryId, date)
	if err != nil {
		return err
	}
	p.VoidDate, p.VoidReason = returned.Date, reason
	c, err := customerCredits.Find(ctx, tx, CreditID(p.Id))
	if err != nil {
		return err
	}
	if err := reverseDepositTaxes(ctx, tx, c.Taxes, p.DepositRequestId, p.JournalEntryId, returned); err != nil {
		return err
	}
	return CancelCredit(ctx, tx, CreditID(p.Id), returned.Date, returned.Id)
}

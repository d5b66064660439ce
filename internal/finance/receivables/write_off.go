package receivables

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
)

// WriteOff posts what is open of a receivable to bad debts, net of taxes, on a day. cause is the
// document that is written off, which the caller updates.
func WriteOff(ctx context.Context, tx *db.Tx, receivableID, date, cause string) error {
	r, err := receivables.Table().Lock(ctx, tx, receivableID)
	if err != nil {
		return err
	}
	if err := checkLater(date, r.Date, "receivable"); err != nil {
		return err
	}
	left, err := loadOpen(ctx, tx, ofReceivable(r), date)
	if err != nil {
		return err
	}
	open := left.now
	if err := checkOpen("date", ofReceivable(r), left, date, open.minor); err != nil {
		return err
	}
	lines, err := reductionLines(ctx, tx, r, reduction{by: open}, r.TotalAmount.CurrencyCode,
		pb.AccountRole_BAD_DEBTS, false)
	if err != nil {
		return err
	}
	e := &pb.JournalEntry{Date: date, Source: pb.JournalEntry_WRITE_OFF, SourceId: cause,
		CurrencyCode: r.TotalAmount.CurrencyCode, Description: "Write-off of " + r.Number, Reference: r.Number,
		Lines: append(lines, newLine(r.AccountId, open.negated(), r.TotalAmount.CurrencyCode,
			tx.Call().Organization.CurrencyCode))}
	if err := ledger.Post(ctx, tx, e); err != nil {
		return mapAllocationFields(err)
	}
	if err := recordReduction(ctx, tx, r, reduction{by: open}, e); err != nil {
		return err
	}
	_, err = moveReceivable(ctx, tx, r, movement{date: date, by: open.negated(), cause: cause, entryID: e.Id})
	return err
}

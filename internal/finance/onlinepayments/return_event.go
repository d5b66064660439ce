package onlinepayments

import (
	"context"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// returned is the payment whose money went back by a refund or a dispute.
type returned struct {
	paid *providerEvent
	// minor is what went back, and total what was paid, in minor units.
	minor, total int64
	checkout     *checkout
}

// findReturned returns the payment of a refund or a dispute, and locks its checkout, so that rivals
// wait. It returns nil if another event of the same refund or dispute has taken effect.
func findReturned(ctx context.Context, tx *db.Tx, e *providerEvent) (*returned, error) {
	account := e.PaymentProviderAccountId
	paid, err := findEffective(ctx, tx, account, pb.PaymentProviderEvent_PAYMENT_SUCCEEDED, "provider_payment_id",
		e.ProviderPaymentId)
	if err != nil {
		return nil, err
	}
	if paid == nil {
		return nil, waitFor("The payment %s has not arrived.", e.ProviderPaymentId)
	}
	r := &returned{paid: paid}
	if r.checkout, err = checkouts.Table().Lock(ctx, tx, paid.CheckoutId); err != nil {
		return nil, err
	}
	e.CheckoutId, e.PaymentId = r.checkout.Id, paid.PaymentId
	same, err := findEffective(ctx, tx, account, e.Type, "provider_object_id", e.ProviderObjectId)
	if err != nil {
		return nil, err
	}
	if same != nil {
		e.RefundIds = same.RefundIds
		return nil, nil
	}
	if e.Amount.CurrencyCode != paid.Amount.CurrencyCode {
		return nil, stuck("The payment is in %s.", paid.Amount.CurrencyCode)
	}
	if r.minor, err = minorOf(e.Amount); err != nil {
		return nil, err
	}
	r.total, err = minorOf(paid.Amount)
	return r, err
}

// minorOf returns an amount in minor units, zero if it is absent.
func minorOf(m *typepb.Money) (int64, error) {
	if m == nil {
		return 0, nil
	}
	return money.Parse(m.Amount, m.CurrencyCode)
}

// applyRefund records that money of a payment was refunded.
func (s *Service) applyRefund(ctx context.Context, tx *db.Tx, a *account, e *providerEvent) error {
	r, err := findReturned(ctx, tx, e)
	if err != nil || r == nil {
		return err
	}
	fee, err := minorOf(e.Fee)
	if err != nil {
		return err
	}
	return s.returnMoney(ctx, tx, a, e, r, "Refunded by the payment provider", fee)
}

// returnMoney records refunds of what went back of a payment, and posts a fee.
func (s *Service) returnMoney(
	ctx context.Context, tx *db.Tx, a *account, e *providerEvent, r *returned, reason string, fee int64,
) error {
	p, err := receivables.FindPayment(ctx, tx, r.paid.PaymentId)
	if err != nil {
		return err
	}
	if p.State != pb.Payment_RECORDED {
		return stuck("The payment is %s. Dismiss the event if its money was recorded by hand.", p.State)
	}
	credits, err := creditNotesOf(ctx, tx, r.checkout.DocumentId)
	if err != nil {
		return err
	}
	fees := feeEntry(a, e, fee)
	refunds, err := s.receivables.ReturnPayment(ctx, tx, p.Id, receivables.Return{Date: dateOf(tx, e), Minor: r.minor,
		AccountID: a.ClearingAccountId, Reference: e.ProviderObjectId, Reason: reason, CreditIDs: credits, Lines: fees.Lines})
	if err != nil {
		return err
	}
	for _, refund := range refunds {
		e.RefundIds = append(e.RefundIds, refund.Id)
		e.JournalEntryIds = append(e.JournalEntryIds, refund.JournalEntryId)
	}
	return postFee(ctx, tx, e, fees)
}

// creditNotesOf returns the credits of the credit notes for an invoice, the oldest first. A refund
// uses them before it opens the invoice again.
func creditNotesOf(ctx context.Context, tx *db.Tx, documentID string) (credits []string, err error) {
	if !strings.HasPrefix(documentID, invoicePrefix) {
		return nil, nil
	}
	invoice, err := id.Parse("inv", documentID)
	if err != nil {
		return nil, err
	}
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select n.id
from finance.credit_notes n
join finance.customer_credits c on c.org_id = $1 and c.id = n.id
where n.org_id = $1
and n.invoice_id = $2
and c.state = 'OPEN'
order by n.id`, tx.Call().Organization.ID, invoice)
	for _, key := range found {
		credits = append(credits, id.Format("ccr", key))
	}
	return credits, err
}

// applyDispute undoes a payment that was disputed: all of it is voided, a part is refunded. The
// provider keeps its fee and may charge another one.
func (s *Service) applyDispute(ctx context.Context, tx *db.Tx, a *account, e *providerEvent) error {
	r, err := findReturned(ctx, tx, e)
	if err != nil || r == nil {
		return err
	}
	fee, err := minorOf(e.Fee)
	if err != nil {
		return err
	}
	refunded, err := isRefunded(ctx, tx, r.paid)
	if err != nil {
		return err
	}
	const reason = "Charged back"
	if r.minor != r.total || refunded {
		return s.returnMoney(ctx, tx, a, e, r, reason, fee)
	}
	p, err := receivables.FindPayment(ctx, tx, r.paid.PaymentId)
	if err != nil {
		return err
	}
	if p.State != pb.Payment_RECORDED {
		return stuck("The payment is %s. Dismiss the event if its money was recorded by hand.", p.State)
	}
	kept, err := minorOf(p.Fee)
	if err != nil {
		return err
	}
	fees := feeEntry(a, e, fee+kept) // voiding the payment reverses its fee too
	fees.Date = dateOf(tx, e)
	entry, err := s.receivables.ReversePayment(ctx, tx, p.Id, fees.Date, strings.TrimSpace(reason+". "+e.Message),
		fees.Lines)
	if err != nil {
		return err
	}
	e.JournalEntryIds = append(e.JournalEntryIds, entry)
	return postFee(ctx, tx, e, fees)
}

// isRefunded reports whether a part of a payment was refunded.
func isRefunded(ctx context.Context, tx *db.Tx, paid *providerEvent) (refunded bool, err error) {
	credit, err := id.Parse("pay", paid.PaymentId)
	if err != nil {
		return false, err
	}
	err = tx.QueryRow(ctx, `
select exists (
  select
  from finance.refunds r
  where r.org_id = $1
  and r.customer_credit_id = $2
  and r.state = 'RECORDED'
)`, tx.Call().Organization.ID, credit).Scan(&refunded)
	return refunded, err
}

// applyWonDispute records that the provider returned the money of a dispute.
func (s *Service) applyWonDispute(ctx context.Context, tx *db.Tx, a *account, e *providerEvent) error {
	lost, err := findEffective(ctx, tx, a.Id, pb.PaymentProviderEvent_PAYMENT_DISPUTED, "provider_object_id",
		e.ProviderObjectId)
	if err != nil {
		return err
	}
	if lost == nil {
		return waitFor("The dispute %s has not arrived.", e.ProviderObjectId)
	}
	c, err := checkouts.Table().Lock(ctx, tx, lost.CheckoutId)
	if err != nil {
		return err
	}
	e.CheckoutId, e.PaymentId = c.Id, lost.PaymentId
	same, err := findEffective(ctx, tx, a.Id, e.Type, "provider_object_id", e.ProviderObjectId)
	if err != nil || same != nil {
		return err
	}
	p := &pb.Payment{CustomerId: c.CustomerId, Date: dateOf(tx, e), Amount: e.Amount, AccountId: a.ClearingAccountId,
		Method: pb.Payment_CARD, Reference: e.ProviderPaymentId, Fee: e.Fee}
	if e.Fee != nil {
		p.FeeAccountId = a.FeeAccountId
	}
	if err := s.recordPayment(ctx, tx, p, c.DocumentId); err != nil {
		return err
	}
	e.PaymentId, e.JournalEntryIds = p.Id, []string{p.JournalEntryId}
	return nil
}

// feeEntry returns the entry of a fee that a provider deducts from what it holds. It has no lines
// if the fee is zero.
func feeEntry(a *account, e *providerEvent, fee int64) *pb.JournalEntry {
	entry := &pb.JournalEntry{Source: pb.JournalEntry_PROVIDER_FEE, SourceId: e.Id, CurrencyCode: e.Amount.CurrencyCode,
		Description: "Fee of " + a.DisplayName, Reference: e.ProviderObjectId}
	if fee != 0 {
		entry.Lines = []*pb.JournalLine{
			{AccountId: a.FeeAccountId, Amount: money.ToProto(fee, e.Amount.CurrencyCode)},
			{AccountId: a.ClearingAccountId, Amount: money.ToProto(-fee, e.Amount.CurrencyCode)},
		}
	}
	return entry
}

// postFee posts the entry of a fee, if it has lines.
func postFee(ctx context.Context, tx *db.Tx, e *providerEvent, fees *pb.JournalEntry) error {
	if len(fees.Lines) == 0 {
		return nil
	}
	fees.Date = dateOf(tx, e)
	if err := ledger.Post(ctx, tx, fees); err != nil {
		return err
	}
	e.JournalEntryIds = append(e.JournalEntryIds, fees.Id)
	return nil
}

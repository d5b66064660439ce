package onlinepayments

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/table"
)

// applyPayout moves what a payout pays out from the clearing account to the bank account. Fees that
// were not posted with the payments are posted with it.
func (s *Service) applyPayout(ctx context.Context, tx *db.Tx, a *account, e *providerEvent) error {
	// Payouts of an account wait for one another, since each changes the events that it pays out.
	if _, err := s.accounts.Table().Lock(ctx, tx, a.Id); err != nil {
		return err
	}
	known, err := findPayout(ctx, tx, e)
	if err != nil {
		return err
	}
	if known != nil {
		e.PayoutId = known.Id
		return nil
	}
	bank, err := banking.FindAccount(ctx, tx, a.BankAccountId)
	if err != nil {
		return err
	}
	currency := e.Amount.CurrencyCode
	if bank.CurrencyCode != currency {
		return stuck("The bank account is in %s, and the payout in %s.", bank.CurrencyCode, currency)
	}
	paid, err := paidOut(ctx, tx, e)
	if err != nil {
		return err
	}
	held, err := heldAmount(ctx, tx, a.ClearingAccountId, currency, paid)
	if err != nil {
		return err
	}
	p, err := postPayout(ctx, tx, a, e, bank, held)
	if err != nil {
		return err
	}
	e.PayoutId, e.JournalEntryIds = p.Id, []string{p.JournalEntryId}
	return setPayout(ctx, tx, paid, "paidOut", p.Id)
}

// postPayout posts and stores the payout of an event, which pays out what an account holds.
func postPayout(
	ctx context.Context, tx *db.Tx, a *account, e *providerEvent, bank *pb.BankAccount, held position,
) (*pb.Payout, error) {
	amount, err := minorOf(e.Amount)
	if err != nil {
		return nil, err
	}
	p := &pb.Payout{Id: id.Format(payoutPrefix, id.New()), PaymentProviderAccountId: a.Id,
		ProviderPayoutId: e.ProviderObjectId, Reference: e.Reference, Date: dateOf(tx, e), Amount: e.Amount,
		Fee: money.ToProto(held.minor-amount, e.Amount.CurrencyCode), Transactions: e.Transactions,
		State: pb.Payout_PAID}
	if p.Reference == "" {
		p.Reference = e.ProviderObjectId
	}
	entry := payoutEntry(p, a, bank.LedgerAccountId, amount, held, tx.Call().Organization.CurrencyCode)
	if err := ledger.Post(ctx, tx, entry); err != nil {
		return nil, err
	}
	p.JournalEntryId = entry.Id
	return p, payouts.Insert(ctx, tx, p)
}

// findPayout returns the payout of an event, or nil if it has none yet.
func findPayout(ctx context.Context, tx *db.Tx, e *providerEvent) (*pb.Payout, error) {
	account, err := id.Parse(accountPrefix, e.PaymentProviderAccountId)
	if err != nil {
		return nil, err
	}
	found, _, err := payouts.Table().Select(ctx, tx, table.Query{Limit: 1, Within: []table.Equal{
		{Column: "payment_provider_account_id", Value: account}, {Column: "provider_payout_id", Value: e.ProviderObjectId},
	}})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return payouts.Table().Lock(ctx, tx, found[0].Id)
}

// typesOfTransactions are the types of the events of transactions, and the fields that identify
// them.
var typesOfTransactions = map[pb.PaymentProviderEvent_Transaction_Type]struct {
	typ   pb.PaymentProviderEvent_Type
	field string
	sign  int64
}{
	pb.PaymentProviderEvent_Transaction_PAYMENT: {
		pb.PaymentProviderEvent_PAYMENT_SUCCEEDED, "provider_payment_id", 1},
	pb.PaymentProviderEvent_Transaction_REFUND: {
		pb.PaymentProviderEvent_PAYMENT_REFUNDED, "provider_object_id", -1},
	pb.PaymentProviderEvent_Transaction_DISPUTE: {
		pb.PaymentProviderEvent_PAYMENT_DISPUTED, "provider_object_id", -1},
	pb.PaymentProviderEvent_Transaction_DISPUTE_WON: {
		pb.PaymentProviderEvent_DISPUTE_WON, "provider_object_id", 1},
}

// paidOut returns the events of the transactions of a payout. It refuses transactions that do not
// add up to the payout, and those that another payout has paid out.
func paidOut(ctx context.Context, tx *db.Tx, e *providerEvent) (paid []*providerEvent, err error) {
	sum, seen := int64(0), map[string]bool{}
	for _, t := range e.Transactions {
		amount, err := minorOf(t.Amount)
		if err != nil {
			return nil, err
		}
		fee, err := minorOf(t.Fee)
		if err != nil {
			return nil, err
		}
		sum += amount - fee
		if t.Type == pb.PaymentProviderEvent_Transaction_FEE {
			continue
		}
		of, err := eventOf(ctx, tx, e, t, amount)
		if err != nil {
			return nil, err
		}
		if seen[of.Id] {
			return nil, stuck("The payout contains %s twice.", t.ProviderId)
		}
		seen[of.Id], paid = true, append(paid, of)
	}
	total, err := minorOf(e.Amount)
	if err == nil && sum != total {
		err = stuck("The transactions add up to %s %s, not to the amount of the payout.",
			money.Format(sum, e.Amount.CurrencyCode), e.Amount.CurrencyCode)
	}
	return paid, err
}

// eventOf returns the event of a transaction of a payout, whose amount is given in minor units.
func eventOf(
	ctx context.Context, tx *db.Tx, e *providerEvent, t *pb.PaymentProviderEvent_Transaction, amount int64,
) (*providerEvent, error) {
	kind, known := typesOfTransactions[t.Type]
	if !known || t.ProviderId == "" {
		return nil, stuck("A transaction of the payout has no known type, or no identifier.")
	}
	of, err := findEffective(ctx, tx, e.PaymentProviderAccountId, kind.typ, kind.field, t.ProviderId)
	if err != nil {
		return nil, err
	}
	if of == nil {
		return nil, waitFor("The payout contains %s, which has not taken effect.", t.ProviderId)
	}
	minor, err := minorOf(of.Amount)
	switch {
	case err != nil:
		return nil, err
	case of.PayoutId != "":
		return nil, stuck("The payout contains %s, which was paid out before.", t.ProviderId)
	case of.Amount.CurrencyCode != e.Amount.CurrencyCode || kind.sign*minor != amount:
		return nil, stuck("The payout contains %s with another amount than %s %s.", t.ProviderId, of.Amount.Amount,
			of.Amount.CurrencyCode)
	}
	return of, nil
}

// position is an amount with its value in the organization's currency, in minor units.
type position struct{ minor, base int64 }

// heldAmount returns what the entries of events left on the clearing account.
func heldAmount(
	ctx context.Context, tx *db.Tx, accountID, currency string, events []*providerEvent,
) (held position, err error) {
	account, err := id.Parse("acc", accountID)
	if err != nil {
		return held, err
	}
	var entries []uuid.UUID
	for _, e := range events {
		for _, entry := range e.JournalEntryIds {
			key, err := id.Parse("jrn", entry)
			if err != nil {
				return held, err
			}
			entries = append(entries, key)
		}
	}
	err = tx.QueryRow(ctx, `
select coalesce(sum(l.amount_minor), 0)::bigint, coalesce(sum(l.base_amount_minor), 0)::bigint
from finance.journal_lines l
where l.org_id = $1
and l.account_id = $2
and l.amount_currency = $3
and l.journal_entry_id = any($4)`, tx.Call().Organization.ID, account, currency, entries).Scan(&held.minor, &held.base)
	return held, err
}

// payoutEntry returns the entry of a payout. It moves the carrying value of what the provider held,
// so that nothing is left on the clearing account in any currency.
func payoutEntry(p *pb.Payout, a *account, bank string, amount int64, held position, base string) *pb.JournalEntry {
	currency, fee := p.Amount.CurrencyCode, held.minor-amount
	if held.minor == 0 {
		held.base = 0
	}
	feeBase := fee
	if currency != base && held.minor != 0 {
		feeBase = receivables.Proportion(held.base, fee, held.minor)
	}
	e := &pb.JournalEntry{Date: p.Date, Source: pb.JournalEntry_PAYOUT, SourceId: p.Id, CurrencyCode: currency,
		Description: fmt.Sprintf("Payout of %s", a.DisplayName), Reference: p.Reference}
	for _, l := range []struct {
		account     string
		minor, base int64
	}{
		{bank, amount, held.base - feeBase}, {a.FeeAccountId, fee, feeBase}, {a.ClearingAccountId, -held.minor, -held.base},
	} {
		if l.minor != 0 {
			e.Lines = append(e.Lines, &pb.JournalLine{AccountId: l.account, Amount: money.ToProto(l.minor, currency),
				BaseAmount: money.ToProto(l.base, base)})
		}
	}
	return e
}

// setPayout notes on events in which payout their money was paid out, or that it was not after all.
func setPayout(ctx context.Context, tx *db.Tx, events []*providerEvent, event, payoutID string) error {
	for _, e := range events {
		_, err := providerEvents.Modify(ctx, tx, e.Id, event, func(_ context.Context, _ *db.Tx, _, e *providerEvent) error {
			e.PayoutId = payoutID
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// applyFailedPayout moves the money of a payout that the bank refused back to the clearing account.
// If the bank shows it, the return is an entry that can be matched too.
func (s *Service) applyFailedPayout(ctx context.Context, tx *db.Tx, e *providerEvent) error {
	if _, err := s.accounts.Table().Lock(ctx, tx, e.PaymentProviderAccountId); err != nil {
		return err
	}
	p, err := findPayout(ctx, tx, e)
	if err != nil {
		return err
	}
	if p == nil {
		return waitFor("The payout %s has not arrived.", e.ProviderObjectId)
	}
	e.PayoutId = p.Id
	if p.State == pb.Payout_FAILED {
		return nil
	}
	date := max(dateOf(tx, e), p.Date)
	entry, err := receivables.TakeBack(ctx, tx, p.JournalEntryId, date)
	if err != nil {
		return err
	}
	e.JournalEntryIds = []string{entry.Id}
	if _, err := payouts.Modify(ctx, tx, p.Id, "failed", func(_ context.Context, _ *db.Tx, _, p *pb.Payout) error {
		p.State, p.FailDate = pb.Payout_FAILED, date
		return nil
	}); err != nil {
		return err
	}
	paid, err := eventsOfPayout(ctx, tx, p.Id)
	if err != nil {
		return err
	}
	return setPayout(ctx, tx, paid, "payoutFailed", "")
}

// eventsOfPayout returns the events whose money a payout paid out.
func eventsOfPayout(ctx context.Context, tx *db.Tx, payoutID string) (paid []*providerEvent, err error) {
	payout, err := id.Parse(payoutPrefix, payoutID)
	if err != nil {
		return nil, err
	}
	found, _, err := providerEvents.Table().Select(ctx, tx, table.Query{Limit: maxTransactions + 1,
		Within: []table.Equal{{Column: "payout_id", Value: payout}}})
	for _, e := range found {
		if e.Type != pb.PaymentProviderEvent_PAYOUT_PAID && e.Type != pb.PaymentProviderEvent_PAYOUT_FAILED {
			paid = append(paid, e)
		}
	}
	return paid, err
}

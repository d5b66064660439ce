package receivables

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

// Deposit is what a payment pays of a deposit request: its number, and the taxes of the share that
// is paid, in the currency of the payment.
type Deposit struct {
	Number string
	Taxes  []*pb.CustomerCredit_Tax
}

// taxAmounts are the amounts of a tax, which divide with the amount that is taxed.
func taxAmounts(t *pb.CustomerCredit_Tax) []**typepb.Money {
	return []**typepb.Money{&t.TaxableAmount, &t.Amount, &t.BaseTaxableAmount, &t.BaseAmount}
}

// ShareOfTaxes returns the share of taxes that a part of an amount has. The whole amount has all of
// them, so that shares of what is left add up to the taxes.
func ShareOfTaxes(taxes []*pb.CustomerCredit_Tax, part, whole int64) ([]*pb.CustomerCredit_Tax, error) {
	shares := make([]*pb.CustomerCredit_Tax, len(taxes))
	for i, t := range taxes {
		shares[i] = proto.CloneOf(t)
		for _, m := range taxAmounts(shares[i]) {
			if *m == nil {
				continue
			}
			minor, err := money.Parse((*m).GetAmount(), (*m).GetCurrencyCode())
			if err != nil {
				return nil, err
			}
			*m = money.ToProto(Proportion(minor, part, whole), (*m).GetCurrencyCode())
		}
	}
	return shares, nil
}

// SubtractTaxes returns the taxes of a deposit request less those of its payments.
func SubtractTaxes(
	taxes []*pb.CustomerCredit_Tax, of [][]*pb.CustomerCredit_Tax,
) (_ []*pb.CustomerCredit_Tax, err error) {
	for _, by := range of {
		if taxes, err = changedTaxes(taxes, by, -1); err != nil {
			return nil, err
		}
	}
	return taxes, nil
}

// AddTax adds a tax to another one of the same code and component.
func AddTax(to, by *pb.CustomerCredit_Tax) error {
	return addTax(to, by, 1)
}

// FindCredits returns credits.
func FindCredits(ctx context.Context, tx *db.Tx, ids []string) ([]*pb.CustomerCredit, error) {
	return customerCredits.Table().GetMany(ctx, tx, ids)
}

// addTax adds a tax, times a sign, to another one of the same code and component.
func addTax(to, by *pb.CustomerCredit_Tax, sign int64) error {
	more := taxAmounts(by)
	for n, m := range taxAmounts(to) {
		if *m == nil {
			continue // a request has no amounts in the organization's currency
		}
		minor, err := money.Parse((*m).GetAmount(), (*m).GetCurrencyCode())
		if err != nil {
			return err
		}
		change, err := money.Parse((*more[n]).GetAmount(), (*more[n]).GetCurrencyCode())
		if err != nil {
			return err
		}
		*m = money.ToProto(minor+sign*change, (*m).GetCurrencyCode())
	}
	return nil
}

// changedTaxes returns taxes with others of the same deposit added, times a sign.
func changedTaxes(taxes, by []*pb.CustomerCredit_Tax, sign int64) ([]*pb.CustomerCredit_Tax, error) {
	if len(by) == 0 {
		return taxes, nil
	}
	if len(by) != len(taxes) {
		return nil, fmt.Errorf("receivables: %d taxes of a deposit, want %d", len(by), len(taxes))
	}
	out := make([]*pb.CustomerCredit_Tax, len(taxes))
	for i := range taxes {
		out[i] = proto.CloneOf(taxes[i])
		if err := addTax(out[i], by[i], sign); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// releasedTaxes returns the taxes that using a part of a credit releases.
func releasedTaxes(c *pb.CustomerCredit, used int64) ([]*pb.CustomerCredit_Tax, error) {
	if len(c.OpenTaxes) == 0 {
		return nil, nil
	}
	left, err := money.Parse(c.OpenAmount.GetAmount(), c.OpenAmount.GetCurrencyCode())
	if err != nil || left == 0 {
		return nil, err
	}
	return ShareOfTaxes(c.OpenTaxes, used, left)
}

// depositTaxLines returns the lines that post taxes of a deposit, times a sign: 1 for the payment
// of the deposit, -1 for its use. Only taxes that the customer is charged are posted.
func depositTaxLines(
	ctx context.Context, tx *db.Tx, taxes []*pb.CustomerCredit_Tax, sign int64,
) (lines []*pb.JournalLine, err error) {
	base := tx.Call().Organization.CurrencyCode
	for _, t := range taxes {
		p, err := readPosition(t.Amount, t.BaseAmount)
		if err != nil {
			return nil, err
		}
		if p == (position{}) || !isPosted(t) {
			continue
		}
		account, err := ledger.RoleAccount(ctx, tx, pb.AccountRole_TAX_ON_DEPOSITS)
		if err != nil {
			return nil, err
		}
		p = position{sign * p.minor, sign * p.base}
		lines = append(lines, newLine(account, p, t.Amount.CurrencyCode, base),
			newLine(t.AccountId, p.negated(), t.Amount.CurrencyCode, base))
	}
	return lines, nil
}

// isPosted reports whether a tax is charged, and not owed by the customer.
func isPosted(t *pb.CustomerCredit_Tax) bool {
	return t.Effect == pb.TaxRate_CHARGED || t.Effect == pb.TaxRate_EFFECT_UNSPECIFIED
}

// recordDepositTaxes adds taxes of a deposit, times a sign, to the tax register. They are of the
// deposit request.
func recordDepositTaxes(
	ctx context.Context, tx *db.Tx, c *pb.CustomerCredit, taxes []*pb.CustomerCredit_Tax, cause tax.Cause, sign int64,
	e *pb.JournalEntry,
) error {
	var amounts []tax.Amount
	for _, t := range taxes {
		minor, err := readPosition(t.Amount, t.BaseAmount)
		if err != nil {
			return err
		}
		taxable, err := readPosition(t.TaxableAmount, t.BaseTaxableAmount)
		if err != nil {
			return err
		}
		effect := t.Effect
		if effect == pb.TaxRate_EFFECT_UNSPECIFIED {
			effect = pb.TaxRate_CHARGED
		}
		amounts = append(amounts, tax.Amount{Date: e.Date, Use: pb.TaxCode_SALES, Cause: cause, TaxCodeID: t.TaxCodeId,
			ComponentID: t.ComponentId, AccountID: t.AccountId, Name: t.DisplayName, Percent: t.Percent, Effect: effect,
			DocumentID: c.DepositRequestId, DocumentNumber: c.DepositRequestNumber, ContactID: c.CustomerId,
			Currency: c.TotalAmount.CurrencyCode, Taxable: sign * taxable.minor, BaseTaxable: sign * taxable.base,
			Tax: sign * minor.minor, BaseTax: sign * minor.base, EntryID: e.Id})
	}
	return tax.Record(ctx, tx, amounts)
}

// reverseDepositTaxes undoes in the tax register what an entry posted of a deposit.
func reverseDepositTaxes(
	ctx context.Context, tx *db.Tx, taxes []*pb.CustomerCredit_Tax, requestID, entryID string, reversal *pb.JournalEntry,
) error {
	if len(taxes) == 0 {
		return nil
	}
	return tax.Reverse(ctx, tx, requestID, entryID, reversal.Date, reversal.Id)
}

// convertTaxes sets the amounts of the taxes of a deposit in the organization's currency, at the
// rate of the payment.
func convertTaxes(taxes []*pb.CustomerCredit_Tax, base, rate string) error {
	for _, t := range taxes {
		for _, side := range []struct {
			from *typepb.Money
			to   **typepb.Money
		}{{t.TaxableAmount, &t.BaseTaxableAmount}, {t.Amount, &t.BaseAmount}} {
			minor, err := money.Parse(side.from.GetAmount(), side.from.GetCurrencyCode())
			if err != nil {
				return err
			}
			if rate != "" {
				if minor, err = convert(minor, side.from.GetCurrencyCode(), base, rate); err != nil {
					return err
				}
			}
			*side.to = money.ToProto(minor, base)
		}
	}
	return nil
}

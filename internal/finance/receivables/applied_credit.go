package receivables

import (
	"context"
	"fmt"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// ResolveApplied checks the credits that a draft will apply: that they exist, are of the customer,
// and none is named twice. It also describes them.
func ResolveApplied(ctx context.Context, tx *db.Tx, customerID string, list []*pb.Invoice_Deposit) error {
	var violations fault.List
	seen := map[string]bool{}
	for i, d := range list {
		path := fmt.Sprintf("deposits[%d].customerCreditId", i)
		c, err := customerCredits.Resolve(ctx, tx, path, d.CustomerCreditId)
		switch {
		case err != nil:
			if err := violations.Merge("", err); err != nil {
				return err
			}
			continue
		case c.CustomerId != customerID:
			violations.Append(fault.At(path, "is of another customer than the invoice"))
		case seen[c.Id]:
			violations.Append(fault.At(path, "names a credit twice"))
		}
		seen[c.Id] = true
		if d.Number, d.Date = c.DepositRequestNumber, c.Date; d.Number == "" {
			d.Number = c.Number
		}
		if d.Amount != nil {
			if _, err := readAmount("amount", d.Amount, c.TotalAmount.CurrencyCode); err != nil {
				if err := violations.Merge(fmt.Sprintf("deposits[%d]", i), err); err != nil {
					return err
				}
			}
		}
	}
	return violations.Err()
}

// LockApplied locks the credits that an invoice is about to apply. Invoices are locked after them.
func LockApplied(ctx context.Context, tx *db.Tx, list []*pb.Invoice_Deposit) error {
	var keys []string
	for _, d := range list {
		keys = append(keys, d.CustomerCreditId)
	}
	slices.Sort(keys)
	_, err := customerCredits.Table().LockMany(ctx, tx, slices.Compact(keys))
	return err
}

// PlanApplied sets the amounts and taxes of the locked credits that an invoice in a currency
// applies on a day, of which an amount in minor units is to be paid. It refuses more than is left
// of a credit or of the invoice. It returns lines with the accounts to which the allocations will
// be posted.
func PlanApplied(
	ctx context.Context, tx *db.Tx, list []*pb.Invoice_Deposit, date, currency string, payable int64,
) (lines []*pb.JournalLine, err error) {
	for i, d := range list {
		c, err := customerCredits.Table().Get(ctx, tx, d.CustomerCreditId)
		if err != nil {
			return nil, err
		}
		applied, err := planApplied(ctx, tx, d, c, date, currency, payable)
		if err != nil {
			return nil, fault.MapFields(err, func(f fault.Field) fault.Field {
				return fault.Field{Path: fmt.Sprintf("deposits[%d].%s", i, f.Path), Message: f.Message}
			})
		}
		payable -= applied
		lines = append(lines, &pb.JournalLine{AccountId: c.AccountId})
		taxed, err := depositTaxLines(ctx, tx, c.OpenTaxes, -1)
		if err != nil {
			return nil, err
		}
		for _, l := range taxed {
			lines = append(lines, &pb.JournalLine{AccountId: l.AccountId})
		}
	}
	return lines, nil
}

// planApplied sets the amount and the tax of a credit that an invoice applies, and returns the
// amount in minor units.
func planApplied(
	ctx context.Context, tx *db.Tx, d *pb.Invoice_Deposit, c *pb.CustomerCredit, date, currency string, payable int64,
) (int64, error) {
	switch {
	case c.TotalAmount.CurrencyCode != currency:
		return 0, fault.Invalid(fault.At("customerCreditId", "is in %s; allocate it after the invoice is issued",
			c.TotalAmount.CurrencyCode))
	case c.Date > date:
		return 0, fault.Invalid(fault.At("customerCreditId", "has the date %s, after that of the invoice", c.Date))
	}
	left, err := loadOpen(ctx, tx, ofCredit(c), date)
	if err != nil {
		return 0, err
	}
	applied := min(left.since, payable)
	if d.Amount != nil {
		if applied, err = readAmount("amount", d.Amount, currency); err != nil {
			return 0, err
		}
	}
	if err := checkOpen("amount", ofCredit(c), left, date, applied); err != nil {
		return 0, err
	}
	if applied > payable {
		return 0, fault.InvalidFor(optionsv1.Reason_ALLOCATION_EXCEEDS_OPEN, fault.At("amount",
			"is %s, but %s %s of the invoice is open", money.Format(applied, currency), money.Format(payable, currency),
			currency))
	}
	released, err := releasedTaxes(c, applied)
	if err != nil {
		return 0, err
	}
	var taxes int64
	for _, t := range released {
		minor, err := money.Parse(t.Amount.GetAmount(), currency)
		if err != nil {
			return 0, err
		}
		if isPosted(t) {
			taxes += minor
		}
	}
	d.Amount, d.TaxAmount = money.ToProto(applied, currency), money.ToProto(taxes, currency)
	return applied, nil
}

// ApplyCredits settles a receivable with the planned credits of its invoice.
func (s *Service) ApplyCredits(ctx context.Context, tx *db.Tx, i *pb.Invoice) error {
	for n, d := range i.Deposits {
		err := s.Allocate(ctx, tx, &pb.Allocation{CustomerCreditId: d.CustomerCreditId, ReceivableId: i.Id,
			Date: i.IssueDate, Amount: d.Amount})
		if err != nil {
			return fault.MapFields(err, func(f fault.Field) fault.Field {
				return fault.Field{Path: fmt.Sprintf("deposits[%d].%s", n, f.Path), Message: f.Message}
			})
		}
	}
	return nil
}

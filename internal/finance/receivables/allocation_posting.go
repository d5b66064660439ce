package receivables

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// allocationEntry returns the entry of an allocation: the credit that is used, what is settled, and
// the discount, the cleared difference and the realized exchange difference by the parts of the
// receivable, whose dimension values they have.
func allocationEntry(
	ctx context.Context, tx *db.Tx, a *pb.Allocation, c *pb.CustomerCredit, r *pb.Receivable, p allocationPlan,
) (*pb.JournalEntry, error) {
	base := tx.Call().Organization.CurrencyCode
	e := &pb.JournalEntry{Date: a.Date, Source: pb.JournalEntry_ALLOCATION, SourceId: a.Id,
		CurrencyCode: r.TotalAmount.CurrencyCode, Description: "Payment of " + r.Number, Reference: r.Number}
	add := func(by reduction, currency string, role pb.AccountRole_Role, onlyIncome bool) error {
		if by.by == (position{}) {
			return nil
		}
		lines, err := reductionLines(ctx, tx, r, by, currency, role, onlyIncome)
		e.Lines = append(e.Lines, lines...)
		return err
	}
	currency, lost := r.TotalAmount.CurrencyCode, position{-p.gain(), -p.gain()}
	e.Lines = append(e.Lines, newLine(c.AccountId, p.used, c.TotalAmount.CurrencyCode, base))
	if err := add(p.discountAfterOthers(), currency, pb.AccountRole_DISCOUNTS_GIVEN,
		r.DiscountTreatment == pb.Receivable_NET_ONLY); err != nil {
		return nil, err
	}
	if err := add(reduction{by: p.difference}, p.differenceCurrency(c, r), pb.AccountRole_ROUNDING, true); err != nil {
		return nil, err
	}
	e.Lines = append(e.Lines, newLine(r.AccountId, p.settled.negated(), currency, base))
	if err := add(reduction{by: lost}, base, pb.AccountRole_REALIZED_GAINS, true); err != nil {
		return nil, err
	}
	released, err := depositTaxLines(ctx, tx, a.ReleasedTaxes, -1)
	if err != nil {
		return nil, err
	}
	e.Lines = append(e.Lines, released...)
	return e, nil
}

// newLine returns a line with an amount and its carrying value.
func newLine(accountID string, p position, currency, base string) *pb.JournalLine {
	return &pb.JournalLine{AccountId: accountID, Amount: money.ToProto(p.minor, currency),
		BaseAmount: money.ToProto(p.base, base)}
}

// gainLine returns the line of a realized exchange gain, or none if it is zero.
func gainLine(ctx context.Context, tx *db.Tx, gain int64) ([]*pb.JournalLine, error) {
	if gain == 0 {
		return nil, nil
	}
	account, err := ledger.RoleAccount(ctx, tx, pb.AccountRole_REALIZED_GAINS)
	base := tx.Call().Organization.CurrencyCode
	return []*pb.JournalLine{newLine(account, position{-gain, -gain}, base, base)}, err
}

// reductionLines returns the debits of an amount in a currency by which a receivable is reduced: in
// proportion to its parts, on the account of a role instead of income, and on the accounts of
// taxes. They have the dimension values of the parts. If onlyIncome is true, taxes stay.
func reductionLines(
	ctx context.Context, tx *db.Tx, r *pb.Receivable, reduced reduction, currency string, role pb.AccountRole_Role,
	onlyIncome bool,
) (lines []*pb.JournalLine, err error) {
	account, err := ledger.RoleAccount(ctx, tx, role)
	if err != nil {
		return nil, err
	}
	weights, err := partWeights(r, onlyIncome)
	if err != nil {
		return nil, err
	}
	base := tx.Call().Organization.CurrencyCode
	if sumOf(weights) == 0 { // all of it is credited
		return []*pb.JournalLine{newLine(account, reduced.by, currency, base)}, nil
	}
	minors, bases := reduced.shares(weights)
	for i, part := range r.Parts {
		if minors[i] == 0 && bases[i] == 0 {
			continue
		}
		l := newLine(account, position{minors[i], bases[i]}, currency, base)
		if part.Tax {
			l.AccountId = part.AccountId
		}
		l.DimensionValueIds = part.DimensionValueIds
		lines = append(lines, l)
	}
	return lines, nil
}

// mapAllocationFields attributes errors of the entry to the fields of the allocation.
func mapAllocationFields(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		if f.Path == "date" {
			return f
		}
		return fault.Field{Path: "amount", Message: "cannot be posted: " + f.Path + " " + f.Message}
	})
}

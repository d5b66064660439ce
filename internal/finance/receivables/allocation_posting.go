package receivables

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// allocationEntry returns the entry of an allocation: the credit that is used, the discount by the
// parts that it reduces, what is settled, and the realized exchange difference.
func allocationEntry(
	ctx context.Context, tx *db.Tx, a *pb.Allocation, c *pb.CustomerCredit, r *pb.Receivable, p allocationPlan,
) (*pb.JournalEntry, error) {
	base := tx.Call().Organization.CurrencyCode
	e := &pb.JournalEntry{Date: a.Date, Source: pb.JournalEntry_ALLOCATION, SourceId: a.Id,
		CurrencyCode: r.TotalAmount.CurrencyCode, Description: "Payment of " + r.Number, Reference: r.Number}
	e.Lines = append(e.Lines, newLine(c.AccountId, p.used, c.TotalAmount.CurrencyCode, base))
	if p.discount.minor != 0 {
		lines, err := reductionLines(ctx, tx, r, p.discount, pb.AccountRole_DISCOUNTS_GIVEN,
			r.DiscountTreatment == pb.Receivable_NET_ONLY)
		if err != nil {
			return nil, err
		}
		e.Lines = append(e.Lines, lines...)
	}
	e.Lines = append(e.Lines, newLine(r.AccountId, p.settled.negated(), r.TotalAmount.CurrencyCode, base))
	gain, err := gainLine(ctx, tx, p.gain())
	if err != nil {
		return nil, err
	}
	e.Lines = append(e.Lines, gain...)
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

// reductionLines returns the debits of an amount by which a receivable is reduced: in proportion to
// its parts, on the account of a role instead of income, and on the accounts of taxes. They have
// the dimension values of the parts. If onlyIncome is true, taxes stay.
func reductionLines(
	ctx context.Context, tx *db.Tx, r *pb.Receivable, reduced position, role pb.AccountRole_Role, onlyIncome bool,
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
	minors, bases := spread(reduced.minor, weights), spread(reduced.base, weights)
	for i, part := range r.Parts {
		if minors[i] == 0 && bases[i] == 0 {
			continue
		}
		l := newLine(account, position{minors[i], bases[i]}, r.TotalAmount.CurrencyCode, base)
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

package receivables

import (
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

// AddParts adds parts and taxes to those of a receivable, and subtracts them if sign is -1. Credit
// notes for the document call it, so that later discounts and write-offs reduce what is left.
func AddParts(
	ctx context.Context, tx *db.Tx, receivableID string, parts []*pb.Receivable_Part, taxes []*pb.Receivable_Tax,
	sign int64,
) error {
	add := func(_ context.Context, _ *db.Tx, _, r *pb.Receivable) (err error) {
		if r.Taxes, err = addedTaxes(r.Taxes, taxes, sign); err != nil {
			return err
		}
		r.Parts, err = addedParts(r.Parts, parts, sign)
		return err
	}
	_, err := receivables.Modify(ctx, tx, receivableID, "credited", add)
	return err
}

// partWeights returns the amounts of the parts of a receivable, in minor units. If only income
// counts, taxes weigh nothing.
func partWeights(r *pb.Receivable, onlyIncome bool) ([]int64, error) {
	weights := make([]int64, len(r.Parts))
	for i, p := range r.Parts {
		if onlyIncome && p.Tax {
			continue
		}
		var err error
		if weights[i], err = money.Parse(p.Amount.GetAmount(), p.Amount.GetCurrencyCode()); err != nil {
			return nil, err
		}
	}
	return weights, nil
}

// addedParts returns parts with others added, times a sign, by account, tax and dimension values.
func addedParts(parts, added []*pb.Receivable_Part, sign int64) ([]*pb.Receivable_Part, error) {
	out := slices.Clone(parts)
	for _, a := range added {
		minor, err := money.Parse(a.Amount.GetAmount(), a.Amount.GetCurrencyCode())
		if err != nil {
			return nil, err
		}
		n := slices.IndexFunc(out, func(p *pb.Receivable_Part) bool {
			return p.AccountId == a.AccountId && p.Tax == a.Tax && slices.Equal(p.DimensionValueIds, a.DimensionValueIds)
		})
		if n < 0 {
			out = append(out, &pb.Receivable_Part{AccountId: a.AccountId, Tax: a.Tax, DimensionValueIds: a.DimensionValueIds,
				Amount: money.ToProto(0, a.Amount.GetCurrencyCode())})
			n = len(out) - 1
		}
		was, err := money.Parse(out[n].Amount.GetAmount(), out[n].Amount.GetCurrencyCode())
		if err != nil {
			return nil, err
		}
		out[n].Amount = money.ToProto(was+sign*minor, a.Amount.GetCurrencyCode())
	}
	return out, nil
}

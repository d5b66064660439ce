package receivables

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/money"
)

// addedTaxes returns taxes with others added, times a sign, by tax code and component.
func addedTaxes(taxes, added []*pb.Receivable_Tax, sign int64) ([]*pb.Receivable_Tax, error) {
	out := slices.Clone(taxes)
	for _, a := range added {
		n := slices.IndexFunc(out, func(t *pb.Receivable_Tax) bool {
			return t.TaxCodeId == a.TaxCodeId && t.ComponentId == a.ComponentId
		})
		if n < 0 {
			continue // the document does not have the tax
		}
		was, err := readPosition(out[n].Amount, out[n].TaxableAmount)
		if err != nil {
			return nil, err
		}
		by, err := readPosition(a.Amount, a.TaxableAmount)
		if err != nil {
			return nil, err
		}
		changed := proto.CloneOf(out[n])
		currency := a.Amount.GetCurrencyCode()
		changed.Amount = money.ToProto(was.minor+sign*by.minor, currency)
		changed.TaxableAmount = money.ToProto(was.base+sign*by.base, currency)
		out[n] = changed
	}
	return out, nil
}

// taxedDiscount returns the discount of an allocation, or nothing if it leaves the taxes as
// invoiced.
func (p allocationPlan) taxedDiscount(r *pb.Receivable) reduction {
	if r.DiscountTreatment == pb.Receivable_NET_ONLY {
		return reduction{}
	}
	return p.discountAfterOthers()
}

// recordReduction adds to the tax register by how much an amount that is not paid reduces the taxes
// of a receivable, and what they are computed on: in proportion, as the posted entry does.
func recordReduction(ctx context.Context, tx *db.Tx, r *pb.Receivable, reduced reduction, e *pb.JournalEntry) error {
	weights, err := partWeights(r, false)
	if err != nil {
		return err
	}
	whole := sumOf(weights)
	if reduced.by.minor == 0 || whole == 0 {
		return nil
	}
	var amounts []tax.Amount
	for _, t := range r.Taxes {
		of, err := readPosition(t.Amount, t.TaxableAmount)
		if err != nil {
			return err
		}
		amounts = append(amounts, tax.Amount{Date: e.Date, Use: pb.TaxCode_SALES, Cause: tax.Reduction,
			TaxCodeID: t.TaxCodeId, ComponentID: t.ComponentId, AccountID: t.AccountId, Name: t.DisplayName,
			Percent: t.Percent, Effect: t.Effect, Category: t.Category, DocumentID: r.DocumentId, DocumentNumber: r.Number,
			ContactID: r.CustomerId, Currency: r.TotalAmount.CurrencyCode, EntryID: e.Id,
			Taxable: -reduced.minorOf(of.base, whole), BaseTaxable: -reduced.baseOf(of.base, whole),
			Tax: -reduced.minorOf(of.minor, whole), BaseTax: -reduced.baseOf(of.minor, whole)})
	}
	tax.Adjust(amounts, postedTaxes(r, reduced, weights))
	return tax.Record(ctx, tx, amounts)
}

// postedTaxes returns what an entry that reduces a receivable posts to the accounts of taxes.
func postedTaxes(r *pb.Receivable, reduced reduction, weights []int64) map[string]tax.Posted {
	minors, bases := reduced.shares(weights)
	posted := map[string]tax.Posted{}
	for i, part := range r.Parts {
		if !part.Tax {
			continue
		}
		sum := posted[part.AccountId]
		posted[part.AccountId] = tax.Posted{Tax: sum.Tax - minors[i], BaseTax: sum.BaseTax - bases[i]}
	}
	return posted
}

func sumOf(weights []int64) (sum int64) {
	for _, w := range weights {
		sum += w
	}
	return sum
}

package tax

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// Sums adds up the taxes of a document by tax code and component, as its receivable keeps them
// and the tax register records them.
type Sums struct {
	currency string
	index    map[taxKey]int
	taxes    []*pb.Receivable_Tax
	sums     []taxSum
}

type taxKey struct{ code, component string }

// taxSum is a tax and the amount on which it is computed, in minor units.
type taxSum struct{ tax, taxable int64 }

// NewSums returns the taxes of a document in a currency, without any line.
func NewSums(currency string) *Sums {
	return &Sums{currency: currency, index: map[taxKey]int{}}
}

// AddLine adds the taxes of a line with a tax code. A code whose rate has no components is added
// with the net amount, because returns report exempt sales too.
func (s *Sums) AddLine(codeID, net string, taxes []*pb.TaxCalculation_Tax) error {
	if len(taxes) == 0 {
		taxable, err := money.Parse(net, s.currency)
		if err != nil {
			return err
		}
		s.add(codeID, &pb.TaxCalculation_Tax{Percent: "0", Effect: pb.TaxRate_CHARGED}, taxSum{taxable: taxable})
		return nil
	}
	for _, t := range taxes {
		minor, err := money.Parse(t.Amount.Amount, s.currency)
		if err != nil {
			return err
		}
		taxable, err := money.Parse(t.Base.Amount, s.currency)
		if err != nil {
			return err
		}
		s.add(codeID, t, taxSum{minor, taxable})
	}
	return nil
}

func (s *Sums) add(codeID string, t *pb.TaxCalculation_Tax, by taxSum) {
	key := taxKey{codeID, t.ComponentId}
	at, known := s.index[key]
	if !known {
		at = len(s.taxes)
		s.index[key] = at
		s.sums = append(s.sums, taxSum{})
		effect := t.Effect
		if effect == pb.TaxRate_EFFECT_UNSPECIFIED {
			effect = pb.TaxRate_CHARGED
		}
		s.taxes = append(s.taxes, &pb.Receivable_Tax{TaxCodeId: codeID, ComponentId: t.ComponentId,
			DisplayName: t.DisplayName, Effect: effect, Percent: t.Percent, AccountId: t.AccountId})
	}
	s.sums[at].tax += by.tax
	s.sums[at].taxable += by.taxable
	s.taxes[at].Amount = money.ToProto(s.sums[at].tax, s.currency)
	s.taxes[at].TaxableAmount = money.ToProto(s.sums[at].taxable, s.currency)
}

// Taxes returns the taxes as the receivable keeps them. The caller may complete them.
func (s *Sums) Taxes() []*pb.Receivable_Tax { return s.taxes }

// Amounts returns the taxes as amounts of the register, times a sign. common has what they share.
func (s *Sums) Amounts(sign int64, common Amount) (out []Amount) {
	for at, t := range s.taxes {
		a := common
		a.Use, a.Cause, a.Currency = pb.TaxCode_SALES, Document, s.currency
		a.TaxCodeID, a.ComponentID, a.AccountID = t.TaxCodeId, t.ComponentId, t.AccountId
		a.Name, a.Percent, a.Effect, a.Category = t.DisplayName, t.Percent, t.Effect, t.Category
		a.Taxable, a.Tax = sign*s.sums[at].taxable, sign*s.sums[at].tax
		out = append(out, a)
	}
	return out
}

package calculation

import (
	"math/big"
	"slices"
)

// sharesOfPrices returns, for each line, the exact shares that its components have in a price that
// includes the charged ones.
func sharesOfPrices(lines []Line) [][]*big.Rat {
	shares := make([][]*big.Rat, len(lines))
	for i, line := range lines {
		if i > 0 && slices.EqualFunc(line.Components, lines[i-1].Components, Component.hasShareOf) {
			shares[i] = shares[i-1] // most lines of a document have the same tax code
			continue
		}
		shares[i] = sharesOfPrice(line.Components)
	}
	return shares
}

// sharesOfPrice returns the shares of components in a price. If the charged components are the
// fractions f1, f2, … of net, the price is net × (1 + f1 + f2 + …).
func sharesOfPrice(components []Component) []*big.Rat {
	price := big.NewRat(1, 1)
	fractions := make([]*big.Rat, len(components))
	for k, component := range components {
		base := big.NewRat(1, 1)
		for j, before := range components[:k] {
			if component.Compound && before.raises(component) {
				base.Add(base, fractions[j])
			}
		}
		fractions[k] = base.Mul(base, component.fraction())
		if component.Effect == Charged {
			price.Add(price, fractions[k])
		}
	}
	for _, fraction := range fractions {
		fraction.Quo(fraction, price)
	}
	return fractions
}

// hasShareOf reports whether a component has the same share as another one in its place.
func (c Component) hasShareOf(other Component) bool {
	return c.Percent.Equal(other.Percent) && c.Compound == other.Compound && c.Effect == other.Effect
}

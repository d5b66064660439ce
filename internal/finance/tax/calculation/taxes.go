package calculation

import "math/big"

// computeTaxes computes the taxes of all lines.
func (c *calculation) computeTaxes() error {
	lines := make([]int, len(c.Lines))
	for i := range lines {
		lines[i] = i
		line := &c.result.Lines[i]
		line.Net, line.Gross = line.rest(), line.rest()
		if c.Mode != NoTax {
			line.Taxes = make([]Tax, len(c.Lines[i].Components))
		}
	}
	if c.Mode == Inclusive {
		c.shares = sharesOfPrices(c.Lines)
	}
	switch {
	case c.Mode == NoTax:
		return nil
	case c.Rounding == PerDocumentRate:
		return c.taxTogether(lines)
	}
	for i := range lines {
		if err := c.taxTogether(lines[i : i+1]); err != nil {
			return err
		}
	}
	return nil
}

// taxTogether computes the taxes of lines in which each component is rounded once. Charged
// components come first, because the net amount of an inclusive price is what they leave.
func (c *calculation) taxTogether(lines []int) error {
	if err := c.computeEffect(lines, Charged); err != nil {
		return err
	}
	for _, i := range lines {
		line := &c.result.Lines[i]
		line.Tax = c.sumOf(i, Charged)
		if c.Mode == Inclusive {
			line.Net = line.Gross - line.Tax
		} else {
			line.Gross = line.Net + line.Tax
		}
	}
	for _, effect := range []Effect{ReverseCharge, Withheld} {
		if err := c.computeEffect(lines, effect); err != nil {
			return err
		}
	}
	for _, i := range lines {
		c.result.Lines[i].Withheld = c.sumOf(i, Withheld)
		for k, component := range c.Lines[i].Components {
			c.result.Lines[i].Taxes[k].RateID = component.RateID
			c.result.Lines[i].Taxes[k].Base = c.base(i, k)
		}
	}
	return nil
}

// sumOf adds up the components of a line that have an effect.
func (c *calculation) sumOf(line int, effect Effect) (sum int64) {
	for k, component := range c.Lines[line].Components {
		if component.Effect == effect {
			sum += c.result.Lines[line].Taxes[k].Minor
		}
	}
	return sum
}

// cell is a component of a line.
type cell struct{ line, component int }

// computeEffect computes the components that have an effect. A compound component waits for those
// before it, on all lines, so that it is computed on rounded amounts.
func (c *calculation) computeEffect(lines []int, effect Effect) error {
	waiting, done := c.cellsByRate(lines, effect), map[string]bool{}
	for len(waiting) > 0 {
		var blocked [][]cell
		for _, cells := range waiting {
			if !c.isReady(cells, done) {
				blocked = append(blocked, cells)
				continue
			}
			if err := c.computeCells(cells); err != nil {
				return err
			}
			done[c.component(cells[0]).RateID] = true
		}
		if len(blocked) == len(waiting) {
			return &Error{Line: blocked[0][0].line, Err: ErrComponents}
		}
		waiting = blocked
	}
	return nil
}

// cellsByRate groups the components that have an effect by their RateID, sorted by first use.
func (c *calculation) cellsByRate(lines []int, effect Effect) (groups [][]cell) {
	at := map[string]int{}
	for _, i := range lines {
		for k, component := range c.Lines[i].Components {
			if component.Effect != effect {
				continue
			}
			g, known := at[component.RateID]
			if !known {
				g = len(groups)
				at[component.RateID] = g
				groups = append(groups, nil)
			}
			groups[g] = append(groups[g], cell{i, k})
		}
	}
	return groups
}

// isReady reports whether the components before compound ones have been computed.
func (c *calculation) isReady(cells []cell, done map[string]bool) bool {
	for _, at := range cells {
		component := c.component(at)
		for _, before := range c.Lines[at.line].Components[:at.component] {
			if component.Compound && before.Effect == component.Effect && before.raises(component) && !done[before.RateID] {
				return false
			}
		}
	}
	return true
}

// computeCells computes one component on several lines and rounds it once.
func (c *calculation) computeCells(cells []cell) error {
	exact := make([]*big.Rat, len(cells))
	for i, at := range cells {
		if c.Mode == Inclusive && c.component(at).Effect == Charged {
			exact[i] = new(big.Rat).SetInt64(c.result.Lines[at.line].Gross)
			exact[i].Mul(exact[i], c.shares[at.line][at.component])
		} else {
			exact[i] = new(big.Rat).SetInt64(c.base(at.line, at.component))
			exact[i].Mul(exact[i], c.component(at).fraction())
		}
	}
	parts, err := apportion(exact)
	if err != nil {
		return &Error{Line: cells[0].line, Err: err}
	}
	for i, at := range cells {
		c.result.Lines[at.line].Taxes[at.component].Minor = parts[i]
	}
	return nil
}

// base returns the amount from which a component of a line is computed.
func (c *calculation) base(line, component int) int64 {
	base, components := c.result.Lines[line].Net, c.Lines[line].Components
	for k, before := range components[:component] {
		if components[component].Compound && before.raises(components[component]) {
			base += c.result.Lines[line].Taxes[k].Minor
		}
	}
	return base
}

func (c *calculation) component(at cell) Component { return c.Lines[at.line].Components[at.component] }

// raises reports whether a component is part of the base of a compound one after it.
func (c Component) raises(compound Component) bool {
	return c.Effect == Charged || c.Effect == ReverseCharge && compound.Effect == ReverseCharge
}

// fraction returns the percentage as a fraction.
func (c Component) fraction() *big.Rat { return c.Percent.Shift(-2).Rat() }

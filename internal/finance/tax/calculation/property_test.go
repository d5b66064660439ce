package calculation

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"backoffice/internal/platform/money"
)

// rates are the components that drawn lines use. Each has one percentage and effect, as the
// components of stored rates have on one day.
var rates = []Component{
	{RateID: "gst", Percent: decimal.RequireFromString("5")},
	{RateID: "qst", Percent: decimal.RequireFromString("9.975")},
	{RateID: "zero"},
	{RateID: "vat", Percent: decimal.RequireFromString("21")},
	{RateID: "compound", Percent: decimal.RequireFromString("8.25"), Compound: true},
	{RateID: "reverse", Percent: decimal.RequireFromString("19"), Effect: ReverseCharge},
	{RateID: "withheld", Percent: decimal.RequireFromString("15"), Effect: Withheld},
	{RateID: "surcharge", Percent: decimal.RequireFromString("1.5"), Compound: true},
}

// drawDocument draws a document that can be calculated.
func drawDocument(t *rapid.T) Document {
	d := Document{
		Digits:   rapid.SampledFrom([]int{0, 2, 3}).Draw(t, "digits"),
		Mode:     rapid.SampledFrom([]Mode{Exclusive, Inclusive, NoTax}).Draw(t, "mode"),
		Rounding: rapid.SampledFrom([]Rounding{PerLine, PerDocumentRate}).Draw(t, "rounding"),
		Discount: Discount{Percent: decimal.New(rapid.Int64Range(0, 10000).Draw(t, "discount"), -2)},
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "lines") {
		l := Line{
			Quantity:  decimal.New(rapid.Int64Range(-5000, 50000).Draw(t, "quantity"), -3),
			UnitPrice: decimal.New(rapid.Int64Range(0, 1000000).Draw(t, "price"), -4),
			Discount:  Discount{Percent: decimal.New(rapid.Int64Range(0, 10000).Draw(t, "line discount"), -2)},
		}
		for k, rate := range rates {
			if rapid.IntRange(0, 2).Draw(t, fmt.Sprintf("line %d component %d", i, k)) == 0 {
				l.Components = append(l.Components, rate)
			}
		}
		d.Lines = append(d.Lines, l)
	}
	return d
}

func calculateDrawn(t *rapid.T, d Document) Result {
	r, err := Calculate(d)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNetPlusTaxIsGross(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDocument(t)
		r := calculateDrawn(t, d)
		for i, l := range r.Lines {
			if l.Net+l.Tax != l.Gross {
				t.Fatalf("line %d: %d + %d is not %d", i, l.Net, l.Tax, l.Gross)
			}
			var charged, withheld int64
			for k, tax := range l.Taxes {
				switch d.Lines[i].Components[k].Effect {
				case Charged:
					charged += tax.Minor
				case Withheld:
					withheld += tax.Minor
				}
			}
			if charged != l.Tax || withheld != l.Withheld {
				t.Fatalf("line %d: components add up to %d and %d, want %d and %d", i, charged, withheld, l.Tax, l.Withheld)
			}
		}
		if r.Net+r.Tax != r.Gross {
			t.Fatalf("document: %d + %d is not %d", r.Net, r.Tax, r.Gross)
		}
	})
}

func TestLinesAddUpToTheDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := calculateDrawn(t, drawDocument(t))
		var sum amounts
		taxes := map[string]Tax{}
		for _, l := range r.Lines {
			for i, minor := range l.amounts() {
				sum[i] += minor
			}
			for _, tax := range l.Taxes {
				taxes[tax.RateID] = Tax{tax.RateID, taxes[tax.RateID].Base + tax.Base, taxes[tax.RateID].Minor + tax.Minor}
			}
		}
		if sum != r.amounts() || len(taxes) != len(r.Taxes) {
			t.Fatalf("lines add up to %v %v, want %v %v", sum, taxes, r.amounts(), r.Taxes)
		}
		for _, tax := range r.Taxes {
			if taxes[tax.RateID] != tax {
				t.Fatalf("lines add up to %v, want %v", taxes[tax.RateID], tax)
			}
		}
	})
}

func TestNegatedDocumentHasNegatedResult(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDocument(t)
		r := calculateDrawn(t, d)
		d.Lines = slices.Clone(d.Lines)
		for i := range d.Lines {
			d.Lines[i].Quantity = d.Lines[i].Quantity.Neg()
		}
		negated := calculateDrawn(t, d)
		for i, l := range negated.Lines {
			was := r.Lines[i]
			if l.Amount != -was.Amount || l.Discount != -was.Discount || l.DocumentDiscount != -was.DocumentDiscount ||
				l.Net != -was.Net || l.Tax != -was.Tax || l.Withheld != -was.Withheld {
				t.Fatalf("line %d: got %+v, want the negative of %+v", i, l, was)
			}
		}
		for i, tax := range negated.Taxes {
			if tax.Base != -r.Taxes[i].Base || tax.Minor != -r.Taxes[i].Minor {
				t.Fatalf("got %v, want the negative of %v", tax, r.Taxes[i])
			}
		}
	})
}

func TestInclusiveTotalsNeverChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDocument(t)
		d.Mode = Inclusive
		inclusive := calculateDrawn(t, d)
		d.Mode = NoTax
		untaxed := calculateDrawn(t, d)
		for i, l := range inclusive.Lines {
			if l.Gross != untaxed.Lines[i].Gross {
				t.Fatalf("line %d: gross is %d, want %d", i, l.Gross, untaxed.Lines[i].Gross)
			}
		}
		if inclusive.Gross != untaxed.Gross {
			t.Fatalf("gross is %d, want %d", inclusive.Gross, untaxed.Gross)
		}
	})
}

// TestTaxIsBaseTimesRate checks the amounts of components against their reported bases.
func TestTaxIsBaseTimesRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDocument(t)
		d.Mode = Exclusive
		r := calculateDrawn(t, d)
		percents := map[string]decimal.Decimal{}
		for i, l := range r.Lines {
			for k, tax := range l.Taxes {
				percents[tax.RateID] = d.Lines[i].Components[k].Percent
				want, err := money.MulRate(tax.Base, percents[tax.RateID].Shift(-2), 0)
				if off := tax.Minor - want; err != nil || d.Rounding == PerLine && off != 0 || off < -1 || off > 1 {
					t.Fatalf("line %d: got %v, want %d, %v", i, tax, want, err)
				}
			}
		}
		for _, tax := range r.Taxes {
			want, err := money.MulRate(tax.Base, percents[tax.RateID].Shift(-2), 0)
			if err != nil || d.Rounding == PerDocumentRate && tax.Minor != want {
				t.Fatalf("document: got %v, want %d, %v", tax, want, err)
			}
		}
	})
}

// TestOneLineIsRoundedTheSameWay checks that the rounding does not matter if a document has one
// line.
func TestOneLineIsRoundedTheSameWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDocument(t)
		d.Lines = d.Lines[:min(1, len(d.Lines))]
		d.Rounding = PerLine
		perLine := calculateDrawn(t, d)
		d.Rounding = PerDocumentRate
		if perDocument := calculateDrawn(t, d); !slices.Equal(perLine.Taxes, perDocument.Taxes) {
			t.Fatalf("got %v per line and %v per document", perLine.Taxes, perDocument.Taxes)
		}
	})
}

// TestDiscountIsSpreadLikeAllocate compares the shares of a discount with package money.
func TestDiscountIsSpreadLikeAllocate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prices := rapid.SliceOfN(rapid.Int64Range(0, 100000), 1, 10).Draw(t, "prices")
		var sum int64
		d := Document{Digits: 2}
		for _, price := range prices {
			d.Lines = append(d.Lines, Line{Quantity: decimal.NewFromInt(1), UnitPrice: decimal.New(price, -2)})
			sum += price
		}
		d.Discount.Minor = rapid.Int64Range(0, sum).Draw(t, "discount")
		want := money.Allocate(d.Discount.Minor, prices)
		for i, l := range calculateDrawn(t, d).Lines {
			if d.Discount.Minor != 0 && l.DocumentDiscount != want[i] {
				t.Fatalf("line %d: got %d, want %d", i, l.DocumentDiscount, want[i])
			}
		}
	})
}

func TestApportionedPartsAreWithinOneUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numerators := rapid.SliceOfN(rapid.Int64Range(-1e12, 1e12), 0, 20).Draw(t, "numerators")
		exact, sum := make([]*big.Rat, len(numerators)), new(big.Rat)
		for i, n := range numerators {
			exact[i] = big.NewRat(n, rapid.Int64Range(1, 1000).Draw(t, "denominator"))
			sum.Add(sum, exact[i])
		}
		parts, err := apportion(exact)
		if err != nil {
			t.Fatal(err)
		}
		var total int64
		for i, part := range parts {
			total += part
			off := new(big.Rat).SetInt64(part)
			if off.Sub(off, exact[i]).Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("%s became %d", exact[i], part)
			}
		}
		if want := roundHalfAway(sum); !want.IsInt64() || want.Int64() != total {
			t.Fatalf("parts add up to %d, want %s", total, want)
		}
	})
}

package calculation

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/money"
)

// percent returns a charged component named after its percentage.
func percent(p string) Component { return Component{RateID: p, Percent: decimal.RequireFromString(p)} }

// line returns a line with a quantity of one.
func line(price string, components ...Component) Line {
	return Line{Quantity: decimal.NewFromInt(1), UnitPrice: decimal.RequireFromString(price), Components: components}
}

// calculate fails the test if a document cannot be calculated.
func calculate(t *testing.T, d Document) Result {
	t.Helper()
	r, err := Calculate(d)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// amounts is net, tax, gross and withheld.
type amounts [4]int64

func (r Result) amounts() amounts     { return amounts{r.Net, r.Tax, r.Gross, r.Withheld} }
func (l LineResult) amounts() amounts { return amounts{l.Net, l.Tax, l.Gross, l.Withheld} }

// TestPublishedCases checks documents whose results were published.
func TestPublishedCases(t *testing.T) {
	fifteen := []Line{line("25.06", percent("15")), line("25.61", percent("15")), line("25.63", percent("15"))}
	twoPhones := line("379.00", percent("21"))
	twoPhones.Quantity = decimal.NewFromInt(2)
	for name, c := range map[string]struct {
		document Document
		want     amounts
		taxes    []Tax
	}{
		"rounds each line": {
			Document{Digits: 2, Lines: fifteen}, amounts{7630, 1144, 8774}, []Tax{{"15", 7630, 1144}},
		},
		"rounds the document": {
			Document{Digits: 2, Rounding: PerDocumentRate, Lines: fifteen},
			amounts{7630, 1145, 8775}, []Tax{{"15", 7630, 1145}},
		},
		"adds two components to the same base": {
			Document{Digits: 2, Lines: []Line{line("140.00", percent("5"), percent("9.975"))}},
			amounts{14000, 2097, 16097}, []Tax{{"5", 14000, 700}, {"9.975", 14000, 1397}},
		},
		"rounds half a cent away from zero": {
			Document{Digits: 2, Lines: []Line{line("1460.50", percent("25"))}},
			amounts{146050, 36513, 182563}, []Tax{{"25", 146050, 36513}},
		},
		"keeps the total of inclusive prices": {
			Document{Digits: 2, Mode: Inclusive, Lines: []Line{twoPhones}},
			amounts{62645, 13155, 75800}, []Tax{{"21", 62645, 13155}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := calculate(t, c.document)
			if r.amounts() != c.want || !slices.Equal(r.Taxes, c.taxes) {
				t.Errorf("got %v %v, want %v %v", r.amounts(), r.Taxes, c.want, c.taxes)
			}
		})
	}
}

// TestDocumentTaxIsSpreadByLargestRemainder checks the share of each line in a tax that is rounded
// once: 3.7590, 3.8415 and 3.8445 are rounded to 11.45 together.
func TestDocumentTaxIsSpreadByLargestRemainder(t *testing.T) {
	r := calculate(t, Document{Digits: 2, Rounding: PerDocumentRate, Lines: []Line{
		line("25.06", percent("15")), line("25.61", percent("15")), line("25.63", percent("15")),
	}})
	if got := []int64{r.Lines[0].Tax, r.Lines[1].Tax, r.Lines[2].Tax}; !slices.Equal(got, []int64{376, 384, 385}) {
		t.Errorf("got %v, want 376 384 385", got)
	}
}

// TestEffects checks what charged, reverse-charged and withheld components do to the amounts of a
// line, in each mode.
func TestEffects(t *testing.T) {
	reverse := Component{RateID: "reverse", Percent: decimal.NewFromInt(19), Effect: ReverseCharge}
	withheld := Component{RateID: "withheld", Percent: decimal.NewFromInt(15), Effect: Withheld}
	compound := Component{RateID: "compound", Percent: decimal.NewFromInt(10), Compound: true}
	for name, c := range map[string]struct {
		mode       Mode
		price      string
		components []Component
		want       amounts
		taxes      []Tax
	}{
		"reports a reverse charge and charges nothing": {
			Exclusive, "100", []Component{reverse}, amounts{10000, 0, 10000}, []Tax{{"reverse", 10000, 1900}},
		},
		"a reverse charge is not part of an inclusive price": {
			Inclusive, "100", []Component{reverse}, amounts{10000, 0, 10000}, []Tax{{"reverse", 10000, 1900}},
		},
		"withholds from net and leaves gross alone": {
			Exclusive, "1000", []Component{percent("21"), withheld}, amounts{100000, 21000, 121000, 15000},
			[]Tax{{"21", 100000, 21000}, {"withheld", 100000, 15000}},
		},
		"withholds from the net of an inclusive price": {
			Inclusive, "1210", []Component{withheld, percent("21")}, amounts{100000, 21000, 121000, 15000},
			[]Tax{{"withheld", 100000, 15000}, {"21", 100000, 21000}},
		},
		"computes a compound component on what precedes it": {
			Exclusive, "100", []Component{percent("5"), compound}, amounts{10000, 1550, 11550},
			[]Tax{{"5", 10000, 500}, {"compound", 10500, 1050}},
		},
		"takes compound components out of an inclusive price": {
			Inclusive, "115.50", []Component{percent("5"), compound}, amounts{10000, 1550, 11550},
			[]Tax{{"5", 10000, 500}, {"compound", 10500, 1050}},
		},
		"does not compound on withheld or reverse-charged components": {
			Exclusive, "100", []Component{reverse, withheld, compound}, amounts{10000, 1000, 11000, 1500},
			[]Tax{{"reverse", 10000, 1900}, {"withheld", 10000, 1500}, {"compound", 10000, 1000}},
		},
		"compounds one reverse charge on another": {
			Exclusive, "100",
			[]Component{reverse, {RateID: "second", Percent: decimal.NewFromInt(10), Compound: true, Effect: ReverseCharge}},
			amounts{10000, 0, 10000}, []Tax{{"reverse", 10000, 1900}, {"second", 11900, 1190}},
		},
		"takes two components out of an inclusive price": {
			Inclusive, "160.97", []Component{percent("5"), percent("9.975")}, amounts{14000, 2097, 16097},
			[]Tax{{"5", 14000, 700}, {"9.975", 14000, 1397}},
		},
		"takes a compound component after a withheld one out of an inclusive price": {
			Inclusive, "110", []Component{withheld, compound}, amounts{10000, 1000, 11000, 1500},
			[]Tax{{"withheld", 10000, 1500}, {"compound", 10000, 1000}},
		},
		"reports the base of a zero rate": {
			Inclusive, "100", []Component{percent("0")}, amounts{10000, 0, 10000}, []Tax{{"0", 10000, 0}},
		},
		"ignores all components without tax": {
			NoTax, "100", []Component{percent("5"), reverse, withheld}, amounts{10000, 0, 10000}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, rounding := range []Rounding{PerLine, PerDocumentRate} {
				r := calculate(t, Document{
					Digits: 2, Mode: c.mode, Rounding: rounding, Lines: []Line{line(c.price, c.components...)},
				})
				if r.amounts() != c.want || r.Lines[0].amounts() != c.want || !slices.Equal(r.Lines[0].Taxes, c.taxes) {
					t.Errorf("rounding %d: got %v %v, want %v %v", rounding, r.amounts(), r.Lines[0].Taxes, c.want, c.taxes)
				}
			}
		})
	}
}

func TestDiscounts(t *testing.T) {
	discounted := func(price, percent string, minor int64) Line {
		l := line(price)
		l.Discount = Discount{Percent: decimal.RequireFromString(percent), Minor: minor}
		return l
	}
	for name, c := range map[string]struct {
		lines    []Line
		discount Discount
		want     [][3]int64 // discount of the line, of the document, net
	}{
		"reduces a line by a percentage": {
			[]Line{discounted("9.99", "12.5", 0)}, Discount{}, [][3]int64{{125, 0, 874}},
		},
		"reduces a line by an amount": {
			[]Line{discounted("9.99", "0", 100)}, Discount{}, [][3]int64{{100, 0, 899}},
		},
		"spreads an amount by largest remainder": {
			[]Line{line("10"), line("10"), line("10")}, Discount{Minor: 100},
			[][3]int64{{0, 34, 966}, {0, 33, 967}, {0, 33, 967}},
		},
		"spreads a percentage after the discounts of lines": {
			[]Line{discounted("100", "50", 0), line("50")}, Discount{Percent: decimal.NewFromInt(10)},
			[][3]int64{{5000, 500, 4500}, {0, 500, 4500}},
		},
		"gives a negative line its share": {
			[]Line{line("100"), line("-20")}, Discount{Percent: decimal.NewFromInt(10)},
			[][3]int64{{0, 1000, 9000}, {0, -200, -1800}},
		},
		"can reduce all to zero": {
			[]Line{line("100"), line("0.01")}, Discount{Percent: decimal.NewFromInt(100)},
			[][3]int64{{0, 10000, 0}, {0, 1, 0}},
		},
		"reduces a negative document by a negative amount": {
			[]Line{line("-10"), line("-20")}, Discount{Minor: -300}, [][3]int64{{0, -100, -900}, {0, -200, -1800}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := calculate(t, Document{Digits: 2, Lines: c.lines, Discount: c.discount})
			var got [][3]int64
			for _, l := range r.Lines {
				got = append(got, [3]int64{l.Discount, l.DocumentDiscount, l.Net})
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestAmountIsRoundedToTheDigitsOfTheCurrency(t *testing.T) {
	for _, c := range []struct {
		digits          int
		quantity, price string
		want            int64
	}{
		{2, "1.5", "0.33", 50}, {2, "-1.5", "0.33", -50}, {0, "3", "33.5", 101}, {3, "2", "0.0005", 1}, {4, "1", "2", 20000},
	} {
		l := line(c.price)
		l.Quantity = decimal.RequireFromString(c.quantity)
		if r := calculate(t, Document{Digits: c.digits, Lines: []Line{l}}); r.Net != c.want {
			t.Errorf("%s × %s with %d digits: got %d, want %d", c.quantity, c.price, c.digits, r.Net, c.want)
		}
	}
}

// TestCompoundOrder checks that a compound component waits for another one that a later line
// introduces, and that contradictory orders are refused only if they are rounded together.
func TestCompoundOrder(t *testing.T) {
	a, b := percent("10"), percent("20")
	a.Compound, b.Compound = true, true
	first, second := line("100", percent("20"), a), line("100", b, percent("5"))
	r := calculate(t, Document{Digits: 2, Rounding: PerDocumentRate, Lines: []Line{first, second}})
	if want := []Tax{{"20", 20000, 4000}, {"10", 12000, 1200}, {"5", 10000, 500}}; !slices.Equal(r.Taxes, want) {
		t.Errorf("got %v, want %v", r.Taxes, want)
	}
	contradictory := Document{Digits: 2, Rounding: PerDocumentRate, Lines: []Line{line("1", a, b), line("1", b, a)}}
	if _, err := Calculate(contradictory); !errors.Is(err, ErrComponents) {
		t.Errorf("got %v, want %v", err, ErrComponents)
	}
	contradictory.Rounding = PerLine
	if r := calculate(t, contradictory); r.Lines[0].Tax != 32 || r.Lines[1].Tax != 32 {
		t.Errorf("got %v", r.Lines)
	}
}

func TestCalculateRefusesInvalidDocuments(t *testing.T) {
	largest := decimal.New(money.MaxMinor, -2).String()
	of := func(lines ...Line) Document { return Document{Digits: 2, Lines: lines} }
	discounted := func(price string, d Discount) Line {
		l := line(price)
		l.Discount = d
		return l
	}
	for name, c := range map[string]struct {
		document Document
		line     int
		want     error
	}{
		"an amount out of range":            {of(line("0"), line("90071992547409.92")), 1, ErrRange},
		"a price with a huge exponent":      {of(line("1e10000")), 0, ErrRange},
		"a price with too many digits":      {of(line("1e-41")), 0, ErrRange},
		"a total out of range":              {of(line(largest), line("0.01")), Whole, ErrRange},
		"a negative total out of range":     {of(line("-"+largest), line("-0.01")), Whole, ErrRange},
		"a gross amount out of range":       {of(line(largest, percent("1"))), 0, ErrRange},
		"a tax out of range":                {of(line(largest, percent("1e30"))), 0, ErrRange},
		"a tax of two to the power of 64":   {of(line("1", percent("18446744073709551616"))), 0, ErrRange},
		"unknown digits":                    {Document{Digits: 5}, Whole, ErrRange},
		"a negative tax":                    {of(line("1"), line("1", percent("-1"))), 1, ErrPercent},
		"a discount above 100 %":            {of(discounted("1", Discount{Percent: decimal.New(10001, -2)})), 0, ErrPercent},
		"a discount below 0 %":              {of(discounted("1", Discount{Percent: decimal.NewFromInt(-1)})), 0, ErrPercent},
		"a discount above the amount":       {of(discounted("1", Discount{Minor: 101})), 0, ErrDiscount},
		"a discount with the opposite sign": {of(discounted("1", Discount{Minor: -1})), 0, ErrDiscount},
		"a discount of both kinds": {
			of(discounted("1", Discount{Percent: decimal.NewFromInt(1), Minor: 1})), 0, ErrDiscount,
		},
		"a document discount above the sum": {
			Document{Digits: 2, Lines: []Line{line("1"), line("-0.50")}, Discount: Discount{Minor: 51}}, Whole, ErrDiscount,
		},
		"a component twice":    {of(line("1", percent("1"), percent("1"))), 0, ErrComponents},
		"too many components":  {of(line("1", make([]Component, maxComponents+1)...)), 0, ErrComponents},
		"a discount too exact": {of(discounted("1", Discount{Percent: decimal.New(1, -41)})), 0, ErrRange},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Calculate(c.document)
			var at *Error
			if !errors.As(err, &at) || !errors.Is(err, c.want) || at.Line != c.line || !reflect.DeepEqual(r, Result{}) {
				t.Errorf("got %v, %v, want %v at line %d", r, err, c.want, c.line)
			}
		})
	}
}

func TestErrorNamesTheLine(t *testing.T) {
	if got := (&Error{Line: 1, Err: ErrDiscount}).Error(); got != "line 2: "+ErrDiscount.Error() {
		t.Error(got)
	}
	if got := (&Error{Line: Whole, Err: ErrDiscount}).Error(); got != "document: "+ErrDiscount.Error() {
		t.Error(got)
	}
}

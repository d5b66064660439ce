package duedate_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"backoffice/internal/finance/catalog/duedate"
)

// twoTen is the discount of 2/10 net 30.
func twoTen(treatment duedate.Treatment) duedate.Discount {
	return duedate.Discount{Percent: percent("2"), Days: 10, Treatment: treatment}
}

func TestFullDiscountDependsOnTreatment(t *testing.T) {
	for name, c := range map[string]struct {
		discount       duedate.Discount
		document, want duedate.Amount
	}{
		// 2/10 net 30 of the textbooks: 1,000.00 without tax cost 980.00.
		"without tax": {twoTen(duedate.NetAndTax), duedate.Amount{Net: 100000}, duedate.Amount{Net: 2000}},
		// 100.00 and 21 % tax cost 118.58, or 119.00 if the discount is computed on the net amount and
		// the tax is not corrected.
		"net and tax": {twoTen(duedate.NetAndTax), duedate.Amount{Net: 10000, Tax: 2100},
			duedate.Amount{Net: 200, Tax: 42}},
		"on the net": {twoTen(duedate.OnNet), duedate.Amount{Net: 10000, Tax: 2100}, duedate.Amount{Net: 200}},
		"net only":   {twoTen(duedate.NetOnly), duedate.Amount{Net: 10000, Tax: 2100}, duedate.Amount{Net: 242}},
		// 3 % of 119.00 are 3.57, of which 0.57 are tax at 19 %.
		"3 % of 119.00": {duedate.Discount{Percent: percent("3")}, duedate.Amount{Net: 10000, Tax: 1900},
			duedate.Amount{Net: 300, Tax: 57}},
		"half a cent is rounded up": {duedate.Discount{Percent: percent("2.5")}, duedate.Amount{Net: 20},
			duedate.Amount{Net: 1}},
		"less than half a cent": {duedate.Discount{Percent: percent("2.4")}, duedate.Amount{Net: 20}, duedate.Amount{}},
		"credit note": {twoTen(duedate.NetAndTax), duedate.Amount{Net: -10000, Tax: -2100},
			duedate.Amount{Net: -200, Tax: -42}},
		"credit note, on the net": {twoTen(duedate.OnNet), duedate.Amount{Net: -10000, Tax: -2100},
			duedate.Amount{Net: -200}},
		"nothing": {twoTen(duedate.NetAndTax), duedate.Amount{}, duedate.Amount{}},
	} {
		if got := c.discount.Full(c.document); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func TestPaymentEarnsDiscount(t *testing.T) {
	invoice := duedate.Amount{Net: 600000}
	taxed := duedate.Amount{Net: 10000, Tax: 1900}
	for name, c := range map[string]struct {
		document duedate.Amount
		paid     int64
		payment  string
		grace    int
		want     duedate.Amount
	}{
		"in full on the last day":     {invoice, 588000, "2026-03-25", 0, duedate.Amount{Net: 12000}},
		"in full a day late":          {invoice, 588000, "2026-03-26", 0, duedate.Amount{}},
		"a day late, within grace":    {invoice, 588000, "2026-03-26", 1, duedate.Amount{Net: 12000}},
		"after the days of grace":     {invoice, 588000, "2026-03-27", 1, duedate.Amount{}},
		"before the document":         {invoice, 588000, "2026-03-01", 0, duedate.Amount{Net: 12000}},
		"more than the discount asks": {invoice, 600000, "2026-03-20", 0, duedate.Amount{Net: 12000}},
		// Of 6,000.00, a payment of 2,940.00 in time settles 3,000.00.
		"a part":           {invoice, 294000, "2026-03-20", 0, duedate.Amount{Net: 6000}},
		"a part, with tax": {taxed, 5831, "2026-03-20", 0, duedate.Amount{Net: 100, Tax: 19}},
		"a part of a credit": {duedate.Amount{Net: -10000, Tax: -1900}, -5831, "2026-03-20", 0,
			duedate.Amount{Net: -100, Tax: -19}},
		"nothing":  {invoice, 0, "2026-03-20", 0, duedate.Amount{}},
		"a refund": {invoice, -100, "2026-03-20", 0, duedate.Amount{}},
	} {
		got := twoTen(duedate.NetAndTax).Earned(c.document, c.paid, date(t, "2026-03-15"), date(t, c.payment), c.grace)
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

// drawDiscount draws a discount, and drawAmount a document.
func drawDiscount(t *rapid.T) duedate.Discount {
	return duedate.Discount{
		Percent:   decimal.New(rapid.Int64Range(1, 500_000).Draw(t, "percent"), -duedate.PercentDigits),
		Days:      rapid.IntRange(0, 60).Draw(t, "days"),
		Treatment: duedate.Treatment(rapid.IntRange(0, 2).Draw(t, "treatment")),
	}
}

func drawAmount(t *rapid.T) duedate.Amount {
	net := rapid.Int64Range(0, 1_000_000_000).Draw(t, "net")
	return duedate.Amount{Net: net, Tax: rapid.Int64Range(0, net/4).Draw(t, "tax")}
}

func TestDiscountIsWithinDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, document := drawDiscount(t), drawAmount(t)
		full := d.Full(document)
		if full.Net < 0 || full.Tax < 0 || full.Net > document.Net || full.Tax > document.Tax {
			t.Fatalf("got %+v of %+v", full, document)
		}
		if d.Treatment != duedate.NetAndTax && full.Tax != 0 {
			t.Fatalf("got the tax %d, want it unchanged", full.Tax)
		}
		base := document.Gross()
		if d.Treatment == duedate.OnNet {
			base = document.Net
		}
		if want := decimal.NewFromInt(base).Mul(d.Percent).Shift(-2).Round(0); !want.Equal(decimal.NewFromInt(full.Gross())) {
			t.Fatalf("got %d, want %s", full.Gross(), want)
		}
	})
}

// TestPaymentSettlesAtMostTheDocument checks that payments and what they earn never exceed the
// document, and that a larger payment earns no less.
func TestPaymentSettlesAtMostTheDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, document, issued := drawDiscount(t), drawAmount(t), drawDate(t)
		payable := document.Gross() - d.Full(document).Gross()
		paid := rapid.Int64Range(0, payable).Draw(t, "paid")
		earned := d.Earned(document, paid, issued, issued, 0)
		if paid+earned.Gross() > document.Gross() || paid == payable && earned != d.Full(document) && payable > 0 {
			t.Fatalf("%d earns %+v of %+v", paid, earned, document)
		}
		less := d.Earned(document, rapid.Int64Range(0, paid).Draw(t, "less"), issued, issued, 0)
		if less.Gross() > earned.Gross() {
			t.Fatalf("a smaller payment earns %+v, %d earns %+v", less, paid, earned)
		}
	})
}

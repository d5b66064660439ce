package taxreturns

import (
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// quantity is which amount of a tax counts in a box.
type quantity int

const (
	taxable quantity = iota
	charged
	recovered
)

// term is what a box adds up: one quantity of the taxes that match. Empty conditions match
// everything.
type term struct {
	quantity   quantity
	use        pb.TaxCode_Use
	effects    []pb.TaxRate_Effect
	categories []pb.TaxCode_Category
	// not are categories that do not match.
	not []pb.TaxCode_Category
	// abroad matches reverse charges of codes that are only for purchases, such as of services bought
	// abroad. Codes that are for sales too are for domestic reverse charges.
	abroad bool
}

// formBox is a box of a form: the sum of terms, or of other boxes with a sign.
type formBox struct {
	key, name  string
	terms      []term
	plus, less []string
	// whole is true if the box is in whole units of the currency.
	whole bool
}

// form is the boxes of a return. net is the key of the box with the net tax.
type form struct {
	boxes []formBox
	net   string
}

var (
	sales, purchases = pb.TaxCode_SALES, pb.TaxCode_PURCHASES
	onCharged        = []pb.TaxRate_Effect{pb.TaxRate_CHARGED}
	onReverse        = []pb.TaxRate_Effect{pb.TaxRate_REVERSE_CHARGED}
	onWithheld       = []pb.TaxRate_Effect{pb.TaxRate_WITHHELD}
	onSupplies       = []pb.TaxRate_Effect{pb.TaxRate_CHARGED, pb.TaxRate_REVERSE_CHARGED}
	// betweenCountries is the category of goods that move between Northern Ireland and the EU.
	betweenCountries = []pb.TaxCode_Category{pb.TaxCode_K}
)

// forms are the boxes of returns.
var forms = map[pb.TaxReturn_Form]form{
	pb.TaxReturn_NET_TAX: {net: "NET_TAX", boxes: []formBox{
		{key: "SALES", name: "Sales without tax", terms: []term{{quantity: taxable, use: sales, effects: onSupplies}}},
		{key: "PURCHASES", name: "Purchases without tax",
			terms: []term{{quantity: taxable, use: purchases, effects: onSupplies}}},
		{key: "OUTPUT_TAX", name: "Output tax, with reverse charges on purchases", terms: []term{
			{quantity: charged, use: sales, effects: onCharged}, {quantity: charged, use: purchases, effects: onReverse},
			{quantity: charged, use: purchases, effects: onWithheld},
		}},
		{key: "INPUT_TAX", name: "Input tax recovered",
			terms: []term{{quantity: recovered, use: purchases, effects: onSupplies}}},
		{key: "WITHHELD_TAX", name: "Tax withheld by customers",
			terms: []term{{quantity: charged, use: sales, effects: onWithheld}}},
		{key: "NET_TAX", name: "Net tax", plus: []string{"OUTPUT_TAX"}, less: []string{"INPUT_TAX", "WITHHELD_TAX"}},
	}},
	// The nine boxes are those of VAT Notice 700/12, "How to fill in and submit your VAT Return",
	// section 3. Boxes 6 to 9 have no pence.
	pb.TaxReturn_GB_VAT: {net: "5", boxes: []formBox{
		{key: "1", name: "VAT due on sales and other outputs", terms: []term{
			{quantity: charged, use: sales, effects: onCharged},
			{quantity: charged, use: purchases, effects: onReverse, not: betweenCountries},
		}},
		{key: "2", name: "VAT due on acquisitions in Northern Ireland from the EU",
			terms: []term{{quantity: charged, use: purchases, effects: onReverse, categories: betweenCountries}}},
		{key: "3", name: "Total VAT due", plus: []string{"1", "2"}},
		{key: "4", name: "VAT reclaimed on purchases and other inputs",
			terms: []term{{quantity: recovered, use: purchases, effects: onSupplies}}},
		{key: "5", name: "Net VAT to pay, or to reclaim if negative", plus: []string{"3"}, less: []string{"4"}},
		// Services bought abroad are supplies of the buyer too (VAT Notice 741A, section 5).
		{key: "6", name: "Total value of sales and other outputs, without VAT", whole: true, terms: []term{
			{quantity: taxable, use: sales, effects: onSupplies},
			{quantity: taxable, use: purchases, effects: onReverse, not: betweenCountries, abroad: true},
		}},
		{key: "7", name: "Total value of purchases and other inputs, without VAT", whole: true,
			terms: []term{{quantity: taxable, use: purchases, effects: onSupplies}}},
		{key: "8", name: "Supplies of goods from Northern Ireland to the EU, without VAT", whole: true,
			terms: []term{{quantity: taxable, use: sales, effects: onSupplies, categories: betweenCountries}}},
		{key: "9", name: "Acquisitions of goods in Northern Ireland from the EU, without VAT", whole: true,
			terms: []term{{quantity: taxable, use: purchases, effects: onSupplies, categories: betweenCountries}}},
	}},
}

// matches reports whether a term counts taxes of a kind.
func (t term) matches(k taxKind) bool {
	return k.Use == t.use.String() && slices.Contains(t.effects, effectOf(k.Effect)) &&
		(len(t.categories) == 0 || slices.Contains(t.categories, categoryOf(k.Category))) &&
		!slices.Contains(t.not, categoryOf(k.Category)) && (!t.abroad || k.PurchasesOnly)
}

// of returns the quantity of a sum that a term counts.
func (t term) of(s kindSum) int64 {
	switch t.quantity {
	case taxable:
		return s.Taxable
	case recovered:
		return s.Recoverable
	}
	return s.Tax
}

// box returns the box of a form with a key, and whether there is one.
func (f form) box(key string) (formBox, bool) {
	i := slices.IndexFunc(f.boxes, func(b formBox) bool { return b.key == key })
	if i < 0 {
		return formBox{}, false
	}
	return f.boxes[i], true
}

// termsOf returns the terms that a box adds up, also through other boxes.
func (f form) termsOf(key string) (terms []term) {
	b, _ := f.box(key)
	terms = append(terms, b.terms...)
	for _, other := range slices.Concat(b.plus, b.less) {
		terms = append(terms, f.termsOf(other)...)
	}
	return terms
}

// fill returns the amounts of the boxes by key, in minor units.
func (f form) fill(sums []kindSum) map[string]int64 {
	amounts := map[string]int64{}
	for _, b := range f.boxes {
		for _, t := range b.terms {
			for _, s := range sums {
				if t.matches(s.taxKind) {
					amounts[b.key] += t.of(s)
				}
			}
		}
		for _, key := range b.plus {
			amounts[b.key] += amounts[key]
		}
		for _, key := range b.less {
			amounts[b.key] -= amounts[key]
		}
	}
	return amounts
}

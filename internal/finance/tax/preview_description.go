package tax

import (
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/tax/calculation"
	"backoffice/internal/platform/money"
)

// description describes the amounts of a calculation as the API shows them.
type description struct {
	currency string
	// components have what the API shows of the components of rates, by their identifiers.
	components map[string]*pb.TaxCalculation_Tax
}

func newDescription(currency string, codes map[string]Resolved) description {
	d := description{currency: currency, components: map[string]*pb.TaxCalculation_Tax{}}
	for _, code := range codes {
		for i, c := range code.Rate.GetComponents() {
			d.components[c.Id] = &pb.TaxCalculation_Tax{
				ComponentId: c.Id, DisplayName: c.DisplayName, Effect: c.Effect, AccountId: code.AccountIDs[i],
				Percent: code.Components[i].Percent.String(),
			}
		}
	}
	return d
}

// DescribeTaxes returns the taxes of a line or a document, calculated with codes, as the API shows
// them.
func DescribeTaxes(taxes []calculation.Tax, currency string, codes map[string]Resolved) []*pb.TaxCalculation_Tax {
	return newDescription(currency, codes).taxes(taxes)
}

func describePreview(p *preview, r calculation.Result, codes map[string]Resolved) *pb.TaxCalculation {
	d := newDescription(p.currency, codes)
	out := &pb.TaxCalculation{
		Date: p.on.String(), CurrencyCode: p.currency, Mode: pb.TaxCalculation_Mode(p.document.Mode + 1),
		Rounding: pb.TaxCalculation_Rounding(p.document.Rounding + 1), Taxes: d.taxes(r.Taxes),
		Net: d.amount(r.Net), Tax: d.amount(r.Tax), Gross: d.amount(r.Gross), Withheld: d.amount(r.Withheld),
		Payable: d.amount(r.Gross - r.Withheld),
	}
	for i, l := range r.Lines {
		out.Lines = append(out.Lines, d.line(l))
		if note := codes[p.codeIDs[i]].Code.GetLegalNote(); note != "" && !slices.Contains(out.LegalNotes, note) {
			out.LegalNotes = append(out.LegalNotes, note)
		}
	}
	return out
}

func (d description) amount(minor int64) *typepb.Money { return money.ToProto(minor, d.currency) }

func (d description) line(l calculation.LineResult) *pb.TaxCalculation_Line {
	return &pb.TaxCalculation_Line{
		Amount: d.amount(l.Amount), Discount: d.amount(l.Discount), DocumentDiscount: d.amount(l.DocumentDiscount),
		Net: d.amount(l.Net), Tax: d.amount(l.Tax), Gross: d.amount(l.Gross), Withheld: d.amount(l.Withheld),
		Taxes: d.taxes(l.Taxes),
	}
}

func (d description) taxes(taxes []calculation.Tax) (out []*pb.TaxCalculation_Tax) {
	for _, t := range taxes {
		of := d.components[t.RateID]
		out = append(out, &pb.TaxCalculation_Tax{
			ComponentId: of.ComponentId, DisplayName: of.DisplayName, Effect: of.Effect, AccountId: of.AccountId,
			Percent: of.Percent, Base: d.amount(t.Base), Amount: d.amount(t.Minor),
		})
	}
	return out
}

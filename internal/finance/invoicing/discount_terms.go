package invoicing

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/catalog/duedate"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// setDiscountTerms sets the early-payment discount that a payment term grants on an invoice.
func setDiscountTerms(r *pb.Receivable, i *pb.Invoice, term duedate.Term, issued calendar.Date) error {
	net, err := money.Parse(i.NetAmount.Amount, i.CurrencyCode)
	if err != nil {
		return err
	}
	taxes, err := money.Parse(i.TaxAmount.Amount, i.CurrencyCode)
	if err != nil {
		return err
	}
	discount := term.Discount.Full(duedate.Amount{Net: net, Tax: taxes})
	if discount.Gross() <= 0 {
		return nil
	}
	r.DiscountDate = term.Discount.LastDate(issued, 0).String()
	r.DiscountAmount = money.ToProto(discount.Gross(), i.CurrencyCode)
	r.DiscountTreatment = pb.Receivable_NET_AND_TAX
	if term.Discount.Treatment != duedate.NetAndTax {
		r.DiscountTreatment = pb.Receivable_NET_ONLY
	}
	return nil
}

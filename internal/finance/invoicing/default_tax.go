package invoicing

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
)

// setTaxCodes sets the tax codes of new lines that have none: that of an exempt customer, or else
// that of the customer, the item, or the place to which is delivered. A line that was calculated
// before keeps what it has, also if it is copied from another document. Without a customer only
// lines that have a code are taxed.
func (d *document) setTaxCodes(ctx context.Context, tx *db.Tx, items map[string]*pb.Item) error {
	if d.customer == nil {
		return nil
	}
	code, exempt, err := codeOfCustomer(ctx, tx, d.customer, d.date)
	if err != nil {
		return err
	}
	var place *string
	for _, l := range d.lines {
		if l.TaxCodeId != "" || l.Amount != nil {
			continue
		}
		if setIfEmpty(&l.TaxCodeId, code); exempt {
			continue
		}
		setIfEmpty(&l.TaxCodeId, items[l.ItemId].GetSalesTaxCodeId())
		if l.TaxCodeId == "" && place == nil {
			found, err := codeOfPlace(ctx, tx, d.customer)
			if err != nil {
				return err
			}
			place = &found
		}
		if l.TaxCodeId == "" {
			l.TaxCodeId = *place
		}
	}
	return nil
}

// KeepCalculated gives lines that a document already had the amounts that they had, so that they
// are not taken for new ones.
func KeepCalculated(old, lines []*pb.DocumentLine) {
	had := map[string]*pb.DocumentLine{}
	for _, l := range old {
		had[l.Id] = l
	}
	for _, l := range lines {
		if was := had[l.Id]; was != nil && l.Amount == nil {
			l.Amount = was.Amount
		}
	}
}

// codeOfCustomer returns the tax code of a customer on a day, and whether the customer is exempt
// then. The code of a customer with an exemption ends with it.
func codeOfCustomer(ctx context.Context, tx *db.Tx, c *pb.Customer, on calendar.Date) (string, bool, error) {
	switch {
	case c.ExemptionReason == "":
		return c.TaxCodeId, false, nil
	case exemptionExpired(c, on):
		return "", false, nil
	case c.TaxCodeId != "":
		return c.TaxCodeId, true, nil
	}
	code, err := tax.FindExemptCode(ctx, tx)
	return code, true, err
}

// exemptionExpired reports whether a customer was exempt before a day, but no longer is.
func exemptionExpired(c *pb.Customer, on calendar.Date) bool {
	return c.ExemptionExpireDate != "" && c.ExemptionExpireDate < on.String()
}

// codeOfPlace returns the tax code of what is delivered to a customer, or "" if the place is not
// known or does not choose one.
func codeOfPlace(ctx context.Context, tx *db.Tx, c *pb.Customer) (string, error) {
	to := c.ShippingAddress
	if to == nil {
		to = c.BillingAddress
	}
	if to == nil {
		return "", nil
	}
	return tax.FindCodeOfPlace(ctx, tx,
		tax.Place{RegionCode: to.RegionCode, Subdivision: to.Subdivision, PostalCode: to.PostalCode})
}

package invoicing

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/table"
)

// DocumentLines binds the lines of a sales document to a table. They keep their identifiers, to
// which credit notes and invoices refer.
func DocumentLines[R any](
	name, parent string, list func(R) *[]*pb.DocumentLine, currency func(R) string,
) table.Column[R] {
	return table.KeyedLines("lines", name, parent, "dln", list,
		func(l *pb.DocumentLine) *string { return &l.Id }, currency,
		table.Ref("item_id", "itm", func(l *pb.DocumentLine) *string { return &l.ItemId }),
		table.Text("description", func(l *pb.DocumentLine) *string { return &l.Description }),
		table.Decimal("quantity", priceDigits, func(l *pb.DocumentLine) *string { return &l.Quantity }),
		table.Text("unit", func(l *pb.DocumentLine) *string { return &l.Unit }),
		table.Decimal("unit_price", priceDigits, func(l *pb.DocumentLine) *string { return &l.UnitPrice }),
		table.Decimal("discount_percent", percentDigits, func(l *pb.DocumentLine) *string { return &l.DiscountPercent }),
		table.Money("discount_amount", func(l *pb.DocumentLine) **typepb.Money { return &l.DiscountAmount }),
		table.Ref("tax_code_id", "txk", func(l *pb.DocumentLine) *string { return &l.TaxCodeId }),
		table.Ref("account_id", "acc", func(l *pb.DocumentLine) *string { return &l.AccountId }),
		table.Refs("dimension_value_ids", "dmv", func(l *pb.DocumentLine) *[]string { return &l.DimensionValueIds }),
		table.Date("service_start_date", func(l *pb.DocumentLine) *string { return &l.ServiceStartDate }),
		table.Date("service_end_date", func(l *pb.DocumentLine) *string { return &l.ServiceEndDate }),
		table.Strings("source_ids", func(l *pb.DocumentLine) *[]string { return &l.SourceIds }),
		table.Money("amount", func(l *pb.DocumentLine) **typepb.Money { return &l.Amount }),
		table.Money("net_amount", func(l *pb.DocumentLine) **typepb.Money { return &l.NetAmount }),
		table.Money("tax_amount", func(l *pb.DocumentLine) **typepb.Money { return &l.TaxAmount }),
		table.Messages("taxes", func(l *pb.DocumentLine) *[]*pb.TaxCalculation_Tax { return &l.Taxes }),
		table.Text("legal_note", func(l *pb.DocumentLine) *string { return &l.LegalNote }),
	)
}

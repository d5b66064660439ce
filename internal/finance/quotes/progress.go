package quotes

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// prefix is that of the identifiers of quotes.
const prefix = "quo"

// billedLine is what invoices bill of a line of a quote: the amount in minor units and in the price
// mode of the quote, the quantity, and the number of lines that bill it.
type billedLine struct {
	minor    int64
	quantity decimal.Decimal
	lines    int
}

// billedSQL selects the lines of invoices that bill lines of quotes. They say so themselves in
// their sources, so that deleted drafts, removed lines and void invoices do not count.
const billedSQL = `
select s.id, i.currency_code, i.price_mode, l.quantity::text, l.net_amount_minor, l.tax_amount_minor
from finance.quote_conversions c
join finance.invoices i on i.org_id = $1
and i.id = c.invoice_id
and i.state <> 'VOID'
join finance.invoice_lines l on l.org_id = $1
and l.invoice_id = i.id
cross join unnest(l.source_ids) as s (id)
where c.org_id = $1
and c.quote_id = any($2)`

// loadBilled returns what invoices bill of the lines of quotes, by the identifiers of the lines.
func loadBilled(ctx context.Context, tx *db.Tx, list []*pb.Quote) (map[string]billedLine, error) {
	var converted []*pb.Quote
	billed, lines := map[string]billedLine{}, map[string]lineOfQuote{}
	for _, q := range list {
		if len(q.Conversions) == 0 {
			continue
		}
		converted = append(converted, q)
		for _, l := range q.Lines {
			lines[l.Id] = lineOfQuote{q, l}
		}
	}
	if len(converted) == 0 {
		return billed, nil
	}
	keys, err := id.ParseEach(prefix, converted, (*pb.Quote).GetId)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, billedSQL, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[invoiceRow])
	if err != nil {
		return nil, err
	}
	for _, row := range found {
		from, known := lines[row.LineID]
		if !known {
			continue // of a line that a revision removed, or of another source
		}
		if err := from.addBilled(billed, row); err != nil {
			return nil, err
		}
	}
	return billed, nil
}

// invoiceRow is a line of an invoice that bills a line of a quote.
type invoiceRow struct {
	LineID, Currency, PriceMode, Quantity string
	Net, Tax                              int64
}

// lineOfQuote is a line with its quote.
type lineOfQuote struct {
	quote *pb.Quote
	line  *pb.DocumentLine
}

// addBilled adds a line of an invoice. If someone changed the currency or the price mode of the
// draft, its amount is the share of the quantity.
func (l lineOfQuote) addBilled(billed map[string]billedLine, row invoiceRow) error {
	quantity, err := decimal.NewFromString(row.Quantity)
	if err != nil {
		return err
	}
	minor := row.Net
	if l.quote.PriceMode == pb.TaxCalculation_INCLUSIVE {
		minor += row.Tax
	}
	if row.Currency != l.quote.CurrencyCode || row.PriceMode != l.quote.PriceMode.String() {
		if minor, err = l.shareOf(quantity); err != nil {
			return err
		}
	}
	b := billed[row.LineID]
	billed[row.LineID] = billedLine{minor: b.minor + minor, quantity: b.quantity.Add(quantity), lines: b.lines + 1}
	return nil
}

// shareOf returns the share of the amount that a quantity has.
func (l lineOfQuote) shareOf(quantity decimal.Decimal) (int64, error) {
	whole, err := l.minor()
	if err != nil {
		return 0, err
	}
	all, err := decimal.NewFromString(l.line.Quantity)
	if err != nil || all.IsZero() {
		return 0, err
	}
	return decimal.NewFromInt(whole).Mul(quantity).DivRound(all, 0).IntPart(), nil
}

// minor returns the amount of the line after all discounts, in minor units: with taxes if prices
// include them.
func (l lineOfQuote) minor() (int64, error) {
	net, err := money.Parse(l.line.NetAmount.GetAmount(), l.quote.CurrencyCode)
	if err != nil || l.quote.PriceMode != pb.TaxCalculation_INCLUSIVE {
		return net, err
	}
	charged, err := money.Parse(l.line.TaxAmount.GetAmount(), l.quote.CurrencyCode)
	return net + charged, err
}

// divide returns the line with what invoices left of it.
func (l lineOfQuote) divide(billed billedLine) (invoicing.DividedLine, error) {
	whole, err := l.minor()
	if err != nil {
		return invoicing.DividedLine{}, err
	}
	quantity, err := decimal.NewFromString(l.line.Quantity)
	if err != nil {
		return invoicing.DividedLine{}, err
	}
	d := invoicing.DividedLine{Currency: l.quote.CurrencyCode, Whole: whole, Left: whole - billed.minor,
		Quantity: quantity, LeftQuantity: quantity.Sub(billed.quantity), Parts: billed.lines,
		Exceeded: optionsv1.Reason_QUOTE_EXCEEDED}
	if (d.Left < 0) != (whole < 0) { // someone raised the price on a draft
		d.Left = 0
	}
	if d.LeftQuantity.Sign() != quantity.Sign() {
		d.LeftQuantity = decimal.Zero
	}
	return d, nil
}

// loadProgress sets how much of each line of quotes is invoiced.
func loadProgress(ctx context.Context, tx *db.Tx, list []*pb.Quote) error {
	billed, err := loadBilled(ctx, tx, list)
	if err != nil {
		return err
	}
	for _, q := range list {
		if err := setProgress(q, billed); err != nil {
			return err
		}
	}
	return nil
}

// setProgress sets how much of each line of a quote is invoiced.
func setProgress(q *pb.Quote, billed map[string]billedLine) error {
	var invoiced, left int64
	q.LineProgress = nil
	for _, l := range q.Lines {
		b := billed[l.Id]
		d, err := lineOfQuote{q, l}.divide(b)
		if err != nil {
			return err
		}
		q.LineProgress = append(q.LineProgress, &pb.Quote_LineProgress{QuoteLineId: l.Id,
			InvoicedQuantity: b.quantity.String(), UninvoicedQuantity: d.LeftQuantity.String(),
			InvoicedAmount: money.ToProto(b.minor, q.CurrencyCode), UninvoicedAmount: money.ToProto(d.Left, q.CurrencyCode)})
		invoiced, left = invoiced+b.minor, left+d.Left
	}
	q.InvoicedAmount, q.UninvoicedAmount = money.ToProto(invoiced, q.CurrencyCode), money.ToProto(left, q.CurrencyCode)
	return nil
}

// isLeft reports whether something is left of a quote that can be invoiced.
func isLeft(q *pb.Quote, billed map[string]billedLine) (bool, error) {
	for _, l := range q.Lines {
		d, err := lineOfQuote{q, l}.divide(billed[l.Id])
		if err != nil || !isUsedUp(d) {
			return true, err
		}
	}
	return false, nil
}

// refuseInvoiced refuses to convert quotes of which nothing is left.
func refuseInvoiced(ctx context.Context, tx *db.Tx, list []*pb.Quote) ([]error, error) {
	billed, err := loadBilled(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(list))
	for n, q := range list {
		left, err := isLeft(q, billed)
		if err != nil {
			return nil, err
		}
		if !left {
			refusals[n] = fault.InvalidFor(optionsv1.Reason_QUOTE_EXCEEDED, fault.At("lines", "are all invoiced"))
		}
	}
	return refusals, nil
}

// refuseConverted refuses quotes from which invoices were made that are not void.
func refuseConverted(ctx context.Context, tx *db.Tx, list []*pb.Quote) ([]error, error) {
	refusals := make([]error, len(list))
	keys, err := id.ParseEach(prefix, list, (*pb.Quote).GetId)
	if err != nil {
		return nil, err
	}
	converted, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select c.quote_id
from finance.quote_conversions c
join finance.invoices i on i.org_id = $1
and i.id = c.invoice_id
and i.state <> 'VOID'
where c.org_id = $1
and c.quote_id = any($2)`, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	for _, key := range converted {
		for n := range keys {
			if keys[n] == key {
				refusals[n] = fault.Refuse(optionsv1.Reason_QUOTE_CONVERTED, "Invoices were made from the quote.").
					WithSubject(list[n].Id)
			}
		}
	}
	return refusals, nil
}

package invoicing

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/invoicing/openitems"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// openingDocuments are the documents that exist with the numbers of a file.
type openingDocuments struct {
	invoices map[string]*pb.Invoice
	credits  map[string]receivables.OpeningCredit
}

// loadOpeningDocuments reads the documents with the numbers of rows.
func loadOpeningDocuments(ctx context.Context, tx *db.Tx, rows []openitems.Row) (d openingDocuments, err error) {
	numbers := make([]string, len(rows))
	for i, r := range rows {
		numbers[i] = r.Number
	}
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select id
from finance.invoices
where org_id = $1
and number = any($2)
and state <> 'VOID'`, tx.Call().Organization.ID, numbers)
	if err != nil {
		return d, err
	}
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = id.Format(invoices.Prefix(), key)
	}
	found, err := invoices.FindMany(ctx, tx, ids)
	if err != nil {
		return d, err
	}
	d = openingDocuments{map[string]*pb.Invoice{}, map[string]receivables.OpeningCredit{}}
	for _, i := range found {
		d.invoices[i.Number] = i
	}
	credits, err := receivables.OpeningCredits(ctx, tx, numbers)
	for _, c := range credits {
		d.credits[c.Number] = c
	}
	return d, err
}

// difference returns how a document that exists with the number of a row differs from it, and its
// identifier. exists is false if there is none.
func (d openingDocuments) difference(r openitems.Row, customerID string) (documentID, note string, exists bool) {
	if r.Minor < 0 {
		c, exists := d.credits[r.Number]
		if !exists {
			return "", "", false
		}
		return id.Format("ccr", c.ID), differenceOf(r, customerID, id.Format("cus", c.Customer), c.Currency, -c.Minor), true
	}
	i, exists := d.invoices[r.Number]
	if !exists {
		return "", "", false
	}
	total, err := money.Parse(i.TotalAmount.GetAmount(), i.CurrencyCode)
	if i.OpeningDate == "" || err != nil {
		return i.Id, "the invoice with the number was issued here", true
	}
	return i.Id, differenceOf(r, customerID, i.CustomerId, i.CurrencyCode, total), true
}

// differenceOf returns how a row differs from what was taken over, or "" if it is the same.
func differenceOf(r openitems.Row, customerID, takenCustomer, currency string, minor int64) string {
	switch {
	case customerID != takenCustomer:
		return "it was taken over for another customer, " + takenCustomer
	case r.Currency != currency || r.Minor != minor:
		return "it was taken over with " + money.Format(minor, currency) + " " + currency
	}
	return ""
}

// takeOver stores the documents that do not exist.
func (o *openingImport) takeOver(ctx context.Context, tx *db.Tx) error {
	var violations fault.List
	seen := map[string]int{}
	for _, r := range o.file.Rows {
		if first, again := seen[r.Number]; again {
			violations.MergeViolations("", invalidRow(r.Line, "repeats the number %s of line %d", r.Number, first))
			continue
		}
		seen[r.Number] = r.Line
		owner := o.owners[strings.ToLower(r.Customer)]
		row := &openingRow{LineNumber: int32(r.Line), Outcome: pb.ImportOpeningInvoicesResponse_Row_IMPORTED,
			Number: r.Number, CustomerText: r.Customer, CustomerId: owner.Id, OpenAmount: money.ToProto(r.Minor, r.Currency)}
		o.response.Rows = append(o.response.Rows, row)
		if documentID, note, exists := o.known.difference(r, owner.Id); exists {
			row.DocumentId, row.Note, row.Outcome = documentID, note, pb.ImportOpeningInvoicesResponse_Row_EXISTS
			if note != "" {
				row.Outcome = pb.ImportOpeningInvoicesResponse_Row_DIFFERS
			}
			continue
		}
		base, err := o.baseOf(ctx, tx, r)
		if err != nil {
			if err := violations.Merge("", err); err != nil {
				return err
			}
			continue
		}
		row.OpenBaseAmount = money.ToProto(base, o.base)
		if r.Minor < 0 {
			row.DocumentId, err = o.storeCredit(ctx, tx, r, owner, -base)
		} else {
			row.DocumentId, err = o.storeInvoice(ctx, tx, r, owner, base)
		}
		if err != nil {
			return err
		}
	}
	return violations.Err()
}

// baseOf returns what is open of a row in the organization's currency: as the file says, or by its
// rate, or by the stored rate of the opening balances' day.
func (o *openingImport) baseOf(ctx context.Context, tx *db.Tx, r openitems.Row) (int64, error) {
	if r.Currency == o.base {
		return r.Minor, nil
	}
	if r.BaseText != "" {
		base, err := r.Base(o.base)
		if err != nil {
			return 0, invalidRow(r.Line, "has an amount in %s that cannot be read: %s", o.base, err)
		}
		return base, nil
	}
	rate, err := ledger.RateOn(ctx, tx, "content", r.Rate, r.Currency, o.date)
	if err != nil {
		return 0, fault.MapFields(err, func(f fault.Field) fault.Field {
			return fault.At("content", "line %d %s", r.Line, f.Message)
		})
	}
	base, err := money.Convert(r.Minor, r.Currency, o.base, rate)
	if err != nil {
		return 0, invalidRow(r.Line, "has an amount that is too large in %s at the rate %s", o.base, rate)
	}
	return base, nil
}

// storeInvoice stores an invoice with its receivable.
func (o *openingImport) storeInvoice(
	ctx context.Context, tx *db.Tx, r openitems.Row, owner *pb.Customer, base int64,
) (string, error) {
	total, none := money.ToProto(r.Minor, r.Currency), money.ToProto(0, r.Currency)
	i := &pb.Invoice{Number: r.Number, CustomerId: owner.Id, State: pb.Invoice_ISSUED, IssueDate: r.Date.String(),
		DueDate: r.DueDate.String(), CurrencyCode: r.Currency, PriceMode: pb.TaxCalculation_NO_TAX,
		TaxRounding: pb.TaxCalculation_PER_LINE, NetAmount: total, TaxAmount: none, TotalAmount: total,
		WithheldAmount: none, OpenAmount: total, PaymentStatus: pb.Invoice_UNPAID, OpeningDate: o.date.String(),
		IssueTime: timestamppb.New(tx.Call().Now())}
	freezeCustomer(i, owner)
	if err := invoices.Insert(ctx, tx, i); err != nil {
		return "", err
	}
	return i.Id, receivables.TakeOverReceivable(ctx, tx, &pb.Receivable{Id: receivableID(i.Id), CustomerId: owner.Id,
		DocumentId: i.Id, Number: i.Number, Date: i.IssueDate, DueDate: i.DueDate, TotalAmount: total,
		AccountId: o.receivable, Parts: []*pb.Receivable_Part{{AccountId: o.sales, Amount: total}}}, base, o.date.String())
}

// storeCredit stores what a customer had paid or was credited.
func (o *openingImport) storeCredit(
	ctx context.Context, tx *db.Tx, r openitems.Row, owner *pb.Customer, base int64,
) (string, error) {
	c := &pb.CustomerCredit{CustomerId: owner.Id, Number: r.Number, Date: r.Date.String(),
		TotalAmount: money.ToProto(-r.Minor, r.Currency), AccountId: o.deposits}
	err := receivables.TakeOverCredit(ctx, tx, c, base, o.date.String())
	return c.Id, err
}

// report adds the skipped rows, and the warnings.
func (o *openingImport) report() {
	for _, p := range o.file.PassedOver {
		o.response.Rows = append(o.response.Rows, &openingRow{LineNumber: int32(p.Line), Note: p.Message,
			Outcome: pb.ImportOpeningInvoicesResponse_Row_PASSED_OVER})
	}
	slices.SortFunc(o.response.Rows, func(a, b *openingRow) int { return cmp.Compare(a.LineNumber, b.LineNumber) })
	for _, name := range o.file.UnknownColumns {
		o.response.Warnings = append(o.response.Warnings, "The column "+name+" is not used.")
	}
}

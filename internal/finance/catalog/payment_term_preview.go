package catalog

import (
	"cmp"
	"context"
	"errors"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/catalog/duedate"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// PreviewPaymentTerm returns when the parts of an amount are due, and the discount for early
// payment.
func (s *Service) PreviewPaymentTerm(
	ctx context.Context, req *pb.PreviewPaymentTermRequest,
) (*pb.PreviewPaymentTermResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.PreviewPaymentTermResponse, error) {
		term, err := paymentTerms.GetByCaller(ctx, tx, req.GetPaymentTermId())
		if err != nil {
			return nil, err
		}
		d, err := readPreviewed(tx.Call(), req)
		if err != nil {
			return nil, err
		}
		return preview(DueTerm(term), d, int(cmp.Or(req.GetGraceDays(), term.GetDiscount().GetGraceDays()))), nil
	})
}

// previewed is the document of a preview.
type previewed struct {
	date     calendar.Date
	amount   duedate.Amount
	currency string
}

// readPreviewed reads the document of a request.
func readPreviewed(c *call.Call, req *pb.PreviewPaymentTermRequest) (previewed, error) {
	var violations fault.List
	d := previewed{date: c.Today(), currency: c.Organization.CurrencyCode}
	if req.GetDocumentDate() != "" {
		var err error
		if d.date, err = calendar.ParseBusinessDate(req.GetDocumentDate()); err != nil {
			violations.Append(fault.At("documentDate", "%s", err))
		}
	}
	if code := req.GetAmount().GetCurrencyCode(); code != "" {
		d.currency = code
	}
	gross, field := parseMoney("amount", req.GetAmount(), d.currency)
	violations.Append(field...)
	if tax := req.GetTaxAmount(); tax != nil {
		d.amount.Tax, field = parseMoney("taxAmount", tax, d.currency)
		violations.Append(field...)
		if code := tax.GetCurrencyCode(); code != "" && code != d.currency {
			violations.Append(fault.At("taxAmount.currencyCode", "must be %s, the currency of the amount", d.currency))
		}
	}
	d.amount.Net = gross - d.amount.Tax
	if err := violations.Err(); err != nil {
		return d, err
	}
	if d.amount.Net < 0 && gross >= 0 || d.amount.Net > 0 && gross <= 0 {
		return d, fault.Invalid(fault.At("taxAmount", "must be a part of the amount"))
	}
	if d.amount.Tax < 0 && gross >= 0 || d.amount.Tax > 0 && gross <= 0 {
		return d, fault.Invalid(fault.At("taxAmount", "must have the sign of the amount"))
	}
	return d, nil
}

// parseMoney parses an amount in a currency, with its violations at the field.
func parseMoney(field string, m *typepb.Money, currency string) (int64, []fault.Field) {
	minor, err := money.Parse(m.GetAmount(), currency)
	switch {
	case errors.Is(err, money.ErrCurrency):
		return 0, []fault.Field{fault.At(field+".currencyCode", "%s", err)}
	case err != nil:
		return 0, []fault.Field{fault.At(field+".amount", "%s", err)}
	}
	return minor, nil
}

// preview calculates the response for a document.
func preview(term duedate.Term, d previewed, grace int) *pb.PreviewPaymentTermResponse {
	out := &pb.PreviewPaymentTermResponse{
		DocumentDate: d.date.String(), DueDate: term.LastDate(d.date).String(),
	}
	for _, part := range term.Parts(d.date, d.amount.Gross()) {
		out.Installments = append(out.Installments, &pb.PreviewPaymentTermResponse_Installment{
			DueDate: part.Due.String(), Percent: part.Percent.String(), Amount: money.ToProto(part.Minor, d.currency),
		})
	}
	if term.Discount.Percent.IsZero() {
		return out
	}
	full := term.Discount.Full(d.amount)
	out.Discount = &pb.PreviewPaymentTermResponse_Discount{
		LastDate:      term.Discount.LastDate(d.date, grace).String(),
		Amount:        money.ToProto(full.Gross(), d.currency),
		NetAmount:     money.ToProto(full.Net, d.currency),
		TaxAmount:     money.ToProto(full.Tax, d.currency),
		PayableAmount: money.ToProto(d.amount.Gross()-full.Gross(), d.currency),
	}
	return out
}

package quotes

import (
	"cmp"
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper"
)

// depositOf returns the deposit that a quote asks for in minor units, or zero. It refuses more than
// the total of the quote.
func depositOf(q *pb.Quote) (int64, error) {
	total, err := money.Parse(q.TotalAmount.GetAmount(), q.CurrencyCode)
	switch {
	case err != nil:
		return 0, err
	case q.DepositPercent != "" && q.DepositAmount != nil:
		return 0, fault.Invalid(fault.At("depositAmount", "cannot be combined with depositPercent"))
	case q.DepositPercent != "":
		return percentOf(total, q.DepositPercent)
	case q.DepositAmount == nil:
		return 0, nil
	}
	if q.DepositAmount.CurrencyCode == "" {
		q.DepositAmount.CurrencyCode = q.CurrencyCode
	}
	if q.DepositAmount.CurrencyCode != q.CurrencyCode {
		return 0, fault.Invalid(fault.At("depositAmount.currencyCode", "must be %s", q.CurrencyCode))
	}
	minor, err := money.Parse(q.DepositAmount.Amount, q.CurrencyCode)
	switch {
	case err != nil:
		return 0, fault.Invalid(fault.At("depositAmount.amount", "%s", err))
	case minor <= 0 || minor > total && len(q.Lines) > 0:
		return 0, fault.Invalid(fault.At("depositAmount.amount", "must be greater than zero and at most the total"))
	}
	return minor, nil
}

// checkDepositTerms refuses a deposit that could not be requested once the quote is accepted.
func checkDepositTerms(q *pb.Quote) error {
	minor, err := depositOf(q)
	if err != nil || minor == 0 || !q.DepositTaxed {
		return err
	}
	withheld, err := money.Parse(q.WithheldAmount.GetAmount(), q.CurrencyCode)
	if err != nil || withheld == 0 {
		return err
	}
	return fault.Invalid(fault.At("depositTaxed", "must be false, because lines have a withheld tax, which follows "+
		"with the invoice"))
}

// DepositAmount returns the deposit that a quote asks for, or nil.
func DepositAmount(q *pb.Quote) (*typepb.Money, error) {
	minor, err := depositOf(q)
	if err != nil || minor == 0 {
		return nil, err
	}
	return money.ToProto(minor, q.CurrencyCode), nil
}

// FindByDepositRequest returns the quote that asked for a deposit, or nil if there is none.
func FindByDepositRequest(ctx context.Context, tx *db.Tx, requestID string) (*pb.Quote, error) {
	key, err := id.Parse("dpr", requestID)
	if err != nil {
		return nil, err
	}
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select id
from finance.quotes
where org_id = $1
and deposit_request_id = $2`, tx.Call().Organization.ID, key)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return quotes.Find(ctx, tx, id.Format(quotes.Prefix(), found[0]))
}

// percentOf returns a part of the total in minor units.
func percentOf(total int64, percent string) (int64, error) {
	share, err := decimal.NewFromString(percent)
	if err != nil || -share.Exponent() > percentDigits || share.Exponent() > percentDigits || !share.IsPositive() ||
		share.GreaterThan(decimal.NewFromInt(100)) {
		return 0, fault.Invalid(fault.At("depositPercent", "must be greater than 0 and at most 100, such as 30"))
	}
	return decimal.NewFromInt(total).Mul(share).DivRound(decimal.NewFromInt(100), 0).IntPart(), nil
}

// depositTexts are the descriptions of deposits by language. They take the number of the quote.
var depositTexts = map[string]string{
	"en": "Deposit for quote %s", "de": "Anzahlung zum Angebot %s", "es": "Anticipo del presupuesto %s",
	"fr": "Acompte sur le devis %s", "nl": "Aanbetaling op offerte %s",
}

// depositText returns the description of the deposit of a quote in the language of the customer,
// else of the organization, else in English.
func depositText(ctx context.Context, tx *db.Tx, q *pb.Quote) (string, error) {
	var language string
	if q.CustomerId != "" {
		c, err := customers.FindCustomer(ctx, tx, q.CustomerId)
		if err != nil {
			return "", err
		}
		language = c.LanguageCode
	}
	o, err := identity.FindOrganization(ctx, tx)
	if err != nil {
		return "", err
	}
	known := depositTexts[paper.BaseOf(cmp.Or(language, o.LanguageCode))]
	return fmt.Sprintf(cmp.Or(known, depositTexts["en"]), q.Number), nil
}

// depositLines returns the lines of a deposit request: one, or one for each tax code of the quote
// with its share of the deposit if it is taxed.
func depositLines(q *pb.Quote, minor int64, description string) (lines []*pb.DocumentLine, err error) {
	total, gross, codes := int64(0), map[string]int64{}, []string{}
	for _, l := range q.Lines {
		net, err := money.Parse(l.NetAmount.GetAmount(), q.CurrencyCode)
		if err != nil {
			return nil, err
		}
		charged, err := money.Parse(l.TaxAmount.GetAmount(), q.CurrencyCode)
		if err != nil {
			return nil, err
		}
		code := ""
		if q.DepositTaxed && q.PriceMode != pb.TaxCalculation_NO_TAX {
			code = l.TaxCodeId
		}
		if _, known := gross[code]; !known {
			codes = append(codes, code)
		}
		gross[code] += net + charged
		total += net + charged
	}
	var running, given int64
	for _, code := range codes {
		running += gross[code]
		upTo := receivables.Proportion(minor, running, total)
		lines = append(lines, &pb.DocumentLine{Description: description, TaxCodeId: code, Quantity: "1",
			UnitPrice: money.Format(upTo-given, q.CurrencyCode)})
		given = upTo
	}
	return lines, nil
}

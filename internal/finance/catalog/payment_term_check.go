package catalog

import (
	"context"
	"fmt"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/catalog/duedate"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

var hundred = decimal.NewFromInt(100)

// checkPaymentTerm is the rule that a term says exactly once when the amount is due, in whole, and
// that its discount ends before.
func checkPaymentTerm(_ context.Context, _ *db.Tx, _, t *pb.PaymentTerm) error {
	var violations fault.List
	switch {
	case t.Due == nil && len(t.Installments) == 0:
		violations.Append(fault.At("due", "is required unless there are installments"))
	case t.Due != nil && len(t.Installments) > 0:
		violations.Append(fault.At("due", "must not be set together with installments"))
	case t.Due != nil:
		violations.Append(checkDueRule("due", t.Due)...)
	}
	if d := t.Discount; d != nil {
		violations.Append(checkDiscount(t.Due, d)...)
		if d.TaxTreatment == pb.PaymentTerm_Discount_TAX_TREATMENT_UNSPECIFIED {
			d.TaxTreatment = pb.PaymentTerm_Discount_NET_AND_TAX
		}
	}
	violations.MergeViolations("", checkInstallments(t.Installments))
	return violations.Err()
}

// checkInstallments checks each installment, and that their percentages add up to 100.
func checkInstallments(installments []*pb.PaymentTerm_Installment) error {
	var violations fault.List
	sum := decimal.Zero
	for i, installment := range installments {
		at := fmt.Sprintf("installments[%d]", i)
		percent, ok := parsePercent(&installment.Percent, hundred)
		if !ok {
			violations.Append(fault.At(at+".percent", "must be a number above 0 and up to 100, such as \"33.3333\""))
		}
		sum = sum.Add(percent)
		violations.Append(checkDueRule(at+".due", installment.Due)...)
	}
	if err := violations.Err(); err != nil || len(installments) == 0 || sum.Equal(hundred) {
		return err
	}
	return fault.InvalidFor(optionsv1.Reason_INSTALLMENTS_INCOMPLETE,
		fault.At("installments", "add up to %s percent, not 100", sum))
}

// checkDiscount checks the discount of a term. Where the whole amount is due a number of days after
// the date of the document, a discount that is granted longer is a mistake.
func checkDiscount(due *pb.PaymentTerm_DueRule, d *pb.PaymentTerm_Discount) (violations []fault.Field) {
	if percent, ok := parsePercent(&d.Percent, hundred); !ok || percent.Equal(hundred) {
		violations = append(violations, fault.At("discount.percent", "must be a number above 0 and below 100, such as \"2\""))
	}
	if due.GetKind() == pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT && d.Days > due.GetDays() {
		violations = append(violations, fault.At("discount.days", "must not exceed due.days"))
	}
	return violations
}

// checkDueRule refuses the fields that do not belong to the kind of the rule.
func checkDueRule(at string, r *pb.PaymentTerm_DueRule) (violations []fault.Field) {
	if r.GetKind() == pb.PaymentTerm_DueRule_DAY_OF_MONTH {
		if r.GetDayOfMonth() == 0 {
			violations = append(violations, fault.At(at+".dayOfMonth", "is required for DAY_OF_MONTH"))
		}
		if r.GetDays() != 0 {
			violations = append(violations, fault.At(at+".days", "must be 0 for DAY_OF_MONTH"))
		}
		return violations
	}
	if r.GetDayOfMonth() != 0 {
		violations = append(violations, fault.At(at+".dayOfMonth", "is only for DAY_OF_MONTH"))
	}
	if r.GetMonths() != 0 {
		violations = append(violations, fault.At(at+".months", "is only for DAY_OF_MONTH"))
	}
	return violations
}

// parsePercent parses a percentage above zero and up to a limit, and rewrites it in its shortest
// form. It accepts plain digits only.
func parsePercent(text *string, limit decimal.Decimal) (decimal.Decimal, bool) {
	for _, c := range *text {
		if c != '.' && (c < '0' || c > '9') {
			return decimal.Zero, false
		}
	}
	percent, err := decimal.NewFromString(*text)
	if err != nil || !percent.IsPositive() || percent.GreaterThan(limit) ||
		!percent.Equal(percent.Truncate(duedate.PercentDigits)) {
		return decimal.Zero, false
	}
	*text = percent.String()
	return percent, true
}

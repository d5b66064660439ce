package catalog

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/catalog/duedate"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

var hundred = decimal.NewFromInt(100)

// checkPaymentTerm is the rule that a term says exactly once when the amount is due, in whole, and
// that its discount can end before.
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
		violations.Append(checkDiscount(d)...)
		if d.TaxTreatment == pb.PaymentTerm_Discount_TAX_TREATMENT_UNSPECIFIED {
			d.TaxTreatment = pb.PaymentTerm_Discount_NET_AND_TAX
		}
	}
	violations.MergeViolations("", checkInstallments(t.Installments))
	if err := violations.Err(); err != nil || t.Discount == nil {
		return err
	}
	return checkDiscountDays(t)
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

// checkDiscount checks the percentage of the discount of a term.
func checkDiscount(d *pb.PaymentTerm_Discount) (violations []fault.Field) {
	if percent, ok := parsePercent(&d.Percent, hundred); !ok || percent.Equal(hundred) {
		violations = append(violations, fault.At("discount.percent", "must be a number above 0 and below 100, such as \"2\""))
	}
	return violations
}

// checkDiscountDays refuses a discount that is granted after the last due date of a valid term,
// whatever the date of the document. If the due date depends on the month, a discount may be
// granted longer for documents late in the month.
func checkDiscountDays(t *pb.PaymentTerm) error {
	term, longest := DueTerm(t), 0
	first, err := calendar.NewDate(2024, time.January, 1)
	if err != nil {
		return err
	}
	for n := range 366 {
		date := first.AddDays(n)
		longest = max(longest, date.DaysUntil(term.LastDate(date)))
	}
	if int(t.Discount.Days) <= longest {
		return nil
	}
	return fault.Invalid(fault.At("discount.days", "must be at most %d, when the last part is due", longest))
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

package catalog

import (
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/catalog/duedate"
)

// DueTerm returns a stored payment term in the form that package duedate calculates with.
func DueTerm(t *pb.PaymentTerm) duedate.Term {
	out := duedate.Term{Due: dueRule(t.GetDue())}
	for _, installment := range t.GetInstallments() {
		out.Installments = append(out.Installments, duedate.Installment{
			Percent: storedPercent(installment.GetPercent()), Due: dueRule(installment.GetDue()),
		})
	}
	if d := t.GetDiscount(); d != nil {
		out.Discount = duedate.Discount{Percent: storedPercent(d.GetPercent()), Days: int(d.GetDays())}
		switch d.GetTaxTreatment() {
		case pb.PaymentTerm_Discount_NET_ONLY:
			out.Discount.Treatment = duedate.NetOnly
		case pb.PaymentTerm_Discount_ON_NET:
			out.Discount.Treatment = duedate.OnNet
		}
	}
	return out
}

func dueRule(r *pb.PaymentTerm_DueRule) duedate.Rule {
	out := duedate.Rule{Days: int(r.GetDays()), Months: int(r.GetMonths()), Day: int(r.GetDayOfMonth())}
	switch r.GetKind() {
	case pb.PaymentTerm_DueRule_DAYS_AFTER_MONTH_END:
		out.Kind = duedate.DaysAfterMonthEnd
	case pb.PaymentTerm_DueRule_MONTH_END_AFTER_DAYS:
		out.Kind = duedate.MonthEndAfterDays
	case pb.PaymentTerm_DueRule_DAY_OF_MONTH:
		out.Kind = duedate.DayOfMonth
	}
	return out
}

// storedPercent parses a percentage that checkPaymentTerm accepted.
func storedPercent(text string) decimal.Decimal { return decimal.RequireFromString(text) }

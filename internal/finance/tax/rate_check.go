package tax

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/tax/calculation"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// percentDigits is the most digits that a percentage has after the point.
const percentDigits = 6

var hundred = decimal.NewFromInt(100)

// isPostable is the condition that an account takes postings of taxes. Control accounts belong to
// documents of customers and vendors.
func isPostable(named proto.Message) string {
	switch a := named.(*pb.Account); {
	case a.Control:
		return "must not name a control account"
	case a.Type == pb.Account_EQUITY:
		return "must not name an account of type EQUITY"
	}
	return ""
}

// checkRate is the rule that completes the components of a rate and refuses invalid ones.
func checkRate(_ context.Context, _ *db.Tx, _, r *pb.TaxRate) error {
	var violations fault.List
	if r.Kind == 0 {
		r.Kind = pb.TaxRate_STANDARD
	}
	isZero := r.Kind == pb.TaxRate_ZERO || r.Kind == pb.TaxRate_EXEMPT
	if len(r.Components) == 0 && !isZero {
		violations.Append(fault.At("components", "must have a component, unless the kind is ZERO or EXEMPT"))
	}
	for i, c := range r.Components {
		if c.Effect == 0 {
			c.Effect = usualEffect(r.Kind)
		}
		violations.MergeViolations(fmt.Sprintf("components[%d]", i), checkComponent(c, isZero))
	}
	return violations.Err()
}

// usualEffect returns the effect of the components of a rate, unless they say otherwise.
func usualEffect(kind pb.TaxRate_Kind) pb.TaxRate_Effect {
	switch kind {
	case pb.TaxRate_REVERSE_CHARGE:
		return pb.TaxRate_REVERSE_CHARGED
	case pb.TaxRate_WITHHOLDING:
		return pb.TaxRate_WITHHELD
	}
	return pb.TaxRate_CHARGED
}

// checkComponent completes a component and refuses invalid percentages and days. It sorts the spans
// by their days.
func checkComponent(c *pb.TaxRate_Component, isZero bool) error {
	var violations fault.List
	c.Percent = "" // computed when the rate is returned; a caller may send it back
	c.RecoverablePercent = cmp.Or(c.RecoverablePercent, "100")
	violations.MergeViolations("", normalizePercent("recoverablePercent", &c.RecoverablePercent))
	if len(c.Spans) == 0 {
		violations.Append(fault.At("spans", "must have a span"))
	}
	first := map[string]int{}
	for i, span := range c.Spans {
		at := fmt.Sprintf("spans[%d]", i)
		violations.MergeViolations(at, checkSpan(span, isZero))
		if k, taken := first[span.StartDate]; taken {
			violations.Append(fault.At(at+".startDate", "is also the first day of spans[%d]", k))
			continue
		}
		first[span.StartDate] = i
	}
	slices.SortStableFunc(c.Spans, func(a, b *pb.TaxRate_Span) int { return cmp.Compare(a.StartDate, b.StartDate) })
	return violations.Err()
}

func checkSpan(span *pb.TaxRate_Span, isZero bool) error {
	var violations fault.List
	if span.StartDate != "" {
		if _, err := calendar.ParseBusinessDate(span.StartDate); err != nil {
			violations.Append(fault.At("startDate", "must be a date such as 2026-01-01"))
		}
	}
	err := normalizePercent("percent", &span.Percent)
	violations.MergeViolations("", err)
	if err == nil && isZero && span.Percent != "0" {
		violations.Append(fault.At("percent", "must be 0 if the kind is ZERO or EXEMPT"))
	}
	return violations.Err()
}

// normalizePercent refuses a percentage that is not between 0 and 100, and rewrites it in canonical
// form.
func normalizePercent(field string, text *string) error {
	percent, err := decimal.NewFromString(*text)
	switch {
	case err != nil || percent.Exponent() < -2*percentDigits || percent.Exponent() > percentDigits:
		return fault.Invalid(fault.At(field, "must be a decimal number such as \"9.975\""))
	case percent.IsNegative() || percent.GreaterThan(hundred):
		return fault.Invalid(fault.At(field, "must be from 0 to 100"))
	case !percent.Equal(percent.Truncate(percentDigits)):
		return fault.Invalid(fault.At(field, "has more than %d digits after the point", percentDigits))
	}
	*text = percent.String()
	return nil
}

// spanOn returns the span that is valid on a day, or nil if none has begun. Spans are sorted.
func spanOn(spans []*pb.TaxRate_Span, on calendar.Date) *pb.TaxRate_Span {
	for _, span := range slices.Backward(spans) {
		if span.StartDate <= on.String() {
			return span
		}
	}
	return nil
}

// componentsOn returns the components of a rate for a calculation, with their percentages on a day.
// It returns false if a component has no percentage on that day.
func componentsOn(r *pb.TaxRate, on calendar.Date) ([]calculation.Component, bool) {
	components := make([]calculation.Component, len(r.Components))
	for i, c := range r.Components {
		span := spanOn(c.Spans, on)
		if span == nil {
			return nil, false
		}
		components[i] = calculation.Component{
			RateID: c.Id, Percent: decimal.RequireFromString(span.Percent), Compound: c.Compound, Effect: effects[c.Effect],
		}
	}
	return components, true
}

var effects = map[pb.TaxRate_Effect]calculation.Effect{
	pb.TaxRate_CHARGED:         calculation.Charged,
	pb.TaxRate_REVERSE_CHARGED: calculation.ReverseCharge,
	pb.TaxRate_WITHHELD:        calculation.Withheld,
}

// setCurrentPercent sets the percentage of today of each component.
func setCurrentPercent(c *call.Call, r *pb.TaxRate) {
	for _, component := range r.Components {
		component.Percent = spanOn(component.Spans, c.Today()).GetPercent()
	}
}

package dunning

import (
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/dunning/interest"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper"
)

// maxPercent is the largest rate of interest, in percent per year.
const maxPercent = 100

// checkPolicy is the rule that the steps and rates of a policy make sense, and that its texts are
// valid templates. It sets the defaults.
func checkPolicy(_ context.Context, tx *db.Tx, _, p *pb.DunningPolicy) error {
	if p.DayCount == pb.DunningPolicy_DAY_COUNT_UNSPECIFIED {
		p.DayCount = pb.DunningPolicy_ACTUAL_365
	}
	var violations, texts fault.List
	for n, s := range p.Steps {
		at := fmt.Sprintf("steps[%d]", n)
		if s.DisplayName == "" {
			violations.Append(fault.At(at+".displayName", "is required"))
		}
		if n > 0 && s.Days <= p.Steps[n-1].Days {
			violations.Append(fault.At(at+".days", "must be greater than those of the step before"))
		}
		violations.Append(checkCharges(at, p, s)...)
		violations.Append(checkLanguages(at, s)...)
		texts.Append(checkTexts(tx, at, s)...)
	}
	if err := violations.Err(); err != nil {
		return err
	}
	if err := texts.Err(); err != nil {
		return fault.InvalidFor(optionsv1.Reason_EMAIL_TEMPLATE_INVALID, fault.From(err).Fields...)
	}
	_, err := otherRates(p)
	return err
}

// checkCharges checks the fees of a step, and that it charges nothing before the due date.
func checkCharges(at string, p *pb.DunningPolicy, s *pb.DunningPolicy_Step) (fields []fault.Field) {
	if s.Days <= 0 && (len(s.Fees) > 0 || s.ChargeInterest || s.ChargeFixedSum) {
		fields = append(fields, fault.At(at+".days", "must be positive for a step that charges something"))
	}
	if s.ChargeInterest && p.StatutoryRate == 0 && len(p.InterestRates) == 0 {
		fields = append(fields, fault.At(at+".chargeInterest", "needs a statutory rate or interest rates"))
	}
	if s.ChargeFixedSum && p.StatutoryRate == 0 {
		fields = append(fields, fault.At(at+".chargeFixedSum", "needs a statutory rate"))
	}
	seen := map[string]bool{}
	for n, fee := range s.Fees {
		at := fmt.Sprintf("%s.fees[%d]", at, n)
		minor, err := money.Parse(fee.GetAmount(), fee.GetCurrencyCode())
		switch {
		case err != nil:
			fields = append(fields, fault.At(at, "%s", err))
		case minor <= 0:
			fields = append(fields, fault.At(at+".amount", "must be greater than zero"))
		case seen[fee.CurrencyCode]:
			fields = append(fields, fault.At(at+".currencyCode", "is repeated"))
		}
		seen[fee.GetCurrencyCode()] = true
	}
	return fields
}

// checkLanguages checks the languages of the texts of a step.
func checkLanguages(at string, s *pb.DunningPolicy_Step) (fields []fault.Field) {
	seen := map[string]bool{}
	for n, t := range s.Texts {
		at := fmt.Sprintf("%s.texts[%d].languageCode", at, n)
		switch {
		case !paper.IsLanguage(t.LanguageCode):
			fields = append(fields, fault.At(at, "must be one of %v, optionally with a region such as de-AT",
				paper.Languages()))
		case seen[t.LanguageCode]:
			fields = append(fields, fault.At(at, "is repeated"))
		}
		seen[t.LanguageCode] = true
	}
	return fields
}

// checkTexts checks the templates of a step.
func checkTexts(tx *db.Tx, at string, s *pb.DunningPolicy_Step) (fields []fault.Field) {
	for n, t := range s.Texts {
		for _, part := range []struct{ name, source string }{{"subject", t.Subject}, {"body", t.Body}} {
			at := fmt.Sprintf("%s.texts[%d].%s", at, n, part.name)
			if part.source == "" {
				fields = append(fields, fault.At(at, "is required"))
			} else if err := template.Check(part.source, textVariables); err != nil {
				fields = append(fields, fault.At(at, "is not a valid template: %s", err))
			} else if _, err := renderText(tx.Call(), t, template.Sample(textVariables)); err != nil {
				fields = append(fields, fault.At(at, "cannot be rendered: %s", err))
			}
		}
	}
	return fields
}

// otherRates returns the rates of interest of a policy beside those of the law.
func otherRates(p *pb.DunningPolicy) (rates []interest.Rate, err error) {
	var violations fault.List
	for n, r := range p.InterestRates {
		at := fmt.Sprintf("interestRates[%d]", n)
		percent, err := decimal.NewFromString(r.Percent)
		if err != nil || percent.IsNegative() || percent.GreaterThan(decimal.NewFromInt(maxPercent)) ||
			percent.Exponent() < -percentDigits || percent.Exponent() > percentDigits {
			violations.Append(fault.At(at+".percent", "must be a decimal number from 0 to %d, such as 9.5", maxPercent))
		}
		rate := interest.Rate{Percent: percent}
		if r.StartDate != "" {
			if rate.Start, err = calendar.ParseBusinessDate(r.StartDate); err != nil {
				violations.Append(fault.At(at+".startDate", "%s", err))
			}
		}
		if n > 0 && !rates[n-1].Start.Before(rate.Start) {
			violations.Append(fault.At(at+".startDate", "must be after that of the rate before"))
		}
		rates = append(rates, rate)
	}
	return rates, violations.Err()
}

// setLastRateDate sets the last day for which a policy that charges interest knows a rate.
func setLastRateDate(p *pb.DunningPolicy) error {
	p.LastRateDate = ""
	if !slices.ContainsFunc(p.Steps, (*pb.DunningPolicy_Step).GetChargeInterest) {
		return nil
	}
	others, err := otherRates(p)
	if last := interest.LastDay(interest.Merge(interest.RatesOf(lawOf(p)), others)); !last.IsZero() {
		p.LastRateDate = last.String()
	}
	return err
}

// percentDigits is the maximum number of digits after the point of a percentage.
const percentDigits = 4

// lawOf returns the law whose rates a policy has, or "".
func lawOf(p *pb.DunningPolicy) interest.Law {
	if p.StatutoryRate == pb.DunningPolicy_STATUTORY_RATE_UNSPECIFIED {
		return ""
	}
	return interest.Law(p.StatutoryRate.String())
}

// yearDays returns the number of days of a year by which a policy divides.
func yearDays(p *pb.DunningPolicy) int64 {
	if p.DayCount == pb.DunningPolicy_ACTUAL_360 {
		return 360
	}
	return 365
}

// ListStatutoryRates lists the statutory rates of interest.
func (s *Service) ListStatutoryRates(
	_ context.Context, _ *pb.ListStatutoryRatesRequest,
) (*pb.ListStatutoryRatesResponse, error) {
	out := &pb.ListStatutoryRatesResponse{}
	for _, r := range interest.StatutoryRates() {
		out.Rates = append(out.Rates, &pb.StatutoryRateSpan{
			StatutoryRate: pb.DunningPolicy_StatutoryRate(pb.DunningPolicy_StatutoryRate_value[string(r.Law)]),
			StartDate:     r.Start.String(), EndDate: r.End.String(), BasePercent: r.Base.String(),
			Percent: r.Percent.String(), Source: r.Source,
		})
	}
	slices.SortStableFunc(out.Rates, func(a, b *pb.StatutoryRateSpan) int {
		return int(a.StatutoryRate - b.StatutoryRate)
	})
	return out, nil
}

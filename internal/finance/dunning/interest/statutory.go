package interest

import (
	"slices"

	"github.com/shopspring/decimal"

	"backoffice/internal/platform/calendar"
)

// Law is a law that sets rates of interest by half-year.
type Law string

// The laws with known rates.
const (
	// EUDirective is Directive 2011/7/EU, article 2 (6) and (7): the reference rate on the first day
	// of the half-year plus at least eight percentage points. Article 6: a fixed sum of 40 euros.
	EUDirective Law = "EU_DIRECTIVE"
	// DECivilCode is section 288 (2) and (5) of the German Civil Code: nine percentage points above
	// the base rate between businesses, and a fixed sum of 40 euros.
	DECivilCode Law = "DE_CIVIL_CODE"
	// GBLatePaymentAct is the Late Payment of Commercial Debts (Interest) Act 1998 with the Late
	// Payment of Commercial Debts (Rate of Interest) (No. 3) Order 2002, article 4: eight percentage
	// points above the official dealing rate on 30 June or 31 December before the day on which the
	// interest starts to run. The rate of a debt does not change. Section 5A: a fixed sum by the size
	// of the debt.
	GBLatePaymentAct Law = "GB_LATE_PAYMENT_ACT"
)

// StatutoryRate is the rate of a law in a half-year.
type StatutoryRate struct {
	Law        Law
	Start, End calendar.Date
	// Base is the rate that the central bank sets, and Percent the rate of interest.
	Base, Percent decimal.Decimal
	Source        string
}

// law describes a law: what it adds to the base rate, who publishes that rate, and its base rates
// by half-year since the first one, in hundredths of a percent.
type law struct {
	law    Law
	points int64
	source string
	year   int
	base   []int64
	// isFixed is true if the rate of the day on which interest starts stays for the whole debt.
	isFixed bool
}

// Only half-years whose rates are published are listed. Later days have no rate until they are
// added here, or until an organization adds its rates.
var laws = []law{
	{EUDirective, 8, "European Central Bank, key interest rates: main refinancing operations on the first day of the half-year",
		2023, []int64{250, 400, 450, 425, 315, 215, 215, 240}, false},
	{DECivilCode, 9, "Deutsche Bundesbank, base rate under section 247 of the Civil Code",
		2023, []int64{162, 312, 362, 337, 227, 127, 127, 152}, false},
	{GBLatePaymentAct, 8, "Bank of England, official Bank Rate on the last day before the half-year",
		2023, []int64{350, 500, 525, 525, 475, 425, 375, 375}, true},
}

// StatutoryRates returns the rates of all laws, by law and start.
func StatutoryRates() (rates []StatutoryRate) {
	for _, l := range laws {
		start, _ := calendar.NewDate(l.year, 1, 1)
		for _, base := range l.base {
			next := start.AddMonths(6)
			rates = append(rates, StatutoryRate{Law: l.law, Start: start, End: next.AddDays(-1), Base: decimal.New(base, -2),
				Percent: decimal.New(base+100*l.points, -2), Source: l.source})
			start = next
		}
	}
	return rates
}

// RatesOf returns the rates of a law, by start. It is empty for an unknown law.
func RatesOf(l Law) (rates []Rate) {
	for _, r := range StatutoryRates() {
		if r.Law == l {
			rates = append(rates, Rate{Start: r.Start, End: r.End, Percent: r.Percent})
		}
	}
	return rates
}

// RatesOfDebt returns the rates of a debt whose interest starts to run on a day: those of a law,
// merged with others. If the law fixes the rate of a debt, it is the one of that day. Only others
// apply if that day has none.
func RatesOfDebt(l Law, others []Rate, start calendar.Date) []Rate {
	merged := Merge(RatesOf(l), others)
	if !slices.ContainsFunc(laws, func(known law) bool { return known.law == l && known.isFixed }) {
		return merged
	}
	if percent, _, known := rateOn(merged, start); known {
		return []Rate{{Start: start, Percent: percent}}
	}
	return others
}

// FixedSum returns the fixed sum of a law for a late debt, in minor units of the currency of both.
// It is zero if the law sets none in the currency.
func FixedSum(l Law, minor int64, currency string) int64 {
	switch {
	case slices.Contains([]Law{EUDirective, DECivilCode}, l) && currency == "EUR":
		return 40_00
	case l != GBLatePaymentAct || currency != "GBP":
		return 0
	case minor < 1_000_00:
		return 40_00
	case minor < 10_000_00:
		return 70_00
	}
	return 100_00
}

package demo

import (
	"context"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// revalueDollars revalues the open invoice in US dollars at the end of a month. The month
// cannot be closed before.
func (s *studio) revalueDollars(ctx context.Context, m month) error {
	if err := s.showBlockers(ctx, m); err != nil {
		return err
	}
	day := m.date(lastDay).String()
	rate := &financev1.ExchangeRate{Date: day, FromCurrencyCode: "USD", ToCurrencyCode: currency, Rate: dollarRateLater}
	if err := s.api.post(ctx, "/v1/exchangeRates", rate, rate); err != nil {
		return err
	}
	r := &financev1.CurrencyRevaluation{Date: day}
	if err := s.api.post(ctx, "/v1/currencyRevaluations", r, r); err != nil {
		return err
	}
	s.addNote("At the day's rate of %s the invoice in dollars is worth %s more; the gain is reversed on the next day.",
		rate.GetRate(), r.GetGain().GetAmount())
	return nil
}

package demo

import (
	"context"
	"fmt"
	"net/url"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// reconcile reconciles both bank accounts with the bank statements of a month.
func (s *studio) reconcile(ctx context.Context, m month) error {
	for _, a := range []account{s.chequing, s.savings} {
		st, err := s.statementOn(ctx, a, m)
		if err != nil {
			return err
		}
		if got := st.GetClosingBalance().GetAmount(); len(st.GetWarnings()) > 0 || got != decimal(a.balance) {
			return fmt.Errorf("the statement of %s to %s closes at %s, and has the warnings %v",
				a.record.GetDisplayName(), st.GetEndDate(), got, st.GetWarnings())
		}
		r := &financev1.Reconciliation{}
		if err := s.api.post(ctx, "/v1/bankStatements/"+st.GetId()+":reconcile",
			&financev1.ReconcileBankStatementRequest{}, r); err != nil {
			return err
		}
		if err := s.api.post(ctx, "/v1/reconciliations/"+r.GetId()+":complete",
			&financev1.CompleteReconciliationRequest{}, r); err != nil {
			return fmt.Errorf("%s to %s: %w", a.record.GetDisplayName(), r.GetStatementDate(), err)
		}
	}
	return nil
}

// statementOn returns the bank statement of an account that ends with a month.
func (s *studio) statementOn(ctx context.Context, a account, m month) (*financev1.BankStatement, error) {
	query := url.Values{
		"filter": {fmt.Sprintf("bank_account_id = %q AND end_date = %q", a.record.GetId(), m.date(lastDay))},
	}
	page := &financev1.ListBankStatementsResponse{}
	if err := s.api.get(ctx, "/v1/bankStatements?"+query.Encode(), page); err != nil {
		return nil, err
	}
	if len(page.GetBankStatements()) != 1 {
		return nil, fmt.Errorf("%d statements of %s end on %s", len(page.GetBankStatements()),
			a.record.GetDisplayName(), m.date(lastDay))
	}
	return page.GetBankStatements()[0], nil
}

// revalueDollars revalues the open invoice in US dollars at the end of a month. Without the
// revaluation the month cannot be closed.
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

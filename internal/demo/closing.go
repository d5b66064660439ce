package demo

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
)

// period returns the accounting period that begins on a day.
func (s *studio) period(ctx context.Context, first calendar.Date) (*financev1.AccountingPeriod, error) {
	query := url.Values{"filter": {fmt.Sprintf("start_date = %q", first)}}
	page := &financev1.ListAccountingPeriodsResponse{}
	if err := s.api.get(ctx, "/v1/accountingPeriods?"+query.Encode(), page); err != nil {
		return nil, err
	}
	if len(page.GetAccountingPeriods()) != 1 {
		return nil, fmt.Errorf("%d periods begin on %s", len(page.GetAccountingPeriods()), first)
	}
	return page.GetAccountingPeriods()[0], nil
}

func (s *studio) closePeriod(ctx context.Context, first calendar.Date) error {
	p, err := s.period(ctx, first)
	if err != nil {
		return err
	}
	return s.api.post(ctx, "/v1/accountingPeriods/"+p.GetId()+":close", &financev1.CloseAccountingPeriodRequest{}, p)
}

// showBlockers tries to close a month too early and shows the blockers.
func (s *studio) showBlockers(ctx context.Context, m month) error {
	err := s.closePeriod(ctx, m.first)
	var refused *apiError
	if !errors.As(err, &refused) || refused.reason != "PERIOD_CLOSE_BLOCKED" {
		return fmt.Errorf("closing the month was not rejected, although it is not ready: %w", err)
	}
	s.addNote("Closing the month now is rejected, %s:", refused.reason)
	for _, blocker := range refused.blockers {
		s.addNote("  - %s", blocker)
	}
	return nil
}

// closeYear closes the fiscal year that begins on a day.
func (s *studio) closeYear(ctx context.Context, first calendar.Date) (*financev1.FiscalYear, error) {
	query := url.Values{"filter": {fmt.Sprintf("start_date = %q", first)}}
	page := &financev1.ListFiscalYearsResponse{}
	if err := s.api.get(ctx, "/v1/fiscalYears?"+query.Encode(), page); err != nil {
		return nil, err
	}
	if len(page.GetFiscalYears()) != 1 {
		return nil, fmt.Errorf("%d fiscal years begin on %s", len(page.GetFiscalYears()), first)
	}
	response := &financev1.CloseFiscalYearResponse{}
	err := s.api.post(ctx, "/v1/fiscalYears/"+page.GetFiscalYears()[0].GetId()+":close",
		&financev1.CloseFiscalYearRequest{}, response)
	return response.GetFiscalYear(), err
}

// closeFirstYear closes the first fiscal year, which moves its profit to retained earnings.
func (s *studio) closeFirstYear(ctx context.Context) error {
	y, err := s.closeYear(ctx, s.first)
	if err != nil {
		return err
	}
	s.addLine("\nThe first year, %s to %s, was closed: its profit of %s was moved to retained earnings, "+
		"and its months are locked.\n",
		y.GetStartDate(), y.GetEndDate(), groupThousands(y.GetNetIncome().GetAmount()))
	return nil
}

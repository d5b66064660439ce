package demo

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
)

// period is the accounting period that begins on a day.
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

// showBlockers tries to close a month too early and tells what speaks against it.
func (s *studio) showBlockers(ctx context.Context, m month) error {
	err := s.closePeriod(ctx, m.first)
	var no *refusal
	if !errors.As(err, &no) || no.reason != "PERIOD_CLOSE_BLOCKED" {
		return fmt.Errorf("the month is not ready, and closing it was not refused: %w", err)
	}
	s.aside("Closing the month now is refused, %s:", no.reason)
	for _, about := range no.against {
		s.aside("  - %s", about)
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
	answer := &financev1.CloseFiscalYearResponse{}
	err := s.api.post(ctx, "/v1/fiscalYears/"+page.GetFiscalYears()[0].GetId()+":close", &financev1.CloseFiscalYearRequest{}, answer)
	return answer.GetFiscalYear(), err
}

// carryProfit closes the first year.
func (s *studio) carryProfit(ctx context.Context) error {
	y, err := s.closeYear(ctx, s.first)
	if err != nil {
		return err
	}
	s.tell("\nThe first year, %s to %s, was closed: its profit of %s was carried to retained earnings, and its months are locked.\n",
		y.GetStartDate(), y.GetEndDate(), grouped(y.GetNetIncome().GetAmount()))
	return nil
}

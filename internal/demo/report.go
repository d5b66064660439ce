package demo

import (
	"context"
	"fmt"
	"net/url"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

func (s *studio) report(ctx context.Context) error {
	from, to := s.lines[0].GetBookedDate(), s.lines[len(s.lines)-1].GetBookedDate()
	if err := s.profitAndLoss(ctx, "Profit and loss of the statement file's days", from, to); err != nil {
		return err
	}
	if err := s.profitAndLoss(ctx, "Profit and loss of the year", firstMonth(s.today).String(), s.today.String()); err != nil {
		return err
	}
	if err := s.balanceSheet(ctx); err != nil {
		return err
	}
	s.farewell()
	return nil
}

func (s *studio) profitAndLoss(ctx context.Context, title, from, to string) error {
	query := url.Values{"startDate": {from}, "endDate": {to}}
	p := &financev1.ProfitAndLoss{}
	if err := s.api.get(ctx, "/v1/reports/profitAndLoss?"+query.Encode(), p); err != nil {
		return err
	}
	t := table{title: fmt.Sprintf("%s, %s to %s", title, p.GetStartDate(), p.GetEndDate()), currency: s.organization.GetCurrencyCode()}
	t.addRows(p.GetRows(), 0)
	s.tell("\n%s", t.text())
	return nil
}

func (s *studio) balanceSheet(ctx context.Context) error {
	b := &financev1.BalanceSheet{}
	if err := s.api.get(ctx, "/v1/reports/balanceSheet?asOf="+s.today.String(), b); err != nil {
		return err
	}
	t := table{title: "Balance sheet at the end of " + b.GetAsOf(), currency: s.organization.GetCurrencyCode()}
	t.addRows(b.GetRows(), 0)
	s.tell("\n%s", t.text())
	return nil
}

// farewell says how to go on.
func (s *studio) farewell() {
	s.tell(`
The API key of the studio's owner, shown only here:

  export KEY=%s

Next, for instance:

  curl -H "Authorization: Bearer $KEY" %[2]s/v1/tasks
  curl -H "Authorization: Bearer $KEY" "%[2]s/v1/journalEntries?orderBy=date%%20desc&pageSize=5"
  curl -H "Authorization: Bearer $KEY" "%[2]s/v1/events?pageSize=5"

The whole reference is at %[2]s/docs`, s.api.key, s.api.server)
}

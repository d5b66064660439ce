package demo

import "context"

// showNextSteps shows commands to explore the demo's data.
func (s *studio) showNextSteps(context.Context) error {
	shownWhere := "shown only here"
	if s.keyFile != "" {
		shownWhere = "which `backoffice demo --key` prints again"
	}
	s.addLine(`
The API key of the studio's owner, %[6]s:

  export KEY=%[1]s

Its financial statements as files:

  curl -H "Authorization: Bearer $KEY" -o profit.pdf "%[2]s/v1/reports:download?report=PROFIT_AND_LOSS&format=PDF&startDate=%[3]s&endDate=%[4]s&compare=PREVIOUS_YEAR"
  curl -H "Authorization: Bearer $KEY" -o balance.xlsx "%[2]s/v1/reports:download?report=BALANCE_SHEET&format=XLSX&asOf=%[4]s&compare=PREVIOUS_YEAR"
  curl -H "Authorization: Bearer $KEY" -o months.svg "%[2]s/v1/reports:chart?chart=PROFIT_AND_LOSS_BY_MONTH&format=SVG&startDate=%[5]s&endDate=%[4]s"
  curl -H "Authorization: Bearer $KEY" -o cash.svg "%[2]s/v1/reports:chart?chart=CASH_BALANCE&format=SVG&startDate=%[5]s&endDate=%[4]s"
  curl -H "Authorization: Bearer $KEY" -o books.xlsx "%[2]s/v1/books:export?format=XLSX"
  curl -H "Authorization: Bearer $KEY" -o books.ledger "%[2]s/v1/books:export?format=HLEDGER"

Some of the records behind them:

  curl -H "Authorization: Bearer $KEY" %[2]s/v1/tasks
  curl -H "Authorization: Bearer $KEY" %[2]s/v1/timeEntries:summarize
  curl -H "Authorization: Bearer $KEY" "%[2]s/v1/reports/projectProfitability?startDate=%[7]s&endDate=%[8]s"
  curl -H "Authorization: Bearer $KEY" "%[2]s/v1/journalEntries?orderBy=date%%20desc&pageSize=5"
  curl -H "Authorization: Bearer $KEY" "%[2]s/v1/events?pageSize=5"

The API reference is at %[2]s/docs`,
		s.api.key, s.api.server, s.first.AddMonths(yearMonths), s.lastDay(), s.first, shownWhere, s.firstWorkday(), s.today)
	return nil
}

package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// journalLines reads the lines of posted entries. They are written with their entries.
var journalLines = resource.New(table.New("finance.journal_lines",
	table.Ref("account_id", "acc", func(l *pb.JournalLine) *string { return &l.AccountId }).Filter(),
	table.Money("amount", func(l *pb.JournalLine) **typepb.Money { return &l.Amount }),
	table.Minor("base_amount", func(l *pb.JournalLine) **typepb.Money { return &l.BaseAmount }).Filter(),
	table.Decimal("exchange_rate", rateDigits, func(l *pb.JournalLine) *string { return &l.ExchangeRate }),
	table.Refs("dimension_value_ids", "dmv",
		func(l *pb.JournalLine) *[]string { return &l.DimensionValueIds }).Filter(),
	table.Text("memo", func(l *pb.JournalLine) *string { return &l.Memo }).Filter(),
	table.Ref("journal_entry_id", "jrn", func(l *pb.JournalLine) *string { return &l.JournalEntryId }).Filter(),
	table.Date("date", func(l *pb.JournalLine) *string { return &l.Date }).Filter().Sort("journal_lines_by_date"),
	table.Bool("closing", func(l *pb.JournalLine) *bool { return &l.Closing }).Filter(),
	table.Ref("tax_code_id", "txk", func(l *pb.JournalLine) *string { return &l.TaxCodeId }).Filter(),
	table.Ref("tax_component_id", "txc", func(l *pb.JournalLine) *string { return &l.TaxComponentId }).Filter(),
	table.ComputedTimestamp[*pb.JournalLine]("post_time", `(
  select e.post_time
  from finance.journal_entries e
  where e.org_id = $1
  and e.id = t.journal_entry_id
)`),
	table.Predicate[*pb.JournalLine]("moved_cash", `exists (
  select
  from finance.journal_entries e
  join finance.journal_lines c on c.org_id = $1 and c.journal_entry_id = coalesce(e.recodes_id, e.id)
  where e.org_id = $1
  and e.id = t.journal_entry_id
  and c.account_id = any(array(
    select a.id
    from finance.accounts a
    where a.org_id = $1
    and a.cash_flow_section = 'CASH_AND_EQUIVALENTS'
  ))
  and e.source not in ('CURRENCY_REVALUATION', 'EXCHANGE_DIFFERENCE')
)`),
).AppendOnly()).Open()

// ListJournalLines lists the lines of posted entries.
func (s *Service) ListJournalLines(
	ctx context.Context, req *pb.ListJournalLinesRequest,
) (*pb.ListJournalLinesResponse, error) {
	page, err := journalLines.List(ctx, s.db, req)
	return &pb.ListJournalLinesResponse{
		JournalLines: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

package ledger

import (
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// maxLines is the most lines an entry has.
const maxLines = 1000

// closingEntries carry results to retained earnings on a year's last day: each result
// by its opposite, and for each set of dimension values one line of their sum, so that
// the books of every project balance too. Results of one set stand together.
func closingEntries(y *pb.FiscalYear, currency, retained string, results []result) (entries []*pb.JournalEntry) {
	line := func(account string, values []string, minor int64) *pb.JournalLine {
		amount := money.Of(minor, currency)
		return &pb.JournalLine{AccountId: account, Amount: amount, BaseAmount: amount, DimensionValueIds: values}
	}
	for batch := range slices.Chunk(results, maxLines/2) {
		e := &pb.JournalEntry{
			Date: y.EndDate, Description: "Close of the fiscal year to " + y.EndDate, CurrencyCode: currency,
			Source: pb.JournalEntry_YEAR_END, SourceId: y.Id,
		}
		var carried int64
		for i, r := range batch {
			e.Lines = append(e.Lines, line(r.account, r.values, -r.minor))
			carried += r.minor
			last := i == len(batch)-1 || !slices.Equal(batch[i+1].values, r.values)
			if last && carried != 0 {
				e.Lines = append(e.Lines, line(retained, r.values, carried))
			}
			if last {
				carried = 0
			}
		}
		entries = append(entries, e)
	}
	return entries
}

package ledger

import (
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// maxEntryLines is the most lines of an entry.
const maxEntryLines = 1000

// closingEntries returns the entries that carry results to their closing accounts on the last day
// of a fiscal year. Each result gets a line with the opposite amount. Each pair of a closing
// account and a set of dimension values gets a line with the sum, so that the books of every
// project balance too. Results with the same closing account and dimension values must be adjacent.
func closingEntries(y *pb.FiscalYear, currency string, results []yearResult) (entries []*pb.JournalEntry) {
	line := func(account string, values []string, minor int64) *pb.JournalLine {
		amount := money.ToProto(minor, currency)
		return &pb.JournalLine{AccountId: account, Amount: amount, BaseAmount: amount, DimensionValueIds: values}
	}
	for batch := range slices.Chunk(results, maxEntryLines/2) {
		e := &pb.JournalEntry{
			Date: y.EndDate, Description: "Close of the fiscal year to " + y.EndDate, CurrencyCode: currency,
			Source: pb.JournalEntry_YEAR_END, SourceId: y.Id,
		}
		var carried int64
		for i, r := range batch {
			e.Lines = append(e.Lines, line(r.account, r.values, -r.minor))
			carried += r.minor
			last := i == len(batch)-1 || batch[i+1].closing != r.closing || !slices.Equal(batch[i+1].values, r.values)
			if last && carried != 0 {
				e.Lines = append(e.Lines, line(r.closing, r.values, carried))
			}
			if last {
				carried = 0
			}
		}
		entries = append(entries, e)
	}
	return entries
}

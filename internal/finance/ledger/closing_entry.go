package ledger

import (
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// maxLines is the most lines an entry has.
const maxLines = 1000

// closingEntries carry results to the accounts they close to on a year's last day: each
// result by its opposite, and for each of these accounts and each set of dimension values
// one line of their sum, so that the books of every project balance too. Results of one
// set that close to one account stand together.
func closingEntries(y *pb.FiscalYear, currency string, results []result) (entries []*pb.JournalEntry) {
	line := func(account string, values []string, minor int64) *pb.JournalLine {
		amount := money.ToProto(minor, currency)
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

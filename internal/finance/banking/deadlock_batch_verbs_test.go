package banking_test

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// batchVerbs returns the verbs that decide several lines together.
func (w *world) batchVerbs() []stressVerb {
	return []stressVerb{
		{"acceptSuggestions", func(ctx context.Context, side int) error {
			items := []*acceptItem{{BankStatementLineId: w.sent}, {BankStatementLineId: w.received}}
			_, err := w.BatchAcceptSuggestions(ctx, &pb.BatchAcceptSuggestionsRequest{
				Items: [][]*acceptItem{items, append(items[1:], &acceptItem{BankStatementLineId: w.rent})}[side],
			})
			if err != nil {
				_ = w.undoLine(ctx, []string{w.sent, w.rent}[side])
			}
			return err
		}},
		{"batchCategorize", func(ctx context.Context, side int) error {
			lines := [][]string{{w.shop, w.rent}, {w.rent, w.received, w.shop}}[side]
			var items []*categorizeItem
			for _, line := range lines {
				items = append(items, &categorizeItem{
					BankStatementLineId: line, Splits: []*pb.BankStatementLine_Split{{AccountId: w.other}},
				})
			}
			_, err := w.BatchCategorizeBankStatementLines(ctx, &pb.BatchCategorizeBankStatementLinesRequest{Items: items})
			if err != nil {
				_ = w.undoLine(ctx, lines[int(w.calls.Load())%len(lines)])
			}
			return err
		}},
	}
}

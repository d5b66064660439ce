package ledger

import (
	"fmt"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/fault"
)

// The lines of an entry that recodes another one come in pairs. The first of a pair undoes a line
// that was posted before, and the second posts its amount to another account or with other
// dimension values.

// undoesLine reports whether the i-th line of an entry undoes a posted line. Like a reversal, it is
// posted as it is: whatever its account and its values accept now, and without default values.
func undoesLine(e *pb.JournalEntry, i int) bool { return e.RecodesId != "" && i%2 == 0 }

// checkMoves refuses a pair of lines of a recoding that moves nothing, because the account's
// default replaces a cleared value.
func checkMoves(e *pb.JournalEntry) error {
	if e.RecodesId == "" {
		return nil
	}
	var violations fault.List
	for i := 1; i < len(e.Lines); i += 2 {
		from, to := e.Lines[i-1], e.Lines[i]
		was, becomes := slices.Values(from.DimensionValueIds), slices.Values(to.DimensionValueIds)
		if from.AccountId == to.AccountId && slices.Equal(slices.Sorted(was), slices.Sorted(becomes)) {
			violations.Append(fault.At(fmt.Sprintf("lines[%d].dimensionValueIds", i),
				"stay the same: the account has a default for the cleared dimension"))
		}
	}
	return violations.Err()
}

package ledger

import (
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// selectBalancedDimensions selects the self-balancing dimensions.
const selectBalancedDimensions = `
select id, balancing_account_id, display_name
from finance.dimensions
where org_id = $1
and balancing_account_id is not null
order by id`

// balancedDimension is a dimension for each of whose values every entry adds up to zero, such as
// the funds of a nonprofit.
type balancedDimension struct {
	dimension   uuid.UUID
	account     string
	displayName string
}

func (k *references) scanBalancedDimensions(rows pgx.Rows) error {
	var account uuid.UUID
	var d balancedDimension
	_, err := pgx.ForEachRow(rows, []any{&d.dimension, &account, &d.displayName}, func() error {
		d.account = id.Format("acc", account)
		k.balanced = append(k.balanced, d)
		return nil
	})
	return err
}

// addBalancingLines adds lines to an entry that adds up to zero, so that it also does for each
// value of the self-balancing dimensions, and for the lines without a value. The lines that balance
// one dimension have no value of another and add up to zero there, so the order of the dimensions
// has no effect.
func addBalancingLines(e *pb.JournalEntry, figures []figure, k *references) {
	given := e.Lines
	for _, d := range k.balanced {
		sums := map[string]int64{}
		for i, l := range given {
			sums[k.valueOf(d.dimension, l)] += figures[i].base
		}
		for _, value := range slices.Sorted(maps.Keys(sums)) {
			if sums[value] == 0 {
				continue
			}
			amount := money.ToProto(-sums[value], k.base)
			line := &pb.JournalLine{
				AccountId: d.account, Amount: amount, BaseAmount: proto.CloneOf(amount), Memo: "Balances " + d.displayName,
			}
			if value != "" {
				line.DimensionValueIds = []string{value}
			}
			e.Lines = append(e.Lines, line)
		}
	}
}

// valueOf returns the value of a dimension that a line has, or "" if there is none.
func (k *references) valueOf(dimension uuid.UUID, l *pb.JournalLine) string {
	for _, v := range l.GetDimensionValueIds() {
		if k.values[v].dimension == dimension {
			return v
		}
	}
	return ""
}

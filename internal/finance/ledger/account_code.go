package ledger

import (
	"context"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/identity"
)

// codeStep is how far apart a chart's neighboring codes are.
const codeStep = 10

// NextAccountCode finds a code for one more account of a subtype: the next after those it
// has, or "" where they are not numbers.
func NextAccountCode(ctx context.Context, tx *db.Tx, subtype pb.Account_Subtype) (string, error) {
	// Two who look for a code at once must not find the same one.
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return "", err
	}
	rows, err := tx.Query(ctx, `
select code, subtype = $2
from finance.accounts
where org_id = $1
and code <> ''`, tx.Call().Organization.ID, subtype.String())
	if err != nil {
		return "", err
	}
	var taken, kin []string
	var code string
	var same bool
	_, err = pgx.ForEachRow(rows, []any{&code, &same}, func() error {
		taken = append(taken, code)
		if same {
			kin = append(kin, code)
		}
		return nil
	})
	return freeCode(kin, taken), err
}

// freeCode is the next code after the highest of its kin that nobody has.
func freeCode(kin, taken []string) string {
	highest := 0
	for _, code := range kin {
		if n, err := strconv.Atoi(code); err == nil {
			highest = max(highest, n)
		}
	}
	if highest == 0 {
		return ""
	}
	for next := highest + codeStep; ; next += codeStep {
		if code := strconv.Itoa(next); !slices.Contains(taken, code) {
			return code
		}
	}
}

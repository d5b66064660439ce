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

// codeStep is the distance between neighboring account codes.
const codeStep = 10

// NextAccountCode returns an unused code for a new account of a subtype, after the highest code of
// that subtype. It returns "" if no account of the subtype has a numeric code.
func NextAccountCode(ctx context.Context, tx *db.Tx, subtype pb.Account_Subtype) (string, error) {
	// Without the lock, concurrent calls could return the same code.
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
	var taken, sameSubtype []string
	var code string
	var same bool
	_, err = pgx.ForEachRow(rows, []any{&code, &same}, func() error {
		taken = append(taken, code)
		if same {
			sameSubtype = append(sameSubtype, code)
		}
		return nil
	})
	return nextFreeCode(sameSubtype, taken), err
}

// nextFreeCode returns the first code after the highest of the same subtype that is not taken, in
// steps of codeStep. It returns "" if the subtype has no numeric code.
func nextFreeCode(sameSubtype, taken []string) string {
	highest := 0
	for _, code := range sameSubtype {
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

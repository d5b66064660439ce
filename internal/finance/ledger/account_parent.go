package ledger

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/identity"
)

// maxNesting is the maximum number of ancestors of an account.
const maxNesting = 10

const selectParent = `
select type, parent_account_id
from finance.accounts
where org_id = $1
and id = $2`

// checkAccountParent refuses a new parent of another type, one that is the account or below it, and
// one nested too deep.
func checkAccountParent(ctx context.Context, tx *db.Tx, was, a *pb.Account) error {
	if a.ParentAccountId == "" || was.ParentAccountId == a.ParentAccountId {
		return nil
	}
	// Without this lock two concurrent moves could put two accounts under each other.
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return err
	}
	self, err := accounts.Table().Key(a.Id)
	if err != nil {
		return err
	}
	above, err := accounts.Table().Key(a.ParentAccountId)
	if err != nil {
		return err
	}
	next := uuid.NullUUID{UUID: above, Valid: true}
	for depth := 1; next.Valid; depth++ {
		if next.UUID == self {
			return refuseParent("is the account itself or below it")
		}
		if depth > maxNesting {
			return refuseParent("nests accounts deeper than %d levels", maxNesting)
		}
		var typ string
		if typ, next, err = parentOf(ctx, tx, next.UUID); err != nil {
			return err
		}
		if typ != a.Type.String() {
			return refuseParent("has type %s, but the account has type %s", typ, a.Type)
		}
	}
	return nil
}

// parentOf returns the type and the parent of an account.
func parentOf(ctx context.Context, tx *db.Tx, account uuid.UUID) (typ string, parent uuid.NullUUID, err error) {
	err = tx.QueryRow(ctx, selectParent, tx.Call().Organization.ID, account).Scan(&typ, &parent)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
			fault.At("parentAccountId", "names a record that does not exist"))
	}
	return typ, parent, err
}

func refuseParent(format string, args ...any) error {
	return fault.InvalidFor(optionsv1.Reason_ACCOUNT_PARENT_REFUSED, fault.At("parentAccountId", format, args...))
}

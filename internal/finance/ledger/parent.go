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

// maxNesting bounds how deep accounts are parts of one another.
const maxNesting = 10

const selectParent = `
select type, parent_account_id
from finance.accounts
where org_id = $1
and id = $2`

// keepParent refuses a new parent that is of another type, or under the account itself.
func keepParent(ctx context.Context, tx *db.Tx, was, a *pb.Account) error {
	if a.ParentAccountId == "" || was.ParentAccountId == a.ParentAccountId {
		return nil
	}
	// Two accounts that are put under each other at once: the later move sees the earlier one.
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
			return refuseParent("is the account itself or under it")
		}
		if depth > maxNesting {
			return refuseParent("nests accounts deeper than %d", maxNesting)
		}
		var typ string
		if typ, next, err = parentOf(ctx, tx, next.UUID); err != nil {
			return err
		}
		if typ != a.Type.String() {
			return refuseParent("is %s, and the account is %s", typ, a.Type)
		}
	}
	return nil
}

func parentOf(ctx context.Context, tx *db.Tx, account uuid.UUID) (typ string, parent uuid.NullUUID, err error) {
	err = tx.QueryRow(ctx, selectParent, tx.Call().Organization.ID, account).Scan(&typ, &parent)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND, fault.At("parentAccountId", "names a record that does not exist"))
	}
	return typ, parent, err
}

func refuseParent(format string, args ...any) error {
	return fault.InvalidFor(optionsv1.Reason_ACCOUNT_PARENT_REFUSED, fault.At("parentAccountId", format, args...))
}

package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// keepClosing refuses a new closing account that is archived or no equity, and one of an
// account that has no results to carry.
func keepClosing(ctx context.Context, tx *db.Tx, was, a *pb.Account) error {
	if a.ClosingAccountId == "" || was.ClosingAccountId == a.ClosingAccountId {
		return nil
	}
	to, err := accounts.Named(ctx, tx, "closingAccountId", a.ClosingAccountId)
	switch {
	case err != nil:
		return err
	case a.Type != pb.Account_INCOME && a.Type != pb.Account_EXPENSE:
		return fault.Invalid(fault.At("closingAccountId", "must not be given, since the account is %s and carries no results", a.Type))
	case to.Type != pb.Account_EQUITY:
		return fault.Invalid(fault.At("closingAccountId", "must name an account of type EQUITY, not %s", to.Type))
	}
	return nil
}

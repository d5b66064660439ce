package ledger

import (
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/identity"
)

// findOrAddAccount returns the id of the account of a subtype. It adds the account if it is missing.
func findOrAddAccount(ctx context.Context, tx *db.Tx, subtype pb.Account_Subtype) (string, error) {
	found, err := FindAccountBySubtype(ctx, tx, subtype)
	if err != nil || found != nil {
		return found.GetId(), err
	}
	return addMissingAccount(ctx, tx, subtype)
}

// addMissingAccount adds the account of a subtype that every chart template has. It leaves the account
// without a code if the usual one is taken.
func addMissingAccount(ctx context.Context, tx *db.Tx, subtype pb.Account_Subtype) (string, error) {
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return "", err
	}
	created, err := FindAccountBySubtype(ctx, tx, subtype)
	if err != nil {
		return "", err
	}
	if created != nil {
		return "", db.RowsChanged("the missing account was added by another transaction")
	}
	usual := common[slices.IndexFunc(common, func(a chartAccount) bool { return a.subtype == subtype })]
	a := &pb.Account{Code: usual.code, DisplayName: usual.name, Type: typeOfSubtype(subtype), Subtype: subtype}
	var taken bool
	if err := tx.QueryRow(ctx, `
select exists (
  select
  from finance.accounts
  where org_id = $1
  and code = $2
)`, tx.Call().Organization.ID, a.Code).Scan(&taken); err != nil {
		return "", err
	}
	if taken {
		a.Code = ""
	}
	if err := AddAccount(ctx, tx, a); err != nil {
		return "", err
	}
	db.TxLocal[heldLocks](tx).addRecords(a.Id)
	return a.Id, nil
}

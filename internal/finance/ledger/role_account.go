package ledger

import (
	"context"
	"fmt"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/table"
)

// RoleAccount returns the id of the account that plays a role. If the role has none yet, it uses
// the usual account of the chart, or adds it.
func RoleAccount(ctx context.Context, tx *db.Tx, role pb.AccountRole_Role) (string, error) {
	r, err := findRole(ctx, tx, role)
	if err != nil {
		return "", err
	}
	if r.AccountId != "" {
		return r.AccountId, nil
	}
	assigned, err := accountRoles.Modify(ctx, tx, r.Id, "updated", assignAccount)
	return assigned.GetAccountId(), err
}

// FindRoleAccount returns the account that plays a role or will play it after the next posting, or
// nil if that posting will add it.
func FindRoleAccount(ctx context.Context, tx *db.Tx, role pb.AccountRole_Role) (*pb.Account, error) {
	r, err := findRole(ctx, tx, role)
	if err != nil {
		return nil, err
	}
	if r.AccountId != "" {
		return accounts.Find(ctx, tx, r.AccountId)
	}
	return findUsualAccount(ctx, tx, role)
}

func findRole(ctx context.Context, tx *db.Tx, role pb.AccountRole_Role) (*pb.AccountRole, error) {
	found, _, err := accountRoles.Table().Select(ctx, tx, table.Query{
		Within: []table.Equal{{Column: "role", Value: role.String()}}, Limit: 1,
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("ledger: the organization has no account role %s", role)
	}
	return found[0], nil
}

// assignAccount is the rule that gives a role its usual account. Another transaction may have done
// so before the role was locked.
func assignAccount(ctx context.Context, tx *db.Tx, _, r *pb.AccountRole) error {
	if r.AccountId != "" {
		return nil
	}
	account, err := findUsualAccount(ctx, tx, r.Role)
	if err != nil {
		return err
	}
	if account == nil {
		if account, err = addUsualAccount(ctx, tx, r.Role); err != nil {
			return err
		}
	}
	r.AccountId = account.Id
	return nil
}

// findUsualAccount returns the usual account of a role, or nil. It must not be archived.
func findUsualAccount(ctx context.Context, tx *db.Tx, role pb.AccountRole_Role) (*pb.Account, error) {
	usual := usualAccounts[role]
	found, _, err := accounts.Table().Select(ctx, tx, table.Query{
		Within: []table.Equal{{Column: "subtype", Value: usual.subtype.String()}}, OrderBy: "code", Limit: 500,
	})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(found, func(a *pb.Account) bool { return a.Code == usual.code })
	if i < 0 && usual.bySubtype && len(found) > 0 {
		i = 0
	}
	if i < 0 {
		return nil, nil
	}
	return found[i], nil
}

// addUsualAccount adds the usual account of a role, without its code if that is taken.
func addUsualAccount(ctx context.Context, tx *db.Tx, role pb.AccountRole_Role) (*pb.Account, error) {
	usual := usualAccounts[role]
	a := &pb.Account{
		Code: usual.code, DisplayName: usual.name, Type: typeOfSubtype(usual.subtype), Subtype: usual.subtype,
	}
	if role == pb.AccountRole_EMPLOYEE_REIMBURSEMENTS {
		a.CashFlowClass = pb.Account_EMPLOYEES // IAS 7.14d
	}
	taken, err := db.CollectColumn[bool](ctx, tx, `
select true
from finance.accounts
where org_id = $1
and code = $2`, tx.Call().Organization.ID, a.Code)
	if err != nil {
		return nil, err
	}
	if len(taken) > 0 {
		a.Code = ""
	}
	if err := AddAccount(ctx, tx, a); err != nil {
		return nil, err
	}
	db.TxLocal[heldLocks](tx).addRecords(a.Id)
	return a, nil
}

package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var accountRoles = resource.New(table.New("finance.account_roles",
	table.Enum("role", func(r *pb.AccountRole) *pb.AccountRole_Role { return &r.Role }).Filter(),
	table.Ref("account_id", "acc", func(r *pb.AccountRole) *string { return &r.AccountId }).Filter().Usable(),
)).DeclareEvents("created").Open()

// usualAccount is the account that plays a role unless the owner chooses another one.
type usualAccount struct {
	chartAccount
	// bySubtype is true if any account of the subtype will do, for charts with other codes.
	bySubtype bool
}

// usualAccounts lists the usual account of each role. The templates have most of them.
var usualAccounts = map[pb.AccountRole_Role]usualAccount{
	pb.AccountRole_RECEIVABLE:        {chartAccount{"1200", "Accounts Receivable", pb.Account_ACCOUNTS_RECEIVABLE}, true},
	pb.AccountRole_UNDEPOSITED_FUNDS: {chartAccount{"1100", "Undeposited Funds", pb.Account_CASH}, false},
	pb.AccountRole_PAYABLE:           {chartAccount{"2000", "Accounts Payable", pb.Account_ACCOUNTS_PAYABLE}, true},
	pb.AccountRole_EMPLOYEE_REIMBURSEMENTS: {
		chartAccount{"2050", "Employee Reimbursements", pb.Account_OTHER_LIABILITY}, false,
	},
	pb.AccountRole_SALES_TAX:           {chartAccount{"2200", "Sales Tax Payable", pb.Account_TAX_PAYABLE}, true},
	pb.AccountRole_PAYROLL_LIABILITIES: {chartAccount{"2300", "Payroll Liabilities", pb.Account_PAYROLL_LIABILITY}, true},
	pb.AccountRole_NET_PAY_CLEARING:    {chartAccount{"2390", "Net Pay Clearing", pb.Account_PAYROLL_LIABILITY}, false},
	pb.AccountRole_CUSTOMER_DEPOSITS:   {chartAccount{"2400", "Customer Deposits", pb.Account_CUSTOMER_DEPOSIT}, true},
	pb.AccountRole_OWNER_EQUITY:        {chartAccount{"3000", "Owner's Equity", pb.Account_OWNER_EQUITY}, true},
	pb.AccountRole_OWNER_DRAW:          {chartAccount{"3100", "Owner's Draw", pb.Account_OWNER_DRAW}, true},
	pb.AccountRole_RETAINED_EARNINGS:   {chartAccount{"3200", "Retained Earnings", pb.Account_RETAINED_EARNINGS}, true},
	pb.AccountRole_OPENING_BALANCES:    {chartAccount{"3900", "Opening Balances", pb.Account_OPENING_BALANCE}, true},
	pb.AccountRole_SALES:               {chartAccount{"4000", "Sales", pb.Account_SALES}, true},
	pb.AccountRole_TAX_ON_DEPOSITS:     {chartAccount{"1350", "Tax on Deposits", pb.Account_PREPAID_EXPENSE}, false},
	pb.AccountRole_DISCOUNTS_GIVEN:     {chartAccount{"4700", "Discounts Given", pb.Account_SALES}, false},
	pb.AccountRole_REALIZED_GAINS: {
		chartAccount{"4850", "Realized Exchange Gains", pb.Account_REALIZED_EXCHANGE_GAIN}, true,
	},
	pb.AccountRole_UNREALIZED_GAINS: {
		chartAccount{"4860", "Unrealized Exchange Gains", pb.Account_UNREALIZED_EXCHANGE_GAIN}, true,
	},
	pb.AccountRole_LATE_FEES:       {chartAccount{"4870", "Late Fees", pb.Account_OTHER_INCOME}, false},
	pb.AccountRole_DISCOUNTS_TAKEN: {chartAccount{"5900", "Discounts Taken", pb.Account_COST_OF_SALES}, false},
	pb.AccountRole_WAGES:           {chartAccount{"6000", "Wages and Salaries", pb.Account_PAYROLL_EXPENSE}, false},
	pb.AccountRole_EMPLOYER_TAXES:  {chartAccount{"6010", "Payroll Taxes", pb.Account_PAYROLL_EXPENSE}, false},
	pb.AccountRole_BAD_DEBTS:       {chartAccount{"6560", "Bad Debts", pb.Account_OPERATING_EXPENSE}, false},
	pb.AccountRole_ROUNDING:        {chartAccount{"6980", "Rounding Differences", pb.Account_ROUNDING}, true},
}

// GetAccountRole returns an account role.
func (s *Service) GetAccountRole(ctx context.Context, req *pb.GetAccountRoleRequest) (*pb.AccountRole, error) {
	return accountRoles.Get(ctx, s.db, req.GetAccountRoleId())
}

// BatchGetAccountRoles returns several account roles.
func (s *Service) BatchGetAccountRoles(
	ctx context.Context, req *pb.BatchGetAccountRolesRequest,
) (*pb.BatchGetAccountRolesResponse, error) {
	list, err := accountRoles.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetAccountRolesResponse{AccountRoles: list}, err
}

// ListAccountRoles returns a page of account roles.
func (s *Service) ListAccountRoles(
	ctx context.Context, req *pb.ListAccountRolesRequest,
) (*pb.ListAccountRolesResponse, error) {
	page, err := accountRoles.List(ctx, s.db, req)
	return &pb.ListAccountRolesResponse{AccountRoles: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateAccountRole chooses the account of a role.
func (s *Service) UpdateAccountRole(
	ctx context.Context, req *pb.UpdateAccountRoleRequest,
) (*pb.AccountRole, error) {
	return accountRoles.Update(
		ctx, s.db, req.GetAccountRoleId(), req.GetAccountRole(), req.GetUpdateMask(), checkRoleAccount,
	)
}

// checkRoleAccount refuses an account whose type, or for some roles whose subtype, does not fit the
// role.
func checkRoleAccount(ctx context.Context, tx *db.Tx, was, r *pb.AccountRole) error {
	if r.AccountId == "" || r.AccountId == was.AccountId {
		return nil
	}
	account, err := accounts.Resolve(ctx, tx, "accountId", r.AccountId)
	if err != nil {
		return err
	}
	usual := usualAccounts[r.Role]
	if want := typeOfSubtype(usual.subtype); account.Type != want {
		return fault.Invalid(fault.At("accountId", "names an account of type %s; the role needs %s", account.Type, want))
	}
	if account.Subtype != usual.subtype && (account.Control || needsOwnSubtype(usual.subtype)) {
		return fault.Invalid(fault.At("accountId", "names an account of subtype %s; the role needs %s",
			account.Subtype, usual.subtype))
	}
	return nil
}

// needsOwnSubtype reports whether other code relies on the subtype of an account: a sub-ledger,
// or the cash-flow statement, which separates exchange gains from cash flows.
func needsOwnSubtype(subtype pb.Account_Subtype) bool {
	return isControlSubtype(subtype) || subtype == pb.Account_REALIZED_EXCHANGE_GAIN ||
		subtype == pb.Account_UNREALIZED_EXCHANGE_GAIN
}

// addAccountRoles creates the roles of a new organization.
func addAccountRoles(ctx context.Context, tx *db.Tx) error {
	var roles []*pb.AccountRole
	for _, role := range slices.Sorted(maps.Keys(usualAccounts)) {
		roles = append(roles, &pb.AccountRole{Role: role})
	}
	return accountRoles.InsertMany(ctx, tx, roles, func(i int) string { return fmt.Sprintf("roles[%d]", i) })
}

// guardAccountUnused refuses to archive accounts that play a role, balance a dimension, or belong
// to a bank account.
func guardAccountUnused(ctx context.Context, tx *db.Tx, list []*pb.Account) ([]error, error) {
	keys, err := id.ParseEach("acc", list, (*pb.Account).GetId)
	if err != nil {
		return nil, err
	}
	roles, err := db.CollectMap[uuid.UUID, string](ctx, tx, `
select account_id, string_agg(role, ' and ' order by role)
from finance.account_roles
where org_id = $1
and account_id = any($2)
group by account_id`, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	balanced, err := db.CollectMap[uuid.UUID, string](ctx, tx, `
select balancing_account_id, string_agg(display_name, ' and ' order by display_name)
from finance.dimensions
where org_id = $1
and balancing_account_id = any($2)
group by balancing_account_id`, tx.Call().Organization.ID, keys)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(list))
	for i, a := range list {
		switch role, dimension := roles[keys[i]], balanced[keys[i]]; {
		case a.BankAccountId != "":
			refusals[i] = fault.Refuse(optionsv1.Reason_ACCOUNTS_IN_USE,
				"The account holds the money of a bank account. Archive the bank account first.").WithSubject(a.Id)
		case role != "":
			refusals[i] = fault.Refuse(optionsv1.Reason_ACCOUNTS_IN_USE,
				"The account has the role %s. Choose another account for the role first.", role).WithSubject(a.Id)
		case dimension != "":
			refusals[i] = fault.Refuse(optionsv1.Reason_ACCOUNTS_IN_USE,
				"The account balances the dimension %s. Choose another account there first.", dimension).WithSubject(a.Id)
		}
	}
	return refusals, nil
}

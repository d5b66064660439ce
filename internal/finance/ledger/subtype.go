package ledger

import (
	"context"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// classify completes what an account is: its subtype, its place on the cash-flow
// statement, and whether a sub-ledger keeps it.
func classify(_ context.Context, _ *db.Tx, _, a *pb.Account) error {
	if a.Subtype == pb.Account_SUBTYPE_UNSPECIFIED {
		a.Subtype = otherSubtype(a.Type)
	}
	if typeOf(a.Subtype) != a.Type {
		return fault.InvalidFor(optionsv1.Reason_ACCOUNT_SUBTYPE_OF_OTHER_TYPE,
			fault.At("subtype", "%s is a kind of %s, and the account is %s", a.Subtype, typeOf(a.Subtype), a.Type))
	}
	if a.CashFlowSection == pb.Account_CASH_FLOW_SECTION_UNSPECIFIED {
		a.CashFlowSection = cashFlowSection(a.Subtype)
	}
	a.Control = a.Subtype == pb.Account_ACCOUNTS_RECEIVABLE || a.Subtype == pb.Account_ACCOUNTS_PAYABLE
	return nil
}

// typeOf is the type that a subtype belongs to.
func typeOf(subtype pb.Account_Subtype) pb.Account_Type {
	switch subtype {
	case pb.Account_BANK, pb.Account_CASH, pb.Account_ACCOUNTS_RECEIVABLE, pb.Account_INVENTORY, pb.Account_PREPAID_EXPENSE,
		pb.Account_FIXED_ASSET, pb.Account_ACCUMULATED_DEPRECIATION, pb.Account_OTHER_ASSET, pb.Account_SUSPENSE:
		return pb.Account_ASSET
	case pb.Account_ACCOUNTS_PAYABLE, pb.Account_CREDIT_CARD, pb.Account_TAX_PAYABLE, pb.Account_PAYROLL_LIABILITY,
		pb.Account_CUSTOMER_DEPOSIT, pb.Account_LOAN, pb.Account_OTHER_LIABILITY:
		return pb.Account_LIABILITY
	case pb.Account_OWNER_EQUITY, pb.Account_OWNER_DRAW, pb.Account_RETAINED_EARNINGS, pb.Account_OPENING_BALANCE, pb.Account_OTHER_EQUITY:
		return pb.Account_EQUITY
	case pb.Account_SALES, pb.Account_OTHER_INCOME, pb.Account_REALIZED_EXCHANGE_GAIN, pb.Account_UNREALIZED_EXCHANGE_GAIN:
		return pb.Account_INCOME
	case pb.Account_COST_OF_SALES, pb.Account_OPERATING_EXPENSE, pb.Account_PAYROLL_EXPENSE, pb.Account_DEPRECIATION,
		pb.Account_INTEREST, pb.Account_TAX_EXPENSE, pb.Account_OTHER_EXPENSE:
		return pb.Account_EXPENSE
	}
	return pb.Account_TYPE_UNSPECIFIED
}

// otherSubtype is the subtype of an account of which only the type is known.
func otherSubtype(t pb.Account_Type) pb.Account_Subtype {
	switch t {
	case pb.Account_ASSET:
		return pb.Account_OTHER_ASSET
	case pb.Account_LIABILITY:
		return pb.Account_OTHER_LIABILITY
	case pb.Account_EQUITY:
		return pb.Account_OTHER_EQUITY
	case pb.Account_INCOME:
		return pb.Account_OTHER_INCOME
	case pb.Account_EXPENSE:
		return pb.Account_OTHER_EXPENSE
	}
	return pb.Account_SUBTYPE_UNSPECIFIED
}

// cashFlowSection is where a subtype's movement usually stands on the cash-flow
// statement (ASC 230, IAS 7). Depreciation is added back among operating activities.
func cashFlowSection(subtype pb.Account_Subtype) pb.Account_CashFlowSection {
	switch subtype {
	case pb.Account_BANK, pb.Account_CASH:
		return pb.Account_CASH_AND_EQUIVALENTS
	case pb.Account_FIXED_ASSET:
		return pb.Account_INVESTING
	case pb.Account_LOAN, pb.Account_OWNER_EQUITY, pb.Account_OWNER_DRAW, pb.Account_RETAINED_EARNINGS,
		pb.Account_OPENING_BALANCE, pb.Account_OTHER_EQUITY:
		return pb.Account_FINANCING
	}
	return pb.Account_OPERATING
}

package ledger

import (
	"context"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// classifyAccount sets the defaults of an account: its subtype, its section of the cash-flow
// statement, and whether it is a control account. It refuses a subtype of another type.
func classifyAccount(_ context.Context, _ *db.Tx, was, a *pb.Account) error {
	if a.Subtype == pb.Account_SUBTYPE_UNSPECIFIED {
		a.Subtype = otherSubtype(a.Type)
	}
	if typeOfSubtype(a.Subtype) != a.Type {
		return fault.InvalidFor(optionsv1.Reason_ACCOUNT_SUBTYPE_OF_OTHER_TYPE,
			fault.At("subtype", "%s belongs to type %s, but the account has type %s",
				a.Subtype, typeOfSubtype(a.Subtype), a.Type))
	}
	if a.CashFlowSection == pb.Account_CASH_FLOW_SECTION_UNSPECIFIED {
		a.CashFlowSection = cashFlowSection(a.Subtype)
	}
	onBalanceSheet := a.Type == pb.Account_ASSET || a.Type == pb.Account_LIABILITY
	changed := a.CashFlowSection != was.CashFlowSection
	if changed && a.CashFlowSection == pb.Account_CASH_AND_EQUIVALENTS && !onBalanceSheet {
		return fault.Invalid(fault.At("cashFlowSection",
			"must not be CASH_AND_EQUIVALENTS: only ASSET and LIABILITY accounts hold cash"))
	}
	a.Control = isControlSubtype(a.Subtype)
	return nil
}

// isControlSubtype reports whether a sub-ledger keeps the accounts of a subtype.
func isControlSubtype(subtype pb.Account_Subtype) bool {
	return subtype == pb.Account_ACCOUNTS_RECEIVABLE || subtype == pb.Account_ACCOUNTS_PAYABLE
}

// typeOfSubtype returns the type that a subtype belongs to.
func typeOfSubtype(subtype pb.Account_Subtype) pb.Account_Type {
	switch subtype {
	case pb.Account_BANK, pb.Account_CASH, pb.Account_ACCOUNTS_RECEIVABLE, pb.Account_INVENTORY,
		pb.Account_PREPAID_EXPENSE, pb.Account_FIXED_ASSET, pb.Account_ACCUMULATED_DEPRECIATION,
		pb.Account_OTHER_ASSET, pb.Account_SUSPENSE:
		return pb.Account_ASSET
	case pb.Account_ACCOUNTS_PAYABLE, pb.Account_CREDIT_CARD, pb.Account_TAX_PAYABLE, pb.Account_PAYROLL_LIABILITY,
		pb.Account_CUSTOMER_DEPOSIT, pb.Account_LOAN, pb.Account_OTHER_LIABILITY:
		return pb.Account_LIABILITY
	case pb.Account_OWNER_EQUITY, pb.Account_OWNER_DRAW, pb.Account_RETAINED_EARNINGS, pb.Account_OPENING_BALANCE,
		pb.Account_OTHER_EQUITY:
		return pb.Account_EQUITY
	case pb.Account_SALES, pb.Account_OTHER_INCOME, pb.Account_REALIZED_EXCHANGE_GAIN,
		pb.Account_UNREALIZED_EXCHANGE_GAIN:
		return pb.Account_INCOME
	case pb.Account_COST_OF_SALES, pb.Account_OPERATING_EXPENSE, pb.Account_PAYROLL_EXPENSE, pb.Account_DEPRECIATION,
		pb.Account_INTEREST, pb.Account_TAX_EXPENSE, pb.Account_ROUNDING,
		pb.Account_OTHER_EXPENSE:
		return pb.Account_EXPENSE
	}
	return pb.Account_TYPE_UNSPECIFIED
}

// otherSubtype returns the general subtype of a type, such as OTHER_ASSET.
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

// cashFlowSection returns the usual section of a subtype on the cash-flow statement (ASC 230,
// IAS 7). Depreciation is added back in operating activities.
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

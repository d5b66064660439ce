// Package cashflow attributes the cash that an entry moved to the other lines of the entry. It
// decides the section, and within operating activities the class, in which a cash-flow statement
// shows the cash (IAS 7, ASC 230). It computes on plain values and reads no database. The cash of
// an entry is always attributed completely and never balanced by another amount.
package cashflow

import (
	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// Account holds the properties of an account that decide where its cash flows are shown.
type Account struct {
	ID      uuid.UUID
	Type    pb.Account_Type
	Subtype pb.Account_Subtype
	// Section is the section chosen for the account. Unspecified means OPERATING.
	Section pb.Account_CashFlowSection
	// Class is the class chosen for the account. Unspecified means the class of the subtype.
	Class pb.Account_CashFlowClass
}

// IsCash reports whether the account holds cash or cash equivalents (IAS 7.6).
func (a *Account) IsCash() bool {
	return a.Section == pb.Account_CASH_AND_EQUIVALENTS && !a.isResult()
}

// IsOperating reports whether the movements of the account are part of net income or of the
// changes in operating accounts, from which the indirect method starts (IAS 7.20).
func (a *Account) IsOperating() bool {
	return a.isResult() || !a.IsCash() && a.section() == pb.Account_OPERATING
}

// IsSpecial reports whether entries with the account may differ between net income with the
// changes in operating accounts on the one side, and operating cash on the other.
func (a *Account) IsSpecial() bool {
	return !a.IsCash() && a.section() != pb.Account_OPERATING || a.isExchange()
}

// IsContextual reports whether the other lines of an entry decide where a line on the account is
// shown.
func (a *Account) IsContextual() bool { return a.isTax() || a.followsLargestLine() }

// section returns the section of the account's own cash flows. Accumulated depreciation reduces
// the assets of investing activities and belongs to them.
func (a *Account) section() pb.Account_CashFlowSection {
	switch {
	case a.Subtype == pb.Account_ACCUMULATED_DEPRECIATION:
		return pb.Account_INVESTING
	case a.Section == pb.Account_INVESTING, a.Section == pb.Account_FINANCING:
		return a.Section
	}
	return pb.Account_OPERATING
}

// class returns the class of the account's operating cash flows (IAS 7.14, ASC 230-10-45-25).
func (a *Account) class() pb.Account_CashFlowClass {
	if a.Class != pb.Account_CASH_FLOW_CLASS_UNSPECIFIED {
		return a.Class
	}
	switch a.Subtype {
	case pb.Account_ACCOUNTS_RECEIVABLE, pb.Account_CUSTOMER_DEPOSIT, pb.Account_SALES:
		return pb.Account_CUSTOMERS
	case pb.Account_PAYROLL_EXPENSE, pb.Account_PAYROLL_LIABILITY:
		return pb.Account_EMPLOYEES
	case pb.Account_ACCOUNTS_PAYABLE, pb.Account_CREDIT_CARD, pb.Account_INVENTORY, pb.Account_PREPAID_EXPENSE,
		pb.Account_COST_OF_SALES, pb.Account_OPERATING_EXPENSE:
		return pb.Account_SUPPLIERS
	case pb.Account_TAX_PAYABLE, pb.Account_TAX_EXPENSE:
		return pb.Account_TAXES
	case pb.Account_INTEREST:
		return pb.Account_INTEREST_PAID
	}
	return pb.Account_OTHER_OPERATING
}

func (a *Account) isResult() bool { return a.Type == pb.Account_INCOME || a.Type == pb.Account_EXPENSE }

func (a *Account) isTax() bool { return a.Subtype == pb.Account_TAX_PAYABLE }

// isExchange reports whether the account collects exchange gains and losses.
func (a *Account) isExchange() bool {
	return a.Subtype == pb.Account_REALIZED_EXCHANGE_GAIN || a.Subtype == pb.Account_UNREALIZED_EXCHANGE_GAIN
}

// followsLargestLine reports whether lines on the account are shown where the largest other line of
// their entry is shown.
func (a *Account) followsLargestLine() bool {
	return a.isExchange() || a.Subtype == pb.Account_ROUNDING
}

// isDepreciation reports whether the account shows the use of assets over time.
func (a *Account) isDepreciation() bool { return a.Subtype == pb.Account_DEPRECIATION }

// isReserve reports whether the account holds accumulated depreciation.
func (a *Account) isReserve() bool { return a.Subtype == pb.Account_ACCUMULATED_DEPRECIATION }

// isDisposalResult reports whether gains and losses on the disposal of assets are posted to the
// account.
func (a *Account) isDisposalResult() bool {
	switch a.Subtype {
	case pb.Account_OTHER_INCOME, pb.Account_OTHER_EXPENSE, pb.Account_DEPRECIATION:
		return true
	}
	return false
}

// isTaxed reports whether sales tax is charged on what is posted to the account.
func (a *Account) isTaxed() bool {
	switch a.Subtype {
	case pb.Account_LOAN, pb.Account_TAX_PAYABLE, pb.Account_TAX_EXPENSE, pb.Account_PAYROLL_EXPENSE,
		pb.Account_PAYROLL_LIABILITY, pb.Account_INTEREST, pb.Account_DEPRECIATION, pb.Account_ACCUMULATED_DEPRECIATION,
		pb.Account_ACCOUNTS_RECEIVABLE, pb.Account_ACCOUNTS_PAYABLE, pb.Account_CREDIT_CARD:
		return false
	}
	return a.Type != pb.Account_EQUITY && !a.followsLargestLine()
}

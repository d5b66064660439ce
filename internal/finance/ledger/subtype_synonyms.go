package ledger

import (
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/sheet"
)

// subtypeSynonyms maps the names that other accounting programs give to kinds of accounts to their
// subtypes. Names are spelled as by sheet.NormalizeName. The subtypes' own names are not listed.
var subtypeSynonyms = map[string]pb.Account_Subtype{
	"checking": pb.Account_BANK, "savings": pb.Account_BANK, "cashandcashequivalents": pb.Account_BANK,
	"cashatbank": pb.Account_BANK, "pettycash": pb.Account_CASH, "cashonhand": pb.Account_CASH,
	"accountsreceivablear": pb.Account_ACCOUNTS_RECEIVABLE, "debtors": pb.Account_ACCOUNTS_RECEIVABLE,
	"tradedebtors": pb.Account_ACCOUNTS_RECEIVABLE, "receivable": pb.Account_ACCOUNTS_RECEIVABLE,
	"stock": pb.Account_INVENTORY, "prepayment": pb.Account_PREPAID_EXPENSE, "prepayments": pb.Account_PREPAID_EXPENSE,
	"fixedassets": pb.Account_FIXED_ASSET, "property": pb.Account_FIXED_ASSET,
	"propertyplantandequipment": pb.Account_FIXED_ASSET, "asset": pb.Account_OTHER_ASSET,
	"assets": pb.Account_OTHER_ASSET, "currentasset": pb.Account_OTHER_ASSET, "currentassets": pb.Account_OTHER_ASSET,
	"othercurrentasset": pb.Account_OTHER_ASSET, "othercurrentassets": pb.Account_OTHER_ASSET,
	"otherassets": pb.Account_OTHER_ASSET, "noncurrentasset": pb.Account_OTHER_ASSET,
	"accountspayableap": pb.Account_ACCOUNTS_PAYABLE, "creditors": pb.Account_ACCOUNTS_PAYABLE,
	"tradecreditors": pb.Account_ACCOUNTS_PAYABLE, "payable": pb.Account_ACCOUNTS_PAYABLE,
	"creditcards": pb.Account_CREDIT_CARD, "salestax": pb.Account_TAX_PAYABLE,
	"salestaxpayable": pb.Account_TAX_PAYABLE, "vat": pb.Account_TAX_PAYABLE, "gst": pb.Account_TAX_PAYABLE,
	"payrollliabilities": pb.Account_PAYROLL_LIABILITY, "wagespayableliability": pb.Account_PAYROLL_LIABILITY,
	"superannuationliability": pb.Account_PAYROLL_LIABILITY, "deferredrevenue": pb.Account_CUSTOMER_DEPOSIT,
	"unearnedrevenue": pb.Account_CUSTOMER_DEPOSIT, "customerdeposits": pb.Account_CUSTOMER_DEPOSIT,
	"loans": pb.Account_LOAN, "notespayable": pb.Account_LOAN, "liability": pb.Account_OTHER_LIABILITY,
	"liabilities": pb.Account_OTHER_LIABILITY, "currentliability": pb.Account_OTHER_LIABILITY,
	"currentliabilities": pb.Account_OTHER_LIABILITY, "othercurrentliability": pb.Account_OTHER_LIABILITY,
	"othercurrentliabilities": pb.Account_OTHER_LIABILITY, "noncurrentliability": pb.Account_OTHER_LIABILITY,
	"longtermliability": pb.Account_OTHER_LIABILITY, "longtermliabilities": pb.Account_OTHER_LIABILITY,
	"equity": pb.Account_OTHER_EQUITY, "ownersequity": pb.Account_OWNER_EQUITY, "ownersdraw": pb.Account_OWNER_DRAW,
	"openingbalanceequity": pb.Account_OPENING_BALANCE, "income": pb.Account_SALES, "revenue": pb.Account_SALES,
	"sale": pb.Account_SALES, "otherrevenue": pb.Account_OTHER_INCOME, "directcosts": pb.Account_COST_OF_SALES,
	"costofgoodssold": pb.Account_COST_OF_SALES, "cogs": pb.Account_COST_OF_SALES,
	"expense": pb.Account_OPERATING_EXPENSE, "expenses": pb.Account_OPERATING_EXPENSE,
	"overhead": pb.Account_OPERATING_EXPENSE, "overheads": pb.Account_OPERATING_EXPENSE,
	"wagesexpense": pb.Account_PAYROLL_EXPENSE, "otherexpenses": pb.Account_OTHER_EXPENSE,
	"superannuationexpense": pb.Account_PAYROLL_EXPENSE, "incometax": pb.Account_TAX_EXPENSE,
}

// programAccounts maps the names of accounts that QuickBooks and Xero create themselves, and that
// no business renames, to their subtypes. A trial balance of QuickBooks has no column of types.
var programAccounts = map[string]pb.Account_Subtype{
	"accountsreceivable": pb.Account_ACCOUNTS_RECEIVABLE, "accountsreceivablear": pb.Account_ACCOUNTS_RECEIVABLE,
	"accountspayable": pb.Account_ACCOUNTS_PAYABLE, "accountspayableap": pb.Account_ACCOUNTS_PAYABLE,
	"undepositedfunds": pb.Account_CASH, "paymentstodeposit": pb.Account_CASH, "inventoryasset": pb.Account_INVENTORY,
	"uncategorizedasset": pb.Account_OTHER_ASSET, "salestaxpayable": pb.Account_TAX_PAYABLE,
	"payrollliabilities": pb.Account_PAYROLL_LIABILITY, "unpaidexpenseclaims": pb.Account_OTHER_LIABILITY,
	"openingbalanceequity": pb.Account_OPENING_BALANCE, "historicaladjustment": pb.Account_OPENING_BALANCE,
	"retainedearnings": pb.Account_RETAINED_EARNINGS, "uncategorizedincome": pb.Account_OTHER_INCOME,
	"uncategorizedexpense": pb.Account_OTHER_EXPENSE, "costofgoodssold": pb.Account_COST_OF_SALES,
	"exchangegainorloss":          pb.Account_REALIZED_EXCHANGE_GAIN,
	"realisedcurrencygains":       pb.Account_REALIZED_EXCHANGE_GAIN,
	"unrealisedcurrencygains":     pb.Account_UNREALIZED_EXCHANGE_GAIN,
	"bankrevaluations":            pb.Account_UNREALIZED_EXCHANGE_GAIN,
	"reconciliationdiscrepancies": pb.Account_OTHER_EXPENSE,
}

// importedSubtype returns the subtype of an account that an import creates: the one that the caller
// chose for its row, else the first that the types in the file name, else that of an account of the
// program with its name. It returns SUBTYPE_UNSPECIFIED if none of them is known.
func importedSubtype(
	choice *pb.ImportOpeningBalancesRequest_AccountChoice, name string, types ...string,
) pb.Account_Subtype {
	if chosen := chosenSubtype(choice); chosen != pb.Account_SUBTYPE_UNSPECIFIED {
		return chosen
	}
	for _, words := range types {
		if known := contraAssetSubtype(subtypeFromName(words), name); known != pb.Account_SUBTYPE_UNSPECIFIED {
			return known
		}
	}
	return programAccounts[sheet.NormalizeName(name)]
}

// subtypeFromName returns the subtype for a name that another program gives to a kind of account,
// or SUBTYPE_UNSPECIFIED if the name is unknown.
func subtypeFromName(words string) pb.Account_Subtype {
	plain := sheet.NormalizeName(words)
	if subtype, known := subtypeSynonyms[plain]; known {
		return subtype
	}
	for name, value := range pb.Account_Subtype_value {
		if value != 0 && strings.ReplaceAll(strings.ToLower(name), "_", "") == plain {
			return pb.Account_Subtype(value)
		}
	}
	return pb.Account_SUBTYPE_UNSPECIFIED
}

// reserveNames are words of the names of accounts that reduce fixed assets, spelled as by
// sheet.NormalizeName. Xero gives such accounts the type of the asset and names such as "Less
// Accumulated Depreciation on Office Equipment".
var reserveNames = []string{
	"accumulateddepreciation", "accumulatedamortization", "accumulatedamortisation", "accumdepreciation",
	"accumdepr", "accumamortization", "accumamortisation", "allowancefordepreciation", "provisionfordepreciation",
	"accumulatedimpairment",
}

// contraAssetSubtype returns ACCUMULATED_DEPRECIATION for an asset whose name says that it reduces
// fixed assets, and otherwise the subtype. Its movements are no investing flows (IAS 7.20b,
// ASC 230-10-45-28).
func contraAssetSubtype(subtype pb.Account_Subtype, name string) pb.Account_Subtype {
	if subtype != pb.Account_FIXED_ASSET && subtype != pb.Account_OTHER_ASSET {
		return subtype
	}
	plain := sheet.NormalizeName(name)
	for _, words := range reserveNames {
		if strings.Contains(plain, words) {
			return pb.Account_ACCUMULATED_DEPRECIATION
		}
	}
	return subtype
}

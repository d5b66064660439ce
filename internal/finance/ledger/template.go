package ledger

import (
	"maps"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// template is a chart of accounts that an organization can begin with.
type template struct {
	chart
	// closings are the codes of accounts whose results are kept apart at the year's end,
	// with those of the accounts they close to.
	closings map[string]string
}

// chart are accounts by their code.
type chart []chartAccount

type chartAccount struct {
	code, name string
	subtype    pb.Account_Subtype
}

// templates by their names: those of the United States, and of anywhere.
var templates = map[string]template{
	"service-firm":         {chart: layered(common, serviceFirm)},
	"service-firm-generic": {chart: layered(common, anywhere, serviceFirm)},
	"retailer":             {chart: layered(common, retailer)},
	"retailer-generic":     {chart: layered(common, anywhere, retailer)},
	"non-profit":           {chart: layered(common, nonProfit), closings: restricted},
	"non-profit-generic":   {chart: layered(common, anywhere, nonProfit, nonProfitAnywhere), closings: restricted},
}

// layered is a chart of all accounts of its layers; the last with a code names it.
func layered(layers ...chart) chart {
	accounts := map[string]chartAccount{}
	for _, layer := range layers {
		for _, a := range layer {
			accounts[a.code] = a
		}
	}
	var out chart
	for _, code := range slices.Sorted(maps.Keys(accounts)) {
		out = append(out, accounts[code])
	}
	return out
}

// common are the accounts of everybody, as they are called in the United States.
var common = chart{
	{"1000", "Checking", pb.Account_BANK},
	{"1010", "Savings", pb.Account_BANK},
	{"1050", "Petty Cash", pb.Account_CASH},
	{"1200", "Accounts Receivable", pb.Account_ACCOUNTS_RECEIVABLE},
	{"1300", "Prepaid Expenses", pb.Account_PREPAID_EXPENSE},
	{"1500", "Equipment", pb.Account_FIXED_ASSET},
	{"1590", "Accumulated Depreciation", pb.Account_ACCUMULATED_DEPRECIATION},
	{"1900", "Suspense", pb.Account_SUSPENSE},
	{"2000", "Accounts Payable", pb.Account_ACCOUNTS_PAYABLE},
	{"2100", "Credit Card", pb.Account_CREDIT_CARD},
	{"2200", "Sales Tax Payable", pb.Account_TAX_PAYABLE},
	{"2300", "Payroll Liabilities", pb.Account_PAYROLL_LIABILITY},
	{"2400", "Customer Deposits", pb.Account_CUSTOMER_DEPOSIT},
	{"2500", "Loans", pb.Account_LOAN},
	{"3000", "Owner's Equity", pb.Account_OWNER_EQUITY},
	{"3100", "Owner's Draw", pb.Account_OWNER_DRAW},
	{"3200", "Retained Earnings", pb.Account_RETAINED_EARNINGS},
	{"3900", "Opening Balances", pb.Account_OPENING_BALANCE},
	{"4800", "Interest Income", pb.Account_OTHER_INCOME},
	{"4850", "Realized Exchange Gains", pb.Account_REALIZED_EXCHANGE_GAIN},
	{"4860", "Unrealized Exchange Gains", pb.Account_UNREALIZED_EXCHANGE_GAIN},
	{"4900", "Other Income", pb.Account_OTHER_INCOME},
	{"6000", "Wages and Salaries", pb.Account_PAYROLL_EXPENSE},
	{"6010", "Payroll Taxes", pb.Account_PAYROLL_EXPENSE},
	{"6020", "Employee Benefits", pb.Account_PAYROLL_EXPENSE},
	{"6100", "Rent", pb.Account_OPERATING_EXPENSE},
	{"6110", "Utilities", pb.Account_OPERATING_EXPENSE},
	{"6120", "Telephone and Internet", pb.Account_OPERATING_EXPENSE},
	{"6210", "Software and Subscriptions", pb.Account_OPERATING_EXPENSE},
	{"6300", "Advertising and Marketing", pb.Account_OPERATING_EXPENSE},
	{"6500", "Insurance", pb.Account_OPERATING_EXPENSE},
	{"6510", "Legal and Professional Fees", pb.Account_OPERATING_EXPENSE},
	{"6520", "Bank Fees", pb.Account_OPERATING_EXPENSE},
	{"6800", "Depreciation", pb.Account_DEPRECIATION},
	{"6900", "Interest Expense", pb.Account_INTEREST},
	{"6950", "Income Tax", pb.Account_TAX_EXPENSE},
	{"6990", "Uncategorized Expense", pb.Account_OTHER_EXPENSE},
}

// anywhere are the accounts whose names or number differ from country to country, called
// so that they fit each.
var anywhere = chart{
	{"1000", "Current Account", pb.Account_BANK},
	{"1010", "Savings Account", pb.Account_BANK},
	{"2200", "VAT and Sales Tax on Sales", pb.Account_TAX_PAYABLE},
	{"2210", "VAT and Sales Tax on Purchases", pb.Account_TAX_PAYABLE},
	{"2220", "VAT and Sales Tax Settled", pb.Account_TAX_PAYABLE},
	{"2290", "Income Tax Payable", pb.Account_TAX_PAYABLE},
	{"2300", "Wages and Payroll Taxes Payable", pb.Account_PAYROLL_LIABILITY},
	{"2310", "Social Security Payable", pb.Account_PAYROLL_LIABILITY},
	{"3000", "Capital Paid In", pb.Account_OWNER_EQUITY},
	{"3100", "Drawings", pb.Account_OWNER_DRAW},
	{"6010", "Social Security Contributions", pb.Account_PAYROLL_EXPENSE},
	{"6020", "Pensions and Benefits", pb.Account_PAYROLL_EXPENSE},
	{"6110", "Electricity, Heat and Water", pb.Account_OPERATING_EXPENSE},
	{"6530", "Local Taxes and Dues", pb.Account_OPERATING_EXPENSE},
	{"6950", "Tax on Income", pb.Account_TAX_EXPENSE},
}

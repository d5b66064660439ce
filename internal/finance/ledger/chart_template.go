package ledger

import (
	"maps"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
)

// template is a chart of accounts that an organization can start with.
type template struct {
	chart
	// closings maps the code of an account to the code of its closing account, if its results are
	// not carried to retained earnings at the end of the year.
	closings map[string]string
}

// chart is a list of accounts, sorted by code.
type chart []chartAccount

type chartAccount struct {
	code, name string
	subtype    pb.Account_Subtype
}

// templates are the templates by name, for the United States and, with the suffix -generic, for
// other countries.
var templates = map[string]template{
	"service-firm":         {chart: mergeCharts(common, serviceFirm)},
	"service-firm-generic": {chart: mergeCharts(common, anywhere, serviceFirm)},
	"retailer":             {chart: mergeCharts(common, retailer)},
	"retailer-generic":     {chart: mergeCharts(common, anywhere, retailer)},
	"non-profit":           {chart: mergeCharts(common, nonProfit), closings: restricted},
	"non-profit-generic":   {chart: mergeCharts(common, anywhere, nonProfit, nonProfitAnywhere), closings: restricted},
}

// mergeCharts returns a chart with the accounts of all layers. If several layers have the same
// code, the last one wins.
func mergeCharts(layers ...chart) chart {
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

// common are the accounts of every organization, with the names used in the United States.
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
	{"6980", "Rounding Differences", pb.Account_ROUNDING},
	{"6990", "Uncategorized Expense", pb.Account_OTHER_EXPENSE},
}

// anywhere are the accounts that differ between countries, with names that fit all of them.
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

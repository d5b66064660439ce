package ledger

import pb "backoffice/gen/go/backoffice/finance/v1"

// serviceFirm are the accounts of organizations that sell services.
var serviceFirm = chart{
	{"4000", "Service Revenue", pb.Account_SALES},
	{"4100", "Reimbursed Expenses", pb.Account_SALES},
	{"5000", "Subcontractors", pb.Account_COST_OF_SALES},
	{"5100", "Project Materials", pb.Account_COST_OF_SALES},
	{"6200", "Office Supplies", pb.Account_OPERATING_EXPENSE},
	{"6400", "Travel", pb.Account_OPERATING_EXPENSE},
	{"6410", "Meals", pb.Account_OPERATING_EXPENSE},
	{"6420", "Vehicle", pb.Account_OPERATING_EXPENSE},
	{"6600", "Training and Education", pb.Account_OPERATING_EXPENSE},
}

// retailer are the accounts of organizations that sell goods.
var retailer = chart{
	{"1050", "Cash Register", pb.Account_CASH},
	{"1400", "Inventory", pb.Account_INVENTORY},
	{"1500", "Store Equipment", pb.Account_FIXED_ASSET},
	{"1510", "Furniture and Fixtures", pb.Account_FIXED_ASSET},
	{"2400", "Customer Deposits and Gift Cards", pb.Account_CUSTOMER_DEPOSIT},
	{"4000", "Sales of Goods", pb.Account_SALES},
	{"4050", "Returns and Discounts", pb.Account_SALES},
	{"4200", "Shipping Income", pb.Account_SALES},
	{"5000", "Cost of Goods Sold", pb.Account_COST_OF_SALES},
	{"5100", "Freight In", pb.Account_COST_OF_SALES},
	{"5200", "Inventory Shrinkage", pb.Account_COST_OF_SALES},
	{"5300", "Card Processing Fees", pb.Account_COST_OF_SALES},
	{"6200", "Store Supplies and Packaging", pb.Account_OPERATING_EXPENSE},
	{"6400", "Travel and Meals", pb.Account_OPERATING_EXPENSE},
	{"6430", "Delivery to Customers", pb.Account_OPERATING_EXPENSE},
	{"6610", "Repairs and Maintenance", pb.Account_OPERATING_EXPENSE},
}

// nonProfit are the accounts of organizations without owners. Net assets are in the two classes of
// ASC 958-210. Expenses are by function (ASC 958-720): programs at 5000, management and general at
// 6000, fundraising at 7000. Money that officers put in or take out is owed, so the accounts for it
// are named as advances and repayments.
var nonProfit = chart{
	{"1210", "Pledges and Grants Receivable", pb.Account_OTHER_ASSET},
	{"2400", "Refundable Advances", pb.Account_CUSTOMER_DEPOSIT},
	{"3000", "Advances from Founders and Officers", pb.Account_OWNER_EQUITY},
	{"3100", "Personal Spending to Be Repaid", pb.Account_OWNER_DRAW},
	{"3200", "Net Assets Without Donor Restrictions", pb.Account_RETAINED_EARNINGS},
	{"3300", "Net Assets With Donor Restrictions", pb.Account_OTHER_EQUITY},
	{"4000", "Contributions Without Donor Restrictions", pb.Account_SALES},
	{"4010", "Contributions With Donor Restrictions", pb.Account_SALES},
	{"4020", "Government Grants", pb.Account_SALES},
	{"4030", "Foundation Grants", pb.Account_SALES},
	{"4040", "Membership Dues", pb.Account_SALES},
	{"4050", "Program Service Fees", pb.Account_SALES},
	{"4060", "Special Events", pb.Account_SALES},
	{"4070", "Contributed Goods and Services", pb.Account_SALES},
	{"4500", "Released from Restrictions: to Without", pb.Account_SALES},
	{"4510", "Released from Restrictions: from With", pb.Account_SALES},
	{"5000", "Programs: Wages and Salaries", pb.Account_PAYROLL_EXPENSE},
	{"5010", "Programs: Payroll Taxes and Benefits", pb.Account_PAYROLL_EXPENSE},
	{"5100", "Programs: Direct Costs", pb.Account_COST_OF_SALES},
	{"5110", "Programs: Grants and Assistance", pb.Account_COST_OF_SALES},
	{"5200", "Programs: Supplies", pb.Account_OPERATING_EXPENSE},
	{"5300", "Programs: Occupancy", pb.Account_OPERATING_EXPENSE},
	{"5400", "Programs: Travel and Meals", pb.Account_OPERATING_EXPENSE},
	{"5500", "Programs: Contractors", pb.Account_OPERATING_EXPENSE},
	{"6000", "Management: Wages and Salaries", pb.Account_PAYROLL_EXPENSE},
	{"6010", "Management: Payroll Taxes", pb.Account_PAYROLL_EXPENSE},
	{"6020", "Management: Employee Benefits", pb.Account_PAYROLL_EXPENSE},
	{"6100", "Management: Rent", pb.Account_OPERATING_EXPENSE},
	{"6110", "Management: Utilities", pb.Account_OPERATING_EXPENSE},
	{"6120", "Management: Telephone and Internet", pb.Account_OPERATING_EXPENSE},
	{"6200", "Management: Office Supplies", pb.Account_OPERATING_EXPENSE},
	{"6210", "Management: Software and Subscriptions", pb.Account_OPERATING_EXPENSE},
	{"6300", "Management: Communications", pb.Account_OPERATING_EXPENSE},
	{"6400", "Management: Travel and Meals", pb.Account_OPERATING_EXPENSE},
	{"6500", "Management: Insurance", pb.Account_OPERATING_EXPENSE},
	{"6510", "Management: Audit, Legal and Professional Fees", pb.Account_OPERATING_EXPENSE},
	{"6520", "Management: Bank Fees", pb.Account_OPERATING_EXPENSE},
	{"6950", "Tax on Unrelated Business Income", pb.Account_TAX_EXPENSE},
	{"7000", "Fundraising: Wages and Salaries", pb.Account_PAYROLL_EXPENSE},
	{"7010", "Fundraising: Payroll Taxes and Benefits", pb.Account_PAYROLL_EXPENSE},
	{"7100", "Fundraising: Events", pb.Account_OPERATING_EXPENSE},
	{"7200", "Fundraising: Mailings and Campaigns", pb.Account_OPERATING_EXPENSE},
	{"7300", "Fundraising: Donation Processing Fees", pb.Account_OPERATING_EXPENSE},
}

// restricted maps the accounts of nonProfit that change net assets with donor restrictions to their
// closing account.
var restricted = map[string]string{"4010": "3300", "4510": "3300"}

// nonProfitAnywhere replaces the American names in nonProfit.
var nonProfitAnywhere = chart{
	{"3200", "Unrestricted Funds", pb.Account_RETAINED_EARNINGS},
	{"3300", "Restricted Funds", pb.Account_OTHER_EQUITY},
	{"4000", "Donations, Unrestricted", pb.Account_SALES},
	{"4010", "Donations, Restricted", pb.Account_SALES},
	{"4500", "Released from Restrictions: to Unrestricted", pb.Account_SALES},
	{"4510", "Released from Restrictions: from Restricted", pb.Account_SALES},
	{"5010", "Programs: Social Security and Benefits", pb.Account_PAYROLL_EXPENSE},
	{"6010", "Management: Social Security Contributions", pb.Account_PAYROLL_EXPENSE},
	{"6020", "Management: Pensions and Benefits", pb.Account_PAYROLL_EXPENSE},
	{"7010", "Fundraising: Social Security and Benefits", pb.Account_PAYROLL_EXPENSE},
}

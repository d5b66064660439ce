package conformance

// ias1Statements are the requirements about the balance sheet and the profit and loss.
var ias1Statements = []Requirement{
	{
		Paragraph: "IAS 1.54",
		Rule: "The balance sheet presents separately, among others, property, plant and equipment, inventories, cash, payables, " +
			"financial and tax liabilities, and capital.",
		Case: `
			account 1400 Inventory: ASSET INVENTORY
			account 2600 Accrued Expenses: LIABILITY OTHER_LIABILITY
			2025-01-05 Start the firm
				1000 Checking                4000.00
				1500 Equipment               3000.00
				1400 Inventory               1000.00
				2500 Loans                  -2000.00
				2200 Sales Tax Payable       -100.00
				2600 Accrued Expenses        -400.00
				3000 Owner's Equity         -5500.00
			balance sheet 2025-01-31
				assets/nonCurrent/1500 Equipment             3000.00
				assets/current/1400 Inventory                1000.00
				assets/current/1000 Checking                 4000.00
				liabilities/current/2600 Accrued Expenses     400.00
				liabilities/nonCurrent/2500 Loans            2000.00
				liabilities/current/2200 Sales Tax Payable    100.00
				equity/3000 Owner's Equity                   5500.00
				liabilitiesAndEquity                         8000.00`,
	},
	{
		Paragraph: "IAS 1.54(r)",
		Rule:      "The profit of a closed year is part of retained earnings, and the profit of the current year is shown beside it.",
		Case: `
			2024-06-10 Receive a fee
				1000 Checking                1000.00
				4000 Service Revenue        -1000.00
			close the months up to 2024-12-31
			close the year that ends on 2024-12-31
			2025-06-10 Receive a fee
				1000 Checking                 700.00
				4000 Service Revenue         -700.00
			balance sheet 2025-12-31
				equity/3200 Retained Earnings   1000.00
				equity/currentEarnings           700.00
				equity                          1700.00
			profit and loss 2024-01-01 to 2024-12-31
				netIncome                       1000.00`,
	},
	{
		Paragraph: "IAS 1.60",
		Rule:      "Assets and liabilities are divided into current and non-current ones.",
		Case: `
			2025-01-05 Start the firm
				1000 Checking                 700.00
				1500 Equipment                900.00
				2500 Loans                  -1000.00
				2100 Credit Card              -50.00
				3000 Owner's Equity          -550.00
			balance sheet 2025-01-31
				assets/current Current assets                  700.00
				assets/nonCurrent Non-current assets           900.00
				liabilities/current Current liabilities         50.00
				liabilities/nonCurrent Non-current liabilities  1000.00`,
	},
	{
		Paragraph: "IAS 1.61",
		Rule:      "If an item is due partly within twelve months and partly later, both amounts are shown.",
		Case: `
			2025-01-05 Borrow
				1000 Checking                1000.00
				2500 Loans                  -1000.00
			from 2025-12-31, 240.00 of 2500 is due within twelve months
			balance sheet 2025-12-31
				liabilities/current/2500 Loans       240.00
				liabilities/nonCurrent/2500 Loans    760.00
				liabilities                         1000.00`,
	},
	{
		Paragraph: "IAS 1.66",
		Rule: "An asset is current if it is cash or is expected to be realized within twelve months. Other assets are " +
			"non-current, here a deposit for rent.",
		Case: `
			account 1620 Deposit for Rent: ASSET OTHER_ASSET
			set balance_sheet_term of 1620 to NON_CURRENT
			2025-01-05 Paid in by the owner
				1000 Checking                5000.00
				3000 Owner's Equity         -5000.00
			2025-01-10 Pay a deposit, and insurance in advance
				1620 Deposit for Rent        1200.00
				1300 Prepaid Expenses         300.00
				1000 Checking               -1500.00
			balance sheet 2025-01-31
				assets/current/1000 Checking             3500.00
				assets/current/1300 Prepaid Expenses      300.00
				assets/current                           3800.00
				assets/nonCurrent/1620 Deposit for Rent  1200.00`,
	},
	{
		Paragraph: "IAS 1.69(c)",
		Rule:      "A liability that is due within twelve months after the period is current, whatever its original term.",
		Case: `
			2025-01-05 Borrow for two years
				1000 Checking                1000.00
				2500 Loans                  -1000.00
			from 2026-01-05, 1000.00 of 2500 is due within twelve months
			balance sheet 2025-12-31
				liabilities/current             0.00
				liabilities/nonCurrent       1000.00
			balance sheet 2026-01-31
				liabilities/current          1000.00
				liabilities/nonCurrent          0.00`,
	},
	{
		Paragraph: "IAS 1.81A(a)",
		Rule:      "The statement of profit or loss shows the profit or loss.",
		Case: `
			2025-01-10 Receive a fee
				1000 Checking                 900.00
				4000 Service Revenue         -900.00
			2025-01-31 Pay wages
				6000 Wages and Salaries      1000.00
				1000 Checking               -1000.00
			profit and loss 2025-01-01 to 2025-01-31
				netIncome Net income         -100.00`,
	},
	{
		Paragraph: "IAS 1.81A(b)",
		Rule:      "Other comprehensive income and its total are presented after profit or loss.",
		Gap:       "There is no other comprehensive income. Translation differences are shown in equity only.",
		Awaits:    "ComprehensiveIncome",
	},
	{
		Paragraph: "IAS 1.82",
		Rule:      "The statement of profit or loss has line items for (a) revenue, (b) finance costs and (d) income tax.",
		Case: `
			2025-01-10 Receive a fee
				1000 Checking                 900.00
				4000 Service Revenue         -900.00
			2025-01-31 Interest on the loan
				6900 Interest Expense          40.00
				1000 Checking                 -40.00
			2025-03-15 Pay income tax
				6950 Income Tax               180.00
				1000 Checking                -180.00
			profit and loss 2025-01-01 to 2025-12-31
				sales Sales                          900.00
				interest Interest                     40.00
				profitBeforeTax Profit before tax    860.00
				incomeTax Income tax                 180.00
				netIncome Net income                 680.00`,
	},
	{
		Paragraph: "IAS 1.88",
		Rule:      "All income and expenses of a period are part of profit or loss, in whatever section they are shown.",
		Case: `
			2025-01-31 One amount in each section
				4000 Service Revenue       -10000.00
				5000 Subcontractors          2000.00
				6000 Wages and Salaries      3000.00
				6800 Depreciation             400.00
				4900 Other Income            -150.00
				6990 Uncategorized Expense     60.00
				6900 Interest Expense          40.00
				4860 Unrealized Exchange Gains  -25.00
				6950 Income Tax               900.00
				1000 Checking                3775.00
			profit and loss 2025-01-01 to 2025-01-31
				grossProfit                  8000.00
				operatingProfit              4600.00
				profitBeforeTax              4675.00
				netIncome                    3775.00`,
	},
	{
		Paragraph: "IAS 1.103",
		Rule:      "If expenses are classified by function, the cost of sales is shown apart from other expenses.",
		Case: `
			2025-01-10 Receive a fee
				1000 Checking                9000.00
				4000 Service Revenue        -9000.00
			2025-01-11 Pay a subcontractor
				5000 Subcontractors          2500.00
				1000 Checking               -2500.00
			2025-01-31 Pay the rent
				6100 Rent                     400.00
				1000 Checking                -400.00
			profit and loss 2025-01-01 to 2025-01-31
				costOfSales Cost of sales              2500.00
				grossProfit Gross profit               6500.00
				operatingExpenses Operating expenses    400.00
				operatingProfit Operating profit       6100.00`,
	},
	{
		Paragraph: "IAS 1.104",
		Rule:      "An entity that classifies expenses by function also discloses depreciation and employee benefits.",
		Case: `
			2025-01-31 Pay wages and benefits
				6000 Wages and Salaries      3000.00
				6020 Employee Benefits        250.00
				1000 Checking               -3250.00
			2025-01-31 Depreciation
				6800 Depreciation             150.00
				1590 Accumulated Depreciation  -150.00
			profit and loss 2025-01-01 to 2025-01-31
				operatingExpenses/6000 Wages and Salaries    3000.00
				operatingExpenses/6020 Employee Benefits      250.00
				operatingExpenses/6800 Depreciation           150.00`,
	},
	{
		Paragraph: "IAS 1.106",
		Rule: "A statement of changes in equity reconciles each component of equity from the beginning to the end of the " +
			"period: profit, contributions and distributions.",
		Gap:    "There is no such statement. The trial balance of a period shows the movements of each equity account.",
		Awaits: "ChangesInEquity",
	},
}

package conformance

// ias7Reporting are the requirements about how cash flows are reported.
var ias7Reporting = []Requirement{
	{
		Paragraph: "IAS 7.18(a)",
		Rule:      "By the direct method, the statement shows the major classes of operating receipts and payments, gross.",
		Case: `
			2025-01-10 Receive a fee
				1000 Checking                9000.00
				4000 Service Revenue        -9000.00
			2025-01-11 Pay a subcontractor
				5000 Subcontractors          2500.00
				1000 Checking               -2500.00
			2025-01-31 Pay wages
				6000 Wages and Salaries      3000.00
				1000 Checking               -3000.00
			2025-02-28 Refund a customer
				4000 Service Revenue          100.00
				1000 Checking                -100.00
			cash flow 2025-01-01 to 2025-12-31, by the direct method
				operating/customers Received from customers    8900.00
				operating/suppliers Paid to suppliers         -2500.00
				operating/employees Paid to employees         -3000.00
				operating                                      3400.00`,
	},
	{
		Paragraph: "IAS 7.18(b)",
		Rule: "By the indirect method, operating cash flow is profit adjusted for what moved no cash, for accruals, and for items " +
			"of investing and financing. Until 2026, the statement may start from net income.",
		Case: `
			account 1210 Unbilled Revenue: ASSET OTHER_ASSET
			2025-01-05 Paid in by the owner
				1500 Equipment               6000.00
				3000 Owner's Equity         -6000.00
			2025-02-10 Work that is not billed yet
				1210 Unbilled Revenue        1000.00
				4000 Service Revenue        -1000.00
			2025-02-20 Receive a fee
				1000 Checking                 700.00
				4000 Service Revenue         -700.00
			2025-12-31 Depreciation
				6800 Depreciation            1200.00
				1590 Accumulated Depreciation  -1200.00
			cash flow 2025-01-01 to 2025-12-31
				operating/netIncome Net income                 500.00
				operating/adjustments/6800 Depreciation       1200.00
				operating/changes/1210 Unbilled Revenue      -1000.00
				operating Operating activities                 700.00`,
	},
	{
		Paragraph: "IAS 7.20(a)",
		Rule:      "Profit is adjusted for the changes in inventories and in operating receivables and payables.",
		Case: `
			account 1400 Inventory: ASSET INVENTORY
			account 2600 Accrued Expenses: LIABILITY OTHER_LIABILITY
			2025-01-05 Paid in by the owner
				1000 Checking                5000.00
				3000 Owner's Equity         -5000.00
			2025-01-10 Buy goods
				1400 Inventory               1500.00
				1000 Checking               -1500.00
			2025-01-31 Owe the rent
				6100 Rent                     400.00
				2600 Accrued Expenses        -400.00
			cash flow 2025-01-01 to 2025-01-31
				operating/netIncome          -400.00
				operating/changes/1400 Inventory          -1500.00
				operating/changes/2600 Accrued Expenses     400.00
				operating                   -1500.00`,
	},
	{
		Paragraph: "IAS 7.20(b)",
		Rule:      "Profit is adjusted for depreciation and other items that moved no cash.",
		Case: `
			2025-01-05 Equipment paid in by the owner
				1500 Equipment               9000.00
				3000 Owner's Equity         -9000.00
			2025-01-31 Depreciation
				6800 Depreciation             250.00
				1590 Accumulated Depreciation  -250.00
			cash flow 2025-01-01 to 2025-01-31
				operating/netIncome          -250.00
				operating/adjustments/6800 Depreciation  250.00
				operating                       0.00`,
	},
	{
		Paragraph: "IAS 7.20(c)",
		Rule:      "Profit is adjusted for gains and losses whose cash is investing or financing, such as the gain on a sale of equipment.",
		Case: `
			2025-01-05 Equipment paid in by the owner
				1500 Equipment               2000.00
				3000 Owner's Equity         -2000.00
			2025-06-01 Sell the equipment at a loss
				1000 Checking                1700.00
				6990 Uncategorized Expense    300.00
				1500 Equipment              -2000.00
			cash flow 2025-01-01 to 2025-12-31
				operating/netIncome                                -300.00
				operating/adjustments/6990 Uncategorized Expense    300.00
				operating                                             0.00
				investing                                          1700.00`,
	},
	{
		Paragraph: "IAS 7.21",
		Rule:      "Major classes of receipts and payments of investing and financing are shown gross, not set off.",
		Gap:       "The statement shows one net amount for each investing or financing account. Both amounts are listed as its lines.",
		Case: `
			2025-01-02 Borrow
				1000 Checking                8000.00
				2500 Loans                  -8000.00
			2025-06-02 Repay a part
				2500 Loans                   3000.00
				1000 Checking               -3000.00
			cash flow 2025-01-01 to 2025-12-31
				financing/*                  8000.00
				financing/*                 -3000.00
				financing                    5000.00`,
	},
	{
		Paragraph: "IAS 7.25",
		Rule:      "A cash flow in a foreign currency is recorded at the exchange rate of its day.",
		Case: `
			account 1020 Euro Bank: ASSET BANK EUR
			on 2025-03-10, 1 EUR costs 1.10 USD
			on 2025-06-10, 1 EUR costs 1.20 USD
			2025-03-10 Receive a fee
				1020 Euro Bank               1000.00 EUR
				4000 Service Revenue        -1000.00 EUR
			2025-06-10 Receive another fee
				1020 Euro Bank               1000.00 EUR
				4000 Service Revenue        -1000.00 EUR
			cash flow 2025-01-01 to 2025-12-31, by the direct method
				operating/customers          2300.00
				netChange                    2300.00`,
	},
	{
		Paragraph: "IAS 7.28",
		Rule: "An exchange difference on cash held is no cash flow. Its effect is shown apart from operating, investing and " +
			"financing, to reconcile cash at the beginning and the end.",
		Case: `
			account 1020 Euro Bank: ASSET BANK EUR
			2025-03-10 Receive a fee
				1020 Euro Bank               1000.00 EUR at 1.10
				4000 Service Revenue        -1000.00 EUR at 1.10
			on 2025-03-31, 1 EUR costs 1.25 USD
			revalue foreign balances on 2025-03-31
			cash flow 2025-03-01 to 2025-03-31
				operating                    1100.00
				exchangeEffect Effect of exchange rates on cash  150.00
				openingCash                     0.00
				closingCash                  1250.00`,
	},
	{
		Paragraph: "IAS 7.31",
		Rule: "Interest and dividends received and paid are each shown separately. The owner of a firm takes drawings in place of " +
			"dividends.",
		Case: `
			2025-01-05 Paid in by the owner
				1000 Checking                5000.00
				3000 Owner's Equity         -5000.00
			2025-03-31 Interest on savings
				1000 Checking                  12.00
				4800 Interest Income          -12.00
			2025-03-31 Interest on the loan
				6900 Interest Expense          40.00
				1000 Checking                 -40.00
			2025-04-01 Drawings of the owner
				3100 Owner's Draw             500.00
				1000 Checking                -500.00
			cash flow 2025-01-01 to 2025-12-31, by the direct method
				operating/interest Interest paid          -40.00
				operating/other/4800 Interest Income       12.00
				financing/3100 Owner's Draw              -500.00`,
	},
	{
		Paragraph: "IAS 7.33",
		Rule: "Until 2026, interest paid may be operating, or financing as a cost of obtaining funds. An account setting chooses, " +
			"here financing.",
		Case: `
			set cash_flow_section of 6900 to FINANCING
			2025-01-02 Borrow
				1000 Checking                8000.00
				2500 Loans                  -8000.00
			2025-01-31 Interest on the loan
				6900 Interest Expense          40.00
				1000 Checking                 -40.00
			cash flow 2025-01-01 to 2025-12-31
				operating                       0.00
				financing/6900 Interest Expense  -40.00
				financing                    7960.00`,
	},
	{
		Paragraph: "IAS 7.34",
		Rule:      "Dividends paid, or the drawings of an owner, may be classified as financing, as a cost of obtaining funds.",
		Case: `
			2025-01-05 Paid in by the owner
				1000 Checking                5000.00
				3000 Owner's Equity         -5000.00
			2025-04-01 Drawings of the owner
				3100 Owner's Draw             500.00
				1000 Checking                -500.00
			cash flow 2025-04-01 to 2025-04-30
				financing/3100 Owner's Draw  -500.00
				financing                    -500.00`,
	},
	{
		Paragraph: "IAS 7.35",
		Rule:      "Income tax paid is shown separately, and is operating unless it belongs to investing or financing.",
		Case: `
			2025-01-10 Receive a fee
				1000 Checking                9000.00
				4000 Service Revenue        -9000.00
			2025-03-15 Pay income tax
				6950 Income Tax               700.00
				1000 Checking                -700.00
			cash flow 2025-01-01 to 2025-12-31, by the direct method
				operating/taxes Taxes paid          -700.00
				operating/taxes/6950 Income Tax     -700.00
				operating                           8300.00`,
	},
	{
		Paragraph: "IAS 7.43",
		Rule:      "Investing and financing without cash is left out of the statement and disclosed elsewhere.",
		Case: `
			2025-01-10 Buy a machine, partly on a loan
				1500 Equipment               9000.00
				1000 Checking               -3000.00
				2500 Loans                  -6000.00
			cash flow 2025-01-01 to 2025-12-31
				investing                   -3000.00
				financing                       0.00
				note/1500/2500 Equipment from Loans  6000.00`,
	},
	{
		Paragraph: "IAS 7.44(c)",
		Rule:      "The conversion of debt to equity is a transaction without cash, to disclose.",
		Case: `
			2025-01-02 Borrow
				1000 Checking                8000.00
				2500 Loans                  -8000.00
			2025-09-01 The lender becomes an owner
				2500 Loans                   8000.00
				3000 Owner's Equity         -8000.00
			cash flow 2025-09-01 to 2025-09-30
				financing                       0.00
				note/2500/3000 Loans from Owner's Equity  8000.00`,
	},
	{
		Paragraph: "IAS 7.44A",
		Rule: "The changes of liabilities from financing, in cash and without it, are disclosed, for example from the opening to the " +
			"closing balance.",
		Gap:    "There is no report of these changes. The general ledger of each loan lists its lines.",
		Awaits: "FinancingLiabilities",
	},
	{
		Paragraph: "IAS 7.45",
		Rule:      "The components of cash are shown and reconciled with the balance sheet.",
		Case: `
			2025-01-05 Paid in by the owner
				1000 Checking                6000.00
				1010 Savings                 3500.00
				1050 Petty Cash               500.00
				3000 Owner's Equity        -10000.00
			cash flow 2025-01-01 to 2025-12-31
				closingCash                 10000.00
			balance sheet 2025-12-31
				assets/current/1000 Checking     6000.00
				assets/current/1010 Savings      3500.00
				assets/current/1050 Petty Cash    500.00
				assets                          10000.00`,
	},
}

package conformance

var asc230 = Standard{Name: "ASC 230", Title: "Statement of Cash Flows", Requirements: []Requirement{
	{
		Paragraph: "ASC 230-10-45-4",
		Rule: "The statement explains the change in cash, cash equivalents and restricted cash together, from the beginning to the " +
			"end of the period.",
		Case: `
			account 1030 Cash Set Aside for a Building: ASSET BANK
			set balance_sheet_term of 1030 to NON_CURRENT
			2024-06-10 Paid in by the owner
				1000 Checking                4000.00
				3000 Owner's Equity         -4000.00
			2025-02-10 Set money aside
				1030 Cash Set Aside for a Building  1500.00
				1000 Checking               -1500.00
			2025-03-10 Receive a fee
				1000 Checking                 200.00
				4000 Service Revenue         -200.00
			cash flow 2025-01-01 to 2025-12-31
				openingCash                  4000.00
				netChange                     200.00
				closingCash                  4200.00`,
	},
	{
		Paragraph: "ASC 230-10-45-5",
		Rule:      "Buying and selling cash equivalents is part of managing cash and is not shown.",
		SameAs:    "IAS 7.9",
	},
	{
		Paragraph: "ASC 230-10-45-6",
		Rule: "A policy decides which investments are cash equivalents. A change of the policy restates earlier periods, so it is " +
			"refused for an account with lines in a closed month.",
		Case: `
			account 1020 Treasury Bills: ASSET OTHER_ASSET
			set cash_flow_section of 1020 to CASH_AND_EQUIVALENTS
			2025-01-05 Paid in by the owner
				1020 Treasury Bills          3500.00
				3000 Owner's Equity         -3500.00
			close the months up to 2025-01-31
			set cash_flow_section of 1020 to INVESTING
				refused: ACCOUNT_IN_CLOSED_PERIOD
			cash flow 2025-01-01 to 2025-12-31
				closingCash                  3500.00`,
	},
	{
		Paragraph: "ASC 230-10-45-7",
		Rule:      "Receipts and payments are reported gross.",
		Gap:       "Investing and financing show one net amount for each account. Operating classes are gross of each other.",
		SameAs:    "IAS 7.21",
	},
	{
		Paragraph: "ASC 230-10-45-10",
		Rule:      "Receipts and payments are classified as operating, investing or financing.",
		SameAs:    "IAS 7.10",
	},
	{
		Paragraph: "ASC 230-10-45-12(c)",
		Rule:      "Receipts from sales of property, plant and equipment are investing.",
		SameAs:    "IAS 7.16(b)",
	},
	{
		Paragraph: "ASC 230-10-45-13(a)",
		Rule:      "Loans made to others are investing payments.",
		SameAs:    "IAS 7.16(e)",
	},
	{
		Paragraph: "ASC 230-10-45-13(c)",
		Rule:      "Payments at the time of purchase of property, plant and equipment are investing.",
		SameAs:    "IAS 7.16(a)",
	},
	{
		Paragraph: "ASC 230-10-45-14(a)",
		Rule:      "Receipts from issuing equity are financing.",
		SameAs:    "IAS 7.17(a)",
	},
	{
		Paragraph: "ASC 230-10-45-14(b)",
		Rule:      "Receipts from borrowing are financing.",
		SameAs:    "IAS 7.17(c)",
	},
	{
		Paragraph: "ASC 230-10-45-15(a)",
		Rule:      "Dividends and other distributions to owners are financing payments.",
		SameAs:    "IAS 7.34",
	},
	{
		Paragraph: "ASC 230-10-45-15(b)",
		Rule:      "Repayments of amounts borrowed are financing.",
		SameAs:    "IAS 7.17(d)",
	},
	{
		Paragraph: "ASC 230-10-45-16",
		Rule:      "Receipts from sales of goods and services, and interest and dividends received, are operating.",
		Case: `
			2025-01-10 Receive a fee
				1000 Checking                9000.00
				4000 Service Revenue        -9000.00
			2025-01-31 Interest on savings
				1010 Savings                   12.00
				4800 Interest Income          -12.00
			cash flow 2025-01-01 to 2025-12-31, by the direct method
				operating/customers          9000.00
				operating/other/4800 Interest Income  12.00
				operating                    9012.00`,
	},
	{
		Paragraph: "ASC 230-10-45-17",
		Rule:      "Payments to suppliers, employees, tax authorities and lenders for interest are operating.",
		Case: `
			2025-01-05 Paid in by the owner
				1000 Checking                9000.00
				3000 Owner's Equity         -9000.00
			2025-01-11 Pay a subcontractor
				5000 Subcontractors          2500.00
				1000 Checking               -2500.00
			2025-01-31 Pay wages
				6000 Wages and Salaries      3000.00
				1000 Checking               -3000.00
			2025-01-31 Interest on the loan
				6900 Interest Expense          40.00
				1000 Checking                 -40.00
			2025-03-15 Pay income tax
				6950 Income Tax               700.00
				1000 Checking                -700.00
			cash flow 2025-01-01 to 2025-12-31, by the direct method
				operating/suppliers         -2500.00
				operating/employees         -3000.00
				operating/interest            -40.00
				operating/taxes              -700.00
				operating                   -6240.00`,
	},
	{
		Paragraph: "ASC 230-10-45-24",
		Rule: "The statement shows the net cash of operating, investing and financing, and their effect on cash, in a way that " +
			"reconciles cash at the beginning and the end.",
		Case: `
			2024-12-31 Paid in by the owner
				1000 Checking                5000.00
				3000 Owner's Equity         -5000.00
			2025-01-10 Buy a computer
				1500 Equipment               1800.00
				1000 Checking               -1800.00
			2025-01-20 Receive a fee
				1000 Checking                 900.00
				4000 Service Revenue         -900.00
			2025-02-01 Drawings of the owner
				3100 Owner's Draw             300.00
				1000 Checking                -300.00
			cash flow 2025-01-01 to 2025-12-31
				operating                     900.00
				investing                   -1800.00
				financing                    -300.00
				netChange                   -1200.00
				openingCash                  5000.00
				closingCash                  3800.00`,
	},
	{
		Paragraph: "ASC 230-10-45-25",
		Rule: "The direct method shows receipts from customers, interest and dividends received, payments to employees and " +
			"suppliers, interest paid and income taxes paid as separate classes.",
		Case: `
			2025-01-10 Receive a fee with sales tax
				1000 Checking                1190.00
				4000 Service Revenue        -1000.00
				2200 Sales Tax Payable       -190.00
			2025-01-31 Interest on savings
				1010 Savings                   12.00
				4800 Interest Income          -12.00
			2025-01-31 Pay wages
				6000 Wages and Salaries       600.00
				1000 Checking                -600.00
			2025-01-31 Pay the rent
				6100 Rent                     300.00
				1000 Checking                -300.00
			2025-01-31 Interest on the loan
				6900 Interest Expense          40.00
				1000 Checking                 -40.00
			2025-02-15 Pay sales tax and income tax
				2200 Sales Tax Payable        190.00
				6950 Income Tax                80.00
				1000 Checking                -270.00
			cash flow 2025-01-01 to 2025-12-31, by the direct method
				operating/customers Received from customers  1190.00
				operating/other/4800 Interest Income           12.00
				operating/employees Paid to employees        -600.00
				operating/suppliers Paid to suppliers        -300.00
				operating/interest Interest paid              -40.00
				operating/taxes/2200 Sales Tax Payable       -190.00
				operating/taxes/6950 Income Tax               -80.00
				operating                                      -8.00`,
	},
	{
		Paragraph: "ASC 230-10-45-28",
		Rule: "The indirect method reconciles net income to operating cash. It removes accruals, and items whose cash is investing " +
			"or financing or does not exist, such as depreciation.",
		SameAs: "IAS 7.18(b)",
	},
	{
		Paragraph: "ASC 230-10-45-29",
		Rule:      "The reconciliation shows its major classes separately, among them the changes in receivables, inventory and payables.",
		SameAs:    "IAS 7.20(a)",
	},
	{
		Paragraph: "ASC 230-10-45-30",
		Rule:      "A statement by the direct method comes with the reconciliation of net income to the same operating cash.",
		Case: `
			account 2600 Accrued Expenses: LIABILITY OTHER_LIABILITY
			2025-01-10 Receive a fee
				1000 Checking                 900.00
				4000 Service Revenue         -900.00
			2025-01-31 Owe the rent
				6100 Rent                     400.00
				2600 Accrued Expenses        -400.00
			cash flow 2025-01-01 to 2025-01-31, by the direct method
				operating/customers           900.00
				operating                     900.00
			cash flow 2025-01-01 to 2025-01-31
				operating/netIncome           500.00
				operating/changes             400.00
				operating                     900.00`,
	},
	{
		Paragraph: "ASC 230-10-50-2",
		Rule:      "With the indirect method, interest paid and income taxes paid are disclosed. The direct method has both amounts.",
		SameAs:    "ASC 230-10-45-25",
	},
	{
		Paragraph: "ASC 230-10-50-3",
		Rule:      "Investing and financing that moves no cash is disclosed in a note or a schedule.",
		SameAs:    "IAS 7.43",
	},
	{
		Paragraph: "ASC 230-10-50-4",
		Rule:      "Examples are debt converted to equity, and assets acquired by taking on liabilities.",
		SameAs:    "IAS 7.44(c)",
	},
	{
		Paragraph: "ASC 230-10-50-6",
		Rule:      "Of a transaction that is partly in cash, only the cash is in the statement.",
		SameAs:    "IAS 7.43",
	},
	{
		Paragraph: "ASC 230-10-50-8",
		Rule: "If cash and restricted cash are in several lines of the balance sheet, these lines are shown with a total that " +
			"agrees with the statement of cash flows.",
		Case: `
			account 1030 Cash Set Aside for a Building: ASSET BANK
			set balance_sheet_term of 1030 to NON_CURRENT
			2025-01-05 Paid in by the owner
				1000 Checking                2500.00
				1030 Cash Set Aside for a Building  1500.00
				3000 Owner's Equity         -4000.00
			balance sheet 2025-12-31
				assets/current/1000 Checking                          2500.00
				assets/nonCurrent/1030 Cash Set Aside for a Building  1500.00
			cash flow 2025-01-01 to 2025-12-31
				closingCash                                           4000.00`,
	},
}}

var asc830 = Standard{Name: "ASC 830", Title: "Foreign Currency Matters", Requirements: []Requirement{
	{
		Paragraph: "ASC 830-20-30-1",
		Rule:      "A foreign currency transaction is first measured at the exchange rate of its day.",
		SameAs:    "IAS 21.21",
	},
	{
		Paragraph: "ASC 830-20-35-1",
		Rule: "A change of exchange rates between the day of a transaction and its settlement is a gain or loss in the net income " +
			"of the period in which the rates change.",
		SameAs: "IAS 21.29",
	},
	{
		Paragraph: "ASC 830-20-35-2",
		Rule:      "At each balance sheet date, balances in a foreign currency are adjusted to the current rate.",
		SameAs:    "IAS 21.23(a)",
	},
	{
		Paragraph: "ASC 830-20-50-1",
		Rule:      "The total of transaction gains and losses in net income is disclosed.",
		SameAs:    "IAS 21.52(a)",
	},
	{
		Paragraph: "ASC 830-30-45-3",
		Rule: "In a reporting currency, assets and liabilities are translated at the rate of the balance sheet, and income and " +
			"expenses at the rates of the days on which they are recognized.",
		Case: `
			on 2025-01-05, 1 USD costs 0.80 EUR
			on 2025-06-30, 1 USD costs 0.90 EUR
			2025-01-05 Receive a fee
				1000 Checking                1000.00
				4000 Service Revenue        -1000.00
			balance sheet 2025-06-30, in EUR
				assets                        900.00
				equity/currentEarnings        800.00
				equity/translationDifference  100.00`,
	},
	{
		Paragraph: "ASC 830-30-45-12",
		Rule:      "Translation adjustments are not part of net income, and are reported in other comprehensive income.",
		Gap:       "They are not in net income and are a separate row of equity, but there is no other comprehensive income.",
		Awaits:    "ComprehensiveIncome",
	},
	{
		Paragraph: "ASC 830-230-45-1",
		Rule: "Foreign currency cash flows are reported at the rates of their days. The effect of exchange rates on cash is a " +
			"separate part of the reconciliation of cash.",
		SameAs: "IAS 7.28",
	},
}}

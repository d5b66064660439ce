package conformance

// ifrs18 replaces IAS 1 for years that begin in 2027 or later. It also amends IAS 7.
var ifrs18 = Standard{Name: "IFRS 18", Title: "Presentation and Disclosure, from 2027", Requirements: []Requirement{
	{
		Paragraph: "IFRS 18.47",
		Rule: "Income and expenses are classified in the statement of profit or loss into categories: operating, investing, " +
			"financing, income taxes and discontinued operations.",
		Case: `
			account 4810 Interest Received: INCOME OTHER_INCOME
			set cash_flow_section of 4810 to INVESTING
			account 7900 Income Tax: EXPENSE TAX_EXPENSE
			fiscal year 2027-01-01 to 2027-12-31, presented by IFRS
			2027-02-10 Receive a fee
				1000 Checking              2000.00
				4000 Service Revenue      -2000.00
			2027-02-28 Rent
				6100 Rent                   700.00
				1000 Checking              -700.00
			2027-03-31 Interest on savings
				1000 Checking                12.00
				4810 Interest Received      -12.00
			2027-03-31 Interest on a loan
				6900 Interest Expense        40.00
				1000 Checking               -40.00
			2027-12-15 Income tax
				7900 Income Tax             250.00
				1000 Checking              -250.00
			profit and loss 2027-01-01 to 2027-12-31
				operatingProfit            1300.00
				investing/4810 Interest Received   12.00
				profitBeforeFinancing      1312.00
				financing/6900 Interest Expense    40.00
				profitBeforeTax            1272.00
				incomeTax/7900 Income Tax   250.00
				netIncome                  1022.00`,
	},
	{
		Paragraph: "IFRS 18.52",
		Rule: "The operating category contains the income and expenses that belong to no other category, such as an unusual gain " +
			"or a difference of exchange rates on trade.",
		Case: `
			account 4820 Insurance Claims: INCOME OTHER_INCOME
			fiscal year 2027-01-01 to 2027-12-31, presented by IFRS
			2027-02-10 Receive a fee
				1000 Checking               500.00
				4000 Service Revenue       -500.00
			2027-03-01 Compensation from an insurer
				1000 Checking                90.00
				4820 Insurance Claims       -90.00
			2027-03-02 Loss on an exchange rate
				4850 Realized Exchange Gains  15.00
				1000 Checking               -15.00
			profit and loss 2027-01-01 to 2027-12-31
				otherIncome                  90.00
				exchangeGains               -15.00
				operatingProfit             575.00
				profitBeforeFinancing       575.00`,
	},
	{
		Paragraph: "IFRS 18.53",
		Rule:      "The investing category contains income and expenses from cash and from assets that earn a return separately.",
		SameAs:    "IFRS 18.47",
	},
	{
		Paragraph: "IFRS 18.59",
		Rule:      "The financing category contains income and expenses from liabilities that only raise finance, such as loans.",
		SameAs:    "IFRS 18.47",
	},
	{
		Paragraph: "IFRS 18.69",
		Rule:      "Operating profit, profit before financing and income taxes, and profit or loss are subtotals of the statement.",
		SameAs:    "IFRS 18.47",
	},
	{
		Paragraph: "IFRS 18.B65, loans",
		Rule: "An exchange difference is in the category of the item that it arises from. That of a loan in a foreign currency is " +
			"financing.",
		Gap: "All exchange differences are in the operating category.",
		Case: `
			account 2510 Euro Loan: LIABILITY LOAN EUR
			fiscal year 2027-01-01 to 2027-12-31, presented by IFRS
			2027-02-10 Borrow euros
				1000 Checking               1000.00 EUR at 1.10
				2510 Euro Loan             -1000.00 EUR at 1.10
			on 2027-02-28, 1 EUR costs 1.20 USD
			revalue foreign balances on 2027-02-28
			profit and loss 2027-02-01 to 2027-02-28
				operatingProfit                0.00
				financing                    100.00`,
	},
	{
		Paragraph: "IFRS 18.117",
		Rule:      "Measures of performance that management publishes outside the statements are disclosed in one note and reconciled.",
		Gap:       "There are no such measures.",
		Awaits:    "PerformanceMeasure",
	},
	{
		Paragraph: "IAS 7.18(b), from 2027",
		Rule:      "By the indirect method, the statement of cash flows starts from operating profit.",
		Case: `
			account 7900 Income Tax: EXPENSE TAX_EXPENSE
			fiscal year 2027-01-01 to 2027-12-31, presented by IFRS
			2027-02-10 Receive a fee
				1000 Checking              1500.00
				4000 Service Revenue      -1500.00
			2027-03-31 Interest on a loan
				6900 Interest Expense        60.00
				1000 Checking               -60.00
			2027-12-15 Income tax
				7900 Income Tax             200.00
				1000 Checking              -200.00
			cash flow 2027-01-01 to 2027-12-31
				operating/profit           1500.00
				operating/netIncome        none
				operating/adjustments/7900 Income Tax  -200.00
				operating                  1300.00
				financing/6900 Interest Expense  -60.00`,
	},
	{
		Paragraph: "IAS 7.33A, from 2027",
		Rule:      "Dividends paid are financing cash flows.",
		SameAs:    "IAS 7.34",
	},
	{
		Paragraph: "IAS 7.34A(a), from 2027",
		Rule:      "Interest paid is a financing cash flow, unless financing customers is a main business activity.",
		SameAs:    "IAS 7.18(b), from 2027",
	},
	{
		Paragraph: "IAS 7.34A(b), from 2027",
		Rule:      "Interest and dividends received are investing cash flows, unless investing is a main business activity.",
		Case: `
			account 4810 Interest Received: INCOME OTHER_INCOME
			set cash_flow_section of 4810 to INVESTING
			fiscal year 2027-01-01 to 2027-12-31, presented by IFRS
			2027-03-31 Interest on savings
				1000 Checking                12.00
				4810 Interest Received      -12.00
			cash flow 2027-01-01 to 2027-12-31
				operating                     0.00
				investing/4810 Interest Received  12.00
				investing                    12.00`,
	},
}}

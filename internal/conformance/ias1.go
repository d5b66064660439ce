package conformance

import "slices"

// ias1 applies until 2026 and is then replaced by IFRS 18.
var ias1 = Standard{
	Name: "IAS 1", Title: "Presentation of Financial Statements", Requirements: slices.Concat(ias1General, ias1Statements),
}

// ias1General are the requirements about all statements.
var ias1General = []Requirement{
	{
		Paragraph: "IAS 1.27",
		Rule: "Except for cash flows, statements are on the accrual basis: a transaction counts when it takes place and not when " +
			"it is paid.",
		Case: `
			account 2600 Accrued Expenses: LIABILITY OTHER_LIABILITY
			2025-01-31 Owe the rent of January
				6100 Rent                     400.00
				2600 Accrued Expenses        -400.00
			2025-02-05 Pay the rent of January
				2600 Accrued Expenses         400.00
				1000 Checking                -400.00
			profit and loss 2025-01-01 to 2025-01-31
				operatingExpenses/6100 Rent   400.00
				netIncome                    -400.00
			profit and loss 2025-02-01 to 2025-02-28
				netIncome                       0.00
			cash flow 2025-02-01 to 2025-02-28
				operating                    -400.00`,
	},
	{
		Paragraph: "IAS 1.29",
		Rule:      "Similar items are presented together, in classes, and dissimilar items separately.",
		Case: `
			2025-01-10 Receive a fee
				1000 Checking                9000.00
				4000 Service Revenue        -9000.00
			2025-01-31 Interest on savings
				1010 Savings                   12.00
				4800 Interest Income          -12.00
			profit and loss 2025-01-01 to 2025-12-31
				sales/4000 Service Revenue           9000.00
				sales                                9000.00
				otherIncome/4800 Interest Income       12.00
				otherIncome                            12.00`,
	},
	{
		Paragraph: "IAS 1.32",
		Rule: "Assets are not set off against liabilities, nor income against expenses. Here one firm owes us and is owed by us, " +
			"and we earn and pay interest.",
		Case: `
			account 1610 Loan to Baker Inc: ASSET OTHER_ASSET
			account 2520 Loan from Baker Inc: LIABILITY LOAN
			2025-01-05 Lend and borrow
				1610 Loan to Baker Inc        700.00
				2520 Loan from Baker Inc    -1000.00
				1000 Checking                 300.00
			2025-01-31 Interest both ways
				1000 Checking                  -3.00
				6900 Interest Expense          10.00
				4800 Interest Income           -7.00
			balance sheet 2025-01-31
				assets/current/1610 Loan to Baker Inc           700.00
				liabilities/nonCurrent/2520 Loan from Baker Inc  1000.00
			profit and loss 2025-01-01 to 2025-01-31
				otherIncome                     7.00
				interest                       10.00`,
	},
	{
		Paragraph: "IAS 1.32, overdrawn accounts",
		Rule:      "An overdrawn bank account is a liability and is not set off against other bank accounts.",
		Case: `
			2025-01-05 Paid in by the owner
				1000 Checking                 500.00
				3000 Owner's Equity          -500.00
			2025-01-31 Rent, paid from an overdraft
				6100 Rent                     200.00
				1010 Savings                 -200.00
			balance sheet 2025-01-31
				assets/current/1000 Checking  500.00
				assets/current/1010 Savings   none
				assets                        500.00
				liabilities/current/overdrafts/1010 Savings  200.00
				liabilities                   200.00`,
	},
	{
		Paragraph: "IAS 1.36",
		Rule: "A complete set of statements is presented at least once a year. A longer or shorter period is named, here a first " +
			"year of 15 months.",
		Case: `
			fiscal year 2024-10-01 to 2025-12-31
			2024-10-15 Receive a fee
				1000 Checking                 900.00
				4000 Service Revenue         -900.00
			2025-12-15 Receive another fee
				1000 Checking                 100.00
				4000 Service Revenue         -100.00
			profit and loss up to 2025-12-31
				netIncome                    1000.00
			profit and loss 2024-10-01 to 2025-09-30, as a file
				For the Year Ended September 30, 2025
			profit and loss up to 2025-12-31, as a file
				For the 15 Months Ended December 31, 2025`,
	},
	{
		Paragraph: "IAS 1.38",
		Rule:      "Each amount is compared with that of the period before.",
		Case: `
			2024-06-10 Receive a fee
				1000 Checking                1000.00
				4000 Service Revenue        -1000.00
			2025-06-10 Receive a fee
				1000 Checking                1500.00
				4000 Service Revenue        -1500.00
			2025-06-30 Pay the rent
				6100 Rent                     400.00
				1000 Checking                -400.00
			profit and loss 2025-01-01 to 2025-12-31, with the year before
				sales                        1000.00 1500.00
				operatingExpenses               0.00  400.00
				netIncome                    1000.00 1100.00`,
	},
	{
		Paragraph: "IAS 1.38A",
		Rule:      "At least two of each statement are presented, here two years of each.",
		Case: `
			2024-06-10 Receive a fee
				1000 Checking                1000.00
				4000 Service Revenue        -1000.00
			2025-06-30 Pay the rent
				6100 Rent                     400.00
				1000 Checking                -400.00
			balance sheet 2025-12-31, with the year before
				assets                       1000.00 600.00
				equity                       1000.00 600.00
			profit and loss 2025-01-01 to 2025-12-31, with the year before
				netIncome                    1000.00 -400.00
			cash flow 2025-01-01 to 2025-12-31, with the year before
				operating                    1000.00 -400.00
				closingCash                  1000.00  600.00`,
	},
	{
		Paragraph: "IAS 1.40A",
		Rule:      "After a retrospective change, a third balance sheet is presented, at the beginning of the preceding period.",
		Case: `
			2023-06-10 Receive a fee
				1000 Checking                 300.00
				4000 Service Revenue         -300.00
			2024-06-10 Receive a fee
				1000 Checking                1000.00
				4000 Service Revenue        -1000.00
			2025-06-30 Pay the rent
				6100 Rent                     400.00
				1000 Checking                -400.00
			balance sheet 2025-12-31, with the 2 years before
				assets                        300.00 1300.00 900.00
				equity                        300.00 1300.00 900.00`,
	},
	{
		Paragraph: "IAS 1.45",
		Rule: "Presentation and classification stay the same from one period to the next. A change that would restate a closed " +
			"month is refused.",
		Case: `
			2025-01-31 Pay insurance in advance
				1300 Prepaid Expenses         900.00
				1000 Checking                -900.00
			close the months up to 2025-01-31
			set balance_sheet_term of 1300 to NON_CURRENT
				refused: ACCOUNT_IN_CLOSED_PERIOD
			set cash_flow_section of 1300 to INVESTING
				refused: ACCOUNT_IN_CLOSED_PERIOD`,
	},
	{
		Paragraph: "IAS 1.51",
		Rule:      "A statement names the entity, its date or period, and the currency of its amounts.",
		Case: `
			2025-01-05 Paid in by the owner
				1000 Checking                1000.00
				3000 Owner's Equity         -1000.00
			balance sheet 2025-01-31, as a file
				Acme
				Balance Sheet
				As of January 31, 2025
				Accrual basis, presented by US GAAP. Amounts in USD.
			profit and loss 2025-01-01 to 2025-01-31, as a file
				Acme
				Profit and Loss
				For the Month Ended January 31, 2025
				Accrual basis, presented by US GAAP. Amounts in USD.`,
	},
}

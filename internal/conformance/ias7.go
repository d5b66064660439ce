package conformance

import "slices"

var ias7 = Standard{
	Name: "IAS 7", Title: "Statement of Cash Flows", Requirements: slices.Concat(ias7Classification, ias7Reporting),
}

// ias7Classification are the requirements about what cash is and which activity a flow belongs to.
var ias7Classification = []Requirement{
	{
		Paragraph: "IAS 7.6",
		Rule: "Cash is money on hand and in demand deposits. Equivalents are held like it. The statement explains the change " +
			"of both together.",
		Case: `
			account 1020 Money Market Fund: ASSET OTHER_ASSET
			set cash_flow_section of 1020 to CASH_AND_EQUIVALENTS
			2025-01-05 Paid in by the owner
				1000 Checking                6000.00
				1050 Petty Cash               500.00
				1020 Money Market Fund       3500.00
				3000 Owner's Equity        -10000.00
			cash flow 2025-01-01 to 2025-12-31
				financing                   10000.00
				netChange                   10000.00
				closingCash                 10000.00`,
	},
	{
		Paragraph: "IAS 7.7",
		Rule: "An investment that is not due within about three months is no cash equivalent. Buying it is a cash flow, here an " +
			"investing one.",
		Case: `
			account 1600 One-Year Bond: ASSET OTHER_ASSET
			set cash_flow_section of 1600 to INVESTING
			2025-01-05 Paid in by the owner
				1000 Checking                9000.00
				3000 Owner's Equity         -9000.00
			2025-02-01 Buy a bond
				1600 One-Year Bond           4000.00
				1000 Checking               -4000.00
			cash flow 2025-01-01 to 2025-12-31
				investing                   -4000.00
				closingCash                  5000.00`,
	},
	{
		Paragraph: "IAS 7.8",
		Rule:      "A bank overdraft that is repayable on demand and part of managing cash is included in cash, as a negative amount.",
		Case: `
			account 2110 Bank Overdraft: LIABILITY OTHER_LIABILITY
			set cash_flow_section of 2110 to CASH_AND_EQUIVALENTS
			2025-01-05 Paid in by the owner
				1000 Checking                1000.00
				3000 Owner's Equity         -1000.00
			2025-01-31 Rent, paid from the overdraft
				6100 Rent                     300.00
				2110 Bank Overdraft          -300.00
			cash flow 2025-01-01 to 2025-12-31
				operating                    -300.00
				closingCash                   700.00`,
	},
	{
		Paragraph: "IAS 7.9",
		Rule:      "Moving money between cash and cash equivalents is no cash flow.",
		Case: `
			2025-01-05 Paid in by the owner
				1000 Checking                5000.00
				3000 Owner's Equity         -5000.00
			2025-02-01 Move money to savings
				1010 Savings                 2000.00
				1000 Checking               -2000.00
			cash flow 2025-02-01 to 2025-02-28, by the direct method
				operating                       0.00
				investing                       0.00
				financing                       0.00
				netChange                       0.00
				closingCash                  5000.00`,
	},
	{
		Paragraph: "IAS 7.10",
		Rule:      "Cash flows are reported as operating, investing and financing activities, which explain the whole change in cash.",
		Case: `
			2025-01-05 Paid in by the owner
				1000 Checking                5000.00
				3000 Owner's Equity         -5000.00
			2025-01-10 Buy a computer
				1500 Equipment               1800.00
				1000 Checking               -1800.00
			2025-01-20 Receive a fee
				1000 Checking                 900.00
				4000 Service Revenue         -900.00
			cash flow 2025-01-01 to 2025-12-31
				operating Operating activities    900.00
				investing Investing activities  -1800.00
				financing Financing activities   5000.00
				netChange Change in cash         4100.00`,
	},
	{
		Paragraph: "IAS 7.12",
		Rule: "One payment can belong to several activities. The interest in an installment of a loan can be operating while the " +
			"principal is financing.",
		Case: `
			2025-01-02 Borrow
				1000 Checking                8000.00
				2500 Loans                  -8000.00
			2025-02-02 Pay an installment
				2500 Loans                    500.00
				6900 Interest Expense          40.00
				1000 Checking                -540.00
			cash flow 2025-02-01 to 2025-02-28
				operating                     -40.00
				financing                    -500.00`,
	},
	{
		Paragraph: "IAS 7.14",
		Rule: "Operating cash flows are those of the principal revenue-producing activities: receipts from customers, payments " +
			"to suppliers, employees and tax authorities.",
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
			2025-03-15 Pay income tax
				6950 Income Tax               700.00
				1000 Checking                -700.00
			cash flow 2025-01-01 to 2025-12-31
				operating                    2800.00
				investing                       0.00
				financing                       0.00`,
	},
	{
		Paragraph: "IAS 7.16(a)",
		Rule:      "Payments to acquire property, plant and equipment are investing cash flows.",
		Case: `
			2025-01-05 Paid in by the owner
				1000 Checking                9000.00
				3000 Owner's Equity         -9000.00
			2025-02-10 Buy a machine
				1500 Equipment               4000.00
				1000 Checking               -4000.00
			cash flow 2025-02-01 to 2025-02-28
				operating                       0.00
				investing/1500 Equipment    -4000.00
				investing                   -4000.00`,
	},
	{
		Paragraph: "IAS 7.16(a), bought on credit",
		Rule:      "A payment for equipment is investing also if it settles the credit card on which the equipment was bought.",
		Gap: "A payment of a credit card or payable is operating, because payments are not yet allocated to the documents that " +
			"they settle.",
		Case: `
			2025-01-05 Paid in by the owner
				1000 Checking                9000.00
				3000 Owner's Equity         -9000.00
			2025-02-10 Buy a machine on the card
				1500 Equipment               4000.00
				2100 Credit Card            -4000.00
			2025-03-10 Pay the card
				2100 Credit Card             4000.00
				1000 Checking               -4000.00
			cash flow 2025-03-01 to 2025-03-31
				operating                       0.00
				investing                   -4000.00`,
	},
	{
		Paragraph: "IAS 7.16(b)",
		Rule:      "The receipt from the sale of equipment is investing as a whole. It includes the gain, which is part of profit.",
		Case: `
			2024-01-05 Equipment paid in by the owner
				1000 Checking                1000.00
				1500 Equipment               9000.00
				3000 Owner's Equity        -10000.00
			2024-12-31 Depreciation of two years
				6800 Depreciation            6000.00
				1590 Accumulated Depreciation  -6000.00
			2025-03-01 Sell the equipment
				1000 Checking                3500.00
				1590 Accumulated Depreciation   6000.00
				1500 Equipment              -9000.00
				4900 Other Income            -500.00
			cash flow 2025-01-01 to 2025-12-31
				operating/netIncome           500.00
				operating                       0.00
				investing                    3500.00
				netChange                    3500.00`,
	},
	{
		Paragraph: "IAS 7.16(e)",
		Rule:      "Money lent to others is an investing cash flow.",
		Case: `
			account 1610 Loan to a Supplier: ASSET OTHER_ASSET
			set cash_flow_section of 1610 to INVESTING
			2025-01-05 Paid in by the owner
				1000 Checking                5000.00
				3000 Owner's Equity         -5000.00
			2025-02-01 Lend money
				1610 Loan to a Supplier      1500.00
				1000 Checking               -1500.00
			cash flow 2025-02-01 to 2025-02-28
				investing/1610 Loan to a Supplier  -1500.00
				investing                   -1500.00`,
	},
	{
		Paragraph: "IAS 7.17(a)",
		Rule:      "Money that owners pay in for equity is a financing cash flow.",
		Case: `
			2025-01-05 Paid in by the owner
				1000 Checking                5000.00
				3000 Owner's Equity         -5000.00
			cash flow 2025-01-01 to 2025-12-31
				financing/3000 Owner's Equity  5000.00
				financing                    5000.00`,
	},
	{
		Paragraph: "IAS 7.17(c)",
		Rule:      "Money borrowed is a financing cash flow.",
		Case: `
			2025-01-02 Borrow
				1000 Checking                8000.00
				2500 Loans                  -8000.00
			cash flow 2025-01-01 to 2025-12-31
				financing/2500 Loans         8000.00
				financing                    8000.00`,
	},
	{
		Paragraph: "IAS 7.17(d)",
		Rule:      "The repayment of money borrowed is a financing cash flow.",
		Case: `
			2025-01-02 Borrow
				1000 Checking                8000.00
				2500 Loans                  -8000.00
			2025-06-02 Repay a part
				2500 Loans                   3000.00
				1000 Checking               -3000.00
			cash flow 2025-06-01 to 2025-06-30
				financing/2500 Loans        -3000.00
				financing                   -3000.00`,
	},
}

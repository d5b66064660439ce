package conformance

var ias21 = Standard{
	Name: "IAS 21", Title: "The Effects of Changes in Foreign Exchange Rates", Requirements: ias21Requirements,
}

var ias21Requirements = []Requirement{
	{
		Paragraph: "IAS 21.21",
		Rule:      "A transaction in a foreign currency is first recorded at the exchange rate of its day.",
		Case: `
			on 2025-03-10, 1 EUR costs 1.10 USD
			2025-03-10 Buy insurance in euros
				6500 Insurance                200.00 EUR
				1000 Checking                -200.00 EUR
			account balances 2025-03-31
				6500 Insurance                220.00
				1000 Checking                -220.00`,
	},
	{
		Paragraph: "IAS 21.22",
		Rule: "The rate is that of the day of the transaction, or one close to it. A rate of the week before is used on days " +
			"without one, and no older rate.",
		Case: `
			on 2025-03-10, 1 EUR costs 1.10 USD
			2025-03-15 Buy insurance in euros on a Saturday
				6500 Insurance                200.00 EUR
				1000 Checking                -200.00 EUR
			account balances 2025-03-31
				6500 Insurance                220.00
			2025-03-18 Buy insurance when the rate is too old
				6500 Insurance                200.00 EUR
				1000 Checking                -200.00 EUR
				refused: EXCHANGE_RATE_MISSING`,
	},
	{
		Paragraph: "IAS 21.23(a)",
		Rule:      "At the end of a period, monetary items in a foreign currency are carried at the closing rate.",
		Case: `
			account 1020 Euro Bank: ASSET BANK EUR
			account 2510 Euro Loan: LIABILITY LOAN EUR
			2025-12-10 Borrow euros
				1020 Euro Bank               1000.00 EUR at 1.10
				2510 Euro Loan              -1000.00 EUR at 1.10
			2025-12-15 Repay a part
				2510 Euro Loan                400.00 EUR at 1.10
				1020 Euro Bank               -400.00 EUR at 1.10
			2025-12-20 Receive a fee
				1020 Euro Bank                100.00 EUR at 1.10
				4000 Service Revenue         -100.00 EUR at 1.10
			on 2025-12-31, 1 EUR costs 1.20 USD
			revalue foreign balances on 2025-12-31
			balance sheet 2025-12-31
				assets/current/1020 Euro Bank            840.00
				liabilities/nonCurrent/2510 Euro Loan    720.00`,
	},
	{
		Paragraph: "IAS 21.23(b)",
		Rule:      "Non-monetary items at cost in a foreign currency stay at the exchange rate of the day of purchase.",
		Case: `
			account 1520 Machine in Milan: ASSET FIXED_ASSET EUR
			2025-12-10 The owner pays for a machine
				1520 Machine in Milan        1000.00 EUR at 1.10
				3000 Owner's Equity         -1000.00 EUR at 1.10
			on 2025-12-31, 1 EUR costs 1.20 USD
			revalue foreign balances on 2025-12-31
			balance sheet 2025-12-31
				assets/nonCurrent/1520 Machine in Milan  1100.00
			unrealized gains 2025-12-31
				total                           0.00`,
	},
	{
		Paragraph: "IAS 21.28",
		Rule: "Exchange differences on settling or carrying monetary items are part of the profit of the period in which they " +
			"arise.",
		Case: `
			account 1020 Euro Bank: ASSET BANK EUR
			2025-02-10 Receive a fee
				1020 Euro Bank               1000.00 EUR at 1.10
				4000 Service Revenue        -1000.00 EUR at 1.10
			2025-03-10 Pay a subcontractor
				5000 Subcontractors           400.00 EUR at 1.15
				1020 Euro Bank               -400.00 EUR at 1.15
			profit and loss 2025-03-01 to 2025-03-31
				costOfSales                   460.00
				exchangeGains/4850 Realized Exchange Gains  20.00
				netIncome                    -440.00
			account balances 2025-03-31
				1020 Euro Bank                660.00 600.00`,
	},
	{
		Paragraph: "IAS 21.29",
		Rule: "If a transaction is settled in a later period, each period up to the settlement takes the difference that arose " +
			"in it.",
		Case: `
			account 1210 Unbilled Revenue: ASSET OTHER_ASSET EUR
			account 1020 Euro Bank: ASSET BANK EUR
			2024-12-10 Work that is not billed yet
				1210 Unbilled Revenue        1000.00 EUR at 1.10
				4000 Service Revenue        -1000.00 EUR at 1.10
			on 2024-12-31, 1 EUR costs 1.20 USD
			revalue foreign balances on 2024-12-31
			2025-01-20 The customer pays
				1020 Euro Bank               1000.00 EUR at 1.25
				1210 Unbilled Revenue       -1000.00 EUR at 1.25
			profit and loss 2024-01-01 to 2024-12-31
				sales                        1100.00
				exchangeGains                 100.00
			profit and loss 2025-01-01 to 2025-12-31
				exchangeGains                  50.00
				netIncome                      50.00`,
	},
	{
		Paragraph: "IAS 21.39(a)",
		Rule:      "In a presentation currency, assets and liabilities are translated at the closing rate of the balance sheet.",
		Case: `
			on 2025-01-05, 1 USD costs 0.80 EUR
			on 2025-06-30, 1 USD costs 0.90 EUR
			2025-01-05 Paid in by the owner
				1000 Checking                1000.00
				3000 Owner's Equity         -1000.00
			2025-01-06 Borrow
				1000 Checking                 500.00
				2500 Loans                   -500.00
			balance sheet 2025-06-30, in EUR
				assets/current/1000 Checking      1350.00
				liabilities/nonCurrent/2500 Loans  450.00`,
	},
	{
		Paragraph: "IAS 21.39(b)",
		Rule:      "In a presentation currency, income and expenses are translated at the rates of the days of the transactions.",
		Case: `
			on 2025-01-05, 1 USD costs 0.80 EUR
			on 2025-06-30, 1 USD costs 0.90 EUR
			2025-01-05 Receive a fee
				1000 Checking                1000.00
				4000 Service Revenue        -1000.00
			2025-06-30 Pay the rent
				6100 Rent                     400.00
				1000 Checking                -400.00
			profit and loss 2025-01-01 to 2025-06-30, in EUR
				sales                         800.00
				operatingExpenses             360.00
				netIncome                     440.00`,
	},
	{
		Paragraph: "IAS 21.39(c)",
		Rule:      "The exchange differences from translating the statements are part of other comprehensive income.",
		Gap:       "They are not in profit or loss and are a separate row of equity, but there is no other comprehensive income.",
		Awaits:    "ComprehensiveIncome",
	},
	{
		Paragraph: "IAS 21.41",
		Rule: "The difference from translating net assets at other rates than before is no part of profit. It is shown " +
			"separately in equity.",
		Case: `
			on 2025-01-05, 1 USD costs 0.80 EUR
			on 2025-06-30, 1 USD costs 0.90 EUR
			2025-01-05 Paid in by the owner
				1000 Checking                1000.00
				3000 Owner's Equity         -1000.00
			balance sheet 2025-06-30, in EUR
				assets                        900.00
				equity/3000 Owner's Equity    800.00
				equity/currentEarnings          0.00
				equity/translationDifference Translation difference  100.00
				equity                        900.00`,
	},
	{
		Paragraph: "IAS 21.52(a)",
		Rule:      "The exchange differences in profit or loss are disclosed.",
		Case: `
			account 1020 Euro Bank: ASSET BANK EUR
			2025-02-10 Receive a fee
				1020 Euro Bank               1000.00 EUR at 1.10
				4000 Service Revenue        -1000.00 EUR at 1.10
			2025-03-10 Pay a subcontractor
				5000 Subcontractors           400.00 EUR at 1.15
				1020 Euro Bank               -400.00 EUR at 1.15
			on 2025-03-31, 1 EUR costs 1.20 USD
			revalue foreign balances on 2025-03-31
			profit and loss 2025-01-01 to 2025-03-31
				exchangeGains/4850 Realized Exchange Gains     20.00
				exchangeGains/4860 Unrealized Exchange Gains   60.00
				exchangeGains Exchange gains                   80.00
			realized gains 2025-01-01 to 2025-03-31
				total                                          20.00`,
	},
	{
		Paragraph: "IAS 21.53",
		Rule:      "A statement in a presentation currency other than the functional currency says so, and names the functional currency.",
		Case: `
			on 2025-01-05, 1 USD costs 0.80 EUR
			2025-01-05 Paid in by the owner
				1000 Checking                1000.00
				3000 Owner's Equity         -1000.00
			balance sheet 2025-01-05, in EUR, as a file
				Accrual basis, presented by US GAAP. Amounts in EUR, translated from USD.`,
	},
}

var ifric22 = Standard{
	Name: "IFRIC 22", Title: "Foreign Currency Transactions and Advance Consideration", Requirements: []Requirement{
		{
			Paragraph: "IFRIC 22.8",
			Rule: "The rate of a transaction that was paid in advance is the rate of the day on which the deposit or prepayment was " +
				"first recorded. The deposit itself is not revalued.",
			Case: `
				account 1020 Euro Bank: ASSET BANK EUR
				account 2410 Euro Deposits: LIABILITY CUSTOMER_DEPOSIT EUR
				2025-02-10 A customer pays in advance
					1020 Euro Bank               1000.00 EUR at 1.10
					2410 Euro Deposits          -1000.00 EUR at 1.10
				on 2025-03-31, 1 EUR costs 1.20 USD
				revalue foreign balances on 2025-03-31
				balance sheet 2025-03-31
					assets/current/1020 Euro Bank           1200.00
					liabilities/current/2410 Euro Deposits  1100.00
				2025-04-10 Deliver the work
					2410 Euro Deposits           1000.00 EUR at 1.10
					4000 Service Revenue        -1000.00 EUR at 1.10
				profit and loss 2025-04-10 to 2025-04-30
					sales                        1100.00
					exchangeGains                none
				account balances 2025-04-30
					2410 Euro Deposits           0.00 0.00`,
		},
		{
			Paragraph: "IFRIC 22.8, without a given rate",
			Rule:      "A transaction that uses up a deposit takes the rate of the deposit, also if the entry names no rate.",
			Gap:       "An entry without a rate takes the stored rate of its day. The caller must give the rate of the deposit.",
			Case: `
				account 1020 Euro Bank: ASSET BANK EUR
				account 2410 Euro Deposits: LIABILITY CUSTOMER_DEPOSIT EUR
				on 2025-02-10, 1 EUR costs 1.10 USD
				on 2025-04-10, 1 EUR costs 1.20 USD
				2025-02-10 A customer pays in advance
					1020 Euro Bank               1000.00 EUR
					2410 Euro Deposits          -1000.00 EUR
				2025-04-10 Deliver the work
					2410 Euro Deposits           1000.00 EUR
					4000 Service Revenue        -1000.00 EUR
				profit and loss 2025-04-10 to 2025-04-30
					sales                        1100.00
				account balances 2025-04-30
					2410 Euro Deposits           0.00 0.00`,
		},
		{
			Paragraph: "IFRIC 22.9",
			Rule:      "If there were several payments in advance, each has the rate of its day.",
			Case: `
				account 2410 Euro Deposits: LIABILITY CUSTOMER_DEPOSIT EUR
				account 1020 Euro Bank: ASSET BANK EUR
				2025-02-10 First payment in advance
					1020 Euro Bank               1000.00 EUR at 1.10
					2410 Euro Deposits          -1000.00 EUR at 1.10
				2025-03-10 Second payment in advance
					1020 Euro Bank                500.00 EUR at 1.20
					2410 Euro Deposits           -500.00 EUR at 1.20
				2025-04-10 Deliver the work
					2410 Euro Deposits           1000.00 EUR at 1.10
					2410 Euro Deposits            500.00 EUR at 1.20
					4000 Service Revenue        -1000.00 EUR at 1.10
					4000 Service Revenue         -500.00 EUR at 1.20
				profit and loss 2025-04-01 to 2025-04-30
					sales                        1700.00
				account balances 2025-04-30
					2410 Euro Deposits           0.00 0.00`,
		},
	},
}

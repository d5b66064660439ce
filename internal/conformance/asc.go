package conformance

var asc205 = Standard{Name: "ASC 205", Title: "Presentation of Financial Statements", Requirements: []Requirement{
	{
		Paragraph: "ASC 205-10-45-2",
		Rule:      "It is desirable to present the balance sheet and the income statement for earlier years beside the current one.",
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
			profit and loss 2025-01-01 to 2025-12-31, with the 2 years before
				sales                         300.00 1000.00    0.00
				operatingExpenses               0.00    0.00  400.00
				netIncome                     300.00 1000.00 -400.00
			balance sheet 2025-12-31, with the 2 years before
				assets                        300.00 1300.00  900.00`,
	},
}}

var asc210 = Standard{Name: "ASC 210", Title: "Balance Sheet", Requirements: []Requirement{
	{
		Paragraph: "ASC 210-10-45-1",
		Rule:      "Current assets include cash available for operations, inventories, receivables and prepaid expenses.",
		Case: `
			account 1210 Unbilled Revenue: ASSET OTHER_ASSET
			account 1400 Inventory: ASSET INVENTORY
			2025-01-05 Start the firm
				1000 Checking                4000.00
				1400 Inventory               1000.00
				1210 Unbilled Revenue         800.00
				1300 Prepaid Expenses         200.00
				1500 Equipment               3000.00
				3000 Owner's Equity         -9000.00
			balance sheet 2025-01-31
				assets/current/1000 Checking           4000.00
				assets/current/1400 Inventory          1000.00
				assets/current/1210 Unbilled Revenue    800.00
				assets/current/1300 Prepaid Expenses    200.00
				assets/current Current assets          6000.00`,
	},
	{
		Paragraph: "ASC 210-10-45-4",
		Rule: "Current assets exclude cash that is restricted to other uses, long-term receivables and depreciable assets. A " +
			"setting of the account excludes restricted cash.",
		Case: `
			account 1030 Cash Set Aside for a Building: ASSET BANK
			set balance_sheet_term of 1030 to NON_CURRENT
			2025-01-05 Start the firm
				1000 Checking                4000.00
				1030 Cash Set Aside for a Building  2000.00
				1500 Equipment               3000.00
				3000 Owner's Equity         -9000.00
			balance sheet 2025-01-31
				assets/current                                        4000.00
				assets/nonCurrent/1030 Cash Set Aside for a Building  2000.00
				assets/nonCurrent/1500 Equipment                      3000.00`,
	},
	{
		Paragraph: "ASC 210-10-45-5",
		Rule:      "A classified balance sheet shows the total of current liabilities.",
		SameAs:    "IAS 1.60",
	},
	{
		Paragraph: "ASC 210-10-45-8",
		Rule:      "Current liabilities include what is owed for goods and services, wages and taxes, and payments received in advance.",
		Case: `
			2025-01-05 A customer pays in advance
				1000 Checking                1000.00
				2400 Customer Deposits      -1000.00
			2025-01-31 Owe wages, sales tax and the card
				6000 Wages and Salaries      3000.00
				6210 Software and Subscriptions  50.00
				1000 Checking                 119.00
				2300 Payroll Liabilities    -3000.00
				2100 Credit Card              -50.00
				2200 Sales Tax Payable        -19.00
				4000 Service Revenue         -100.00
			balance sheet 2025-01-31
				liabilities/current/2400 Customer Deposits    1000.00
				liabilities/current/2300 Payroll Liabilities  3000.00
				liabilities/current/2100 Credit Card            50.00
				liabilities/current/2200 Sales Tax Payable      19.00
				liabilities/current                           4069.00`,
	},
	{
		Paragraph: "ASC 210-10-45-9",
		Rule:      "The part of a long-term debt that falls due within twelve months is a current liability.",
		SameAs:    "IAS 1.61",
	},
	{
		Paragraph: "ASC 210-20-45-1",
		Rule:      "Assets and liabilities are set off only if there is a right to, and the intention. Nothing is set off by itself.",
		SameAs:    "IAS 1.32",
	},
}}

var asc360 = Standard{Name: "ASC 360", Title: "Property, Plant, and Equipment", Requirements: []Requirement{
	{
		Paragraph: "ASC 360-10-50-1(a) to (c)",
		Rule:      "Depreciation expense, the cost of each major class of depreciable assets, and accumulated depreciation are disclosed.",
		Case: `
			account 1510 Vehicles: ASSET FIXED_ASSET
			2025-01-05 Start the firm
				1500 Equipment               3000.00
				1510 Vehicles               12000.00
				3000 Owner's Equity        -15000.00
			2025-12-31 Depreciation
				6800 Depreciation            2500.00
				1590 Accumulated Depreciation  -2500.00
			profit and loss 2025-01-01 to 2025-12-31
				operatingExpenses/6800 Depreciation              2500.00
			balance sheet 2025-12-31
				assets/nonCurrent/1500 Equipment                 3000.00
				assets/nonCurrent/1510 Vehicles                 12000.00
				assets/nonCurrent/1590 Accumulated Depreciation -2500.00
				assets/nonCurrent                               12500.00`,
	},
	{
		Paragraph: "ASC 360-10-35-4",
		Rule:      "The cost of an asset is spread over its useful life in a systematic way.",
		Gap:       "There is no register of fixed assets. Depreciation is entered by hand.",
		Awaits:    "FixedAsset.",
	},
}}

// Standards of capabilities to come.
var (
	ias16 = Standard{Name: "IAS 16", Title: "Property, Plant and Equipment", Requirements: []Requirement{
		{
			Paragraph: "IAS 16.50",
			Rule:      "The depreciable amount of an asset is spread over its useful life in a systematic way.",
			Gap:       "There is no register of fixed assets. Depreciation is entered by hand.",
			Awaits:    "FixedAsset.",
		},
		{
			Paragraph: "IAS 16.73(e)",
			Rule: "For each class, the carrying amount at the beginning and the end of the period is reconciled by additions, " +
				"disposals and depreciation.",
			Gap:    "There is no register of fixed assets. The trial balance of a period shows the debits and credits of each account.",
			Awaits: "FixedAsset.",
		},
	}}
	ias37 = Standard{Name: "IAS 37", Title: "Provisions and Contingencies", Requirements: []Requirement{
		{
			Paragraph: "IAS 37.84",
			Rule:      "For each class of provision, the balances are reconciled by additions, amounts used and amounts reversed.",
			Gap:       "There are no provisions. An account for them has a general ledger, but no such reconciliation.",
			Awaits:    "Provision.",
		},
	}}
)

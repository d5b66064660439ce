package conformance

// Requirements on revenue, which the two standards share but for their paragraphs.
var ifrs15 = Standard{Name: "IFRS 15", Title: "Revenue from Contracts with Customers", Requirements: []Requirement{
	{
		Paragraph: "IFRS 15.31",
		Rule:      "Revenue is recognized when, or as, a promised good or service is transferred to the customer.",
		Gap: "An invoice recognizes revenue on its issue date. Revenue that is earned over time is deferred and recognized by " +
			"entries, also if the line names its service period.",
		Awaits: "RevenueSchedule",
	},
	{
		Paragraph: "IFRS 15.47",
		Rule:      "Revenue is the consideration to which the seller is entitled, without taxes collected for others.",
		Case: `
			sales tax of 20 %
			invoice A over 1000.00 plus tax on 2025-03-10
			account balances 2025-03-31
				1200 Accounts Receivable     1200.00
				2200 Sales Tax Payable       -200.00
			profit and loss 2025-01-01 to 2025-12-31
				sales                        1000.00`,
	},
	{
		Paragraph: "IFRS 15.51",
		Rule:      "Discounts, credits and refunds reduce revenue when the customer takes them, and taxes in proportion.",
		Case: `
			sales tax of 20 %
			invoice A over 1000.00 plus tax on 2025-03-10, 2 % off within 10 days
			payment of 1176.00 on 2025-03-18 for A, less the discount
			invoice B over 500.00 plus tax on 2025-04-01
			credit 100.00 of B on 2025-04-10
			account balances 2025-04-30
				1200 Accounts Receivable      480.00
				2200 Sales Tax Payable       -276.00
			profit and loss 2025-01-01 to 2025-12-31
				sales                        1380.00`,
	},
	{
		Paragraph: "IFRS 15.105",
		Rule:      "What is paid before or after the transfer is shown as a contract liability, a contract asset or a receivable.",
		Gap: "What is paid before the invoice is a liability, and an open invoice a receivable. Contract assets, which are " +
			"earned and not yet invoiced, are entered by hand.",
		Awaits: "ContractAsset",
	},
	{
		Paragraph: "IFRS 15.106",
		Rule:      "What a customer pays before the transfer is a contract liability, and no revenue until then.",
		Case: `
			payment of 400.00 on 2025-02-01
			account balances 2025-02-28
				1000 Checking                 400.00
				2400 Customer Deposits       -400.00
			profit and loss 2025-01-01 to 2025-02-28
				sales                           0.00
			invoice A over 1000.00 on 2025-03-10
			apply the payment to A on 2025-03-10
			account balances 2025-03-31
				1200 Accounts Receivable      600.00
				2400 Customer Deposits          0.00
			profit and loss 2025-01-01 to 2025-03-31
				sales                        1000.00`,
	},
	{
		Paragraph: "IFRS 15.108",
		Rule: "An unconditional right to payment is a receivable. An impairment of it is an expense, and does not reduce " +
			"revenue (15.113(b)).",
		Case: `
			invoice A over 1000.00 on 2025-03-10
			payment of 300.00 on 2025-04-01 for A
			write off A on 2025-12-01
			account balances 2025-12-31
				1200 Accounts Receivable        0.00
				6560 Bad Debts                700.00
			profit and loss 2025-01-01 to 2025-12-31
				sales                        1000.00`,
	},
}}

var asc606 = Standard{Name: "ASC 606", Title: "Revenue from Contracts with Customers", Requirements: []Requirement{
	{
		Paragraph: "ASC 606-10-25-23",
		Rule:      "Revenue is recognized when, or as, a promised good or service is transferred to the customer.",
		Gap: "An invoice recognizes revenue on its issue date. Revenue that is earned over time is deferred and recognized by " +
			"entries, also if the line names its service period.",
		Awaits: "RevenueSchedule",
	},
	{
		Paragraph: "ASC 606-10-32-2A",
		Rule:      "A seller may leave sales taxes out of the price. If so, they are not revenue.",
		SameAs:    "IFRS 15.47",
	},
	{
		Paragraph: "ASC 606-10-32-6",
		Rule:      "Discounts, credits and refunds are variable consideration, and reduce revenue.",
		SameAs:    "IFRS 15.51",
	},
	{
		Paragraph: "ASC 606-10-45-1",
		Rule:      "What is paid before or after the transfer is shown as a contract liability, a contract asset or a receivable.",
		Gap: "What is paid before the invoice is a liability, and an open invoice a receivable. Contract assets, which are " +
			"earned and not yet invoiced, are entered by hand.",
		Awaits: "ContractAsset",
	},
	{
		Paragraph: "ASC 606-10-45-2",
		Rule:      "What a customer pays before the transfer is a contract liability.",
		SameAs:    "IFRS 15.106",
	},
	{
		Paragraph: "ASC 606-10-45-4",
		Rule:      "An unconditional right to payment is a receivable, and credit losses on it are an expense.",
		SameAs:    "IFRS 15.108",
	},
}}

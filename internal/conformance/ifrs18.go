package conformance

// ifrs18 replaces IAS 1 for years that begin in 2027. Its presentation will be a setting of the fiscal
// year, which its gaps await.
var ifrs18 = Standard{Name: "IFRS 18", Title: "Presentation and Disclosure, from 2027", Requirements: []Requirement{
	{
		Paragraph: "IFRS 18.47",
		Rule: "Income and expenses are classified in the statement of profit or loss into categories: operating, investing, " +
			"financing, income taxes and discontinued operations.",
		Gap:    awaitsIFRS18,
		Awaits: "ifrs18",
	},
	{
		Paragraph: "IFRS 18.52",
		Rule:      "The operating category contains the income and expenses that belong to no other category.",
		Gap:       awaitsIFRS18,
		Awaits:    "ifrs18",
	},
	{
		Paragraph: "IFRS 18.53",
		Rule:      "The investing category contains income and expenses from cash and from assets that earn a return separately.",
		Gap:       awaitsIFRS18,
		Awaits:    "ifrs18",
	},
	{
		Paragraph: "IFRS 18.59",
		Rule:      "The financing category contains income and expenses from liabilities that only raise finance, such as loans.",
		Gap:       awaitsIFRS18,
		Awaits:    "ifrs18",
	},
	{
		Paragraph: "IFRS 18.69",
		Rule:      "Operating profit, profit before financing and income taxes, and profit or loss are subtotals of the statement.",
		Gap:       awaitsIFRS18,
		Awaits:    "ifrs18",
	},
	{
		Paragraph: "IAS 7.18(b), from 2027",
		Rule:      "By the indirect method, the statement of cash flows starts from operating profit.",
		Gap:       awaitsIFRS18,
		Awaits:    "ifrs18",
	},
	{
		Paragraph: "IAS 7.33A, from 2027",
		Rule:      "Dividends paid are financing cash flows.",
		SameAs:    "IAS 7.34",
	},
	{
		Paragraph: "IAS 7.34A(a), from 2027",
		Rule:      "Interest paid is a financing cash flow, unless financing customers is a main business activity.",
		Gap:       awaitsIFRS18 + " Until then, a setting of the account chooses it (IAS 7.33).",
		Awaits:    "ifrs18",
	},
	{
		Paragraph: "IAS 7.34A(b), from 2027",
		Rule:      "Interest and dividends received are investing cash flows, unless investing is a main business activity.",
		Gap:       awaitsIFRS18 + " Until then, a setting of the account chooses it (IAS 7.33).",
		Awaits:    "ifrs18",
	},
}}

const awaitsIFRS18 = "Awaits the presentation of IFRS 18, a setting of the fiscal year."

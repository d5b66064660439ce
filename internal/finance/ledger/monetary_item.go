package ledger

import pb "backoffice/gen/go/backoffice/finance/v1"

// Monetary items are money, and claims and debts of a fixed amount of money. In a foreign currency,
// they are the only items that realize exchange differences and are revalued (IAS 21.16, 21.23).
// What counts is the currency in which an item is settled. Customer deposits and prepaid expenses
// are settled in goods and services, so they are not monetary (IFRIC 22.8).
var (
	// settledInLineCurrency lists the subtypes whose items are settled in the currency in which they
	// were posted.
	settledInLineCurrency = subtypeNames(pb.Account_BANK, pb.Account_CASH, pb.Account_CREDIT_CARD,
		pb.Account_ACCOUNTS_RECEIVABLE, pb.Account_ACCOUNTS_PAYABLE, pb.Account_LOAN, pb.Account_SUSPENSE,
		pb.Account_OTHER_ASSET, pb.Account_OTHER_LIABILITY)
	// settledInAccountCurrency lists the subtypes whose items are settled in the currency of their
	// account. Taxes on a foreign sale, for example, are owed in the currency of the tax agency.
	settledInAccountCurrency = subtypeNames(pb.Account_TAX_PAYABLE, pb.Account_PAYROLL_LIABILITY)
)

func subtypeNames(subtypes ...pb.Account_Subtype) (names []string) {
	for _, s := range subtypes {
		names = append(names, s.String())
	}
	return names
}

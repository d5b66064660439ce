package ledger

// Above is what packages above the ledger answer it. They know records that it does not;
// the wiring passes them in.
type Above struct {
	// CloseChecks find what speaks against closing a period.
	CloseChecks []CloseCheck
	// SubLedgers are what stands behind accounts.
	SubLedgers []SubLedger
	// IntegrityChecks hold what is made of the books to the books.
	IntegrityChecks []IntegrityCheck
	// BankStatus answers how far the bank accounts are.
	BankStatus BankStatus
}

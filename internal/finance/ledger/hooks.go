package ledger

// Hooks let packages above the ledger serve it. They know records that it does not;
// the wiring passes them in.
type Hooks struct {
	// CloseChecks find what should keep a period from being closed.
	CloseChecks []CloseCheck
	// SubLedgers are what stands behind accounts.
	SubLedgers []SubLedger
	// IntegrityChecks compare what is made of the books with the books.
	IntegrityChecks []IntegrityCheck
	// BankStatus reports how up to date each bank account is; nil if there are none.
	BankStatus BankStatus
}

// join makes one of the hooks of several packages.
func join(all []Hooks) (joined Hooks) {
	for _, h := range all {
		joined.CloseChecks = append(joined.CloseChecks, h.CloseChecks...)
		joined.SubLedgers = append(joined.SubLedgers, h.SubLedgers...)
		joined.IntegrityChecks = append(joined.IntegrityChecks, h.IntegrityChecks...)
		if h.BankStatus != nil {
			joined.BankStatus = h.BankStatus
		}
	}
	return joined
}

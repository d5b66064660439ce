package ledger

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/resource"
)

// Hooks let packages above the ledger serve it. They know records that it does not;
// the wiring passes them in.
type Hooks struct {
	// CloseChecks find what should keep a period from being closed unless a reason is given. All of
	// their blockers are warnings.
	CloseChecks []CloseCheck
	// SubLedgers are what stands behind accounts. A period is not closed while they differ.
	SubLedgers []SubLedger
	// ReversalGuards refuse callers who want to reverse entries, for what other records make of them.
	ReversalGuards []resource.Guard[*pb.JournalEntry]
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
		joined.ReversalGuards = append(joined.ReversalGuards, h.ReversalGuards...)
		joined.IntegrityChecks = append(joined.IntegrityChecks, h.IntegrityChecks...)
		if h.BankStatus != nil {
			joined.BankStatus = h.BankStatus
		}
	}
	return joined
}

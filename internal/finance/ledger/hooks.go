package ledger

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/resource"
)

// Hooks are the checks and guards that packages above the ledger add to it, for records that the
// ledger cannot read itself. The app passes them to NewModule.
type Hooks struct {
	// CloseChecks find what should keep a period from being closed unless the caller gives a reason.
	// All of their blockers are warnings.
	CloseChecks []CloseCheck
	// SubLedgers keep the records behind accounts. A period cannot be closed while their balances
	// differ from the balances of the accounts.
	SubLedgers []SubLedger
	// ReversalGuards refuse to reverse entries on which other records depend. They apply to callers'
	// requests only.
	ReversalGuards []resource.Guard[*pb.JournalEntry]
	// IntegrityChecks compare the books with the figures that other packages derive from them.
	IntegrityChecks []IntegrityCheck
	// BankStatus returns how up to date each bank account is. It is nil without a banking package.
	BankStatus BankStatus
	// LineTaxes computes the taxes of lines with a tax code. It is nil without a tax package; lines
	// with a tax code are then refused.
	LineTaxes LineTaxes
}

// joinHooks combines the hooks of several packages.
func joinHooks(all []Hooks) (joined Hooks) {
	for _, h := range all {
		joined.CloseChecks = append(joined.CloseChecks, h.CloseChecks...)
		joined.SubLedgers = append(joined.SubLedgers, h.SubLedgers...)
		joined.ReversalGuards = append(joined.ReversalGuards, h.ReversalGuards...)
		joined.IntegrityChecks = append(joined.IntegrityChecks, h.IntegrityChecks...)
		if h.BankStatus != nil {
			joined.BankStatus = h.BankStatus
		}
		if h.LineTaxes != nil {
			joined.LineTaxes = h.LineTaxes
		}
	}
	return joined
}

// Package app owns the wiring of the product, top to bottom, and its life as a
// process: settings, start, serving, shutdown and the doctor. It is the only package
// that imports everything. It promises that whatever cannot work is said at the
// start, in one line. What the product does is in the modules it lists.
package app

import (
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/payables"
	"backoffice/internal/finance/reports"
	"backoffice/internal/operations/work"
	"backoffice/internal/people/directory"
	"backoffice/internal/platform/module"
)

// ledgerHooks returns the hooks by which the capabilities above the ledger serve it.
func ledgerHooks() []ledger.Hooks {
	return []ledger.Hooks{banking.LedgerHooks(), reports.LedgerHooks()}
}

// Modules are the product's capabilities, lower ones first.
func Modules() []module.Constructor {
	return []module.Constructor{
		ledger.NewModule(ledgerHooks()...),
		payables.Module,
		banking.Module,
		reports.Module,
		work.Module,
		directory.Module,
	}
}

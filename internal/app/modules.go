// Package app wires the product together and runs it as a process: settings, startup, serving,
// shutdown and the doctor. It is the only package that imports all others. It guarantees that a
// server with a wrong setting or an unusable database fails at startup with an error of one line.
// What the product does is implemented by the modules that it lists.
package app

import (
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/payables"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/repeating"
	"backoffice/internal/finance/reports"
	"backoffice/internal/finance/tax"
	"backoffice/internal/operations/work"
	"backoffice/internal/people/directory"
	"backoffice/internal/platform/module"
)

// ledgerHooks returns the hooks through which the ledger calls the capabilities above it.
func ledgerHooks() []ledger.Hooks {
	return []ledger.Hooks{banking.LedgerHooks(), receivables.LedgerHooks(), reports.LedgerHooks()}
}

// Modules returns the product's capabilities, lower ones first.
func Modules() []module.Constructor {
	return []module.Constructor{
		ledger.NewModule(ledgerHooks()...),
		tax.Module,
		payables.Module,
		catalog.Module,
		customers.NewModule(invoicing.CustomerHooks()),
		receivables.NewModule(invoicing.ReceivablesHooks()),
		invoicing.Module,
		banking.Module,
		reports.Module,
		repeating.Module,
		work.Module,
		directory.Module,
	}
}

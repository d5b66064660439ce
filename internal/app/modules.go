// Package app wires the product together and runs it as a process: settings, startup, serving,
// shutdown and the doctor. It is the only package that imports all others. It guarantees that a
// server with a wrong setting or an unusable database fails at startup with an error of one line.
// What the product does is implemented by the modules that it lists.
package app

import (
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/deposits"
	"backoffice/internal/finance/dunning"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/onlinepayments"
	"backoffice/internal/finance/payables"
	"backoffice/internal/finance/quotes"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/recurring"
	"backoffice/internal/finance/repeating"
	"backoffice/internal/finance/reports"
	"backoffice/internal/finance/salesdocuments"
	"backoffice/internal/finance/salesreports"
	"backoffice/internal/finance/tax"
	"backoffice/internal/finance/taxreturns"
	"backoffice/internal/operations/planning"
	"backoffice/internal/operations/profitability"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/taskseries"
	"backoffice/internal/operations/timebilling"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/operations/work"
	"backoffice/internal/operations/workimport"
	"backoffice/internal/operations/workload"
	"backoffice/internal/people/directory"
	"backoffice/internal/platform/module"
)

// ledgerHooks returns the hooks through which the ledger calls the capabilities above it.
func ledgerHooks() []ledger.Hooks {
	return []ledger.Hooks{banking.LedgerHooks(), receivables.LedgerHooks(), reports.LedgerHooks(),
		tax.LedgerHooks()}
}

// receivablesHooks returns the hooks through which receivables call the capabilities above them.
func receivablesHooks() []receivables.Hooks {
	return []receivables.Hooks{invoicing.ReceivablesHooks(), deposits.ReceivablesHooks()}
}

// Modules returns the product's capabilities, lower ones first.
func Modules() []module.Constructor {
	return []module.Constructor{
		ledger.NewModule(ledgerHooks()...),
		tax.Module,
		payables.Module,
		catalog.Module,
		customers.NewModule(recurring.CustomerHooks(), invoicing.CustomerHooks(), quotes.CustomerHooks(),
			deposits.CustomerHooks(), dunning.CustomerHooks(), onlinepayments.CustomerHooks(),
			projects.CustomerHooks(), timebilling.CustomerHooks()),
		receivables.NewModule(receivablesHooks()...),
		invoicing.NewModule(timebilling.InvoicingHooks(), projects.InvoicingHooks()),
		deposits.Module,
		quotes.NewModule(planning.QuotesHooks()),
		recurring.NewModule(salesdocuments.RecurringHooks),
		dunning.NewModule(salesdocuments.DunningHooks),
		banking.NewModule(receivablesHooks()...),
		salesdocuments.NewModule(onlinepayments.SalesDocumentsHooks()),
		onlinepayments.NewModule(receivablesHooks()...),
		taxreturns.Module,
		reports.Module,
		salesreports.Module,
		repeating.Module,
		projects.NewModule(timekeeping.ProjectsHooks()),
		work.Module,
		timekeeping.Module,
		timebilling.Module,
		planning.NewModule(timebilling.PlanningHooks()),
		taskseries.Module,
		workload.Module,
		profitability.NewModule(directory.ProfitabilityHooks()),
		workimport.Module,
		directory.Module,
	}
}

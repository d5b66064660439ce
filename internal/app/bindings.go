package app

import (
	"slices"

	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/payables"
	"backoffice/internal/operations/work"
	"backoffice/internal/people/directory"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/operations"
	"backoffice/internal/platform/table"
)

// Bindings are the tables of all resources.
func Bindings() []table.Binding {
	return slices.Concat(
		identity.Bindings(), history.Bindings(), files.Bindings(), operations.Bindings(),
		ledger.Bindings(), payables.Bindings(), banking.Bindings(),
		work.Bindings(), directory.Bindings(),
	)
}

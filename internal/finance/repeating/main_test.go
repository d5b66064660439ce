package repeating_test

import (
	"testing"

	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/repeating"
	"backoffice/internal/finance/tax"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.NewModule(tax.LedgerHooks()), tax.Module, repeating.Module)
}

package repeating_test

import (
	"testing"

	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/repeating"
)

func TestMain(m *testing.M) { apptest.Main(m, ledger.Module, repeating.Module) }

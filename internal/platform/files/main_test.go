package files_test

import (
	"testing"

	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/reports"
)

func TestMain(m *testing.M) { apptest.Main(m, ledger.Module, reports.Module) }

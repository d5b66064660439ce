package customfields_test

import (
	"testing"

	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/payables"
)

func TestMain(m *testing.M) { apptest.Main(m, ledger.Module, payables.Module) }

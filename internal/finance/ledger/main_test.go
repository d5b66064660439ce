package ledger_test

import (
	"testing"

	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
)

// TestMain serves all modules, because the tests also read the books through banking and reports.
func TestMain(m *testing.M) { apptest.Main(m, app.Modules()...) }

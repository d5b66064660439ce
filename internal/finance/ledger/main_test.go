package ledger_test

import (
	"testing"

	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
)

// The books are looked at through banking and reports too.
func TestMain(m *testing.M) { apptest.Main(m, app.Modules()...) }

package longwork_test

import (
	"testing"

	"backoffice/internal/app/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }

package demo_test

import (
	"testing"

	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m, app.Modules()...) }

package app_test

import (
	"strings"
	"testing"

	"backoffice/internal/app/apptest"
)

// TestEventCatalog compares all event types with testdata/events.txt.
func TestEventCatalog(t *testing.T) {
	t.Parallel()
	compareGolden(t, "testdata/events.txt", strings.Join(apptest.New(t).Events(), "\n")+"\n")
}

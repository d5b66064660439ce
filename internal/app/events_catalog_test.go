package app_test

import (
	"strings"
	"testing"

	"backoffice/internal/app/apptest"
)

// TestEventCatalog compares the types of events that may be recorded with testdata/events.txt.
func TestEventCatalog(t *testing.T) {
	t.Parallel()
	isGolden(t, "testdata/events.txt", strings.Join(apptest.New(t).Events(), "\n")+"\n")
}

package app_test

import (
	"testing"
	"time"

	"backoffice/internal/app/apptest"
)

// Requests that take less than unnoticed are fast enough. Others may take maxSlowdown times as long
// as with statistics. Wrong plans take ten times as long, or more.
const (
	unnoticed   = 300 * time.Millisecond
	maxSlowdown = 3
)

// request is a GET request of an organization.
type request struct {
	*apptest.Organization
	path string
}

// checkSlowdown fails the test if a request in a new organization is noticeably slower than the
// same request in one for which PostgreSQL has statistics. Both are measured side by side, several
// times while other tests run, and their shortest durations are compared.
func checkSlowdown(t *testing.T, fresh, known request) {
	t.Helper()
	took := fresh.duration(t)
	if took < unnoticed {
		return
	}
	usual := known.duration(t)
	for attempt := 1; took > maxSlowdown*usual && attempt < 5; attempt++ {
		took, usual = min(took, fresh.duration(t)), min(usual, known.duration(t))
	}
	if took >= unnoticed && took > maxSlowdown*usual {
		t.Errorf("%s: took %s, and %s with statistics, want at most %d times as long", fresh.path, took, usual, maxSlowdown)
	}
}

// duration requests the path and returns how long it took.
func (r request) duration(t *testing.T) time.Duration {
	t.Helper()
	start := time.Now()
	response := r.REST(t, "GET", r.path, "")
	took := time.Since(start)
	if response.Code != 200 {
		t.Fatalf("%s: %s", r.path, response.Raw)
	}
	return took
}

package id_test

import (
	"bytes"
	"testing"
	"time"

	"backoffice/internal/platform/id"
)

// TestEarliestIsNotAfterNewIdentifiers compares a new identifier with the earliest ones around its
// time.
func TestEarliestIsNotAfterNewIdentifiers(t *testing.T) {
	t.Parallel()
	before := id.EarliestAt(time.Now())
	made := id.New()
	after := id.EarliestAt(time.Now().Add(time.Second))
	if before.Version() != 7 || bytes.Compare(before[:], made[:]) > 0 || bytes.Compare(made[:], after[:]) >= 0 {
		t.Errorf("got %s, %s and %s, want them sorted", before, made, after)
	}
}

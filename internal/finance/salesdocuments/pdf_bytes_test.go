//go:build !oracle

package salesdocuments_test

import (
	"bytes"
	"testing"
)

// wantText checks that a file is a PDF. With the tag oracle, it reads its text.
func wantText(t *testing.T, name string, raw []byte, _ ...string) {
	t.Helper()
	save(t, name, raw)
	if !bytes.HasPrefix(raw, []byte("%PDF-")) {
		t.Errorf("%s: got %.40q", name, raw)
	}
}

package identity

import (
	"bytes"
	"strings"
	"testing"

	"backoffice/internal/platform/secret"
)

func masterKey(t *testing.T, fill byte) *secret.Master {
	t.Helper()
	keys, err := secret.New(bytes.Repeat([]byte{fill}, secret.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestOnlyIssuedKeysAreRead changes every character of a key in turn, and takes a key that
// another master key issued.
func TestOnlyIssuedKeysAreRead(t *testing.T) {
	t.Parallel()
	keys := masterKey(t, 1)
	issued := newToken()
	text := issued.format(keys, true)
	if read, ok := parseToken(keys, text); !ok || read != issued {
		t.Fatalf("%q is read as %v, %v", text, read, ok)
	}
	if !strings.HasPrefix(text, "bo_test_00") {
		t.Errorf("%q does not name its cell", text)
	}
	for i := range text {
		changed := []byte(text)
		changed[i] = '0'
		if text[i] == '0' {
			changed[i] = '1'
		}
		if _, ok := parseToken(keys, string(changed)); ok {
			t.Errorf("%q is read with another character at %d", text, i)
		}
	}
	for name, other := range map[string]string{
		"issued elsewhere":  newToken().format(masterKey(t, 2), true),
		"cut":               text[:len(text)-1],
		"longer":            text + "0",
		"of the other kind": "bo_live_" + text[len("bo_test_"):],
		"empty":             "",
	} {
		if _, ok := parseToken(keys, other); ok {
			t.Errorf("a key that is %s is read: %q", name, other)
		}
	}
}

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

// TestOnlyIssuedKeysAreAccepted changes every character of a key in turn, and parses a key that was
// issued with another master key.
func TestOnlyIssuedKeysAreAccepted(t *testing.T) {
	t.Parallel()
	keys := masterKey(t, 1)
	issued := newToken()
	text := issued.format(keys, true)
	if read, ok := parseToken(keys, text); !ok || read != issued {
		t.Fatalf("parseToken(%q) = %v, %v, want %v, true", text, read, ok, issued)
	}
	if !strings.HasPrefix(text, "bo_test_00") {
		t.Errorf("got %q, want the prefix bo_test_00", text)
	}
	for i := range text {
		changed := []byte(text)
		changed[i] = '0'
		if text[i] == '0' {
			changed[i] = '1'
		}
		if _, ok := parseToken(keys, string(changed)); ok {
			t.Errorf("%q with another character at %d is accepted", text, i)
		}
	}
	for name, other := range map[string]string{
		"of another master key": newToken().format(masterKey(t, 2), true),
		"too short":             text[:len(text)-1],
		"too long":              text + "0",
		"with a live prefix":    "bo_live_" + text[len("bo_test_"):],
		"empty":                 "",
	} {
		if _, ok := parseToken(keys, other); ok {
			t.Errorf("the key %s is accepted: %q", name, other)
		}
	}
}

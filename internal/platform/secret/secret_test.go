package secret_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/platform/secret"
)

func master(t testing.TB, first byte) *secret.Master {
	t.Helper()
	key := make([]byte, secret.KeySize)
	key[0] = first
	m, err := secret.New(key)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestOpenReversesSeal(t *testing.T) {
	t.Parallel()
	m := master(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOf(rapid.Byte()).Draw(t, "text")
		bound := rapid.SliceOf(rapid.Byte()).Draw(t, "bound")
		sealed := m.Seal(secret.PageTokens, text, bound)
		if len(text) > 8 && bytes.Contains(sealed, text) {
			t.Fatal("the sealed text contains the plain text")
		}
		got, err := m.Open(secret.PageTokens, sealed, bound)
		if err != nil || !bytes.Equal(got, text) {
			t.Fatalf("got %x, %v, want %x", got, err, text)
		}
		if bytes.Equal(sealed, m.Seal(secret.PageTokens, text, bound)) {
			t.Fatal("sealing the same text twice gave the same result")
		}
	})
}

func TestOpenRejectsAlteredText(t *testing.T) {
	t.Parallel()
	m := master(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		sealed := m.Seal(secret.PageTokens, rapid.SliceOf(rapid.Byte()).Draw(t, "text"), nil)
		broken := bytes.Clone(sealed)
		switch rapid.SampledFrom([]string{"flip", "cut", "grow"}).Draw(t, "damage") {
		case "flip":
			broken[rapid.IntRange(0, len(broken)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		case "cut":
			broken = broken[:rapid.IntRange(0, len(broken)-1).Draw(t, "length")]
		case "grow":
			broken = append(broken, rapid.Byte().Draw(t, "more"))
		}
		if text, err := m.Open(secret.PageTokens, broken, nil); !errors.Is(err, secret.ErrBroken) {
			t.Fatalf("got %x, %v, want %v", text, err, secret.ErrBroken)
		}
	})
}

func TestOpenRequiresSameKeyPurposeAndBound(t *testing.T) {
	t.Parallel()
	m := master(t, 1)
	sealed := m.Seal(secret.PageTokens, []byte("text"), []byte("bound"))
	for name, open := range map[string]func() ([]byte, error){
		"another purpose": func() ([]byte, error) { return m.Open(secret.Idempotency, sealed, []byte("bound")) },
		"another key":     func() ([]byte, error) { return master(t, 2).Open(secret.PageTokens, sealed, []byte("bound")) },
		"another bound":   func() ([]byte, error) { return m.Open(secret.PageTokens, sealed, []byte("bounds")) },
		"no bound":        func() ([]byte, error) { return m.Open(secret.PageTokens, sealed, nil) },
	} {
		if text, err := open(); !errors.Is(err, secret.ErrBroken) {
			t.Errorf("%s: got %q, %v, want %v", name, text, err, secret.ErrBroken)
		}
	}
	part := []byte("part")
	if bytes.Equal(m.MAC(secret.PageTokens, part), m.MAC(secret.Idempotency, part)) {
		t.Error("two purposes have the same digest")
	}
	if bytes.Equal(m.MAC(secret.PageTokens, part), master(t, 2).MAC(secret.PageTokens, part)) {
		t.Error("two keys have the same digest")
	}
}

func TestMACDistinguishesPartLists(t *testing.T) {
	t.Parallel()
	m := master(t, 1)
	lists := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom([]byte("a1:")), 0, 4), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		a, b := lists.Draw(t, "a"), lists.Draw(t, "b")
		same := len(a) == len(b)
		for i := range a {
			same = same && bytes.Equal(a[i], b[i])
		}
		if equal := bytes.Equal(m.MAC(secret.Idempotency, a...), m.MAC(secret.Idempotency, b...)); equal != same {
			t.Fatalf("%q and %q: same digest is %v, want %v", a, b, equal, same)
		}
	})
}

func TestParse(t *testing.T) {
	t.Parallel()
	good := base64.StdEncoding.EncodeToString(make([]byte, secret.KeySize))
	if _, err := secret.Parse(" " + good + "\n"); err != nil {
		t.Errorf("%q: %v", good, err)
	}
	for _, bad := range []string{"", "x", good[:40], good + good, "€" + good[1:]} {
		if _, err := secret.Parse(bad); err == nil {
			t.Errorf("Parse(%q) succeeded, want an error", bad)
		}
	}
}

func TestKeyFileIsCreatedOnceForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data", "master.key")
	first, err := secret.ReadOrCreateFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: got mode %v, %v, want %v", name, info.Mode().Perm(), err, mode)
		}
	}
	second, err := secret.ReadOrCreateFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.Open(secret.PageTokens, first.Seal(secret.PageTokens, []byte("text"), nil), nil); err != nil {
		t.Errorf("the key changed between two reads: %v", err)
	}
	other, err := secret.ReadOrCreateFile(path + ".other")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(first.MAC(secret.PageTokens), other.MAC(secret.PageTokens)) {
		t.Error("two new key files have the same key")
	}
}

func TestBrokenKeyFileIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master.key")
	if err := os.WriteFile(path, []byte("half a k"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.ReadOrCreateFile(path); err == nil {
		t.Error("a broken key file was accepted")
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "half a k" {
		t.Errorf("got %q, %v, want the file unchanged", text, err)
	}
}

package id_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"backoffice/internal/platform/id"
)

func TestParseReversesFormat(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		u, err := uuid.FromBytes(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes"))
		if err != nil || u == uuid.Nil {
			t.Skip("not a UUID")
		}
		s := id.Format("ven", u)
		got, err := id.Parse("ven", s)
		if err != nil || got != u {
			t.Fatalf("Parse(%q) = %v, %v; want %v", s, got, err, u)
		}
	})
}

func TestIdentifiersSortLikeTheirBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "a"))
		b := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "b"))
		if a == uuid.Nil || b == uuid.Nil {
			t.Skip("the nil UUID has no text form")
		}
		if strings.Compare(string(a[:]), string(b[:])) != strings.Compare(id.Format("x", a), id.Format("x", b)) {
			t.Fatalf("%v and %v sort differently as identifiers", a, b)
		}
	})
}

func TestParseRejectsInvalidIDs(t *testing.T) {
	t.Parallel()
	good := id.Format("ven", id.New())
	for _, s := range []string{
		"", "ven", "ven_", "cus" + good[3:], good[:len(good)-1], good + "0",
		"ven_8" + good[5:], "ven_" + strings.Repeat("0", 26), strings.ToUpper(good), good[:29] + "u",
	} {
		if u, err := id.Parse("ven", s); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", s, u)
		}
	}
}

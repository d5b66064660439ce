package words_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"backoffice/internal/platform/searchindex/words"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                             "",
		" — …!":                        "",
		"Müller GmbH & Co. KG":         "muller gmbh co kg",
		"MUELLER":                      "mueller",
		"Mu\u0308ller":                 "muller",
		"Straße":                       "strasse",
		"STRASSE":                      "strasse",
		"Łódź, Ærø":                    "lodz aero",
		"İstanbul ısı":                 "istanbul isi",
		"Ὀδυσσεύς":                     "οδυσσευσ",
		"Йод":                          "иод",
		"ﬁnance ½ ①":                   "finance 1 2 1",
		"ＡＢＣ１２３":                       "abc123",
		"O'Brien":                      "o brien obrien",
		"L’Oréal":                      "l oreal loreal",
		"Coca-Cola":                    "coca cola cocacola",
		"INV-2026-0001":                "inv 2026 0001 inv20260001",
		"ada.lopez@acme-corp.example":  "ada lopez acme corp example",
		"www.acme.com/shop":            "www acme com shop",
		"$1,234.50":                    "1 234 50 1234 123450",
		"1.234.567,89 €":               "1 234 567 89 1234567 123456789",
		"12.50":                        "12 50 1250",
		"2026-11-21":                   "2026 11 21 20261121",
		"DE89 3704 0044":               "de89 3704 0044",
		"東京都":                          "東京 京都 都",
		"東":                            "東",
		"Tシャツ":                         "t シャ ャツ ツ",
		"株式会社ACME":                     "株式 式会 会社 社 acme",
		"한국 회사":                        "한국 회사",
		"हिन्दी":                       "हिन्दी",
		"שָׁלוֹם":                      "שלום",
		"مُحَمَّد":                     "محمد",
		"co\u00adop zero\u200bwidth":   "coop zerowidth",
		strings.Repeat("a", 50) + " b": strings.Repeat("a", 40) + " b",
		"\x00\xff broken":              "broken",
	} {
		if got := strings.Join(words.Split(text), " "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"mull":              "mull*",
		"Müller gmb":        "muller gmb*",
		"muller ":           "muller*",
		"muller muller":     "muller",
		"mul muller":        "mul muller*",
		"INV-2026-00":       "inv 2026 00*",
		"1,234.50":          "1234 50*",
		"1234.5":            "1234 5*",
		`"coca cola" lim`:   "coca cola lim*",
		`lim "coca cola"`:   "lim coca cola",
		`"coca`:             "coca",
		"“Acme” ":           "acme",
		"ada@acme":          "ada acme*",
		"東":                 "東*",
		"東京":                "東京",
		"東京都 t":             "東京 京都 t*",
		"acme 東":            "acme 東*",
		"a b c d e f g h":   "a b c d e f g h*",
		"x' or 1=1; drop--": "x or 1 drop*",
		"100% _":            "100*",
	} {
		terms, err := words.Parse(query)
		if err != nil {
			t.Errorf("%q: %v", query, err)
			continue
		}
		var got []string
		for _, term := range terms {
			word := term.Word
			if term.Prefix {
				word += "*"
			}
			got = append(got, word)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", query, strings.Join(got, " "), want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]string{
		"no word":        "?! “…” --",
		"nothing":        "",
		"too many words": "a b c d e f g h i j k l m",
		"too long":       strings.Repeat("ä", 201),
	} {
		if terms, err := words.Parse(query); err == nil {
			t.Errorf("%s: got %v, want an error", name, terms)
		}
	}
}

// TestTextIsFoundByItsParts checks that a record is found by each sequence of words of its text, in
// any case, and with the last word cut anywhere.
func TestTextIsFoundByItsParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		alphabet := []rune("abÄßé019東京シ-'.,@ /İø")
		text := rapid.StringOfN(rapid.RuneFrom(alphabet), 1, 24, -1).Draw(t, "text")
		have := words.Split(text)
		query := rapid.SampledFrom([]string{text, strings.ToUpper(text), strings.ToLower(text), `"` + text + `"`}).
			Draw(t, "query")
		if terms, err := words.Parse(query); err == nil && !words.Match(terms, have) {
			t.Fatalf("%q has the words %q, which %q does not find: %v", text, have, query, terms)
		}
		runes := []rune(text)
		cut := string(runes[:rapid.IntRange(1, len(runes)).Draw(t, "length")])
		if terms, err := words.Parse(cut); err == nil && !strings.ContainsAny(cut, ",.'") && !words.Match(terms, have) {
			t.Fatalf("%q has the words %q, which the beginning %q does not find: %v", text, have, cut, terms)
		}
	})
}

// TestSplitIsIdempotent checks that words split into themselves, so that a query that repeats a
// stored word finds it, and that they can be stored and compared by the database.
func TestSplitIsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		for _, w := range words.Split(text) {
			if !utf8.ValidString(w) || strings.ContainsRune(w, 0) || w == "" || utf8.RuneCountInString(w) > 40 {
				t.Fatalf("%q has the word %q", text, w)
			}
			if again := words.Split(w); !slices.Contains(again, w) {
				t.Fatalf("%q has the word %q, which splits into %q", text, w, again)
			}
		}
	})
}

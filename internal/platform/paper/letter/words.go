package letter

import "backoffice/internal/platform/paper"

// layoutWords are the words that the layout adds.
type layoutWords struct{ page string }

var wordsByLanguage = map[string]layoutWords{
	"en": {page: "Page %d of %d"},
	"de": {page: "Seite %d von %d"},
	"es": {page: "Página %d de %d"},
	"fr": {page: "Page %d sur %d"},
	"it": {page: "Pagina %d di %d"},
	"nl": {page: "Pagina %d van %d"},
	"pl": {page: "Strona %d z %d"},
	"pt": {page: "Página %d de %d"},
	"sv": {page: "Sida %d av %d"},
}

// words returns the words of a language, the English ones if it is unknown.
func words(l paper.Language) layoutWords {
	if w, known := wordsByLanguage[paper.BaseOf(l.Code)]; known {
		return w
	}
	return wordsByLanguage["en"]
}

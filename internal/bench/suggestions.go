package main

import (
	"io"
	"strings"

	"backoffice/internal/bench/banklines"
)

// suggestionTitle is the name of the figures of suggestions for bank lines, for -only.
const suggestionTitle = "suggestions for bank lines"

// suggestionSeeds is the number of data sets that the figures of suggestions are measured on.
const suggestionSeeds = 20

// printSuggestions prints how well decisions about bank lines are suggested, if filter selects it.
func printSuggestions(w io.Writer, filter string) {
	if strings.Contains(suggestionTitle, filter) {
		banklines.Print(w, suggestionSeeds)
		banklines.PrintPersonal(w)
	}
}

package iban

import "strings"

// Is reports whether text is an IBAN, with or without spaces.
func Is(text string) bool {
	number := strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	return looksLike(number) && isValid(number)
}

// Grouped returns an IBAN in groups of four characters, as it is printed (ISO 13616-1, 6).
func Grouped(text string) string {
	number := strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	var groups []string
	for ; len(number) > 4; number = number[4:] {
		groups = append(groups, number[:4])
	}
	return strings.Join(append(groups, number), " ")
}

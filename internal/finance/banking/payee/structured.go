package payee

import "strings"

// field is the value between two labels in the text of a bank. The value ends at the first of ends,
// or with the text.
type field struct {
	label string
	ends  []string
}

// formats are the ways in which banks write several values with labels into one text. The values of
// these fields name the payee and the purpose.
var formats = [][]field{
	// NACHA entries as Chase writes them.
	{{"orig co name:", []string{" orig id:"}}, {"co entry descr:", []string{"sec:"}}},
	// SEPA payments as Dutch banks write them.
	{{"/name/", []string{"/"}}},
	{{"naam:", []string{"omschrijving:", "iban:", "kenmerk:", "machtiging"}}},
	// SEPA payments as German banks write them, with the purpose after SVWZ+.
	{{"svwz+", []string{"abwa+", "abwe+", "eref+", "mref+", "cred+"}}},
}

// cuts are labels of values that do not name a payee. What follows the first of them is left out.
var cuts = []string{" id:", " indn:", "eref+", "kref+", "mref+", "cred+", "debt+", "abwa+"}

// payeePart returns the part of a description that names the payee and the purpose. It returns the
// whole description if that has no labels.
func payeePart(description string) string {
	text := strings.ToLower(description)
	for _, fields := range formats {
		var values []string
		for _, f := range fields {
			if value, found := f.value(text); found {
				values = append(values, value)
			}
		}
		if len(values) > 0 {
			return strings.Join(values, " ")
		}
	}
	for _, label := range cuts {
		if before, _, found := strings.Cut(text, label); found && strings.TrimSpace(before) != "" {
			text = before
		}
	}
	return text
}

// value returns the value of the field in a text.
func (f field) value(text string) (value string, found bool) {
	_, value, found = strings.Cut(text, f.label)
	for _, end := range f.ends {
		value, _, _ = strings.Cut(value, end)
	}
	return value, found
}

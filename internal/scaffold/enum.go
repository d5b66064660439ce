package main

import "strings"

// Zero returns the value of an enum that is not set, such as "CONDITION_UNSPECIFIED".
func (f *field) Zero() string { return strings.ToUpper(f.Name) + "_UNSPECIFIED" }

// EnumComment returns the comment of the enum, such as "Condition of a tool."
func (f *field) EnumComment(r *resource) string {
	words := strings.ReplaceAll(f.Name, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:] + " of " + r.ANoun() + "."
}

// ValueComment returns the comment of a value, such as "In repair." for IN_REPAIR.
func (f *field) ValueComment(value string) string {
	return value[:1] + strings.ReplaceAll(strings.ToLower(value[1:]), "_", " ") + "."
}

// ValuesKnown returns the condition that the stored value is one of the enum's. An optional enum
// that is not set is stored as the empty string.
func (f *field) ValuesKnown() string {
	stored := f.Values
	if !f.Required {
		stored = append([]string{""}, stored...)
	}
	return f.Name + " in ('" + strings.Join(stored, "', '") + "')"
}

package main

import "strings"

// Column returns the name of the function of package table that binds the field.
func (f *field) Column() string {
	switch f.Type {
	case "date":
		if f.Never() {
			return "DateOrInfinity"
		}
		return "Date"
	case "text", "int32", "int64", "bool", "money", "enum":
		return strings.ToUpper(f.Type[:1]) + f.Type[1:]
	}
	return "Ref"
}

// Never reports whether an absent date is stored as infinity, so that lists can be ordered by it.
func (f *field) Never() bool { return f.Type == "date" && f.Sort && !f.Required }

// Pointer returns the type of a pointer to a field.
func (r *resource) Pointer(f *field) string {
	switch f.Type {
	case "int32", "int64", "bool":
		return "*" + f.Type
	case "money":
		return "**typepb.Money"
	case "enum":
		return "*pb." + r.Message + "_" + f.Go()
	}
	return "*string"
}

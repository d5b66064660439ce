package main

import "strings"

// Column returns the name of the function of package table that binds the field.
func (f *field) Column() string {
	switch f.Type {
	case "date":
		if f.Never() {
			return "DateOrNever"
		}
		return "Date"
	case "text", "int32", "int64", "bool", "money":
		return strings.ToUpper(f.Type[:1]) + f.Type[1:]
	}
	return "Ref"
}

// Never reports whether an absent date is stored as infinity, so that lists can be ordered by it.
func (f *field) Never() bool { return f.Type == "date" && f.Sort && !f.Required }

// Pointer returns the type of a pointer to the field.
func (f *field) Pointer() string {
	switch f.Type {
	case "int32", "int64", "bool":
		return "*" + f.Type
	case "money":
		return "**typepb.Money"
	}
	return "*string"
}

// value returns Go code of a valid value of the field. A text is different at each evaluation, since
// it may be unique.
func (f *field) value(noun string) string {
	switch f.Type {
	case "text":
		return `uniqueName("` + noun + `")`
	case "int32", "int64":
		return "30"
	case "bool":
		return "true"
	case "date":
		return `"2026-01-31"`
	case "money":
		return `&typev1.Money{Amount: "1000.5"}`
	}
	return strings.TrimSuffix(f.JSON(), "Id") + "(t, o)"
}

// Values returns Go code of the fields of the record that the conformance suite creates. References call a
// function that makes the record they refer to, such as `vendor(t, o)`.
func (r *resource) Values() string {
	var out []string
	for _, f := range r.Fields {
		if f.Table == "" || f.Required {
			out = append(out, f.Go()+": "+f.value(r.Message))
		}
	}
	return strings.Join(out, ", ")
}

// patched returns the field that the conformance suite changes.
func (r *resource) patched() *field {
	for _, f := range r.Fields {
		if f.Table == "" && f.Type != "money" {
			return f
		}
	}
	return r.Fields[0]
}

// Patch returns Go code that sets the field that the conformance suite changes.
func (r *resource) Patch() string {
	f := r.patched()
	value := map[string]string{
		"text": `uniqueName("Other ` + r.Noun() + `")`, "int32": "14", "int64": "14", "bool": "false", "date": `"2026-02-28"`,
	}[f.Type]
	return f.Go() + ": " + value
}

// PatchField returns the name of the field that the conformance suite changes.
func (r *resource) PatchField() string { return r.patched().Name }

// ANew returns the noun with "a new".
func (r *resource) ANew() string { return "a new " + r.Noun() }

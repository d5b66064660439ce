package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// field is a field of the record beside the standard ones.
type field struct {
	// Text is its comment, "" if the flag has none.
	Name, Type, Text                       string
	Required, Filter, Sort, Unique, Output bool
	// Min and Max are the limits of a number, or "" if there is none. Max is also the maximum length
	// of a text.
	Min, Max string
	// Values are the values of an enum without the zero value. Its type is "enum".
	Values []string
	Number int
	// Table is the table that a reference refers to, TargetMessage the name of its message, and Target
	// the words for one of its records.
	Table, TargetMessage, Target string
	// create is Go code that returns the identifier of a record for a fixture to refer to.
	create string
}

var scalars = []string{"text", "int32", "int64", "bool", "date", "money", "enum"}

// parseField reads name:type[:options][:comment].
func parseField(text string) (*field, error) {
	parts := strings.SplitN(text, ":", 4)
	if len(parts) < 2 || !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(parts[0]) {
		return nil, fmt.Errorf("%q is not name:type[:options][:comment]", text)
	}
	f := &field{Name: parts[0], Type: parts[1]}
	if values, isEnum := strings.CutPrefix(f.Type, "enum="); isEnum {
		f.Type, f.Values = "enum", strings.Split(values, "|")
	}
	if len(parts) > 3 {
		f.Text = strings.TrimSpace(parts[3])
	}
	if len(parts) > 2 && parts[2] != "" {
		for _, option := range strings.Split(parts[2], ",") {
			if !f.set(option) {
				return nil, fmt.Errorf("%s has an unknown option %q; see -help", f.Name, option)
			}
		}
	}
	if f.Type == "text" && f.Max == "" && !f.Output {
		f.Max = "200"
	}
	return f, f.check()
}

// set sets an option and reports whether it is known.
func (f *field) set(option string) bool {
	name, value, limits := strings.Cut(option, "=")
	switch {
	case limits && name == "min":
		f.Min = value
	case limits && name == "max":
		f.Max = value
	case option == "required":
		f.Required = true
	case option == "filter":
		f.Filter = true
	case option == "sort":
		f.Sort = true
	case option == "unique":
		f.Unique = true
	case option == "output":
		f.Output = true
	default:
		return false
	}
	return true
}

// check rejects options that do not fit the type.
func (f *field) check() error {
	if f.Unique && f.Type != "text" {
		return fmt.Errorf("%s is not a text, and only texts can be unique", f.Name)
	}
	if f.Output && (f.Required || f.Min != "" || f.Max != "") {
		return fmt.Errorf("%s is set by the server, so a request can neither need nor limit it", f.Name)
	}
	if err := f.checkValues(); err != nil {
		return err
	}
	if f.Sort && !slices.Contains([]string{"text", "int32", "int64", "date"}, f.Type) {
		return fmt.Errorf("lists cannot be ordered by %s, which is a %s", f.Name, f.Type)
	}
	bits := map[string]int{"text": 32, "int32": 32, "int64": 64}[f.Type]
	limits := [2]int64{}
	for i, limit := range []string{f.Min, f.Max} {
		if limit == "" {
			continue
		}
		n, err := strconv.ParseInt(limit, 10, max(bits, 32))
		if bits == 0 || err != nil || f.Type == "text" && (limit == f.Min || n < 1) {
			return fmt.Errorf("%s, a %s, cannot have the limit %s", f.Name, f.Type, limit)
		}
		limits[i] = n
	}
	if f.Min != "" && f.Max != "" && limits[0] > limits[1] {
		return fmt.Errorf("%s has a min above its max", f.Name)
	}
	return nil
}

// checkValues rejects an enum without values, or with invalid ones.
func (f *field) checkValues() error {
	if f.Type == "enum" && len(f.Values) == 0 {
		return fmt.Errorf("%s is an enum without values; write enum=GOOD|WORN", f.Name)
	}
	for i, value := range f.Values {
		if !stateName.MatchString(value) || slices.Contains(f.Values[:i], value) {
			return fmt.Errorf("%s: %q is not a value, such as GOOD, or is repeated", f.Name, value)
		}
	}
	return nil
}

// Comment returns the comment of the field. It adds whether the field is unique or optional, unless
// the flag says so. A comment that the flag leaves out is the field's name.
func (f *field) Comment() string {
	text := f.Text
	if text == "" {
		name := strings.ReplaceAll(strings.TrimSuffix(f.Name, "_id"), "_", " ")
		text = strings.ToUpper(name[:1]) + name[1:]
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	says := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(strings.ToLower(text), w) })
	}
	optional := !f.Required && !f.Output && f.Type != "bool" && !says("optional", "absent", "default")
	if f.Unique && !says("unique") {
		text += " Unique in the organization, ignoring case."
	}
	if optional {
		text += " Optional."
	}
	return text
}

// Options returns the options of the field in its proto, each as buf formats it.
func (f *field) Options() string {
	if f.Output {
		return " [(google.api.field_behavior) = OUTPUT_ONLY]"
	}
	var out []string
	if f.Required {
		out = append(out, "(google.api.field_behavior) = REQUIRED")
	}
	switch {
	case f.Type == "enum":
		out = append(out, "(buf.validate.field).enum.defined_only = true")
	case f.Type == "text":
		out = append(out, "(buf.validate.field).string.max_len = "+f.Max)
	case f.Min != "" && f.Max != "":
		indent := "    "
		if f.Required {
			indent += "  "
		}
		out = append(out, "(buf.validate.field)."+f.Type+" = {\n"+indent+"gte: "+f.Min+"\n"+indent+"lte: "+f.Max+
			"\n"+indent[2:]+"}")
	case f.Min != "":
		out = append(out, "(buf.validate.field)."+f.Type+".gte = "+f.Min)
	case f.Max != "":
		out = append(out, "(buf.validate.field)."+f.Type+".lte = "+f.Max)
	}
	switch len(out) {
	case 0:
		return ""
	case 1:
		return " [" + out[0] + "]"
	}
	return " [\n    " + strings.Join(out, ",\n    ") + "\n  ]"
}

// ProtoType returns the type of the field in its proto.
func (f *field) ProtoType() string {
	switch f.Type {
	case "int32", "int64", "bool":
		return f.Type
	case "money":
		return "backoffice.type.v1.Money"
	case "enum":
		return f.Go()
	}
	return "string"
}

// Short returns the name in constraints and indexes: "name" for display_name, "vendor" for
// vendor_id.
func (f *field) Short() string {
	if f.Name == "display_name" {
		return "name"
	}
	return strings.TrimSuffix(f.Name, "_id")
}

// Go returns the name of the field in generated code.
func (f *field) Go() string {
	var out strings.Builder
	for _, word := range strings.Split(f.Name, "_") {
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}

// JSON returns the name of the field in JSON.
func (f *field) JSON() string { return strings.ToLower(f.Go()[:1]) + f.Go()[1:] }

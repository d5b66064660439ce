package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"backoffice/internal/scaffold/standard"
)

// resource is the resource to write: the values of the flags, and what resolve reads from the tree.
type resource struct {
	standard.Resource
	Domain, Package, About, Owner string
	// NoArchive leaves out Archive, Unarchive and archive_time.
	NoArchive bool
	Grants    []grant
	Fields    []*field
	// States are the states of a record, the first at its creation. Steps are the verbs that change it.
	States []string
	Steps  []step
	// Service is the name of the service that gets the methods, such as "PayablesService".
	Service string
}

// field is a field of the record beside the standard ones.
type field struct {
	Name, Type, Text               string
	Required, Filter, Sort, Unique bool
	Number                         int
	// Table is the table that a reference refers to, TargetMessage the name of its message, and Target
	// the words for one of its records.
	Table, TargetMessage, Target string
	// create is Go code that returns the identifier of a record for a fixture to refer to.
	create string
}

var scalars = []string{"text", "int32", "int64", "bool", "date", "money"}

// parseField reads name:type[:options][:comment].
func parseField(text string) (*field, error) {
	parts := strings.SplitN(text, ":", 4)
	if len(parts) < 2 || !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(parts[0]) {
		return nil, fmt.Errorf("%q is not name:type[:options][:comment]", text)
	}
	f := &field{Name: parts[0], Type: parts[1], Text: "What it is."}
	if len(parts) > 3 {
		f.Text = parts[3]
	}
	if len(parts) > 2 && parts[2] != "" {
		for _, option := range strings.Split(parts[2], ",") {
			switch option {
			case "required":
				f.Required = true
			case "filter":
				f.Filter = true
			case "sort":
				f.Sort = true
			case "unique":
				f.Unique = true
			default:
				return nil, fmt.Errorf("%s has an unknown option %q", f.Name, option)
			}
		}
	}
	if f.Unique && f.Type != "text" {
		return nil, fmt.Errorf("%s is not a text field, and only text fields can be unique", f.Name)
	}
	if f.Sort && !slices.Contains([]string{"text", "int32", "int64", "date"}, f.Type) {
		return nil, fmt.Errorf("lists cannot be ordered by %s, which is a %s", f.Name, f.Type)
	}
	return f, nil
}

// resolve reads the service and the tables of references, and rejects a resource that exists.
func (r *resource) resolve(t *tree) error {
	protos, err := t.glob("proto/backoffice/*/v1/*.proto")
	if err != nil {
		return err
	}
	targets := map[string]field{}
	declared := regexp.MustCompile(`\nmessage (\w+) \{\n  option \(backoffice\.options\.v1\.resource\) = \{\n` +
		`    collection: "(\w+)"\n    prefix: "(\w+)"`)
	for path, source := range protos {
		for _, m := range declared.FindAllStringSubmatch(source, -1) {
			other := standard.Resource{Message: m[1], Collection: m[2], Prefix: m[3]}
			if other.Prefix == r.Prefix || other.Message == r.Message || other.Collection == r.Collection {
				return fmt.Errorf("%s has %s already, with the collection %s and the prefix %s",
					path, other.Message, other.Collection, other.Prefix)
			}
			targets[other.Prefix] = field{Table: strings.Split(path, "/")[2] + "." + other.Plural(),
				TargetMessage: other.Message, Target: other.ANoun()}
		}
	}
	service := regexp.MustCompile(`\nservice (\w+) \{`).FindStringSubmatch(protos[r.serviceFile()])
	if service == nil {
		return fmt.Errorf("%s has no service; write one first", r.serviceFile())
	}
	r.Service = service[1]
	for i, f := range r.Fields {
		f.Number = i + 2
		target := targets[f.Type]
		f.Table, f.TargetMessage, f.Target = target.Table, target.TargetMessage, target.Target
		if f.Table == "" && !slices.Contains(scalars, f.Type) {
			return fmt.Errorf("%s has the type %q, which is neither one of %s nor the prefix of a resource",
				f.Name, f.Type, strings.Join(scalars, ", "))
		}
	}
	return nil
}

func (r *resource) serviceFile() string {
	return "proto/backoffice/" + r.Domain + "/v1/" + r.Package + "_service.proto"
}

// Table returns the name of its table, such as "finance.bills".
func (r *resource) Table() string { return r.Domain + "." + r.Plural() }

// Variable returns the name of its kind in Go, such as "bills".
func (r *resource) Variable() string { return r.Collection }

// Sentence returns the first sentence of the message's comment.
func (r *resource) Sentence() string {
	about := r.About
	if about == "" {
		about = "is " + r.ANoun()
	}
	return r.Message + " " + strings.TrimSuffix(about, ".") + "."
}

// following lists the fields of the record after the resource's fields.
func (r *resource) following() []string {
	var names []string
	if len(r.States) > 0 {
		names = append(names, "state")
	}
	names = append(names, "create_time", "update_time")
	if !r.NoArchive {
		names = append(names, "archive_time")
	}
	return append(names, "etag", "allowed_actions")
}

// Number returns the number of a field that follows the resource's fields.
func (r *resource) Number(name string) int {
	return len(r.Fields) + 2 + slices.Index(r.following(), name)
}

// Letter returns the letter that functions of the binding name a record by.
func (r *resource) Letter() string { return strings.ToLower(r.Message[:1]) }

// Filterable lists the fields that a filter may name.
func (r *resource) Filterable() []string {
	out := []string{"id"}
	for _, f := range r.Fields {
		if f.Filter {
			out = append(out, f.Name)
		}
	}
	if len(r.States) > 0 {
		out = append(out, "state")
	}
	return append(out, "create_time", "update_time")
}

// Sortable lists the fields that an order may name.
func (r *resource) Sortable() []string {
	var out []string
	for _, f := range r.Fields {
		if f.Sort {
			out = append(out, f.Name)
		}
	}
	return append(out, "create_time")
}

// Reasons lists the reasons for which a creation or an update may fail.
func (r *resource) Reasons() []string {
	var out []string
	if r.Owner != "" {
		out = append(out, "OUT_OF_REACH")
	}
	for _, f := range r.Fields {
		if f.Unique {
			out = append(out, r.taken(f))
		}
	}
	if slices.ContainsFunc(r.Fields, func(f *field) bool { return f.Table != "" }) {
		out = append(out, "REFERENCE_NOT_FOUND", "REFERENCE_ARCHIVED")
	}
	return out
}

// taken returns the reason for which a duplicate value of a unique field is rejected.
func (r *resource) taken(f *field) string {
	return r.Reason(strings.ToUpper(f.Short()) + "_TAKEN")
}

// Has reports whether a field has one of the types.
func (r *resource) Has(types ...string) bool {
	return slices.ContainsFunc(r.Fields, func(f *field) bool { return slices.Contains(types, f.Type) })
}

// Short returns the name in constraints and indexes: "name" for display_name, "vendor" for vendor_id.
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

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
	// Capability is the rest of the sentence that says what the service of a new package is for, "" if
	// the package exists.
	Capability string
	// NoArchive leaves out Archive, Unarchive and archive_time.
	NoArchive bool
	Grants    []grant
	Fields    []*field
	// States are the states of a record, the first at its creation. Steps are the verbs that change
	// it.
	States []string
	Steps  []step
	// Service is the name of the service that gets the methods, such as "PayablesService".
	Service string
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
	service := regexp.MustCompile(`(?m)^service (\w+) \{`).FindStringSubmatch(protos[r.serviceFile()])
	if service == nil {
		return fmt.Errorf("%s has no service; a new package needs -capability", r.serviceFile())
	}
	r.Service = service[1]
	for i, f := range r.Fields {
		f.Number = i + 2
		target := targets[f.Type]
		f.Table, f.TargetMessage, f.Target = target.Table, target.TargetMessage, target.Target
		if domain, _, _ := strings.Cut(f.Table, "."); f.Table != "" && firstMigrations[domain] > firstMigrations[r.Domain] {
			return fmt.Errorf("%s refers to %s, which is created after the tables of %s; refer to it from there instead",
				f.Name, f.Table, r.Domain)
		}
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

// FilterableFields lists the fields that a filter may name.
func (r *resource) FilterableFields() []string {
	out := []string{"id"}
	for _, f := range r.Fields {
		if f.Filter {
			out = append(out, f.Name)
		}
	}
	if len(r.States) > 0 {
		out = append(out, "state")
	}
	return append(out, "external_id", "create_time", "update_time")
}

// SortableFields lists the fields that an order may name.
func (r *resource) SortableFields() []string {
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
	if slices.ContainsFunc(r.Fields, func(f *field) bool { return f.Table != "" && !f.Output }) {
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

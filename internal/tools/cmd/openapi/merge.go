package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/pluginpb"
)

// merge combines the documents that protoc-gen-openapiv3 writes for each file.
func merge(parts []*pluginpb.CodeGeneratorResponse_File) (*document, error) {
	whole := &document{
		OpenAPI:    "3.1.0",
		Paths:      &ordered[*pathItem]{},
		Components: components{Schemas: &ordered[*schema]{}},
	}
	for _, file := range parts {
		part := &document{}
		if err := decode([]byte(file.GetContent()), part); err != nil {
			return nil, fmt.Errorf("%s: %w", file.GetName(), err)
		}
		if err := whole.add(part); err != nil {
			return nil, fmt.Errorf("%s: %w", file.GetName(), err)
		}
	}
	return whole, nil
}

func (d *document) add(part *document) error {
	d.Tags = append(d.Tags, part.Tags...)
	for _, path := range part.Paths.keys {
		if _, ok := d.Paths.get(path); ok {
			return fmt.Errorf("path %s is served by two services", path)
		}
		d.Paths.set(path, part.Paths.values[path])
	}
	for _, name := range part.Components.Schemas.keys {
		s := part.Components.Schemas.values[name]
		if old, ok := d.Components.Schemas.get(name); ok && !equalSchemas(old, s) {
			return fmt.Errorf("schema %s differs between files", name)
		}
		d.Components.Schemas.set(name, s)
	}
	return nil
}

func equalSchemas(a, b *schema) bool {
	x, errX := marshal(a)
	y, errY := marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// shortenNames shortens the names of components, for example from
// backoffice.finance.v1.Vendor.State to VendorState.
func shortenNames(_ *api, doc *document) error {
	short := &ordered[*schema]{}
	for _, name := range doc.Components.Schemas.keys {
		to := shortName(name)
		if _, ok := short.get(to); ok {
			return fmt.Errorf("two messages have the short name %s", to)
		}
		short.set(to, doc.Components.Schemas.values[name])
	}
	doc.Components.Schemas = short
	doc.eachSchema(func(s *schema) {
		if name, ok := strings.CutPrefix(s.Ref, schemaRef); ok {
			s.Ref = schemaRef + shortName(name)
		}
	})
	return nil
}

const schemaRef = "#/components/schemas/"

// otherNames are the short names of types whose own would be that of another type.
var otherNames = map[string]string{
	"backoffice.operations.v1.Task.State": "TaskCategory", // TaskState is a state of the workflow
}

// shortName removes the package: everything up to the version.
func shortName(name string) string {
	if other := otherNames[name]; other != "" {
		return other
	}
	words := strings.Split(name, ".")
	if i := slices.IndexFunc(words, func(w string) bool {
		return len(w) > 1 && w[0] == 'v' && w[1] >= '0' && w[1] <= '9'
	}); i >= 0 {
		words = words[i+1:]
	}
	return strings.Join(words, "")
}

// sortDocument sorts the operations by serviceOrder and the schemas by name.
func sortDocument(api *api, doc *document) {
	rank := map[string]int{}
	for i, service := range api.services {
		rank[tagName(service)] = i
	}
	slices.SortStableFunc(doc.Tags, func(a, b tag) int { return rank[a.Name] - rank[b.Name] })
	pathRank := map[string]int{}
	doc.eachOperation(func(path, _ string, op *operation) { pathRank[path] = rank[op.Tags[0]] })
	slices.SortStableFunc(doc.Paths.keys, func(a, b string) int { return pathRank[a] - pathRank[b] })
	slices.Sort(doc.Components.Schemas.keys)
}

// checkRefs rejects references to missing components.
func checkRefs(doc *document) error {
	known := map[string]bool{}
	note := func(kind string, keys []string) {
		for _, key := range keys {
			known["#/components/"+kind+"/"+key] = true
		}
	}
	note("schemas", doc.Components.Schemas.keys)
	note("parameters", doc.Components.Parameters.keys)
	note("headers", doc.Components.Headers.keys)
	note("responses", doc.Components.Responses.keys)
	note("examples", doc.Components.Examples.keys)
	var missing []string
	check := func(ref string) {
		if ref != "" && !known[ref] {
			missing = append(missing, ref)
		}
	}
	doc.eachSchema(func(s *schema) { check(s.Ref) })
	doc.eachExample(func(e *example) { check(e.Ref) })
	doc.eachOperation(func(_, _ string, op *operation) {
		for _, p := range op.Parameters {
			check(p.Ref)
		}
		for _, r := range op.Responses.values {
			check(r.Ref)
			checkHeaders(r, check)
		}
	})
	for _, r := range doc.Components.Responses.values {
		checkHeaders(r, check)
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return fmt.Errorf("references to missing components: %s", strings.Join(slices.Compact(missing), ", "))
	}
	return nil
}

func checkHeaders(r *response, check func(string)) {
	if r.Headers == nil {
		return
	}
	for _, h := range r.Headers.values {
		check(h.Ref)
	}
}

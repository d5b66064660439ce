package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// writeExamples adds the record's example to the API reference, and the request that creates it.
func writeExamples(r *resource, t *tree) error {
	return t.edit("internal/tools/cmd/openapi/examples.json", func(source string) (string, error) {
		const between, end = "\n    }\n  },\n  \"requests\": {", "\n    }\n  }\n}\n"
		schemas, requests, found := strings.Cut(source, between)
		if !found || !strings.HasSuffix(requests, end) {
			return "", fmt.Errorf("it does not have schemas and then requests")
		}
		return schemas + member(r.Message, r.recordExample(source)) + between +
			strings.TrimSuffix(requests, end) + member(r.Collection+".create", r.requestExample()) + end, nil
	})
}

// member begins the last member of the examples, whose braces are the end of the previous one.
func member(name string, fields []string) string {
	return fmt.Sprintf("\n    },\n    %q: {\n      ", name) + strings.Join(fields, ",\n      ")
}

// requestExample returns the JSON fields of the request that creates a record.
func (r *resource) requestExample() []string {
	var out []string
	for _, f := range r.Fields {
		if f.Table == "" || f.Required {
			out = append(out, fmt.Sprintf("%q: %s", f.JSON(), f.example()))
		}
	}
	return out
}

// exampleID is an identifier without its prefix.
const exampleID = "01m7yt0c4ge5k8w2q6h9n3r1sv"

// recordExample returns the JSON fields of a new record. Its references are identifiers of other
// examples.
func (r *resource) recordExample(others string) []string {
	out := []string{fmt.Sprintf(`"id": "%s_%s"`, r.Prefix, exampleID)}
	for _, f := range r.Fields {
		value := f.example()
		if f.Table != "" {
			value = regexp.MustCompile(`"` + f.Type + `_01[0-9a-z]{24}"`).FindString(others)
			if value == "" {
				value = `"` + f.Type + "_" + exampleID + `"`
			}
		}
		out = append(out, fmt.Sprintf("%q: %s", f.JSON(), value))
	}
	if len(r.States) > 0 {
		out = append(out, fmt.Sprintf(`"state": %q`, r.States[0]))
	}
	out = append(out, `"createTime": "2026-11-21T09:30:00Z"`, `"updateTime": "2026-11-21T09:30:00Z"`)
	if !r.NoArchive {
		out = append(out, `"archiveTime": null`)
	}
	return append(out, `"etag": "1"`, `"allowedActions": [`+strings.Join(r.allowedActions(), ",")+"\n      ]")
}

// allowedActions returns the JSON of the actions that a new record allows.
func (r *resource) allowedActions() []string {
	var verbs []string
	for _, s := range r.Steps {
		if slices.Contains(s.From, r.States[0]) {
			verbs = append(verbs, s.Verb)
		}
	}
	if !r.NoArchive {
		verbs = append(verbs, "archive")
	}
	var out []string
	for _, verb := range append(verbs, "delete") {
		out = append(out, "\n        {\n          \"verb\": \""+verb+"\",\n          \"allowed\": true,\n"+
			"          \"reason\": \"\"\n        }")
	}
	return out
}

// example returns a JSON value of the field for the API reference. A reference is a placeholder in
// angle brackets, such as "<id of a vendor>".
func (f *field) example() string {
	switch f.Type {
	case "text":
		return `"Example"`
	case "int32":
		return "30"
	case "int64":
		return `"30"`
	case "bool":
		return "true"
	case "date":
		return `"2026-11-20"`
	case "money":
		return "{\n        \"amount\": \"12.50\",\n        \"currencyCode\": \"USD\"\n      }"
	}
	return `"<id of ` + f.Target + `>"`
}

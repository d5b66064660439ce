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
		if f.InRequest() {
			out = append(out, fmt.Sprintf("%q: %s", f.JSON(), f.example(r)))
		}
	}
	return out
}

// exampleID is an identifier without its prefix.
const exampleID = "01m7yt0c4ge5k8w2q6h9n3r1sv"

// recordExample returns the JSON fields of a new record. Its references are identifiers of other
// examples. Output-only fields are empty.
func (r *resource) recordExample(others string) []string {
	out := []string{fmt.Sprintf(`"id": "%s_%s"`, r.Prefix, exampleID)}
	for _, f := range r.Fields {
		value := f.example(r)
		if f.Output {
			value = f.emptyExample()
		} else if f.Table != "" {
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

// allowedActions returns the JSON of the actions of a new record, as the server returns them.
func (r *resource) allowedActions() []string {
	var out []string
	add := func(verb, reason string) {
		out = append(out, fmt.Sprintf("\n        {\n          \"verb\": %q,\n          \"allowed\": %t,\n"+
			"          \"reason\": %q\n        }", verb, reason == "", reason))
	}
	if !r.NoArchive {
		add("archive", "")
		add("unarchive", "It is not archived.")
	}
	for _, s := range r.Steps {
		reason := ""
		if !slices.Contains(s.From, r.States[0]) {
			reason = "The state is " + r.States[0] + "; it must be " + strings.Join(s.From, " or ") + "."
		}
		add(s.Verb, reason)
	}
	return out
}

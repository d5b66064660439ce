package main

import (
	"fmt"
	"strings"
)

// writeExample adds the request of the API reference that creates a record.
func writeExample(r *resource, t *tree) error {
	return t.edit("internal/tools/cmd/openapi/examples.json", func(source string) (string, error) {
		const end = "\n    }\n  }\n}\n"
		head, found := strings.CutSuffix(source, end)
		if !found {
			return "", fmt.Errorf("it does not end with an example request")
		}
		var members []string
		for _, f := range r.Fields {
			if f.Table == "" || f.Required {
				members = append(members, fmt.Sprintf("      %q: %s", f.JSON(), f.example()))
			}
		}
		added := fmt.Sprintf("\n    },\n    %q: {\n", r.Collection+".create") + strings.Join(members, ",\n")
		return head + added + end, nil
	})
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

package main

import (
	"fmt"
	"regexp"
	"strings"
)

// writeFixture adds the fixture of the conformance suite.
func writeFixture(r *resource, t *tree) error {
	tests, err := t.glob("internal/app/*_test.go")
	if err != nil {
		return err
	}
	for _, f := range r.Fields {
		f.create = f.creation(tests)
	}
	return t.edit("internal/app/fixtures_test.go", func(source string) (string, error) {
		const opening = "\nvar fixtures = map[string]fixture{\n"
		at := strings.Index(source, opening)
		if at < 0 {
			return "", fmt.Errorf("it has no fixtures")
		}
		end := at + strings.Index(source[at:], "\n}\n") + 1
		source = source[:end] + wrapGo(r.fixture()) + source[end:]
		imports := map[string]string{
			"backoffice/gen/go/backoffice/" + r.Domain + "/v1": r.Domain + "v1",
			"backoffice/internal/app/apptest":                  "",
		}
		if strings.Contains(r.fixture(), "typev1.") {
			imports["backoffice/gen/go/backoffice/type/v1"] = "typev1"
		}
		for path, name := range imports {
			if source, err = withGoImport(source, name, path); err != nil {
				return "", err
			}
		}
		return source, nil
	})
}

// fixture returns the Go code of the fixture.
func (r *resource) fixture() string {
	message := r.Domain + "v1." + r.Message
	values := strings.Join(r.values(), ", ")
	parameters := "*testing.T, *apptest.Organization"
	switch {
	case strings.Contains(values, "(t, o"):
		parameters = "t *testing.T, o *apptest.Organization"
	case strings.Contains(values, "o.Owner"):
		parameters = "_ *testing.T, o *apptest.Organization"
	}
	text := "\t\"backoffice." + r.Domain + ".v1." + r.Message + "\": {\n" +
		"\t\trecord: func(" + parameters + ") proto.Message {\n" +
		"\t\t\treturn &" + message + "{" + values + "}\n" +
		"\t\t},\n"
	if f, value := r.patch(); f != nil {
		text += "\t\tpatch: &" + message + "{" + f.Go() + ": " + value + "}, fields: []string{\"" + f.Name + "\"},\n"
	}
	return text + "\t},\n"
}

// creation returns a Go expression that creates the referenced record and evaluates to its
// identifier. The expression calls the test helper named after the resource, if there is one.
func (f *field) creation(tests map[string]string) string {
	if f.Type == "prs" {
		return "o.Owner.GetId()"
	}
	if f.TargetMessage != "" {
		name := strings.ToLower(f.TargetMessage[:1]) + f.TargetMessage[1:]
		helper := regexp.MustCompile(`(?m)^func ` + name + `\(t \*testing\.T, o \*apptest\.Organization\) string \{`)
		for _, source := range tests {
			if helper.MatchString(source) {
				return name + "(t, o)"
			}
		}
	}
	return `createFor(t, o, "` + f.Type + `")`
}

// value returns Go code of a valid value of the field. A text is different at each evaluation,
// since it may be unique.
func (f *field) value(r *resource, noun string) string {
	switch f.Type {
	case "text":
		if f.maxLength() < len(noun)+10 {
			return "uniqueCode()"
		}
		return `uniqueName("` + noun + `")`
	case "int32", "int64":
		return f.number(30)
	case "bool":
		return "true"
	case "date":
		return `"2026-01-31"`
	case "money":
		return `&typev1.Money{Amount: "1000.5"}`
	case "enum":
		return r.Domain + "v1." + r.Message + "_" + f.Values[0]
	}
	return f.create
}

// InRequest reports whether the request of the conformance suite and of the API reference that
// creates a record has the field: all have but output-only fields and optional references.
func (f *field) InRequest() bool { return !f.Output && (f.Table == "" || f.Required) }

// values returns Go code of the fields of the record that the conformance suite creates.
func (r *resource) values() []string {
	var out []string
	for _, f := range r.Fields {
		if f.InRequest() {
			out = append(out, f.Go()+": "+f.value(r, r.Message))
		}
	}
	return out
}

// patch returns the field that the conformance suite changes, and Go code of its new value. It is
// nil if the fixture's author has to choose: all fields are output-only, references or amounts.
func (r *resource) patch() (*field, string) {
	for _, f := range r.Fields {
		switch {
		case f.Table != "" || f.Output:
		case f.Type == "text":
			return f, f.value(r, "Other "+r.Noun())
		case f.Type == "int32" || f.Type == "int64":
			return f, f.otherNumber(30)
		case f.Type == "bool":
			return f, "false"
		case f.Type == "date":
			return f, `"2026-02-28"`
		case len(f.Values) > 1:
			return f, r.Domain + "v1." + r.Message + "_" + f.Values[1]
		}
	}
	return nil, ""
}

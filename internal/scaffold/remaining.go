package main

import (
	"fmt"
	"strings"

	"backoffice/internal/scaffold/standard"
)

// namesake returns the standard method whose comment begins with the same verb as the comment of a
// step, "" if there is none. For example, both "return" and Get return a record.
func (r *resource) namesake(s step) string {
	first, _, _ := strings.Cut(s.Does(), " ")
	for _, verb := range standard.Verbs {
		does, _, _ := strings.Cut(r.MethodComment(verb, true), " ")
		if strings.EqualFold(does, first) {
			return r.Method(verb)
		}
	}
	return ""
}

// remaining returns what is left to do by hand, to print after the paths of the files.
func (r *resource) remaining() string {
	file := "internal/" + r.Domain + "/" + r.Package + "/" + r.Singular() + ".go"
	record := "proto/backoffice/" + r.Domain + "/v1/" + r.Singular() + ".proto"
	var words []string
	say := func(path, format string, args ...any) {
		words = append(words, "  "+path+": "+fmt.Sprintf(format, args...))
	}
	if r.About == "" {
		say(record, "what %s is (no -about)", r.ANoun())
	}
	for _, f := range r.Fields {
		if f.Text == "" {
			say(record, "what %s means, its unit and an example (no comment)", f.Name)
		}
	}
	for _, f := range r.Fields {
		if f.Type == "enum" {
			say(record, "what each value of %s means to a user: %s", f.Name, strings.Join(f.Values, ", "))
		}
		if f.Output {
			say(file, "a rule or a step that sets %s, which requests cannot set", f.Name)
		}
	}
	if len(r.States) > 0 {
		say(record, "what each state means to a user: %s", strings.Join(r.States, ", "))
	}
	for _, s := range r.Steps {
		say(r.serviceFile(), "what %s does besides changing the state", s.Go()+r.Message)
		if other := r.namesake(s); other != "" {
			say(file, "what %s does; its comments here and in the service read like those of %s", s.Go()+r.Message, other)
		}
	}
	if r.Capability != "" {
		say(r.packageFile(r.Package), "what the package owns, what it guarantees, what it leaves to others")
	}
	say("internal/tools/cmd/openapi/examples.json", "example values that a user would recognize")
	return "\nState in words:\n" + strings.Join(words, "\n") + "\n\nThen:\n" +
		"  make gen    # generates gen/; nothing compiles before\n" +
		"  go test ./internal/app -run 'TestStatements|TestGrants|TestReachOf|TestEventCatalog' -update\n" +
		"  go test ./internal/" + r.Domain + "/" + r.Package + "\n" +
		"  go test ./internal/app -v -run 'TestConformance/" + r.Collection +
		"|TestStandard|TestListComments|TestSchema'\n" +
		"  go test ./internal/app -run 'TestErrorsMatch|TestRequestExamples|TestExamplesMatch|TestAllowedActions'\n" +
		"  go test ./internal ./migrations\n"
}

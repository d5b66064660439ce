package main

import (
	"fmt"
	"strings"
)

// remaining returns what is left to do by hand, to print after the paths of the files.
func (r *resource) remaining() string {
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
	if len(r.States) > 0 {
		say(record, "what each state means to a user: %s", strings.Join(r.States, ", "))
	}
	for _, s := range r.Steps {
		say(r.serviceFile(), "what %s does besides changing the state", s.Go()+r.Message)
	}
	if r.Capability != "" {
		say(r.packageFile(r.Package), "what the package owns, what it guarantees, what it leaves to others")
	}
	say("internal/tools/cmd/openapi/examples.json", "example values that a user would recognize")
	return "\nState in words:\n" + strings.Join(words, "\n") + "\n\nThen:\n" +
		"  make gen    # generates gen/; nothing compiles before\n" +
		"  go test ./internal/app -run 'TestStatements|TestGrants|TestReachOf|TestEventCatalog' -update\n" +
		"  go test ./internal/app -run 'TestConformance/" + r.Collection + "'\n"
}

package main

import (
	"fmt"
	"go/ast"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// writeCapability writes an empty capability: its service, its package with the module and the
// TestMain, the line in the list of modules, and the place of its service in the API reference.
func writeCapability(r *resource, t *tree) error {
	existing, err := t.glob("internal/" + r.Domain + "/" + r.Package + "/*.go")
	if err != nil {
		return err
	}
	if len(existing) > 0 {
		return fmt.Errorf("internal/%s/%s exists; leave out -capability", r.Domain, r.Package)
	}
	r.Service = r.ServiceName()
	for _, file := range [][2]string{
		{r.serviceFile(), "service.proto"}, {r.packageFile(r.Package), "capability.go.txt"},
		{r.packageFile("main_test"), "main_test.go.txt"},
	} {
		if err := t.create(file[0], file[1], r); err != nil {
			return err
		}
	}
	if err := t.edit("internal/app/modules.go", r.withConstructor); err != nil {
		return err
	}
	ofDomain, err := r.servicesOfDomain(t)
	if err != nil {
		return err
	}
	return t.edit("internal/tools/cmd/openapi/api.go", func(source string) (string, error) {
		return r.withServiceOrder(source, ofDomain)
	})
}

// ServiceName returns the name of the service of a new package, such as "FleetService".
func (r *resource) ServiceName() string {
	return strings.ToUpper(r.Package[:1]) + r.Package[1:] + "Service"
}

// Purpose returns what the service is for, such as "manages the vehicles of the company".
func (r *resource) Purpose() string { return strings.TrimSuffix(r.Capability, ".") }

// PackageComment returns the comment of a new package: what it is for, what it owns, what it
// guarantees as far as the flags say so, and that it leaves the rest to others.
func (r *resource) PackageComment() string {
	text := "Package " + r.Package + " " + r.Purpose() + ". It owns " + r.Nouns() + "."
	for _, f := range r.Fields {
		if f.Unique {
			text += " No two " + r.Nouns() + " of an organization have the same " + strings.ReplaceAll(f.Short(), "_", " ") + "."
		}
	}
	if len(r.States) > 0 {
		text += " The state of " + r.ANoun() + " changes only by its verbs."
	}
	return text + " Beyond that it guarantees what all records have in common, and leaves the rest to other packages."
}

// withConstructor adds the module to the list of modules, after those of its domain.
func (r *resource) withConstructor(source string) (string, error) {
	s, err := parseGo(source)
	if err != nil {
		return "", err
	}
	modules := s.literal("[]module.Constructor")
	if modules == nil {
		return "", fmt.Errorf("it has no []module.Constructor")
	}
	line := r.Package + ".Module,\n"
	at := s.at(modules.Rbrace)
	for _, m := range modules.Elts {
		if used, _, _ := strings.Cut(s.of(m), "."); strings.Contains(source, "/internal/"+r.Domain+"/"+used+`"`) {
			at = s.at(m.End()) + 1 // after its comma
			line = "\n" + r.Package + ".Module,"
		}
	}
	source = source[:at] + line + source[at:]
	return withGoImport(source, "", "backoffice/internal/"+r.Domain+"/"+r.Package)
}

// servicesOfDomain returns the names of the domain's services, each as the order of the API
// reference quotes it.
func (r *resource) servicesOfDomain(t *tree) ([]string, error) {
	protos, err := t.glob("proto/backoffice/" + r.Domain + "/v1/*_service.proto")
	var out []string
	for _, source := range protos {
		for _, service := range regexp.MustCompile(`(?m)^service (\w+)Service \{`).FindAllStringSubmatch(source, -1) {
			out = append(out, strconv.Quote(service[1]))
		}
	}
	return out, err
}

// withServiceOrder adds the service to the order of the API reference, after the last service of
// its domain. The first service of a domain goes before those of the platform that a new caller
// needs last.
func (r *resource) withServiceOrder(source string, ofDomain []string) (string, error) {
	list := regexp.MustCompile(`(?s)\nvar serviceOrder = \[\]string\{\n(.*?)\n\}`).FindStringSubmatchIndex(source)
	if list == nil {
		return "", fmt.Errorf("it has no serviceOrder")
	}
	names := regexp.MustCompile(`"\w+"`).FindAllString(source[list[2]:list[3]], -1)
	at := slices.Index(names, `"History"`)
	if at < 0 {
		at = len(names)
	}
	for i, name := range names {
		if slices.Contains(ofDomain, name) {
			at = i + 1
		}
	}
	names = slices.Insert(names, at, strconv.Quote(strings.TrimSuffix(r.Service, "Service")))
	return source[:list[2]] + filled(names, 1) + source[list[3]:], nil
}

// writeTestModules makes the package's tests start the modules of the records that the fields
// reference.
func writeTestModules(r *resource, t *tree) error {
	if r.Capability == "" {
		return nil
	}
	packages, err := t.glob("internal/*/*/*.go")
	if err != nil {
		return err
	}
	return t.edit(r.packageFile("main_test"), func(source string) (string, error) {
		var err error
		for _, path := range slices.Sorted(maps.Keys(packages)) {
			parts := strings.Split(path, "/")
			if parts[1] == "platform" || !r.refersTo(packages[path]) || strings.Contains(source, parts[2]+".Module") {
				continue
			}
			if source, err = withTestModule(source, "backoffice/internal/"+parts[1]+"/"+parts[2], parts[2]); err != nil {
				return "", err
			}
		}
		return source, nil
	})
}

// withTestModule adds a module to the call of apptest.Main.
func withTestModule(source, path, name string) (string, error) {
	s, err := parseGo(source)
	if err != nil {
		return "", err
	}
	call := mainCall(s)
	if call == nil {
		return "", fmt.Errorf("it has no apptest.Main")
	}
	at := s.at(call.Args[len(call.Args)-2].End())
	return withGoImport(source[:at]+", "+name+".Module"+source[at:], "", path)
}

// refersTo reports whether a Go file binds a table that a field refers to.
func (r *resource) refersTo(source string) bool {
	return slices.ContainsFunc(r.Fields, func(f *field) bool {
		return f.Table != "" && strings.Contains(source, `table.New("`+f.Table+`"`)
	})
}

// mainCall returns the call of apptest.Main, nil if there is none.
func mainCall(s goSource) (found *ast.CallExpr) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && s.of(call.Fun) == "apptest.Main" {
			found = call
		}
		return found == nil
	})
	return found
}

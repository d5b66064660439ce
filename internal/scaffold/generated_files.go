package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"backoffice/internal/scaffold/standard"
)

// blocks are the numbers at which the migrations of each domain start. Its reasons start 100 later.
var blocks = map[string]int{"platform": 0, "finance": 100, "operations": 200, "people": 300}

// ByIdentifier returns the verbs whose requests have only an identifier and an etag.
func (r *resource) ByIdentifier() []string {
	if r.NoArchive {
		return []string{"Delete"}
	}
	return []string{"Archive", "Unarchive", "Delete"}
}

// writeProto writes the record and adds methods and messages to the service's file.
func writeProto(r *resource, t *tree) error {
	record := "proto/backoffice/" + r.Domain + "/v1/" + r.Singular() + ".proto"
	if err := t.create(record, "record.proto", r); err != nil {
		return err
	}
	methods, err := render("methods.proto", r)
	if err != nil {
		return err
	}
	messages, err := render("messages.proto", r)
	if err != nil {
		return err
	}
	return t.edit(r.serviceFile(), func(source string) (string, error) {
		head, service, _ := strings.Cut(source, "\nservice "+r.Service+" {")
		body, tail, found := strings.Cut(service, "\n}\n")
		if !found {
			return "", fmt.Errorf("the service %s has no end", r.Service)
		}
		source = head + "\nservice " + r.Service + " {" + body + "\n" + strings.TrimRight(methods, "\n") + "\n}\n" + tail
		for _, name := range []string{
			strings.TrimPrefix(record, "proto/"), "buf/validate/validate.proto", "google/protobuf/empty.proto",
			"google/protobuf/field_mask.proto", "google/protobuf/timestamp.proto",
		} {
			source = withImport(source, name)
		}
		return strings.TrimRight(source, "\n") + "\n" + messages, nil
	})
}

// withImport adds an import, sorted by name.
func withImport(source, name string) string {
	line := `import "` + name + `";`
	if strings.Contains(source, line) {
		return source
	}
	lines := strings.Split(source, "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "import ") && l > line })
	if at < 0 {
		at = slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "import ") })
	}
	return strings.Join(slices.Insert(lines, at, line), "\n")
}

// writeReasons adds the reasons for duplicate values and for deleting a record in use.
func writeReasons(r *resource, t *tree) error {
	return t.edit("proto/backoffice/options/v1/reason.proto", func(source string) (string, error) {
		number, end := nextReason(source, r.Domain)
		if end < 0 {
			return "", fmt.Errorf("the domain %s has no reasons", r.Domain)
		}
		var lines []string
		add := func(comment, name, option string) {
			lines = append(lines, standard.Wrapped(comment, "  "), fmt.Sprintf("  %s = %d%s;", name, number, option))
			number++
		}
		for _, f := range r.Fields {
			if f.Unique {
				add("Another "+r.Noun()+" has the same "+strings.ReplaceAll(f.Short(), "_", " ")+". (409)",
					r.taken(f), ` [(reason_fields) = "`+f.JSON()+`"]`)
			}
		}
		inUse := "Other records refer to the " + r.Noun() + "."
		if !r.NoArchive {
			inUse += " Archive it instead."
		}
		add(inUse+" (400)", r.Reason("IN_USE"), "")
		return strings.Join(slices.Insert(strings.Split(source, "\n"), end, lines...), "\n"), nil
	})
}

// nextReason returns the first number after those of a domain, and the line after its last reason.
// A domain has a hundred numbers, then a thousand.
func nextReason(source, domain string) (number, end int) {
	first := blocks[domain] + 100
	lines := strings.Split(source, "\n")
	end = -1
	for _, d := range standard.Declarations(source) {
		if d.Kind != "value" {
			continue
		}
		text := regexp.MustCompile(`= (\d+)`).FindStringSubmatch(lines[d.Line])
		n, _ := strconv.Atoi(text[1])
		if n/100 != first/100 && n/1000 != first*10/1000 {
			continue
		}
		if n >= number {
			number = n + 1
			end = d.Line + slices.IndexFunc(lines[d.Line:], func(l string) bool { return strings.HasSuffix(l, ";") }) + 1
		}
	}
	if number%100 == 0 && number < 1000 {
		number = first * 10
	}
	return number, end
}

// writeMigration writes the table under the next number of the domain.
func writeMigration(r *resource, t *tree) error {
	names, err := t.glob("migrations/*_" + r.Domain + "_*.sql")
	if err != nil {
		return err
	}
	last := blocks[r.Domain] - 1
	for name := range names {
		n, err := strconv.Atoi(strings.TrimPrefix(name, "migrations/")[:4])
		if err != nil {
			return err
		}
		last = max(last, n)
	}
	return t.create(fmt.Sprintf("migrations/%04d_%s_%s.sql", last+1, r.Domain, r.Plural()), "migration.sql.txt", r)
}

// Described returns the comment on the table.
func (r *resource) Described() string {
	return strings.ReplaceAll(strings.ToUpper(r.Nouns()[:1])+r.Nouns()[1:]+".", "'", "''")
}

// writeGo writes the binding and the methods.
func writeGo(r *resource, t *tree) error {
	return t.create("internal/"+r.Domain+"/"+r.Package+"/"+r.Singular()+".go", "resource.go.txt", r)
}

// writeModule adds the kind and the grants to the module.
func writeModule(r *resource, t *tree) error {
	return t.edit("internal/"+r.Domain+"/"+r.Package+"/"+r.Package+".go", func(source string) (string, error) {
		head, rest, found := strings.Cut(source, "Kinds: []resource.AnyKind{")
		if !found {
			return "", fmt.Errorf("it has no Kinds")
		}
		kinds, tail, _ := strings.Cut(rest, "}")
		switch {
		case strings.TrimSpace(kinds) == "":
			kinds = r.Variable()
		case strings.HasSuffix(strings.TrimSpace(kinds), ","):
			kinds += "\t" + r.Variable() + ",\n"
		default:
			kinds += ", " + r.Variable()
		}
		source = head + "Kinds: []resource.AnyKind{" + kinds + "}" + tail
		var err error
		for _, g := range r.Grants {
			if source, err = withGrant(source, g, g.permission(r)); err != nil {
				return "", err
			}
		}
		return source, nil
	})
}

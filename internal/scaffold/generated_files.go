package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"backoffice/internal/scaffold/standard"
)

// firstMigrations are the numbers of each domain's first migration. The error reasons of a domain
// start 100 higher.
var firstMigrations = map[string]int{"platform": 0, "finance": 100, "operations": 200, "people": 300}

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
		source, err := withMethods(source, r.Service, methods)
		if err != nil {
			return "", err
		}
		for _, name := range []string{
			strings.TrimPrefix(record, "proto/"), "backoffice/options/v1/options.proto", "buf/validate/validate.proto",
			"google/api/annotations.proto", "google/protobuf/empty.proto", "google/protobuf/field_mask.proto",
			"google/protobuf/timestamp.proto",
		} {
			source = withProtoImport(source, name)
		}
		return strings.TrimRight(source, "\n") + "\n" + messages, nil
	})
}

// withMethods adds methods at the end of a service, which may be empty.
func withMethods(source, service, methods string) (string, error) {
	open := regexp.MustCompile(`(?m)^service ` + service + ` \{`).FindStringIndex(source)
	if open == nil {
		return "", fmt.Errorf("it has no service %s", service)
	}
	closed := regexp.MustCompile(`(?m)^\}|^service \w+ \{\s*\}`).FindStringIndex(source[open[0]:])
	if closed == nil {
		return "", fmt.Errorf("the service %s has no end", service)
	}
	end := open[0] + closed[1]
	body := strings.Trim(source[open[1]:end-1], "\n")
	if body = strings.TrimRight(body, " \n"); body != "" {
		body += "\n\n"
	}
	return source[:open[1]] + "\n" + body + strings.Trim(methods, "\n") + "\n" + source[end-1:], nil
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
	first := firstMigrations[domain] + 100
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
	last := firstMigrations[r.Domain] - 1
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

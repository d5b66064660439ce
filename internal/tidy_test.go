// Package internal_test holds the tree to its architecture: which package may import
// which, what each must say of itself, and what may not be written where.
package internal_test

import (
	"go/ast"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "backoffice/internal/"

// ranks are the arrows: a package imports its own rank's and lower ones only.
var ranks = []string{"platform", "finance/ledger", "finance", "operations", "people", "automation", "metrics", "app"}

// siblings are the packages that may import one another within a domain, each with
// the reason. Everything may import the ledger, which is below its domain.
var siblings = map[string]string{
	"finance/banking -> finance/banking/statement": "the reader of files is a part of banking",
}

// platformRanks order the kernel itself; what is in one entry does not import one
// another unless it is a part.
var platformRanks = [][]string{
	{"id", "money", "calendar", "secret", "paper", "logging", "disk"},
	{"call", "fault", "sheet"},
	{"db", "access"},
	{"table", "state"},
	{"resource"},
	{"history", "identity", "rpc"},
	{"files"},
	{"jobs"},
	{"longwork"},
	{"module"},
	{"testkit"},
}

// programs are not of the product's own tree of packages.
var programs = []string{"bench", "chaos", "demo", "oracle", "scaffold", "tools"}

// rank is the place of a folder in the arrows, by its longest prefix.
func rank(dir string) (place int, name string) {
	place = -1
	for i, r := range ranks {
		if (dir == r || strings.HasPrefix(dir, r+"/")) && len(r) > len(name) {
			place, name = i, r
		}
	}
	return place, name
}

func TestArrows(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		from, _ := rank(f.dir)
		if f.test || from < 0 {
			if top := strings.Split(f.dir, "/")[0]; !f.test && from < 0 && !slices.Contains(programs, top) {
				t.Errorf("%s is in no place that the architecture knows", f.path)
			}
			continue
		}
		for _, spec := range f.syntax.Imports {
			name, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module)
			if !ours || name == f.dir {
				continue
			}
			if reason := refused(f.dir, name, from); reason != "" {
				t.Errorf("%s imports %s: %s", f.path, name, reason)
			}
		}
	}
}

// refused says why one package may not import another, or "".
func refused(dir, name string, from int) string {
	to, kind := rank(name)
	switch {
	case to < 0:
		return "it is not of the product"
	case to > from:
		return "the arrow points upward; a lower package is told by an event or a Check"
	case kind == "platform" && strings.HasPrefix(dir, "platform"):
		return refusedInPlatform(dir, name)
	case to == from && kind != "finance/ledger" && kind != "app" && siblings[dir+" -> "+name] == "":
		return "siblings are joined by an entry in the list with its reason"
	}
	return ""
}

func refusedInPlatform(dir, name string) string {
	from, to := platformRank(dir), platformRank(name)
	part := strings.Split(dir, "/")[1] == strings.Split(name, "/")[1]
	switch {
	case part || strings.HasPrefix(name, "platform/db/embedded") && strings.HasPrefix(dir, "platform/testkit"):
		return ""
	case from < 0 || to < 0:
		return "the kernel's order does not know it"
	case to >= from:
		return "the kernel's packages stand in an order"
	}
	return ""
}

func platformRank(dir string) int {
	for i, names := range platformRanks {
		if slices.Contains(names, strings.Split(dir, "/")[1]) {
			return i
		}
	}
	return -1
}

// TestPackagesIntroduceThemselves holds each package to open with a paragraph, in one
// file, that says what it owns and what it leaves to others.
func TestPackagesIntroduceThemselves(t *testing.T) {
	t.Parallel()
	introductions := map[string]int{}
	for _, f := range files(t) {
		if f.test {
			continue
		}
		introductions[f.dir] += 0
		if doc := f.syntax.Doc.Text(); doc != "" {
			introductions[f.dir]++
			words := len(strings.Fields(doc))
			if f.syntax.Name.Name != "main" && (words < 20 || !strings.HasPrefix(doc, "Package "+f.syntax.Name.Name+" ")) {
				t.Errorf("%s introduces its package in %d words", f.path, words)
			}
		}
	}
	for dir, n := range introductions {
		if n != 1 {
			t.Errorf("%s introduces itself %d times", dir, n)
		}
	}
}

// TestExportedNamesAreExplained holds each exported name to have a comment.
func TestExportedNamesAreExplained(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		if f.test {
			continue
		}
		for _, d := range f.syntax.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil {
					t.Errorf("%s: %s has no comment", f.path, d.Name.Name)
				}
			case *ast.GenDecl:
				explained(t, f, d)
			}
		}
	}
}

func explained(t *testing.T, f file, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
				t.Errorf("%s: %s has no comment", f.path, s.Name.Name)
			}
		case *ast.ValueSpec:
			if s.Names[0].IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
				t.Errorf("%s: %s has no comment", f.path, s.Names[0].Name)
			}
		}
	}
}

// banned are texts that have one place, or none.
var banned = []struct {
	text   *regexp.Regexp
	except []string
	why    string
}{
	{regexp.MustCompile(`\btime\.Now\(\)`), []string{"platform/calendar", "platform/rpc/chain.go", "platform/db/embedded", "platform/testkit", "bench", "demo"}, "time comes from the organization's clock"},
	{regexp.MustCompile(`(?m)^func init\(\)`), nil, "nothing happens before main"},
	{regexp.MustCompile(`\bfloat(32|64)\b`), []string{"platform/rpc", "platform/paper/pdf.go", "platform/paper/column_width.go", "platform/paper/chart", "app/settings.go", "bench"}, "amounts are exact"},
	{regexp.MustCompile(`\b(BeginTx|BeginFunc|\.Begin)\(`), []string{"platform/db/db.go", "platform/db/tx.go", "platform/testkit"}, "transactions begin in the unit of work alone"},
	{regexp.MustCompile(`\bUnimplemented\w+Server\b`), nil, "a service that lacks a method does not compile"},
	{regexp.MustCompile(`\b(TODO|FIXME|HACK)\b`), nil, "what is not done is not there"},
	{regexp.MustCompile(`\bt\.Skip`), []string{"platform/id/id_test.go"}, "tests fail when something is missing"},
}

func TestBannedTexts(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		if f.path == "tidy_test.go" {
			continue
		}
		for _, b := range banned {
			if f.test && b.why != "tests fail when something is missing" && b.why != "what is not done is not there" {
				continue
			}
			if b.text.MatchString(f.source) && !slices.ContainsFunc(b.except, func(e string) bool { return strings.HasPrefix(f.path, e) }) {
				t.Errorf("%s has %s: %s", f.path, b.text, b.why)
			}
		}
	}
}

// TestPackageNames holds names to say what a package is for.
func TestPackageNames(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		switch f.syntax.Name.Name {
		case "util", "utils", "common", "models", "helpers", "manager", "impl", "misc", "types":
			t.Errorf("%s is in a package that could hold anything", f.path)
		}
		if base := path.Base(f.path); slices.Contains([]string{"util.go", "utils.go", "helpers.go", "common.go", "repository.go", "list.go"}, base) {
			t.Errorf("%s could hold anything", f.path)
		}
	}
}

// TestEveryRPCIsExplained holds each method and message of the API to have a comment:
// it is the reference.
func TestEveryRPCIsExplained(t *testing.T) {
	t.Parallel()
	line := regexp.MustCompile(`^\s*(rpc|message|enum|service|oneof|(repeated |optional )?[\w.]+ \w+ = \d+|[A-Z][A-Z0-9_]+ = \d+)`)
	err := filepath.WalkDir("../proto", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		source, err := os.ReadFile(name)
		lines := strings.Split(string(source), "\n")
		for i := range lines {
			if line.MatchString(lines[i]) && !strings.HasPrefix(strings.TrimSpace(lines[i-1]), "//") && !strings.Contains(lines[i], "option ") {
				t.Errorf("%s:%d has no comment: %s", name, i+1, strings.TrimSpace(lines[i]))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

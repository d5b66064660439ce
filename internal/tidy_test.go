// Package internal_test checks the architecture and the style of the whole tree: which package may
// import which, that packages and names are documented, and where some code may be written. It
// checks the SQL of all packages too. It tests no behavior.
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

// ranks are the layers, lowest first. A package imports only packages of its layer or a lower one.
var ranks = []string{"platform", "finance/ledger", "finance", "operations", "people", "automation", "metrics", "app"}

// TestPackagesHaveComments checks that each package has exactly one package comment, of 20 words or
// more.
func TestPackagesHaveComments(t *testing.T) {
	t.Parallel()
	comments := map[string]int{}
	for _, f := range files(t) {
		if f.test {
			continue
		}
		comments[f.dir] += 0
		if doc := f.syntax.Doc.Text(); doc != "" {
			comments[f.dir]++
			words := len(strings.Fields(doc))
			if f.syntax.Name.Name != "main" && (words < 20 || !strings.HasPrefix(doc,
				"Package "+f.syntax.Name.Name+" ")) {
				t.Errorf("%s: the package comment has %d words, want at least 20 after \"Package %s\"", f.path, words,
					f.syntax.Name.Name)
			}
		}
	}
	for dir, n := range comments {
		if n != 1 {
			t.Errorf("%s: got %d package comments, want 1", dir, n)
		}
	}
}

// TestExportedNamesHaveComments checks that each exported name has a comment.
func TestExportedNamesHaveComments(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		if f.test {
			continue
		}
		for _, d := range f.syntax.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil {
					t.Errorf("%s:%d: %s has no comment", f.path, f.line(d.Pos()), d.Name.Name)
				}
			case *ast.GenDecl:
				checkComments(t, f, d)
			}
		}
	}
}

func checkComments(t *testing.T, f file, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
				t.Errorf("%s:%d: %s has no comment", f.path, f.line(s.Pos()), s.Name.Name)
			}
		case *ast.ValueSpec:
			if s.Names[0].IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
				t.Errorf("%s:%d: %s has no comment", f.path, f.line(s.Pos()), s.Names[0].Name)
			}
		}
	}
}

// banned are patterns that may be written only in the excepted paths, or nowhere.
var banned = []struct {
	text   *regexp.Regexp
	except []string
	why    string
}{
	{regexp.MustCompile(`\btime\.Now\(\)`), []string{
		"platform/calendar", "platform/rpc/interceptor_chain.go", "platform/db/embedded", "platform/testkit",
		"bench", "demo",
	}, "use the organization's clock"},
	{regexp.MustCompile(`(?m)^func init\(\)`), nil, "call it from main instead"},
	{regexp.MustCompile(`\bfloat(32|64)\b`), []string{
		"platform/rpc", "platform/thumbnail", "platform/paper/pdf", "platform/paper/typeface", "platform/paper/chart",
		"platform/paper/letter", "platform/paper/linebreak",
		"app/settings.go", "bench",
	}, "amounts must be exact"},
	{regexp.MustCompile(`\b(BeginTx|BeginFunc|\.Begin)\(`), []string{
		"platform/db/db.go", "platform/db/tx.go", "platform/testkit",
	}, "use db.Read or db.Write"},
	{regexp.MustCompile(`\bUnimplemented\w+Server\b`), nil,
		"without it a service that lacks a method does not compile"},
	{regexp.MustCompile(`\b(TODO|FIXME|HACK)\b`), nil, unfinishedWork},
	{regexp.MustCompile(`\bt\.Skip`), []string{"platform/id/id_test.go"}, skippedTest},
}

// unfinishedWork and skippedTest are the reasons of the patterns that are banned in tests too.
const (
	unfinishedWork = "finish the work"
	skippedTest    = "a test must fail if it cannot run"
)

// TestBannedPatterns checks that no file contains a banned pattern.
func TestBannedPatterns(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		if f.path == "tidy_test.go" {
			continue
		}
		for _, b := range banned {
			if f.test && b.why != skippedTest && b.why != unfinishedWork {
				continue
			}
			excepted := slices.ContainsFunc(b.except, func(e string) bool { return strings.HasPrefix(f.path, e) })
			if b.text.MatchString(f.source) && !excepted {
				t.Errorf("%s has the banned text %s: %s", f.path, b.text, b.why)
			}
		}
	}
}

// TestPackageNames rejects names of packages and files that do not say what they contain.
func TestPackageNames(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		switch f.syntax.Name.Name {
		case "util", "utils", "common", "models", "helpers", "manager", "impl", "misc", "types":
			t.Errorf("%s: the package name %s does not say what it contains", f.path, f.syntax.Name.Name)
		}
		switch path.Base(f.path) {
		case "util.go", "utils.go", "helpers.go", "common.go", "repository.go", "list.go":
			t.Errorf("%s: the file name does not say what it contains", f.path)
		}
	}
}

// TestProtosHaveComments checks that each declaration of the API has a comment, since the comments
// are the API reference.
func TestProtosHaveComments(t *testing.T) {
	t.Parallel()
	line := regexp.MustCompile(`^\s*(rpc|message|enum|service|oneof|(repeated |optional )?[\w.]+ \w+ = ` +
		`\d+|[A-Z][A-Z0-9_]+ = \d+)`)
	err := filepath.WalkDir("../proto", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		source, err := os.ReadFile(name)
		lines := strings.Split(string(source), "\n")
		for i := range lines {
			declared := line.MatchString(lines[i]) && !strings.Contains(lines[i], "option ")
			if declared && !strings.HasPrefix(strings.TrimSpace(lines[i-1]), "//") {
				t.Errorf("%s:%d has no comment: %s", name, i+1, strings.TrimSpace(lines[i]))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

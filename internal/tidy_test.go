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

// siblings are the imports allowed between packages of one domain, with the reason. All packages
// above the ledger may import it, since it has a lower rank than its domain.
var siblings = map[string]string{
	"finance/banking -> finance/banking/statement":          "the statements of files are a part of banking",
	"finance/banking -> finance/banking/statement/bankfile": "the parser of files is a part of banking",
	"finance/banking -> finance/banking/statement/chain":    "what balances prove is a part of banking",
	"finance/banking -> finance/banking/statement/csvfile":  "a profile describes the layout of CSV files",
	"finance/banking -> finance/banking/statement/datetext": "a profile names the order of dates",
	"finance/banking -> finance/banking/payee":              "the recognition of payees is a part of banking",
	"finance/banking -> finance/banking/personal":           "the suspicion of personal spending is a part of banking",
	"finance/catalog -> finance/catalog/duedate":            "the calculation of due dates is a part of the catalog",
	"finance/invoicing -> finance/catalog":                  "lines of invoices sell items",
	"finance/invoicing -> finance/catalog/duedate":          "payment terms determine the due dates of invoices",
	"finance/invoicing -> finance/customers":                "invoices bill customers",
	"finance/invoicing -> finance/receivables":              "issuing an invoice opens a receivable, and a credit note settles it",
	"finance/invoicing -> finance/tax":                      "lines of invoices name tax codes",
	"finance/invoicing -> finance/tax/calculation":          "invoices compute their amounts with the calculation of taxes",
	"finance/receivables -> finance/customers":              "receivables and payments belong to customers",
	"finance/reports -> finance/reports/cashflow":           "the attribution of cash is a part of reports",
	"finance/reports -> finance/reports/presentation":       "the layout of reports in files is a part of reports",
	"finance/tax -> finance/tax/calculation":                "the calculation of taxes is a part of tax",

	"finance/banking/personal -> finance/banking/payee":                        "both read the words of bank texts",
	"finance/banking/statement/bankfile -> finance/banking/statement":          "files contain statements",
	"finance/banking/statement/bankfile -> finance/banking/statement/csvfile":  "CSV is one of the formats",
	"finance/banking/statement/bankfile -> finance/banking/statement/datetext": "the reading of dates is a part of the parser",
	"finance/banking/statement/chain -> finance/banking/statement":             "chains are of parsed statements",
	"finance/banking/statement/csvfile -> finance/banking/statement":           "files contain statements",
	"finance/banking/statement/csvfile -> finance/banking/statement/datetext":  "the reading of dates is a part of the parser",
}

// platformRanks are the layers of the kernel, lowest first. Packages of one layer do not import one
// another, except a package and its subpackages.
var platformRanks = [][]string{
	{"id", "money", "calendar", "secret", "logging", "disk", "imagemeta", "mediatype"},
	{"call", "fault", "sheet", "holiday", "thumbnail"},
	{"db", "access", "paper", "recurrence", "customvalue", "address", "iban"},
	{"sealed", "notice", "searchindex"},
	{"table", "state"},
	{"resource"},
	{"responsibility"},
	{"history", "identity", "rpc", "series"},
	{"files", "collaboration", "customfields", "businessday"},
	{"jobs"},
	{"longwork", "schedule", "mail", "approval", "search"},
	{"inbox", "notification"},
	{"module"},
	{"testkit"},
}

// programs are the folders that are not part of the server.
var programs = []string{"bench", "chaos", "conformance", "demo", "oracle", "scaffold", "tools"}

// rank returns the layer of a folder, by its longest prefix, and its name; -1 if it has none.
func rank(dir string) (place int, name string) {
	place = -1
	for i, r := range ranks {
		if (dir == r || strings.HasPrefix(dir, r+"/")) && len(r) > len(name) {
			place, name = i, r
		}
	}
	return place, name
}

// TestImportsFollowLayers checks that packages import only packages that their layer allows.
func TestImportsFollowLayers(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		from, _ := rank(f.dir)
		if f.test || from < 0 {
			if top := strings.Split(f.dir, "/")[0]; !f.test && from < 0 && !slices.Contains(programs, top) {
				t.Errorf("%s is in a folder without a layer: add it to ranks or programs", f.path)
			}
			continue
		}
		for _, spec := range f.syntax.Imports {
			name, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module)
			if !ours || name == f.dir {
				continue
			}
			if reason := importProblem(f.dir, name, from); reason != "" {
				t.Errorf("%s imports %s: %s", f.path, name, reason)
			}
		}
	}
}

// importProblem returns why a package may not import another, or "".
func importProblem(dir, name string, from int) string {
	to, kind := rank(name)
	switch {
	case to < 0:
		return "it is not a package of the server"
	case to > from:
		return "it is of a higher layer; use an event or a hook"
	case kind == "platform" && strings.HasPrefix(dir, "platform"):
		return platformImportProblem(dir, name)
	case to == from && kind != "finance/ledger" && kind != "app" && siblings[dir+" -> "+name] == "":
		return "both are of one domain; add the import to siblings with its reason"
	}
	return ""
}

func platformImportProblem(dir, name string) string {
	from, to := platformRank(dir), platformRank(name)
	part := strings.Split(dir, "/")[1] == strings.Split(name, "/")[1]
	switch {
	case part || strings.HasPrefix(name, "platform/db/embedded") && strings.HasPrefix(dir, "platform/testkit"):
		return ""
	case from < 0 || to < 0:
		return "one of them is not in platformRanks"
	case to >= from:
		return "it is of the same or a higher layer of the kernel"
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
			if f.syntax.Name.Name != "main" && (words < 20 || !strings.HasPrefix(doc, "Package "+f.syntax.Name.Name+" ")) {
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
		"app/settings.go", "bench",
	}, "amounts must be exact"},
	{regexp.MustCompile(`\b(BeginTx|BeginFunc|\.Begin)\(`), []string{
		"platform/db/db.go", "platform/db/tx.go", "platform/testkit",
	}, "use db.Read or db.Write"},
	{regexp.MustCompile(`\bUnimplemented\w+Server\b`), nil, "without it a service that lacks a method does not compile"},
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

package internal_test

import (
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// The limits of size. What exceeds them is divided.
const (
	maxFileLines      = 350
	maxFunctionLines  = 45
	maxLineColumns    = 120
	maxCommentColumns = 100
	maxPackageFiles   = 30
	maxServiceRPCs    = 30
)

// The exceptions, until the two largest capabilities are divided.
var (
	largePackages = map[string]bool{"finance/ledger": true, "finance/banking": true}
	largeServices = map[string]bool{"LedgerService": true, "BankingService": true}
)

func TestGoFilesAreShort(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for _, f := range files(t) {
		if !f.test {
			count[f.dir]++
		}
		lines := strings.Split(strings.TrimSuffix(f.source, "\n"), "\n")
		if len(lines) > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", f.path, len(lines), maxFileLines)
		}
		literals := literalLines(f)
		for i, line := range lines {
			if utf8.RuneCountInString(line) > maxLineColumns && !literals[i+1] {
				t.Errorf("%s:%d has more than %d columns", f.path, i+1, maxLineColumns)
			}
			comment, isComment := strings.CutPrefix(strings.TrimLeft(line, "\t"), "// ")
			isLink := !strings.Contains(comment, " ")
			if isComment && !isLink && utf8.RuneCountInString(line) > maxCommentColumns && !literals[i+1] {
				t.Errorf("%s:%d is a comment of more than %d columns", f.path, i+1, maxCommentColumns)
			}
		}
		for _, d := range f.syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || f.test {
				continue
			}
			if n := f.line(fn.End()) - f.line(fn.Pos()) + 1; n > maxFunctionLines {
				t.Errorf("%s: %s has %d lines, more than %d", f.path, fn.Name.Name, n, maxFunctionLines)
			}
		}
	}
	for dir, n := range count {
		if n > maxPackageFiles && !largePackages[dir] {
			t.Errorf("%s has %d files, more than %d", dir, n, maxPackageFiles)
		}
	}
}

// literalLines returns the lines that may be long: those inside a raw string, and those with a
// string too long to fit beside anything else.
func literalLines(f file) map[int]bool {
	lines := map[int]bool{}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		s, ok := n.(*ast.BasicLit)
		if !ok || s.Kind != token.STRING {
			return true
		}
		first, last := f.line(s.Pos()), f.line(s.End())
		if first == last && utf8.RuneCountInString(s.Value) < 60 {
			return true
		}
		for line := first; line <= last; line++ {
			lines[line] = true
		}
		return true
	})
	return lines
}

func TestServicesAreShort(t *testing.T) {
	t.Parallel()
	service, rpc := regexp.MustCompile(`^service (\w+) {`), regexp.MustCompile(`^  rpc \w+\(`)
	for name, source := range protoFiles(t) {
		current, count := "", map[string]int{}
		for _, line := range strings.Split(source, "\n") {
			if m := service.FindStringSubmatch(line); m != nil {
				current = m[1]
			}
			if rpc.MatchString(line) {
				count[current]++
			}
		}
		for service, n := range count {
			if n > maxServiceRPCs && !largeServices[service] {
				t.Errorf("%s: %s has %d methods, more than %d", name, service, n, maxServiceRPCs)
			}
		}
	}
}

// idioms are phrases that the house style replaces, each with what to write. They are looked for
// in comments, messages and pages.
var idioms = []struct {
	phrase *regexp.Regexp
	write  string
}{
	{
		regexp.MustCompile(
			`(?i)(^|[.;:] |// ?|\w )answers (?:with |by |a |an |the |one |up |what|whether|how|several|no|all|in )`,
		), "Returns, responds with",
	},
	{regexp.MustCompile(`(?i)\bholds? [^.,;]{1,60} to (be|have|keep|say|name|its|their|what|one)\b`), "checks that"},
	{regexp.MustCompile(`(?i)\bof (its|their) own\b`), "its own, separate"},
	{regexp.MustCompile(`(?i)\btak(es?|en|ing) [^.,;]{0,30}\bback\b`), "undoes, reverses"},
	{regexp.MustCompile(`(?i)\bwhat (there is|speaks|became of|holds)\b`), "name the thing"},
	{regexp.MustCompile(`(?i)\bspeaks? (for|against)\b`), "indicates, refuses"},
	{regexp.MustCompile(`(?i)\bin the order of\b`), "in the order requested, sorted by"},
	{regexp.MustCompile(`(?i)\b(that|which|who) (is|are) none\b`), "does not exist, there is no …"},
	{regexp.MustCompile(`(?i)\b(some|no)body\b`), "name the actor"},
	{regexp.MustCompile(`(?i)\bfor ever\b`), "forever"},
	{regexp.MustCompile(`(?i)\bmeanwhile\b`), "since, in the meantime, concurrently"},
	{regexp.MustCompile(`(?i)\btells? (whether|how|what|which)\b`), "reports whether"},
	{regexp.MustCompile(`(?i)\bwhose turn\b`), "next"},
	{regexp.MustCompile(`(?i)\bin peace\b`), "say what is locked"},
	{regexp.MustCompile(`(?i)\b(is|are) said\b`), "is reported"},
	{regexp.MustCompile(`(?i)\bchanges nothing when\b`), "no effect if"},
}

func TestTextIsPlain(t *testing.T) {
	t.Parallel()
	check := func(place, text string) {
		for _, i := range idioms {
			if found := i.phrase.FindString(text); found != "" {
				t.Errorf("%s says %q; write: %s", place, found, i.write)
			}
		}
	}
	for _, f := range files(t) {
		if f.path == "source_limits_test.go" {
			continue
		}
		for _, s := range sentences(f) {
			check(s.place, s.text)
		}
	}
	comment := regexp.MustCompile(`(?m)^\s*(?://|--) ?(.*)$`)
	for name, source := range protoFiles(t) {
		for _, m := range comment.FindAllStringSubmatch(source, -1) {
			check(name, m[1])
		}
	}
	for _, page := range docs(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		check(page, string(text))
	}
}

// sentence is a comment or a string of several words.
type sentence struct{ place, text string }

// sentences returns a file's comments, and those of its strings that have several words.
func sentences(f file) (out []sentence) {
	for _, group := range f.syntax.Comments {
		text := strings.Join(strings.Fields(group.Text()), " ")
		out = append(out, sentence{f.path + ":" + strconv.Itoa(f.line(group.Pos())), text})
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if s, ok := n.(*ast.BasicLit); ok && s.Kind == token.STRING && strings.Count(s.Value, " ") > 2 {
			out = append(out, sentence{f.path + ":" + strconv.Itoa(f.line(s.Pos())), s.Value})
		}
		return true
	})
	return out
}

// TestDocCommentsNameTheirFunction checks that the comment of a function begins with its name, so
// that no comment keeps an old one.
func TestDocCommentsNameTheirFunction(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		for _, d := range f.syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Doc == nil {
				continue
			}
			if first, _, _ := strings.Cut(fn.Doc.Text(), " "); strings.TrimRight(first, ",\n") != fn.Name.Name {
				t.Errorf("%s:%d: the comment of %s begins with %q", f.path, f.line(fn.Pos()), fn.Name.Name, first)
			}
		}
	}
}

// protoFiles returns the sources of the API by their paths.
func protoFiles(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir("../proto", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		source, err := os.ReadFile(name)
		out[name] = string(source)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

package internal_test

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"testing"
)

var (
	boundTable    = regexp.MustCompile("^[\"`]([a-z]+\\.[a-z_]+)[\"`]$")
	deletedTables = regexp.MustCompile(`(?i)\bdelete\s+from\s+([a-z]+\.[a-z_]+)`)
)

// onSubjects are tables of kinds that nothing can be on, because they are on records themselves or
// about records.
var onSubjects = map[string]bool{
	"platform.comments": true, "platform.watchers": true, "platform.attachments": true,
	"platform.acknowledgment_requests": true, "platform.approval_requests": true, "platform.notifications": true,
}

// TestDeletionsReachWhatIsOnRecords checks that a package which deletes records of a kind by a
// statement calls Kinds.Deleted, which deletes the comments and the like on them.
func TestDeletionsReachWhatIsOnRecords(t *testing.T) {
	t.Parallel()
	isKind, calls := map[string]bool{}, map[string]bool{}
	for _, f := range files(t) {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is || f.test {
				return true
			}
			fun, _ := call.Fun.(*ast.SelectorExpr)
			switch {
			case fun == nil:
			case fun.Sel.Name == "Deleted":
				calls[path.Dir(f.path)] = true
			case fun.Sel.Name == "New" && len(call.Args) > 1:
				name, _ := call.Args[0].(*ast.BasicLit)
				if name != nil && boundTable.MatchString(name.Value) {
					isKind[boundTable.FindStringSubmatch(name.Value)[1]] = true
				}
			}
			return true
		})
	}
	if !isKind["finance.bank_statement_lines"] {
		t.Fatalf("found the tables of kinds %v, want those of all kinds", isKind)
	}
	for _, f := range files(t) {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			text, is := n.(*ast.BasicLit)
			if !is || f.test || text.Kind != token.STRING {
				return true
			}
			for _, match := range deletedTables.FindAllStringSubmatch(unescaped(text.Value), -1) {
				if isKind[match[1]] && !onSubjects[match[1]] && !calls[path.Dir(f.path)] {
					t.Errorf("%s:%d deletes from %s without Kinds.Deleted", f.path, f.line(text.Pos()), match[1])
				}
			}
			return true
		})
	}
}

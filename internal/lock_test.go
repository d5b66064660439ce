package internal_test

import (
	"go/ast"
	"go/token"
	"regexp"
	"strings"
	"testing"
)

// rowLock matches the clause by which a select locks rows.
var rowLock = regexp.MustCompile(`(?i)\bfor\s+(no\s+key\s+update|update|key\s+share|share)\b`)

// unranked are the files that may lock rows without Tx.Locking, with the reason.
var unranked = map[string]string{
	"platform/db/startup_check.go": "it locks the only row of the cluster, in a transaction without an organization",
	"platform/history/relay.go":    "it locks the relay's cursor, in a transaction without an organization",
	"platform/jobs/chore_table.go": "it locks an organization's chores, in a transaction without an organization",
	"platform/table/lock.go":       "a bound table records its locks row by row",
}

// TestRowLocksAreRanked checks that every statement that locks rows uses Tx.Locking, which checks
// the order of locks.
func TestRowLocksAreRanked(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		if f.test || unranked[f.path] != "" {
			continue
		}
		for _, text := range unrankedLiterals(f.syntax) {
			t.Errorf("%s:%d locks rows without Tx.Locking: %s", f.path, f.line(text.Pos()), text.Value)
		}
	}
}

// unrankedLiterals returns the string literals of a file that lock rows and are not arguments of
// Locking.
func unrankedLiterals(file *ast.File) (literals []*ast.BasicLit) {
	ranked := map[*ast.BasicLit]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		call, isCall := n.(*ast.CallExpr)
		if !isCall {
			return true
		}
		if fun, selected := call.Fun.(*ast.SelectorExpr); selected && fun.Sel.Name == "Locking" {
			for _, arg := range call.Args {
				ast.Inspect(arg, func(n ast.Node) bool {
					if text, is := n.(*ast.BasicLit); is {
						ranked[text] = true
					}
					return true
				})
			}
		}
		return true
	})
	ast.Inspect(file, func(n ast.Node) bool {
		text, is := n.(*ast.BasicLit)
		if is && text.Kind == token.STRING && !ranked[text] && rowLock.MatchString(unescaped(text.Value)) {
			literals = append(literals, text)
		}
		return true
	})
	return literals
}

func unescaped(text string) string { return strings.ReplaceAll(text, `\n`, "\n") }

// TestSQLFilesLockNoRows checks that statements in .sql files lock no rows, since they do not go
// through Tx.Locking.
func TestSQLFilesLockNoRows(t *testing.T) {
	t.Parallel()
	for name, source := range sqlFiles(t, ".") {
		if locks := rowLock.FindString(source); locks != "" {
			t.Errorf("%s locks rows with %q", name, locks)
		}
	}
}

package internal_test

import (
	"go/ast"
	"go/token"
	"regexp"
	"strings"
	"testing"
)

// rowLock is how a statement locks the rows that it reads.
var rowLock = regexp.MustCompile(`(?i)\bfor\s+(no\s+key\s+update|update|key\s+share|share)\b`)

// unranked are files whose locks are in no order, with the reason.
var unranked = map[string]string{
	"platform/db/prepare.go":       "it locks the one row of the cluster, in a transaction of no organization",
	"platform/history/relay.go":    "it locks the relay's own cursor, in a transaction of no organization",
	"platform/jobs/chore_table.go": "it locks an organization's chores, in a transaction of no organization",
	"platform/table/lock.go":       "a bound table notes its locks by their rows",
}

// TestRowLocksAreRanked checks that every statement that locks rows uses Tx.Locking, which
// knows its place in the order of locks.
func TestRowLocksAreRanked(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		if f.test || unranked[f.path] != "" {
			continue
		}
		for _, text := range unrankedTexts(f.syntax) {
			t.Errorf("%s locks rows outside of Tx.Locking: %s", f.path, text)
		}
	}
}

// unrankedTexts are the texts of a file that lock rows and are no argument of Locking.
func unrankedTexts(file *ast.File) (texts []string) {
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
			texts = append(texts, text.Value)
		}
		return true
	})
	return texts
}

func unescaped(text string) string { return strings.ReplaceAll(text, `\n`, "\n") }

// TestNoFileOfSQLLocksRows checks that statements in .sql files lock no rows:
// they do not go through Tx.Locking.
func TestNoFileOfSQLLocksRows(t *testing.T) {
	t.Parallel()
	for name, source := range sqlFiles(t, ".") {
		if locks := rowLock.FindString(source); locks != "" {
			t.Errorf("%s has %q", name, locks)
		}
	}
}

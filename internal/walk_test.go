package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// file is a Go source file of the tree.
type file struct {
	path, dir string
	syntax    *ast.File
	test      bool
	source    string
	set       *token.FileSet
}

// line returns the line number of a position in the file.
func (f file) line(pos token.Pos) int { return f.set.Position(pos).Line }

// files returns the Go files below internal except those of the tools.
func files(t *testing.T) []file {
	t.Helper()
	var out []file
	set := token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasPrefix(name, "tools/") {
			return err
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(set, name, source, parser.ParseComments)
		out = append(out, file{
			path: name, dir: path.Dir(name), syntax: syntax, test: strings.HasSuffix(name, "_test.go"),
			source: string(source), set: set,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sqlFiles returns the contents of the .sql files below a folder by path.
func sqlFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".sql") {
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

// stringExpressions returns the string expressions of a file. A concatenation is one expression, in
// which each part that is not a literal is replaced by %s.
func stringExpressions(file *ast.File) (out []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if text, literal := textOf(n); literal {
				out = append(out, text)
				return false
			}
		case *ast.BasicLit:
			if text, literal := textOf(n); literal {
				out = append(out, text)
			}
		case *ast.ImportSpec:
			return false
		}
		return true
	})
	return out
}

// textOf returns the value of a string expression and whether it has a literal part.
func textOf(e ast.Expr) (text string, literal bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, err := strconv.Unquote(e.Value)
			return text, err == nil
		}
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, leftLiteral := textOf(e.X)
		right, rightLiteral := textOf(e.Y)
		return left + right, leftLiteral || rightLiteral
	case *ast.ParenExpr:
		return textOf(e.X)
	}
	return "%s", false
}

package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

const platformPackage = "backoffice/gen/go/backoffice/platform/v1"

// goSource is a parsed Go file.
type goSource struct {
	text string
	set  *token.FileSet
	file *ast.File
}

func parseGo(text string) (goSource, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", text, parser.SkipObjectResolution)
	return goSource{text, set, file}, err
}

func (s goSource) at(p token.Pos) int { return s.set.Position(p).Offset }

func (s goSource) of(n ast.Node) string { return s.text[s.at(n.Pos()):s.at(n.End())] }

// literal returns the first composite literal of a type, nil if there is none.
func (s goSource) literal(name string) (found *ast.CompositeLit) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok && lit.Type != nil && s.of(lit.Type) == name && found == nil {
			found = lit
		}
		return found == nil
	})
	return found
}

// withElement adds an element at the end of a literal: in the same line if the literal has only one
// and it stays short, or else in a new line.
func (s goSource) withElement(lit *ast.CompositeLit, element string) string {
	end := s.at(lit.Rbrace)
	lineStart := strings.LastIndexByte(s.text[:end], '\n') + 1
	before := strings.TrimRight(s.text[:end], " \t\n")
	if len(lit.Elts) > 0 {
		before = strings.TrimSuffix(before, ",") + ","
	}
	length := end - lineStart + len(element) + strings.IndexByte(s.text[end:]+"\n", '\n') + len(", ")
	if s.at(lit.Lbrace) >= lineStart && length <= maxColumns {
		if len(lit.Elts) > 0 {
			before += " "
		}
		return before + element + s.text[end:]
	}
	return before + "\n" + element + ",\n" + s.text[end:]
}

// writeModule adds the kind and the grants to the module.
func writeModule(r *resource, t *tree) error {
	return t.edit(r.packageFile(r.Package), func(source string) (string, error) {
		source, err := withKind(source, r.Variable())
		if err != nil {
			return "", err
		}
		for _, g := range r.Grants {
			if source, err = withGrant(source, g, g.permission(r)); err != nil {
				return "", err
			}
		}
		imports := map[string]string{"backoffice/internal/platform/resource": ""}
		if len(r.Grants) > 0 {
			imports["backoffice/internal/platform/access"] = ""
			imports["backoffice/internal/platform/call"] = ""
			imports[platformPackage] = "platformv1"
		}
		for path, name := range imports {
			if source, err = withGoImport(source, name, path); err != nil {
				return "", err
			}
		}
		return source, nil
	})
}

// withKind adds a kind to the module's Kinds.
func withKind(source, kind string) (string, error) {
	s, err := parseGo(source)
	if err != nil {
		return "", err
	}
	if kinds := s.literal("[]resource.AnyKind"); kinds != nil {
		return s.withElement(kinds, kind), nil
	}
	source, err = withModuleField(s, "Kinds", "[]resource.AnyKind{"+kind+"}")
	return source, err
}

// withModuleField adds a field to the module, which must not have it yet.
func withModuleField(s goSource, name, value string) (string, error) {
	lit := s.literal("module.Module")
	if lit == nil {
		return "", fmt.Errorf("it has no module.Module")
	}
	for _, element := range lit.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok && s.of(pair.Key) == name {
			return "", fmt.Errorf("edit %s by hand", s.of(pair))
		}
	}
	before := strings.TrimRight(s.text[:s.at(lit.Rbrace)], " \t\n")
	if len(lit.Elts) > 0 {
		before = strings.TrimSuffix(before, ",") + ","
	}
	return before + "\n" + name + ": " + value + ",\n" + s.text[s.at(lit.Rbrace):], nil
}

// packageFile returns the path of the file that a package of the domain is named after.
func (r *resource) packageFile(name string) string {
	return "internal/" + r.Domain + "/" + r.Package + "/" + name + ".go"
}

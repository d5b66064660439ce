package main

import (
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// withProtoImport adds an import, sorted by name. Without imports it follows the package.
func withProtoImport(source, name string) string {
	line := `import "` + name + "\";\n"
	if strings.Contains(source, line) {
		return source
	}
	imports := regexp.MustCompile(`(?m)^import ".*";\n`).FindAllStringIndex(source, -1)
	for _, at := range imports {
		if source[at[0]:at[1]] > line {
			return source[:at[0]] + line + source[at[0]:]
		}
	}
	if len(imports) > 0 {
		end := imports[len(imports)-1][1]
		return source[:end] + line + source[end:]
	}
	after := regexp.MustCompile(`(?m)^package .*;\n`).FindStringIndex(source)
	if after == nil {
		return line + "\n" + source
	}
	return source[:after[1]] + "\n" + line + source[after[1]:]
}

// withGoImport adds an import of a package of this module beside the others, which gofmt sorts. The
// name is "" if it is the last part of the path.
func withGoImport(source, name, path string) (string, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", source, parser.ImportsOnly)
	if err != nil {
		return "", err
	}
	line := strings.TrimLeft(name+" ", " ") + strconv.Quote(path)
	offset := func(pos token.Pos) int { return set.Position(pos).Offset }
	last := -1
	for _, spec := range file.Imports {
		if spec.Path.Value == strconv.Quote(path) {
			return source, nil
		}
		if last < 0 || strings.HasPrefix(spec.Path.Value, `"backoffice/`) {
			last = offset(spec.End())
		}
	}
	if last < 0 {
		at := offset(file.Name.End())
		return source[:at] + "\n\nimport (\n\t" + line + "\n)\n" + source[at:], nil
	}
	if own := strings.Contains(source[:last], `"backoffice/`); !own {
		line = "\n\t" + line // begins the group of the module's packages
	}
	return source[:last] + "\n\t" + line + source[last:], nil
}

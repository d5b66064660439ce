package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"backoffice/internal/scaffold/standard"
)

//go:embed templates
var templates embed.FS

// tree is the repository with pending edits, which are saved only if all succeed.
type tree struct {
	root  string
	edits map[string]string
}

// glob reads the files that match a pattern, by path, with the pending edits.
func (t *tree) glob(pattern string) (map[string]string, error) {
	paths, err := filepath.Glob(filepath.Join(t.root, pattern))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, found := range paths {
		source, err := os.ReadFile(found)
		if err != nil {
			return nil, err
		}
		name, err := filepath.Rel(t.root, found)
		if err != nil {
			return nil, err
		}
		out[filepath.ToSlash(name)] = string(source)
	}
	for name, text := range t.edits {
		if matches, err := path.Match(pattern, name); err == nil && matches {
			out[name] = text
		}
	}
	return out, nil
}

// create adds a new file from a template.
func (t *tree) create(path, name string, data any) error {
	if _, err := os.Stat(filepath.Join(t.root, path)); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists", path)
	}
	text, err := render(name, data)
	if err != nil {
		return err
	}
	t.edits[path] = text
	return nil
}

// edit changes an existing file.
func (t *tree) edit(path string, change func(string) (string, error)) error {
	text, ok := t.edits[path]
	if !ok {
		source, err := os.ReadFile(filepath.Join(t.root, path))
		if err != nil {
			return err
		}
		text = string(source)
	}
	changed, err := change(text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	t.edits[path] = changed
	return nil
}

// save formats and writes all edits.
func (t *tree) save(out io.Writer) error {
	for path, text := range t.edits {
		if strings.HasSuffix(path, ".go") {
			formatted, err := format.Source([]byte(text))
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			t.edits[path] = string(formatted)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(t.edits)) {
		full := filepath.Join(t.root, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(full, []byte(t.edits[path]), 0o644); err != nil {
			return err
		}
		fmt.Fprintln(out, path)
	}
	return nil
}

// render executes a template. Its functions word and wrap comments.
func render(name string, data any) (string, error) {
	functions := template.FuncMap{
		"comment": func(indent int, text ...string) string {
			return standard.Wrapped(strings.Join(text, " "), strings.Repeat(" ", indent))
		},
		"filter":  standard.FilterComment,
		"order":   func(fields []string) string { return standard.OrderComment(fields) + " " + standard.DefaultOrder },
		"message": standard.MessageComment,
		"add":     func(a, b int) int { return a + b },
	}
	t, err := template.New(name).Funcs(functions).ParseFS(templates, "templates/"+name)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return "", err
	}
	if strings.HasSuffix(name, ".go.txt") {
		return wrapGo(out.String()), nil
	}
	return out.String(), nil
}

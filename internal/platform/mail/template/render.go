package template

import (
	"errors"
	"fmt"
	html "html/template"
	"io"
	"strings"
	text "text/template"

	"backoffice/internal/platform/paper"
)

// maxOutput is the size of the largest text that a template may render.
const maxOutput = 256 << 10

// Source is the template of a mail in one language.
type Source struct {
	Subject, Text string
	// HTML is the content of the HTML document, without the layout. If empty, it is made from Text.
	HTML string
}

// Part names a text of a Source, as the API does.
type Part string

// The parts of a Source.
const (
	SubjectPart Part = "subject"
	TextPart    Part = "text"
	HTMLPart    Part = "html"
)

// Parts returns the texts of the source by their names.
func (s Source) Parts() map[Part]string {
	return map[Part]string{SubjectPart: s.Subject, TextPart: s.Text, HTMLPart: s.HTML}
}

// Content is a rendered mail.
type Content struct {
	Subject, Text string
	// HTML is a whole document.
	HTML string
}

// errTooLong is the failure of a template whose output is too long.
var errTooLong = fmt.Errorf("the text is longer than %d KiB", maxOutput>>10)

// limited is a writer that fails once more than maxOutput bytes were written.
type limited struct {
	strings.Builder
}

// Write implements io.Writer.
func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxOutput {
		return 0, errTooLong
	}
	return l.Builder.Write(p)
}

// PartError is the failure of one text of a mail.
type PartError struct {
	Part Part
	Err  error
}

// Error implements error.
func (e *PartError) Error() string { return string(e.Part) + ": " + e.Err.Error() }

// Unwrap returns the failure.
func (e *PartError) Unwrap() error { return e.Err }

// Render renders a mail. sender is the name of the organization, which the layout shows. It fails
// if a value is missing, and with a *PartError if a text becomes too long or cannot be rendered.
func Render(s Source, variables []Variable, values Values, l paper.Language, sender string) (*Content, error) {
	formatted, err := format(variables, values, l)
	if err != nil {
		return nil, err
	}
	subject, err := renderText(s.Subject, variables, formatted)
	if err != nil {
		return nil, &PartError{SubjectPart, err}
	}
	body, err := renderText(s.Text, variables, formatted)
	if err != nil {
		return nil, &PartError{TextPart, err}
	}
	content := &Content{Subject: strings.Join(strings.Fields(subject), " "), Text: strings.TrimSpace(body) + "\n"}
	inner := paragraphs(content.Text)
	if s.HTML != "" {
		if inner, err = renderHTML(s.HTML, variables, formatted); err != nil {
			return nil, &PartError{HTMLPart, err}
		}
	}
	content.HTML, err = addLayout(content.Subject, inner, l, sender)
	return content, err
}

func renderText(source string, variables []Variable, values map[string]any) (string, error) {
	tree, err := parseSource(source, variables)
	if err != nil {
		return "", err
	}
	t, err := text.New("template").Funcs(ownFunctions()).Option("missingkey=error").AddParseTree("template", tree)
	if err != nil {
		return "", err
	}
	return execute(t, values)
}

func renderHTML(source string, variables []Variable, values map[string]any) (html.HTML, error) {
	tree, err := parseSource(source, variables)
	if err != nil {
		return "", err
	}
	t, err := html.New("template").Funcs(ownFunctions()).Option("missingkey=error").AddParseTree("template", tree)
	if err != nil {
		return "", err
	}
	out, err := execute(t, values)
	return html.HTML(out), err //nolint:gosec // html/template escaped it
}

// execute renders a template. It returns what the author can correct as a *Problem.
func execute(t interface{ Execute(io.Writer, any) error }, values any) (string, error) {
	var out limited
	err := t.Execute(&out, values)
	if err == nil {
		return out.String(), nil
	}
	if errors.Is(err, errTooLong) {
		return "", errTooLong
	}
	var escaping *html.Error
	if errors.As(err, &escaping) {
		return "", &Problem{max(escaping.Line, 1), escaping.Description}
	}
	return "", syntaxProblem(err)
}

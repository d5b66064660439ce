package template

import (
	_ "embed"
	html "html/template"
	"regexp"
	"strings"

	"backoffice/internal/platform/paper"
)

//go:embed layout.html
var layoutSource string

// layout is the document around the content of every mail. Its styles are inline and its columns a
// table, because mail clients remove style sheets and know no other layout.
var layout = html.Must(html.New("layout").Parse(layoutSource))

// addLayout returns the whole document of a mail.
func addLayout(title string, content html.HTML, l paper.Language, sender string) (string, error) {
	var out strings.Builder
	err := layout.Execute(&out, map[string]any{
		"Title": title, "Content": content, "Language": l.Code, "Sender": sender,
	})
	return out.String(), err
}

// link matches a URL at the end of a word, without punctuation that follows it.
var link = regexp.MustCompile(`https?://[^\s<>"]*[^\s<>".,;:!?)\]]`)

// paragraphs returns plain text as HTML: blank lines separate paragraphs, and URLs become links.
func paragraphs(text string) html.HTML {
	var out strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		out.WriteString(`<p style="margin:0 0 16px 0">`)
		rest := paragraph
		for rest != "" {
			at := link.FindStringIndex(rest)
			if at == nil {
				break
			}
			url := html.HTMLEscapeString(rest[at[0]:at[1]])
			out.WriteString(escapeLines(rest[:at[0]]) + `<a href="` + url + `">` + url + `</a>`)
			rest = rest[at[1]:]
		}
		out.WriteString(escapeLines(rest) + "</p>\n")
	}
	return html.HTML(out.String()) //nolint:gosec // every part is escaped
}

// escapeLines escapes text and keeps its line breaks.
func escapeLines(text string) string {
	return strings.ReplaceAll(html.HTMLEscapeString(text), "\n", "<br>\n")
}

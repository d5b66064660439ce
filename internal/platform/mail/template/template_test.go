package template_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/paper"
)

var variables = []template.Variable{
	{Name: "name", Type: template.Text},
	{Name: "total", Type: template.Money},
	{Name: "due", Type: template.Date},
	{Name: "sent", Type: template.Time},
	{Name: "link", Type: template.URL},
	{Name: "count", Type: template.Number},
	{Name: "items", Type: template.List, Fields: []template.Variable{
		{Name: "title", Type: template.Text}, {Name: "price", Type: template.Money},
	}},
}

func values() template.Values {
	v := template.Sample(variables)
	v["name"] = `Ann <script>alert("x")</script>`
	return v
}

func TestTemplatesAreChecked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		source string
		line   int // 0 if the template is accepted
	}{
		"accepts plain text":                   {"Hello", 0},
		"accepts a variable":                   {"Hello {{.name}}, {{.total}} by {{.due}}", 0},
		"accepts conditions":                   {`{{if and .name (eq .count "12")}}a{{else if not .link}}b{{else}}c{{end}}`, 0},
		"accepts a list":                       {"{{range .items}}{{.title}} {{$.name}}{{else}}none{{end}}", 0},
		"accepts with":                         {"{{with .name}}{{.}} {{. | upper | truncate 3}}{{end}}", 0},
		"accepts a comment":                    {"{{/* a note */}}x", 0},
		"accepts break in a list":              {"{{range .items}}{{break}}{{end}}", 0},
		"accepts the length of a list":         {"{{len .items}}", 0},
		"rejects an unknown variable":          {"a\nb\n{{.nmae}}", 3},
		"rejects a field of another scope":     {"{{.title}}", 1},
		"rejects a variable of the mail in it": {"{{range .items}}\n{{.name}}{{end}}", 2},
		"rejects a path":                       {"{{.name.first}}", 1},
		"rejects a chain":                      {"{{(.name).first}}", 1},
		"rejects a call of a template":         {"x\n{{template \"template\" .}}", 2},
		"rejects a definition":                 {`{{define "a"}}x{{end}}`, 1},
		"rejects a block":                      {`{{block "a" .}}x{{end}}`, 1},
		"rejects a nested range":               {"{{range .items}}\n{{range $.items}}{{end}}{{end}}", 2},
		"rejects a range in with in a range":   {"{{range .items}}{{with .title}}{{range $.items}}{{end}}{{end}}{{end}}", 1},
		"rejects a range over text":            {"{{range .name}}{{end}}", 1},
		"rejects a range over a number":        {"{{range 1000000000}}{{end}}", 1},
		"rejects a declaration":                {"{{$x := .name}}{{$x}}", 1},
		"rejects the record itself":            {"{{.}}", 1},
		"rejects the record of a list":         {"{{range .items}}{{.}}{{end}}", 1},
		"rejects all variables":                {"{{$}}", 1},
		"rejects printing a list":              {"{{.items}}", 1},
		"rejects printf":                       {`{{printf "%1000000000d" 1}}`, 1},
		"rejects html":                         {"{{html .name}}", 1},
		"rejects call":                         {"{{call .name}}", 1},
		"rejects an open action":               {"a\n{{if .name}}b", 2},
		"rejects bad syntax":                   {"a\n\n{{.name", 3},
		"rejects deep nesting":                 {strings.Repeat("{{if .name}}", 10) + strings.Repeat("{{end}}", 10), 1},
		"rejects a long template":              {strings.Repeat("x", 65<<10), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := template.Check(c.source, variables)
			var problem *template.Problem
			switch {
			case c.line == 0 && err != nil:
				t.Error(err)
			case c.line > 0 && (!errors.As(err, &problem) || problem.Line != c.line || problem.Message == ""):
				t.Errorf("got %v, want a problem in line %d", err, c.line)
			}
		})
	}
}

func TestAcceptedTemplateRenders(t *testing.T) {
	t.Parallel()
	got, err := template.Render(template.Source{
		Subject: "For {{.name}}\nand you",
		Text:    "{{range .items}}- {{.title}}: {{.price}}\n{{end}}{{.total}} by {{.due}}\n\n{{.link}}.",
		HTML:    `<p><a href="{{.link}}">{{.name}}</a></p>`,
	}, variables, values(), paper.Language{Code: "de"}, "Acme & Co")
	if err != nil {
		t.Fatal(err)
	}
	if want := `For Ann <script>alert("x")</script> and you`; got.Subject != want {
		t.Errorf("the subject is %q", got.Subject)
	}
	if want := "- Example: 1.234,50\u00a0USD\n- Example: 1.234,50\u00a0USD\n1.234,50\u00a0USD by 31.10.2026\n\nhttps://example.com/.\n"; got.Text != want {
		t.Errorf("the text is %q", got.Text)
	}
	for _, want := range []string{`<html lang="de">`, `<a href="https://example.com/">Ann &lt;script&gt;`,
		"Acme &amp; Co"} {
		if !strings.Contains(got.HTML, want) {
			t.Errorf("the HTML lacks %s:\n%s", want, got.HTML)
		}
	}
	if strings.Contains(got.HTML, "<script>") {
		t.Error("the HTML contains a script")
	}
}

func TestHTMLIsMadeFromText(t *testing.T) {
	t.Parallel()
	got, err := template.Render(template.Source{Subject: "s", Text: "Hi {{.name}},\nsee {{.link}}.\n\nBye"},
		variables, values(), paper.Language{Code: "en"}, "Acme")
	if err != nil {
		t.Fatal(err)
	}
	want := `<p style="margin:0 0 16px 0">Hi Ann &lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;,<br>
see <a href="https://example.com/">https://example.com/</a>.</p>
<p style="margin:0 0 16px 0">Bye</p>
`
	if !strings.Contains(got.HTML, want) {
		t.Errorf("got %s", got.HTML)
	}
	if folder := os.Getenv("MAIL_PREVIEW"); folder != "" {
		_ = os.WriteFile(folder, []byte(got.HTML), 0o600)
	}
}

func TestOutputIsLimited(t *testing.T) {
	t.Parallel()
	v := values()
	item := template.Values{"title": strings.Repeat("x", 1000), "price": &typev1.Money{Amount: "1.00",
		CurrencyCode: "USD"}}
	list := make([]template.Values, 1000)
	for i := range list {
		list[i] = item
	}
	v["items"] = list
	source := template.Source{Subject: "s", Text: "{{range .items}}{{.title}}{{end}}"}
	if _, err := template.Render(source, variables, v, paper.Language{Code: "en"}, "Acme"); err == nil {
		t.Error("rendered a megabyte")
	}
	v["items"] = append(list, item)
	if _, err := template.Render(template.Source{Text: "x"}, variables, v, paper.Language{}, ""); err == nil {
		t.Error("accepted more than 1000 records")
	}
}

func TestValuesMustMatchTheirDeclaration(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(template.Values){
		"rejects a missing value":      func(v template.Values) { delete(v, "name") },
		"rejects an undeclared value":  func(v template.Values) { v["other"] = "x" },
		"rejects another type":         func(v template.Values) { v["total"] = "12.50" },
		"rejects text as a link":       func(v template.Values) { v["link"] = "javascript:alert(1)" },
		"rejects an absent amount":     func(v template.Values) { v["total"] = (*typev1.Money)(nil) },
		"rejects an incomplete record": func(v template.Values) { v["items"] = []template.Values{{"title": "x"}} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := values()
			set(v)
			if got, err := template.Render(template.Source{Text: "x"}, variables, v, paper.Language{}, ""); err == nil {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestFormatsFollowTheLanguage(t *testing.T) {
	t.Parallel()
	date, err := calendar.ParseDate("2026-03-09")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 9, 23, 30, 0, 0, time.UTC)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for want, l := range map[string]paper.Language{
		"USD\u00a0-1,234,567.50 | 12,345.6 | March 9, 2026 | March 9, 2026 23:30 UTC":          {Code: "en", Region: "US"},
		"USD\u00a0-1,234,567.50 | 12,345.6 | 9 March 2026 | 9 March 2026 23:30 UTC":            {Code: "en", Region: "GB"},
		"-1.234.567,50\u00a0USD | 12.345,6 | 09.03.2026 | 10.03.2026 00:30 CET":                {Code: "de", Zone: berlin},
		"-1\u202f234\u202f567,50\u00a0USD | 12\u202f345,6 | 09/03/2026 | 09/03/2026 23:30 UTC": {Code: "fr"},
	} {
		money := l.Money(&typev1.Money{Amount: "-1234567.50", CurrencyCode: "USD"})
		number := l.Number(decimal.RequireFromString("12345.6"))
		if got := strings.Join([]string{money, number, l.Date(date), l.Time(at)}, " | "); got != want {
			t.Errorf("%s: got %q, want %q", l.Code, got, want)
		}
	}
}

func FuzzCheckedTemplateEnds(f *testing.F) {
	for _, source := range []string{"{{.name}}", "{{range .items}}{{.title}}{{end}}", "<a href={{.link}}>",
		"{{with .name}}{{.}}{{end}}"} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if template.Check(source, variables) != nil {
			return
		}
		began := time.Now()
		_, _ = template.Render(template.Source{Subject: source, Text: source, HTML: source}, variables, values(),
			paper.Language{Code: "en"}, "Acme")
		if time.Since(began) > 10*time.Second {
			t.Errorf("%q took %v", source, time.Since(began))
		}
	})
}

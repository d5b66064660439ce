package collaboration

import (
	"strings"
	"testing"
	"time"
)

func TestMarkdownIsRendered(t *testing.T) {
	t.Parallel()
	names := map[string]string{"prs_01k9zzzzzzzzzzzzzzzzzzzzzz": "Ada <b>"}
	for source, want := range map[string]string{
		"":                 "",
		"a *b* **c**\nd":   "<p>a <em>b</em> <strong>c</strong><br>\nd</p>\n",
		"`@[prs_x]` & < >": "<p><code>@[prs_x]</code> &amp; &lt; &gt;</p>\n",
		"~~no~~":           "<p><del>no</del></p>\n",
		"https://a.example": "<p><a href=\"https://a.example\" rel=\"nofollow noreferrer noopener\" target=\"_blank\">" +
			"https://a.example</a></p>\n",
		"![a *b*](https://a.example/x.png)": "<p><a href=\"https://a.example/x.png\" rel=\"nofollow noreferrer noopener\" " +
			"target=\"_blank\">a <em>b</em></a></p>\n",
		"![](/x.png)":        "<p><a href=\"/x.png\" rel=\"nofollow noreferrer\">/x.png</a></p>\n",
		"[![a](/x.png)](/y)": "<p><a href=\"/y\" rel=\"nofollow noreferrer\">a</a></p>\n",
		"- [x] done":         "<ul>\n<li><input checked=\"\" disabled=\"\" type=\"checkbox\"> done</li>\n</ul>\n",
		"Hi @[prs_01k9zzzzzzzzzzzzzzzzzzzzzz]!": "<p>Hi <span data-person-id=\"prs_01k9zzzzzzzzzzzzzzzzzzzzzz\">" +
			"@Ada &lt;b&gt;</span>!</p>\n",
		"`@[prs_01k9zzzzzzzzzzzzzzzzzzzzzz]`": "<p><code>@[prs_01k9zzzzzzzzzzzzzzzzzzzzzz]</code></p>\n",
		"@[prs_01k9aaaaaaaaaaaaaaaaaaaaaa]":   "<p>@[prs_01k9aaaaaaaaaaaaaaaaaaaaaa]</p>\n",
	} {
		if got, err := render(source, names); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", source, got, err, want)
		}
	}
}

// TestRenderedMarkdownIsSafe checks that no HTML, script or unsafe link of a text is rendered.
func TestRenderedMarkdownIsSafe(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a <b onclick=alert(1)>b</b>",
		"[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "![a](javascript:alert(1))", "<javascript:alert(1)>",
		"[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](vbscript:x)", "<iframe src=//a.example>", "<svg/onload=alert(1)>",
		"[a]: javascript:alert(1)\n\n[a]", "[a](java&#115;cript:alert(1))", "<!-- --><style>*{}</style>",
		"![a](https://a.example/x.png)", "![a][b]\n\n[b]: https://a.example/x.png",
		"[a](https://a.example \"\\\" onmouseover=alert(1)\")", "| a |\n|---|\n| <script>alert(1)</script> |",
	} {
		got, err := render(source, nil)
		if err != nil {
			t.Fatal(err)
		}
		lower := strings.ToLower(got)
		for _, part := range []string{
			"<script", "<img", "<iframe", "<svg", "<style", "=\"javascript:", "=\"vbscript:", "=\"data:",
			" onerror=", " onclick=", "\" on",
		} {
			if strings.Contains(lower, part) {
				t.Errorf("%q: got %q, want no %q", source, got, part)
			}
		}
	}
}

// TestMarkdownIsRenderedFast renders the longest texts that nest as deep as possible.
func TestMarkdownIsRenderedFast(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"> ", "[", "![", "*a_", "`", "<", "- ", "[a](", "@[", "&", "|", "a**b", "]("} {
		source := strings.Repeat(part, 20_000/len(part))
		begun := time.Now()
		if _, err := render(source, nil); err != nil {
			t.Errorf("%q: %v", part, err)
		}
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("%q: took %v, want at most 2 s", part, took)
		}
	}
}

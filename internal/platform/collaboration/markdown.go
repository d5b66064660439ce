package collaboration

import (
	"bytes"
	"context"
	"html"
	"regexp"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	renderhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
)

// markdown omits raw HTML and unsafe links.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList, extension.Linkify),
	goldmark.WithRendererOptions(renderhtml.WithHardWraps()),
	goldmark.WithParserOptions(parser.WithInlineParsers(util.Prioritized(mentionParser{}, 150))),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(nodeRenderer{}, 150))),
)

// mention matches `@[prs_…]`.
var mention = regexp.MustCompile(`@\[(prs_[0-9a-z]{26})\]`)

// sanitizer allows what markdown produces. It is a second line of defense. It allows no images,
// because loading one tells its server who reads the comment.
var sanitizer = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowStandardURLs()
	p.AllowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6")
	p.AllowElements("blockquote", "pre", "code", "em", "strong", "del")
	p.AllowLists()
	p.AllowTables()
	p.AllowAttrs("href").OnElements("a")
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true) // adds noopener too
	p.AllowAttrs("data-person-id").Matching(regexp.MustCompile(`^prs_[0-9a-z]{26}$`)).OnElements("span")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input")
	p.AllowAttrs("checked", "disabled").OnElements("input")
	return p
}()

// personNames is the key of the parser context under which the display names of persons are.
var personNames = parser.NewContextKey()

// render converts Markdown to HTML that is safe to show.
func render(source string, names map[string]string) (string, error) {
	var out bytes.Buffer
	c := parser.NewContext()
	c.Set(personNames, names)
	if err := markdown.Convert([]byte(source), &out, parser.WithContext(c)); err != nil {
		return "", err
	}
	return sanitizer.Sanitize(out.String()), nil
}

// renderTexts renders Markdown texts, with the display names of the persons that they mention.
func renderTexts(ctx context.Context, tx *db.Tx, texts []string) ([]string, error) {
	out := make([]string, len(texts))
	var names map[string]string
	if persons := mentionsIn(texts...); len(persons) > 0 {
		var err error
		if names, err = namesOf(ctx, tx, persons); err != nil {
			return nil, err
		}
	}
	for i, source := range texts {
		var err error
		if out[i], err = render(source, names); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// renderComments sets body_html.
func renderComments(ctx context.Context, tx *db.Tx, list []*pb.Comment) error {
	texts := make([]string, len(list))
	for i, c := range list {
		texts[i] = c.BodyMarkdown
	}
	rendered, err := renderTexts(ctx, tx, texts)
	for i, out := range rendered {
		list[i].BodyHtml = out
	}
	return err
}

var mentionKind = ast.NewNodeKind("Mention")

// mentionNode is a mention of a person in parsed Markdown.
type mentionNode struct {
	ast.BaseInline
	person, name string
}

// Kind implements ast.Node.
func (*mentionNode) Kind() ast.NodeKind { return mentionKind }

// Dump implements ast.Node.
func (n *mentionNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"person": n.person}, nil)
}

// mentionParser parses `@[prs_…]`. Where names are given, a mention of a person without a name
// stays text.
type mentionParser struct{}

// Trigger implements parser.InlineParser.
func (mentionParser) Trigger() []byte { return []byte{'@'} }

// Parse implements parser.InlineParser.
func (mentionParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	match := mention.FindSubmatchIndex(line)
	if match == nil || match[0] != 0 {
		return nil
	}
	person := string(line[match[2]:match[3]])
	names, isRendered := pc.Get(personNames).(map[string]string)
	name, known := names[person]
	if isRendered && !known {
		return nil
	}
	block.Advance(match[1])
	return &mentionNode{person: person, name: name}
}

// nodeRenderer renders a mention as the person's display name, and an image as a link to it.
type nodeRenderer struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (nodeRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(mentionKind, func(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
		if n := node.(*mentionNode); entering {
			_, _ = w.WriteString(`<span data-person-id="` + n.person + `">@` + html.EscapeString(n.name) + `</span>`)
		}
		return ast.WalkSkipChildren, nil
	})
	r.Register(ast.KindImage, renderImage)
}

// renderImage renders an image as a link with its alternative text. Links do not nest, so inside
// another link only the text remains.
func renderImage(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	image := node.(*ast.Image)
	if isInLink(image) || renderhtml.IsDangerousURL(image.Destination) {
		return ast.WalkContinue, nil
	}
	if !entering {
		_, _ = w.WriteString("</a>")
		return ast.WalkContinue, nil
	}
	address := util.EscapeHTML(util.URLEscape(image.Destination, true))
	_, _ = w.WriteString(`<a href="` + string(address) + `">`)
	if !image.HasChildren() {
		_, _ = w.Write(address)
	}
	return ast.WalkContinue, nil
}

// isInLink reports whether a node is inside a link, or an image, which becomes one.
func isInLink(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindLink || p.Kind() == ast.KindImage {
			return true
		}
	}
	return false
}

package template

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/template/parse"
)

// Limits of a template. They keep rendering short: without nested ranges, a template executes each
// node at most maxRecords times.
const (
	maxSource = 64 << 10
	maxDepth  = 8
)

// Problem is why a template is refused.
type Problem struct {
	// Line is the line of the problem, from 1.
	Line    int
	Message string
}

// Error implements error.
func (p *Problem) Error() string { return fmt.Sprintf("line %d: %s", p.Line, p.Message) }

// builtIn marks a function that Go templates have.
type builtIn struct{}

// functions are the functions that templates may call.
var functions = map[string]any{
	"and": builtIn{}, "or": builtIn{}, "not": builtIn{}, "eq": builtIn{}, "ne": builtIn{}, "len": builtIn{},
	"upper": strings.ToUpper,
	"lower": strings.ToLower,
	"truncate": func(n int, text string) string {
		if r := []rune(text); len(r) > max(n, 0) {
			return string(r[:max(n, 0)]) + "…"
		}
		return text
	},
}

// ownFunctions returns the functions that are not built into Go templates.
func ownFunctions() map[string]any {
	own := map[string]any{}
	for name, f := range functions {
		if _, is := f.(builtIn); !is {
			own[name] = f
		}
	}
	return own
}

// Check reports problems of a template as *Problem, joined if it finds several: bad syntax, a
// variable that is not declared, an action that is not allowed, or a limit that is exceeded.
func Check(source string, variables []Variable) error {
	_, err := parseSource(source, variables)
	return err
}

// parseSource parses and checks a template.
func parseSource(source string, variables []Variable) (*parse.Tree, error) {
	if len(source) > maxSource {
		return nil, &Problem{1, fmt.Sprintf("the template is longer than %d KiB", maxSource>>10)}
	}
	tree := parse.New("template")
	all := map[string]*parse.Tree{}
	if _, err := tree.Parse(source, "", "", all, functions); err != nil {
		return nil, syntaxProblem(err)
	}
	if len(all) > 1 {
		return nil, &Problem{1, "define and block are not allowed"}
	}
	c := checker{root: variables, source: source}
	return tree, c.list(tree.Root, scope{variables: variables}, 0)
}

// syntaxError matches an error of package parse, such as `template: template:3: unexpected EOF`.
var syntaxError = regexp.MustCompile(`^template: template:(\d+):(?:\d+:)? ?(.*)$`)

func syntaxProblem(err error) error {
	if m := syntaxError.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " ")); m != nil {
		line, _ := strconv.Atoi(m[1])
		return &Problem{line, m[2]}
	}
	return &Problem{1, err.Error()}
}

// scope is what the dot and its fields mean at a place in a template.
type scope struct {
	// variables are the fields of the dot; nil if the dot is a single value.
	variables []Variable
	isValue   bool
	inRange   bool
}

// checker walks a parsed template.
type checker struct {
	root   []Variable
	source string
}

// problem returns a problem at a node.
func (c checker) problem(n parse.Node, format string, args ...any) error {
	before := c.source[:min(int(n.Position()), len(c.source))]
	return &Problem{1 + strings.Count(before, "\n"), fmt.Sprintf(format, args...)}
}

func (c checker) list(l *parse.ListNode, s scope, depth int) error {
	if l == nil {
		return nil
	}
	if depth > maxDepth {
		return c.problem(l, "actions are nested more than %d deep", maxDepth)
	}
	for _, n := range l.Nodes {
		if err := c.node(n, s, depth); err != nil {
			return err
		}
	}
	return nil
}

func (c checker) node(n parse.Node, s scope, depth int) error {
	switch n := n.(type) {
	case *parse.TextNode, *parse.CommentNode, *parse.BreakNode, *parse.ContinueNode:
		return nil
	case *parse.ActionNode:
		return c.printed(n.Pipe, s)
	case *parse.IfNode:
		return errors.Join(c.pipe(n.Pipe, s), c.list(n.List, s, depth+1), c.list(n.ElseList, s, depth+1))
	case *parse.WithNode:
		inner, err := c.narrowed(n.Pipe, s)
		return errors.Join(err, c.list(n.List, inner, depth+1), c.list(n.ElseList, s, depth+1))
	case *parse.RangeNode:
		return c.rangeNode(n, s, depth)
	}
	return c.problem(n, "%s is not allowed", firstWord(n.String()))
}

// firstWord returns the name of an action, such as template.
func firstWord(action string) string {
	words := strings.Fields(strings.Trim(action, "{}"))
	if len(words) == 0 {
		return "this action"
	}
	return words[0]
}

// rangeNode checks a range. It must be over a list and cannot contain another range.
func (c checker) rangeNode(n *parse.RangeNode, s scope, depth int) error {
	if s.inRange {
		return c.problem(n, "a range cannot contain another range")
	}
	v, err := c.single(n.Pipe, s)
	if err != nil {
		return err
	}
	if v == nil || v.Type != List {
		return c.problem(n, "range needs a variable of the type LIST")
	}
	inner := scope{variables: v.Fields, inRange: true}
	return errors.Join(c.list(n.List, inner, depth+1), c.list(n.ElseList, s, depth+1))
}

// narrowed returns the scope inside of a with.
func (c checker) narrowed(p *parse.PipeNode, s scope) (scope, error) {
	v, err := c.single(p, s)
	if err == nil && v != nil && v.Type == List {
		err = c.problem(p, "with needs a single value; use range for the list %s", v.Name)
	}
	return scope{isValue: true, inRange: s.inRange}, err
}

// printed checks a pipeline whose value is printed, which cannot be a list or a record.
func (c checker) printed(p *parse.PipeNode, s scope) error {
	v, err := c.single(p, s)
	if err == nil && v != nil && v.Type == List {
		err = c.problem(p, "the list %s cannot be printed; use range", v.Name)
	}
	return err
}

// single checks a pipeline. It returns the variable that is all of it, nil if it is an expression.
func (c checker) single(p *parse.PipeNode, s scope) (*Variable, error) {
	if err := c.pipe(p, s); err != nil {
		return nil, err
	}
	if len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return nil, nil
	}
	switch n := p.Cmds[0].Args[0].(type) {
	case *parse.FieldNode:
		return c.field(n, n.Ident, s.variables)
	case *parse.VariableNode:
		return c.field(n, n.Ident[1:], c.root)
	}
	return nil, nil
}

func (c checker) pipe(p *parse.PipeNode, s scope) error {
	if len(p.Decl) > 0 {
		return c.problem(p, "variables such as %s cannot be declared", p.Decl[0])
	}
	for _, command := range p.Cmds {
		for _, arg := range command.Args {
			if err := c.argument(arg, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c checker) argument(n parse.Node, s scope) (err error) {
	switch n := n.(type) {
	case *parse.StringNode, *parse.NumberNode, *parse.BoolNode:
		return nil
	case *parse.IdentifierNode: // the parser knows only the functions
		return nil
	case *parse.PipeNode:
		return c.pipe(n, s)
	case *parse.DotNode:
		if !s.isValue {
			return c.problem(n, "the dot is a record here; name one of its values, such as .%s", firstName(s.variables))
		}
		return nil
	case *parse.FieldNode:
		_, err = c.field(n, n.Ident, s.variables)
		return err
	case *parse.VariableNode:
		if n.Ident[0] != "$" || len(n.Ident) == 1 {
			return c.problem(n, "%s is not allowed; write $.name for a variable of the mail", n)
		}
		_, err = c.field(n, n.Ident[1:], c.root)
		return err
	}
	return c.problem(n, "%s is not allowed", n)
}

func firstName(variables []Variable) string {
	if len(variables) == 0 {
		return "name"
	}
	return variables[0].Name
}

// field returns the variable that a path such as .total names.
func (c checker) field(n parse.Node, path []string, variables []Variable) (*Variable, error) {
	for i := range variables {
		if len(path) == 1 && variables[i].Name == path[0] {
			return &variables[i], nil
		}
	}
	return nil, c.problem(n, "the variable %s is not declared here", strings.Join(path, "."))
}

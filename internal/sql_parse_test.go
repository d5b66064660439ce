package internal_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// query is one level of a statement: the tokens between a pair of parentheses, or outside of all.
// Nested parentheses are replaced by the token "()" and are the inner queries.
type query struct {
	tokens []string
	inner  []query
}

var (
	sqlComment = regexp.MustCompile(`--[^\n]*`)
	sqlToken   = regexp.MustCompile(`'(?:[^']|'')*'|\$\d+|%(?:\[\d+\])?[a-z]|[\w.]+(?:%s)?|::|[^\s\w]`)
)

// parseSQL splits a statement into its queries. Parentheses may stay open, since a string literal
// may be only a part of a statement.
func parseSQL(text string) query {
	text = strings.ReplaceAll(sqlComment.ReplaceAllString(strings.ToLower(text), ""), "%s.", "alias.")
	text = regexp.MustCompile(`(%s|%s[\w.]+) %s\b`).ReplaceAllString(text, "$1 alias ")
	tokens := sqlToken.FindAllString(text, -1)
	q, _ := parseLevel(tokens)
	return q
}

func parseLevel(tokens []string) (q query, rest []string) {
	for len(tokens) > 0 {
		token := tokens[0]
		tokens = tokens[1:]
		switch token {
		case "(":
			var in query
			in, tokens = parseLevel(tokens)
			q.inner = append(q.inner, in)
			q.tokens = append(q.tokens, "()")
		case ")":
			return q, tokens
		default:
			q.tokens = append(q.tokens, token)
		}
	}
	return q, nil
}

// each calls do with the query and all nested ones.
func (q query) each(do func(query)) {
	do(q)
	for _, in := range q.inner {
		in.each(do)
	}
}

// parts splits the tokens of a query at union, except and intersect.
func (q query) parts() (out [][]string) {
	from := 0
	for i, token := range q.tokens {
		if token == "union" || token == "except" || token == "intersect" {
			out = append(out, q.tokens[from:i])
			from = i + 1
		}
	}
	return append(out, q.tokens[from:])
}

// use is a table that a query reads or changes, with its alias.
type use struct{ table, alias string }

// notAliases are the tokens that may follow a table without an alias.
var notAliases = strings.Fields(`where join left right full inner cross on set order group limit for union offset window
	having using returning values select default as with ; ) , () $1 %s`)

var tableName = regexp.MustCompile(`^((platform|finance|operations|people)\.[a-z_]+|%s)$`)

// uses returns the tables that a part of a query reads, updates or deletes from.
func uses(tokens []string) (out []use) {
	for i, token := range tokens {
		if !slices.Contains([]string{"from", "join", "update", "using"}, token) {
			continue
		}
		for i++; i < len(tokens) && tableName.MatchString(tokens[i]); {
			u := use{table: tokens[i]}
			i++
			if i < len(tokens) && tokens[i] == "as" {
				i++
			}
			if i < len(tokens) && !slices.Contains(notAliases, tokens[i]) {
				u.alias = tokens[i]
				i++
			}
			out = append(out, u)
			if i < len(tokens) && tokens[i] == "," {
				i++
			}
		}
	}
	return out
}

// has reports whether tokens contain a sequence, in which "$" matches any parameter.
func has(tokens []string, sequence ...string) bool {
	for i := 0; i+len(sequence) <= len(tokens); i++ {
		if slices.EqualFunc(tokens[i:i+len(sequence)], sequence, func(token, want string) bool {
			return token == want || want == "$" && strings.HasPrefix(token, "$")
		}) {
			return true
		}
	}
	return false
}

func TestParseSQL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]use{
		"select from finance.accounts a join finance.dimensions as d on d.org_id = $1": {{"finance.accounts", "a"},
			{"finance.dimensions", "d"}},
		"delete from finance.accounts\nwhere org_id = $1": {{"finance.accounts", ""}},
		"update finance.accounts set code = ''":           {{"finance.accounts", ""}},
		"select from %s %s where %s.org_id = $1":          {{"%s", "alias"}},
		"select from unnest($1) u for update":             nil,
	} {
		if got := uses(parseSQL(text).tokens); !slices.Equal(got, want) {
			t.Errorf("%q uses %v, want %v", text, got, want)
		}
	}
}

package main

import (
	"strings"
	"unicode/utf8"
)

// maxColumns is the length of a line of Go, in which a tab is one column.
const maxColumns = 120

// wrapGo divides the lines of Go code that are too long, in the manner of the tree.
func wrapGo(source string) string {
	lines := strings.Split(source, "\n")
	for i, line := range lines {
		lines[i] = wrapLine(line)
	}
	return strings.Join(lines, "\n")
}

// wrapLine divides a line: the parameters of a function take a line, the options of a column follow
// it, and other lists go on in the next line.
func wrapLine(line string) string {
	if utf8.RuneCountInString(line) <= maxColumns {
		return line
	}
	indent := line[:len(line)-len(strings.TrimLeft(line, "\t"))] + "\t"
	if head, rest, found := strings.Cut(line, "(ctx context.Context, "); found && strings.HasPrefix(line, "func ") {
		parameters, results, _ := strings.Cut(rest, ") (")
		return head + "(\n\tctx context.Context, " + parameters + ",\n) (" + results
	}
	if head, options, found := strings.Cut(line, " })."); found && options != "" {
		return wrapLine(head+" }).") + "\n" + indent + options
	}
	if at := lastComma(line); at > 0 {
		return line[:at] + "\n" + wrapLine(indent+line[at+1:])
	}
	return line
}

// lastComma returns the index after the last comma outside of strings at which the line can end, or
// 0.
func lastComma(line string) int {
	at, quoted := 0, false
	for i, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted && utf8.RuneCountInString(line[:i+1]) <= maxColumns && strings.HasPrefix(line[i+1:], " "):
			at = i + 1
		}
	}
	return at
}

// filled writes the elements of a list in lines as long as possible, each ended by a comma.
func filled(elements []string, indent int) string {
	var lines []string
	line := ""
	for _, e := range elements {
		if line != "" && indent+len(line)+1+len(e)+1 > maxColumns {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimLeft(line+" "+e+",", " ")
	}
	return strings.Join(append(lines, line), "\n")
}

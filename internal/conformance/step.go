package conformance

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Step is a step of a case: something that happens in the books, or a statement with the figures
// that it must show.
type Step struct {
	// Heading says what happens, such as `2025-01-10 Buy a machine`.
	Heading string
	// Lines are the details: the lines of an entry, or the figures of a statement.
	Lines []string
	// Refusal is the reason with which the step must be refused. Empty if it must succeed.
	Refusal string
}

// refused begins the line with the reason of a refusal.
const refused = "refused: "

// Steps divides the text of a case. A line at the margin begins a step, and indented lines are its
// details.
func Steps(text string) []Step {
	text = strings.TrimLeft(text, "\n")
	margin := text[:len(text)-len(strings.TrimLeft(text, "\t"))]
	var steps []Step
	for line := range strings.Lines(text) {
		detail, isDetail := strings.CutPrefix(strings.TrimRight(line, "\n"), margin+"\t")
		switch {
		case !isDetail:
			steps = append(steps, Step{Heading: strings.TrimSpace(line)})
		case strings.HasPrefix(detail, refused):
			steps[len(steps)-1].Refusal = strings.TrimPrefix(detail, refused)
		default:
			last := &steps[len(steps)-1]
			last.Lines = append(last.Lines, detail)
		}
	}
	return steps
}

// amountColumn matches the first amount of a line and what follows it.
var amountColumn = regexp.MustCompile(`\s+(-?\d+\.\d\d|none)\b.*$`)

// Format returns the text of a case as it is published: the amounts are in columns.
func Format(text string) string {
	var out strings.Builder
	steps := Steps(text)
	names, widest := 0, 0
	for _, s := range steps {
		for _, line := range s.Lines {
			name, amounts := divide(line)
			first, _, _ := strings.Cut(amounts, " ")
			if amounts != "" {
				names, widest = max(names, utf8.RuneCountInString(name)), max(widest, len(first))
			}
		}
	}
	for _, s := range steps {
		fmt.Fprintf(&out, "%s\n", s.Heading)
		for _, line := range s.Lines {
			name, amounts := divide(line)
			first, rest, _ := strings.Cut(amounts, " ")
			text := fmt.Sprintf("    %-*s  %*s %s", names, name, widest, first, rest)
			fmt.Fprintf(&out, "%s\n", strings.TrimRight(text, " "))
		}
		if s.Refusal != "" {
			fmt.Fprintf(&out, "    %s%s\n", refused, s.Refusal)
		}
	}
	return out.String()
}

// divide returns a line up to its amounts, and the amounts with what follows.
func divide(line string) (name, amounts string) {
	amounts = amountColumn.FindString(line)
	return strings.TrimSuffix(line, amounts), strings.Join(strings.Fields(amounts), " ")
}

// Figures are the amounts that a row of a statement must show.
type Figures struct {
	// Row is the key of the row, which may be followed by its label.
	Row string
	// Amounts has one amount for each column. Empty if there must be no such row.
	Amounts []string
}

var figures = regexp.MustCompile(`^(.+?)((?:\s+-?\d+(?:\.\d+)?)+|\s+none)$`)

// ParseFigures parses a line such as `operating/interest Interest paid  -40.00`, or with `none` in
// place of amounts.
func ParseFigures(line string) (Figures, bool) {
	m := figures.FindStringSubmatch(line)
	if m == nil {
		return Figures{}, false
	}
	amounts := strings.Fields(m[2])
	if amounts[0] == "none" {
		amounts = nil
	}
	return Figures{Row: m[1], Amounts: amounts}, true
}

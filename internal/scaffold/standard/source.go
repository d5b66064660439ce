package standard

import (
	"regexp"
	"strings"
)

// Declaration is a service, method, message, enum, value, oneof or field of a proto file.
type Declaration struct {
	// Kind is the keyword, "field" or "value".
	Kind string
	// Name is qualified by the declarations around it, such as "GetVendorRequest.vendor_id".
	Name string
	// Comment is the comment above it in one line.
	Comment string
	// Line is the index of its first line. The comment is the CommentLines lines above.
	Line, CommentLines int
}

var (
	blockLine = regexp.MustCompile(`^(message|enum|service|rpc|oneof) (\w+)`)
	fieldLine = regexp.MustCompile(`^(?:repeated |optional )?[\w.<>, ]+ (\w+) = \d+`)
	valueLine = regexp.MustCompile(`^([A-Z][A-Z0-9_]*) = \d+`)
	quotes    = regexp.MustCompile(`"[^"]*"`)
)

// Declarations lists the declarations of a proto file that buf has formatted. Descriptors compiled
// into Go have no comments, hence the text is read.
func Declarations(source string) []Declaration {
	var out []Declaration
	var around []string
	var comment []string
	for i, line := range strings.Split(source, "\n") {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "//"); ok {
			comment = append(comment, strings.TrimSpace(text))
			continue
		}
		kind, name := declared(line)
		if kind == "oneof" {
			// Names of fields in a oneof are not qualified by it.
			out = append(out, Declaration{kind, qualified(around, name), strings.Join(comment, " "), i, len(comment)})
			name = ""
		} else if kind != "" {
			out = append(out, Declaration{kind, qualified(around, name), strings.Join(comment, " "), i, len(comment)})
		}
		comment = nil
		around = nested(around, line, name)
	}
	return out
}

func declared(line string) (kind, name string) {
	if m := blockLine.FindStringSubmatch(line); m != nil {
		return m[1], m[2]
	}
	if m := valueLine.FindStringSubmatch(line); m != nil {
		return "value", m[1]
	}
	if m := fieldLine.FindStringSubmatch(line); m != nil && !strings.HasPrefix(line, "option ") {
		return "field", m[1]
	}
	return "", ""
}

// nested returns the blocks around the line after this one. Blocks without a name are "".
func nested(around []string, line, name string) []string {
	code := quotes.ReplaceAllString(line, "")
	opened := strings.Count(code, "{") - strings.Count(code, "}")
	for ; opened > 0; opened-- {
		around = append(around, name)
	}
	return around[:len(around)+opened]
}

func qualified(around []string, name string) string {
	var parts []string
	for _, block := range append(around, name) {
		if block != "" {
			parts = append(parts, block)
		}
	}
	return strings.Join(parts, ".")
}

// commentWidth is where comments of protos wrap.
const commentWidth = 100

// Wrapped writes a comment as the lines above a declaration with the indent. A name in backquotes
// stays on one line.
func Wrapped(comment, indent string) string {
	var lines []string
	line := indent + "//"
	for _, word := range unbroken(comment) {
		if len([]rune(line))+1+len([]rune(word)) > commentWidth && line != indent+"//" {
			lines = append(lines, line)
			line = indent + "//"
		}
		line += " " + word
	}
	return strings.Join(append(lines, line), "\n")
}

// unbroken splits text at the spaces outside of backquotes.
func unbroken(text string) []string {
	var out []string
	inside := false
	for _, word := range strings.Fields(text) {
		if inside {
			out[len(out)-1] += " " + word
		} else {
			out = append(out, word)
		}
		if strings.Count(word, "`")%2 == 1 {
			inside = !inside
		}
	}
	return out
}

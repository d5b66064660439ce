package exportfile

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"backoffice/internal/platform/sheet"
)

// collector collects the records of a file. It gives each person, project and so on one record,
// by its key.
type collector struct {
	options  Options
	file     *File
	people   index[Person]
	teams    index[Team]
	clients  index[Client]
	projects index[Project]
	sections index[Section]
	states   index[State]
	labels   index[Label]
}

func newCollector(options Options) *collector { return &collector{options: options, file: &File{}} }

// index is a list of records with their places by key.
type index[T any] struct {
	list []T
	at   map[string]int
}

// get returns the record with a key. It adds the given one if there is none. The result is valid
// until the next call.
func (x *index[T]) get(key string, record T) *T {
	i, ok := x.at[key]
	if !ok {
		if x.at == nil {
			x.at = map[string]int{}
		}
		i = len(x.list)
		x.at[key], x.list = i, append(x.list, record)
	}
	return &x.list[i]
}

// has reports whether there is a record with a key.
func (x *index[T]) has(key string) bool {
	_, ok := x.at[key]
	return ok
}

// finish returns the file with what was collected.
func (c *collector) finish() *File {
	f := c.file
	f.People, f.Teams, f.Clients, f.Projects = c.people.list, c.teams.list, c.clients.list, c.projects.list
	f.Sections, f.States, f.Labels = c.sections.list, c.states.list, c.labels.list
	return f
}

// person returns the key of a person, and counts a use. It returns "" if the file names no person.
func (c *collector) person(key, name, email string, at Place) string {
	email = fold(email)
	switch {
	case key != "":
	case email != "":
		key = email
	case name != "":
		key = contentKey(name)
	default:
		return ""
	}
	p := c.people.get(key, Person{Key: key, At: at})
	if p.Name == "" {
		p.Name = name
	}
	if p.Email == "" {
		p.Email = email
	}
	p.Uses++
	return key
}

// client returns the key of a client, or "" for none.
func (c *collector) client(name string, at Place) string {
	if name == "" {
		return ""
	}
	key := contentKey(name)
	c.clients.get(key, Client{Key: key, Name: name, At: at})
	return key
}

// project returns the key of a project, or "" for none. Its key is that of the tool, or else
// derived from its client and its name.
func (c *collector) project(key, name, clientKey string, at Place) string {
	switch {
	case key != "":
	case name == "":
		return ""
	case clientKey != "":
		key = clientKey + "/" + contentKey(name)
	default:
		key = contentKey(name)
	}
	c.projects.get(key, Project{Key: key, Name: name, ClientKey: clientKey, At: at})
	return key
}

// section returns the key of a section of a project.
func (c *collector) section(projectKey, name string, at Place) string {
	key := projectKey + "/" + contentKey(name)
	c.sections.get(key, Section{Key: key, Name: name, ProjectKey: projectKey, At: at})
	return key
}

// state returns the key of a state, and counts a use.
func (c *collector) state(s State) string {
	if s.Key == "" {
		s.Key = contentKey(s.Name)
	}
	c.states.get(s.Key, s).Uses++
	return s.Key
}

// openOrDone returns the key of the state of a tool that has only two.
func (c *collector) openOrDone(isDone bool, at Place) string {
	if isDone {
		return c.state(State{Name: "Done", Category: Completed, Basis: FromTool, At: at})
	}
	return c.state(State{Name: "Open", Category: Unstarted, Basis: FromTool, At: at})
}

// label adds a label to those of a record, unless it has it. Labels that differ only in case are
// one label.
func (c *collector) label(labels []string, name, color string, at Place) []string {
	l := c.labels.get(contentKey(name), Label{Name: name, Color: color, At: at})
	for _, known := range labels {
		if known == l.Name {
			return labels
		}
	}
	l.Uses++
	return append(labels, l.Name)
}

// fold returns a text for comparison: in lower case and with single spaces.
func fold(text string) string {
	return norm.NFC.String(strings.ToLower(strings.Join(strings.Fields(removeInvisible(text)), " ")))
}

// removeInvisible removes marks of byte order, and spaces without width.
func removeInvisible(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\ufeff' || r == '\u200b' {
			return -1
		}
		return r
	}, text)
}

// contentKey returns a key that is derived from a name. It has no slash.
func contentKey(name string) string { return keyReplacer.Replace(fold(name)) }

var keyReplacer = strings.NewReplacer("%", "%25", "/", "%2F")

// cleanLine cleans a text of one line, such as a name or a title.
func cleanLine(text string) string { return norm.NFC.String(sheet.CleanText(removeInvisible(text))) }

// cleanLines cleans a text of several lines. It only removes control characters.
func cleanLines(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
}

// oneLine and manyLines clean the text of a CSV cell.
func oneLine(text string) string   { return cleanLine(removeGuard(text)) }
func manyLines(text string) string { return cleanLines(removeGuard(text)) }

// removeGuard removes the apostrophe that tools write before a text that a spreadsheet would
// calculate.
func removeGuard(text string) string {
	if len(text) > 1 && text[0] == '\'' && strings.IndexByte("=+-@", text[1]) >= 0 {
		return text[1:]
	}
	return text
}

package exportfile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// asanaFormat is the CSV of a project in Asana. Its other columns are custom fields.
var asanaFormat = format{
	tool:       Asana,
	signatures: [][]string{{"task id", "name", "completed at", "last modified"}},
	required:   []Field{FieldKey, FieldTitle, FieldCompleted},
	fields: []fieldNames{
		{FieldKey, []string{"task id"}},
		{FieldCreated, []string{"created at"}},
		{FieldCompleted, []string{"completed at"}},
		{FieldUpdated, []string{"last modified"}},
		{FieldTitle, []string{"name"}},
		{FieldSection, []string{"section/column"}},
		{FieldAssignee, []string{"assignee"}},
		{FieldEmail, []string{"assignee email"}},
		{FieldStartDate, []string{"start date"}},
		{FieldDueDate, []string{"due date"}},
		{FieldLabels, []string{"tags"}},
		{FieldNotes, []string{"notes"}},
		{FieldProject, []string{"projects"}},
		{FieldParent, []string{"parent task"}},
		{FieldPredecessors, []string{"blocked by (dependencies)"}},
		{FieldSuccessors, []string{"blocking (dependencies)", "blocking (dependents)"}},
	},
	dates: []Field{FieldCreated, FieldCompleted, FieldUpdated, FieldStartDate, FieldDueDate},
	read:  (*csvReader).readAsana,
}

// asanaRowLimit is the most tasks that Asana exports as CSV.
const asanaRowLimit = 2000

// readAsana reads the tasks of a project.
func (r *csvReader) readAsana() error {
	if err := r.refuseRoundedKeys(); err != nil {
		return err
	}
	r.findPriorityColumn()
	project := r.findMainProject()
	lines := map[string]int{}
	r.file.Tasks = make([]Task, 0, len(r.rows))
	links := asanaLinks{reader: r, byTitle: map[string][]int{}}
	for _, w := range r.rows {
		c := record{csvReader: r, row: w}
		key, title := c.text(FieldKey), c.text(FieldTitle)
		if key == "" {
			c.refuse(FieldKey, "has no task ID")
		}
		if title == "" {
			c.refuse(FieldTitle, "has no name")
		}
		if c.isSkipped || c.repeated(lines, key, FieldKey) {
			continue
		}
		links.add(c, title)
		r.file.Tasks = append(r.file.Tasks, c.asanaTask(key, title, project))
	}
	links.resolve(project)
	if r.file.Rows >= asanaRowLimit {
		r.file.report(Place{}, "", Notice, "",
			"the file has %d rows; Asana leaves out tasks beyond %d", r.file.Rows, asanaRowLimit)
	}
	return nil
}

// asanaTask returns the task of a row.
func (c *record) asanaTask(key, title, mainProject string) Task {
	t := Task{
		Key: key, Title: title, Notes: manyLines(c.raw(FieldNotes)), At: Place{Line: c.row.line},
		Created: c.moment(FieldCreated), Updated: c.moment(FieldUpdated), Completed: c.moment(FieldCompleted),
		Start: c.moment(FieldStartDate), Due: c.moment(FieldDueDate),
		Priority: c.priority(FieldPriority), Labels: c.labels(FieldLabels), Extra: c.extra(),
	}
	t.AssigneeKey = c.person("", c.text(FieldAssignee), c.text(FieldEmail), c.at(FieldAssignee))
	t.StateKey = c.openOrDone(c.text(FieldCompleted) != "", c.at(FieldCompleted))
	for _, name := range c.asanaProjects(mainProject) {
		project := c.project("", name, "", c.at(FieldProject))
		if t.ProjectKey == "" {
			t.ProjectKey = project
		} else if project != t.ProjectKey {
			t.OtherProjectKeys = append(t.OtherProjectKeys, project)
		}
	}
	if name := c.text(FieldSection); name != "" && name != "(no section)" {
		if t.ProjectKey == "" {
			t.ProjectKey = c.project("", mainProject, "", c.at(FieldSection))
		}
		t.SectionKey = c.section(t.ProjectKey, name, c.at(FieldSection))
	}
	return t
}

// asanaProjects returns the names of a row's projects, the main one first. Its name may contain
// commas.
func (c *record) asanaProjects(mainProject string) []string {
	text := c.text(FieldProject)
	if mainProject == "" || !strings.Contains(text, mainProject) {
		return splitList(text)
	}
	names := splitList(strings.Replace(text, mainProject, ",", 1))
	if !strings.Contains(mainProject, ",") {
		if names = splitList(text); !slices.Contains(names, mainProject) {
			return names
		}
		names = slices.DeleteFunc(names, func(n string) bool { return n == mainProject })
	}
	return append([]string{mainProject}, names...)
}

// findMainProject returns the name of the project that was exported: the one that all rows with
// projects have. It returns "" if the file does not show it.
func (r *csvReader) findMainProject() string {
	if r.options.ProjectName != "" {
		return oneLine(r.options.ProjectName)
	}
	var common []string
	isFirst := true
	for _, w := range r.rows {
		c := record{csvReader: r, row: w}
		names := c.list(FieldProject)
		switch {
		case len(names) == 0:
		case isFirst:
			common, isFirst = names, false
		default:
			common = slices.DeleteFunc(common, func(n string) bool { return !slices.Contains(names, n) })
		}
	}
	place := Place{Line: r.file.HeaderLine, Column: "Projects"}
	switch {
	case len(common) == 1:
		return common[0]
	case isFirst:
		r.file.report(place, FieldProject, Notice, "", "the file names no project; set the name of the project")
	default:
		r.file.report(place, FieldProject, Notice, strings.Join(common, ", "),
			"the tasks share %d projects; the first one of each task was read as its project", len(common))
	}
	return ""
}

// roundedKey is an id as spreadsheet programs write long numbers. Different ids become equal.
var roundedKey = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+$`)

// refuseRoundedKeys refuses a file whose ids a spreadsheet program has rounded.
func (r *csvReader) refuseRoundedKeys() error {
	for _, w := range r.rows {
		c := record{csvReader: r, row: w}
		if text := c.text(FieldKey); roundedKey.MatchString(text) {
			const message = "%w: line %d has the task ID %s, which a spreadsheet program has rounded; " +
				"export the project again and do not save it with a spreadsheet program"
			return fmt.Errorf(message, ErrDamaged, w.line, text)
		}
	}
	return nil
}

// findPriorityColumn reads the custom field Priority as the priority, if all its values are
// priorities.
func (r *csvReader) findPriorityColumn() {
	at := slices.Index(r.header.folded, "priority")
	if at < 0 {
		return
	}
	for _, w := range r.rows {
		text := fold(w.cells[at])
		if _, ok := priorities[text]; !ok && text != "" {
			r.file.report(Place{Line: w.line, Column: r.header.names[at]}, FieldPriority, Notice, w.cells[at],
				"is not a known priority; the column was read as a custom field")
			return
		}
	}
	r.columns[FieldPriority], r.file.Columns[at].Field = at, FieldPriority
}

package exportfile

import (
	"slices"
	"strings"
)

// asanaLinks finds the tasks that other tasks name. Asana writes their names, not their ids.
type asanaLinks struct {
	reader  *csvReader
	records []record
	byTitle map[string][]int // tasks by their names, sorted by row
}

// add remembers the row of the next task.
func (l *asanaLinks) add(c record, title string) {
	l.byTitle[title] = append(l.byTitle[title], len(l.records))
	l.records = append(l.records, c)
}

// resolve finds parents and dependencies, and gives subtasks the project of their parent.
func (l *asanaLinks) resolve(mainProject string) {
	f := l.reader.file
	d := dependencies{}
	for i := range f.Tasks {
		c := &l.records[i]
		f.Tasks[i].Parent = l.findParent(i, c)
		for _, r := range l.findAll(c, FieldPredecessors) {
			d.add(f, i, r)
		}
	}
	at := f.taskIndex()
	for i := range f.Tasks {
		for _, r := range l.findAll(&l.records[i], FieldSuccessors) {
			if later, ok := at[r.Key]; ok {
				d.add(f, later, Reference{Key: f.Tasks[i].Key, Text: f.Tasks[i].Title})
			}
		}
	}
	f.dropParentCycles()
	f.dropDependencyCycles()
	l.inheritProjects(at, mainProject)
}

// findParent returns the parent of a task. Of several tasks with the name it is the nearest one
// above the task, as Asana writes subtasks below their parent.
func (l *asanaLinks) findParent(task int, c *record) Reference {
	title := c.text(FieldParent)
	if title == "" {
		return Reference{}
	}
	found := slices.DeleteFunc(slices.Clone(l.byTitle[title]), func(i int) bool { return i == task })
	switch {
	case len(found) == 0 && len(l.byTitle[title]) > 0:
		c.lack(FieldParent, "the task names itself as its parent")
		return Reference{Text: title}
	case len(found) == 0:
		c.lack(FieldParent, "the parent is not in the file; the task was read without a parent")
		return Reference{Text: title}
	case len(found) == 1:
		return l.reference(found[0])
	}
	above := slices.DeleteFunc(slices.Clone(found), func(i int) bool { return i > task })
	if len(above) == 0 {
		c.lack(FieldParent, "%d tasks have the name of the parent, and none is above this task", len(found))
		return Reference{Text: title}
	}
	parent := above[len(above)-1]
	c.note(FieldParent, "%d tasks have the name of the parent; the nearest one above, in line %d, was read as the parent",
		len(found), l.records[parent].row.line)
	return l.reference(parent)
}

// reference returns a reference to a task.
func (l *asanaLinks) reference(task int) Reference {
	t := &l.reader.file.Tasks[task]
	return Reference{Key: t.Key, Text: t.Title}
}

// findAll returns the tasks that a cell names. A name may contain commas, so the longest name is
// looked for first.
func (l *asanaLinks) findAll(c *record, field Field) (found []Reference) {
	const mostCommas = 20 // in a name
	parts := strings.Split(c.text(field), ",")
	for i := 0; i < len(parts); {
		end := min(len(parts), i+mostCommas)
		for end > i+1 && len(l.byTitle[strings.TrimSpace(strings.Join(parts[i:end], ","))]) == 0 {
			end--
		}
		title := strings.TrimSpace(strings.Join(parts[i:end], ","))
		i = end
		switch tasks := l.byTitle[title]; {
		case title == "":
		case len(tasks) == 1:
			found = append(found, l.reference(tasks[0]))
		case len(tasks) > 1:
			c.lack(field, "%d tasks have the name %q", len(tasks), title)
			found = append(found, Reference{Text: title})
		default:
			c.lack(field, "the task %q is not in the file", title)
			found = append(found, Reference{Text: title})
		}
	}
	return found
}

// inheritProjects gives tasks without a project that of the nearest parent with one, or else the
// main project. Each path upward is followed once.
func (l *asanaLinks) inheritProjects(at map[string]int, mainProject string) {
	f := l.reader.file
	isDone := make([]bool, len(f.Tasks))
	for i := range f.Tasks {
		var path []int
		project := ""
		for j, ok := i, true; ok; j, ok = parentOf(f, at, j) {
			if project = f.Tasks[j].ProjectKey; project != "" || isDone[j] {
				break
			}
			isDone[j] = true
			path = append(path, j)
		}
		if project == "" && mainProject != "" {
			project = l.reader.project("", mainProject, "", f.Tasks[i].At)
		}
		for _, j := range path {
			f.Tasks[j].ProjectKey = project
		}
	}
}

// parentOf returns the place of a task's parent.
func parentOf(f *File, at map[string]int, task int) (int, bool) {
	parent, ok := at[f.Tasks[task].Parent.Key]
	return parent, ok
}

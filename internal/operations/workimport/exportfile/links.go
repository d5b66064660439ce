package exportfile

// dropParentCycles removes parents by which a task would be its own ancestor. Each task has one
// parent, so a walk from each task upward visits every task once.
func (f *File) dropParentCycles() {
	at := f.taskIndex()
	walk := make([]int, len(f.Tasks)) // the number of the walk that visited a task
	for start := range f.Tasks {
		for i := start; walk[i] == 0; {
			walk[i] = start + 1
			parent, ok := at[f.Tasks[i].Parent.Key]
			if !ok {
				break
			}
			if walk[parent] == start+1 {
				task := &f.Tasks[i]
				f.report(f.PlaceOf(task.At, FieldParent), FieldParent, ValueMissing, task.Parent.Text,
					"the parent is a subtask of this task itself")
				task.Parent.Key = ""
				break
			}
			i = parent
		}
	}
}

// taskIndex returns the places of tasks by their keys.
func (f *File) taskIndex() map[string]int {
	at := make(map[string]int, len(f.Tasks))
	for i, t := range f.Tasks {
		at[t.Key] = i
	}
	return at
}

// visit is a task on the path of a search, with the next of its predecessors to follow.
type visit struct{ task, next int }

// dropDependencyCycles removes predecessors by which a task would wait for itself. It follows them
// depth first: one that leads to a task on the current path closes a cycle.
func (f *File) dropDependencyCycles() {
	const isOnPath, isDone = 1, 2
	at := f.taskIndex()
	state := make([]int, len(f.Tasks))
	for start := range f.Tasks {
		if state[start] != 0 {
			continue
		}
		state[start] = isOnPath
		for path := []visit{{task: start}}; len(path) > 0; {
			top := &path[len(path)-1]
			task := &f.Tasks[top.task]
			if top.next == len(task.Predecessors) {
				state[top.task] = isDone
				path = path[:len(path)-1]
				continue
			}
			reference := &task.Predecessors[top.next]
			top.next++
			before, ok := at[reference.Key]
			switch {
			case !ok:
			case state[before] == isOnPath:
				f.report(f.PlaceOf(task.At, FieldPredecessors), FieldPredecessors, ValueMissing, reference.Text,
					"the dependency makes the task wait for itself")
				reference.Key = ""
			case state[before] == 0:
				state[before] = isOnPath
				path = append(path, visit{task: before})
			}
		}
	}
}

// dependencies collects which task waits for which, each once, although both tasks name it.
type dependencies map[[2]string]bool

// add makes a task wait for another.
func (d dependencies) add(f *File, task int, before Reference) {
	pair := [2]string{f.Tasks[task].Key, before.Key}
	if before.Key == "" || !d[pair] {
		f.Tasks[task].Predecessors = append(f.Tasks[task].Predecessors, before)
	}
	d[pair] = true
}

// priorities are the names of priorities.
var priorities = map[string]Priority{
	"no priority": NoPriority, "none": NoPriority, "0": NoPriority,
	"low": Low, "lowest": Low, "4": Low,
	"medium": Medium, "normal": Medium, "3": Medium,
	"high": High, "2": High,
	"urgent": Urgent, "highest": Urgent, "critical": Urgent, "1": Urgent,
}

// priority returns the priority in a cell. It reports a name that is not known.
func (c *record) priority(field Field) Priority {
	text := fold(c.raw(field))
	p, ok := priorities[text]
	if !ok && text != "" {
		c.lack(field, "is not a known priority")
	}
	return p
}

// repeated reports whether a key was read before, and refuses the row then. lines are the lines of
// the keys.
func (c *record) repeated(lines map[string]int, key string, field Field) bool {
	if line, ok := lines[key]; ok {
		c.refuse(field, "repeats the record of line %d", line)
		return true
	}
	lines[key] = c.row.line
	return false
}

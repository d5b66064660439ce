package exportfile

// CategoryOfName returns the category of a state with a usual name, such as "In review". It returns
// false for other names.
func CategoryOfName(name string) (Category, bool) {
	category, ok := categories[fold(name)]
	return category, ok
}

// categories are the usual names of states.
var categories = map[string]Category{
	"triage": Backlog, "backlog": Backlog, "icebox": Backlog, "ideas": Backlog,
	"todo": Unstarted, "to do": Unstarted, "unstarted": Unstarted, "ready": Unstarted, "planned": Unstarted,
	"open": Unstarted, "next": Unstarted,
	"in progress": Started, "started": Started, "doing": Started, "in review": Started, "review": Started,
	"ready to merge": Started, "testing": Started, "qa": Started, "blocked": Started,
	"done": Completed, "completed": Completed, "complete": Completed, "closed": Completed, "released": Completed,
	"canceled": Canceled, "cancelled": Canceled, "duplicate": Canceled, "won't fix": Canceled, "wontfix": Canceled,
	"could not reproduce": Canceled, "invalid": Canceled,
}

// stateDates counts the dates of the tasks in a state.
type stateDates struct {
	name, team                          string
	at                                  Place
	tasks, started, completed, canceled int
}

// linearStates are the states of issues by their keys. The file has only their names.
type linearStates struct {
	list  []string
	byKey map[string]*stateDates
}

// add returns the key of a row's state, and counts the dates of its task.
func (s *linearStates) add(c *record, task *Task) string {
	name := c.text(FieldState)
	if name == "" {
		c.lack(FieldState, "has no status")
		return ""
	}
	key := task.TeamKey + "/" + contentKey(name)
	state := s.byKey[key]
	if state == nil {
		if s.byKey == nil {
			s.byKey = map[string]*stateDates{}
		}
		state = &stateDates{name: name, team: task.TeamKey, at: c.at(FieldState)}
		s.byKey[key], s.list = state, append(s.list, key)
	}
	state.tasks++
	switch {
	case !task.Canceled.IsZero():
		state.canceled++
	case !task.Completed.IsZero():
		state.completed++
	case !task.Started.IsZero():
		state.started++
	}
	return key
}

// classify adds the states with their categories.
func (s *linearStates) classify(c *collector) {
	for _, key := range s.list {
		d := s.byKey[key]
		category, basis := d.category()
		if basis == FromNothing {
			c.file.report(d.at, FieldState, Notice, d.name,
				"nothing shows what the state means; it was read as not started")
		}
		c.states.get(key, State{
			Key: key, Name: d.name, TeamKey: d.team, Category: category, Basis: basis, Uses: d.tasks, At: d.at,
		})
	}
}

// category returns the category of a state. The dates of most of its tasks decide about completed
// and canceled, then its name, and then whether most tasks are started.
func (d *stateDates) category() (Category, Basis) {
	isMost := func(n int) bool { return n*2 > d.tasks }
	category, isNamed := CategoryOfName(d.name)
	switch {
	case isMost(d.completed):
		return Completed, FromDates
	case isMost(d.canceled):
		return Canceled, FromDates
	case isNamed:
		return category, FromName
	case isMost(d.started):
		return Started, FromDates
	}
	return Unstarted, FromNothing
}

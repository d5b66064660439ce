package exportfile

import "strings"

// linearFormat is the CSV of issues in Linear.
var linearFormat = format{
	tool: Linear,
	signatures: [][]string{
		{"id", "team", "title", "status", "cycle number"},
		{"id", "team", "title", "status", "priority", "creator"},
	},
	required: []Field{FieldNumber, FieldTitle},
	fields: []fieldNames{
		{FieldNumber, []string{"id"}},
		{FieldKey, []string{"uuid"}},
		{FieldTeam, []string{"team"}},
		{FieldTitle, []string{"title"}},
		{FieldNotes, []string{"description"}},
		{FieldState, []string{"status"}},
		{FieldPoints, []string{"estimate"}},
		{FieldPriority, []string{"priority"}},
		{FieldProjectKey, []string{"project id"}},
		{FieldProject, []string{"project"}},
		{FieldCreator, []string{"creator"}},
		{FieldAssignee, []string{"assignee"}},
		{FieldLabels, []string{"labels"}},
		{FieldCreated, []string{"created"}},
		{FieldUpdated, []string{"updated"}},
		{FieldStarted, []string{"started"}},
		{FieldCompleted, []string{"completed"}},
		{FieldCanceled, []string{"canceled", "cancelled"}},
		{FieldArchived, []string{"archived"}},
		{FieldDueDate, []string{"due date"}},
		{FieldParent, []string{"parent issue"}},
		{FieldRelated, []string{"related to"}},
		{FieldPredecessors, []string{"blocked by"}},
		{FieldSuccessors, []string{"blocks", "blocking"}},
		{FieldDuplicateOf, []string{"duplicate of"}},
	},
	extras: []string{
		"cycle number", "cycle name", "cycle start", "cycle end", "triaged", "initiatives", "roadmaps",
		"project milestone id", "project milestone", "sla status", "time in status (minutes)",
	},
	dates: []Field{
		FieldCreated, FieldUpdated, FieldStarted, FieldCompleted, FieldCanceled, FieldArchived, FieldDueDate,
	},
	numbers: []Field{FieldPoints},
	read:    (*csvReader).readLinear,
}

// readLinear reads issues.
func (r *csvReader) readLinear() error {
	lines, numbers := map[string]int{}, map[string]int{}
	due := r.findDueRule()
	states := linearStates{}
	records := make([]record, 0, len(r.rows))
	r.file.Tasks = make([]Task, 0, len(r.rows))
	for _, w := range r.rows {
		c := record{csvReader: r, row: w}
		number, title := c.text(FieldNumber), c.text(FieldTitle)
		key := c.text(FieldKey)
		if key == "" {
			key = number
		}
		if key == "" {
			c.refuse(FieldNumber, "has no ID")
		}
		if title == "" {
			c.refuse(FieldTitle, "has no title")
		}
		if c.isSkipped || c.repeated(lines, key, FieldNumber) {
			continue
		}
		if number != "" {
			if _, ok := numbers[number]; !ok {
				numbers[number] = len(records)
			}
		}
		task := c.linearTask(key, title)
		task.Due = c.linearDue(due)
		task.StateKey = states.add(&c, &task)
		r.file.Tasks, records = append(r.file.Tasks, task), append(records, c)
	}
	states.classify(r.collector)
	r.linkIssues(records, numbers)
	return nil
}

// linearTask returns the task of a row, without its state and due date.
func (c *record) linearTask(key, title string) Task {
	t := Task{
		Key: key, Number: c.text(FieldNumber), Title: title, Notes: manyLines(c.raw(FieldNotes)),
		At: Place{Line: c.row.line}, Points: c.decimal(FieldPoints), Priority: c.priority(FieldPriority),
		Created: c.moment(FieldCreated), Updated: c.moment(FieldUpdated), Started: c.moment(FieldStarted),
		Completed: c.moment(FieldCompleted), Canceled: c.moment(FieldCanceled), Labels: c.labels(FieldLabels),
		IsArchived: c.text(FieldArchived) != "", Extra: c.extra(),
		CreatorKey: c.linearPerson(FieldCreator), AssigneeKey: c.linearPerson(FieldAssignee),
	}
	t.ProjectKey = c.project(c.text(FieldProjectKey), c.text(FieldProject), "", c.at(FieldProject))
	c.moment(FieldArchived) // reports a bad date
	if name := c.text(FieldTeam); name != "" {
		prefix, _, _ := strings.Cut(t.Number, "-")
		t.TeamKey = contentKey(name)
		c.teams.get(t.TeamKey, Team{Key: t.TeamKey, Name: name, Prefix: prefix, At: c.at(FieldTeam)})
	}
	return t
}

// linearPerson returns the key of a person, whom the file names by e-mail address or by name.
func (c *record) linearPerson(field Field) string {
	text := c.text(field)
	if strings.Contains(text, "@") && !strings.Contains(text, " ") {
		return c.person("", "", text, c.at(field))
	}
	return c.person("", text, "", c.at(field))
}

// linkIssues finds the issues that other issues name by their ids. numbers are the tasks by id.
func (r *csvReader) linkIssues(records []record, numbers map[string]int) {
	f := r.file
	find := func(c *record, field Field) (found []Reference) {
		for _, number := range c.list(field) {
			at, ok := numbers[number]
			if !ok {
				c.lack(field, "the issue %s is not in the file", number)
				found = append(found, Reference{Text: number})
				continue
			}
			found = append(found, Reference{Key: f.Tasks[at].Key, Text: number})
		}
		return found
	}
	d := dependencies{}
	for i := range records {
		c, task := &records[i], &f.Tasks[i]
		for _, parent := range find(c, FieldParent) {
			task.Parent = parent
		}
		for _, original := range find(c, FieldDuplicateOf) {
			task.DuplicateOf = original
		}
		task.Related = find(c, FieldRelated)
		for _, before := range find(c, FieldPredecessors) {
			d.add(f, i, before)
		}
	}
	for i := range records {
		for _, after := range find(&records[i], FieldSuccessors) {
			if at, ok := numbers[after.Text]; ok {
				d.add(f, at, Reference{Key: f.Tasks[i].Key, Text: f.Tasks[i].Number})
			}
		}
	}
	f.dropParentCycles()
	f.dropDependencyCycles()
}

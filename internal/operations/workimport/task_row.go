package workimport

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"backoffice/internal/operations/workimport/exportfile"
)

// The longest texts and lists of records.
const (
	maxTitle         = 200
	maxDescription   = 10_000
	maxSectionName   = 100
	maxLabelName     = 80
	maxItemText      = 500
	maxItems         = 100
	maxCollaborators = 50
	maxPredecessors  = 50
	maxComment       = 20_000
	maxPairs         = 50
	maxPairKey       = 40
	maxPairValue     = 500
	maxLevels        = 5
)

// taskRow is a task of a file as it can be stored, with the keys of what it refers to in the file.
// Parent and Predecessors are external ids.
type taskRow struct {
	Description        string            `json:",omitempty"`
	Project, Section   string            `json:",omitempty"`
	State, Assignee    string            `json:",omitempty"`
	Collaborators      []string          `json:",omitempty"`
	Start, Due         string            `json:",omitempty"`
	Started, Completed *time.Time        `json:",omitempty"`
	Updated            *time.Time        `json:",omitempty"`
	Priority           string            `json:",omitempty"`
	Labels             []string          `json:",omitempty"`
	Parent             string            `json:",omitempty"`
	Predecessors       []string          `json:",omitempty"`
	Checklist          []checklistItem   `json:",omitempty"`
	Comments           []comment         `json:",omitempty"`
	Metadata           map[string]string `json:",omitempty"`
	IsArchived         bool              `json:",omitempty"`
}

// checklistItem is an item of a checklist.
type checklistItem struct {
	Text   string
	IsDone bool `json:",omitempty"`
}

// comment is a comment on a task. Author is the key of a person.
type comment struct {
	Author, Text string
	Written      *time.Time `json:",omitempty"`
}

// readTasks adds the tasks of the file, parents before their subtasks.
func (rr *rowReader) readTasks() {
	at := make(map[string]int, len(rr.file.Tasks))
	for i := range rr.file.Tasks {
		t := &rr.file.Tasks[i]
		at[t.Key] = i
		rr.external[t.Key] = externalID(rr.tool, "", cmp.Or(linearNumber(rr.file.Tool, t), t.Key))
	}
	levels, order := make([]int, len(rr.file.Tasks)), make([]int, len(rr.file.Tasks))
	for i := range rr.file.Tasks {
		order[i], levels[i] = i, 1
		for parent, ok := at[rr.file.Tasks[i].Parent.Key]; ok && levels[i] <= maxLevels; levels[i]++ {
			parent, ok = at[rr.file.Tasks[parent].Parent.Key]
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(levels[a], levels[b]) })
	for _, i := range order {
		rr.readTask(&rr.file.Tasks[i], levels[i])
	}
}

// linearNumber returns the number of an issue of Linear. Only newer exports have another key too.
func linearNumber(tool exportfile.Tool, t *exportfile.Task) string {
	if tool == exportfile.Linear {
		return t.Number
	}
	return ""
}

// readTask adds the row of a task.
func (rr *rowReader) readTask(t *exportfile.Task, level int) {
	r := &row{title: t.Title, externalID: rr.external[t.Key], task: &taskRow{
		Project: t.ProjectKey, Section: t.SectionKey, State: t.StateKey, Assignee: t.AssigneeKey,
		Collaborators: t.CollaboratorKeys, Priority: string(t.Priority), Labels: t.Labels, IsArchived: t.IsArchived,
	}}
	out := r.task
	out.Start, out.Due = rr.date(r, "start date", t.Start), rr.date(r, "due date", t.Due)
	if out.Start != "" && out.Due != "" && out.Due < out.Start {
		r.note("the start date " + out.Start + " is after the due date; it was left out")
		out.Start = ""
	}
	out.Started, out.Completed = rr.instant(r, "started", t.Started), rr.instant(r, "completed", t.Completed)
	out.Updated = rr.instant(r, "updated", t.Updated)
	switch {
	case t.Parent.Key == "":
	case level > maxLevels:
		r.note(fmt.Sprintf("it is nested more than %d levels deep; it was imported without its parent, %q", maxLevels, t.Parent.Text))
	default:
		out.Parent = rr.external[t.Parent.Key]
	}
	for _, p := range t.Predecessors {
		if p.Key != "" {
			out.Predecessors = append(out.Predecessors, rr.external[p.Key])
		}
	}
	out.Predecessors = limit(r, "predecessors", out.Predecessors, maxPredecessors)
	rr.readParts(r, t)
	rr.add(t.At, r)
}

// readParts reads the texts, checklists, comments and other values of a task.
func (rr *rowReader) readParts(r *row, t *exportfile.Task) {
	notes := t.Notes
	if utf8.RuneCountInString(t.Title) > maxTitle {
		r.note("the name is longer than 200 characters; all of it is in the description")
		notes = strings.TrimSpace(t.Title + "\n\n" + notes)
	}
	for i, l := range t.Links {
		if i == 0 {
			notes = strings.TrimSpace(notes + "\n\nAttachments:")
		}
		notes += "\n- " + strings.TrimSpace(l.Name+" "+l.URL)
	}
	r.task.Description = shorten(r, "description", notes, maxDescription)
	for _, list := range t.Checklists {
		for _, item := range list.Items {
			text := item.Text
			if len(t.Checklists) > 1 && list.Name != "" {
				text = list.Name + ": " + text
			}
			r.task.Checklist = append(r.task.Checklist,
				checklistItem{shorten(r, "checklist item", text, maxItemText), item.IsDone})
			if item.AssigneeKey != "" || !item.Due.IsZero() {
				r.note("the checklist item “" + cut(item.Text, maxPairKey) + "” was imported without its person and due date")
			}
		}
	}
	r.task.Checklist = limit(r, "checklist items", r.task.Checklist, maxItems)
	for _, c := range t.Comments {
		if strings.TrimSpace(c.Text) == "" {
			continue
		}
		const heading = 500 // characters that the name of the author and the time take at most
		r.task.Comments = append(r.task.Comments, comment{c.AuthorKey,
			shorten(r, "comment", c.Text, maxComment-heading), rr.instant(r, "comment", c.Written)})
	}
	r.task.Metadata = rr.taskMetadata(r, t)
}

// taskMetadata returns the values of a task for which there is no field.
func (rr *rowReader) taskMetadata(r *row, t *exportfile.Task) map[string]string {
	pairs := pairList{row: r}
	pairs.add("number", t.Number)
	pairs.add("url", t.URL)
	pairs.addMoment("created", t.Created)
	pairs.addMoment("updated", t.Updated)
	pairs.addMoment("canceled", t.Canceled)
	pairs.add("estimate", t.Points)
	pairs.add("creator", rr.personName(t.CreatorKey))
	pairs.add("team", rr.teamName(t.TeamKey))
	for _, key := range t.OtherProjectKeys {
		pairs.add("other project", rr.projectName(key))
	}
	for _, related := range t.Related {
		pairs.add("related to", related.Text)
	}
	pairs.add("duplicate of", t.DuplicateOf.Text)
	for _, v := range t.Extra {
		pairs.add(v.Name, v.Text)
	}
	return pairs.values
}

func (rr *rowReader) personName(key string) string {
	for _, p := range rr.file.People {
		if p.Key == key && key != "" {
			return cmp.Or(p.Name, p.Username, p.Email)
		}
	}
	return ""
}

func (rr *rowReader) teamName(key string) string {
	for _, t := range rr.file.Teams {
		if t.Key == key && key != "" {
			return t.Name
		}
	}
	return ""
}

func (rr *rowReader) projectName(key string) string {
	for _, p := range rr.file.Projects {
		if p.Key == key && key != "" {
			return p.Name
		}
	}
	return ""
}

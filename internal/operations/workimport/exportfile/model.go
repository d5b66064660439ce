package exportfile

import (
	"time"

	"backoffice/internal/platform/calendar"
)

// Person is someone whom the file names.
type Person struct {
	// Key is the tool's key of the person, else the e-mail address in lower case, else derived from
	// the name. It is the same in each export.
	Key string
	// Name and Email are empty if the file does not say. Username is that of Trello.
	Name, Email, Username string
	// Uses is how many tasks, entries and comments name the person.
	Uses int
	At   Place
}

// Team is a team of Linear. Prefix begins the numbers of its tasks, such as "APP".
type Team struct {
	Key, Name, Prefix string
	At                Place
}

// Client is a client of Harvest or Toggl Track.
type Client struct {
	Key, Name string
	At        Place
}

// Project is a project, or a board of Trello. Two projects of one name have different clients, or
// keys of the tool.
type Project struct {
	Key, Name string
	// ClientKey and Code are those of tools for time.
	ClientKey, Code string
	Notes, URL      string
	IsArchived      bool
	At              Place
}

// Section is a section or a list of a project. Sections are in their order in the project.
type Section struct {
	Key, Name, ProjectKey string
	IsArchived            bool
	At                    Place
}

// Category is what a state means.
type Category string

// The categories of states.
const (
	Backlog   Category = "BACKLOG"
	Unstarted Category = "UNSTARTED"
	Started   Category = "STARTED"
	Completed Category = "COMPLETED"
	Canceled  Category = "CANCELED"
)

// Basis is how the category of a state was found.
type Basis string

// The bases of a category: the tool has only this state, the dates of most tasks show it, its name
// is a usual one, or nothing shows it, which is a Problem too.
const (
	FromTool    Basis = "TOOL"
	FromDates   Basis = "DATES"
	FromName    Basis = "NAME"
	FromNothing Basis = "NOTHING"
)

// State is a state of tasks. Asana and Trello have only "Open" and "Done". States of Linear belong
// to a team.
type State struct {
	Key, Name, TeamKey string
	Category           Category
	Basis              Basis
	Uses               int
	At                 Place
}

// Label is a label or tag. Color is the tool's name of its color, or empty.
type Label struct {
	Name, Color string
	Uses        int
	At          Place
}

// Moment is a date or an instant.
type Moment struct {
	// Date is zero if the file does not say. That of an instant is in the zone of Options.
	Date calendar.Date
	// Time is zero if the file gives only the date.
	Time time.Time
}

// IsZero reports whether the moment is unknown.
func (m Moment) IsZero() bool { return m.Date.IsZero() }

// Reference names another task.
type Reference struct {
	// Key is that of a task in Tasks. It is empty if the task is not in the file, or not unique.
	Key string
	// Text is as written.
	Text string
}

// Value is a value without a field in the model, with the name of its column or custom field.
type Value struct{ Name, Text string }

// Link is an attachment. Only its address is in the file.
type Link struct{ Name, URL string }

// Priority is the priority of a task.
type Priority string

// The priorities. The zero value means that the file does not say.
const (
	NoPriority Priority = "NONE"
	Low        Priority = "LOW"
	Medium     Priority = "MEDIUM"
	High       Priority = "HIGH"
	Urgent     Priority = "URGENT"
)

// Task is a task, an issue or a card.
type Task struct {
	// Key is the tool's id. Number is one that people read, such as "APP-41".
	Key, Number string
	Title       string
	// Notes are plain text in Asana, and Markdown in Trello and Linear.
	Notes, URL string
	TeamKey    string
	// ProjectKey of a subtask is that of its parent if the file does not say. OtherProjectKeys are
	// more projects with the same task.
	ProjectKey       string
	OtherProjectKeys []string
	SectionKey       string
	StateKey         string
	CreatorKey       string
	AssigneeKey      string
	CollaboratorKeys []string
	Start, Due       Moment
	Created, Updated Moment
	// Started, Completed and Canceled may be unknown although the state says so.
	Started, Completed, Canceled Moment
	IsArchived                   bool
	// Points is the estimate of Linear, a decimal number without a unit.
	Points       string
	Priority     Priority
	Labels       []string
	Parent       Reference
	Predecessors []Reference
	Related      []Reference
	DuplicateOf  Reference
	Checklists   []Checklist
	// Comments are from old to new. MissingComments is how many more the tool has.
	Comments        []Comment
	MissingComments int
	Links           []Link
	Extra           []Value
	At              Place
}

// Checklist is a list of items in a task. It may be empty.
type Checklist struct {
	Key, Name string
	Items     []ChecklistItem
	At        Place
}

// ChecklistItem is an item of a checklist.
type ChecklistItem struct {
	Key, Text   string
	IsDone      bool
	AssigneeKey string
	Due         Moment
	At          Place
}

// Comment is a comment on a task, in Markdown. AuthorKey is empty if the file does not say.
type Comment struct {
	Key, AuthorKey, Text string
	Written              Moment
	At                   Place
}

// Flag is yes, no, or unknown if the file does not say.
type Flag string

// The values of a flag.
const (
	Unknown Flag = ""
	Yes     Flag = "YES"
	No      Flag = "NO"
)

// TimeEntry is time that a person worked.
type TimeEntry struct {
	// Key is derived from the content, since the files have no ids, and ends with a number that
	// counts entries of the same content: two equal rows are two entries. It is the same in each
	// export, also beside other entries.
	Key                  string
	PersonKey            string
	ClientKey            string
	ProjectKey           string
	Task, Note           string
	Date                 calendar.Date
	Start, End           Clock
	EndDate              calendar.Date
	Seconds              int64
	RoundedSeconds       int64
	HasRoundedSeconds    bool
	Billable, Invoiced   Flag
	Approved, IsEmployee Flag
	// Rate, Amount, CostRate and CostAmount are decimal numbers as shown, with a decimal point. They
	// are empty if the file does not say, which is not zero.
	Rate, Amount, CostRate, CostAmount string
	// CurrencyCode is an ISO 4217 code, or empty.
	CurrencyCode string
	Labels       []string
	URL          string
	Extra        []Value
	At           Place
}

// Clock is a time of day without a zone.
type Clock struct {
	Seconds int32 // from midnight
	IsKnown bool
}

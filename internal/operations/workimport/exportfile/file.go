package exportfile

import "backoffice/internal/platform/datetext"

// File is the content of a file.
type File struct {
	Tool Tool
	// Charset is the character set of the text, such as "UTF-8". Delimiter separates the cells of
	// CSV. HeaderLine is the line of the column names. They are empty for JSON.
	Charset, Delimiter string
	HeaderLine         int
	// DateOrder and DecimalMark are those with which the file was read, empty if no value needs one.
	DateOrder   datetext.Order
	DecimalMark byte
	// Columns are the columns of a CSV file, from left to right.
	Columns []Column

	People   []Person
	Teams    []Team
	Clients  []Client
	Projects []Project
	Sections []Section
	States   []State
	Labels   []Label
	// Tasks are sorted as in the file, and those of Trello as on the board.
	Tasks   []Task
	Entries []TimeEntry

	// Rows is the number of rows below the header that are not blank, or of cards. Skipped is how
	// many of them are neither in Tasks nor in Entries. Each of these has a Problem whose Effect is
	// RowSkipped.
	Rows, Skipped int
	// Problems are what was not understood, at most 10,000. UnlistedProblems is how many more there
	// are.
	Problems         []Problem
	UnlistedProblems int
}

// Column is a column of a CSV file.
type Column struct {
	// Name is as written, and Number counts from 1.
	Name   string
	Number int
	// Field is what the column is read as. It is "" if its values are in Extra.
	Field Field
	// IsKnown is false for a column that the tool does not write itself. In a file of Asana it is a
	// custom field.
	IsKnown bool
	// Values is the number of its cells that are not empty.
	Values int
}

// Place is where a record or a value stands in a file.
type Place struct {
	// Line is the line in a CSV file, from 1. A row with several lines begins there. It is 0 in JSON.
	Line int
	// Column is the name of the column in a CSV file. It is "" for a whole row.
	Column string
	// Path is the path in a JSON file, such as "cards[3].due".
	Path string
}

// PlaceOf returns the place of a value of the record that is at a place.
func (f *File) PlaceOf(record Place, field Field) Place {
	if f.Tool == Trello {
		if key := trelloKeys[field]; key != "" {
			record.Path += "." + key
		}
		return record
	}
	for _, c := range f.Columns {
		if c.Field == field && field != "" {
			record.Column = c.Name
		}
	}
	return record
}

// Field is a value of a record in the model.
type Field string

// The fields of tasks, and those of time entries.
const (
	FieldKey          Field = "key"
	FieldNumber       Field = "number"
	FieldTitle        Field = "title"
	FieldNotes        Field = "notes"
	FieldTeam         Field = "team"
	FieldProject      Field = "project"
	FieldProjectKey   Field = "project_key"
	FieldSection      Field = "section"
	FieldState        Field = "state"
	FieldCreator      Field = "creator"
	FieldAssignee     Field = "assignee"
	FieldEmail        Field = "email"
	FieldStartDate    Field = "start_date"
	FieldDueDate      Field = "due_date"
	FieldCreated      Field = "created"
	FieldUpdated      Field = "updated"
	FieldStarted      Field = "started"
	FieldCompleted    Field = "completed"
	FieldCanceled     Field = "canceled"
	FieldArchived     Field = "archived"
	FieldPoints       Field = "points"
	FieldPriority     Field = "priority"
	FieldLabels       Field = "labels"
	FieldParent       Field = "parent"
	FieldPredecessors Field = "predecessors"
	FieldSuccessors   Field = "successors"
	FieldRelated      Field = "related"
	FieldDuplicateOf  Field = "duplicate_of"
	FieldCollaborator Field = "collaborators"
	FieldChecklists   Field = "checklists"
	FieldComments     Field = "comments"
	FieldLinks        Field = "links"
	FieldExtra        Field = "extra"

	FieldFirstName  Field = "first_name"
	FieldLastName   Field = "last_name"
	FieldPersonKey  Field = "person_key"
	FieldClient     Field = "client"
	FieldCode       Field = "project_code"
	FieldTask       Field = "task"
	FieldDate       Field = "date"
	FieldStartTime  Field = "start_time"
	FieldEndDate    Field = "end_date"
	FieldEndTime    Field = "end_time"
	FieldDuration   Field = "duration"
	FieldRounded    Field = "rounded_duration"
	FieldBillable   Field = "billable"
	FieldInvoiced   Field = "invoiced"
	FieldApproved   Field = "approved"
	FieldIsEmployee Field = "is_employee"
	FieldRate       Field = "rate"
	FieldAmount     Field = "amount"
	FieldCostRate   Field = "cost_rate"
	FieldCostAmount Field = "cost_amount"
	FieldCurrency   Field = "currency"
	FieldReference  Field = "reference_url"
)

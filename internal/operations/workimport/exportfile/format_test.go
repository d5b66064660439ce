package exportfile

import (
	"context"
	"encoding/binary"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// The shortest headers of the tools.
const (
	asanaHeader   = "Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email,Start Date,Due Date,Tags,Notes,Projects,Parent task,Blocked By (Dependencies),Blocking (Dependencies)\n"
	linearHeader  = "ID,Team,Title,Status,Priority,Creator,Assignee,Created,Started,Completed,Canceled,Due Date,Parent issue,Blocked by,Blocks,Related to\n"
	harvestHeader = "Date,Client,Project,Task,Notes,Hours,First Name,Last Name,Billable?,Billable Rate,Currency\n"
	togglHeader   = "User,Client,Project,Description,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)\n"
)

// TestFilesOfOtherKindsAreRefused checks that a file that cannot be read is refused with its
// reason.
func TestFilesOfOtherKindsAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		content string
		want    error
		message string
	}{
		"empty":             {" \n", ErrFormat, "it is empty"},
		"only a mark":       {"\ufeff", ErrFormat, "it is empty"},
		"a workbook":        {"PK\x03\x04rest", ErrFormat, "workbook"},
		"an old workbook":   {"\xd0\xcf\x11\xe0rest", ErrFormat, "workbook"},
		"a PDF":             {"%PDF-1.7", ErrFormat, "PDF"},
		"a web page":        {"<!doctype html>", ErrFormat, "web page"},
		"text":              {"Dear all,\nsee below\n", ErrFormat, "no row has the column names of Asana, Linear, Harvest or Toggl Track"},
		"the CSV of Trello": {"Card ID,Card Name,Card URL,List Name\n1,a,b,c\n", ErrFormat, "export the board as JSON"},
		"Jira":              {"Summary,Issue key,Issue id\na,B-1,1\n", ErrFormat, "Jira"},
		"ClickUp":           {"Task ID,Task Name,Task Content\n1,a,b\n", ErrFormat, "ClickUp"},
		"Todoist":           {"TYPE,CONTENT,PRIORITY\ntask,a,1\n", ErrFormat, "Todoist"},
		"Clockify":          {"Project,Client,Description,User,Start Date,Start Time,Duration (h)\n", ErrFormat, "Clockify"},
		"a missing column": {
			"Task ID,Name,Completed At\n1,a,\n", ErrFormat, `one of Asana, but has no column "last modified"`,
		},
		"Toggl without date": {
			"Description,Duration,Start time\na,1:00:00,9:00\n", ErrFormat, `no column "start date"; export it again`,
		},
		"the JSON of Asana":  {`{"data":[{"gid":"1"}]}`, ErrFormat, "Asana project; export the project as CSV"},
		"other JSON":         {`{"cards":{}}`, ErrFormat, "not a Trello board"},
		"a JSON list":        {`[1, 2]`, ErrFormat, "not a Trello board"},
		"cut JSON":           {"{\"lists\":[],\n \"cards\":[", ErrDamaged, "its JSON is invalid in line 2, column 10"},
		"a board of numbers": {`{"id":7,"lists":[],"cards":[]}`, ErrFormat, "the board's id is a number"},
		"an open quotation":  {asanaHeader + "1,,,,\"a\n2,,,,b\n", ErrDamaged, "a quotation mark is unmatched in the row that begins in line 2"},
		"a stray quotation":  {asanaHeader + "1,,,,a \"b\" c\n", ErrDamaged, "a quotation mark is unmatched in the row that begins in line 2"},
		"a bad delimiter":    {"sep=\"\nTask ID\n", ErrFormat, `declares the delimiter "\""`},
		"many columns":       {strings.Repeat(",", maxColumns) + "\n", ErrLimit, "more than 500 columns"},
		"many rows":          {asanaHeader + strings.Repeat("1\n", MaxRows+1), ErrLimit, "more than 100000 rows"},
		"many more rows":     {asanaHeader + strings.Repeat("1\n", MaxRows+100), ErrLimit, "more than 100000 rows"},
		"many cells": {
			strings.Repeat(strings.Repeat(",", maxColumns-1)+"\n", maxCells/maxColumns+1), ErrLimit, "more than 4000000 cells",
		},
		"many bytes": {strings.Repeat("x", MaxBytes+1), ErrLimit, "larger than 64 MiB"},
		"many cards": {
			`{"lists":[],"cards":[` + strings.Repeat("0,", MaxRows) + `0]}`, ErrLimit, "more than 100000 cards",
		},
	} {
		message, kind := refusal(t, c.content, Options{})
		if kind != c.want || !strings.Contains(message, c.message) {
			t.Errorf("%s: got %q, want %q", name, message, c.message)
		}
	}
}

// TestCanceledReadingStops checks that reading ends with the error of its context.
func TestCanceledReadingStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, content := range []string{asanaHeader + "1,,,,a\n", board("")} {
		if f, err := Read(ctx, []byte(content), Options{}); f != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, %v", f, err)
		}
	}
}

// TestFileOfAnotherToolIsRefused checks that the error names the tool that wrote the file.
func TestFileOfAnotherToolIsRefused(t *testing.T) {
	t.Parallel()
	for content, found := range map[string]Tool{
		asanaHeader: Asana, linearHeader: Linear, harvestHeader: Harvest, togglHeader: Toggl,
		`{"lists":[],"cards":[]}`: Trello,
	} {
		expected := Harvest
		if found == Harvest {
			expected = Toggl
		}
		_, err := Read(t.Context(), []byte(content), Options{Tool: expected})
		var wrong *WrongToolError
		if !errors.As(err, &wrong) || wrong.Found != found || wrong.Expected != expected || !errors.Is(err, ErrFormat) {
			t.Errorf("%s: got %v", found, err)
		}
		if want := "the file looks like an export of " + string(found) + ", not of " + string(expected); err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
		if f := mustRead(t, content, Options{Tool: found}); f.Tool != found || f.Rows != 0 {
			t.Errorf("%s: got %s with %d rows", found, f.Tool, f.Rows)
		}
	}
}

// TestTablesOfAnyShapeAreRead reads one task from tables of different charsets and delimiters.
func TestTablesOfAnyShapeAreRead(t *testing.T) {
	t.Parallel()
	const plain = "Task ID,Completed At,Last Modified,Name,Notes\n12,,2026-01-05,Größe,\"a, \"\"b\"\"\nc\"\n"
	utf16Text := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(plain)) {
		utf16Text = binary.LittleEndian.AppendUint16(utf16Text, unit)
	}
	for name, c := range map[string]struct {
		content            string
		charset, delimiter string
		line               int
	}{
		"plain":        {plain, "UTF-8", ",", 2},
		"mark":         {"\ufeff" + plain, "UTF-8", ",", 2},
		"CRLF":         {strings.ReplaceAll(plain, "\n", "\r\n"), "UTF-8", ",", 2},
		"UTF-16":       {string(utf16Text), "UTF-16", ",", 2},
		"Windows-1252": {strings.NewReplacer("ö", "\xf6", "ß", "\xdf").Replace(plain), "windows-1252", ",", 2},
		"rows above":   {"\nhttps://app.asana.com/x\n\n" + plain, "UTF-8", ",", 5},
		"spaces in header": {
			" TASK  ID ,Completed\u00a0At,Last Modified,name,Notes\n" + plain[strings.Index(plain, "\n")+1:], "UTF-8", ",", 2,
		},
		"other order": {"Notes,Name,Last Modified,Completed At,Task ID\n\"a, \"\"b\"\"\nc\",Größe,2026-01-05,,12\n", "UTF-8", ",", 2},
		"semicolons":  {"Task ID;Completed At;Last Modified;Name;Notes\n12;;2026-01-05;Größe;\"a, \"\"b\"\"\nc\"\n", "UTF-8", ";", 2},
		"tabs":        {"Task ID\tCompleted At\tLast Modified\tName\tNotes\n12\t\t2026-01-05\tGröße\t\"a, \"\"b\"\"\nc\"\n", "UTF-8", "\t", 2},
		"declared":    {"sep=|\nTask ID|Completed At|Last Modified|Name|Notes\n12||2026-01-05|Größe|\"a, \"\"b\"\"\nc\"\n", "UTF-8", "|", 3},
	} {
		f := mustRead(t, c.content, Options{})
		if len(f.Tasks) != 1 || f.Charset != c.charset || f.Delimiter != c.delimiter {
			t.Errorf("%s: got %d tasks, %s, %q", name, len(f.Tasks), f.Charset, f.Delimiter)
			continue
		}
		task := f.Tasks[0]
		if task.Key != "12" || task.Title != "Größe" || task.Notes != "a, \"b\"\nc" || task.At.Line != c.line {
			t.Errorf("%s: got %+v", name, task)
		}
		hasNotice := slices.ContainsFunc(f.Problems, func(p Problem) bool {
			return strings.Contains(p.Message, "Windows-1252")
		})
		if hasNotice != (name == "Windows-1252") {
			t.Errorf("%s: got %q", name, problems(f))
		}
	}
}

// TestLinesOfQuotedTextsAreNotLimited reads a text of more lines than a bank's file may have.
func TestLinesOfQuotedTextsAreNotLimited(t *testing.T) {
	t.Parallel()
	notes := strings.Repeat("line\n", 500)
	f := mustRead(t, asanaHeader+"1,,,,a,,,,,,,\""+notes+"\"\n2,,,,b\n", Options{ProjectName: "P"})
	if len(f.Tasks) != 2 || f.Tasks[0].Notes != notes || f.Tasks[1].At.Line != 503 {
		t.Errorf("got %d tasks, the last one in line %d", len(f.Tasks), f.Tasks[len(f.Tasks)-1].At.Line)
	}
}

// TestRowsThatDoNotFitTheHeaderAreReported checks that shifted rows are skipped, and short ones
// read.
func TestRowsThatDoNotFitTheHeaderAreReported(t *testing.T) {
	t.Parallel()
	const header = "Task ID,Completed At,Last Modified,Name\n"
	f := mustRead(t, header+"1,,,a\n\n2,,,b,,\n3,,,c,shifted\n"+header+"4,,,d\n5,\n,,,\n", Options{ProjectName: "P"})
	if f.Rows != 6 || f.Skipped != 3 || len(f.Tasks) != 3 {
		t.Errorf("got %d rows, %d skipped, %d tasks", f.Rows, f.Skipped, len(f.Tasks))
	}
	wantProblems(t, f,
		"ROW_SKIPPED line 5: the row has 5 cells, but the header has 4 columns",
		"ROW_SKIPPED line 6: the row repeats the column names",
		"NOTICE line 8: 1 rows have fewer cells than the header has columns; the missing cells were read as empty",
		"ROW_SKIPPED line 8 Name: has no name")
}

// TestColumnsAreListed checks that columns that are not understood are listed, and their values
// kept.
func TestColumnsAreListed(t *testing.T) {
	t.Parallel()
	f := mustRead(t, "Task ID,Completed At,Last Modified,Name,Name,Budget (EUR) ,Größe\n1,,,a,b,'=7,'x\n2,,,c,,,\n", Options{ProjectName: "P"})
	var got []string
	for _, c := range f.Columns {
		if c.Field == "" {
			got = append(got, show(reflect.ValueOf(c)))
		}
	}
	want := []string{
		`{Name:"Name" Number:5 Values:1}`, `{Name:"Budget (EUR)" Number:6 Values:1}`, `{Name:"Größe" Number:7 Values:1}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if extra := f.Tasks[0].Extra; !slices.Equal(extra, []Value{{"Name", "b"}, {"Budget (EUR)", "=7"}, {"Größe", "'x"}}) {
		t.Errorf("got %q", extra)
	}
	if f.Tasks[1].Extra != nil {
		t.Errorf("got %q", f.Tasks[1].Extra)
	}
}

// TestProblemsAreBounded checks that a file with many bad values lists only the first ones.
func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	f := mustRead(t, asanaHeader+strings.Repeat(",,,,a\n", maxProblems+5), Options{ProjectName: "P"})
	if len(f.Problems) != maxProblems || f.Skipped != maxProblems+5 || f.UnlistedProblems == 0 {
		t.Errorf("got %d problems, %d skipped rows, %d unlisted", len(f.Problems), f.Skipped, f.UnlistedProblems)
	}
}

// TestPlaceOfValues checks the places of values in CSV and in JSON.
func TestPlaceOfValues(t *testing.T) {
	t.Parallel()
	f := mustRead(t, harvestHeader+"2026-01-05,,P,T,,1.5,Maud,,,,\n", Options{})
	if got := f.PlaceOf(f.Entries[0].At, FieldDuration); got != (Place{Line: 2, Column: "Hours"}) {
		t.Errorf("got %+v", got)
	}
	if got := f.PlaceOf(f.Entries[0].At, FieldDueDate); got != (Place{Line: 2}) {
		t.Errorf("got %+v", got)
	}
	f = mustRead(t, `{"name":"B","lists":[{"id":"l"}],"cards":[{"id":"c","name":"a","idList":"l"}]}`, Options{})
	if got := f.PlaceOf(f.Tasks[0].At, FieldDueDate); got != (Place{Path: "cards[0].due"}) {
		t.Errorf("got %+v", got)
	}
	if got := f.PlaceOf(f.Tasks[0].At, FieldRate); got != (Place{Path: "cards[0]"}) {
		t.Errorf("got %+v", got)
	}
}

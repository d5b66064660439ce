package workimport

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/operations/workimport/exportfile"
)

// The outcomes of rows, as they are stored.
var (
	pending   = pb.WorkImport_Row_PENDING
	created   = pb.WorkImport_Row_CREATED
	duplicate = pb.WorkImport_Row_DUPLICATE
	skipped   = pb.WorkImport_Row_SKIPPED
)

// row is a row of a file. Exactly one of task and time is set, and none in a row that was skipped.
type row struct {
	position   int32
	line       int32
	path       string
	title      string
	externalID string
	outcome    pb.WorkImport_Row_Outcome
	problems   []string
	recordID   string
	task       *taskRow
	time       *timeRow

	// The following are set while rows are planned.
	newTask *pb.Task
	newTime *pb.TimeEntry
}

// note adds a problem.
func (r *row) note(problem string) { r.problems = append(r.problems, problem) }

// skip decides that a row is not imported.
func (r *row) skip(problem string) {
	r.outcome = skipped
	r.note(problem)
}

// maxWarnings is the most warnings about a file.
const maxWarnings = 100

// rowReader makes the rows of a file.
type rowReader struct {
	file     *exportfile.File
	tool     pb.WorkImport_Tool
	now      time.Time
	zone     *time.Location
	rows     []*row
	byLine   map[int]*row
	byPath   map[string]*row
	taken    map[string]string // what has an external id
	external map[string]string // external ids by keys of tasks
	warnings []string
}

// readRows returns the rows of a file in the order in which they are imported, parents before their
// subtasks, and what should be checked about the file as a whole.
func readRows(f *exportfile.File, now time.Time, zone *time.Location) ([]*row, []string) {
	rr := &rowReader{file: f, tool: toolOf(f.Tool), now: now, zone: zone, byLine: map[int]*row{},
		byPath: map[string]*row{}, taken: map[string]string{}, external: map[string]string{}}
	rr.readTasks()
	for i := range f.Entries {
		rr.readEntry(&f.Entries[i])
	}
	rr.warnOfLosses()
	rr.attachProblems()
	for i, r := range rr.rows {
		r.position = int32(i + 1)
	}
	return rr.rows, rr.warnings
}

// add adds a row at a place. It skips one whose external id another row has.
func (rr *rowReader) add(at exportfile.Place, r *row) {
	r.line, r.path, r.outcome = int32(at.Line), at.Path, cmp.Or(r.outcome, pending)
	r.title = cut(r.title, maxTitle)
	if other, again := rr.taken[r.externalID]; again && r.externalID != "" {
		r.skip("has the same ID as " + other)
	} else {
		rr.taken[r.externalID] = r.title
	}
	rr.rows = append(rr.rows, r)
	if at.Line > 0 {
		rr.byLine[at.Line] = r
	} else {
		rr.byPath[at.Path] = r
	}
}

// attachProblems gives each row its problems. Rows that the reader skipped become rows too;
// problems of no row are warnings.
func (rr *rowReader) attachProblems() {
	for _, p := range rr.file.Problems {
		r := rr.rowAt(p.Place)
		switch {
		case r != nil:
			r.note(describe(p, r))
		case p.Effect == exportfile.RowSkipped:
			r := &row{title: p.Value, outcome: skipped}
			rr.add(p.Place, r)
			r.note(describe(p, r))
		default:
			rr.warn(p.String())
		}
	}
	if n := rr.file.UnlistedProblems; n > 0 {
		rr.warn("More problems than can be listed were found.")
	}
}

// warn adds a warning.
func (rr *rowReader) warn(text string) {
	if len(rr.warnings) < maxWarnings {
		rr.warnings = append(rr.warnings, text)
	}
}

// rowAt returns the row with a place, nil if there is none.
func (rr *rowReader) rowAt(at exportfile.Place) *row {
	if at.Line > 0 {
		return rr.byLine[at.Line]
	}
	for path := at.Path; path != ""; {
		if r := rr.byPath[path]; r != nil {
			return r
		}
		end := strings.LastIndexAny(path, ".[")
		if end < 0 {
			break
		}
		path = path[:end]
	}
	return nil
}

// describe formats a problem for a row.
func describe(p exportfile.Problem, r *row) string {
	text := p.Message
	if p.Value != "" {
		text = "“" + p.Value + "” " + text
	}
	if p.Column != "" {
		text = p.Column + ": " + text
	} else if rest := strings.TrimPrefix(p.Path, r.path+"."); p.Path != "" && rest != p.Path {
		text = rest + ": " + text
	}
	return text
}

// warnOfLosses warns of what no record has a place for.
func (rr *rowReader) warnOfLosses() {
	hasPrice, hasRounded := false, false
	for _, e := range rr.file.Entries {
		hasPrice = hasPrice || e.Rate != "" || e.Amount != "" || e.CostRate != "" || e.CostAmount != ""
		hasRounded = hasRounded || e.HasRoundedSeconds && e.RoundedSeconds != e.Seconds
	}
	if hasPrice {
		rr.warn("Rates and amounts are left out. Billing rates and cost rates of this organization apply.")
	}
	if hasRounded {
		rr.warn("Rounded hours are left out. The settings for time say how time is rounded.")
	}
	if i := slices.IndexFunc(rr.file.Projects, func(p exportfile.Project) bool { return p.IsArchived }); i >= 0 {
		rr.warn("The project “" + rr.file.Projects[i].Name + "” is archived there. It is imported as an open one.")
	}
}

// maxExternalID is the longest external id.
const maxExternalID = 255

// externalID returns the external id of a record of a tool. A long key is replaced by its hash.
func externalID(tool pb.WorkImport_Tool, kind, key string) string {
	text := strings.ToLower(tool.String()) + ":" + kind + key
	if utf8.RuneCountInString(text) <= maxExternalID {
		return text
	}
	sum := sha256.Sum256([]byte(key))
	return strings.ToLower(tool.String()) + ":" + kind + hex.EncodeToString(sum[:])
}

// projectExternalID returns the external id of a project.
func projectExternalID(tool pb.WorkImport_Tool, key string) string {
	return externalID(tool, "project:", key)
}

// sectionExternalID returns the external id of a section.
func sectionExternalID(tool pb.WorkImport_Tool, key string) string {
	return externalID(tool, "section:", key)
}

// cut returns at most n characters of a text, with an ellipsis if it is longer.
func cut(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:n-1])) + "…"
}

package workimport

import (
	"cmp"
	"strings"

	"backoffice/internal/operations/workimport/exportfile"
)

// maxNote is the longest note of time, and maxDaySeconds the most time of a day.
const (
	maxNote       = 2000
	maxDaySeconds = 86400
)

// timeRow is time of a file as it can be stored, with the keys of what it refers to in the file.
type timeRow struct {
	Person, Date       string
	Project, Task      string `json:",omitempty"`
	Note               string `json:",omitempty"`
	Seconds            int32
	Start              *int32            `json:",omitempty"` // seconds from midnight
	Billable, Invoiced bool              `json:",omitempty"`
	Labels             []string          `json:",omitempty"`
	Metadata           map[string]string `json:",omitempty"`
}

// readEntry adds the row of a time entry.
func (rr *rowReader) readEntry(e *exportfile.TimeEntry) {
	r := &row{externalID: externalID(rr.tool, "", e.Key), time: &timeRow{
		Person: e.PersonKey, Date: e.Date.String(), Project: e.ProjectKey, Task: strings.TrimSpace(e.Task),
		Billable: e.Billable == exportfile.Yes, Invoiced: e.Invoiced == exportfile.Yes, Labels: e.Labels,
	}}
	r.title = cmp.Or(firstLine(e.Note), e.Task, rr.projectName(e.ProjectKey), e.Date.String())
	r.time.Note = shorten(r, "note", e.Note, maxNote)
	if e.Start.IsKnown {
		start := e.Start.Seconds
		r.time.Start = &start
	}
	pairs := pairList{row: r}
	pairs.add("url", e.URL)
	if e.ProjectKey == "" && e.ClientKey != "" {
		pairs.add("client", rr.clientName(e.ClientKey))
	}
	for _, v := range e.Extra {
		pairs.add(v.Name, v.Text)
	}
	r.time.Metadata = pairs.values
	switch {
	case e.Seconds < 1:
		r.skip("it has no time")
	case e.Seconds > maxDaySeconds:
		r.skip("it is longer than 24 hours; enter it as several entries")
	case !e.Date.IsPlausible():
		r.skip("the date " + e.Date.String() + " is not plausible")
	default:
		r.time.Seconds = int32(e.Seconds)
	}
	rr.add(e.At, r)
}

// firstLine returns the first line of a text.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(line)
}

func (rr *rowReader) clientName(key string) string {
	for _, c := range rr.file.Clients {
		if c.Key == key {
			return c.Name
		}
	}
	return ""
}

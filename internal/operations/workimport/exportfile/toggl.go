package exportfile

import (
	"strings"
	"time"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
)

// togglFormat is the CSV of the detailed report of Toggl Track, whose columns the user may choose,
// and of its export of time entries.
var togglFormat = format{
	tool: Toggl,
	signatures: [][]string{
		{"description", "duration", "start date"},
		{"description", "duration", "start time"},
		{"description", "start date", "start time", "stop time"},
	},
	required: []Field{FieldDate},
	fields: []fieldNames{
		{FieldAssignee, []string{"user", "member"}},
		{FieldEmail, []string{"email"}},
		{FieldClient, []string{"client"}},
		{FieldProject, []string{"project"}},
		{FieldTask, []string{"task"}},
		{FieldNotes, []string{"description"}},
		{FieldBillable, []string{"billable"}},
		{FieldDate, []string{"start date"}},
		{FieldStartTime, []string{"start time"}},
		{FieldEndDate, []string{"end date", "stop date"}},
		{FieldEndTime, []string{"end time", "stop time"}},
		{FieldDuration, []string{"duration"}},
		{FieldLabels, []string{"tags"}},
		{FieldAmount, []string{"amount (", "amount"}},
	},
	dates:   []Field{FieldDate, FieldEndDate},
	numbers: []Field{FieldDuration, FieldAmount},
	read:    (*csvReader).readToggl,
}

// readToggl reads time entries.
func (r *csvReader) readToggl() error {
	_, hasName := r.columns[FieldAssignee]
	if _, hasEmail := r.columns[FieldEmail]; !hasName && !hasEmail {
		r.file.report(Place{Line: r.file.HeaderLine}, FieldAssignee, Notice, "", "no column names the person who worked")
	}
	currencyCode := ""
	if i, ok := r.columns[FieldAmount]; ok {
		_, mark, _ := strings.Cut(r.header.names[i], "(")
		mark = strings.TrimSuffix(strings.TrimSpace(mark), ")")
		if currencyCode = currency(mark); currencyCode == "" && mark != "" {
			r.file.report(Place{Line: r.file.HeaderLine, Column: r.header.names[i]}, FieldCurrency, ValueMissing, mark,
				"is not a known currency")
		}
	}
	keys := entryKeys{}
	r.file.Entries = make([]TimeEntry, 0, len(r.rows))
	for _, w := range r.rows {
		c := record{csvReader: r, row: w}
		e := c.togglEntry()
		if e.Amount != "" {
			e.CurrencyCode = currencyCode
		}
		c.addEntry(keys, e)
	}
	return nil
}

// togglEntry returns the entry of a row, on the day on which it begins.
func (c *record) togglEntry() TimeEntry {
	e := TimeEntry{Date: c.workDate(), At: Place{Line: c.row.line}}
	e.Start, e.End = c.clock(FieldStartTime), c.clock(FieldEndTime)
	if text := c.text(FieldEndDate); text != "" {
		date, err := datetext.Parse(text, c.order)
		if err != nil {
			c.lack(FieldEndDate, "%s", err)
		}
		e.EndDate = date
	}
	c.setTogglDuration(&e)
	if c.isSkipped {
		return e
	}
	e.PersonKey = c.person("", c.text(FieldAssignee), c.text(FieldEmail), c.at(FieldAssignee))
	e.ClientKey = c.client(c.text(FieldClient), c.at(FieldClient))
	e.ProjectKey = c.project("", c.text(FieldProject), e.ClientKey, c.at(FieldProject))
	e.Task, e.Note = c.text(FieldTask), manyLines(c.raw(FieldNotes))
	e.Billable, e.Amount = c.flag(FieldBillable), c.decimal(FieldAmount)
	e.Labels, e.Extra = c.labels(FieldLabels), c.extra()
	return e
}

// setTogglDuration sets the duration of an entry. The one in the file counts, since the times of
// day have no zone. It refuses a row without a duration, and reports one that the times contradict.
func (c *record) setTogglDuration(e *TimeEntry) {
	const rounding = 60
	wall, inZone, isKnown := c.elapsed(e)
	text := c.text(FieldDuration)
	if text == "" {
		if !isKnown || inZone < 0 || inZone > maxSeconds {
			c.refuse(FieldDuration, "has neither a duration nor a start and an end")
		}
		e.Seconds = inZone
		return
	}
	d, err := parseDuration(text, c.mark)
	if err != nil {
		c.refuse(FieldDuration, "%s", err)
		return
	}
	fits := func(seconds int64) bool {
		return isKnown && (abs(wall-seconds) <= rounding || abs(inZone-seconds) <= rounding)
	}
	e.Seconds = d.seconds
	switch isOther := d.other != 0 && fits(d.other); {
	case d.other != 0 && fits(d.seconds) == isOther:
		c.refuse(FieldDuration, "may be hours and minutes, or minutes and seconds")
	case isOther:
		e.Seconds = d.other
	case isKnown && !fits(d.seconds):
		c.note(FieldDuration, "the time from start to end is %s; the duration was read",
			time.Duration(wall)*time.Second)
	}
}

// elapsed returns the seconds from the start to the end of an entry by the clock on the wall, and
// in the zone of Options, which differ if the clock changes between them.
func (c *record) elapsed(e *TimeEntry) (wall, inZone int64, isKnown bool) {
	if !e.Start.IsKnown || !e.End.IsKnown || e.Date.IsZero() || e.EndDate.IsZero() {
		return 0, 0, false
	}
	between := func(zone *time.Location) int64 {
		return int64(instantOf(e.EndDate, e.End, zone).Sub(instantOf(e.Date, e.Start, zone)) / time.Second)
	}
	return between(time.UTC), between(c.options.Zone), true
}

// instantOf returns the instant of a time of day.
func instantOf(date calendar.Date, clock Clock, zone *time.Location) time.Time {
	return time.Date(date.Year(), date.Month(), date.Day(), 0, 0, int(clock.Seconds), 0, zone)
}

func abs(n int64) int64 { return max(n, -n) }

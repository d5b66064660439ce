package exportfile

import "strings"

// harvestFormat is the CSV of the detailed time report of Harvest.
var harvestFormat = format{
	tool:       Harvest,
	signatures: [][]string{{"date", "project", "task", "hours", "first name"}},
	required:   []Field{FieldDate, FieldProject, FieldTask, FieldDuration, FieldFirstName},
	fields: []fieldNames{
		{FieldDate, []string{"date"}},
		{FieldClient, []string{"client"}},
		{FieldProject, []string{"project"}},
		{FieldCode, []string{"project code"}},
		{FieldTask, []string{"task"}},
		{FieldNotes, []string{"notes", "note"}},
		{FieldDuration, []string{"hours"}},
		{FieldRounded, []string{"hours rounded"}},
		{FieldBillable, []string{"billable?", "billable"}},
		{FieldInvoiced, []string{"invoiced?", "invoiced"}},
		{FieldApproved, []string{"approved?", "approved"}},
		{FieldFirstName, []string{"first name"}},
		{FieldLastName, []string{"last name"}},
		{FieldPersonKey, []string{"employee id"}},
		{FieldIsEmployee, []string{"employee?"}},
		{FieldRate, []string{"billable rate", "hourly rate"}},
		{FieldAmount, []string{"billable amount"}},
		{FieldCostRate, []string{"cost rate"}},
		{FieldCostAmount, []string{"cost amount"}},
		{FieldCurrency, []string{"currency"}},
		{FieldReference, []string{"external reference url"}},
		{FieldStartTime, []string{"started at", "start time"}},
		{FieldEndTime, []string{"ended at", "end time"}},
	},
	extras:  []string{"roles", "teams", "department"},
	dates:   []Field{FieldDate},
	numbers: []Field{FieldDuration, FieldRounded, FieldRate, FieldAmount, FieldCostRate, FieldCostAmount},
	read:    (*csvReader).readHarvest,
}

// readHarvest reads time entries.
func (r *csvReader) readHarvest() error {
	keys := entryKeys{}
	r.file.Entries = make([]TimeEntry, 0, len(r.rows))
	for _, w := range r.rows {
		c := record{csvReader: r, row: w}
		c.addEntry(keys, c.harvestEntry())
	}
	return nil
}

// harvestEntry returns the entry of a row. Its time is that in Hours. Hours Rounded is what is
// billed.
func (c *record) harvestEntry() TimeEntry {
	e := TimeEntry{Date: c.workDate(), Seconds: c.harvestHours(), At: Place{Line: c.row.line}}
	name := strings.TrimSpace(c.text(FieldFirstName) + " " + c.text(FieldLastName))
	if name == "" {
		c.refuse(FieldFirstName, "names no person")
	}
	if c.isSkipped {
		return e
	}
	e.PersonKey = c.person(c.text(FieldPersonKey), name, "", c.at(FieldFirstName))
	e.ClientKey = c.client(c.text(FieldClient), c.at(FieldClient))
	e.ProjectKey = c.project("", c.text(FieldProject), e.ClientKey, c.at(FieldProject))
	c.setProjectCode(e.ProjectKey)
	e.Task, e.Note = c.text(FieldTask), manyLines(c.raw(FieldNotes))
	e.Start, e.End = c.clock(FieldStartTime), c.clock(FieldEndTime)
	e.Billable, e.Invoiced = c.flag(FieldBillable), c.flag(FieldInvoiced)
	e.Approved, e.IsEmployee = c.flag(FieldApproved), c.flag(FieldIsEmployee)
	e.Rate, e.Amount = c.decimal(FieldRate), c.decimal(FieldAmount)
	e.CostRate, e.CostAmount = c.decimal(FieldCostRate), c.decimal(FieldCostAmount)
	if text := c.text(FieldCurrency); text != "" {
		if e.CurrencyCode = currency(text); e.CurrencyCode == "" {
			c.lack(FieldCurrency, "is not a known currency")
		}
	}
	if text := c.text(FieldRounded); text != "" {
		seconds, err := parseHours(text, c.mark)
		if err != nil {
			c.lack(FieldRounded, "%s", err)
		}
		e.RoundedSeconds, e.HasRoundedSeconds = seconds, err == nil
	}
	e.URL, e.Extra = c.text(FieldReference), c.extra()
	return e
}

// harvestHours returns the seconds of a row. It refuses a row without them.
func (c *record) harvestHours() int64 {
	text := c.text(FieldDuration)
	if text == "" {
		c.refuse(FieldDuration, "has no hours")
		return 0
	}
	seconds, err := parseHours(text, c.mark)
	if err != nil {
		c.refuse(FieldDuration, "%s", err)
	}
	return seconds
}

// setProjectCode notes the code of a project. It reports a second one.
func (c *record) setProjectCode(projectKey string) {
	code := c.text(FieldCode)
	if projectKey == "" || code == "" {
		return
	}
	p := c.projects.get(projectKey, Project{})
	if p.Code == "" {
		p.Code = code
	}
	if p.Code != code {
		c.lack(FieldCode, "the project has the code %s in another row", p.Code)
	}
}

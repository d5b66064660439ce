package timebilling

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
)

const (
	// maxSources is the most time entries of a line, and maxText the most characters of its text.
	maxSources, maxText = 1000, 4000
	// quantityDigits is the number of decimal places of hours on a line.
	quantityDigits = 6
)

// lineGroup is the time of one line.
type lineGroup []pricedEntry

// groupEntries returns the time of each line: that of a project at one rate which has in common
// what the caller chose. A group is split where a line would have too many entries.
func groupEntries(entries []pricedEntry, by []pb.BillTimeEntriesRequest_GroupBy) (groups []lineGroup) {
	at := map[string]int{}
	for _, e := range entries {
		key := e.ProjectId + " " + e.rate.HourlyRate.GetAmount()
		for _, g := range by {
			switch g {
			case pb.BillTimeEntriesRequest_ENTRY:
				key += " " + e.Id
			case pb.BillTimeEntriesRequest_TASK:
				key += " " + e.TaskId
			case pb.BillTimeEntriesRequest_PERSON:
				key += " " + e.PersonId
			case pb.BillTimeEntriesRequest_DAY:
				key += " " + e.WorkDate
			}
		}
		i, known := at[key]
		if !known || len(groups[i]) == maxSources {
			i = len(groups)
			at[key], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], e)
	}
	slices.SortStableFunc(groups, func(a, b lineGroup) int { return strings.Compare(a[0].ProjectId, b[0].ProjectId) })
	return groups
}

// quantity returns the hours of a line.
func (g lineGroup) quantity() decimal.Decimal {
	sum := int64(0)
	for _, e := range g {
		sum += e.seconds
	}
	return decimal.NewFromInt(sum).DivRound(decimal.NewFromInt(3600), quantityDigits)
}

// newLines returns the lines of a bill.
func (b *bill) newLines(ctx context.Context, tx *db.Tx) ([]*financev1.DocumentLine, error) {
	var ids, tasks []string
	for _, e := range b.entries {
		ids, tasks = append(ids, e.ProjectId, e.PersonId), append(tasks, e.TaskId)
	}
	names, err := namesOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	readable, err := readableNamesOf(ctx, tx, tasks)
	if err != nil {
		return nil, err
	}
	maps.Copy(names, readable)
	var lines []*financev1.DocumentLine
	for _, g := range b.groups {
		first, last := g[0], g[len(g)-1] // sorted by day
		l := &financev1.DocumentLine{ItemId: b.projects[first.ProjectId].ItemId, Unit: "h",
			Description: g.text(b.req.GetGroupBy(), b.req.GetDetail(), names), Quantity: g.quantity().String(),
			UnitPrice: first.rate.HourlyRate.GetAmount(), DimensionValueIds: []string{ledger.DimensionValueID(first.ProjectId)},
			ServiceStartDate: first.WorkDate, ServiceEndDate: last.WorkDate}
		for _, e := range g {
			l.SourceIds = append(l.SourceIds, e.Id)
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// text returns what a line is for, followed by its days or time entries.
func (g lineGroup) text(
	by []pb.BillTimeEntriesRequest_GroupBy, detail pb.BillTimeEntriesRequest_Detail, names map[string]string,
) string {
	first, last := g[0], g[len(g)-1]
	chosen := func(k pb.BillTimeEntriesRequest_GroupBy) bool {
		return slices.Contains(by, k) || slices.Contains(by, pb.BillTimeEntriesRequest_ENTRY)
	}
	heading := []string{names[first.ProjectId]}
	if name := names[first.TaskId]; chosen(pb.BillTimeEntriesRequest_TASK) && name != "" {
		heading = append(heading, name)
	}
	if chosen(pb.BillTimeEntriesRequest_PERSON) {
		heading = append(heading, names[first.PersonId])
	}
	days := first.WorkDate
	if first.WorkDate != last.WorkDate {
		days += " – " + last.WorkDate
	}
	text := strings.Join(append(heading, days), ", ")
	for _, line := range g.details(detail) {
		if utf8.RuneCountInString(text)+utf8.RuneCountInString(line)+2 > maxText-1 {
			return text + "\n…"
		}
		text += "\n" + line
	}
	return text
}

// details returns a line of text for each day or time entry, with its billed time.
func (g lineGroup) details(detail pb.BillTimeEntriesRequest_Detail) (lines []string) {
	switch detail {
	case pb.BillTimeEntriesRequest_SUMMARY:
		return nil
	case pb.BillTimeEntriesRequest_ENTRIES:
		for _, e := range g {
			line := e.WorkDate + ": " + timekeeping.FormatHours(e.seconds)
			if e.Note != "" {
				line += ", " + e.Note
			}
			lines = append(lines, line)
		}
		return lines
	}
	for i := 0; i < len(g); {
		day, sum := g[i].WorkDate, int64(0)
		for ; i < len(g) && g[i].WorkDate == day; i++ {
			sum += g[i].seconds
		}
		lines = append(lines, day+": "+timekeeping.FormatHours(sum))
	}
	return lines
}

// namesOf returns the names of records of any kinds by their identifiers. It ignores empty ones.
func namesOf(ctx context.Context, tx *db.Tx, ids []string) (map[string]string, error) {
	return namesIf(ctx, tx, ids, func(db.Subject) bool { return true })
}

// readableNamesOf is namesOf for the records that the caller may read.
func readableNamesOf(ctx context.Context, tx *db.Tx, ids []string) (map[string]string, error) {
	return namesIf(ctx, tx, ids, func(s db.Subject) bool { return s.Readable })
}

func namesIf(ctx context.Context, tx *db.Tx, ids []string, isNamed func(db.Subject) bool) (map[string]string, error) {
	ids = slices.DeleteFunc(ids, func(s string) bool { return s == "" })
	slices.Sort(ids)
	ids = slices.Compact(ids)
	subjects, err := resource.LoadSubjects(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for i, s := range subjects {
		if isNamed(s) {
			names[ids[i]] = s.Title
		}
	}
	return names, nil
}

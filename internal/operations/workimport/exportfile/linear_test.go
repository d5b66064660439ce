package exportfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"backoffice/internal/platform/calendar"
)

// linearRow returns a row of an issue, by the columns of linearHeader.
func linearRow(id, status, started, completed, canceled, due, parent, blockedBy, blocks, related string) string {
	return fmt.Sprintf("%s,App,t,%s,,,,,%s,%s,%s,%s,%s,\"%s\",\"%s\",\"%s\"\n",
		id, status, started, completed, canceled, due, parent, blockedBy, blocks, related)
}

// TestLinearStatesGetCategories checks on which basis a state gets its category.
func TestLinearStatesGetCategories(t *testing.T) {
	t.Parallel()
	const day = "2026-01-05T10:00:00.000Z"
	row := func(id, status, started, completed, canceled string) string {
		return linearRow(id, status, started, completed, canceled, "", "", "", "", "")
	}
	for name, c := range map[string]struct {
		rows     string
		category Category
		basis    Basis
	}{
		"most are completed": {
			row("A-1", "Live", day, day, "") + row("A-2", "Live", "", day, "") +
				row("A-3", "Live", "", "", ""), Completed, FromDates,
		},
		"half are completed":      {row("A-1", "Live", "", day, "") + row("A-2", "Live", "", "", ""), Unstarted, FromNothing},
		"dates before the name":   {row("A-1", "Todo", "", day, ""), Completed, FromDates},
		"most are canceled":       {row("A-1", "No", "", "", day), Canceled, FromDates},
		"name before started":     {row("A-1", "Backlog", day, "", ""), Backlog, FromName},
		"most are started":        {row("A-1", "Vendor", day, "", ""), Started, FromDates},
		"name in other case":      {row("A-1", "in  REVIEW", "", "", ""), Started, FromName},
		"triage":                  {row("A-1", "Triage", "", "", ""), Backlog, FromName},
		"closed without its date": {row("A-1", "Closed", "", "", ""), Completed, FromName},
		"nothing":                 {row("A-1", "Parked", "", "", ""), Unstarted, FromNothing},
	} {
		f := mustRead(t, linearHeader+c.rows, Options{})
		if s := f.States[0]; len(f.States) != 1 || s.Category != c.category || s.Basis != c.basis || s.Uses != len(f.Tasks) {
			t.Errorf("%s: got %+v", name, f.States)
		}
		if isReported := len(f.Problems) > 0; isReported != (c.basis == FromNothing) {
			t.Errorf("%s: got %q", name, problems(f))
		}
	}
	f := mustRead(t, linearHeader+row("A-1", "", "", "", ""), Options{})
	wantProblems(t, f, "VALUE_MISSING line 2 Status: has no status")
	if _, isKnown := CategoryOfName("Someday"); isKnown {
		t.Error("an unknown name has a category")
	}
}

// TestLinearDueDatesAreMidnights checks the dates that instants of due dates are read as.
func TestLinearDueDatesAreMidnights(t *testing.T) {
	t.Parallel()
	auckland, err := calendar.LoadZone("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		zone   *time.Location
		due    string
		want   string
		notice string
	}{
		"dates":    {paris(t), "2026-01-15", "2026-01-15", ""},
		"own zone": {paris(t), "2026-01-15T23:00:00.000Z 2026-07-15T22:00:00.000Z", "2026-01-16 2026-07-16", ""},
		"far zone": {auckland, "2026-01-15T11:00:00.000Z", "2026-01-16", ""},
		"another zone": {
			time.UTC, "2026-01-15T23:00:00Z 2026-07-15T22:00:00Z", "2026-01-16 2026-07-16", "midnight in a zone other than UTC",
		},
		"zone of America": {
			paris(t), "2026-01-15T05:00:00.000Z", "2026-01-15", "midnight in a zone other than Europe/Paris",
		},
		"JavaScript": {
			time.UTC, "Fri Jun 28 2024 22:00:00 GMT+0000 (GMT)", "2024-06-29", "midnight in a zone other than UTC",
		},
		"JavaScript, offset": {time.UTC, "Fri Jun 28 2024 22:00:00 GMT-0200 (GMT-02:00)", "2024-06-29", ""},
		"midnights around it": {
			time.UTC, "2026-01-15T00:00:00.000Z 2026-07-15T23:00:00.000Z", "2026-01-15 2026-07-16",
			"midnight in a zone other than UTC",
		},
		"three times of day": {
			time.UTC, "2026-01-15T10:00:00Z 2026-01-15T11:00:00Z 2026-01-15T12:00:00Z", "2026-01-15 2026-01-15 2026-01-15",
			"at different times of day",
		},
		"times of day": {
			paris(t), "2026-01-15T10:37:00.000Z 2026-01-15T23:30:00.000Z", "2026-01-15 2026-01-16", "at different times of day",
		},
		"far years":  {time.UTC, "9999-12-31T00:00:00.000Z", "", "is not between the years 1900 and 2200"},
		"not a date": {time.UTC, "Q3", "", "is not a date"},
	} {
		content := linearHeader
		dates := []string{c.due}
		if !strings.HasPrefix(c.due, "Fri") {
			dates = strings.Fields(c.due)
		}
		for i, due := range dates {
			content += linearRow(fmt.Sprint("A-", i), "Todo", "", "", "", due, "", "", "", "")
		}
		f := mustRead(t, content, Options{Zone: c.zone})
		var got []string
		for _, task := range f.Tasks {
			if !task.Due.Time.IsZero() {
				t.Errorf("%s: got the time %s", name, task.Due.Time)
			}
			got = append(got, task.Due.Date.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if len(f.Problems) == 0 != (c.notice == "") || c.notice != "" && !strings.Contains(f.Problems[0].Message, c.notice) {
			t.Errorf("%s: got %q, want %q", name, problems(f), c.notice)
		}
	}
}

// TestLinearIssuesAreLinkedByID checks relations that one or both issues name.
func TestLinearIssuesAreLinkedByID(t *testing.T) {
	t.Parallel()
	link := func(id, parent, blockedBy, blocks, related string) string {
		return linearRow(id, "Todo", "", "", "", "", parent, blockedBy, blocks, related)
	}
	f := mustRead(t, linearHeader+
		link("A-1", "", "A-2, B-9", "A-3", "A-2")+link("A-2", "A-1", "", "A-1", "A-1")+
		link("A-3", "A-3", "A-1", "", "")+link("A-4", "A-5", "A-5", "", "")+link("A-5", "A-4", "A-4", "", ""), Options{})
	want := []string{
		"A-1 after ?B-9", "A-1 after A-2?A-2", "A-2 in A-1?A-1", "A-3 after A-1?A-1", "A-3 in ?A-3", "A-4 after A-5?A-5",
		"A-4 in A-5?A-5", "A-5 after ?A-4", "A-5 in ?A-4",
	}
	if got := links(f); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	wantProblems(t, f,
		"VALUE_MISSING line 2 Blocked by: the issue B-9 is not in the file",
		"VALUE_MISSING line 4 Parent issue: the parent is a subtask of this task itself",
		"VALUE_MISSING line 6 Parent issue: the parent is a subtask of this task itself",
		"VALUE_MISSING line 6 Blocked by: the dependency makes the task wait for itself")
	if r := f.Tasks[0].Related; !slices.Equal(r, []Reference{{"A-2", "A-2"}}) {
		t.Errorf("got %+v", r)
	}
}

// TestLinearRowsWithoutIdentityAreSkipped checks rows without an ID or a title, and repeated
// issues.
func TestLinearRowsWithoutIdentityAreSkipped(t *testing.T) {
	t.Parallel()
	f := mustRead(t, "UUID,"+linearHeader+
		"u1,A-1,App,t,Todo,Someday,,,,,,,,,,\nu1,B-1,App,t,Todo,,,,,,,,,,,\n,,App,t,Todo,,,,,,,,,,,\nu2,A-2,App,,Todo,,,,,,,,,,,\n"+
		"u3,,App,t,Todo,,,,,,,,,,,\n", Options{})
	wantProblems(t, f,
		"NOTICE line 2: 5 rows have fewer cells than the header has columns; the missing cells were read as empty",
		"VALUE_MISSING line 2 Priority: is not a known priority",
		"ROW_SKIPPED line 3 ID: repeats the record of line 2",
		"ROW_SKIPPED line 4 ID: has no ID",
		"ROW_SKIPPED line 5 Title: has no title")
	if len(f.Tasks) != 2 || f.Tasks[0].Key != "u1" || f.Tasks[0].Number != "A-1" || f.Tasks[1].Key != "u3" {
		t.Errorf("got %+v", f.Tasks)
	}
}

// TestInstants checks the ways to write an instant.
func TestInstants(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-01-06T08:12:44.310Z":                     "2026-01-06T08:12:44.31Z",
		"2026-01-06T08:12:44Z":                         "2026-01-06T08:12:44Z",
		"2026-01-06T08:12:44+02:00":                    "2026-01-06T06:12:44Z",
		"Mon Jun 03 2024 07:41:12 GMT+0000 (GMT)":      "2024-06-03T07:41:12Z",
		"Mon Jun 03 2024 07:41:12 GMT+0100 (GMT+1:00)": "2024-06-03T06:41:12Z",
		"Mon Jun 03 2024 07:41:12 GMT-0500":            "2024-06-03T12:41:12Z",
		"2026-01-06":                                   "", "2026-01-06 08:12:44": "", "": "",
		"Mon Jun 33 2024 07:41:12 GMT+0000":                     "",
		"2026-01-06T08:12:44." + strings.Repeat("0", 100) + "Z": "",
	} {
		got, ok := parseInstant(text)
		if ok != (want != "") || ok && got.UTC().Format(time.RFC3339Nano) != want {
			t.Errorf("%q: got %s, %v, want %q", text, got, ok, want)
		}
	}
}

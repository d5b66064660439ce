package exportfile

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// asanaRow returns a row of a task.
func asanaRow(key, title, parent, blockedBy, blocking string) string {
	return fmt.Sprintf("%s,,,,\"%s\",,,,,,,,P,\"%s\",\"%s\",\"%s\"\n", key, title, parent, blockedBy, blocking)
}

// links returns the parents and predecessors of tasks, by their keys.
func links(f *File) (out []string) {
	for _, task := range f.Tasks {
		for _, p := range task.Predecessors {
			out = append(out, task.Key+" after "+p.Key+"?"+p.Text)
		}
		if task.Parent.Text != "" {
			out = append(out, task.Key+" in "+task.Parent.Key+"?"+task.Parent.Text)
		}
	}
	slices.Sort(out)
	return out
}

// TestAsanaParentsAreFoundByName checks each way in which a name does or does not name a parent.
func TestAsanaParentsAreFoundByName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows     []string
		links    string
		problems []string
	}{
		"above and below": {
			[]string{asanaRow("1", "a", "b", "", ""), asanaRow("2", "b", "", "", ""), asanaRow("3", "c", "b", "", "")},
			"1 in 2?b, 3 in 2?b", nil,
		},
		"nearest above": {
			[]string{
				asanaRow("1", "a", "", "", ""), asanaRow("2", "a", "", "", ""), asanaRow("3", "b", "a", "", ""),
				asanaRow("4", "a", "", "", ""),
			},
			"3 in 2?a",
			[]string{"NOTICE line 4 Parent task: 3 tasks have the name of the parent; the nearest one above, in line 3, was read as the parent"},
		},
		"several below": {
			[]string{asanaRow("1", "b", "a", "", ""), asanaRow("2", "a", "", "", ""), asanaRow("3", "a", "", "", "")},
			"1 in ?a",
			[]string{"VALUE_MISSING line 2 Parent task: 2 tasks have the name of the parent, and none is above this task"},
		},
		"not in the file": {
			[]string{asanaRow("1", "a", "x", "", "")}, "1 in ?x",
			[]string{"VALUE_MISSING line 2 Parent task: the parent is not in the file; the task was read without a parent"},
		},
		"itself": {
			[]string{asanaRow("1", "a", "a", "", "")}, "1 in ?a",
			[]string{"VALUE_MISSING line 2 Parent task: the task names itself as its parent"},
		},
		"one of its name": {
			[]string{asanaRow("1", "a", "", "", ""), asanaRow("2", "a", "a", "", "")}, "2 in 1?a", nil,
		},
		"a cycle": {
			[]string{asanaRow("1", "a", "b", "", ""), asanaRow("2", "b", "c", "", ""), asanaRow("3", "c", "a", "", "")},
			"1 in 2?b, 2 in 3?c, 3 in ?a",
			[]string{"VALUE_MISSING line 4 Parent task: the parent is a subtask of this task itself"},
		},
		"dependencies": {
			[]string{
				asanaRow("1", "a", "", "", "b"), asanaRow("2", "b", "", "a,Plan, print, ship", ""),
				asanaRow("3", "Plan, print, ship", "", "", "b, b"), asanaRow("4", "d", "", "x, a", ""),
				asanaRow("5", "a, x", "", "", ""),
			},
			"2 after 1?a, 2 after 3?Plan, print, ship, 4 after 1?a, 4 after ?x",
			[]string{`VALUE_MISSING line 5 Blocked By (Dependencies): the task "x" is not in the file`},
		},
		"several of a name": {
			[]string{asanaRow("1", "a", "", "", ""), asanaRow("2", "a", "", "", ""), asanaRow("3", "b", "", "a", "")},
			"3 after ?a",
			[]string{`VALUE_MISSING line 4 Blocked By (Dependencies): 2 tasks have the name "a"`},
		},
		"a cycle of dependencies": {
			[]string{asanaRow("1", "a", "", "c", ""), asanaRow("2", "b", "", "a", ""), asanaRow("3", "c", "", "b", "")},
			"1 after 3?c, 2 after ?a, 3 after 2?b",
			[]string{"VALUE_MISSING line 3 Blocked By (Dependencies): the dependency makes the task wait for itself"},
		},
		"waiting for itself": {
			[]string{asanaRow("1", "a", "", "a", "")}, "1 after ?a",
			[]string{"VALUE_MISSING line 2 Blocked By (Dependencies): the dependency makes the task wait for itself"},
		},
	} {
		f := mustRead(t, asanaHeader+strings.Join(c.rows, ""), Options{})
		if got := strings.Join(links(f), ", "); got != c.links {
			t.Errorf("%s: got %q, want %q", name, got, c.links)
		}
		if got := problems(f); !slices.Equal(got, c.problems) {
			t.Errorf("%s: got %q, want %q", name, got, c.problems)
		}
	}
}

// TestLongChainsAreLinkedQuickly reads chains of tasks as long as a file may be.
func TestLongChainsAreLinkedQuickly(t *testing.T) {
	t.Parallel()
	var rows strings.Builder
	for i := range MaxRows {
		fmt.Fprintf(&rows, "%d,,,,t%d,,,,,,,,,t%d,t%d,\n", i+1, i, i+1, i+1)
	}
	f := mustRead(t, asanaHeader+rows.String(), Options{ProjectName: "P"})
	if f.Tasks[0].Parent.Key != "2" || f.Tasks[0].ProjectKey != "p" || len(f.Problems) != 3 {
		t.Errorf("got %+v, %q", f.Tasks[0], problems(f)[:min(5, len(f.Problems))])
	}
}

// TestAsanaProjectIsTheOneOfAllTasks checks which project a file is the export of.
func TestAsanaProjectIsTheOneOfAllTasks(t *testing.T) {
	t.Parallel()
	row := func(key, projects, parent string) string {
		return fmt.Sprintf("%s,,,,t%s,S,,,,,,,\"%s\",%s,,\n", key, key, projects, parent)
	}
	for name, c := range map[string]struct {
		rows, told string
		want       string // projects, sections and problems
	}{
		"common": {
			row("1", "Goals, Web", "") + row("2", "Web", "") + row("3", "", "t2"), "",
			"[web goals web web] [web/s] 0",
		},
		"told": {
			row("1", "Move, phase 2,Goals", "") + row("2", "Goals, Move, phase 2", ""), "Move, phase 2",
			"[move, phase 2 goals move, phase 2 goals] [move, phase 2/s] 0",
		},
		"told but elsewhere": {row("1", "Website", ""), "Web", "[website] [website/s] 0"},
		"none":               {row("1", "", ""), "", "[] [/s] 1"},
		"none but told":      {row("1", "", ""), "P", "[p] [p/s] 0"},
		"none in common":     {row("1", "A", "") + row("2", "B", ""), "", "[a b] [a/s b/s] 1"},
		"two in common":      {row("1", "A,B", "") + row("2", "B,A", ""), "", "[a b b a] [a/s b/s] 1"},
	} {
		f := mustRead(t, asanaHeader+c.rows, Options{ProjectName: c.told})
		var projects, sections []string
		for _, task := range f.Tasks {
			for _, p := range append([]string{task.ProjectKey}, task.OtherProjectKeys...) {
				if p != "" {
					projects = append(projects, p)
				}
			}
			if !slices.Contains(sections, task.SectionKey) {
				sections = append(sections, task.SectionKey)
			}
		}
		if got := fmt.Sprint(projects, sections, len(f.Problems)); got != c.want {
			t.Errorf("%s: got %q, want %q; %q", name, got, c.want, problems(f))
		}
	}
}

// TestAsanaPriorityIsReadIfAllValuesAreKnown checks when the custom field is the priority.
func TestAsanaPriorityIsReadIfAllValuesAreKnown(t *testing.T) {
	t.Parallel()
	const header = "Task ID,Completed At,Last Modified,Name,Projects,Priority\n"
	f := mustRead(t, header+"1,,,a,P,High\n2,,,b,P,\n3,,,c,P,urgent\n", Options{})
	if f.Tasks[0].Priority != High || f.Tasks[1].Priority != "" || f.Tasks[2].Priority != Urgent ||
		f.Tasks[0].Extra != nil {
		t.Errorf("got %+v", f.Tasks)
	}
	f = mustRead(t, header+"1,,,a,P,High\n2,,,b,P,Someday\n", Options{})
	if f.Tasks[0].Priority != "" || !slices.Equal(f.Tasks[0].Extra, []Value{{"Priority", "High"}}) {
		t.Errorf("got %+v", f.Tasks[0])
	}
	wantProblems(t, f, "NOTICE line 3 Priority: is not a known priority; the column was read as a custom field")
}

// TestAsanaValuesThatAreNotUnderstoodAreReported checks that tasks are read without bad values.
func TestAsanaValuesThatAreNotUnderstoodAreReported(t *testing.T) {
	t.Parallel()
	f := mustRead(t, asanaHeader+
		"1,2026-02-30,soon,,a,,,,someday,46034,,,P,,,\n,,,,b,,,,,,,,P,,,\n,,,,,S,,,,,,,P,,,\n1,,,,c,,,,,,,,P,,,\n", Options{})
	wantProblems(t, f,
		"VALUE_MISSING line 2 Created At: is not a day of the calendar",
		"VALUE_MISSING line 2 Completed At: is not a date",
		"VALUE_MISSING line 2 Start Date: is not a date",
		"VALUE_MISSING line 2 Due Date: is not a date",
		"ROW_SKIPPED line 3 Task ID: has no task ID",
		"ROW_SKIPPED line 4 Task ID: has no task ID",
		"ROW_SKIPPED line 4 Name: has no name",
		"ROW_SKIPPED line 5 Task ID: repeats the record of line 2")
	if len(f.Tasks) != 1 || f.Tasks[0].StateKey != "done" || !f.Tasks[0].Completed.IsZero() {
		t.Errorf("got %+v", f.Tasks)
	}
	rows := strings.Repeat("x,,,,a,,,,,,,,P,,,\n", asanaRowLimit)
	f = mustRead(t, asanaHeader+rows, Options{})
	if last := f.Problems[len(f.Problems)-1]; !strings.Contains(last.Message, "beyond 2000") {
		t.Errorf("got %q", last)
	}
}

// TestFileSavedByASpreadsheetProgramIsRead reads a file with semicolons, another charset and local
// dates, whose ids are not rounded.
func TestFileSavedByASpreadsheetProgramIsRead(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("testdata/asana-project-saved-by-excel.csv")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(content), "1,209E+15", "1209000000000101", 1)
	f := mustRead(t, strings.Replace(text, "1,209E+15", "1209000000000102", 1), Options{})
	wantProblems(t, f, "NOTICE the file is not UTF-8; it was read as Windows-1252")
	if a, b := f.Tasks[0], f.Tasks[1]; a.Due.Date.String() != "2026-02-13" ||
		a.Notes != "Line one\nLine two; with a semicolon" ||
		b.Title != "Größe & Preis prüfen" || b.AssigneeKey != "jürgen öz" || b.Completed.Date.String() != "2026-01-07" {
		t.Errorf("got %s", describe(f))
	}
}

// TestRoundedKeysAreRefused checks that ids that a spreadsheet program has rounded refuse the file.
func TestRoundedKeysAreRefused(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"1.2182E+15", `"1,209E+15"`, "1E+15", "1e15"} {
		message, kind := refusal(t, asanaHeader+key+",,,,a\n", Options{})
		if kind != ErrDamaged || !strings.Contains(message, "line 2") || !strings.Contains(message, "rounded") {
			t.Errorf("%s: got %q", key, message)
		}
	}
}

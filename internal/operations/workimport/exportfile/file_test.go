package exportfile

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"backoffice/internal/platform/calendar"
)

// tester is what the checks need of a test.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
}

// paris returns the zone of the organization in tests.
func paris(t testing.TB) *time.Location {
	t.Helper()
	zone, err := calendar.LoadZone("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// mustRead reads a file that is not refused.
func mustRead(t testing.TB, content string, options Options) *File {
	t.Helper()
	f, err := Read(t.Context(), []byte(content), options)
	if err != nil {
		t.Fatal(err)
	}
	checkFile(t, f)
	return f
}

// problems returns the problems of a file as texts.
func problems(f *File) (out []string) {
	for _, p := range f.Problems {
		out = append(out, fmt.Sprintf("%s %s", p.Effect, p))
	}
	return out
}

// wantProblems checks the problems of a file.
func wantProblems(t *testing.T, f *File, want ...string) {
	t.Helper()
	if got := problems(f); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// checkFile checks what is true of every file: each row is a record or a skipped row with a
// problem, keys are unique and refer to records, and texts can be stored.
func checkFile(t tester, f *File) {
	t.Helper()
	if f.Rows != len(f.Tasks)+len(f.Entries)+f.Skipped {
		t.Errorf("%d rows, but %d tasks, %d entries and %d skipped rows", f.Rows, len(f.Tasks), len(f.Entries), f.Skipped)
	}
	skipped := map[string]bool{}
	for _, p := range f.Problems {
		if p.Message == "" || p.Line == 0 && p.Path == "" && p.Effect != Notice {
			t.Errorf("%+v has no message or no place", p)
		}
		if p.Effect == RowSkipped {
			card, _, _ := strings.Cut(p.Path, "]")
			skipped[fmt.Sprint(p.Line, card)] = true
		}
	}
	if f.UnlistedProblems == 0 && len(skipped) != f.Skipped {
		t.Errorf("%d rows are skipped, but %d rows have such a problem", f.Skipped, len(skipped))
	}
	checkKeys(t, f)
	checkCycles(t, f)
	checkTexts(t, reflect.ValueOf(*f), "File")
}

func checkKeys(t tester, f *File) {
	t.Helper()
	known := map[string]bool{"person": true, "team": true, "client": true, "project": true, "section": true, "state": true,
		"task": true, "entry": true}
	add := func(kind, key string) {
		if known[kind+key] {
			t.Errorf("two records %s have the key %q", kind, key)
		}
		known[kind+key] = true
	}
	want := func(kind string, keys ...string) {
		for _, key := range keys {
			if !known[kind+key] {
				t.Errorf("no record %s has the key %q", kind, key)
			}
		}
	}
	for _, r := range f.People {
		add("person", r.Key)
	}
	for _, r := range f.Teams {
		add("team", r.Key)
	}
	for _, r := range f.Clients {
		add("client", r.Key)
	}
	for _, r := range f.Projects {
		add("project", r.Key)
		want("client", r.ClientKey)
	}
	for _, r := range f.Sections {
		add("section", r.Key)
		want("project", r.ProjectKey)
	}
	for _, r := range f.States {
		add("state", r.Key)
		want("team", r.TeamKey)
	}
	for _, r := range f.Tasks {
		add("task", r.Key)
	}
	for _, r := range f.Tasks {
		want("person", append([]string{r.AssigneeKey, r.CreatorKey}, r.CollaboratorKeys...)...)
		want("project", append(r.OtherProjectKeys, r.ProjectKey)...)
		want("section", r.SectionKey)
		want("state", r.StateKey)
		want("team", r.TeamKey)
		for _, other := range append(append(r.Related, r.Predecessors...), r.Parent, r.DuplicateOf) {
			want("task", other.Key)
		}
		for _, c := range r.Comments {
			want("person", c.AuthorKey)
		}
	}
	for _, r := range f.Entries {
		add("entry", r.Key)
		want("person", r.PersonKey)
		want("client", r.ClientKey)
		want("project", r.ProjectKey)
		if r.Date.IsZero() || r.Seconds < 0 || r.Seconds > maxSeconds {
			t.Errorf("entry %+v", r)
		}
	}
}

// checkCycles checks that no task is its own ancestor, or waits for itself.
func checkCycles(t tester, f *File) {
	t.Helper()
	at := f.taskIndex()
	next := map[string]func(Task) []Reference{
		"parent":       func(task Task) []Reference { return []Reference{task.Parent} },
		"predecessors": func(task Task) []Reference { return task.Predecessors },
	}
	for name, of := range next {
		waiting := make([]int, len(f.Tasks)) // tasks that name this one
		for _, task := range f.Tasks {
			for _, r := range of(task) {
				if i, ok := at[r.Key]; ok {
					waiting[i]++
				}
			}
		}
		var free []int
		for i, n := range waiting {
			if n == 0 {
				free = append(free, i)
			}
		}
		for done := 0; done < len(free); done++ {
			for _, r := range of(f.Tasks[free[done]]) {
				if i, ok := at[r.Key]; ok {
					if waiting[i]--; waiting[i] == 0 {
						free = append(free, i)
					}
				}
			}
		}
		if len(free) != len(f.Tasks) {
			t.Errorf("%s: %d of %d tasks are in a cycle", name, len(f.Tasks)-len(free), len(f.Tasks))
		}
	}
}

// checkTexts checks that all texts are valid and have no control characters.
func checkTexts(t tester, v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
			return unicode.IsControl(r) && r != '\n' && r != '\t'
		}) {
			t.Errorf("%s is %q", name, s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			checkTexts(t, v.Index(i), name)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[calendar.Date]() {
			return
		}
		for i := range v.NumField() {
			checkTexts(t, v.Field(i), name+"."+v.Type().Field(i).Name)
		}
	}
}

// show returns the fields of a record that are not empty.
func show(v reflect.Value) string {
	if s, ok := v.Interface().(fmt.Stringer); ok && v.Type() != reflect.TypeFor[Problem]() {
		return s.String()
	}
	switch v.Kind() {
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	case reflect.Slice:
		var items []string
		for i := range v.Len() {
			items = append(items, show(v.Index(i)))
		}
		return "[" + strings.Join(items, " ") + "]"
	case reflect.Struct:
		var fields []string
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				fields = append(fields, v.Type().Field(i).Name+":"+show(f))
			}
		}
		return "{" + strings.Join(fields, " ") + "}"
	}
	return fmt.Sprint(v.Interface())
}

// describe returns a file as text, a record a line.
func describe(f *File) string {
	var out strings.Builder
	v := reflect.ValueOf(*f)
	for i := range v.NumField() {
		field, name := v.Field(i), v.Type().Field(i).Name
		switch {
		case field.IsZero():
		case field.Kind() == reflect.Slice:
			for j := range field.Len() {
				fmt.Fprintf(&out, "%s %s\n", name, show(field.Index(j)))
			}
		default:
			fmt.Fprintf(&out, "%s %s\n", name, show(field))
		}
	}
	return out.String()
}

// refusal returns the message with which a file is refused, and the kind of error.
func refusal(t *testing.T, content string, options Options) (message string, kind error) {
	t.Helper()
	_, err := Read(t.Context(), []byte(content), options)
	if err == nil {
		return "", nil
	}
	for _, kind := range []error{ErrFormat, ErrDamaged, ErrLimit} {
		if errors.Is(err, kind) {
			return err.Error(), kind
		}
	}
	return err.Error(), err
}

package exportfile

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"backoffice/internal/platform/datetext"
)

// TestDateOrderIsFoundOrAsked checks that all dates of a file decide about their order together.
func TestDateOrderIsFoundOrAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		created, due string
		told         datetext.Order
		order        datetext.Order // "" if it is asked for
		want         string         // the creation of the first task
	}{
		"ISO":                  {"2026-01-05 2026-02-06", "2026-03-07", "", datetext.YearMonthDay, "2026-01-05"},
		"day first":            {"05/01/2026 06/01/2026", "13/01/2026", "", datetext.DayMonthYear, "2026-01-05"},
		"month first":          {"05/01/2026 06/01/2026", "01/13/2026", "", datetext.MonthDayYear, "2026-05-01"},
		"points":               {"05.01.2026", "06.01.2026", "", datetext.DayMonthYear, "2026-01-05"},
		"ambiguous":            {"05/01/2026", "06/01/2026", "", "", ""},
		"ambiguous and told":   {"05/01/2026", "06/01/2026", datetext.MonthDayYear, datetext.MonthDayYear, "2026-05-01"},
		"both orders":          {"13/01/2026", "01/13/2026", "", "", ""},
		"both orders and told": {"13/01/2026", "01/13/2026", datetext.DayMonthYear, datetext.DayMonthYear, "2026-01-13"},
		"short years":          {"05/01/26", "13/01/26", "", datetext.DayMonthYear, "2026-01-05"},
		"no dates":             {"", "", "", "", ""},
	} {
		content := asanaHeader
		for i, created := range strings.Fields(c.created + " ") {
			content += string(rune('1'+i)) + "," + created + ",,,a,,,,," + c.due + ",,,P\n"
		}
		f, err := Read(t.Context(), []byte(content), Options{DateOrder: c.told})
		var asked *QuestionsError
		switch {
		case errors.As(err, &asked):
			if c.order != "" || len(asked.Questions) != 1 || asked.Questions[0].Option != AskDateOrder {
				t.Errorf("%s: got %v", name, err)
			}
			continue
		case err != nil || f.DateOrder != c.order:
			t.Errorf("%s: got %v, %v, want %q", name, f, err, c.order)
			continue
		}
		checkFile(t, f)
		if len(f.Tasks) > 0 && f.Tasks[0].Created.Date.String() != c.want {
			t.Errorf("%s: got %s, want %s", name, f.Tasks[0].Created.Date, c.want)
		}
	}
}

// TestQuestionsAreAskedTogether checks that a file is refused with all questions and examples.
func TestQuestionsAreAskedTogether(t *testing.T) {
	t.Parallel()
	_, err := Read(t.Context(), []byte(harvestHeader+
		"05/01/2026,,P,T,,\"1,250\",Maud,,,,\n06/01/2026,,P,T,,2,Maud,,,\"7,500\",EUR\n"), Options{})
	var asked *QuestionsError
	if !errors.As(err, &asked) || len(asked.Questions) != 2 {
		t.Fatalf("got %v", err)
	}
	var examples []string
	for _, q := range asked.Questions {
		for _, e := range q.Examples {
			examples = append(examples, q.Option+" "+e.String()+" "+e.Value)
		}
	}
	if want := []string{
		"date_order line 2 Date: may have two meanings 05/01/2026",
		"date_order line 3 Date: may have two meanings 06/01/2026",
		"decimal_mark line 2 Hours: may have two meanings 1,250", "decimal_mark line 3 Billable Rate: may have two meanings 7,500",
	}; !slices.Equal(examples, want) {
		t.Errorf("got %q, want %q", examples, want)
	}
	if !strings.Contains(err.Error(), "Set the order of dates.; ") ||
		!strings.HasSuffix(err.Error(), "Set the decimal mark.") {
		t.Errorf("got %q", err)
	}
}

// TestDecimalMarkIsFoundOrAsked checks that all numbers of a file decide about their mark together.
func TestDecimalMarkIsFoundOrAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hours, rate string
		told, mark  byte
		isAsked     bool
		want        string // seconds and rate
		problem     string
	}{
		"point":         {"1.25", "95.0", 0, '.', false, "4500 95.0", ""},
		"comma":         {"7,5", "2.000,0", 0, ',', false, "27000 2000.0", ""},
		"thousands":     {"1.5", "1,250.00", 0, '.', false, "5400 1250.00", ""},
		"two marks":     {"1", "1,250,000", 0, '.', false, "3600 1250000", ""},
		"two points":    {"1", "1.250.000", 0, ',', false, "3600 1250000", ""},
		"no mark":       {"8", "95", 0, 0, false, "28800 95", ""},
		"apostrophes":   {"8", "1'250", 0, 0, false, "28800 1250", ""},
		"ambiguous":     {"8", "1,250", 0, 0, true, "", ""},
		"told a point":  {"8", "1,250", '.', '.', false, "28800 1250", ""},
		"told a comma":  {"8", "1,250", ',', ',', false, "28800 1.250", ""},
		"hh:mm":         {"7:30", "95", 0, 0, false, "27000 95", ""},
		"both":          {"1.5", "2,5", 0, '.', false, "5400 ", "has its marks of decimals and thousands in other places"},
		"bad grouping":  {"1.5", "1,2500", 0, '.', false, "5400 ", "has its marks"},
		"not a number":  {"1.5", "free", 0, '.', false, "5400 ", "is not a number"},
		"guarded minus": {"1.5", "'-5.50", 0, '.', false, "5400 -5.50", ""},
	} {
		content := harvestHeader + `2026-01-05,,P,T,,"` + c.hours + `",Maud,,,"` + c.rate + `",EUR` + "\n"
		f, err := Read(t.Context(), []byte(content), Options{DecimalMark: c.told})
		if c.isAsked {
			var asked *QuestionsError
			if !errors.As(err, &asked) || asked.Questions[0].Option != AskDecimalMark {
				t.Errorf("%s: got %v", name, err)
			}
			continue
		}
		if err != nil || f.DecimalMark != c.mark || len(f.Entries) != 1 {
			t.Errorf("%s: got %+v, %v", name, f, err)
			continue
		}
		e := f.Entries[0]
		if got := strings.Join([]string{strconv.FormatInt(e.Seconds, 10), e.Rate}, " "); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if len(f.Problems) == 0 != (c.problem == "") ||
			c.problem != "" && !strings.HasPrefix(f.Problems[0].Message, c.problem) {
			t.Errorf("%s: got %q", name, problems(f))
		}
	}
}

// TestDecimals checks numbers at the limits of their notation.
func TestDecimals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		mark byte
		want string
	}{
		{"0", '.', "0"}, {"00.50", '.', "0.50"}, {".5", '.', "0.5"}, {"-0.0", '.', "0.0"}, {"−3", '.', "-3"},
		{"1 250,5", ',', "1250.5"}, {"1\u202f250,5", ',', "1250.5"}, {"1’250.5", '.', "1250.5"}, {"12", 0, "12"},
		{"", '.', ""}, {"-", '.', ""}, {"1.", '.', ""}, {"1.2.3", '.', ""}, {"1,25", '.', ""}, {"1e5", '.', ""},
		{"٣", '.', ""},
		{"1,,000", '.', ""}, {",000", '.', ""}, {"1,000 000", '.', ""}, {strings.Repeat("1", 31), '.', ""}, {"1--2", '.', ""},
	} {
		got, err := parseDecimal(c.text, c.mark)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q: got %q, %v, want %q", c.text, got, err, c.want)
		}
	}
}

// TestGuardIsRemoved checks that only an apostrophe before a formula is removed.
func TestGuardIsRemoved(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"'=1+1": "=1+1", "'-1": "-1", "'+966": "+966", "'@a": "@a", "'quoted'": "'quoted'", "'": "'", "": "", "=1": "=1",
		"''=1": "''=1",
	} {
		if got := removeGuard(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

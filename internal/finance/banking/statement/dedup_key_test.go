package statement

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/platform/calendar"
)

func day(t testing.TB, text string) calendar.Date {
	t.Helper()
	date, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return date
}

// countAdded imports files one after the other and returns how many new lines each of them has.
func countAdded(files ...[]Line) []int {
	stored := map[string]bool{}
	var counts []int
	for _, lines := range files {
		count := 0
		for _, key := range DedupKeys(lines) {
			if !stored[key] {
				count++
			}
			stored[key] = true
		}
		counts = append(counts, count)
	}
	return counts
}

func dedupLine(t testing.TB, reference, date string, amount int64, name string) Line {
	return Line{BankReference: reference, Date: day(t, date), Amount: amount, CounterpartyName: name}
}

func TestDedupKeysIdentifyLinesAcrossFiles(t *testing.T) {
	line := func(reference, date string, amount int64, name string) Line {
		return dedupLine(t, reference, date, amount, name)
	}
	rent := line("20261101-R", "2026-11-01", -90000, "Rent")
	coffee := line("", "2026-11-02", -350, "Coffee")
	constant := func(date string, amount int64, name string) Line { return line("NONUNIQUE", date, amount, name) }
	for name, c := range map[string]struct {
		files [][]Line
		want  []int
	}{
		"the same file twice":         {[][]Line{{rent, coffee}, {rent, coffee}}, []int{2, 0}},
		"two equal lines in one file": {[][]Line{{coffee, coffee}, {coffee, coffee}}, []int{2, 0}},
		"equal with one reference":    {[][]Line{{rent, rent}, {rent, rent}}, []int{2, 0}},
		"a third equal line later":    {[][]Line{{coffee, coffee}, {coffee, coffee, coffee}}, []int{2, 1}},
		"another order of lines":      {[][]Line{{rent, coffee, coffee}, {coffee, rent, coffee}}, []int{3, 0}},
		"overlapping files": {
			[][]Line{
				{rent, coffee},
				{coffee, line("X2345", "2026-11-03", -1, "New")},
			}, []int{2, 1}},
		"three amounts under one reference": {
			[][]Line{
				{constant("2026-11-01", -1, "a"), constant("2026-11-01", -2, "a"), constant("2026-11-01", -3, "a")},
			}, []int{3}},
		"three amounts under one reference in three files": {
			[][]Line{
				{constant("2026-11-01", -1, "a")},
				{constant("2026-11-01", -2, "a")},
				{constant("2026-11-01", -3, "a")},
			}, []int{1, 1, 1}},
		"unique in the first file, shared in the second": {
			[][]Line{
				{constant("2026-11-01", -1, "a")},
				{constant("2026-11-01", -1, "a"), constant("2026-11-02", -1, "b")},
			}, []int{1, 1}},
		"shared in the first file, unique in the second": {
			[][]Line{
				{constant("2026-11-01", -1, "a"), constant("2026-11-02", -1, "b")},
				{constant("2026-11-02", -1, "b")},
			}, []int{2, 0}},
		"the same fee under the same reference each month": {
			[][]Line{{constant("2026-11-01", -500, "Fee")}, {constant("2026-12-01", -500, "Fee")}}, []int{1, 1}},
		"a reference whose text was reworded": {
			[][]Line{{rent}, {line("20261101-R", "2026-11-01", -90000, "RENT NOVEMBER")}}, []int{1, 0}},
		"no reference, other case and spaces": {
			[][]Line{{coffee}, {line("", "2026-11-02", -350, " COFFEE ")}}, []int{1, 0}},
		"no reference, another text": {
			[][]Line{{coffee}, {line("", "2026-11-02", -350, "Tea")}}, []int{1, 1}},
		"numbered by file": {
			[][]Line{
				{line("1", "2026-11-01", -1, "a"), line("2", "2026-11-02", -2, "b")},
				{line("1", "2026-11-02", -2, "b"), line("2", "2026-11-03", -2, "c")},
			}, []int{2, 1}},
		"a word for no reference": {
			[][]Line{
				{line("NONREF", "2026-11-01", -1, "a"), line("NONREF", "2026-11-01", -1, "b")},
				{line("NONREF", "2026-11-01", -1, "b")},
			}, []int{2, 0}},
		"a reference of zeros": {
			[][]Line{
				{line("0000000000", "2026-11-01", -1, "a"), line("0000000000", "2026-11-01", -1, "b")},
				{line("0000000000", "2026-11-01", -1, "b")},
			}, []int{2, 0}},
		"money in and money out": {
			[][]Line{{line("", "2026-11-01", 5, "a"), line("", "2026-11-01", -5, "a")}}, []int{2}},
	} {
		if got := countAdded(c.files...); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v new lines, want %v", name, got, c.want)
		}
	}
}

// TestReferencesIdentifyLines tells references from what banks write in their place.
func TestReferencesIdentifyLines(t *testing.T) {
	for reference, want := range map[string]bool{
		"": false, "0": false, "00-00 00": false, "NONREF": false, "nonref": false, "1": false, "1234": false, "12345": true,
		"A1": true, "1-2": true, "00012": true, "0001": false,
	} {
		if got := (Line{BankReference: reference}).HasReference(); got != want {
			t.Errorf("%q: got %v, want %v", reference, got, want)
		}
	}
	if !(Line{ExternalID: "1"}).HasReference() {
		t.Error("an external identifier: got false")
	}
}

// TestExternalIDIsTheKey gives lines of a feed a key of their identifier only, and others one
// beside it.
func TestExternalIDIsTheKey(t *testing.T) {
	line := dedupLine(t, "txn_1", "2026-11-01", -1, "a")
	fed := line
	fed.ExternalID = "txn_1"
	other := dedupLine(t, "x", "2026-11-05", -2, "b")
	other.ExternalID = "txn_1"
	keys := DedupKeys([]Line{fed, line, other, fed})
	if keys[0] != keys[2] || keys[0] != keys[3] || keys[0] == keys[1] {
		t.Errorf("got %q", keys)
	}
}

// TestKeptKeysAreUsedFirst gives equal lines the keys that were kept, each once, and then new ones.
func TestKeptKeysAreUsedFirst(t *testing.T) {
	tea := dedupLine(t, "", "2026-11-01", -1, "Tea")
	rent := dedupLine(t, "", "2026-11-01", -1, "Rent")
	fresh := DedupKeys([]Line{tea, tea, tea})
	kept := KeptKeys{}
	kept.Add([]Line{tea, tea, tea, rent}, []string{"k1", "k2", "k2", "k3"}, map[string]bool{"k3": true})
	if all := slices.Sorted(kept.All()); !slices.Equal(all, []string{"k1", "k2"}) {
		t.Errorf("got %q", all)
	}
	for range kept.All() {
		break
	}
	for n, want := range []bool{true, true, true, false} {
		if kept.Have(slices.Repeat([]Line{tea}, n)) != want {
			t.Errorf("%d lines: want %v", n, want)
		}
	}
	if kept.Have([]Line{tea, rent}) {
		t.Error("a line without a key: got true")
	}
	got := Occurrences{}.Keys([]Line{tea, tea, tea, tea}, kept, map[string]bool{fresh[0]: true})
	if want := []string{"k1", "k2", fresh[1], fresh[2]}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestDedupKeysAreStable compares keys with those of earlier versions, since keys are stored.
func TestDedupKeysAreStable(t *testing.T) {
	got := DedupKeys([]Line{
		dedupLine(t, "20261101-R", "2026-11-01", -90000, "Rent"),
		dedupLine(t, "", "2026-11-02", -350, "Café 1"),
		dedupLine(t, "", "2026-11-02", -350, "Café 1"),
	})
	want := []string{
		"k1:378978a9df006477d859282db92e970c", "k1:565e427da0773f82602010bc250cad15", "k1:ee128c7a079b4332d09882a3d54245a6",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDedupKeysDoNotDependOnNeighbors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, _ := calendar.ParseDate("2026-11-01")
		lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Line {
			return Line{
				BankReference:    rapid.SampledFrom([]string{"", "0", "12", "SHARED", "OTHER"}).Draw(t, "reference"),
				Date:             first.AddDays(rapid.IntRange(0, 2).Draw(t, "day")),
				Amount:           rapid.Int64Range(-2, 2).Draw(t, "amount"),
				CounterpartyName: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"),
			}
		}), 0, 30).Draw(t, "lines")
		keys := DedupKeys(lines)
		if unique := slices.Compact(slices.Sorted(slices.Values(keys))); len(unique) != len(keys) {
			t.Fatalf("got %d different keys for %d lines", len(unique), len(keys))
		}
		cut := rapid.IntRange(0, len(lines)).Draw(t, "cut")
		for _, part := range [][]Line{lines[:cut], lines[cut:]} {
			for _, key := range DedupKeys(part) {
				if !slices.Contains(keys, key) {
					t.Fatalf("a line has a different key in a shorter file")
				}
			}
		}
	})
}

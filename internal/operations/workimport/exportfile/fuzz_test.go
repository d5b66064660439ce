package exportfile

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// fuzzCSV reads arbitrary rows below the header of a tool.
func fuzzCSV(f *testing.F, header string, samples ...string) {
	for _, name := range samples {
		content, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		_, rows, _ := strings.Cut(string(content), "\n")
		f.Add(rows)
	}
	f.Fuzz(func(t *testing.T, rows string) { fuzzRead(t, []byte(header+rows)) })
}

// fuzzRead checks that a file is read completely, or refused for a reason of the package.
func fuzzRead(t *testing.T, content []byte) {
	for _, options := range []Options{{}, {DateOrder: "MDY", DecimalMark: ',', ProjectName: "P", Zone: paris(t)}} {
		file, err := Read(t.Context(), content, options)
		var asked *QuestionsError
		switch {
		case err == nil:
			checkFile(t, file)
		case errors.As(err, &asked) && len(asked.Questions) > 0 && options.DateOrder == "":
		case !errors.Is(err, ErrFormat) && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrLimit):
			t.Errorf("got %v", err)
		}
	}
}

func FuzzAsana(f *testing.F) { fuzzCSV(f, asanaHeader, "asana-project.csv", "asana-project-2019.csv") }

func FuzzLinear(f *testing.F) {
	fuzzCSV(f, linearHeader, "linear-issues.csv", "linear-issues-2024-short-rows.csv")
}

func FuzzHarvest(f *testing.F) {
	fuzzCSV(f, harvestHeader, "harvest-detailed-time.csv", "harvest-detailed-time-decimal-comma.csv")
}

func FuzzToggl(f *testing.F) {
	fuzzCSV(f, togglHeader, "toggl-detailed.csv", "toggl-time-entries-year.csv")
}

func FuzzTrello(f *testing.F) {
	content, err := os.ReadFile("testdata/trello-board.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Add([]byte(board(`{"id":"c1","name":"a","idList":"l"}`)))
	f.Fuzz(fuzzRead)
}

package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
)

// root is the folder of the README, in which its commands are run.
const root = "../.."

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestQuickstart runs the README's one shell block as it is written.
func TestQuickstart(t *testing.T) {
	t.Parallel()
	blocks := regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllStringSubmatch(readme(t), -1)
	if len(blocks) != 1 {
		t.Fatalf("the README has %d blocks of sh, want the quickstart alone", len(blocks))
	}
	server := httptest.NewServer(apptest.New(t).Server.HTTP())
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "sh", "-eu", "-c", blocks[0][1])
	shell.Dir = root
	shell.Env = append(os.Environ(), "BACKOFFICE="+server.URL)
	output, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("the quickstart failed: %v\n%s", err, output)
	}
	answers := answersIn(t, string(output))
	if len(answers) != 4 {
		t.Fatalf("the quickstart printed %d answers, want 4:\n%s", len(answers), output)
	}
	for i, want := range []string{
		`"newCount": *3`,
		`"state": *"UNMATCHED"`,
		`"state": *"MATCHED"`,
		`"netIncome": \{\n +"amount": "-84\.20",\n +"currencyCode": "USD"`,
	} {
		if !regexp.MustCompile(want).MatchString(answers[i]) {
			t.Errorf("answer %d of the quickstart lacks %s:\n%s", i+1, want, answers[i])
		}
	}
}

// answersIn are the JSON values that were printed one after another.
func answersIn(t *testing.T, output string) (answers []string) {
	t.Helper()
	for in := json.NewDecoder(strings.NewReader(output)); ; {
		var raw json.RawMessage
		err := in.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return answers
		}
		if err != nil {
			t.Fatalf("what was printed is not JSON: %v\n%s", err, output)
		}
		answers = append(answers, string(raw))
	}
}

type settingRow struct{ variable, flag, value string }

// TestReadmeNamesAllSettings compares the README's table with the settings.
func TestReadmeNamesAllSettings(t *testing.T) {
	t.Parallel()
	var documented []settingRow
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| (?:`--([a-z-]+)`)? ?\\| (?:`([^`]*)`)? ?\\| .+ \\|$").FindAllStringSubmatch(readme(t), -1) {
		documented = append(documented, settingRow{m[1], m[2], m[3]})
	}
	if known := settingRows(); !reflect.DeepEqual(documented, known) {
		t.Errorf("the README's settings are\n%v\nand those of the program\n%v", documented, known)
	}
}

func settingRows() []settingRow {
	var rows []settingRow
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(app.Settings).Flags(flags)
	settings := reflect.TypeFor[app.Settings]()
	for i := range settings.NumField() {
		tag := settings.Field(i).Tag
		row := settingRow{variable: tag.Get("env"), value: tag.Get("envDefault")}
		flags.VisitAll(func(f *pflag.Flag) {
			if regexp.MustCompile(`\(` + row.variable + `\b`).MatchString(f.Usage) {
				row.flag = f.Name
			}
		})
		rows = append(rows, row)
	}
	return rows
}

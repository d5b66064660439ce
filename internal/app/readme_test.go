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

// root is the folder of the README, where its commands are run.
const root = "../.."

func readReadme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestQuickstart runs the only shell block of the README.
func TestQuickstart(t *testing.T) {
	t.Parallel()
	blocks := regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllStringSubmatch(readReadme(t), -1)
	if len(blocks) != 1 {
		t.Fatalf("got %d sh blocks in the README, want only the quickstart", len(blocks))
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
	responses := jsonValues(t, string(output))
	if len(responses) != 5 {
		t.Fatalf("the quickstart printed %d responses, want 5:\n%s", len(responses), output)
	}
	for i, want := range []string{
		`"newCount": *3`,
		`"format": *"FEED"`,
		`"state": *"UNMATCHED"`,
		`"state": *"MATCHED"`,
		`"netIncome": \{\n +"amount": "-84\.20",\n +"currencyCode": "USD"`,
	} {
		if !regexp.MustCompile(want).MatchString(responses[i]) {
			t.Errorf("response %d of the quickstart: want %s, got\n%s", i+1, want, responses[i])
		}
	}
}

// jsonValues returns the JSON values that a command printed one after another.
func jsonValues(t *testing.T, output string) (responses []string) {
	t.Helper()
	for in := json.NewDecoder(strings.NewReader(output)); ; {
		var raw json.RawMessage
		err := in.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return responses
		}
		if err != nil {
			t.Fatalf("the output is not JSON: %v\n%s", err, output)
		}
		responses = append(responses, string(raw))
	}
}

// settingRow is a row of the README's table of settings.
type settingRow struct{ variable, flag, value string }

// TestReadmeListsAllSettings compares the README's table with the settings.
func TestReadmeListsAllSettings(t *testing.T) {
	t.Parallel()
	var documented []settingRow
	row := regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| (?:`--([a-z-]+)`)? ?\\| (?:`([^`]*)`)? ?\\| .+ \\|$")
	for _, m := range row.FindAllStringSubmatch(readReadme(t), -1) {
		documented = append(documented, settingRow{m[1], m[2], m[3]})
	}
	if want := settingRows(); !reflect.DeepEqual(documented, want) {
		t.Errorf("the README's table: got\n%v, want\n%v", documented, want)
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

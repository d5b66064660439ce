package demo_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"backoffice/internal/app/apptest"
	"backoffice/internal/demo"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/module"
)

// TestDemoMatchesFiguresOnPaper runs the whole demo against a server and compares the books
// with figures worked out by hand.
func TestDemoMatchesFiguresOnPaper(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(apptest.New(t).Server.HTTP())
	defer server.Close()
	story := runDemo(t, server.URL)
	for _, want := range []string{
		"1 account added to the chart",
		"decimal_error.ofx was rejected, and nothing was stored: STATEMENT_ROWS_INVALID",
		"Imported: 3 new lines, 0 duplicates.",
		"16 rules were created from these decisions. " +
			"Tested on the first month, they would have decided 16 of its lines.",
		"was imported a second time: 0 new lines, 16 duplicates.",
		"CHECK 107 for 480.00 is HELD: Waiting for Nora to say who received it.",
		"Balances in USD have no exchange rate on",
		"5,472.00 CAD was received, an exchange gain of 72.00.",
		"6,495.00 was received, and a fee of 15.00 was split off.",
		"its profit of 36,443.26 was moved to retained earnings",
		"CHECK 108 is HELD: Waiting for Amina to find the stub.",
		"Harbour Bistro rebrand has 4 tasks, 1 of them overdue.",
		"Theo Marchetti worked 62:30 hours on Harbour Bistro rebrand in two weeks; Nora Lindqvist approved 2 timesheets.",
		"over 5,937.50 of them, with GST 6,234.38.",
		"The project earned 5,937.50, its hours cost 1,875.00: a margin of 4,062.50, 68.42 %.",
		"all passed.",
		"export KEY=",
		server.URL + "/docs",
	} {
		if !strings.Contains(story, want) {
			t.Errorf("%q is missing from the story:\n%s", want, story)
		}
	}
	b := readBooks(t, server.URL, story)
	b.checkYears(t)
	b.checkBankAccounts(t)
	b.checkOpenWork(t)
}

// TestDemoRetriesLostResponses drops the responses to some writes. The retry must receive the
// response without writing twice. The demo runs on a leap day.
func TestDemoRetriesLostResponses(t *testing.T) {
	t.Parallel()
	leapDay := calendar.Fixed(time.Date(2028, time.February, 29, 15, 0, 0, 0, time.UTC))
	inner := apptest.New(t, func(o *module.Options) { o.Clock = leapDay }).Server.HTTP()
	writes := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && !strings.HasSuffix(r.URL.Path, ":signUp") {
			if writes++; writes%61 == 0 {
				inner.ServeHTTP(httptest.NewRecorder(), r)
				panic(http.ErrAbortHandler)
			}
		}
		inner.ServeHTTP(w, r)
	}))
	defer server.Close()
	story := runDemo(t, server.URL)
	b := readBooks(t, server.URL, story)
	b.checkYears(t)
	b.checkBankAccounts(t)
	b.checkOpenWork(t)
}

func runDemo(t *testing.T, server string) string {
	t.Helper()
	var story strings.Builder
	file := filepath.Join(t.TempDir(), "data", "demo.key")
	options := demo.Options{Server: server, KeyFile: file, Out: &story, Bar: io.Discard}
	if err := demo.Run(t.Context(), options); err != nil {
		t.Fatalf("the demo failed: %v\n%s", err, &story)
	}
	key, err := os.ReadFile(file)
	if err != nil || !strings.Contains(story.String(), "export KEY="+string(key)) {
		t.Errorf("got key file %q, %v, want the key of the story", key, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got key file %v, %v, want mode 0600", info, err)
	}
	return story.String()
}

func TestDemoReportsUnreachableServer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	err = demo.Run(t.Context(), demo.Options{Server: "http://" + l.Addr().String(), Out: io.Discard, Bar: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "no server is running at http://"+l.Addr().String()) ||
		strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want one line that says that no server is running", err)
	}
}

func TestDemoReportsWrongServer(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	err := demo.Run(t.Context(), demo.Options{Server: other.URL, Out: io.Discard, Bar: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "is it Backoffice?") {
		t.Errorf("got %v, want an error that asks whether it is Backoffice", err)
	}
}

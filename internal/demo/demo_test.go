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

// TestDemo plays the whole story against a server and holds what came of it against what
// the story comes to on paper.
func TestDemo(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(apptest.New(t).Server.HTTP())
	defer server.Close()
	story := play(t, server.URL)
	for _, want := range []string{
		"1 account that the chart did not have",
		"decimal_error.ofx was refused, and nothing of it stored: STATEMENT_ROWS_INVALID",
		"Imported: 3 new lines, 0 seen before.",
		"16 rules were made of that. Tried on the month that is past, they would have decided 16 of its lines.",
		"was imported a second time: 0 new lines, 16 seen before.",
		"CHECK 107 over 480.00 is HELD: Nora is asked to whom she gave it.",
		"Balances in USD have no exchange rate on",
		"5,472.00 CAD came in, an exchange gain of 72.00.",
		"6,495.00 came in, and a fee of 15.00 was split off.",
		"its profit of 36,443.26 was carried to retained earnings",
		"CHECK 108 is HELD: Amina looks for the stub.",
		"all passed.",
		"export KEY=",
		server.URL + "/docs",
	} {
		if !strings.Contains(story, want) {
			t.Errorf("the story lacks %q:\n%s", want, story)
		}
	}
	b := booksOf(t, server.URL, story)
	b.testYears(t)
	b.testBanks(t)
	b.testRest(t)
}

// TestDemoSurvivesABrokenConnection loses the answer to some writes: the retry must get it,
// and write nothing twice. It is a leap day there.
func TestDemoSurvivesABrokenConnection(t *testing.T) {
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
	story := play(t, server.URL)
	b := booksOf(t, server.URL, story)
	b.testYears(t)
	b.testBanks(t)
	b.testRest(t)
}

func play(t *testing.T, server string) string {
	t.Helper()
	var story strings.Builder
	file := filepath.Join(t.TempDir(), "data", "demo.key")
	options := demo.Options{Server: server, KeyFile: file, Out: &story, Bar: io.Discard}
	if err := demo.Run(t.Context(), options); err != nil {
		t.Fatalf("the demo failed: %v\n%s", err, &story)
	}
	key, err := os.ReadFile(file)
	if err != nil || !strings.Contains(story.String(), "export KEY="+string(key)) {
		t.Errorf("the key is kept as %q, %v", key, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file is %v, %v", info, err)
	}
	return story.String()
}

func TestDemoWithoutServer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	err = demo.Run(t.Context(), demo.Options{Server: "http://" + l.Addr().String(), Out: io.Discard, Bar: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "no server answers at http://"+l.Addr().String()) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want one line that says that no server answers", err)
	}
}

func TestDemoAgainstAnotherServer(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	err := demo.Run(t.Context(), demo.Options{Server: other.URL, Out: io.Discard, Bar: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "is it a Backoffice?") {
		t.Errorf("got %v, want the question whether it is a Backoffice", err)
	}
}

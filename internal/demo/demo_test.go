package demo_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"backoffice/internal/app/apptest"
	"backoffice/internal/demo"
)

// TestDemo plays the whole story against a server, twice, as anybody may.
func TestDemo(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(apptest.New(t).Server.HTTP())
	defer server.Close()
	for range 2 {
		story := play(t, server.URL)
		for _, want := range []string{
			"Imported: 3 new lines, 0 seen before.",
			"Imported again: 0 new lines, 3 seen before.",
			"24 lines of a CSV file, were decided by the rule",
			"Profit and loss of the statement file's days, 2009-04-01 to 2009-04-03",
			"Net income",
			"-316.67",
			"Balance sheet",
			"export KEY=",
			server.URL + "/docs",
		} {
			if !strings.Contains(story, want) {
				t.Errorf("the story lacks %q:\n%s", want, story)
			}
		}
	}
}

// TestDemoSurvivesABrokenConnection loses the answer to every third write: the retry
// must get it, and write nothing twice.
func TestDemoSurvivesABrokenConnection(t *testing.T) {
	t.Parallel()
	inner := apptest.New(t).Server.HTTP()
	writes := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && !strings.HasSuffix(r.URL.Path, ":signUp") {
			if writes++; writes%3 == 0 {
				inner.ServeHTTP(httptest.NewRecorder(), r)
				panic(http.ErrAbortHandler)
			}
		}
		inner.ServeHTTP(w, r)
	}))
	defer server.Close()
	story := play(t, server.URL)
	if !strings.Contains(story, "3 people work in 2 departments") {
		t.Errorf("the story is another one:\n%s", story)
	}
}

func play(t *testing.T, server string) string {
	t.Helper()
	var story strings.Builder
	if err := demo.Run(t.Context(), demo.Options{Server: server, Out: &story, Bar: io.Discard}); err != nil {
		t.Fatalf("the demo failed: %v\n%s", err, &story)
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

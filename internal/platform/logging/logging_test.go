package logging

import (
	"bytes"
	"encoding/json"
	"errors"
	"log"
	"log/slog"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/grpclog"
)

// TestJSONIsOneBoundedLine logs long values with several lines.
func TestJSONIsOneBoundedLine(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü\n", 100_000)
	for name, value := range map[string]any{
		"text": long, "an error": errors.New(long), "a list": []string{long}, "a stack": []byte(long),
	} {
		var out bytes.Buffer
		New(&out, JSON, slog.LevelInfo).Info(long, "value", value, slog.Group("group", "value", value))
		if lines := strings.Count(out.String(), "\n"); lines != 1 || out.Len() > 8*maxText {
			t.Errorf("%s: got %d lines and %d bytes, want 1 line of at most %d bytes", name, lines, out.Len(), 8*maxText)
		}
		if !json.Valid(out.Bytes()) {
			t.Errorf("%s: got invalid JSON: %s", name, out.Bytes())
		}
	}
}

// TestConsoleWritesReadableLines checks levels, attributes, groups and escaping.
func TestConsoleWritesReadableLines(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	logger := New(&out, Text, slog.LevelInfo)
	logger.Debug("unseen")
	logger.With("a", 1).WithGroup("g").Info("hello", "b", "two words", "c", errors.New("broken\x1b[31m\nline"))
	logger.Warn(Request, "method", "GET", "path", "/v1/\n", "code", 200, "took", 1234567*time.Nanosecond)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("got %q, want 2 lines", out.String())
	}
	for i, want := range []string{
		`hello a=1 g.b="two words" g.c="broken\x1b[31m\nline"`,
		`WARN GET /v1/\n 200 1.2ms`,
	} {
		if _, line, _ := strings.Cut(lines[i], " "); line != want {
			t.Errorf("got %q, want %q", line, want)
		}
	}
}

// TestLibraryLogsAreRedirected checks that the logs of net/http and gRPC become records.
func TestLibraryLogsAreRedirected(t *testing.T) {
	var out bytes.Buffer
	RedirectLibraryLogs(New(&out, JSON, slog.LevelInfo))
	log.Printf("http: panic serving\n%s", strings.Repeat("goroutine\n", 10_000))
	grpclog.Error("transport\nfailed")
	grpclog.Info("unseen")
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "panic serving") || !strings.Contains(lines[1], "transport") {
		t.Errorf("got %d lines, want 2: %.500s", len(lines), out.String())
	}
}

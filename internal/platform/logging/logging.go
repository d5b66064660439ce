// Package logging formats log records: as JSON, one object per line, or as text for people at a
// terminal. It guarantees that a record is one line of bounded length, whatever a library puts
// into it. Callers decide what to log.
package logging

import (
	"fmt"
	"io"
	"log/slog"
	"unicode/utf8"

	"google.golang.org/grpc/grpclog"
)

// Format is the format of log records.
type Format string

// The formats: JSON for programs, Text for people at a terminal.
const (
	JSON Format = "json"
	Text Format = "text"
)

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *Format) UnmarshalText(text []byte) error {
	switch *f = Format(text); *f {
	case JSON, Text, "":
		return nil
	}
	return fmt.Errorf("the log format must be json or text, not %q", text)
}

// MarshalText implements encoding.TextMarshaler.
func (f Format) MarshalText() ([]byte, error) { return []byte(f), nil }

// New returns a logger that writes to w.
func New(w io.Writer, format Format, level slog.Leveler) *slog.Logger {
	if format == Text {
		return slog.New(newConsole(w, level))
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{
		Level:       level,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { return slog.Attr{Key: a.Key, Value: truncate(a.Value)} },
	}))
}

// RedirectLibraryLogs redirects the logs of libraries to the logger: those that use the standard
// library's logger, as net/http does, and gRPC, of which only errors are logged.
func RedirectLibraryLogs(log *slog.Logger) {
	slog.SetLogLoggerLevel(slog.LevelWarn) // libraries log only problems there
	slog.SetDefault(log)
	failures := slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, failures.Writer()))
}

// maxText is the longest message or value, in bytes: enough for the top of a stack trace.
const maxText = 4 << 10

// truncate resolves a value and truncates its text to maxText.
func truncate(v slog.Value) slog.Value {
	v = v.Resolve()
	var text string
	switch v.Kind() {
	case slog.KindString:
		text = v.String()
	case slog.KindAny:
		text = fmt.Sprint(v.Any())
		if _, isError := v.Any().(error); isError {
			v = slog.StringValue(text)
		}
	default:
		return v
	}
	if len(text) <= maxText {
		return v
	}
	cut := maxText
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return slog.StringValue(text[:cut] + "…")
}

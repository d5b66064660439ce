// Package logging owns how log records are written: as JSON, one object a line, or as text
// for people at a terminal. It promises that a record is one line of bounded length,
// whatever a library puts into it. What is logged is left to those who log.
package logging

import (
	"fmt"
	"io"
	"log/slog"
	"unicode/utf8"

	"google.golang.org/grpc/grpclog"
)

// Format is how records are written.
type Format string

// The formats.
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
	return fmt.Errorf("a log's format is json or text, not %q", text)
}

// MarshalText implements encoding.TextMarshaler.
func (f Format) MarshalText() ([]byte, error) { return []byte(f), nil }

// New makes a logger that writes to w.
func New(w io.Writer, format Format, level slog.Leveler) *slog.Logger {
	if format == Text {
		return slog.New(newConsole(w, level))
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{
		Level:       level,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { return slog.Attr{Key: a.Key, Value: bound(a.Value)} },
	}))
}

// TakeOver makes libraries that log by themselves use the logger: those that write to the
// standard library's, as net/http does, and gRPC, of which errors alone are worth a line.
func TakeOver(log *slog.Logger) {
	slog.SetLogLoggerLevel(slog.LevelWarn) // they write when something is wrong
	slog.SetDefault(log)
	failures := slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, failures.Writer()))
}

// maxText is how long a message or a value may be: enough for the top of a stack.
const maxText = 4 << 10

// bound cuts a value that is too long.
func bound(v slog.Value) slog.Value {
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

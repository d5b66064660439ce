package logging

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Request is the message of a request's log record. The console writes its values without keys.
const Request = "request"

// console writes records for people at a terminal: the time of day, the level unless it is INFO,
// the message, and the attributes as key=value.
type console struct {
	level slog.Leveler
	mu    *sync.Mutex
	out   io.Writer
	// with are attributes of all records; group is the prefix of further keys.
	with  []slog.Attr
	group string
}

var _ slog.Handler = (*console)(nil)

func newConsole(w io.Writer, level slog.Leveler) *console {
	return &console{level: level, mu: &sync.Mutex{}, out: w}
}

// Enabled implements slog.Handler.
func (c *console) Enabled(_ context.Context, level slog.Level) bool { return level >= c.level.Level() }

// WithAttrs implements slog.Handler.
func (c *console) WithAttrs(attrs []slog.Attr) slog.Handler {
	next := *c
	next.with = slices.Clone(c.with)
	for _, a := range attrs {
		next.with = append(next.with, slog.Attr{Key: c.group + a.Key, Value: a.Value})
	}
	return &next
}

// WithGroup implements slog.Handler.
func (c *console) WithGroup(name string) slog.Handler {
	next := *c
	next.group += name + "."
	return &next
}

// Handle implements slog.Handler.
func (c *console) Handle(_ context.Context, r slog.Record) error {
	var line strings.Builder
	line.WriteString(r.Time.Format(time.TimeOnly))
	if r.Level != slog.LevelInfo {
		line.WriteString(" " + r.Level.String())
	}
	if r.Message != Request {
		line.WriteString(" " + onOneLine(truncate(slog.StringValue(r.Message)).String()))
	}
	for _, a := range c.with {
		c.write(&line, a, r.Message)
	}
	r.Attrs(func(a slog.Attr) bool {
		c.write(&line, slog.Attr{Key: c.group + a.Key, Value: a.Value}, r.Message)
		return true
	})
	line.WriteByte('\n')
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := io.WriteString(c.out, line.String())
	return err
}

func (c *console) write(line *strings.Builder, a slog.Attr, message string) {
	value := truncate(a.Value)
	text := value.String()
	if value.Kind() == slog.KindDuration {
		text = value.Duration().Round(100 * time.Microsecond).String()
	}
	if message == Request {
		line.WriteString(strings.TrimRight(" "+onOneLine(text), " "))
		return
	}
	if text == "" || strings.ContainsAny(text, " \"=") || onOneLine(text) != text {
		text = strconv.Quote(text)
	}
	line.WriteString(" " + a.Key + "=" + text)
}

// onOneLine escapes line breaks and terminal control characters.
func onOneLine(text string) string {
	quoted := strconv.Quote(text)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}

package embedded

import (
	"fmt"
	"io"
	"os"
	"strings"
)

const (
	// logLimit is the size in bytes at which the log is rotated.
	logLimit = 16 << 20
	// tailLines is how many lines of the log an error quotes.
	tailLines = 4
)

// serverLog is the part of the log file that one run of the server writes.
type serverLog struct {
	path  string
	start int64
}

// openLog opens the log for appending. It first renames a large one, which replaces the previous
// one, so that there are at most two.
func openLog(path string) (serverLog, *os.File, error) {
	if info, err := os.Stat(path); err == nil && info.Size() > logLimit {
		if err := os.Rename(path, path+".old"); err != nil {
			return serverLog{}, nil, err
		}
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return serverLog{}, nil, fmt.Errorf("cannot open the server's log: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		_ = file.Close()
		return serverLog{}, nil, err
	}
	return serverLog{path: path, start: info.Size()}, file, nil
}

// tail returns the last lines that this run wrote, joined to one.
func (l serverLog) tail() string {
	file, err := os.Open(l.path)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err.Error()
	}
	from := max(l.start, info.Size()-8<<10)
	content, err := io.ReadAll(io.NewSectionReader(file, from, info.Size()-from))
	if err != nil {
		return err.Error()
	}
	return lastLines(string(content))
}

func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "; ")
}

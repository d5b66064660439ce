package embedded

import (
	"fmt"
	"io"
	"os"
	"strings"
)

const (
	logLimit  = 16 << 20
	tailLines = 4
)

// serverLog is the part of the log file that belongs to one run.
type serverLog struct {
	path  string
	start int64
}

// openLog opens the log for appending; a large one moves aside first, so that there are never more than two.
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

// tail is the end of what this run wrote, on one line.
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

package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"backoffice/internal/platform/secret"
)

// server is a `backoffice serve` of this tree, in a process of its own.
type server struct {
	cmd        *exec.Cmd
	http, grpc string
}

// stopPatience is how long the server may take to shut down.
const stopPatience = 30 * time.Second

// noKey is a master key that seals nothing worth keeping: the database goes with the
// run.
var noKey = base64.StdEncoding.EncodeToString(make([]byte, secret.KeySize))

// startServer builds the program and starts it on free ports, with the settings that
// anybody gets but for the limits of requests.
func startServer(ctx context.Context, dir, database string) (*server, error) {
	program := filepath.Join(dir, "backoffice")
	if output, err := exec.CommandContext(ctx, "go", "build", "-o", program, "backoffice/cmd/backoffice").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the server: %w: %s", err, output)
	}
	s := &server{cmd: exec.CommandContext(ctx, program, "serve")}
	s.cmd.Env = append(environment(),
		"DATABASE_URL="+database, "BACKOFFICE_MASTER_KEY="+noKey, "BACKOFFICE_HTTP_ADDR=127.0.0.1:0", "BACKOFFICE_GRPC_ADDR=127.0.0.1:0",
		"BACKOFFICE_RATE_LIMIT=0", "BACKOFFICE_SIGN_UP_RATE_LIMIT=0", "BACKOFFICE_LOG_LEVEL=error")
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	s.cmd.WaitDelay = stopPatience
	s.cmd.Stderr = os.Stderr
	output, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	if err := s.ready(output); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// environment is ours without what would configure the server otherwise.
func environment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "BACKOFFICE_") && !strings.HasPrefix(variable, "DATABASE_URL=") {
			kept = append(kept, variable)
		}
	}
	return kept
}

var readyPattern = regexp.MustCompile(`REST on http://(\S+), gRPC on (\S+),`)

// ready waits for the line in which the server says where it listens.
func (s *server) ready(output io.Reader) error {
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if found := readyPattern.FindStringSubmatch(lines.Text()); found != nil {
			s.http, s.grpc = "http://"+found[1], found[2]
			go func() { _, _ = io.Copy(io.Discard, output) }()
			return nil
		}
	}
	return errors.New("the server ended before it was ready")
}

func (s *server) stop() error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	return s.cmd.Wait()
}

// memory is the part of the server's own process that is in memory, as the system
// words it.
func (s *server) memory() string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return "unknown on this system"
	}
	for line := range strings.Lines(string(text)) {
		if size, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strings.TrimSpace(size)
		}
	}
	return "unknown"
}

// dial makes a connection that the first call opens.
func (s *server) dial() (*grpc.ClientConn, error) {
	return grpc.NewClient(s.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
}

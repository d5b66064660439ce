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

// server is a `backoffice serve` of this tree in a separate process.
type server struct {
	cmd        *exec.Cmd
	http, grpc string
}

// stopTimeout is how long the server may take to shut down.
const stopTimeout = 30 * time.Second

// throwawayKey is a master key without secrecy, since the database is deleted after the run.
var throwawayKey = base64.StdEncoding.EncodeToString(make([]byte, secret.KeySize))

// startServer builds the program and starts it on free ports. It uses the default settings,
// except for rate limits.
func startServer(ctx context.Context, dir, database string) (*server, error) {
	program := filepath.Join(dir, "backoffice")
	if output, err := exec.CommandContext(ctx, "go", "build", "-o", program,
		"backoffice/cmd/backoffice").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the server: %w: %s", err, output)
	}
	s := &server{cmd: exec.CommandContext(ctx, program, "serve")}
	s.cmd.Env = append(cleanEnvironment(),
		"DATABASE_URL="+database, "BACKOFFICE_MASTER_KEY="+throwawayKey, "BACKOFFICE_HTTP_ADDR=127.0.0.1:0",
		"BACKOFFICE_GRPC_ADDR=127.0.0.1:0",
		"BACKOFFICE_RATE_LIMIT=0", "BACKOFFICE_SIGN_UP_RATE_LIMIT=0", "BACKOFFICE_LOG_LEVEL=error")
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	s.cmd.WaitDelay = stopTimeout
	s.cmd.Stderr = os.Stderr
	output, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	if err := s.waitUntilReady(output); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// cleanEnvironment returns the environment without variables that configure the server.
func cleanEnvironment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "BACKOFFICE_") && !strings.HasPrefix(variable, "DATABASE_URL=") {
			kept = append(kept, variable)
		}
	}
	return kept
}

var readyPattern = regexp.MustCompile(`REST on http://(\S+), gRPC on (\S+),`)

// waitUntilReady waits for the line in which the server prints its addresses.
func (s *server) waitUntilReady(output io.Reader) error {
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if found := readyPattern.FindStringSubmatch(lines.Text()); found != nil {
			s.http, s.grpc = "http://"+found[1], found[2]
			go func() { _, _ = io.Copy(io.Discard, output) }()
			return nil
		}
	}
	return errors.New("the server exited before it was ready")
}

func (s *server) stop() error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	return s.cmd.Wait()
}

// memory returns the resident memory of the server process, as formatted by the system.
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

// dial creates a connection, which opens at the first call.
func (s *server) dial() (*grpc.ClientConn, error) {
	return grpc.NewClient(s.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
}

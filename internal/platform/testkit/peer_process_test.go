package testkit

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const peerVariable = "TESTKIT_TEST_RIVAL"

// runPeer requests a database, prints its URL, and releases it when standard input ends.
func runPeer(dir string) {
	c := cluster{dir: dir, idle: 2 * time.Second}
	url, release, err := c.database(context.Background(), countedMigration(dir), "peers")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(url)
	_, _ = io.Copy(io.Discard, os.Stdin)
	release()
	os.Exit(0)
}

// countedMigration returns a migration that creates a file each time it runs.
func countedMigration(dir string) Migrate {
	return func(ctx context.Context, url string) error {
		file, err := os.CreateTemp(dir, "migrated-")
		if err != nil {
			return err
		}
		return errors.Join(file.Close(), execute(ctx, url, "create table things (name text)"))
	}
}

// peer is a running process that uses a database.
type peer struct {
	cmd   *exec.Cmd
	input io.Closer
	url   string
}

func startPeer(t *testing.T, c cluster) *peer {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Error(err)
	}
	cmd := exec.Command(executable)
	cmd.Env = append(os.Environ(), peerVariable+"="+c.dir)
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Error(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Error(err)
	}
	if err := cmd.Start(); err != nil {
		t.Error(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "postgres://") {
		t.Errorf("peer: got %q, %v; want a URL", line, err)
	}
	return &peer{cmd: cmd, input: input, url: strings.TrimSpace(line)}
}

// leave makes the peer release its database and end.
func (p *peer) leave(t *testing.T) {
	t.Helper()
	_ = p.input.Close()
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("peer: got %v, want exit code 0", err)
	}
}

// kill kills the peer, which does not release its database.
func (p *peer) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = p.cmd.Wait()
}

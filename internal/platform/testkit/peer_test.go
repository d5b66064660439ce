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

const rivalVariable = "TESTKIT_TEST_RIVAL"

// rival takes a database, tells its address and gives it back when its input ends.
func rival(dir string) {
	c := cluster{dir: dir, idle: 2 * time.Second}
	url, release, err := c.database(context.Background(), counted(dir), "rivals")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(url)
	_, _ = io.Copy(io.Discard, os.Stdin)
	release()
	os.Exit(0)
}

// counted is a migration that leaves a file for each time it ran.
func counted(dir string) Migrate {
	return func(ctx context.Context, url string) error {
		file, err := os.CreateTemp(dir, "migrated-")
		if err != nil {
			return err
		}
		return errors.Join(file.Close(), execute(ctx, url, "create table things (name text)"))
	}
}

// process is a rival that runs.
type process struct {
	cmd   *exec.Cmd
	input io.Closer
	url   string
}

func startRival(t *testing.T, c cluster) *process {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Error(err)
	}
	cmd := exec.Command(executable)
	cmd.Env = append(os.Environ(), rivalVariable+"="+c.dir)
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
		t.Errorf("rival: %q, %v", line, err)
	}
	return &process{cmd: cmd, input: input, url: strings.TrimSpace(line)}
}

func (p *process) leave(t *testing.T) {
	t.Helper()
	_ = p.input.Close()
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("rival: %v", err)
	}
}

func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = p.cmd.Wait()
}

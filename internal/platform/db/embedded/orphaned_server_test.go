package embedded

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const helperVariable = "EMBEDDED_TEST_DATA"

// serveUntilKilled starts a server, prints its URL and never returns.
func serveUntilKilled(dir string) {
	server, err := Start(context.Background(), Config{DataDir: dir, Logger: discardLogger()})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(server.URL())
	select {}
}

func TestStartStopsOrphan(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	orphan := mustStart(t, dir)
	execute(t, orphan.URL(), "create table kept (n int)", "insert into kept values (42)")
	orphan.quit() // simulates the death of its process
	<-orphan.Exited()
	orphan.lock.Release()

	server := mustStart(t, dir)
	defer stop(t, server)
	select {
	case <-orphan.postmaster.exited:
	case <-time.After(10 * time.Second):
		t.Error("the orphan still runs, want it stopped")
	}
	if _, err := os.Stat(orphan.socket); !os.IsNotExist(err) {
		t.Errorf("orphan's socket folder: got %v, want it removed", err)
	}
	if n := query[int](t, server.URL(), "select n from kept"); n != 42 {
		t.Errorf("kept %d, want 42", n)
	}
}

func TestCommittedDataSurvivesKilledProcess(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	helper, url := startHelper(t, dir)
	execute(t, url, "create table kept (n int)", "insert into kept values (42)")
	if err := helper.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = helper.Wait()
	if n := query[int](t, url, "select 1"); n != 1 {
		t.Fatal("no orphan runs, so this test checks nothing")
	}

	server := mustStart(t, dir)
	defer stop(t, server)
	if n := query[int](t, server.URL(), "select n from kept"); n != 42 {
		t.Errorf("kept %d, want 42", n)
	}
}

func TestStartIgnoresPIDOfOtherProcess(t *testing.T) {
	t.Parallel()
	server := mustStart(t, folder(t))
	// the sleeper runs as the same user, so that PostgreSQL would take it for another server
	sleeper := server.account.command(t.Context(), "sleep", "60")
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	stop(t, server)
	for _, content := range []string{
		fmt.Sprintf("%d\n/elsewhere\n1\n5432\n\n\n", sleeper.Process.Pid), fmt.Sprintf("%d\n", os.Getpid()), "",
	} {
		if err := os.WriteFile(server.data.pidFile(), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := server.account.chown(server.data.pidFile()); err != nil {
			t.Fatal(err)
		}
		stop(t, mustStart(t, server.data.dir))
	}
}

func startHelper(t *testing.T, dir string) (*exec.Cmd, string) {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	helper := exec.Command(executable)
	helper.Env = append(os.Environ(), helperVariable+"="+dir)
	output, err := helper.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := helper.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "postgres://") {
		t.Fatalf("helper: %q, %v", line, err)
	}
	return helper, strings.TrimSpace(line)
}

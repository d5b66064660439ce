package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the operating-system user PostgreSQL runs as. It is another than ours only if we are root, as whom PostgreSQL
// refuses to run.
type account struct {
	name     string
	uid, gid uint32
	switched bool
}

func currentAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil
	}
	// initdb fails under a uid without a name, so only accounts that exist will do
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			return parseAccount(found)
		}
	}
	return account{}, errors.New("PostgreSQL cannot run as root, and there is no user postgres or nobody to run it as: create one, or run as another user")
}

func parseAccount(found *user.User) (account, error) {
	uid, err := strconv.ParseUint(found.Uid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("user %s: %w", found.Username, err)
	}
	gid, err := strconv.ParseUint(found.Gid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("user %s: %w", found.Username, err)
	}
	return account{name: found.Username, uid: uint32(uid), gid: uint32(gid), switched: true}, nil
}

// command runs a PostgreSQL program as the account. It gets no environment of ours: that may hold the master key, and PG*
// variables would change the server.
func (a account) command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, arguments...)
	cmd.Dir = "/" // the account may not be allowed to see ours
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	// a program ended by ctx takes the servers it runs with it
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if a.switched {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return cmd
}

// own hands a folder and all in it to the account.
func (a account) own(dir string) error {
	if !a.switched {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(a.uid), int(a.gid))
	})
}

func (a account) owns(path string) bool {
	var status syscall.Stat_t
	return syscall.Stat(path, &status) == nil && status.Uid == a.uid
}

// barrier returns the first folder on the way to path (path included) that the account may not pass, or "".
func (a account) barrier(path string) string {
	if !a.switched {
		return ""
	}
	if parent := filepath.Dir(path); parent != path {
		if found := a.barrier(parent); found != "" {
			return found
		}
	}
	if !a.passes(path) {
		return path
	}
	return ""
}

func (a account) passes(path string) bool {
	var status syscall.Stat_t
	if err := syscall.Stat(path, &status); err != nil {
		return false
	}
	switch {
	case status.Uid == a.uid:
		return status.Mode&0o100 != 0
	case status.Gid == a.gid:
		return status.Mode&0o010 != 0
	default:
		return status.Mode&0o001 != 0
	}
}

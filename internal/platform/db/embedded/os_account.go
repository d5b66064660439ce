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

// account is the operating-system user that PostgreSQL runs as. It is the current user, unless that
// is root, as which PostgreSQL refuses to run.
type account struct {
	name     string
	uid, gid uint32
	// switched is true if the account is not the current user.
	switched bool
}

func currentAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil
	}
	// initdb requires a user with a name, so only existing accounts are candidates
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			return parseAccount(found)
		}
	}
	return account{}, errors.New("PostgreSQL cannot run as root: create a user postgres, or run as another user")
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

// command returns the command to run a PostgreSQL program as the account. The program does not
// inherit the environment, which may contain the master key and PG* variables that would change
// the server.
func (a account) command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, arguments...)
	cmd.Dir = "/" // the account may lack access to the current folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	// when ctx ends, also kill the servers that the program started
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if a.switched {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return cmd
}

// chown makes the account the owner of a folder and its content.
func (a account) chown(dir string) error {
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

// owns reports whether the account owns a file or folder.
func (a account) owns(path string) bool {
	var status syscall.Stat_t
	return syscall.Stat(path, &status) == nil && status.Uid == a.uid
}

// blockedFolder returns the first folder on the path, including the last, that the account cannot
// enter, or "".
func (a account) blockedFolder(path string) string {
	if !a.switched {
		return ""
	}
	if parent := filepath.Dir(path); parent != path {
		if found := a.blockedFolder(parent); found != "" {
			return found
		}
	}
	if !a.canEnter(path) {
		return path
	}
	return ""
}

func (a account) canEnter(path string) bool {
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

package app_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/files"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/secret"
)

// mountsVariable is set in the environment of a test that runs in its own mount namespace.
const mountsVariable = "BACKOFFICE_TEST_MOUNTS"

// canMount reports whether the test runs in its own mount namespace, where it can mount file
// systems that are invisible outside and vanish with it. If not, canMount runs the test again in
// such a namespace and returns false.
func canMount(t *testing.T) bool {
	t.Helper()
	if os.Getenv(mountsVariable) != "" {
		return true
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), program, "-test.run=^"+t.Name()+"$", "-test.v")
	again.Env = append(os.Environ(), mountsVariable+"=1")
	again.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		const capSysAdmin = 21 // needed to mount
		again.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		again.SysProcAttr.AmbientCaps = []uintptr{capSysAdmin}
		again.SysProcAttr.UidMappings = sameID(os.Geteuid())
		again.SysProcAttr.GidMappings = sameID(os.Getegid())
	}
	if out, err := again.CombinedOutput(); err != nil {
		t.Fatalf("the test failed in its own namespace: %v\n%s", err, out)
	}
	return false
}

// sameID maps an identifier to itself in a new user namespace.
func sameID(id int) []syscall.SysProcIDMap {
	return []syscall.SysProcIDMap{{ContainerID: id, HostID: id, Size: 1}}
}

// disk is a small mounted file system that a test can fill.
type disk struct {
	t   *testing.T
	dir string
}

func mount(t *testing.T, mib int) disk {
	t.Helper()
	dir := folder(t)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=755", mib)); err != nil {
		t.Fatalf("mounting a small disk: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return disk{t, dir}
}

// fill fills the disk. The returned function makes room again.
func (d disk) fill() (free func()) {
	d.t.Helper()
	f, err := os.Create(filepath.Join(d.dir, "filler"))
	if err != nil {
		d.t.Fatal(err)
	}
	block := make([]byte, 64<<10)
	for err == nil {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		d.t.Fatal(err)
	}
	return func() {
		if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
			d.t.Error(err)
		}
	}
}

// files returns the paths of all files in a folder of the disk.
func (d disk) files(folder string) (names []string) {
	d.t.Helper()
	err := filepath.WalkDir(filepath.Join(d.dir, folder), func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.t.Fatal(err)
	}
	return names
}

// TestFullDisk fills the disk of a server. Writes and uploads must fail and leave nothing behind.
// Once there is room again, the same requests must succeed.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	if !canMount(t) {
		return
	}
	d := mount(t, 320)
	web, _, stop := serve(t, settings(t, func(s *app.Settings) { s.DataDir, s.RateLimit = d.dir, 0 }))
	c := caller{t, "http://" + web, signUp(t, web)}
	c.addPersons(http.StatusOK)

	free := d.fill()
	refused := c.addPersons(http.StatusServiceUnavailable)
	if code, raw := c.upload(); code != http.StatusServiceUnavailable {
		t.Errorf("an upload to a full disk: got %d %s", code, raw)
	}
	if left := d.files("files"); len(left) > 0 {
		t.Errorf("got %v after a failed upload, want no files", left)
	}
	if code, raw := c.get("/v1/persons"); code != http.StatusOK {
		t.Errorf("a read on a full disk: got %d %s", code, raw)
	}
	awaitReady(t, web, http.StatusServiceUnavailable)

	free()
	awaitReady(t, web, http.StatusOK)
	if code, raw := c.addPerson(refused); code != http.StatusOK {
		t.Errorf("the same write with room again: got %d %s", code, raw)
	}
	if code, raw := c.upload(); code != http.StatusOK {
		t.Errorf("the same upload with room again: got %d %s", code, raw)
	}

	c.crashPostgres(d)
	awaitReady(t, web, http.StatusOK)
	c.addPersons(http.StatusOK)
	if err := stop(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
}

// crashPostgres fills the disk until PostgreSQL has no room for its write-ahead log and crashes,
// and then makes room again.
func (c caller) crashPostgres(d disk) {
	c.t.Helper()
	free := d.fill()
	defer free()
	admin := connect(c.t, socketURL(c.t, d.dir))
	var crashed error
	for n := 0; n < 100 && crashed == nil; n++ { // recycled log files are used up first
		_, crashed = admin.Exec(c.t.Context(), "select pg_logical_emit_message(true, '', ''), pg_switch_wal()")
	}
	if crashed == nil {
		c.t.Error("PostgreSQL did not crash on a full disk")
	}
	c.addPersons(http.StatusServiceUnavailable)
}

// TestFullFilesDisk fills the disk of the file storage, and then the one for temporary files of
// uploads. An upload must fail and leave nothing behind, and succeed once there is room.
func TestFullFilesDisk(t *testing.T) {
	t.Parallel()
	if !canMount(t) {
		return
	}
	stored, temporary := mount(t, 4), mount(t, 4)
	o := apptest.SignUpTo(t, apptest.New(t, func(o *module.Options) { o.Files = files.Folder(stored.dir) }))
	upload := func(n int) apptest.Response {
		return o.REST(t, http.MethodPost, "/v1/files", strings.Repeat(fmt.Sprint(n), 1<<20))
	}
	if err := os.Setenv("TMPDIR", temporary.dir); err != nil { // no other test runs in this process
		t.Fatal(err)
	}
	for n, d := range []disk{stored, temporary} {
		free := d.fill()
		before := len(stored.files(""))
		refused := upload(n)
		if refused.Code != http.StatusServiceUnavailable || refused.Header.Get("Retry-After") == "" {
			t.Errorf("an upload to a full disk: got %d %s", refused.Code, refused.Raw)
		}
		if left := len(stored.files("")) - before; left > 0 {
			t.Errorf("got %d files after a failed upload, want 0", left)
		}
		free()
		again := upload(n)
		if again.Code != http.StatusOK {
			t.Fatalf("the same upload with room again: got %d %s", again.Code, again.Raw)
		}
		down := o.REST(t, http.MethodGet, "/v1/files/"+again.Body["id"].(string)+":content", "")
		if string(down.Raw) != strings.Repeat(fmt.Sprint(n), 1<<20) {
			t.Errorf("got %d other bytes than uploaded", len(down.Raw))
		}
	}
}

// TestStartOnFullDisk starts a server and creates a master key without room on the disk. Both must
// fail with an error and leave no partial files.
func TestStartOnFullDisk(t *testing.T) {
	t.Parallel()
	if !canMount(t) {
		return
	}
	d := mount(t, 16)
	checkStartFails(t, settings(t, func(s *app.Settings) { s.DataDir = d.dir }), "No space left on device")
	for _, name := range d.files("") {
		if base := filepath.Base(name); base != "postgres.lock" {
			t.Errorf("got %s after a failed start, want only postgres.lock", base)
		}
	}
	free := d.fill()
	file := filepath.Join(d.dir, "keys", "master.key")
	if _, err := secret.ReadOrCreateFile(file); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a key on a full disk: got %v, want ENOSPC", err)
	}
	if left := d.files("keys"); len(left) > 0 {
		t.Errorf("got %v after a failed creation of a key, want no files", left)
	}
	free()
	if _, err := secret.ReadOrCreateFile(file); err != nil {
		t.Error(err)
	}
}

// caller calls a server over REST with an API key.
type caller struct {
	t         *testing.T
	base, key string
}

// addPersons creates persons until a request gets a status code, and returns the number of that
// person. Other requests must succeed or get 503.
func (c caller) addPersons(until int) int {
	c.t.Helper()
	for n, end := 0, time.Now().Add(2*time.Minute); ; n++ {
		code, raw := c.addPerson(n)
		switch {
		case code == until:
			return n
		case code != http.StatusOK && code != http.StatusServiceUnavailable:
			c.t.Fatalf("a write on a full disk: got %d %s", code, raw)
		case time.Now().After(end):
			c.t.Fatalf("got no write with %d in time: %s", until, raw)
		}
	}
}

func (c caller) addPerson(n int) (int, string) {
	note := strings.Repeat("long ", 20)
	return c.send(http.MethodPost, "/v1/persons", fmt.Sprintf(`{"displayName": "Person %d %s"}`, n, note))
}

func (c caller) upload() (int, string) {
	return c.send(http.MethodPost, "/v1/files?fileName=a.bin", strings.Repeat("x", 1<<20))
}

func (c caller) get(path string) (int, string) { return c.send(http.MethodGet, path, "") }

func (c caller) send(method, path, body string) (int, string) {
	c.t.Helper()
	code, header, raw := send(c.t, method, c.base+path, c.key, body)
	// If it is unknown whether a write was stored, the caller must check before a retry.
	known := !strings.Contains(string(raw), "It is not known whether this was stored")
	if code == http.StatusServiceUnavailable && known && header.Get("Retry-After") == "" {
		c.t.Errorf("%s: got 503 without Retry-After: %s", path, raw)
	}
	return code, string(raw)
}

// socketURL returns the URL by which the superuser connects to the PostgreSQL of a data directory.
func socketURL(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	return "postgres://postgres@/backoffice?port=5432&host=" + lines[4]
}

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

// mountsVariable tells a test that it runs where it may mount.
const mountsVariable = "BACKOFFICE_TEST_MOUNTS"

// withMounts runs the calling test again in a namespace of its own, where it may mount file
// systems that nobody else sees and that go with it. It returns false in the first run.
func withMounts(t *testing.T) bool {
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
		const mayMount = 21 // CAP_SYS_ADMIN
		again.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		again.SysProcAttr.AmbientCaps = []uintptr{mayMount}
		again.SysProcAttr.UidMappings = sameID(os.Geteuid())
		again.SysProcAttr.GidMappings = sameID(os.Getegid())
	}
	if out, err := again.CombinedOutput(); err != nil {
		t.Fatalf("in a namespace of its own the test fails: %v\n%s", err, out)
	}
	return false
}

// sameID keeps who we are in a namespace of users.
func sameID(id int) []syscall.SysProcIDMap {
	return []syscall.SysProcIDMap{{ContainerID: id, HostID: id, Size: 1}}
}

// disk is a small file system that can be filled.
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

// fill leaves no byte free, and returns what frees them again.
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

// files are the names of all files in a folder of the disk.
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

// TestFullDisk fills the disk under a server. Writes and uploads are refused and leave nothing;
// once there is room again, the same ones succeed.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	if !withMounts(t) {
		return
	}
	d := mount(t, 320)
	web, _, stop := serve(t, settings(t, func(s *app.Settings) { s.DataDir, s.RateLimit = d.dir, 0 }))
	c := caller{t, "http://" + web, signUp(t, web)}
	c.addPersons(http.StatusOK)

	free := d.fill()
	refused := c.addPersons(http.StatusServiceUnavailable)
	if code, raw := c.upload(); code != http.StatusServiceUnavailable {
		t.Errorf("an upload to a full disk is answered by %d %s", code, raw)
	}
	if left := d.files("files"); len(left) > 0 {
		t.Errorf("a refused upload left %v", left)
	}
	if code, raw := c.get("/v1/persons"); code != http.StatusOK {
		t.Errorf("a read on a full disk is answered by %d %s", code, raw)
	}
	awaitReady(t, web, http.StatusServiceUnavailable)

	free()
	awaitReady(t, web, http.StatusOK)
	if code, raw := c.addPerson(refused); code != http.StatusOK {
		t.Errorf("with room again the same write is answered by %d %s", code, raw)
	}
	if code, raw := c.upload(); code != http.StatusOK {
		t.Errorf("with room again the same upload is answered by %d %s", code, raw)
	}

	c.withoutLog(d)
	awaitReady(t, web, http.StatusOK)
	c.addPersons(http.StatusOK)
	if err := stop(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
}

// withoutLog leaves PostgreSQL no room for its log, of which it dies, and then gives it some.
func (c caller) withoutLog(d disk) {
	c.t.Helper()
	free := d.fill()
	defer free()
	admin := connect(c.t, socketURL(c.t, d.dir))
	var died error
	for n := 0; n < 100 && died == nil; n++ { // files kept for the log are used up first
		_, died = admin.Exec(c.t.Context(), "select pg_logical_emit_message(true, '', ''), pg_switch_wal()")
	}
	if died == nil {
		c.t.Error("PostgreSQL has room for its log on a full disk")
	}
	c.addPersons(http.StatusServiceUnavailable)
}

// TestFullFilesDisk fills the disk of the files, and then the one for bodies on their way. An
// upload is refused and leaves nothing, and succeeds once there is room.
func TestFullFilesDisk(t *testing.T) {
	t.Parallel()
	if !withMounts(t) {
		return
	}
	kept, spooled := mount(t, 4), mount(t, 4)
	o := apptest.SignUpTo(t, apptest.New(t, func(o *module.Options) { o.Files = files.Folder(kept.dir) }))
	upload := func(n int) apptest.Response {
		return o.REST(t, http.MethodPost, "/v1/files", strings.Repeat(fmt.Sprint(n), 1<<20))
	}
	if err := os.Setenv("TMPDIR", spooled.dir); err != nil { // this process is the test's own
		t.Fatal(err)
	}
	for n, d := range []disk{kept, spooled} {
		free := d.fill()
		before := len(kept.files(""))
		refused := upload(n)
		if refused.Code != http.StatusServiceUnavailable || refused.Header.Get("Retry-After") == "" {
			t.Errorf("an upload to a full disk is answered by %d %s", refused.Code, refused.Raw)
		}
		if left := len(kept.files("")) - before; left > 0 {
			t.Errorf("a refused upload left %d files", left)
		}
		free()
		again := upload(n)
		if again.Code != http.StatusOK {
			t.Fatalf("with room again the same upload is answered by %d %s", again.Code, again.Raw)
		}
		down := o.REST(t, http.MethodGet, "/v1/files/"+again.Body["id"].(string)+":content", "")
		if string(down.Raw) != strings.Repeat(fmt.Sprint(n), 1<<20) {
			t.Errorf("what comes down is not what went up: %d bytes", len(down.Raw))
		}
	}
}

// TestStartOnFullDisk starts a server where there is no room: it says so, leaves nothing half
// made, and starts once there is.
func TestStartOnFullDisk(t *testing.T) {
	t.Parallel()
	if !withMounts(t) {
		return
	}
	d := mount(t, 16)
	refusedStart(t, settings(t, func(s *app.Settings) { s.DataDir = d.dir }), "No space left on device")
	for _, name := range d.files("") {
		if base := filepath.Base(name); base != "postgres.lock" {
			t.Errorf("%s is left of a start that failed", base)
		}
	}
	free := d.fill()
	file := filepath.Join(d.dir, "keys", "master.key")
	if _, err := secret.ReadOrCreateFile(file); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a key on a full disk ends with %v", err)
	}
	if left := d.files("keys"); len(left) > 0 {
		t.Errorf("a key that was not made left %v", left)
	}
	free()
	if _, err := secret.ReadOrCreateFile(file); err != nil {
		t.Error(err)
	}
}

// caller is somebody who calls a server by REST.
type caller struct {
	t         *testing.T
	base, key string
}

// addPersons adds persons until one is answered by a code, and returns that one's number.
// Whoever is answered otherwise is told to try again.
func (c caller) addPersons(until int) int {
	c.t.Helper()
	for n, end := 0, time.Now().Add(2*time.Minute); ; n++ {
		code, raw := c.addPerson(n)
		switch {
		case code == until:
			return n
		case code != http.StatusOK && code != http.StatusServiceUnavailable:
			c.t.Fatalf("on a full disk a write is answered by %d %s", code, raw)
		case time.Now().After(end):
			c.t.Fatalf("no write is answered by %d: %s", until, raw)
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
	// Whoever cannot know whether a write was stored must look before trying again.
	known := !strings.Contains(string(raw), "It is not known whether this was stored")
	if code == http.StatusServiceUnavailable && known && header.Get("Retry-After") == "" {
		c.t.Errorf("%s does not say when to try again: %s", path, raw)
	}
	return code, string(raw)
}

// socketURL is the superuser's way to the PostgreSQL of a data directory.
func socketURL(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	return "postgres://postgres@/backoffice?port=5432&host=" + lines[4]
}

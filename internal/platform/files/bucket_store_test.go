//go:build oracle

package files

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestBucket stores bytes in a bucket of an independent S3 server, reads them and deletes them.
func TestBucket(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	endpoint := startS3(t, "backoffice")
	open := func(name string) Store {
		store, err := StoreAt("s3://" + name + "?region=us-east-1&path_style=true&prefix=files/&endpoint=" + endpoint)
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	store := open("backoffice")
	if err := store.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := open("elsewhere").Check(t.Context()); err == nil {
		t.Error("Check accepts a bucket that does not exist")
	}
	for _, size := range []int{1, 5 << 20, MaxBytes} {
		t.Run(fmt.Sprint(size), func(t *testing.T) { checkBlob(t, store, size) })
	}
}

// checkBlob stores bytes, reads all and half of them, and deletes them.
func checkBlob(t *testing.T, store Store, size int) {
	content := make([]byte, size)
	_, _ = rand.Read(content)
	name := fmt.Sprint("organization/ab/", size)
	if err := store.Put(t.Context(), name, bytes.NewReader(content), int64(size)); err != nil {
		t.Fatal(err)
	}
	f, err := store.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if raw, err := io.ReadAll(f); err != nil || !bytes.Equal(raw, content) {
		t.Errorf("got %d bytes, %v, want the %d bytes that were stored", len(raw), err, size)
	}
	if _, err := f.Seek(int64(size/2), io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if raw, err := io.ReadAll(f); err != nil || !bytes.Equal(raw, content[size/2:]) {
		t.Errorf("got %d bytes, %v, want the second half", len(raw), err)
	}
	for range 2 { // the second time there is nothing to delete
		if err := store.Delete(t.Context(), name); err != nil {
			t.Error(err)
		}
	}
	if _, err := store.Open(t.Context(), name); err == nil {
		t.Error("the bytes still exist after Delete")
	}
}

// StartS3 is startS3 for tests through the API.
var StartS3 = startS3

// startS3 starts a server with one bucket and returns its URL.
func startS3(t *testing.T, bucket string) string {
	t.Helper()
	program, err := exec.LookPath("gofakes3")
	if err != nil {
		program = filepath.Join("..", "..", "..", ".cache", "bin", "gofakes3")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	ctx, cancel := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, program, "-host", address, "-backend", "mem", "-initialbucket", bucket, "-quiet")
	server.Stderr = os.Stderr
	if err := server.Start(); errors.Is(err, os.ErrNotExist) {
		t.Fatalf("%s is missing; make .cache/tools.stamp builds it", program)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = server.Wait()
	})
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if res, err := http.Get("http://" + address); err == nil {
			_ = res.Body.Close()
			return "http://" + address
		}
		if time.Now().After(end) {
			t.Fatal("the S3 server does not respond")
		}
	}
}

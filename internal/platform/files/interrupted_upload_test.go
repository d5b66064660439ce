package files_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"backoffice/internal/app/apptest"
)

// TestOneOfConcurrentPartsIsStored sends the same part several times at once.
func TestOneOfConcurrentPartsIsStored(t *testing.T) {
	t.Parallel()
	c := tus{apptest.SignUp(t), t}
	path := c.create(8)
	var group sync.WaitGroup
	var mu sync.Mutex
	codes := map[int]int{}
	for range 4 {
		group.Go(func() {
			res := c.patch(path, 0, strings.NewReader("abcd"))
			mu.Lock()
			defer mu.Unlock()
			codes[res.Code]++
		})
	}
	group.Wait()
	if codes[http.StatusNoContent] != 1 || codes[http.StatusConflict] != 3 {
		t.Errorf("got %v, want one 204 and three 409", codes)
	}
	if n, _ := c.offset(path); n != 4 || len(c.storedParts()) != 1 {
		t.Errorf("got %d bytes and the parts %v, want one part", n, c.storedParts())
	}
}

// TestRetriedPart checks that a retry with the same idempotency key returns the same response, also
// for the last part.
func TestRetriedPart(t *testing.T) {
	t.Parallel()
	c := tus{apptest.SignUp(t), t}
	path := c.create(4, "Idempotency-Key: create")
	if again := c.create(4, "Idempotency-Key: create"); again != path {
		t.Errorf("got %s, then %s, want the same upload", path, again)
	}
	for offset, text := range []string{"a", "bcd"} {
		key := "Idempotency-Key: " + text
		first := c.patch(path, offset, strings.NewReader(text), key)
		again := c.patch(path, offset, strings.NewReader(text), key)
		if first.Code != 204 || again.Code != 204 || again.Header.Get("Upload-Offset") != first.Header.Get("Upload-Offset") {
			t.Errorf("%s: got %d, then %d %s", text, first.Code, again.Code, again.Raw)
		}
	}
}

// TestEndedUploadLeavesNothing deletes an upload and lets another expire.
func TestEndedUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	c := tus{apptest.SignUp(t), t}
	ended, expired := c.create(4), c.create(4)
	c.patch(ended, 0, strings.NewReader("ab"))
	c.patch(expired, 0, strings.NewReader("ab"))
	if res := c.send(http.MethodDelete, ended, nil); res.Code != http.StatusNoContent {
		t.Errorf("got %d %s, want 204", res.Code, res.Raw)
	}
	if left := c.storedParts(); len(left) != 1 {
		t.Errorf("got the parts %v, want only that of the other upload", left)
	}
	c.expireAll()
	if left := c.storedParts(); len(left) > 0 {
		t.Errorf("got the parts %v, want none", left)
	}
	for _, path := range []string{ended, expired} {
		if res := c.patch(path, 2, strings.NewReader("cd")); res.Code != http.StatusNotFound {
			t.Errorf("got %d %s, want 404", res.Code, res.Raw)
		}
	}
}

// TestInterruptedUploadsArriveWhole breaks connections of uploads at random bytes. A client that
// continues gets the whole file, and the store keeps nothing else.
func TestInterruptedUploadsArriveWhole(t *testing.T) {
	t.Parallel()
	c := tus{apptest.SignUp(t), t}
	rapid.Check(t, func(r *rapid.T) {
		content := "text " + rapid.StringN(0, 200, 400).Draw(r, "content")
		path := c.create(len(content), "Upload-Metadata: sha256 "+encoded(digest(content)))
		fileID := ""
		for range 30 {
			var n int
			if n, fileID = c.offset(path); fileID != "" {
				break
			}
			rest := content[n:]
			size := rapid.IntRange(0, len(rest)).Draw(r, "size")
			var body io.Reader = strings.NewReader(rest[:size])
			if rapid.Bool().Draw(r, "broken") {
				body = io.MultiReader(body, broken{})
			}
			c.patch(path, n, body)
		}
		if fileID == "" { // the client gives up
			c.send(http.MethodDelete, path, nil)
			return
		}
		if got := c.content(fileID); got != content {
			r.Errorf("got %q, want %q", got, content)
		}
	})
	c.expireAll()
	if left := c.storedParts(); len(left) > 0 {
		t.Errorf("got the parts %v, want none", left)
	}
}

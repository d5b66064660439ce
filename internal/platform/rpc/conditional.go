package rpc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// conditional answers 304 to a read whose answer the caller has already. The entity
// tag is the record's version, if it is one record, and a digest of the answer, so
// that figures which are derived and have no version change it too. It is weak,
// since the answer may be sent compressed.
func conditional(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		held := &heldAnswer{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(held, r)
		if held.code == http.StatusOK {
			digest := sha256.Sum256(held.body.Bytes())
			tag := `W/"` + versionPart(w.Header().Get("ETag")) + hex.EncodeToString(digest[:8]) + `"`
			w.Header().Set("ETag", tag)
			w.Header().Set("Cache-Control", "private, no-cache")
			if matches(r.Header.Get("If-None-Match"), tag) {
				w.Header().Del("Content-Type")
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		w.WriteHeader(held.code)
		_, _ = w.Write(held.body.Bytes())
	})
}

func versionPart(etag string) string {
	if etag == "" {
		return ""
	}
	return strings.Trim(etag, `"`) + "-"
}

func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		if c := strings.TrimSpace(candidate); c == tag || c == "*" || "W/"+c == tag {
			return true
		}
	}
	return false
}

// heldAnswer keeps an answer until its tag is known. Answers are whole in memory
// before they are written in any case.
type heldAnswer struct {
	http.ResponseWriter
	code int
	body bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (h *heldAnswer) WriteHeader(code int) { h.code = code }

// Write implements http.ResponseWriter.
func (h *heldAnswer) Write(p []byte) (int, error) { return h.body.Write(p) }

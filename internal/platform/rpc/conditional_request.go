package rpc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// conditional returns 304 for a GET if the caller already has the response. The entity tag contains
// a digest of the response, preceded by the version if the response is one record. The digest
// covers derived figures, which the version does not. The tag is weak, because the response may be
// sent compressed.
func conditional(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		response := &bufferedResponse{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(response, r)
		if response.code == http.StatusOK {
			digest := sha256.Sum256(response.body.Bytes())
			tag := `W/"` + versionPart(w.Header().Get("ETag")) + hex.EncodeToString(digest[:8]) + `"`
			w.Header().Set("ETag", tag)
			w.Header().Set("Cache-Control", "private, no-cache")
			if matches(r.Header.Get("If-None-Match"), tag) {
				w.Header().Del("Content-Type")
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		w.WriteHeader(response.code)
		_, _ = w.Write(response.body.Bytes())
	})
}

func versionPart(etag string) string {
	if etag == "" {
		return ""
	}
	return strings.Trim(etag, `"`) + "-"
}

// matches reports whether an If-None-Match header contains the tag.
func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		if c := strings.TrimSpace(candidate); c == tag || c == "*" || "W/"+c == tag {
			return true
		}
	}
	return false
}

// bufferedResponse buffers a response until its tag is known. The generated handlers also have the
// whole response in memory before they write it.
type bufferedResponse struct {
	http.ResponseWriter
	code int
	body bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (h *bufferedResponse) WriteHeader(code int) { h.code = code }

// Write implements http.ResponseWriter.
func (h *bufferedResponse) Write(p []byte) (int, error) { return h.body.Write(p) }

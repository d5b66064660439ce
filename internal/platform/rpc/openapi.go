package rpc

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// serveDocument serves the OpenAPI document at /openapi.json. The document changes only with the
// program, so it is compressed once, and a caller with a current copy receives 304.
func serveDocument(mux *http.ServeMux, document []byte) {
	digest := sha256.Sum256(document)
	// Weak, since the document may be sent compressed.
	tag := `W/"` + hex.EncodeToString(digest[:8]) + `"`
	compressed := sync.OnceValue(func() []byte { return compress(document) })
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		if matches(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		body := document
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			w.Header().Set("Content-Encoding", "gzip")
			body = compressed()
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
}

func compress(document []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out) // writing to memory does not fail
	_, _ = w.Write(document)
	_ = w.Close()
	return out.Bytes()
}

// acceptsGzip reports whether an Accept-Encoding header names gzip with a weight above zero.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			_, q, _ := strings.Cut(weight, "=")
			value, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
			return weight == "" || err == nil && value > 0
		}
	}
	return false
}

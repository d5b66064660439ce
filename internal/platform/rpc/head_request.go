package rpc

import (
	"net/http"
	"strconv"
)

// withHead serves HEAD as GET without the body.
func withHead(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		get := r.Clone(r.Context())
		get.Method = http.MethodGet
		head := &bodyCounter{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(head, get)
		if w.Header().Get("Content-Length") == "" && head.length > 0 {
			w.Header().Set("Content-Length", strconv.Itoa(head.length))
		}
		w.WriteHeader(head.code)
	})
}

// bodyCounter counts the bytes of a response body and does not send them.
type bodyCounter struct {
	http.ResponseWriter
	code, length int
}

// WriteHeader implements http.ResponseWriter.
func (b *bodyCounter) WriteHeader(code int) { b.code = code }

// Write implements http.ResponseWriter. If the length is known, it stops the handler, since the
// body is not needed.
func (b *bodyCounter) Write(p []byte) (int, error) {
	if b.length == 0 && b.Header().Get("Content-Type") == "" {
		b.Header().Set("Content-Type", http.DetectContentType(p)) // as net/http does for a body
	}
	if b.Header().Get("Content-Length") != "" {
		return 0, http.ErrBodyNotAllowed
	}
	b.length += len(p)
	return len(p), nil
}

// Unwrap gives an http.ResponseController access to the connection.
func (b *bodyCounter) Unwrap() http.ResponseWriter { return b.ResponseWriter }
